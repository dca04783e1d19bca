"""Checks of our own that cost nothing where they hold: readings that pass every identity and are wrong all the same.

They are stored only where they fail, but for `period_of_year`. None of them changes a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise

from extract.data import Template, templates
from extract.equations import Sheet
from extract.model import Basis, Document, Finding, Number, Status

MATRICES = ("form2019_requests", "form2021_requests")
MOST_CASES = 1_000_000
"""No agency, a province with all below it included, handles as many requests or suits in a year: digits run together."""
MOST_YUAN_A_PROJECT = 1_000_000_000
MOST_FEES_IN_10K = 10_000_000
ENOUGH = 30
"""Requests from which on a column without a single natural person is a shifted column."""


def check(era_expected: str, era: str, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Findings of all checks below that fail."""
    if era != era_expected:
        yield _failed("era_of_year", "", "plausibility", evidence={"era": era, "era_expected": era_expected})
    for sheet in sheets.values():
        template = templates().tables.get(sheet.table_id)
        if template is not None:
            yield from _order(sheet, template)
            if len(template.columns) > 1:
                yield from _complete(sheet, template)
            if template.unit == "件":
                yield from _magnitude(sheet)
        if sheet.table_id in MATRICES:
            yield from _matrix(sheet)
    yield from _money(sheets)


def check_period(document: Document) -> Iterator[Finding]:
    """Is the statistics period in the report year (统计期限, DOMAIN.md section 3)? No finding where none is stated.

    lhs and rhs are the years of its first day and of the report; a template of the year before left unchanged is seen here.
    """
    first, last = document.period_from, document.period_to
    if first is None or last is None:
        return
    status: Status = "holds" if first.year == last.year == document.year else "violated"
    evidence = {"period_from": first.isoformat(), "period_to": last.isoformat(), "year": document.year, "title": document.title}
    yield Finding("period_of_year", "", status, "plausibility", first.year, document.year, evidence)


def _failed(rule_id: str, subject: str, basis: Basis, lhs: Number | None = None, rhs: Number | None = None, **rest: object) -> Finding:
    evidence = rest.get("evidence")
    return Finding(rule_id, subject, "violated", basis, lhs, rhs, evidence if isinstance(evidence, dict) else {})


# ------------------------------------------------------------------------------------------------ shape


def _order(sheet: Sheet, template: Template) -> Iterator[Finding]:
    """Rows in another order than the form's: a label was taken for another one (被依法纠错数 stands twice), or the form was changed."""
    known = {row.id: index for index, row in enumerate(template.rows)}
    printed = [row for row in sheet.rows if row in known]
    swapped = [f"{row} before {after}" for row, after in pairwise(printed) if known[row] > known[after]]
    if swapped:
        yield _failed("row_order", sheet.table_id, "structural", evidence={"rows": swapped})


def _complete(sheet: Sheet, template: Template) -> Iterator[Finding]:
    """Rows of a national form that are not on the page, and cells missing in rows that are: lost in reading, or never printed."""
    unsplit = {
        part
        for group, parts in _fillable(template.id).items()
        if group in sheet.rows and sheet.rows.keys().isdisjoint(parts)
        for part in parts
    }
    rows = [row.id for row in template.rows if row.kind != "header" and row.id not in unsplit]
    missing = [row for row in rows if row not in sheet.rows and row not in sheet.lost]
    columns = [column.id for column in template.columns]
    held = [*sheet.rows, *sorted(sheet.lost)]
    lost = [f"{row}.{column}" for row in held for column in columns if (row, column) not in sheet.cells]
    if template.id.startswith("form") and (missing or lost):
        evidence = {"rows_not_on_page": missing, "cells_lost": lost}
        yield _failed("form_complete", sheet.table_id, "structural", len(rows) - len(missing), len(rows), evidence=evidence)


@cache
def _fillable(table_id: str) -> Mapping[str, tuple[str, ...]]:
    """The groups that a page may print unsplit, with their parts."""
    rows = templates().tables[table_id].rows
    return {group.id: tuple(row.id for row in rows if row.parent == group.id) for group in rows if group.data_if_filled}


@cache
def _labels(table_id: str) -> Mapping[str, tuple[str, ...]]:
    """The rows below the first level that are mere labels on the form, with the rows under them."""
    rows = templates().tables[table_id].rows
    return {label.id: tuple(row.id for row in rows if row.parent == label.id) for label in rows if label.kind == "header" and label.parent}


def _magnitude(sheet: Sheet) -> Iterator[Finding]:
    for (row, column), cell in sheet.cells.items():
        value = cell.value
        if value is not None and abs(value) > MOST_CASES:
            evidence = {"table": sheet.table_id, "raw": cell.raw}
            yield _failed("improbable_count", f"{row}.{column}", "plausibility", value, MOST_CASES, evidence=evidence)


# ------------------------------------------------------------------------------------------------ the matrix


def _matrix(sheet: Sheet) -> Iterator[Finding]:
    columns = {column: _figures(sheet, column) for column in sheet.columns}
    yield from _copied(columns)
    yield from _shifted(columns)
    yield from _subtotals(sheet)


def _figures(sheet: Sheet, column: str) -> dict[str, Number]:
    """The numbers other than 0 of a column, by row."""
    return {row: value for row in sheet.rows if (cell := sheet.cells.get((row, column))) is not None and (value := cell.value)}


def _copied(columns: Mapping[str, dict[str, Number]]) -> Iterator[Finding]:
    """Two kinds of applicants with the same figures row by row: one column read twice. With 总计 an only applicant is the same."""
    names = [name for name in columns if name != "total"]
    for index, name in enumerate(names):
        for other in names[index + 1 :]:
            if columns[name] == columns[other] and _telling(columns[name]):
                yield _failed("column_copied", other, "plausibility", evidence={"column": name, "figures": columns[name]})


def _telling(figures: Mapping[str, Number]) -> bool:
    """Enough different figures not to come twice by chance: two kinds with one request each are alike."""
    return len(set(figures.values())) > 3 and max(figures.values()) >= ENOUGH


def _shifted(columns: Mapping[str, dict[str, Number]]) -> Iterator[Finding]:
    """Many requests and not one natural person: the figures stand a column too far."""
    total = max(columns.get("total", {}).values(), default=0)
    if total >= ENOUGH and "natural_person" in columns and not columns["natural_person"]:
        yield _failed("column_shifted", "natural_person", "plausibility", 0, total, evidence={"total": total})


def _subtotals(sheet: Sheet) -> Iterator[Finding]:
    """(三)(四)(五) carry no figures on the form; where an agency prints some, they are the sum of their rows."""
    for label, rows in _labels(sheet.table_id).items():
        children = [row for row in rows if row in sheet.rows]
        if children and sheet.carries_figures(label):
            printed, parts = sheet.cells.get((label, "total")), [sheet.cells.get((child, "total")) for child in children]
            known = sum(cell.value for cell in parts if cell is not None and cell.value is not None)
            if printed is not None and printed.value is not None and known > printed.value:
                evidence = {"table": sheet.table_id, "rows": children}
                yield _failed("printed_subtotal", label, "plausibility", known, printed.value, evidence=evidence)


# ------------------------------------------------------------------------------------------------ money


def _money(sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """万元 printed where 元 must be meant (DOMAIN.md section 5): kept as printed, flagged."""
    if sheet := sheets.get("form2019_art20_9"):
        amount = sheet.cells.get(("centralized_procurement", "procurement_amount"))
        projects = sheet.cells.get(("centralized_procurement", "procurement_projects"))
        if amount and projects and amount.value and projects.value and amount.unit == "万元":
            each = amount.value * 10_000 / projects.value
            if each > MOST_YUAN_A_PROJECT:
                evidence = {"raw": amount.raw, "projects": projects.value}
                yield _failed("improbable_unit", "procurement_amount", "plausibility", round(each), MOST_YUAN_A_PROJECT, evidence=evidence)
    if sheet := sheets.get("form2021_art20_8"):
        fees = sheet.cells.get(("administrative_fees", "fee_amount"))
        if fees and fees.value and fees.unit in {None, "万元"} and fees.value > MOST_FEES_IN_10K:
            yield _failed("improbable_unit", "fee_amount", "plausibility", fees.value, MOST_FEES_IN_10K, evidence={"raw": fees.raw})
