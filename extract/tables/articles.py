"""Part two of the national forms: small grids under the captions 第二十条第(一)项 to 第(九)项, stacked in one table or apart.

The row says which item it belongs to, the column heads say which form. Without heads the number of values may still tell; else the row
waits until the form of the rest of the report is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from extract.data import templates
from extract.normalize import label_key
from extract.tables.align import Slot, align
from extract.tables.doubtful.rows import is_padded
from extract.tables.drafts import Draft
from extract.tables.heads import in_columns, is_note, is_unlabelled, partition, store
from extract.tables.labels import family
from extract.tables.lines import Cell, Line

Drafts = Callable[[str], Draft]


@dataclass(frozen=True, slots=True)
class Headless:
    """A row whose form no head tells: kept until the era of the report is known."""

    family: str
    row_id: str
    label: Cell
    values: tuple[Cell, ...]
    line: Line


def read(lines: list[Line], drafts: Drafts) -> list[Headless]:
    """Reads the rows of a stretch of part two into `drafts`; comes back with the rows that no head stands over."""
    head: list[Cell] = []
    waiting: list[Headless] = []
    in_head = False
    last: str | None = None
    for line in lines:
        if _is_head(line, in_head):
            head = _with(head if in_head else [], line)
            in_head = True
        elif not is_note(line):
            in_head = False
            last = _read_row(line, head, drafts, waiting, last)
    return waiting


def _is_caption(line: Line) -> bool:
    return any(cell.mention.caption for cell in line.cells)


def _is_head(line: Line, in_head: bool) -> bool:
    if line.has_figures:
        return False
    if any(cell.mention.article_columns for cell in line.cells):
        return True
    return (
        in_head
        and not _is_caption(line)
        and not any(cell.mention.article_row for cell in line.cells)
        and not any(cell.text for cell in line.cells[1:])
    )


@cache
def _corners() -> frozenset[str]:
    return frozenset(label_key(template.row_head) for template in templates().tables.values() if template.row_head)


def _with(head: list[Cell], line: Line) -> list[Cell]:
    """The leaves of a head: the corner (信息内容, or nothing) left out, gaps of a flattened one too."""
    cells = [cell for cell in line.cells if cell.mention.key not in _corners() and (cell.text or not line.flat)]
    if cells and cells[0] is line.cells[0] and not cells[0].mention.article_columns and len(cells) > 1:
        cells = cells[1:]
    return [*head, *(cell for cell in cells if cell.text or cell.column > 0)]


def _read_row(line: Line, head: list[Cell], drafts: Drafts, waiting: list[Headless], last: str | None) -> str | None:
    """Reads one row; comes back with the table it went to, or `last`."""
    label, values = partition(line, lambda mention: mention.article_row is not None)
    if is_unlabelled(label, values) and last:
        drafts(last).find("unlabelled_row", "", "not_assessable", line)
    if label is None or not values or is_unlabelled(label, values):
        return last
    if label.mention.article_row is None:
        table_id = last or _most_named(head, None)
        if table_id and line.has_figures:
            drafts(table_id).add_unknown(label.text, line)
        return last
    name, row_id = label.mention.article_row
    table_id = _most_named(head, name)
    if table_id and not _has_row(table_id, row_id):
        drafts(table_id).add_unknown(label.text, line)
        return table_id
    if table_id:
        _store(drafts(table_id), row_id, label, values, _slots(head, table_id), line)
        return table_id
    waiting.append(Headless(name, row_id, label, values, line))
    return last


def _has_row(table_id: str, row_id: str) -> bool:
    """Whether the form has the row: 其他对外管理服务事项 under the heads of 2021 is a row of nobody's."""
    return any(row.id == row_id for row in templates().tables[table_id].rows)


def _most_named(head: list[Cell], name: str | None) -> str | None:
    """The table whose columns the head names most, among those of item `name`; the newer form where two are named alike."""
    named = Counter(table for cell in head for table in cell.mention.article_columns if name is None or family(table) == name)
    foreign = Counter(table for cell in head for table in cell.mention.article_columns)
    if not named or (name and _is_foreign(max(named, key=lambda table: (named[table], table)), foreign)):
        return None
    return max(named, key=lambda table: (named[table], table))


def _is_foreign(table_id: str, named: Counter[str]) -> bool:
    """Whether the head is another item's: it names columns that this item does not have (处理决定数量 over 行政事业性收费)."""
    return any(named[table] > named[table_id] for table in named if table.partition("_")[0] == table_id.partition("_")[0])


def read_headless(row: Headless, era: str, drafts: Drafts) -> None:
    """Reads a row that waited in the form of `era`, where it has as many columns; the missing head is a finding.

    A single figure under no head fits the newer form whatever was lost of it, so that the number of columns alone decides nothing.
    """
    tables = [table for table in templates().tables if family(table) == row.family and _has_row(table, row.row_id)]
    table_id = next((table for table in tables if table.startswith(era)), tables[-1])
    draft = drafts(table_id)
    draft.find("head_missing", row.row_id, "not_assessable", row.line)
    _store(draft, row.row_id, row.label, row.values, _form_slots(table_id), row.line)


def _form_slots(table_id: str) -> list[Slot]:
    return [Slot(column.id) for column in templates().tables[table_id].columns]


def _slots(head: list[Cell], table_id: str) -> list[Slot]:
    """The columns of the head in printed order; without geometry, or with broken spans, as the cells stand."""
    ordered = in_columns(head) or head
    return [Slot(cell.mention.article_columns.get(table_id), cell) for cell in ordered]


def _store(draft: Draft, row_id: str, label: Cell, values: tuple[Cell, ...], slots: list[Slot], line: Line) -> None:
    found = align(label, values, slots, line)
    if found is None:
        draft.find("uneven_row", row_id, "not_assessable", line, columns=len(slots), cells=len(values))
        return
    if is_padded(values, len(slots)):
        draft.find("cell_reading", row_id, "not_assessable", line, warning="the figures may be several that run together")
    store(draft, row_id, slots, found, line)
