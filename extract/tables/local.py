"""A statistical table that no template knows, kept whole: rows r1, r2 ..., columns c1, c2 ... (DOMAIN.md section 13)."""

from __future__ import annotations

import re

from extract.tables.drafts import Draft, Reading
from extract.tables.heads import is_note, partition
from extract.tables.lines import Cell, Line

LABEL_MAX = 80
CELLS_MAX = 5000
"""Cells kept of all unknown tables of a report; larger ones are registers, not statistics."""
_CONTACT = re.compile("电话|手机|传真|邮编|邮政编码|地址|网址|邮箱|信箱|日期|时间|负责人|联系人|审核人|填报人")
_CONTACT_HEAD = re.compile("(?:联系|办公|咨询|监督)?(?:电话|手机|传真|邮编|邮政编码|地址|网址|邮箱)")


def is_statistical(lines: list[Line]) -> bool:
    """Whether the rows are labels with figures, and not a layout, a register or a list of contacts."""
    rows = [(label, values) for line in lines if (label_values := _row(line)) for label, values in [label_values]]
    figures = sum(cell.is_number for _, values in rows for cell in values)
    others = sum(not cell.is_value and not cell.mention.is_unit for _, values in rows for cell in values)
    contacts = sum(bool(_CONTACT.search(label.text)) for label, _ in rows)
    if any(_CONTACT_HEAD.fullmatch(cell.text) for line in lines if not line.has_figures for cell in line.cells):
        return False
    return len(rows) >= 2 and figures > others and contacts * 2 < len(rows)


def _row(line: Line) -> tuple[Cell, tuple[Cell, ...]] | None:
    """Label and values of a row with figures; None for every other row."""
    label, values = partition(line, lambda _: False)
    if label is None or len(label.text) > LABEL_MAX or is_note(line) or not any(cell.is_number for cell in values):
        return None
    return label, values


def read(lines: list[Line], draft: Draft) -> None:
    """Stores every row with figures; labels and column heads go to the unknown labels."""
    number = len({row for row, _ in draft.cells})
    for line in lines:
        found = _row(line)
        if found is None:
            _note_heads(line, draft)
            continue
        if len(draft.cells) >= CELLS_MAX:
            draft.find("table_too_large", "unknown_local", "not_assessable", line, cells=CELLS_MAX)
            return
        number += 1
        label, values = found
        unit = next((cell.mention.unit for cell in values if cell.mention.is_unit), label.mention.unit)
        cells = [cell for cell in values if not cell.mention.is_unit and (cell.text or not line.flat)]
        draft.add_row(f"r{number}", [Reading(f"c{index}", cell, unit) for index, cell in enumerate(cells, 1)], line)
        draft.add_unknown(label.text, line)


def _note_heads(line: Line, draft: Draft) -> None:
    if is_note(line) or line.has_figures:
        return
    for cell in line.cells:
        if cell.text and not cell.is_value and len(cell.text) <= LABEL_MAX:
            draft.add_unknown(cell.text, line)
