"""An archived page made harmless, with one place in it marked.

The page is parsed as `extract.html` parses it, so that the lines of the markup, which locators name, are the same. The cell of a locator
`table[2]/tr[3]/td[4], line 120` is the one on that line whose text is what is stored of it; where several are, the labels of the form and
the other cells of its table decide. What cannot be found beyond doubt is not marked: `Marked.found` says so.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING

from lxml import etree

from share.harmless import PLACE, clean, document, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    Element = etree._Element

LOCATOR = re.compile(r"(?:part (?P<part>\d{1,4}): )?(?P<place>.*)", re.DOTALL)
CELL = re.compile(r"table\[(?P<table>\d{1,6})\]/tr\[(?P<row>\d{1,6})\]/td\[(?P<cell>\d{1,6})\](?:, line (?P<line>\d{1,9}))?$")
LINE = re.compile(r"(?:p\[\d+\], )?line (?P<line>\d{1,9})(?:, cell (?P<cell>\d{1,6}))?$")
MAX_MARKUP = 16 * 1024 * 1024  # characters; no page that was read is longer
MOST_HITS = 1000  # places of a phrase that are looked at
MOST_ON_A_LINE = 500  # elements that begin on one line
LIBXML_LINES = 65_535  # of older versions of the parser, which give no higher number

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Marked:
    """A page as markup that runs nothing. `found`: the place is marked; `others`: how many more places hold the same words."""

    markup: str
    found: bool
    others: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be marked: a cell (locator, what is stored of it, and by locator the stored texts of its table), or words of prose with
    the words before and after them."""

    locator: str = ""
    raw: str = ""
    beside: Mapping[str, str] | None = None
    phrase: str = ""
    before: str = ""
    after: str = ""


def part_of(locator: str) -> tuple[int, str]:
    """The number of the part of a long article (1 for the page itself) and the place within it."""
    match = LOCATOR.fullmatch(locator)
    assert match is not None  # the pattern takes any text
    return int(match["part"] or 1), match["place"]


def mark_page(text: str, wanted: Wanted, *, is_markup: bool) -> Marked:
    """The page with the wanted place marked; cut after 16 million characters."""
    text = text[:MAX_MARKUP]
    return _mark_markup(text, wanted) if is_markup else _mark_lines(text, wanted)


# ------------------------------------------------------------------------------------------------ plain text


def _mark_lines(text: str, wanted: Wanted) -> Marked:
    """A plain text, numbered line by line."""
    body = etree.Element("ol", {"class": "lines"})
    for line in text.split("\n"):
        etree.SubElement(body, "li").text = printable(line)
    element, others = _find_phrase(body, wanted) if wanted.phrase else (_numbered(body, wanted), 0)
    if element is not None:
        element.set(PLACE, "1")
    clean(body, keep=("class",))
    return Marked(document(body), element is not None, others)


def _numbered(body: Element, wanted: Wanted) -> Element | None:
    """The line that a locator names, if it holds the stored text of the cell; a blank one is on any line."""
    match = LINE.search(part_of(wanted.locator)[1])
    number = int(match["line"]) if match else 0
    if not 1 <= number <= len(body):
        return None
    return body[number - 1] if fold(wanted.raw) in fold(body[number - 1].text or "") else None


# ------------------------------------------------------------------------------------------------ markup


def _mark_markup(text: str, wanted: Wanted) -> Marked:
    root = _parsed(text)
    if root is None:
        return Marked(document(None), found=False)
    etree.strip_elements(root, "script", "style", "noscript", "template", with_tail=False)
    body = root.find("body")
    shown = root if body is None else body
    element, others = _find_phrase(shown, wanted) if wanted.phrase else (_find_cell(shown, wanted), 0)
    if element is not None:
        element.set(PLACE, "1")
    clean(shown)
    return Marked(document(shown), element is not None, others)


def _parsed(text: str) -> Element | None:
    """The tree as `extract.html` makes it; None for a page without any element."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        root: Element | None = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    return root


def _find_cell(root: Element, wanted: Wanted) -> Element | None:
    """The cell that a locator names, None where it cannot be told; for a locator of a line the innermost element there."""
    place = part_of(wanted.locator)[1]
    match = CELL.search(place)
    if match is None:
        return _find_line(root, place, wanted.raw)
    line, raw = int(match["line"] or 0), fold(wanted.raw)
    cells = [one for one in root.iter("td", "th") if not line or one.sourceline == line or (one.sourceline or 0) >= LIBXML_LINES <= line]
    same = [one for one in cells if fold(text_of(one)) == raw]
    if len(same) > 1:
        positions = _positions(same)
        same = [one for one in same if positions[one] == int(match["cell"])] or same
    if len(same) > 1:
        same = _in_likeliest_table(same, wanted, int(match["row"]))
    return same[0] if len(same) == 1 else None


def _positions(cells: Iterable[Element]) -> dict[Element, int]:
    """The number of each cell among those of its row; each row is counted once."""
    rows = dict.fromkeys(row for row in (cell.getparent() for cell in cells) if row is not None)
    return {one: number for row in rows for number, one in enumerate((one for one in row if one.tag in ("td", "th")), 1)}


def _in_likeliest_table(cells: list[Element], wanted: Wanted, row: int) -> list[Element]:
    """Of cells that are alike those in the table that holds most of the texts stored of this table, and in the row of that number."""
    stored = Counter(map(fold, (wanted.beside or {}).values()))
    tables = {one: next(one.iterancestors("table"), None) for one in cells}
    scores = {table: _shared(table, stored) for table in dict.fromkeys(tables.values())}
    best = [one for one in cells if scores[tables[one]] == max(scores.values())]
    numbers = _row_numbers(tables[one] for one in best)
    return [one for one in best if numbers.get(one.getparent()) == row] or best


def _shared(table: Element | None, stored: Counter[str]) -> tuple[int, int]:
    """How many of the stored texts a table holds, and the fewer other cells the better: tables lie within tables."""
    if table is None:
        return 0, 0
    printed = Counter(fold(text_of(one)) for one in table.iter("td", "th"))
    return sum((printed & stored).values()), -sum(printed.values())


def _row_numbers(tables: Iterable[Element | None]) -> dict[Element | None, int]:
    """The number of each row among those of its own table."""
    numbers: dict[Element | None, int] = {}
    for table in dict.fromkeys(tables):
        own = (row for row in (table.iter("tr") if table is not None else ()) if next(row.iterancestors("table"), None) is table)
        numbers |= {row: number for number, row in enumerate(own, 1)}
    return numbers


def _find_line(root: Element, place: str, raw: str) -> Element | None:
    """For a flattened table: the innermost element that begins on the line and holds the text of the cell."""
    match = LINE.search(place)
    if match is None or not fold(raw):
        return None
    there = [one for one in root.iter() if one.sourceline == int(match["line"])][:MOST_ON_A_LINE]
    holding = [one for one in there if fold(raw) in fold(text_of(one))]
    return holding[-1] if holding else None


# ------------------------------------------------------------------------------------------------ phrases


@dataclass(frozen=True, slots=True)
class _Chunk:
    """A text of the tree: whose it is, whether it is the tail of its owner, and where it stands in the folded text of all."""

    owner: Element
    is_tail: bool
    start: int
    folded: str


def _find_phrase(root: Element, wanted: Wanted) -> tuple[Element | None, int]:
    """The words of the phrase, in a mark of their own where one text holds them, else the element around them; how many more places hold
    them. The words before and after decide among several."""
    phrase, chunks = fold(wanted.phrase), list(_chunks(root))
    flat = "".join(chunk.folded for chunk in chunks)
    starts = [match.start() for match in re.finditer(f"(?={re.escape(phrase)})", flat)][:MOST_HITS] if phrase else []
    if not starts:
        return None, 0
    before, after = fold(wanted.before), fold(wanted.after)
    best = max(starts, key=lambda start: _likeness(flat, start, start + len(phrase), before, after))
    ends = [chunk.start for chunk in chunks]
    first, last = (chunks[bisect_right(ends, place) - 1] for place in (best, best + len(phrase) - 1))
    if first is last:
        return _narrowed(first, best - first.start, best - first.start + len(phrase)), len(starts) - 1
    return _around(first, last), len(starts) - 1


def _chunks(root: Element) -> Iterator[_Chunk]:
    """The texts of the tree in the order of reading; those that are white space only are left out."""
    done = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        text = element.text if event == "start" else element.tail if element is not root else None
        if folded := fold(text or ""):
            yield _Chunk(element, event == "end", done, folded)
            done += len(folded)


def _likeness(flat: str, start: int, end: int, before: str, after: str) -> int:
    """How many characters before and after a place are those that are expected."""
    return _common(flat[max(0, start - len(before)) : start][::-1], before[::-1]) + _common(flat[end : end + len(after)], after)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common from their beginning."""
    return sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(one, other, strict=False)))


def _narrowed(chunk: _Chunk, start: int, end: int) -> Element:
    """A mark around some of the folded characters of a text."""
    text = (chunk.owner.tail if chunk.is_tail else chunk.owner.text) or ""
    places = [place for place, one in enumerate(text) for _ in fold(one)]
    if len(places) != len(chunk.folded):
        return _holder(chunk)  # characters that fold differently side by side
    mark = etree.Element("mark")
    cuts = places[start], places[end - 1] + 1
    head, mark.text, rest = (printable(one) for one in (text[: cuts[0]], text[cuts[0] : cuts[1]], text[cuts[1] :]))
    if chunk.is_tail:
        chunk.owner.addnext(mark)
        chunk.owner.tail = head
    else:
        chunk.owner.text = head
        chunk.owner.insert(0, mark)
    mark.tail = rest
    return mark


def _holder(chunk: _Chunk) -> Element:
    """The element in which a text stands."""
    parent = chunk.owner.getparent() if chunk.is_tail else None
    return chunk.owner if parent is None else parent


def _around(first: _Chunk, last: _Chunk) -> Element:
    """The innermost element that holds both texts."""
    above = [_holder(first), *_holder(first).iterancestors()]
    holding = {_holder(last), *_holder(last).iterancestors()}
    return next((one for one in above if one in holding), above[-1])


# ------------------------------------------------------------------------------------------------ text


def text_of(element: Element) -> str:
    """All text of an element."""
    return str(etree.tostring(element, method="text", encoding="unicode", with_tail=False))


def fold(text: str) -> str:
    """Text for comparing: no white space, NFKC, simplified script character by character."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    """The simplified form of every traditional character of the plane that pages are written in."""
    from opencc_pyo3 import OpenCC

    convert, table = OpenCC("t2s").convert, {}
    for code in range(0x3400, 0xA000):
        if (simple := convert(chr(code))) != chr(code) and len(simple) == 1:
            table[code] = simple
    return table
