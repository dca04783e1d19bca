"""Which value cell stands under which head: by order where the counts agree, by geometry only where it leaves one reading.

On real pages the cells of a head span 1-1-2-1 columns where the cells below span 1-2-1-1, so that expanded columns put a value under
two heads; the order of anchored cells is what the form means (ARCHITECTURE.md, "What this material forces", no. 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.tables.lines import Cell, Line


@dataclass(frozen=True, slots=True)
class Slot:
    """A leaf of a head: what it stands for (None for an unknown head), and its cell, None where no head is printed."""

    id: str | None
    cell: Cell | None = None


Found = list[Cell | None]


def align(label: Cell | None, cells: Sequence[Cell], slots: Sequence[Slot], line: Line) -> Found | None:
    """The cell of each slot; None altogether where the row leaves more than one reading.

    A slot is None where no cell can be its own: a number that is printed once over several columns or rows belongs to none of them.
    """
    if line.flat:
        return _flat(cells, len(slots))
    if len(cells) == len(slots) and not _covered(label, line):
        return [None if cell.down > 1 and _spans_rows(cell, label, cells) else cell for cell in cells]
    return _by_geometry(label, cells, slots, line)


def _flat(cells: Sequence[Cell], count: int) -> Found | None:
    """In a flattened row gaps behind the last value are what spans leave; gaps between count only where one source line holds the row."""
    printed = [cell for cell in cells if cell.text]
    if len(printed) == count:
        return list(printed)
    kept = list(cells)
    while len(kept) > count and not kept[-1].text:
        kept.pop()
    one_line = len({cell.line for cell in kept}) == 1
    return list(kept) if len(kept) == count and (one_line or count == 1) else None


def _covered(label: Cell | None, line: Line) -> bool:
    """Whether a rowspan from above takes a place behind the label."""
    return True in [label is None or above.column >= label.end for above in line.above]


def _spans_rows(cell: Cell, label: Cell | None, cells: Sequence[Cell]) -> bool:
    """Whether a number reaches down into rows that have a label of their own."""
    return cell.down > 1 and cell.is_number and cell.down > (label.down if label else min(one.down for one in cells))


def _by_geometry(label: Cell | None, cells: Sequence[Cell], slots: Sequence[Slot], line: Line) -> Found | None:
    """Each cell under the head with the very same columns; a cell over several whole heads belongs to none of them."""
    heads = [slot.cell for slot in slots if slot.cell and slot.cell.grid == line.grid]
    by_range = {(head.column, head.end): index for index, head in enumerate(heads)}
    if not cells or len(heads) != len(slots) or len(by_range) != len(heads):
        return None
    found: Found = [None] * len(slots)
    accounted: set[int] = set()
    for own, cell in [*((False, cell) for cell in line.above), *((True, cell) for cell in cells)]:
        under = {index for index, head in enumerate(heads) if cell.column <= head.column and head.end <= cell.end}
        if own and not under and _touches(cell, heads):
            return None
        accounted |= under
        index = by_range.get((cell.column, cell.end))
        if index is not None and not (_spans_rows(cell, label, cells) if own else cell.is_number):
            found[index] = cell
    return found if len(accounted) == len(slots) and any(found) else None


def _touches(cell: Cell, heads: Sequence[Cell]) -> bool:
    """Whether a cell that stands under no whole head matters: it prints something, or takes a part of a head's columns."""
    return bool(cell.text) or any(head.column < cell.end and cell.column < head.end for head in heads)
