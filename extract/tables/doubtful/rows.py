"""Rows whose cells do not fit the columns: digits run together, a number over two cells, a cell lost or pushed aside.

Every way to read such a row is tried against the identities of its table, all damaged rows of the table together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from extract.data import templates
from extract.model import Number
from extract.tables.doubtful.deciding import Answer, Question, Value, decide
from extract.tables.doubtful.digits import WAYS_MAX, fills, splits
from extract.tables.doubtful.known import held
from extract.tables.drafts import Damaged, Draft, Reading
from extract.tables.lines import Cell, read_value

AS_PRINTED = "as printed"
SPLIT = "digits split by the sums of the form"
JOINED = "a number joined from two cells by the sums of the form"
MOVED = "a cell put in its place by the sums of the form"
PLACED = "placed by the row sum and the column totals"
SHOWN_MAX = 20
"""Readings that a finding lists."""


class Piece(NamedTuple):
    """A value of a row: the cell it was printed in, None where its cell is lost and only the row sum says what it must have been."""

    cell: Cell | None
    text: str


class Way(NamedTuple):
    """One way to read a row, a piece for each column, and what had to be done for it."""

    pieces: tuple[Piece, ...]
    how: str

    @property
    def values(self) -> tuple[Value, ...]:
        """What the cells would hold."""
        return tuple(Value(value.value, value.state) for value in (read_value(piece.text, False) for piece in self.pieces))


class _Row(NamedTuple):
    """A damaged row with its readings: those of equal values together."""

    row: Damaged
    ways: dict[tuple[Value, ...], list[Way]]

    @property
    def question(self) -> Question:
        return Question(tuple((self.row.row_id, column) for column in self.row.columns), tuple(self.ways))


def settle(draft: Draft, table_id: str) -> None:
    """Stores the damaged rows that have one reading; the others are left out, with a finding."""
    rows: list[_Row] = []
    seen = {known for known, _ in draft.cells}
    for row in draft.damaged:
        ways = {} if row.row_id in seen else _grouped(row, table_id)
        seen.add(row.row_id)
        if ways:
            rows.append(_Row(row, ways))
        else:
            _leave_out(draft, row, ())
    answers = decide(held(draft, table_id, {one.row.row_id for one in rows}), [one.question for one in rows])
    for one, answer in zip(rows, answers, strict=True):
        _store(draft, one, answer)
    draft.sort_rows()


def _store(draft: Draft, one: _Row, answer: Answer) -> None:
    shown = [" | ".join(piece.text for piece in ways[0].pieces) for ways in one.ways.values()]
    ways = [] if answer.taken is None else list(one.ways.values())[answer.taken]
    if any(piece.cell is None for way in ways for piece in way.pieces) and not answer.column:
        ways = []
    if ways:
        _add(draft, one.row, ways, shown, answer.taken)
    elif one.row.printed:
        _keep(draft, one.row, shown)
    else:
        _leave_out(draft, one.row, shown)


def _add(draft: Draft, row: Damaged, ways: Sequence[Way], shown: Sequence[str], taken: int | None) -> None:
    """Stores the one reading. Of a lost cell nothing is stored: what it must have been is in the finding, never in a cell."""
    kept = [all(way.pieces[index].cell is not None for way in ways) for index in range(len(row.columns))]
    how = ways[0].how
    readings = [
        Reading(column, piece.cell, row.unit, None if how == AS_PRINTED else how, piece.text)
        for column, piece, keep in zip(row.columns, ways[0].pieces, kept, strict=True)
        if keep and piece.cell is not None
    ]
    draft.add_row(row.row_id, readings, row.line)
    if not all(kept):
        draft.find("uneven_row", row.row_id, "not_assessable", row.line, columns=len(row.columns), cells=len(row.values))
    draft.find("cell_reading", row.row_id, "holds", row.line, taken=shown[taken or 0], readings=shown[:SHOWN_MAX], how=how)


def _keep(draft: Draft, row: Damaged, shown: Sequence[str]) -> None:
    """Stores a row as it is printed; that it can be read in another way is a finding."""
    draft.add_row(row.row_id, [Reading(column, cell, row.unit) for column, cell in zip(row.columns, row.values, strict=True)], row.line)
    draft.find("cell_reading", row.row_id, "not_assessable", row.line, readings=shown[:SHOWN_MAX])


def _leave_out(draft: Draft, row: Damaged, shown: Sequence[str]) -> None:
    printed = len([cell for cell in row.values if cell.text])
    evidence = {"readings": shown[:SHOWN_MAX]} if shown else {}
    draft.find("uneven_row", row.row_id, "not_assessable", row.line, columns=len(row.columns), cells=printed, **evidence)


# ------------------------------------------------------------------------------------------------ the ways to read a row


def _grouped(row: Damaged, table_id: str) -> dict[tuple[Value, ...], list[Way]]:
    """The ways to read a row by what the cells would hold; none where there are too many to try."""
    found: dict[tuple[Value, ...], list[Way]] = {}
    for way in _ways(row, table_id) or ():
        if all(value.state != "text" for value in way.values) and not any(map(_is_no_number, way.pieces)):
            found.setdefault(way.values, []).append(way)
    return found if len(found) <= WAYS_MAX else {}


def _is_no_number(piece: Piece) -> bool:
    """Digits that are several numbers: none begins with a 0 but 0 itself."""
    return _is_digits(piece.text) and piece.text[0] == "0" and len(piece.text) > 1


def _ways(row: Damaged, table_id: str) -> list[Way] | None:
    """Every way; None where there are too many."""
    count, printed = len(row.columns), [cell for cell in row.values if cell.text]
    shape = _shape(table_id)
    cut = _run_together(printed, shape) if shape else []
    if cut is None:
        return None
    if len(row.values) == count:
        as_printed = Way(tuple(Piece(cell, cell.text) for cell in row.values), AS_PRINTED)
        return [*cut, *([as_printed] if row.printed else ())]
    cells = printed if row.line.flat else row.values
    return [*cut, *_one_over(cells, count), *_one_short(cells, count, shape), *(_placed(printed, count) if row.line.flat and shape else ())]


def _shape(table_id: str) -> tuple[int, ...]:
    """Sizes of the groups of columns whose last is the sum of the others; () where no columns add up."""
    template = templates().tables[table_id]
    if template.layout == "matrix":
        return (len(template.columns),)
    groups = dict.fromkeys((column.group_parent, column.group) for column in template.columns)
    return tuple(len(template.columns) // len(groups) for _ in groups) if template.layout == "one_row" else ()


def _run_together(printed: Sequence[Cell], shape: tuple[int, ...]) -> list[Way] | None:
    """The numbers of digits that run together."""
    found = splits([cell.text for cell in printed], shape)
    if found is None:
        return None
    return [Way(tuple(Piece(_owner(printed, parts, index), part) for index, part in enumerate(parts)), SPLIT) for parts in found]


def _owner(cells: Sequence[Cell], parts: Sequence[str], index: int) -> Cell:
    """The cell that the part at `index` was cut from."""
    offset = sum(map(len, parts[:index]))
    for cell in cells:
        if offset < len(cell.text):
            return cell
        offset -= len(cell.text)
    return cells[-1]


def _one_over(cells: Sequence[Cell], count: int) -> Iterator[Way]:
    """A row with a cell too many: a number broken over two cells, or an empty cell that pushed the others aside."""
    if len(cells) != count + 1:
        return
    pieces = [Piece(cell, cell.text) for cell in cells]
    for index, cell in enumerate(cells):
        if not cell.text:
            yield Way((*pieces[:index], *pieces[index + 1 :]), MOVED)
        elif index + 1 < len(cells) and _is_digits(cell.text) and _is_digits(cells[index + 1].text):
            yield Way((*pieces[:index], Piece(cell, cell.text + cells[index + 1].text), *pieces[index + 2 :]), JOINED)


def _one_short(cells: Sequence[Cell], count: int, shape: tuple[int, ...]) -> Iterator[Way]:
    """A row with a cell too few: two numbers run together in one cell, or a cell that is lost."""
    if len(cells) != count - 1:
        return
    pieces = [Piece(cell, cell.text) for cell in cells]
    for index, cell in enumerate(cells):
        for cut in range(1, len(cell.text)) if _is_digits(cell.text) else ():
            halves = cell.text[:cut], cell.text[cut:]
            yield Way((*pieces[:index], *(Piece(cell, half) for half in halves), *pieces[index + 1 :]), SPLIT)
    for index in range(count) if shape else ():
        implied = _implied(pieces, index, shape)
        if implied is not None and implied >= 0:
            yield Way((*pieces[:index], Piece(None, str(implied)), *pieces[index:]), MOVED)


def _implied(pieces: Sequence[Piece], index: int, shape: tuple[int, ...]) -> Number | None:
    """What the cell that is lacking at `index` must hold by the sum of its group; None where the group holds no number."""
    start = index // shape[0] * shape[0]
    group = [read_value(piece.text, False) for piece in pieces[start : start + shape[0] - 1]]
    numbers = [value.value or 0 for value in group]
    if not any(value.state == "number" for value in group):
        return None
    return sum(numbers) if index == start + shape[0] - 1 else numbers[-1] - sum(numbers[:-1])


def _placed(printed: Sequence[Cell], count: int) -> Iterator[Way]:
    """The printed numbers of a flattened row, each in some column, the other cells blank."""
    numbers = [cell.value.value for cell in printed if cell.value.value is not None]
    if len(numbers) == len(printed):
        for columns in fills(numbers, count):
            cells = dict(zip(columns, printed, strict=True))
            pieces = [Piece(cells[index], cells[index].text) if index in cells else Piece(printed[-1], "") for index in range(count)]
            yield Way(tuple(pieces), PLACED)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


# ------------------------------------------------------------------------------------------------ rows that only seem to fit


def is_padded(values: Sequence[Cell], count: int) -> bool:
    """Whether a row that fits its columns may be one whose digits run together, with blank cells behind them (5100006 and six blanks)."""
    printed = [cell.text for cell in values if cell.text]
    leading = len(values) == count and all(cell.text for cell in values[: len(printed)])
    return leading and 0 < len(printed) < count and all(map(_is_digits, printed)) and sum(map(len, printed)) >= count
