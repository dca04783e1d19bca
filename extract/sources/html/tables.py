"""Tables: a grid with anchored cells, or what a table lays out, or both by turns.

A table that lays out a page is dissolved: rows that hold prose or other tables give their content as lines and grids, the rows between
them stay tables. The places of cells are those of the markup: `table[2]/tr[3]/td[4], line 120` is the fourth printed cell in the third
printed row of the article's second table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from extract.blocks import is_label
from extract.data.pages import pages
from extract.html import Element
from extract.model import Grid, GridCell
from extract.normalize import leading_number
from extract.sources.html.cells import MAX_SPAN, PROSE, Cell, is_prose, text_of
from extract.sources.html.lines import Collected

MAX_EXPANDED = 1_000_000
"""Cells of a table with its spans filled. Over it the spans are no longer believed."""

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NOTE = re.compile(r"\s*[(（]?(?:注|备注|说明|填表说明|附注)\d?\s*[:：]")

_BESIDE = 12
_VALUE = re.compile(r"\d|^[-—－/]+$|^[条件项次个人]$")
"""What stands beside a label of a table: a value or a unit, shorter than the text of a part."""

Collect = Callable[[Element], list[Collected]]
"""The walk, for cells of which only the text was read and the lines are wanted."""


@dataclass(slots=True)
class Table:
    """A table as collected; `number` counts the tables of the article from 1, `line` is that of its tag."""

    element: Element
    number: int
    line: int
    rows: list[list[Cell]] = field(default_factory=list)


def resolve(table: Table, collect: Collect) -> list[Collected]:
    """A table as what it stands for: a grid, or what it lays out, or both by turns."""
    rows = [row for row in map(_shown, table.rows) if row is not None]
    if all(len(row) <= 1 for row in rows):
        return _content(rows, collect)
    prose = [_lays_out(row) for row in rows]
    if any(prose) or any(map(_opens_part, rows)):
        return _by_turns(table, rows, prose, collect)
    return [] if _is_menu(table.element) else _grid_of(table, rows, 0, len(rows), collect)


def _content(rows: list[list[Cell]], collect: Collect) -> list[Collected]:
    """Lines and grids of all cells, with what their markup says about them."""
    return [one for row in rows for cell in row for one in (collect(cell.element) if cell.collected is None else cell.collected)]


def _shown(row: list[Cell]) -> list[Cell] | None:
    """A row without empty hidden cells; None for a hidden row without text (spreadsheets export column widths as such a row)."""
    if not [cell for cell in row if not cell.text]:
        return row
    parent = row[0].element.getparent()
    if parent is not None and _is_hidden(parent) and not any(map(text_of, row)):
        return None
    return [cell for cell in row if cell.text or not _is_hidden(cell.element) or text_of(cell)]


def _is_hidden(element: Element) -> bool:
    return bool(_HIDDEN_STYLE.search(element.get("style") or ""))


def _lays_out(row: list[Cell]) -> bool:
    """Whether a row holds prose or tables, and is no note."""
    candidates = [cell for cell in row if cell.text is None or cell.collected or len(cell.text) >= PROSE]
    return bool(candidates) and any(map(is_prose, candidates)) and not _is_note(row)


def _is_menu(table: Element) -> bool:
    """Whether all text of a table stands inside links."""
    linked = sum(len("".join(link.itertext()).strip()) for link in table.iter("a") if link.get("href"))
    return linked > 0 and linked >= len("".join("".join(table.itertext()).split()))


def _is_note(row: list[Cell]) -> bool:
    """A long note under a table's figures (注: ...) belongs to the table."""
    return len(row) == 1 and bool(_NOTE.match(text_of(row[0])))


def _by_turns(table: Table, rows: list[list[Cell]], prose: list[bool], collect: Collect) -> list[Collected]:
    """A report set in a table: rows of prose, and section headings that fill a row, end the grid before them."""
    out: list[Collected] = []
    start = 0
    for number, row in enumerate(rows):
        if prose[number] or _opens_part(row) or (_is_alone(row) and (_is_section_heading(row[0]) or _is_sentence(row))):
            out += _grid_of(table, rows, start, number, collect)
            out += _content([row], collect)
            start = number + 1
    return out + _grid_of(table, rows, start, len(rows), collect)


def _is_section_heading(cell: Cell) -> bool:
    text = text_of(cell)
    return len(text) <= 60 and leading_number(text).style in ("cn_comma", "cn_bare", "part") and not is_label(text)


def _opens_part(row: list[Cell]) -> bool:
    """The numbered heading of a part of the national forms, alone in its row or beside the text of the part: tables often begin with it."""
    if not (0 < len(row) <= 2 or _is_alone(row)) or not _is_section_heading(row[0]):
        return False
    beside = "".join(map(text_of, row[1:]))
    return any(word in text_of(row[0]) for word in pages().markers) and (len(beside) > _BESIDE or not _VALUE.search(beside))


def _is_alone(row: list[Cell]) -> bool:
    """Whether nothing but the first cell of a row is printed."""
    return len(row) == 1 or (len(row) > 1 and not text_of(row[1]) and not any(map(text_of, row[2:])))


def _is_sentence(row: list[Cell]) -> bool:
    return "。" in text_of(row[0]) and not _is_note(row)


def _grid_of(table: Table, rows: list[list[Cell]], start: int, end: int, collect: Collect) -> list[Collected]:
    """The grid of some rows, or their lines where no row has two cells; nothing for rows without text."""
    chosen = rows[start:end]
    if all(len(row) <= 1 for row in chosen):
        return _content(chosen, collect)
    grid = Grid(_anchored(chosen, f"table[{table.number}]", start), f"table[{table.number}], line {table.line}")
    return [grid] if any(cell.text for row in grid.rows for cell in row) else []


def _anchored(rows: list[list[Cell]], place: str, offset: int) -> tuple[tuple[GridCell, ...], ...]:
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


def _area(rows: list[list[Cell]], width: int) -> int:
    """Places that the cells would take with their spans."""
    return sum([min(cell.column_span, width) * min(cell.row_span, len(rows)) for row in rows for cell in row if cell.row_span > 1])


def _placed(row: list[Cell], number: int, place: str, width: int, height: int, taken: dict[int, int]) -> tuple[GridCell, ...]:
    """The cells of a row behind those that come down from above; a `width` of 0: spans are not believed."""
    cells: list[GridCell] = []
    column = 0
    for position, cell in enumerate(row, 1):
        while taken and taken.get(column, 0) > number:
            column += 1
        text, locator = text_of(cell) if cell.text is None else cell.text, f"{place}/td[{position}], line {cell.line}"
        if width and (cell.column_span > 1 or cell.row_span > 1):
            columns = _free(taken, column, max(1, min(cell.column_span, width - column)), number)
            span = min(cell.row_span, height - number)
            if span > 1:
                taken.update(dict.fromkeys(range(column, column + columns), number + span))
            # _make: a named tuple made field by field takes nearly twice as long, and a page has hundreds
            cells.append(GridCell._make((text, number, column, locator, span, columns, None, 1.0)))
            column += columns
        else:
            cells.append(GridCell._make((text, number, column, locator, 1, 1, None, 1.0)))
            column += 1
    return tuple(cells)


def _free(taken: dict[int, int], column: int, columns: int, row: int) -> int:
    """How many of the columns are free: a span never runs into a cell that comes down from above."""
    return next((width for width in range(1, columns) if taken.get(column + width, 0) > row), columns)
