"""An archived page made harmless, with one place in it marked.

The page is parsed as `extract.html` parses it, so that the lines of the markup, which locators name, are the same. The cell of a locator
`table[2]/tr[3]/td[4], line 120` is the one on that line whose text is what is stored of it; where several are, the labels of the form and
the other cells of its table decide. What cannot be found beyond doubt is not marked: `Marked.found` says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    Element = etree._Element

PLACE = "gongkai-place"
LOCATOR = re.compile(r"(?:part (?P<part>\d{1,4}): )?(?P<place>.*)", re.DOTALL)
CELL = re.compile(r"table\[(?P<table>\d{1,6})\]/tr\[(?P<row>\d{1,6})\]/td\[(?P<cell>\d{1,6})\](?:, line (?P<line>\d{1,9}))?$")
LINE = re.compile(r"(?:p\[\d+\], )?line (?P<line>\d{1,9})(?:, cell (?P<cell>\d{1,6}))?$")
MAX_MARKUP = 16 * 1024 * 1024  # characters; no page that was read is longer
LIBXML_LINES = 65_535  # of older versions of the parser, which give no higher number

_DROPPED = (
    "script", "style", "noscript", "template", "iframe", "frame", "frameset", "object", "embed", "applet", "param", "link", "meta", "base",
    "svg", "math", "canvas", "audio", "video", "source", "track", "portal", "input", "select", "textarea", "button", "dialog", "map", "area",
)  # fmt: skip
_BLOCKS = frozenset(
    ("html", "body", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "center", "hr", "br",
     "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th", "section", "article", "main", "header", "footer", "aside")
)  # fmt: skip
_INLINE = frozenset(("span", "b", "i", "u", "em", "strong", "font", "big", "small", "sub", "sup", "s", "strike", "del", "ins", "mark", "wbr"))
_KEPT = frozenset(
    ("align", "valign", "width", "height", "border", "cellpadding", "cellspacing", "bgcolor", "color", "size", "face", "colspan", "rowspan",
     "nowrap", "style", "dir", "start", "type", "value")
)  # fmt: skip
_STYLE = re.compile(r"url\s*\(|expression|@import|behavior|position\s*:|display\s*:\s*none|visibility\s*:|\\|z-index|opacity|<", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

SHEET = """
:root { color-scheme: light; }
body { font: 15px/1.7 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #222; background: #fff;
  margin: 1rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; max-width: 100%; } td, th { border: 1px solid #bbb; padding: .2rem .45rem; }
ol.lines { padding-left: 4.5rem; } ol.lines li { white-space: pre-wrap; } ol.lines li::marker { color: #999; font-size: .8em; }
.gongkai-place { background: #ffe27a !important; color: #000 !important; outline: 3px solid #d1361b; outline-offset: 1px;
  scroll-margin: 40vh; border-radius: 2px; }
"""


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
    lines = text.split("\n")
    match = LINE.search(part_of(wanted.locator)[1])
    chosen, others = (int(match["line"]), 0) if match and wanted.raw is not None and not wanted.phrase else _line_with(lines, wanted)
    body = etree.Element("ol", {"class": "lines"})
    found = False
    for number, line in enumerate(lines, 1):
        item = etree.SubElement(body, "li")
        item.text = _printable(line)
        if number == chosen and (wanted.phrase or _holds(line, wanted.raw)):
            _mark(item)
            found = True
    return Marked(_document([body]), found, others)


def _holds(line: str, raw: str) -> bool:
    """Whether a line has the stored text of a cell; a blank one is on any line."""
    return fold(raw) in fold(line)


def _line_with(lines: Sequence[str], wanted: Wanted) -> tuple[int, int]:
    """The line with the wanted phrase, 0 for none; how many others have it too. Words around it decide among several."""
    phrase = fold(wanted.phrase)
    hits = [number for number, line in enumerate(lines, 1) if phrase and phrase in fold(line)]
    if not hits:
        return 0, 0
    best = max(hits, key=lambda number: _likeness(fold("".join(lines[max(0, number - 2) : number + 1])), wanted))
    return best, len(hits) - 1


def _likeness(around: str, wanted: Wanted) -> int:
    """How much of the words before and after the phrase stands around a place."""
    before, after = fold(wanted.before)[-20:], fold(wanted.after)[:20]
    return sum(fold(part) in around for part in (before[-5:], before, after[:5], after) if part)


# ------------------------------------------------------------------------------------------------ markup


def _mark_markup(text: str, wanted: Wanted) -> Marked:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return Marked(_document([]), found=False)
    etree.strip_elements(root, "script", "style", "noscript", "template", with_tail=False)
    element, others = _find_phrase(root, wanted) if wanted.phrase else (_find_cell(root, wanted), 0)
    if element is not None:
        _mark(element)
    body = root.find("body")
    _clean(root if body is None else body)
    return Marked(_document([root if body is None else body]), element is not None, others)


def _find_cell(root: Element, wanted: Wanted) -> Element | None:
    """The cell that a locator names, None where it cannot be told; for a locator of a line the innermost element there."""
    place = part_of(wanted.locator)[1]
    match = CELL.search(place)
    if match is None:
        return _find_line(root, place, wanted.raw)
    line = int(match["line"] or 0)
    cells = [one for one in root.iter("td", "th") if not line or one.sourceline == line or (one.sourceline or 0) >= LIBXML_LINES <= line]
    same = [one for one in cells if fold(text_of(one)) == fold(wanted.raw)]
    if len(same) > 1:
        same = [one for one in same if _position(one) == int(match["cell"])] or same
    if len(same) > 1:
        same = _in_likeliest_table(same, wanted, int(match["row"]))
    return same[0] if len(same) == 1 else None


def _position(cell: Element) -> int:
    """The number of a cell among those of its row."""
    return 1 + sum(1 for one in cell.itersiblings("td", "th", preceding=True))


def _in_likeliest_table(cells: list[Element], wanted: Wanted, row: int) -> list[Element]:
    """Of cells that are alike those in the table that holds most of the texts stored of this table, and in the row of that number."""
    stored = [fold(text) for text in (wanted.beside or {}).values()]
    scores = {one: _shared(one, stored) for one in cells}
    best = [one for one in cells if scores[one] == max(scores.values())]
    rows = [one for one in best if _row_number(one) == row]
    return rows or best


def _shared(cell: Element, stored: list[str]) -> int:
    table = next(cell.iterancestors("table"), None)
    if table is None:
        return 0
    printed = [fold(text_of(one)) for one in table.iter("td", "th")]
    return sum(min(printed.count(text), stored.count(text)) for text in set(stored)) * 1000 - len(printed)


def _row_number(cell: Element) -> int:
    table, row = next(cell.iterancestors("table"), None), cell.getparent()
    rows = [] if table is None else [one for one in table.iter("tr") if next(one.iterancestors("table"), None) is table]
    return rows.index(row) + 1 if row is not None and row in rows else 0


def _find_line(root: Element, place: str, raw: str) -> Element | None:
    """For a flattened table: the innermost element that begins on the line and holds the text of the cell."""
    match = LINE.search(place)
    if match is None:
        return None
    there = [one for one in root.iter() if one.sourceline == int(match["line"]) and fold(raw) in fold(text_of(one))]
    return there[-1] if there and fold(raw) else None


def _find_phrase(root: Element, wanted: Wanted) -> tuple[Element | None, int]:
    """The innermost block that holds the phrase, where words around it decide among several; how many others hold it."""
    phrase = fold(wanted.phrase)
    body = root.find("body")
    if not phrase or (body is not None and phrase not in fold(text_of(body))):
        return None, 0
    hits = _innermost(root if body is None else body, phrase)
    if not hits:
        return None, 0
    best = max(hits, key=lambda one: _likeness(_around(one), wanted))
    return _narrowed(best, wanted.phrase), len(hits) - 1


def _innermost(root: Element, phrase: str) -> list[Element]:
    """Elements whose text holds the phrase while that of none of their children does; each level is looked at once."""
    hits, level = [], [root]
    while level:
        below: list[Element] = []
        for element in level:
            holding = [child for child in element if isinstance(child.tag, str) and phrase in fold(text_of(child))]
            below += holding
            if not holding:
                hits.append(element)
        level = below
    return hits


def _around(element: Element) -> str:
    """The text of an element and of those beside it."""
    neighbours = (element.getprevious(), element, element.getnext())
    return fold("".join(text_of(one) for one in neighbours if one is not None))


def _narrowed(element: Element, phrase: str) -> Element:
    """A mark around the very words, where they stand in one text; else the element."""
    for owner, attribute in ((element, "text"), *((child, "tail") for child in element)):
        text = getattr(owner, attribute) or ""
        start = _find_folded(text, phrase)
        if start is None:
            continue
        mark = etree.Element("mark")
        mark.text, mark.tail = text[start[0] : start[1]], text[start[1] :]
        setattr(owner, attribute, text[: start[0]])
        if attribute == "text":
            element.insert(0, mark)
        else:
            owner.addnext(mark)
            owner.tail = text[: start[0]]
        return mark
    return element


def _find_folded(text: str, phrase: str) -> tuple[int, int] | None:
    """Where a phrase stands in a text, whatever the blanks and the script."""
    places = [(place, folded) for place, one in enumerate(text) for folded in fold(one)]
    found = "".join(folded for _, folded in places).find(fold(phrase))
    if found < 0 or not phrase:
        return None
    return places[found][0], places[found + len(fold(phrase)) - 1][0] + 1


# ------------------------------------------------------------------------------------------------ text and markup


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


def _mark(element: Element) -> None:
    element.set(PLACE, "1")


def _clean(root: Element) -> None:
    """Leave text, its layout and nothing that runs, loads or leads elsewhere; the marked element gets its id."""
    for element in [one for one in root.iter() if not isinstance(one.tag, str) or one.tag.lower() in _DROPPED]:
        if element is not root and element.getparent() is not None:
            _drop(element)
    for element in root.iter():
        marked = PLACE in element.attrib
        for name in list(element.attrib):
            if name not in _KEPT or (name == "style" and _STYLE.search(element.get(name) or "")):
                del element.attrib[name]
        if str(element.tag).lower() not in _BLOCKS | _INLINE:
            element.tag = "span"  # links, forms, pictures, what pages invent, and what a browser reads as raw text (xmp, plaintext)
        if marked:
            element.set("id", PLACE)
            element.set("class", PLACE)
            element.set("tabindex", "-1")


def _drop(element: Element) -> None:
    parent, tail = element.getparent(), element.tail
    assert parent is not None
    if tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail
    parent.remove(element)


def _printable(text: str) -> str:
    """Text that XML can hold."""
    return "".join(one if one in "\t\n" or (one >= " " and not 0xD800 <= ord(one) <= 0xDFFF and one not in "\ufffe\uffff") else "\ufffd" for one in text)


def _document(elements: Iterable[Element]) -> str:
    """A document with our style sheet and nothing else in its head."""
    root = etree.Element("html", {"lang": "zh"})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "meta", {"charset": "utf-8"})
    etree.SubElement(head, "title").text = "archived page"
    etree.SubElement(head, "style").text = SHEET
    body = etree.SubElement(root, "body")
    for element in elements:
        if element.tag in ("html", "body"):
            element.tag = "div"
        body.append(element)
    return "<!DOCTYPE html>\n" + str(html.tostring(root, encoding="unicode"))
