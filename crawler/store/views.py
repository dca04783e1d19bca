"""The views of the database: all sections together, each statutory table as a sheet, and the coverage."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.store import coverage, sql
from crawler.store.tables import SECTION_COLUMNS, section_tables
from extract.data import templates

if TYPE_CHECKING:
    from extract.data import Template

REPORT = "reports.agency, reports.division_code, reports.year"
CELLS = "table_cells cells join reports on reports.id = cells.report_id"


def views() -> dict[str, str]:
    """The SELECT of every view, by name."""
    sheets = {f"wide_{template.id}": _wide(template) for template in templates().tables.values()}
    return {"sections": _sections(), **sheets, "coverage": coverage.view()}


def _sections() -> str:
    columns = sql.names(SECTION_COLUMNS)
    return "\nunion all\n".join(f"select '{kind}' as kind, {columns} from {sql.names([kind])}" for kind in section_tables())


def _wide(template: Template) -> str:
    """A line per report, and per row in a matrix. A figure is NULL where it was not reported, as in `table_cells`."""
    return _by_row(template) if template.layout == "matrix" else _by_report(template)


def _by_row(template: Template) -> str:
    figures = [_figure(f"cells.column_id = '{column.id}'", column.id) for column in template.columns]
    return (
        f"select cells.report_id, {REPORT}, cells.row_id, max(labels.label_zh) as label_zh, {', '.join(figures)} from {CELLS} "
        "left join table_rows labels on labels.table_id = cells.table_id and labels.row_id = cells.row_id "
        f"where cells.table_id = '{template.id}' group by cells.report_id, cells.row_id order by cells.report_id, max(labels.position)"
    )


def _by_report(template: Template) -> str:
    figures = [_figure(f"cells.row_id = '{row}' and cells.column_id = '{column}'", name) for row, column, name in _places(template)]
    return (
        f"select cells.report_id, {REPORT}, {', '.join(figures)} from {CELLS} "
        f"where cells.table_id = '{template.id}' group by cells.report_id"
    )


def _places(template: Template) -> list[tuple[str, str, str]]:
    """Row, column and the column's name in the sheet; the name leaves out what is the same in all of them."""
    rows = [row.id for row in template.rows if row.kind != "header" or row.data_if_filled]
    columns = [column.id for column in template.columns]
    return [(row, column, _name(row, column, len(rows), len(columns))) for row in rows for column in columns]


def _name(row: str, column: str, rows: int, columns: int) -> str:
    if columns == 1 and rows > 1:
        return row
    return column if rows == 1 else f"{row}_{column}"


def _figure(condition: str, name: str) -> str:
    return f"max(case when {condition} then cells.value end) as {sql.names([name])}"
