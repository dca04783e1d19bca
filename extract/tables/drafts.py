"""Tables while they are being read: cells by row and column, what stayed unknown, and what did not add up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from extract.data import Row, templates
from extract.model import Finding, Status, Table, TableCell, UnknownLabel
from extract.numbers import CellValue
from extract.tables.lines import Cell, Line, read_value

UNKNOWN = "unknown_local"
UNKNOWN_MAX = 500
"""Unknown labels and findings kept of a table; a page with more is no form."""


@dataclass(slots=True)
class Reading:
    """One value cell of a row: its column, the cell, the unit printed beside or above it, and how it was restored, if it was.

    `text` replaces the cell's own text where a restored cell is a part of it.
    """

    column: str
    cell: Cell
    unit: str | None = None
    recovered: str | None = None
    text: str | None = None

    @property
    def raw(self) -> str:
        """The text of the value."""
        return self.cell.text if self.text is None else self.text


class Damaged(NamedTuple):
    """A row whose cells do not fit its columns as they are printed. `printed`: as they stand is one of the ways to read them.

    `unit` is that of `Reading`.
    """

    row_id: str
    columns: tuple[str, ...]
    values: tuple[Cell, ...]
    line: Line
    printed: bool = False
    unit: str | None = None


@dataclass(slots=True)
class Draft:
    """A table of the report. `section_position` is that of the first section in which a row of it stands."""

    table_id: str
    section_position: int | None = None
    cells: dict[tuple[str, str], TableCell] = field(default_factory=dict)
    unknown: dict[tuple[str, str], int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    order: dict[str, int] = field(default_factory=dict)
    damaged: list[Damaged] = field(default_factory=list)

    def note_order(self, row_id: str) -> None:
        """Remembers that the page prints this row next, whenever it is read."""
        self.order.setdefault(row_id, len(self.order))

    def sort_rows(self) -> None:
        """Puts the cells in the order in which the page prints their rows: rows that were restored are read last."""
        self.cells = dict(sorted(self.cells.items(), key=lambda item: self.order.get(item[0][0], 0)))

    def add_row(self, row_id: str, readings: Iterable[Reading], line: Line) -> None:
        """Stores a row. A heading row without figures is none; a row printed twice is kept once, with a finding where both differ."""
        row = self._row(row_id)
        cells = [self._cell(row_id, reading, row, len(self.cells) + index) for index, reading in enumerate(readings, 1)]
        if row and row.kind == "header" and not row.data_if_filled and not any(cell.state == "number" for cell in cells):
            return
        keys = [(row_id, cell.column_id) for cell in cells]
        before = [self.cells[key] for key in keys if key in self.cells]
        if before and self._repeats(row_id, before, cells, line):
            return
        for key, cell in zip(keys, cells, strict=True):
            self.cells.setdefault(key, cell)

    def _repeats(self, row_id: str, before: list[TableCell], cells: list[TableCell], line: Line) -> bool:
        """Whether the row is to be left as it was first printed. A first print that is all blank gives way to one with figures."""
        again = {cell.column_id: cell for cell in cells}
        if all((cell.value, cell.state) == (again[cell.column_id].value, again[cell.column_id].state) for cell in before):
            return len(before) == len(cells)
        empty = all(cell.state == "blank" for cell in before) and len(before) == len(cells)
        self.find("repeated_row", row_id, "not_assessable" if empty else "violated", line, first=[cell.raw for cell in before])
        for cell in before if empty else ():
            self.cells[row_id, cell.column_id] = again[cell.column_id]
        return True

    def add_unknown(self, label: str, line: Line) -> None:
        """Keeps a label that the table does not know, with its row."""
        key = (label[:200], line.raw)
        if key in self.unknown or len(self.unknown) < UNKNOWN_MAX:
            self.unknown[key] = self.unknown.get(key, 0) + 1

    def find(self, rule_id: str, subject: str, status: Status, line: Line | None, **evidence: Any) -> None:
        """Notes what could not be read as printed; `subject` is a row or column of the table."""
        place: Mapping[str, Any] = {"row": line.raw, "locator": line.cells[0].locator} if line and line.cells else {}
        if len(self.findings) < UNKNOWN_MAX:
            self.findings.append(Finding(rule_id, subject, status, "structural", evidence={"table": self.table_id, **place, **evidence}))

    def table(self, table_id: str) -> Table:
        """The finished table under its final id."""
        unknown = tuple(UnknownLabel(table_id, label, raw, count) for (label, raw), count in self.unknown.items())
        cells = tuple(
            cell if cell.position == position and cell.table_id == table_id else cell._replace(table_id=table_id, position=position)
            for position, cell in enumerate(self._without_empty_headings(table_id), 1)
        )
        return Table(table_id, cells, unknown, tuple(self.findings), self.section_position)

    def _without_empty_headings(self, table_id: str) -> list[TableCell]:
        """All cells but those of a heading that could have held figures and holds none: (六) of 2021, not the row (六) of 2019."""
        if table_id == UNKNOWN:
            return list(self.cells.values())
        headings = {row.id for row in _rows(table_id).values() if row.kind == "header"}
        if headings.isdisjoint([row_id for row_id, _ in self.cells]):
            return list(self.cells.values())
        filled = {cell.row_id for cell in self.cells.values() if cell.state == "number"}
        return [cell for cell in self.cells.values() if cell.row_id not in headings or cell.row_id in filled]

    def _row(self, row_id: str) -> Row | None:
        return None if self.table_id == UNKNOWN else _rows(self.table_id)[row_id]

    def _cell(self, row_id: str, reading: Reading, row: Row | None, position: int) -> TableCell:
        raw = reading.raw
        signed, form_unit = _form(self.table_id, row.id, reading.column) if row else (False, None)
        value = read_value(raw, signed)
        if value.warning:
            self._warn(row_id, reading, value)
        unit = value.unit or reading.unit or form_unit
        locator, recovered = reading.cell.locator, reading.recovered
        # _make: a named tuple made field by field takes nearly twice as long, and a page has hundreds
        return TableCell._make((self.table_id, row_id, reading.column, position, value.value, value.state, raw, unit, locator, recovered))

    def _warn(self, row_id: str, reading: Reading, value: CellValue) -> None:
        subject = f"{row_id}.{reading.column}"
        evidence = {"table": self.table_id, "raw": reading.raw, "warning": value.warning, "locator": reading.cell.locator}
        if len(self.findings) < UNKNOWN_MAX:
            self.findings.append(Finding("cell_reading", subject, "not_assessable", "structural", evidence=evidence))


@cache
def _rows(table_id: str) -> Mapping[str, Row]:
    return {row.id: row for row in templates().tables[table_id].rows}


@cache
def _form(table_id: str, row_id: str, column_id: str) -> tuple[bool, str | None]:
    """Whether the form's cell holds a change, and the unit that the form gives to it."""
    template = templates().tables[table_id]
    column = template.column(column_id)
    return column.signed, template.unit_of(template.row(row_id), column)
