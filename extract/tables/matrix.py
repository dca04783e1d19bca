"""Part three of the national forms: what became of the requests, by seven kinds of applicant.

Rows are found by their labels, columns by the head where it can be read, else by the printed order. A damaged row waits until the table
is read, and its identities decide (extract.tables.doubtful; DOMAIN.md section 13).
"""

from __future__ import annotations

from extract.data import templates
from extract.tables.align import Slot, align
from extract.tables.doubtful.rows import is_padded
from extract.tables.drafts import Damaged, Draft, Reading
from extract.tables.heads import in_columns, is_note, is_unlabelled, partition, store, with_unknown
from extract.tables.labels import MATRIX
from extract.tables.lines import Cell, Line
from extract.tables.segments import SHARED

TOTAL = "total"
SPLIT_ROW = "other_handling"
"""Row (六): a heading over three rows since 2021, a row of its own before, and still printed unsplit by some."""


def read(lines: list[Line], draft: Draft) -> None:
    """Reads the rows of a stretch of the matrix into `draft`."""
    head: list[Cell] = []
    in_head = False
    slots = _template_slots()
    for line in lines:
        if _is_head(line, in_head):
            head = [*(head if in_head else []), *line.cells]
            in_head = True
            continue
        if in_head:
            slots = _slots(head, slots, line)
        in_head = in_head and is_note(line)
        _read_row(line, slots, draft)
    if head:
        _note_missing(slots, draft, lines[0])


def _is_head(line: Line, in_head: bool) -> bool:
    """Whether the row belongs to the head: applicants, or the words above and beside them, and no figures.

    总计 and 其他 alone are a head only below one: the rows of these names may be blank.
    """
    if line.has_figures:
        return False
    mentions = [cell.mention for cell in line.cells if cell.text]
    named = [mention for mention in mentions if mention.matrix_head or mention.matrix_column]
    return any(mention.key not in SHARED for mention in named) or (in_head and bool(named) and len(named) == len(mentions))


def _columns() -> list[str]:
    return [column.id for column in templates().tables[MATRIX].columns]


def _template_slots() -> list[Slot]:
    return [Slot(column) for column in _columns()]


def _slots(head: list[Cell], before: list[Slot], line: Line) -> list[Slot]:
    """The leaves of the head in order. Where spans are broken or the head is flattened, the order of the form, without what is missing.

    A head repeated in part, as behind page breaks, leaves the columns of the head before it.
    """
    leaves = [cell for cell in head if cell.mention.matrix_column]
    ordered = None if line.flat else in_columns(leaves)
    printed = {cell.mention.matrix_column for cell in leaves}
    if ordered is None or _is_pushed_aside(leaves, ordered, line):
        return [slot for slot in _template_slots() if line.flat or slot.id in printed]
    if before[0].cell and printed < {slot.id for slot in before} and len(line.cells) > len(before):
        return before
    return [Slot(cell.mention.matrix_column, cell) for cell in with_unknown(ordered, head)] or before


def _is_pushed_aside(leaves: list[Cell], ordered: list[Cell], line: Line) -> bool:
    """Whether wrong spans have pushed leaves of the form's own head out of their columns, so that their order means nothing.

    The form prints 自然人 and 总计 in the row above the five organisations, or all seven in a row; what is out of that order was not meant
    to be where it stands over no value, or where the first row adds up in the order of the form only.
    """
    form = _columns()
    printed = [cell.mention.matrix_column for cell in leaves]
    if [cell.mention.matrix_column for cell in ordered] == form or printed not in ([form[0], form[-1], *form[1:-1]], form):
        return False
    values = [cell for cell in line.cells if cell.is_value]
    if not {cell.column for cell in leaves} <= {cell.column for cell in values}:
        return True
    numbers = [cell.value.value or 0 for cell in values]
    place = next(index for index, cell in enumerate(ordered) if cell.mention.matrix_column == TOTAL)
    return len(numbers) == len(form) and 2 * numbers[-1] == sum(numbers) != 2 * numbers[place]


def _note_missing(slots: list[Slot], draft: Draft, line: Line) -> None:
    """A finding for each column of the form that the head lacks."""
    for column in _columns():
        if column not in {slot.id for slot in slots}:
            draft.find("missing_column", column, "not_assessable", line)


def _read_row(line: Line, slots: list[Slot], draft: Draft) -> None:
    label, values = partition(line, lambda mention: mention.matrix_row is not None)
    if is_unlabelled(label, values):
        draft.find("unlabelled_row", "", "not_assessable", line)
    elif label and values and not is_note(line):
        _read_labelled(label, values, line, slots, draft)


def _read_labelled(label: Cell, values: tuple[Cell, ...], line: Line, slots: list[Slot], draft: Draft) -> None:
    row_id = label.mention.matrix_row
    if row_id is None:
        if line.has_figures:
            draft.add_unknown(label.text, line)
        return
    draft.note_order(row_id)
    found = align(label, values, slots, line)
    if found and not is_padded(values, len(slots)):
        store(draft, row_id, slots, found, line)
    elif any(cell.is_number or cell.value.warning for cell in values):
        _read_damaged(row_id, values, line, slots, draft)
    elif any(cell.text for cell in values):
        draft.find("uneven_row", row_id, "not_assessable", line, columns=len(slots), cells=len(values))


# ------------------------------------------------------------------------------------------------ damaged rows


def _read_damaged(row_id: str, values: tuple[Cell, ...], line: Line, slots: list[Slot], draft: Draft) -> None:
    """Keeps a row whose cells do not fit until the table is read, where the head is the form's own; else it is a finding."""
    printed = [cell for cell in values if cell.text]
    if [slot.id for slot in slots] != _columns():
        draft.find("uneven_row", row_id, "not_assessable", line, columns=len(slots), cells=len(printed))
    elif line.flat and (readings := _with_gaps(values)):
        draft.add_row(row_id, readings, line)
    else:
        draft.damaged.append(Damaged(row_id, tuple(_columns()), values, line, printed=len(values) == len(slots) and len(printed) > 1))


def _with_gaps(values: tuple[Cell, ...]) -> list[Reading] | None:
    """Seven places as the separators print them, gaps among them, where the last is the sum of the others."""
    count = len(_columns())
    kept = values[:count]
    if len(kept) < count or any(cell.text for cell in values[count:]) or not all(cell.is_value for cell in kept):
        return None
    numbers = [cell.value.value or 0 for cell in kept]
    if not kept[-1].is_number or sum(numbers[:-1]) != numbers[-1] or not numbers[-1]:
        return None
    return [Reading(column, cell, None, "gaps confirmed by the row sum") for column, cell in zip(_columns(), kept, strict=True)]
