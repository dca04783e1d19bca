"""Printed rows of a grid as the readers of tables see them: cells with what their text can be, and what rowspans cover from above.

A real table keeps its geometry. A flattened one (`Grid.flat`) has none: its cells are a stream, cut here into rows, each of which begins
with its labels and ends with its values (DOMAIN.md section 13).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from extract.model import Grid, GridCell
from extract.numbers import CellValue, parse_cell
from extract.tables.labels import Mention, mention

COVERING_MAX = 64
"""Cells that reach down into a row at a time; a page with more is no form, and the oldest are forgotten."""
BROKEN_MAX = 4
ROW_MAX = 100  # cells of one row of a flattened grid; part four with its head, the longest, has 38
"""Pieces that one label may be broken into, each printed as a cell of its own."""
_CHANGES = frozenset("增减升降多少新上下+-＋－−↑↓")
"""What a change is printed with."""


@lru_cache(maxsize=8192)
def read_value(text: str, signed: bool) -> CellValue:
    """What `text` says in a column of changes (`signed`) or any other; remembered, for most cells of a form print the same."""
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) < 10:
        return CellValue("number", int(text))
    return parse_cell(text, signed=signed)


def cell_value(text: str) -> CellValue:
    """What `text` says if it is a value cell of whatever column: 减少5项 counts as a number here."""
    value = read_value(text, False)
    return read_value(text, True) if value.state == "text" and value.warning and not _CHANGES.isdisjoint(text) else value


@dataclass(slots=True)
class Cell:
    """A cell with what its text can be. In a flattened grid `column` says nothing; `line` is the source line.

    `grid` tells grids apart: columns of different grids have nothing to do with each other. `down` is the rowspan. `is_value`: the cell
    holds what a value cell holds, a number, a dash, or nothing. `is_number`: a number is printed. Every reader asks every cell, so both
    are set once, and the fields are slots: those of a named tuple take five times as long to read.
    """

    text: str
    mention: Mention
    value: CellValue
    is_value: bool
    is_number: bool
    column: int
    span: int
    locator: str
    line: int
    grid: int
    down: int = 1

    @property
    def end(self) -> int:
        """The first expanded column behind the cell."""
        return self.column + self.span

    def saying(self, text: str) -> Cell:
        """The cell with another text."""
        said, mentioned, value, is_value, is_number = _said(text)
        return replace(self, text=said, mention=mentioned, value=value, is_value=is_value, is_number=is_number)


@dataclass(slots=True)
class Line:
    """A printed row; `above` are the cells of earlier rows whose rowspan covers a part of it. `has_figures`: any cell is a number."""

    cells: tuple[Cell, ...]
    flat: bool = False
    above: tuple[Cell, ...] = ()
    has_figures: bool = field(init=False)

    def __post_init__(self) -> None:
        self.has_figures = True in [cell.is_number for cell in self.cells]

    @property
    def grid(self) -> int:
        """The grid of the row's cells."""
        return self.cells[0].grid

    @property
    def raw(self) -> str:
        """The row as printed, for people."""
        return " | ".join(cell.text for cell in self.cells)[:500]


def lines(grid: Grid, number: int) -> list[Line]:
    """The rows of `grid`. One that has never more than a cell a row is read as a flattened one: its geometry says nothing."""
    if grid.flat or all(len(row) <= 1 for row in grid.rows):
        return list(_flat_lines(grid, number))
    grid = _in_bands(grid)
    found = list(_anchored_lines(grid, number))
    return list(_anchored_lines(_turned(grid), number)) if _is_transposed(found) else found


def _in_bands(grid: Grid) -> Grid:
    """The grid with tables that stand side by side (two captions in one row) set one below the other."""
    if not [text for text in {cell.text for row in grid.rows for cell in row} if _said(text)[1].caption]:
        return grid  # nearly every one; most of its cells print the same few figures
    first, borders = next(
        ((index, columns) for index, row in enumerate(grid.rows) if len(columns := _captions(row)) > 1), (len(grid.rows), ())
    )
    end = next((index for index in range(first + 1, len(grid.rows)) if _captions(grid.rows[index])), len(grid.rows))
    rows = grid.rows[first:end]
    if not rows or any(_band(cell.column, borders) != _band(cell.column + cell.column_span - 1, borders) for row in rows for cell in row):
        return grid
    bands = [tuple(cell for cell in row if _band(cell.column, borders) == band) for band in range(len(borders)) for row in rows]
    return replace(grid, rows=(*grid.rows[:first], *(row for row in bands if any(cell.text for cell in row)), *grid.rows[end:]))


def _captions(row: tuple[GridCell, ...]) -> tuple[int, ...]:
    """The columns where captions of part two begin."""
    return tuple([cell.column for cell in row if _said(cell.text)[1].caption])


def _band(column: int, borders: tuple[int, ...]) -> int:
    return sum(border <= column for border in borders[1:])


@lru_cache(maxsize=8192)
def _said(printed: str) -> tuple[str, Mention, CellValue, bool, bool]:
    """The first fields of a cell: its text without white space around it, and what that can be."""
    text = printed.strip()
    value = cell_value(text)
    return text, mention(text), value, value.state != "text", value.state == "number"


def _cell(cell: GridCell, grid: int) -> Cell:
    text, mentioned, value, is_value, is_number = _said(cell.text)
    return Cell(text, mentioned, value, is_value, is_number, cell.column, cell.column_span, cell.locator, cell.row, grid, cell.row_span)


def _anchored_lines(grid: Grid, number: int) -> Iterator[Line]:
    reaching: list[tuple[int, Cell]] = []
    for row in grid.rows:
        cells = tuple([_cell(cell, number) for cell in row])
        if not cells:
            continue
        index = row[0].row
        reaching = [(last, cell) for last, cell in reaching if last >= index]
        yield Line(cells, above=tuple([cell for _, cell in reaching]))
        reaching += [(index + cell.down - 1, cell) for cell in cells if cell.down > 1]
        reaching = reaching[-COVERING_MAX:]


def _is_transposed(found: list[Line]) -> bool:
    """Whether columns of the form run down the side: figures stand behind column labels only, row labels above them."""
    filled = [line for line in found if line.has_figures]
    if not filled or any(_is_row_label(cell) for line in filled for cell in line.cells):
        return False
    sideways = [line for line in filled if any(_is_column_label(cell) for cell in line.cells)]
    above = any(_is_row_label(cell) for line in found if not line.has_figures for cell in line.cells)
    return len(sideways) * 2 > len(filled) and (above or sum(any(cell.mention.result for cell in line.cells) for line in sideways) > 4)


def _is_row_label(cell: Cell) -> bool:
    return cell.mention.is_row and not cell.mention.is_column


def _is_column_label(cell: Cell) -> bool:
    return bool(cell.mention.article_columns or cell.mention.matrix_column or cell.mention.result)


def _turned(grid: Grid) -> Grid:
    """The grid with rows for columns."""
    rows: dict[int, list[GridCell]] = {}
    for row in grid.rows:
        for cell in row:
            turned = cell._replace(row=cell.column, column=cell.row, row_span=cell.column_span, column_span=cell.row_span)
            rows.setdefault(turned.row, []).append(turned)
    return replace(grid, rows=tuple(tuple(sorted(rows[index], key=lambda cell: cell.column)) for index in sorted(rows)))


# ------------------------------------------------------------------------------------------------ flattened grids


def _flat_lines(grid: Grid, number: int) -> Iterator[Line]:
    """Rows out of the stream of cells: a label after figures or gaps begins a row, so does the first row label behind a head."""
    current: list[Cell] = []
    for cells in _split_lines(grid, number):
        if current and _begins_unlabelled(current, cells):
            yield Line(tuple(current), flat=True)
            current = []
        for cell in cells:
            if current and (_begins(current, cell) or len(current) >= ROW_MAX):
                yield Line(tuple(current), flat=True)
                current = []
            current = _with(current, cell)
    if current:
        yield Line(tuple(current), flat=True)


def _is_label(cell: Cell) -> bool:
    """Text that is neither value nor unit. 无 and 零 are values; a known label is one whatever else it could be."""
    return cell.mention.is_known or (not cell.is_value and not cell.mention.is_unit)


def _is_head(cell: Cell) -> bool:
    """A label of a head that cannot be a row where it stands: 其他 and 总计 are rows by their number only, which the key has lost."""
    return cell.mention.is_column and not (cell.mention.is_row and cell.text[:1] in "(（0123456789一二三四五六七八九十")


def _begins(current: list[Cell], cell: Cell) -> bool:
    """Whether `cell` opens a row after the cells of `current`."""
    head = any(map(_is_head, current)) and not any(_is_label(one) and not _is_head(one) and one.mention.is_row for one in current)
    if not _is_label(cell):
        return head and cell.is_number
    if any(not _is_label(one) for one in current):
        return True
    return head and cell.mention.is_row and not _is_head(cell)


def _begins_unlabelled(current: list[Cell], cells: list[Cell]) -> bool:
    """Whether a source line is a row of figures without a label (part four), whose first cells may be empty."""
    return (
        len(cells) >= 5 and not any(map(_is_label, cells)) and any(cell.is_number for cell in cells) and all(map(_is_head_or_gap, current))
    )


def _is_head_or_gap(cell: Cell) -> bool:
    return _is_head(cell) or not cell.text


def _with(current: list[Cell], cell: Cell) -> list[Cell]:
    """`current` and `cell`; the pieces of a broken label become one cell where together they are known."""
    if not cell.mention.is_known and not cell.is_value:
        for count in range(1, BROKEN_MAX):
            pieces = current[-count:]
            if len(pieces) < count or any(piece.mention.is_known or piece.is_value for piece in pieces):
                break
            text = "".join(piece.text for piece in [*pieces, cell])
            if mention(text).is_known:
                return [*current[:-count], pieces[0].saying(text)]
    return [*current, cell]


def _split_lines(grid: Grid, number: int) -> Iterator[list[Cell]]:
    for row in grid.rows:
        yield [part for cell in row for part in _parts(_cell(cell, number))]


def _parts(cell: Cell) -> Iterable[Cell]:
    """The cell, or the labels and the figures that one cell holds with blanks between them (三、... 446 4 0 1 0 0 451)."""
    tokens = cell.text.split()
    if len(tokens) < 2 or cell.mention.is_known:
        return (cell,)
    cut = len(tokens)
    while cut and (cell_value(tokens[cut - 1]).state != "text" or mention(tokens[cut - 1]).is_unit):
        cut -= 1
    labels = _labels(tokens[:cut])
    if cut == len(tokens) and len(labels) == 1:
        return (cell,)
    return [cell.saying(text) for text in [*labels, *tokens[cut:]]]


def _labels(tokens: list[str]) -> list[str]:
    """The labels in front of the figures: a group's and the row's own (（三）不予公开 1.属于国家秘密) where the last words are a label."""
    for start in range(1, len(tokens)):
        if mention("".join(tokens[start:])).is_known and any(mention("".join(tokens[:end])).is_known for end in range(1, start + 1)):
            return [" ".join(tokens[:start]), " ".join(tokens[start:])]
    return [" ".join(tokens)] if tokens else []
