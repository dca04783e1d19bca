"""What was read of a report: cells, numbers, findings, the series over the eras, and a table for each kind of section."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crawler.store.tables.model import AGENCY, METRIC, PAGE, REPORT, Table
from extract.data import sections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.store.tables.model import Type
    from extract.data import Metric

TABLE_CELLS = Table(
    "table_cells",
    "one row per report, table, row and column of the statutory tables",
    {
        "report_id": "TEXT",
        "table_id": "TEXT",
        "row_id": "TEXT",
        "column_id": "TEXT",
        "position": "INTEGER",
        "value": "NUMBER",
        "state": "TEXT",
        "raw": "TEXT",
        "unit": "TEXT",
        "page_id": "TEXT",
        "locator": "TEXT",
        "recovered": "TEXT",
    },
    ("report_id", "table_id", "row_id", "column_id"),
    {"report_id": REPORT, "page_id": PAGE},
    not_null=("state",),
    rowid=False,
)
UNKNOWN_LABELS = Table(
    "unknown_labels",
    "row and column labels that no template knows, with their row as printed",
    {"report_id": "TEXT", "table_id": "TEXT", "position": "INTEGER", "label": "TEXT", "raw_row": "TEXT", "seen": "INTEGER"},
    ("report_id", "table_id", "position"),
    {"report_id": REPORT},
    indexes=(("label",),),
    rowid=False,
)
QUANTITIES = Table(
    "quantities",
    "numbers in prose; text[start_offset:end_offset] of the top-level section is the phrase",
    {
        "report_id": "TEXT",
        "position": "INTEGER",
        "section_kind": "TEXT",
        "section_position": "INTEGER",
        "metric": "TEXT",
        "value": "NUMBER",
        "unit": "TEXT",
        "approx": "TEXT",
        "negated": "INTEGER",
        "derived": "INTEGER",
        "scope": "TEXT",
        "phrase": "TEXT",
        "start_offset": "INTEGER",
        "end_offset": "INTEGER",
        "category": "TEXT",
        "percent": "REAL",
    },
    ("report_id", "position"),
    {"report_id": REPORT, "metric": METRIC},
    rowid=False,
)
FINDINGS = Table(
    "findings",
    "checks that were made, with both sides. scope: report (within it), years (against the year before, kept with the later year), "
    "pages (against another page of the same report). position tells findings of one rule and subject apart",
    {
        "report_id": "TEXT",
        "rule_id": "TEXT",
        "subject": "TEXT",
        "position": "INTEGER",
        "scope": "TEXT",
        "status": "TEXT",
        "lhs": "NUMBER",
        "rhs": "NUMBER",
        "delta": "NUMBER",
        "basis": "TEXT",
        "evidence": "TEXT",
        "disposition": "TEXT",
        "note": "TEXT",
    },
    ("report_id", "rule_id", "subject", "position"),
    {"report_id": REPORT},
)
DISPOSITIONS = Table(
    "dispositions",
    "what people decided about findings; findings.disposition and note are written here too and come back after every extraction",
    {"report_id": "TEXT", "rule_id": "TEXT", "subject": "TEXT", "position": "INTEGER", "disposition": "TEXT", "note": "TEXT"},
    ("report_id", "rule_id", "subject", "position"),
    rowid=False,
)
CORRECTIONS = Table(
    "corrections",
    "what people corrected, as the file corrections.yaml has it: of a finding, of a page's agency or year, a page that is no report, "
    "a cell that was looked at",
    {
        "id": "TEXT",
        "what": "TEXT",
        "page_url": "TEXT",
        "report_id": "TEXT",
        "rule_id": "TEXT",
        "subject": "TEXT",
        "position": "INTEGER",
        "cell": "TEXT",
        "value": "TEXT",
        "reason": "TEXT",
        "corrected_by": "TEXT",
        "corrected_on": "TEXT",
    },
    ("id",),
    indexes=(("page_url",), ("report_id",)),
)
SERIES = Table(
    "series",
    "the crosswalk applied: one line per agency, measure and year; comparability says how far the value may be compared across a break, "
    "source which cells or which metric of prose it was taken from",
    {
        "agency_id": "TEXT",
        "year": "INTEGER",
        "metric": "TEXT",
        "value": "NUMBER",
        "state": "TEXT",
        "origin": "TEXT",
        "approx": "TEXT",
        "comparability": "TEXT",
        "source": "TEXT",
        "report_id": "TEXT",
    },
    ("agency_id", "year", "metric"),
    {"agency_id": AGENCY, "metric": METRIC, "report_id": REPORT},
    indexes=(("report_id",), ("metric", "year")),
    rowid=False,
)

SECTION_COLUMNS: Mapping[str, Type] = {
    "id": "INTEGER",
    "report_id": "TEXT",
    "position": "INTEGER",
    "parent_position": "INTEGER",
    "sub_position": "INTEGER",
    "number": "TEXT",
    "heading": "TEXT",
    "text": "TEXT",
    "original_text": "TEXT",
    "char_count": "INTEGER",
    "confidence": "REAL",
    "warnings": "TEXT",
}


def metric_columns(metrics: tuple[Metric, ...], kind: str) -> dict[str, Type]:
    """The columns that the metrics of a section kind add to its table: each value, and the kind it was taken from."""
    columns: dict[str, Type] = {}
    for metric in metrics:
        if metric.kind == kind and metric.column:
            columns[metric.column] = "NUMBER"
            columns[f"{metric.column}_section"] = "TEXT"
    return columns


def _section_table(kind: str, title: str) -> Table:
    """A row's id is made of report and place, so that it is the same in every rebuild; being the rowid, it costs no index of its own."""
    columns = {**SECTION_COLUMNS, **metric_columns(sections().metrics, kind)}
    return Table(kind, f"sections of the kind {title}", columns, ("id",), {"report_id": REPORT}, indexes=(("report_id", "position"),))


@cache
def section_tables() -> dict[str, Table]:
    """The table of every section kind, by kind, in the order of sections.yaml."""
    return {kind.id: _section_table(kind.id, f"{kind.title_en} ({kind.title_zh})") for kind in sections().kinds}
