"""The head of a list table: what stands behind each indicator column, in order."""

from __future__ import annotations

from collections.abc import Sequence

from extract.data import Template
from extract.tables.align import Slot
from extract.tables.heads import in_columns
from extract.tables.lines import Cell, Line

UNIT, CODE, REMARK = "#unit", "#code", "#remark"
"""Slots of a head that hold no value."""
NO_VALUES = (UNIT, CODE, REMARK)
SUM_HEADS = frozenset({"合计", "总计"})


def head_slots(line: Line, template: Template) -> list[list[Slot]] | None:
    """What stands behind each indicator column of a head row, in order; None where the row is no head."""
    if line.has_figures and not any(cell.mention.head == "indicator" for cell in line.cells):
        return None
    groups: list[list[Slot]] = []
    for cell in _ordered(line):
        if cell.mention.head == "indicator":
            groups.append([])
        elif groups:
            groups[-1].append(Slot(_slot_id(cell, template), cell))
        elif cell.mention.head == "unit" or template.id in cell.mention.list_columns:
            groups.append([Slot(_slot_id(cell, template), cell)])
    groups = [_trimmed(group, last=group is groups[-1]) for group in groups]
    return groups if groups and any(slot.id not in NO_VALUES for slot in groups[0]) else None


def _ordered(line: Line) -> Sequence[Cell]:
    return (None if line.flat else in_columns(line.cells)) or line.cells


def _trimmed(group: list[Slot], *, last: bool) -> list[Slot]:
    """Without gaps behind the last head: they are what spans leave in a flattened line."""
    kept = list(group)
    while last and kept and kept[-1].cell and not kept[-1].cell.text:
        kept.pop()
    return kept


def _slot_id(cell: Cell, template: Template) -> str | None:
    if column := cell.mention.list_columns.get(template.id):
        return column
    return {"unit": UNIT, "code": CODE, "remark": REMARK, None: None}.get(cell.mention.head)


def with_columns(groups: list[list[Slot]], template: Template) -> list[list[Slot]] | None:
    """The head with its value columns named. A single column of figures is the form's only one, else that of the year.

    None where several columns of figures stand under heads that the form does not know: no meaning is guessed then.
    """
    return [named for group in groups if (named := _named(group, template)) is not None] or None


def _named(group: list[Slot], template: Template) -> list[Slot] | None:
    ids = {column.id for column in template.columns}
    if any(slot.id in ids for slot in group):
        return group
    open_slots = [slot for slot in group if slot.id is None]
    named = [slot for slot in open_slots if slot.cell and slot.cell.text]
    if len(named) == 1 and named[0].cell and named[0].cell.mention.head == "value":
        open_slots = named  # a column without a head beside it is empty, or no figure of this table
    if len(open_slots) > 1:
        open_slots = [slot for slot in open_slots if slot.cell and slot.cell.mention.key in SUM_HEADS and len(ids) == 1]
    if len(open_slots) != 1:
        return None
    return [Slot(yearly(template), slot.cell) if slot is open_slots[0] else slot for slot in group]


def yearly(template: Template) -> str:
    """The column that holds the year's figure: the only one, or the one that speaks of this year (本年累计, 年度累计, 本年度)."""
    if len(template.columns) == 1:
        return template.columns[0].id
    yearly = [column.id for column in template.columns if "年" in column.label and "历年" not in column.label]
    return yearly[0]
