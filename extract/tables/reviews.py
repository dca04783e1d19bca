"""Part four of the national forms: fifteen figures in one row under a head three rows deep."""

from __future__ import annotations

from collections import Counter

from extract.data import Column, templates
from extract.tables.align import Slot, align
from extract.tables.doubtful.rows import is_padded
from extract.tables.drafts import Damaged, Draft
from extract.tables.heads import in_columns, in_words, is_note, store, with_unknown
from extract.tables.labels import REVIEWS
from extract.tables.lines import Cell, Line

ROW = "cases"


def read(lines: list[Line], draft: Draft) -> None:
    """Reads a stretch of part four into `draft`. A row that does not fit waits until the table is read."""
    head: list[Cell] = []
    in_head = False
    slots: list[Slot] | None = _form_slots()
    for line in lines:
        if _is_head(line):
            head = [*(head if in_head else []), *line.cells]
            in_head = True
            continue
        if not any(cell.is_number or cell.value.state == "dash" for cell in line.cells) and not _is_blank_row(line, head):
            continue
        if in_head:
            slots = _slots(head, line)
        in_head = False
        _read_row(line, slots, draft)


def is_bare_row(lines: list[Line]) -> bool:
    """Whether the rows are part four without its head: one row of fifteen figures and gaps, nothing else."""
    return (
        len(lines) == 1
        and lines[0].has_figures
        and len(lines[0].cells) == len(_columns())
        and all(cell.is_value for cell in lines[0].cells)
    )


def read_bare_row(lines: list[Line], draft: Draft) -> None:
    """Reads such a row in the order of the form."""
    draft.find("head_missing", ROW, "not_assessable", lines[0])
    _read_row(lines[0], _form_slots(), draft)


def _is_head(line: Line) -> bool:
    return not line.has_figures and any(cell.mention.result or cell.mention.group for cell in line.cells)


def _is_blank_row(line: Line, head: list[Cell]) -> bool:
    """A row of the form left blank; a spacer has fewer cells."""
    return not is_note(line) and len(line.cells) >= len([cell for cell in head if cell.mention.result]) > 0


def _columns() -> tuple[Column, ...]:
    return templates().tables[REVIEWS].columns


def _form_slots() -> list[Slot]:
    return [Slot(column.id) for column in _columns()]


def _slots(head: list[Cell], line: Line) -> list[Slot] | None:
    """The leaves in order, each in the group that stands over it; the form's own order where spans are broken; None for another head."""
    leaves = [cell for cell in head if cell.mention.result]
    ordered = None if line.flat else in_columns(leaves)
    if ordered is not None:
        ids = [_column(leaf, head) for leaf in ordered]
        if ids and None not in ids and len(set(ids)) == len(ids):
            named = {leaf.column: column for leaf, column in zip(ordered, ids, strict=True)}
            return [Slot(named.get(cell.column), cell) for cell in with_unknown(ordered, head)]
        if len({leaf.mention.result for leaf in ordered}) == len(ordered) > 0:
            return [Slot(leaf.mention.result, leaf) for leaf in ordered]
    counts = Counter(leaf.mention.result for leaf in leaves)
    expected = Counter(column.label for column in _columns())
    return _form_slots() if line.flat or counts == expected or not leaves else None


def _column(leaf: Cell, head: list[Cell]) -> str | None:
    """The column of a result under the innermost group that covers it."""
    groups = {cell.mention.group for cell in head if cell.mention.group and cell.column <= leaf.column and leaf.end <= cell.end}
    found = [column.id for column in _columns() if column.label == leaf.mention.result and column.group in groups]
    return found[0] if len(found) == 1 else None


def _read_row(line: Line, slots: list[Slot] | None, draft: Draft) -> None:
    slots = _in_group(slots, line) if slots else None
    if slots is None or not any(slot.id for slot in slots):
        draft.find("head_unreadable", ROW, "not_assessable", line)
        return
    values = _values(line)
    found = align(None, values, slots, line)
    columns = tuple(column.id for column in _columns())
    if (found is None or is_padded(values, len(slots))) and tuple(slot.id for slot in slots) == columns:
        printed = len([cell for cell in values if cell.text])
        draft.damaged.append(Damaged(ROW, columns, values, line, printed=found is not None and printed > 1))
    elif found is None:
        draft.find("uneven_row", ROW, "not_assessable", line, columns=len(slots), cells=len(values))
    else:
        store(draft, ROW, slots, found, line)


def _in_group(slots: list[Slot], line: Line) -> list[Slot]:
    """The columns of a row that is one group, where the table has the groups down its side and only the results in its head."""
    group = next((cell.mention.group for cell in reversed(line.cells) if cell.mention.group), None)
    by_label = {column.label: column.id for column in _columns() if column.group == group}
    ids = {column.id for column in _columns()}
    return [slot if slot.id in ids or slot.id is None else Slot(by_label.get(slot.id), slot.cell) for slot in slots]


def _values(line: Line) -> tuple[Cell, ...]:
    """The cells of the row without a label in front of them."""
    first = next((index for index, cell in enumerate(line.cells) if cell.is_value or not in_words(cell.text)), 0)
    return line.cells[first:]
