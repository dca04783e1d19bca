"""What the readers of all tables share: label and values of a row, and the leaves of a head in the order of its columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from extract.tables.align import Found, Slot
from extract.tables.drafts import Draft, Reading
from extract.tables.labels import Mention
from extract.tables.lines import Cell, Line

RowTest = Callable[[Mention], object]
HEAD_MAX = 200
"""Columns of the widest head that is looked at."""


def partition(line: Line, is_row: RowTest) -> tuple[Cell | None, tuple[Cell, ...]]:
    """The label of a row and the cells behind it.

    The label is the last one that is a row by `is_row` (group labels stand before it), else the last text before the first value.
    """
    for index in range(len(line.cells) - 1, -1, -1):
        if line.cells[index].mention.is_row and is_row(line.cells[index].mention):
            return line.cells[index], line.cells[index + 1 :]
    texts = [index for index, cell in enumerate(line.cells) if not cell.is_value and not cell.mention.is_unit]
    if not texts:
        return None, line.cells
    last = texts[0]
    while last + 1 in texts:
        last += 1
    return line.cells[last], line.cells[last + 1 :]


def is_unlabelled(label: Cell | None, values: Sequence[Cell]) -> bool:
    """Whether figures stand without a label of their own: none at all, or only that of a group, which reaches further down than they."""
    if label is not None and label.down == 1:
        return False
    if True not in [cell.is_number for cell in values]:
        return False
    return label is None or label.down > max(cell.down for cell in values)


def in_words(text: str) -> bool:
    """Whether a text may be a label: more than one character, a Chinese one among them. l2 and 丨 are figures that a recogniser misread."""
    return len(text) > 1 and any("一" <= char <= "鿿" for char in text)


def in_columns(cells: Sequence[Cell]) -> list[Cell] | None:
    """Leaves of a real head in the order of their columns; None where two of them stand over one column, so that spans are wrong."""
    ordered = sorted(cells, key=lambda cell: cell.column)
    overlap = any(left.end > right.column for left, right in pairwise(ordered))
    return None if overlap else ordered


def with_unknown(leaves: Sequence[Cell], head: Sequence[Cell]) -> list[Cell]:
    """The leaves of a real head, and the heads beside them that no form knows, the empty ones too, in the order of their columns.

    A head over or under a leaf is none, nor is what stands left of the first leaf: that is the corner.
    """
    first = min((leaf.column for leaf in leaves), default=0)
    taken = {column for leaf in leaves for column in range(leaf.column, leaf.end)}
    others: list[Cell] = []
    for cell in reversed(head):
        columns = set(range(cell.column, min(cell.end, cell.column + HEAD_MAX)))
        if cell.column >= first and not columns & taken:
            others.append(cell)
            taken |= columns
    return sorted([*leaves, *others], key=lambda cell: cell.column)


def is_note(line: Line) -> bool:
    """A row of one text over the whole width: a caption, a footnote, a title."""
    printed = [cell for cell in line.cells if cell.text]
    return len(printed) == 1 and not printed[0].is_value and not printed[0].mention.is_row


def store(draft: Draft, row_id: str, slots: Sequence[Slot], found: Found, line: Line) -> None:
    """Stores the cells of a row under their heads. A head no template knows keeps its label; a column without a cell is a finding."""
    pairs = list(zip(slots, found, strict=True))
    readings = [Reading(slot.id, cell, slot.cell.mention.unit if slot.cell else None) for slot, cell in pairs if slot.id and cell]
    nameless = [slot.cell for slot, cell in pairs if slot.id is None and slot.cell and cell and cell.is_number]
    for head in nameless:
        if head.text:
            draft.add_unknown(head.text, line)
    shifted = bool(nameless) and _is_shifted(nameless, readings)
    if shifted or len(readings) < len([slot for slot in slots if slot.id is not None]):
        draft.find("uneven_row", row_id, "not_assessable", line, columns=len(slots), cells=len(readings))
    if not shifted:
        draft.add_row(row_id, readings, line)


def _is_shifted(nameless: Sequence[Cell], readings: Sequence[Reading]) -> bool:
    """Whether a figure stands under an empty head while a column of the form is empty: the row may be out of place by a cell."""
    return any(not head.text for head in nameless) and any(not reading.cell.text for reading in readings)
