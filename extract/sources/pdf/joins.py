"""Tables that a page break cuts are put together again.

The part on the next page has the same outer sides, and its columns are among those of the first part or the other way round. A repeated
head is left out. A cell goes on over the break where neither side of it is closed by a line, where the lower part has nothing to say
before its first text (三、本年度办理结果 stands once, over both pages), or where only both texts together are a label of the forms. A
value cell that is closed stays what it is, empty or not. Two tables with other columns, or with text between them, stay two.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from extract.blocks import is_label
from extract.model import GridCell
from extract.sources.pdf.tables import Row, Table

_SIDES = 6.0
_SAME = 3.5
_HEAD_ROWS = 5
MAX_ROWS = 2_000
"""Rows of a table that may go on over a page break."""

Pair = tuple[GridCell, GridCell]


def go_together(above: Table, below: Table) -> bool:
    """Whether a table goes on in the first one of the next page."""
    if above.ruled != below.ruled or below.page != above.page + 1 or len(above.rows) > MAX_ROWS:
        return False
    if abs(above.xs[0] - below.xs[0]) > _SIDES or abs(above.xs[-1] - below.xs[-1]) > _SIDES:
        return False
    if _repeated(above, below):
        return True
    fewer, more = sorted((above.xs, below.xs), key=len)
    return all(any(abs(x - other) <= _SAME for other in more[1:-1]) for x in fewer[1:-1])


def joined(above: Table, below: Table) -> Table:
    """Both parts as one table. Cells keep the places that they have on their own pages."""
    xs = _united(above.xs, below.xs)
    head = _repeated(above, below)
    upper = [[_moved(cell, above.xs, xs) for cell in row] for row in above.rows]
    lower = [[_moved(cell, below.xs, xs)._replace(row=cell.row - head + len(upper)) for cell in row] for row in below.rows[head:]]
    open_above = frozenset() if head else _moved_columns(below.open_above, below.xs, xs)
    _rejoin(upper, lower, _moved_columns(above.open_below, above.xs, xs) & open_above)
    rows = _packed([*upper, *lower])
    open_below = _moved_columns(below.open_below, below.xs, xs)
    return replace(below, rows=rows, xs=xs, locator=above.locator, open_above=frozenset(), open_below=open_below)


def _repeated(above: Table, below: Table) -> int:
    """How many rows at the start of the lower part repeat the head of the upper one; rows of figures are no head."""
    count = 0
    for first, second in zip(above.rows[:_HEAD_ROWS], below.rows, strict=False):
        if _words(first) != _words(second) or not any(_words(first)) or any(text.isdecimal() for text in _words(first)):
            break
        count += 1
    spans = max((cell.row + cell.row_span for row in below.rows[:count] for cell in row), default=0)
    return count if count < len(below.rows) and spans <= max(count, 1) else 0


def _words(row: Row) -> list[str]:
    return ["".join(cell.text.split()) for cell in row]


# ------------------------------------------------------------------------------------------------ columns


def _united(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    """The columns of both."""
    return tuple(sorted([*first, *(x for x in second if all(abs(x - other) > _SIDES for other in first))]))


def _moved(cell: GridCell, old: Sequence[float], new: Sequence[float]) -> GridCell:
    """A cell at its columns among those of both parts."""
    start, end = (_nearest(old[column], new) for column in (cell.column, cell.column + cell.column_span))
    return cell._replace(column=start, column_span=max(1, end - start))


def _moved_columns(columns: Iterable[int], old: Sequence[float], new: Sequence[float]) -> frozenset[int]:
    return frozenset(place for column in columns for place in range(_nearest(old[column], new), _nearest(old[column + 1], new)))


def _nearest(x: float, places: Sequence[float]) -> int:
    return min(range(len(places)), key=lambda index: abs(places[index] - x))


# ------------------------------------------------------------------------------------------------ cells over the break


def _rejoin(upper: list[list[GridCell]], lower: list[list[GridCell]], unclosed: frozenset[int]) -> None:
    """Cells that go on over the break become one; so does a row where all its cells go on or only one part has its figures."""
    if not upper or not lower:
        return
    pairs = _pairs(upper, lower[0])
    going = [pair for pair in pairs if _goes_on(pair, lower[0], unclosed)]
    whole = len(going) == len(lower[0]) or (len(pairs) == len(lower[0]) and _is_cut_row(pairs, going))
    for above, below in pairs if whole else going:
        row = upper[above.row]
        grown = above._replace(text=above.text + below.text, row_span=above.row_span + below.row_span)
        row[row.index(above)] = grown
        lower[0].remove(below)


def _pairs(upper: list[list[GridCell]], first: list[GridCell]) -> list[Pair]:
    """Cells of the first row below with the cell right above the break, where they have the same sides."""
    ending = {(cell.column, cell.column_span): cell for row in upper for cell in row if cell.row + cell.row_span == len(upper)}
    return [(above, cell) for cell in first if (above := ending.get((cell.column, cell.column_span))) is not None]


def _goes_on(pair: Pair, first: list[GridCell], unclosed: frozenset[int]) -> bool:
    above, below = pair
    if above.text and below.text and above.text[-1].isdecimal() and below.text[0].isdecimal():
        return False
    if all(column in unclosed for column in range(below.column, below.column + below.column_span)):
        return True
    if not below.text:
        return not any(cell.text for cell in first[: first.index(below) + 1]) and any(cell.text for cell in first)
    return is_label(above.text + below.text) and not is_label(below.text)


def _is_cut_row(pairs: list[Pair], going: list[Pair]) -> bool:
    """Whether one row was cut: a label goes on, and of the other cells only those of one part hold anything."""
    others = [pair for pair in pairs if pair not in going]
    labels = any(above.text and below.text for above, below in going)
    return labels and (not any(above.text for above, _ in others) or not any(below.text for _, below in others))


def _packed(rows: Sequence[Sequence[GridCell]]) -> tuple[Row, ...]:
    """The rows that begin a cell, numbered anew, with the spans that are left."""
    kept = [number for number, row in enumerate(rows) if row]
    packed = []
    for place, number in enumerate(kept):
        row = sorted(rows[number], key=lambda cell: cell.column)
        packed.append(tuple(cell._replace(row=place, row_span=bisect_left(kept, cell.row + cell.row_span) - place) for cell in row))
    return tuple(packed)
