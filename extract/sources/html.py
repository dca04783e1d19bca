"""HTML: one walk over the article's element gives its lines and grids in reading order.

Blocks and `<br>` end a line, inline elements are joined without blanks (1<span>2</span>3 is 123), hidden tabs count. A table becomes a
`Grid` with anchored cells. A table that lays out a page is dissolved: rows that hold prose or other tables give their content as lines
and grids, the rows between them stay tables. Places are `p[12], line 88` and `table[2]/tr[3]/td[4], line 120`: the twelfth paragraph
of the article, the fourth printed cell in the third printed row of its second table, with the line of the markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from lxml import etree

from extract.blocks import Item, Line, is_label
from extract.data.pages import pages
from extract.html import Element
from extract.model import Grid, GridCell
from extract.normalize import leading_number
from extract.sources.text import parts

_BLOCKS = frozenset(
    (
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "center",
        "blockquote",
        "pre",
        "form",
        "fieldset",
        "legend",
        "address",
        "figure",
        "figcaption",
        "caption",
        "hr",
        "body",
        "html",
        "ucapcontent",
        "ucaptitle",
        "details",
        "summary",
        "thead",
        "tbody",
        "tfoot",
        "colgroup",
        "tr",
        "td",
        "th",
    )
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_ROLES = {
    **dict.fromkeys(_BLOCKS, "block"),
    **dict.fromkeys(["b", "strong"], "bold"),
    **dict.fromkeys(["span", "font"], "styled"),
    **dict.fromkeys(["td", "th"], "cell"),
    "a": "link",
    "br": "break",
    "table": "table",
    "tr": "row",
}
"""What an element does to the line that is being collected; all others are inline and do nothing."""

_DIVIDERS = (*tuple(_BLOCKS - {"td", "th", "tr"}), "br", "table")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_CENTRE_STYLE = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_PRE_STYLE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)

_BETWEEN_CHARACTERS = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_PARAGRAPH_INDENT = re.compile(r"\n[ \t\r]*(?:\u3000{2,}|\xa0{4,})")
_ODD = re.compile("[\\s<&\u200b-\u200d\u2060\ufeff\u00ad]")
"""What a plain cell does not hold: white space, remains of markup, invisible marks."""
_DIGIT_END = re.compile(r"[\d.%％]$|[-—－/]$")
_DIGIT_START = re.compile(r"^[+\-—－]?\.?\d|^[-—－/]+$")

MAX_SPAN = 1000
"""The largest rowspan or colspan that is believed, as in browsers; 99999 stands for "all of them"."""

MAX_EXPANDED = 1_000_000
"""Cells of a table with its spans filled. Over it the spans are no longer believed."""

_PROSE_CELL = 160
"""Characters from which on a cell with two sentences is prose in a layout; labels and notes of the forms are shorter."""
_LONG_CELL = 400
_NOTE = re.compile(r"\s*[(（]?(?:注|备注|说明|填表说明|附注)\d?\s*[:：]")


@dataclass(slots=True)
class _Text:
    """A line as collected. `heading` is the element's own opinion, `bold` is weaker; `linked`: all of it stands inside links."""

    raw: str
    line: int
    heading: bool = False
    bold: bool = False
    linked: bool = False


_Collected = _Text | Grid


@dataclass(slots=True)
class _Cell:
    """A cell with what was collected in it. Where that is one plain line, only its `raw` text is kept until somebody asks for more."""

    element: Element
    column_span: int
    row_span: int
    line: int
    raw: str | None
    collected: list[_Collected]

    def content(self) -> list[_Collected]:
        """Lines and grids of the cell, with what its markup says about them."""
        return self.collected if self.raw is None else _collect(self.element)


_NOTHING: list[_Collected] = []


@dataclass(slots=True)
class _Table:
    element: Element
    number: int
    line: int
    rows: list[list[_Cell]] = field(default_factory=list)


def read(element: Element) -> list[Item]:
    """Lines and grids of an element in reading order, its own tail left out. Bars of links (three lines and more) are left out."""
    return _items(_collect(element))


def _collect(element: Element) -> list[_Collected]:
    walk = _Walk(element)
    walk.run()
    return walk.sink


class _Walk:
    """The state of one walk: where lines go (`sink`), the line being collected, and what is open around it."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.events = etree.iterwalk(root, events=("start", "end"))
        self.sink: list[_Collected] = []
        self.outer: list[tuple[Element, list[_Collected]]] = []
        self.tables: list[_Table] = []
        self.count = 0
        self.marks: list[tuple[Element, str]] = []
        self.bold = self.links = self.pre = 0
        self.block: Element | None = None
        self.buffer: list[str] = []
        self.line = 0
        self.plain = self.unlinked = False

    def run(self) -> None:
        """Walks the element once, from its first to its last text."""
        opening, closing = self._OPENING, self._CLOSING
        for event, element in self.events:
            role = _ROLES.get(element.tag)  # type: ignore[arg-type]
            if event == "start":
                if role:
                    opening[role](self, element)
                text = element.text
            else:
                if role:
                    closing[role](self, element)
                text = element.tail if element is not self.root else None
            if text:
                self._add(text, element)
        self.flush()

    # -------------------------------------------------------------------------------- what opens

    def _open_block(self, element: Element) -> None:
        if self.buffer:
            self.flush()
        self.block = element
        if element.tag == "pre":
            self._mark(element, "pre")
        self._open_styled(element)

    def _open_styled(self, element: Element) -> None:
        if style := element.get("style"):
            if _BOLD_STYLE.search(style):
                self._mark(element, "bold")
            if _PRE_STYLE.search(style):
                self._mark(element, "pre")

    def _open_bold(self, element: Element) -> None:
        self._mark(element, "bold")

    def _open_link(self, element: Element) -> None:
        if element.get("href"):
            self._mark(element, "links")

    def _break(self, _: Element) -> None:
        self.flush()

    def _open_table(self, element: Element) -> None:
        self.flush()
        self.count += 1
        self.tables.append(_Table(element, self.count, element.sourceline or 0))

    def _open_row(self, element: Element) -> None:
        self.flush()
        self.block = element
        if not self.tables:
            return
        cells = [_plain_cell(child) for child in element]
        if cells and all(cells):
            # most rows are nothing but figures: read at once, they cost a third of a walk through them
            self.tables[-1].rows.append(cells)  # type: ignore[arg-type]
            self.events.skip_subtree()
        else:
            self.tables[-1].rows.append([])

    def _open_cell(self, element: Element) -> None:
        if not self.tables:
            self._open_block(element)
            return
        self.flush()
        rows = self.tables[-1].rows
        if not rows:
            rows.append([])
        cell = _Cell(element, _span(element.get("colspan")), _span(element.get("rowspan")), element.sourceline or 0, None, [])
        rows[-1].append(cell)
        self.outer.append((element, self.sink))
        self.sink = cell.collected
        self.block = element
        self._open_styled(element)

    def _mark(self, element: Element, kind: str) -> None:
        self.marks.append((element, kind))
        setattr(self, kind, getattr(self, kind) + 1)

    # -------------------------------------------------------------------------------- what closes

    def _close_marks(self, element: Element) -> None:
        while self.marks and self.marks[-1][0] is element:
            kind = self.marks.pop()[1]
            setattr(self, kind, getattr(self, kind) - 1)

    def _close_block(self, element: Element) -> None:
        if self.buffer:
            self.flush()
        self.block = None
        if self.marks:
            self._close_marks(element)

    def _close_cell(self, element: Element) -> None:
        if self.outer and self.outer[-1][0] is element:
            self._close_block(element)
            self.sink = self.outer.pop()[1]
        else:
            self._close_block(element)

    def _close_table(self, _: Element) -> None:
        self.flush()
        self.sink.extend(_resolve(self.tables.pop()))

    def _nothing(self, _: Element) -> None:
        """A line break has no inside."""

    _OPENING: ClassVar = {
        "block": _open_block, "styled": _open_styled, "bold": _open_bold, "link": _open_link, "break": _break,
        "table": _open_table, "row": _open_row, "cell": _open_cell,
    }  # fmt: skip
    _CLOSING: ClassVar = {
        "block": _close_block, "styled": _close_marks, "bold": _close_marks, "link": _close_marks, "break": _nothing,
        "table": _close_table, "row": _close_block, "cell": _close_cell,
    }  # fmt: skip

    # -------------------------------------------------------------------------------- text

    def _add(self, text: str, element: Element) -> None:
        if not text.isspace():
            if not self.line:
                self.line = element.sourceline or 1
            if not self.bold:
                self.plain = True
            if not self.links:
                self.unlinked = True
        elif element is self.block and not self.buffer and not self.pre:
            return
        self.buffer.append(text)

    def flush(self) -> None:
        """Ends the line that is being collected."""
        if self.line:
            raw = "".join(self.buffer)
            lines = raw.split("\n") if self.pre else _PARAGRAPH_INDENT.split(raw) if "\n" in raw else (raw,)
            heading = self.block is not None and _is_heading(self.block)
            self.sink += [
                _Text(line, self.line, heading, not self.plain, not self.unlinked) for line in lines if line and not line.isspace()
            ]
            self.line = 0
            self.plain = self.unlinked = False
        if self.buffer:
            self.buffer = []


def _plain_cell(element: Element) -> _Cell | None:
    """A cell that is one line, whatever inline elements cut it; None for one that blocks, breaks or a table divide, and for no cell."""
    if element.tag != "td" and element.tag != "th":
        return None
    inner = element
    if len(element) == 1:
        child = element[0]
        if child.tag == "p" and _blank(element.text) and _blank(child.tail):
            inner = child
    if not len(inner):
        raw = inner.text or ""
    elif next(inner.iterdescendants(*_DIVIDERS), None) is None:
        raw = "".join(inner.itertext(with_tail=False))
    else:
        return None
    columns, rows = element.get("colspan"), element.get("rowspan")
    return _Cell(element, _span(columns) if columns else 1, _span(rows) if rows else 1, element.sourceline or 0, raw, _NOTHING)


def _blank(text: str | None) -> bool:
    return not text or text.isspace()


def _span(value: str | None) -> int:
    """A rowspan or colspan as printed: at least 1; over `MAX_SPAN` is kept as one more, so that it can be told apart."""
    if value is None:
        return 1
    digits = value.strip()
    return min(max(int(digits[:6]), 1), MAX_SPAN + 1) if digits.isascii() and digits.isdigit() else 1


def _is_heading(block: Element) -> bool:
    """h1 to h6, or a block that is centred itself."""
    if block.tag in _HEADINGS or block.tag == "center" or (block.get("align") or "").lower() == "center":
        return True
    style = block.get("style")
    return bool(style and _CENTRE_STYLE.search(style))


# ------------------------------------------------------------------------------------------------ from what was collected to items


def _items(collected: list[_Collected]) -> list[Item]:
    texts = [one for one in collected if isinstance(one, _Text)]
    # an article that is bold throughout says nothing by it
    bold_counts = 2 * sum(one.bold for one in texts) <= max(len(texts), 10)
    items: list[Item] = []
    number = 0
    for one in _without_link_bars(collected):
        if isinstance(one, Grid):
            items.append(one)
            continue
        number += 1
        place = f"p[{number}], line {one.line}"
        items += [Line(part, place, heading=one.heading or (one.bold and bold_counts)) for part in parts(_unbroken(one.raw))]
    return items


def _without_link_bars(collected: list[_Collected]) -> Iterable[_Collected]:
    """All but runs of three and more lines that consist of links only: menus, and tables of contents that repeat the headings."""
    kept: list[_Collected] = []
    bar: list[_Collected] = []
    for one in collected:
        if isinstance(one, _Text) and one.linked:
            bar.append(one)
            continue
        kept += bar if len(bar) < 3 else []
        bar = []
        kept.append(one)
    return kept + (bar if len(bar) < 3 else [])


def _unbroken(raw: str) -> str:
    """A line without the line feeds of the markup: none between Chinese characters, a blank elsewhere. Tabs are blanks in HTML."""
    if "\n" in raw:
        raw = _BETWEEN_CHARACTERS.sub("", raw.strip())
    return " ".join(raw.split()) if "\u3000\u3000" not in raw else raw.replace("\n", " ").replace("\t", " ").strip()


def _cell_text(cell: _Cell) -> str:
    """A cell's lines joined without blanks (本年新<br/>制作数量), but with one between two figures, so that 3 and 5 never become 35."""
    if cell.raw is not None:
        text = cell.raw.strip()
        if not _ODD.search(text):
            return text
        pieces = list(parts(" ".join(_unbroken(text).split())))
    else:
        pieces = [part for one in cell.collected if isinstance(one, _Text) for part in parts(" ".join(_unbroken(one.raw).split()))]
    text = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        text += f" {piece}" if _DIGIT_END.search(text) and _DIGIT_START.search(piece) else piece
    return text


# ------------------------------------------------------------------------------------------------ tables


def _resolve(table: _Table) -> list[_Collected]:
    """A table as what it stands for: a grid, or what it lays out, or both by turns."""
    rows = [row for row in map(_shown, table.rows) if row is not None] if _hides(table) else table.rows
    if all(len(row) <= 1 for row in rows):
        return [one for row in rows for cell in row for one in cell.content()]
    prose = [any(map(_is_prose, row)) and not _is_note(row) for row in rows]
    if any(prose) or any(map(_is_part_heading, rows)):
        return _by_turns(table, rows, prose)
    return [] if _is_menu(table.element) else _grid_of(table, rows, 0, len(rows))


def _hides(table: _Table) -> bool:
    return any("none" in style for element in table.element.iter("tr", "td", "th") if (style := element.get("style")))


def _shown(row: list[_Cell]) -> list[_Cell] | None:
    """A row without empty hidden cells; None for a hidden row without text (spreadsheets export column widths as such a row)."""
    parent = row[0].element.getparent() if row else None
    if parent is not None and _HIDDEN_STYLE.search(parent.get("style") or "") and not any(map(_cell_text, row)):
        return None
    return [cell for cell in row if not _HIDDEN_STYLE.search(cell.element.get("style") or "") or _cell_text(cell)]


def _is_menu(table: Element) -> bool:
    """Whether all text of a table stands inside links."""
    linked = sum(len("".join(link.itertext()).strip()) for link in table.iter("a") if link.get("href"))
    return linked > 0 and linked >= len("".join("".join(table.itertext()).split()))


def _is_prose(cell: _Cell) -> bool:
    """Whether a cell lays out text: it holds a table, or two sentences at some length."""
    if cell.raw is None:
        if any(isinstance(one, Grid) for one in cell.collected):
            return True
        length = sum(len(one.raw) for one in cell.collected if isinstance(one, _Text))
    else:
        length = len(cell.raw)
    if length < _PROSE_CELL:
        return False
    text = _cell_text(cell)
    return len(text) >= _LONG_CELL or (len(text) >= _PROSE_CELL and text.count("。") > 1)


def _is_note(row: list[_Cell]) -> bool:
    """A long note under a table's figures (注: ...) belongs to the table."""
    return len(row) == 1 and bool(_NOTE.match(_cell_text(row[0])))


def _by_turns(table: _Table, rows: list[list[_Cell]], prose: list[bool]) -> list[_Collected]:
    """A report set in a table: rows of prose, and section headings that fill a row, end the grid before them."""
    out: list[_Collected] = []
    start = 0
    for number, row in enumerate(rows):
        if prose[number] or (_is_alone(row) and (_is_section_heading(row[0]) or _is_sentence(row))):
            out += _grid_of(table, rows, start, number)
            out += [one for cell in row for one in cell.content()]
            start = number + 1
    return out + _grid_of(table, rows, start, len(rows))


def _is_section_heading(cell: _Cell) -> bool:
    text = _cell_text(cell)
    return len(text) <= 60 and leading_number(text).style in ("cn_comma", "cn_bare", "part") and not is_label(text)


def _is_part_heading(row: list[_Cell]) -> bool:
    """A row that is the heading of a part of the national forms: tables of reports often begin with it."""
    return _is_alone(row) and _is_section_heading(row[0]) and any(word in _cell_text(row[0]) for word in pages().markers)


def _is_alone(row: list[_Cell]) -> bool:
    """Whether nothing but the first cell of a row is printed."""
    return bool(row) and (len(row) == 1 or not any(map(_cell_text, row[1:])))


def _is_sentence(row: list[_Cell]) -> bool:
    return "。" in _cell_text(row[0]) and not _is_note(row)


def _grid_of(table: _Table, rows: list[list[_Cell]], start: int, end: int) -> list[_Collected]:
    """The grid of some rows, or their lines where no row has two cells; nothing for rows without text."""
    chosen = rows[start:end]
    if all(len(row) <= 1 for row in chosen):
        return [one for row in chosen for cell in row for one in cell.content()]
    grid = Grid(_anchored(chosen, f"table[{table.number}]", start), f"table[{table.number}], line {table.line}")
    return [grid] if any(cell.text for row in grid.rows for cell in row) else []


def _anchored(rows: list[list[_Cell]], place: str, offset: int) -> tuple[tuple[GridCell, ...], ...]:
    """Each cell at the row and column where it begins in the expanded table; spans end with the table."""
    width = max([sum([cell.column_span for cell in row if cell.column_span <= MAX_SPAN]) for row in rows])
    believed = _area(rows, width) <= MAX_EXPANDED
    taken: dict[int, int] = {}  # column -> first row that is free again
    return tuple(
        [
            _placed(row, number, f"{place}/tr[{offset + number + 1}]", width if believed else 0, len(rows), taken)
            for number, row in enumerate(rows)
        ]
    )


def _area(rows: list[list[_Cell]], width: int) -> int:
    """Places that the cells would take with their spans."""
    return sum([min(cell.column_span, width) * min(cell.row_span, len(rows)) for row in rows for cell in row if cell.row_span > 1])


def _placed(row: list[_Cell], number: int, place: str, width: int, height: int, taken: dict[int, int]) -> tuple[GridCell, ...]:
    """The cells of a row behind those that come down from above; a `width` of 0: spans are not believed."""
    cells: list[GridCell] = []
    column = 0
    for position, cell in enumerate(row, 1):
        while taken and taken.get(column, 0) > number:
            column += 1
        columns = span = 1
        if width and (cell.column_span > 1 or cell.row_span > 1):
            columns = _free(taken, column, max(1, min(cell.column_span, width - column)), number)
            span = min(cell.row_span, height - number)
            if span > 1:
                taken.update(dict.fromkeys(range(column, column + columns), number + span))
        cells.append(GridCell(_cell_text(cell), number, column, f"{place}/td[{position}], line {cell.line}", span, columns))
        column += columns
    return tuple(cells)


def _free(taken: dict[int, int], column: int, columns: int, row: int) -> int:
    """How many of the columns are free: a span never runs into a cell that comes down from above."""
    return next((width for width in range(1, columns) if taken.get(column + width, 0) > row), columns)
