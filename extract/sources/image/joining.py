"""Tables that a page break cut: the pieces become one grid again.

A piece goes on where the one before is the last thing on its page, itself the first on its own, and the edges of its columns stand at the
same places. A repeated head is left out. A group label that runs over the break is blank, or cut in two, in the second piece: it is one
cell with the label above where both are more than one row high. Value cells are one row high, so a blank value stays a cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import NamedTuple

from extract.model import Grid, GridCell
from extract.normalize import label_key, leading_number

_SAME = 0.015
"""Share of the table's width by which the edges of a column may differ from page to page."""

_HEAD = 4

Rows = tuple[tuple[GridCell, ...], ...]


class Part(NamedTuple):
    """A table on a page. `edges` are those of its columns as shares of its width."""

    grid: Grid
    edges: tuple[float, ...]


def joined(above: Part, below: Part) -> Part | None:
    """Both as one table; None where the second does not go on with the first."""
    edges = _common(above.edges, below.edges)
    if edges is None:
        return None
    first, second = _placed(above, edges), _placed(below, edges)
    second = _without_head(first, second)
    if not second:
        return Part(replace(above.grid, rows=first), edges)
    return Part(replace(above.grid, rows=_stacked(first, second)), edges)


def _common(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...] | None:
    """The edges of the table with more of them, where all edges of the other are among them."""
    many, few = sorted((tuple(one), tuple(other)), key=len, reverse=True)
    return many if all(min(abs(edge - place) for place in many) <= _SAME for edge in few) else None


def _placed(part: Part, edges: Sequence[float]) -> Rows:
    """The rows with their columns counted by `edges`."""
    if len(part.edges) == len(edges):
        return part.grid.rows
    at = [min(range(len(edges)), key=lambda index: abs(edges[index] - place)) for place in part.edges]
    return tuple(tuple(_moved(cell, at) for cell in row) for row in part.grid.rows)


def _moved(cell: GridCell, at: Sequence[int]) -> GridCell:
    return cell._replace(column=at[cell.column], column_span=at[cell.column + cell.column_span] - at[cell.column])


def _without_head(first: Rows, second: Rows) -> Rows:
    """The second piece without the head rows that it repeats."""
    pairs = zip(first, second, strict=False)
    same = len(list(takewhile(lambda pair: _head_key(pair[0]) == _head_key(pair[1]) is not None, pairs)))
    if not 0 < same <= _HEAD or any(cell.row + cell.row_span > second[0][0].row + same for row in second[:same] for cell in row):
        return second
    return tuple(tuple(cell._replace(row=cell.row - same) for cell in row) for row in second[same:])


def _head_key(row: tuple[GridCell, ...]) -> tuple[tuple[str, int], ...] | None:
    """What a row of heads prints and where; None for a row with a figure."""
    if any(cell.text.strip().isdecimal() for cell in row) or not any(cell.text for cell in row):
        return None
    return tuple((label_key(cell.text), cell.column) for cell in row)


def _stacked(first: Rows, second: Rows) -> Rows:
    height = max(cell.row + cell.row_span for row in first for cell in row)
    rows = [list(row) for row in first]
    for row in second:
        kept = [cell for cell in row if cell.row > 0 or not _taken_over(rows, cell, height)]
        if kept:
            rows.append([cell._replace(row=cell.row + height) for cell in kept])
    return tuple(tuple(row) for row in rows)


def _taken_over(rows: list[list[GridCell]], cell: GridCell, height: int) -> bool:
    """Whether a cell of the first row behind the break is the rest of the label above it; then that label is lengthened."""
    for row in rows:
        for index, above in enumerate(row):
            ends_here = above.row + above.row_span == height and (above.column, above.column_span) == (cell.column, cell.column_span)
            if ends_here and max(above.row_span, cell.row_span) > 1 and _is_rest(above, cell):
                confidence = min(above.confidence, cell.confidence)
                row[index] = above._replace(text=above.text + cell.text, row_span=above.row_span + cell.row_span, confidence=confidence)
                return True
    return False


def _is_rest(above: GridCell, cell: GridCell) -> bool:
    if not cell.text:
        return True
    return min(above.row_span, cell.row_span) > 1 and not leading_number(cell.text).style
