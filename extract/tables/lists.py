"""List tables: indicator, unit, value (the statistics of 2008 to 2018), possibly several side by side or with codes between.

Which template a list belongs to is decided by its markers and by how many of its rows each template knows (DOMAIN.md section 13).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from extract.data import Template, templates
from extract.tables.align import Slot, align
from extract.tables.drafts import Damaged, Draft, Reading
from extract.tables.heads import in_words, is_unlabelled
from extract.tables.lines import Cell, Line
from extract.tables.list_heads import CODE, NO_VALUES, REMARK, UNIT, head_slots, with_columns, yearly
from extract.tables.places import Place

MARKER_WEIGHT = 2
"""A marker counts as much as two rows: it stands in one form only."""

# ------------------------------------------------------------------------------------------------ which table


def scores(lines: list[Line]) -> Counter[str]:
    """How well each list template fits: rows it knows, and its markers, which count more."""
    found: Counter[str] = Counter()
    rows: dict[str, set[str]] = {}
    for line in lines:
        for cell in line.cells:
            for table, ids in cell.mention.list_rows.items():
                rows.setdefault(table, set()).update(ids)
            found.update(dict.fromkeys(cell.mention.markers, MARKER_WEIGHT))
    found.update({table: len(ids) for table, ids in rows.items()})
    return Counter({table: score for table, score in found.items() if table in rows})


def choose(lines: list[Line], everywhere: Counter[str], year: int) -> str | None:
    """The template of a list: best for itself, then best for all lists of the report, then of the year's era. None where none fits.

    At least two rows must be known, and half of those that print figures.
    """
    own = scores(lines)
    if not own:
        return None
    era = templates().era_of_year(year)
    order = list(templates().tables)
    best = max(own, key=lambda table: (own[table], everywhere[table], table in era.tables, -order.index(table)))
    labelled = [line for line in lines if line.has_figures]
    known = [line for line in labelled if any(best in cell.mention.list_rows for cell in line.cells)]
    enough = len(known) * 2 >= len(labelled) if len(known) >= 2 else 0 < len(known) == len(labelled)
    return best if enough else None


# ------------------------------------------------------------------------------------------------ its rows


@dataclass(slots=True)
class _Item:
    """An indicator with the cells behind it."""

    label: Cell
    known: bool
    cells: list[Cell] = field(default_factory=list)


def read(lines: list[Line], draft: Draft) -> bool:
    """Reads a list into `draft`. False where its columns cannot be named, or fit no row at all: then nothing is read."""
    template = templates().tables[draft.table_id]
    reader = _Reader(draft, template, Place(draft.table_id), _bare_columns(lines, template))
    starts = _side_by_side(lines, template)
    for side in range(len(starts)) or [None]:
        for line in _merged_heads(lines):
            found = head_slots(line, template)
            if found is None or any(draft.table_id in cell.mention.list_rows for cell in line.cells):
                reader.read_line(line, starts, side)
                continue
            groups = with_columns(found, template)
            if groups is None:
                return False
            reader.groups = groups
    return reader.fitting > 0 or reader.uneven < 2


def _side_by_side(lines: list[Line], template: Template) -> list[int]:
    """The columns where the indicators of each half begin, if a list is set in halves that are to be read one after the other; else [].

    A list set in pairs, two rows of the form in one, is read row by row. What comes out in the order of the form tells which it is.
    """
    rows = [_items(line, template.id) for line in lines if not line.flat]
    most = max((len(row) for row in rows), default=0)
    if most < 2:
        return []
    starts = [min(row[side].label.column for row in rows if len(row) == most) for side in range(most)]
    across = [item for row in rows for item in row]
    down = [item for side in range(most) for row in rows for item in row if _side(item, starts) == side]
    return starts if _jumps(down, template) < _jumps(across, template) else []


def _side(item: _Item, starts: list[int]) -> int:
    return max((side for side, start in enumerate(starts) if start <= item.label.column), default=0)


def _jumps(items: list[_Item], template: Template) -> int:
    """How often a row of the form comes before one that was already read; rows of a label that stands more than once do not count."""
    order = {row.id: place for place, row in enumerate(template.rows)}
    ids = [rows[0] for item in items if item.known and len(rows := item.label.mention.list_rows[template.id]) == 1]
    return sum(order[before] > order[after] for before, after in pairwise(ids))


def _merged_heads(lines: list[Line]) -> Iterator[Line]:
    """The rows, heads that stand a cell a row put together."""
    head: list[Cell] = []
    for line in lines:
        printed = [cell for cell in line.cells if cell.text]
        if len(printed) == 1 and (printed[0].mention.head or printed[0].mention.list_columns) and not printed[0].mention.is_row:
            head += printed
            continue
        if head:
            yield Line(tuple(head), flat=True)
            head = []
        yield line


def _bare_columns(lines: list[Line], template: Template) -> list[Slot]:
    """The value columns of a list without a head: all of the form's, or the year's alone where no row has more than one value."""
    widest = max((len(_values(item)) for line in lines for item in _items(line, template.id) if item.known), default=0)
    return [Slot(yearly(template))] if widest == 1 else [Slot(column.id) for column in template.columns]


def _values(item: _Item) -> list[Cell]:
    """The figures behind the unit of an indicator, or behind its label where no unit is printed."""
    unit = next((index for index, cell in enumerate(item.cells) if cell.mention.is_unit), -1)
    return [cell for cell in item.cells[unit + 1 :] if cell.text]


def _items(line: Line, table_id: str) -> list[_Item]:
    """The indicators of a row. Text behind figures begins another one; text behind a label is its sub-label."""
    items: list[_Item] = []
    for index, cell in enumerate(line.cells):
        known = table_id in cell.mention.list_rows
        if known or _is_other_label(cell, items, index + 1 < len(line.cells)):
            items.append(_Item(cell, known))
        elif items:
            items[-1].cells.append(cell)
    return items


def _is_other_label(cell: Cell, items: list[_Item], followed: bool) -> bool:
    """Whether text that the table does not know stands where a label stands."""
    if cell.is_value or cell.mention.is_unit or not cell.mention.key or not followed or not in_words(cell.text):
        return False
    return not items or not items[-1].cells or any(one.is_value for one in items[-1].cells)


@dataclass(slots=True)
class _Reader:
    """Reads the rows of one list. `groups` are the slots behind each indicator column, None before a head.

    `fitting` and `uneven` count the rows that fit the columns and those that do not.
    """

    draft: Draft
    template: Template
    place: Place
    bare: list[Slot]
    groups: list[list[Slot]] | None = None
    fitting: int = 0
    uneven: int = 0

    def read_line(self, line: Line, starts: list[int], side: int | None) -> None:
        """Reads every indicator of a row, or those of one side of a list in halves."""
        items = _items(line, self.draft.table_id)
        if not items and line.has_figures and line.above and not side:
            self._find("unlabelled_row", "", line)
        for number, item in enumerate(items):
            if side is not None and _side(item, starts) != side:
                continue
            if item.known:
                self._read_known(item, self._slots(number, item, last=number == len(items) - 1), line)
            elif any(cell.is_number for cell in item.cells) and not self._is_margin(item.label):
                self.draft.add_unknown(item.label.text, line)
                self.place.lost = True

    def _slots(self, number: int, item: _Item, *, last: bool) -> list[Slot]:
        """What stands behind the indicator: by the head, else up to the unit and then the form's columns.

        A number of its own in front of the next indicator is a slot of this one, but for the last.
        """
        if self.groups is None:
            return self._bare_slots(item.cells)
        slots = self.groups[min(number, len(self.groups) - 1)]
        while slots and slots[-1].id == CODE and last:
            slots = slots[:-1]
        return slots

    def _bare_slots(self, cells: list[Cell]) -> list[Slot]:
        unit = next((index for index, cell in enumerate(cells) if cell.mention.is_unit), None)
        if unit is not None:
            return [*(Slot(CODE) for _ in range(unit)), Slot(UNIT), *self.bare]
        gap = len(cells) == len(self.bare) + 1 and cells[0].value.state in ("dash", "blank")
        return [Slot(UNIT), *self.bare] if gap else self.bare

    def _is_margin(self, label: Cell) -> bool:
        """Whether the row is the caption or the foot of the table: 填报单位, 联系电话 ..."""
        names = (*self.template.caption_fields, *self.template.footer_fields)
        return any(label.mention.key.startswith(name.partition("(")[0]) for name in names)

    def _read_known(self, item: _Item, slots: list[Slot], line: Line) -> None:
        if is_unlabelled(item.label, item.cells):
            self._find("unlabelled_row", "", line)
            return
        printed = [cell for cell in item.cells if cell.text]
        row_id = self.place.resolve(item.label.mention.list_rows[self.draft.table_id])
        if row_id is None:
            if any(cell.is_number for cell in printed):
                self._find("ambiguous_row", item.label.mention.key, line)
                self.draft.add_unknown(item.label.text, line)
            return
        self.place.pass_row(row_id, values=bool(printed))
        if item.cells:
            self._read_values(row_id, item, slots, line)

    def _read_values(self, row_id: str, item: _Item, slots: list[Slot], line: Line) -> None:
        self.draft.note_order(row_id)
        found = _aligned(item, slots, line)
        if found is None:
            if any(cell.is_number for cell in item.cells) or not line.flat:
                self._keep(row_id, item, slots, line)
                self.uneven += 1
            return
        self.fitting += 1
        unit = next((cell.mention.unit for slot, cell in found if slot.id == UNIT and cell), None) or item.label.mention.unit
        values = [(slot, cell) for slot, cell in found if slot.id not in NO_VALUES]
        for slot, cell in values:
            if slot.id is None and slot.cell and slot.cell.text and cell and cell.is_number:
                self.draft.add_unknown(slot.cell.text, line)
        if any(slot.id and cell is None for slot, cell in values):
            self._find("uneven_row", row_id, line, columns=len(slots), cells=len(item.cells))
        readings = [
            Reading(slot.id, cell, unit or (slot.cell.mention.unit if slot.cell else None)) for slot, cell in values if slot.id and cell
        ]
        if readings:
            self.draft.add_row(row_id, readings, line)

    def _keep(self, row_id: str, item: _Item, slots: list[Slot], line: Line) -> None:
        """Keeps a row that does not fit until the list is read: the value behind the unit may be broken over two cells."""
        columns = tuple(slot.id for slot in slots if slot.id and slot.id not in NO_VALUES)
        if len(columns) == len([slot for slot in slots if slot.id not in NO_VALUES]):
            unit = next((cell.mention.unit for cell in item.cells if cell.mention.is_unit), None) or item.label.mention.unit
            self.draft.damaged.append(Damaged(row_id, columns, tuple(_values(item)), line, unit=unit))
        else:
            self._find("uneven_row", row_id, line, columns=len(slots), cells=len(item.cells))

    def _find(self, rule_id: str, subject: str, line: Line, **evidence: int) -> None:
        self.draft.find(rule_id, subject, "not_assessable", line, **evidence)


def _aligned(item: _Item, slots: list[Slot], line: Line) -> list[tuple[Slot, Cell | None]] | None:
    """Cells by slot. A unit cell must look like one: a figure there means that the row has lost its unit, not that it moved."""
    cells = item.cells
    while line.flat and len(cells) > len(slots) and not cells[-1].text:
        cells = cells[:-1]
    for kept in (slots, [slot for slot in slots if slot.id != UNIT]):
        found = _in_order(cells, kept) if line.flat else align(item.label, cells, kept, line)
        if found and all(_fits(slot, cell) for slot, cell in zip(kept, found, strict=True)):
            return list(zip(kept, found, strict=True))
    return None


def _in_order(cells: list[Cell], slots: list[Slot]) -> list[Cell | None] | None:
    """Cells of a flattened row. Where they come from several source lines a gap tells of one value, not which of several is missing."""
    values = [cell for slot, cell in zip(slots, cells, strict=False) if slot.id not in NO_VALUES]
    unsure = len(values) > 1 and len({cell.line for cell in cells}) > 1 and not all(cell.text for cell in values)
    return list(cells) if len(cells) == len(slots) and not unsure else None


def _fits(slot: Slot, cell: Cell | None) -> bool:
    if cell is None:
        return True
    if slot.id == UNIT:
        return not cell.is_number
    return slot.id == REMARK or not cell.mention.is_unit
