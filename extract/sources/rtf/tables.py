"""Rows of RTF: cells are told by their right edges (`\\cellx`), so the columns of a table are the edges that its rows have together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from extract.sources.spans import Placed

_NEAR = 60
"""Twips (a millimetre) between two edges that are one: programs round differently from row to row."""


@dataclass(slots=True)
class Edge:
    """The definition of a cell: where it ends, and how it is merged (first or next, across and down)."""

    right: int
    across: str | None = None
    down: str | None = None


@dataclass(slots=True)
class Cell:
    """What a cell holds: paragraphs, and tables between them."""

    content: list[Paragraph | Rows] = field(default_factory=list)


@dataclass(slots=True)
class Paragraph:
    """A paragraph as printed."""

    text: str
    heading: bool = False
    centred: bool = False
    bold: bool = False


@dataclass(slots=True)
class Row:
    """A row: its cells, and the definitions that stood before or behind them."""

    cells: list[Cell]
    edges: list[Edge]


@dataclass(slots=True)
class Rows:
    """A table: rows that follow one another without a paragraph between them."""

    rows: list[Row] = field(default_factory=list)


def placed(table: Rows) -> Iterator[list[Placed[Cell]]]:
    """The rows with the columns of their cells. A row whose definitions do not fit its cells has them one by one."""
    columns = _columns([edge.right for row in table.rows for edge in row.edges])
    for row in table.rows:
        if len(row.edges) < len(row.cells) or any(a.right > b.right for a, b in zip(row.edges, row.edges[1:], strict=False)):
            yield [Placed(cell, number, 1) for number, cell in enumerate(row.cells)]
        else:
            yield list(_across(row, columns))


def _columns(edges: list[int]) -> dict[int, int]:
    """The number of the column that ends at each edge."""
    numbers: dict[int, int] = {}
    number, begin = -1, None
    for edge in sorted(set(edges)):
        if begin is None or edge - begin > _NEAR:
            number, begin = number + 1, edge
        numbers[edge] = number
    return numbers


def _across(row: Row, columns: dict[int, int]) -> Iterator[Placed[Cell]]:
    """The cells of a row; those merged across are one."""
    begin = 0
    pending: Placed[Cell] | None = None
    for cell, edge in zip(row.cells, row.edges, strict=False):
        end = max(columns[edge.right] + 1, begin + 1)
        if edge.across == "continue" and pending is not None:
            pending = pending._replace(columns=end - pending.column)
        else:
            if pending is not None:
                yield pending
            pending = Placed(cell, begin, end - begin, edge.down)
        begin = end
    if pending is not None:
        yield pending
