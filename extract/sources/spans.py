"""Tables whose merged cells are printed once for each row, as in Word and RTF: which cells are one, and over how many rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from extract.html import Element
from extract.sources.markup import Tree

Content = TypeVar("Content")


class Placed(NamedTuple, Generic[Content]):
    """A cell at the column of the grid where it begins. `merged` down the table: restart, continue, or None for a cell of one row."""

    content: Content
    column: int
    columns: int
    merged: str | None = None


def table(tree: Tree, parent: Element, rows: Iterable[Iterable[Placed[Content]]], fill: Callable[[Content, Element], None]) -> None:
    """A table below `parent`; `fill` puts the content of a cell into its element. Cells that go on from one above are left out.

    A row that begins further in than others keeps its columns, with an empty cell in front.
    """
    grid = [{cell.column: cell for cell in row} for row in rows]
    first = min((min(row) for row in grid if row), default=0)
    element = tree.table(parent)
    for number, row in enumerate(grid):
        line = tree.row(element)
        if row and (indent := min(row) - first):
            tree.cell(line, columns=indent)
        for cell in row.values():
            if cell.merged != "continue" or not _is_below(grid, number, cell):
                fill(cell.content, tree.cell(line, columns=cell.columns, rows=_height(grid, number, cell)))


def _height(rows: list[dict[int, Placed[Content]]], number: int, cell: Placed[Content]) -> int:
    """Rows that a cell takes: its own, and those below whose cell in the same column goes on from it."""
    end = number + 1
    while cell.merged and end < len(rows) and (below := rows[end].get(cell.column)) and below.merged == "continue":
        end += 1
    return end - number


def _is_below(rows: list[dict[int, Placed[Content]]], number: int, cell: Placed[Content]) -> bool:
    """Whether a continued cell has a merged one above it; one that has none stands for itself."""
    above = rows[number - 1].get(cell.column) if number else None
    return above is not None and above.merged is not None
