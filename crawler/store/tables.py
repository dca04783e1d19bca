"""Every table of the database, as data: columns in the order in which rows are written, keys, indexes.

SCHEMA.md fixes names and columns; what goes beyond it (`report_pages`, `dispositions`, dictionary tables, more columns) says why.
Names here are constants or ids of the domain files: no text of a page ever becomes an identifier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from extract.data import sections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.data import Metric

# NUMBER keeps 456 an integer and 27042.62 a fraction (affinity NUMERIC); REAL columns are always fractions.
Type = Literal["TEXT", "INTEGER", "REAL", "NUMBER", "BLOB"]


@dataclass(frozen=True)
class Table:
    """A table: what it holds, its columns with their types, its primary key, foreign keys (column to table.column), indexes.

    `rowid` is false for tables of many short rows, which are kept in the order of their primary key (SQLite: WITHOUT ROWID); long rows
    would be torn apart in such a table. Keys begin with what the rows of a report share, so that a report touches few pages of the file.
    """

    name: str
    about: str
    columns: Mapping[str, Type]
    key: tuple[str, ...]
    foreign: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    not_null: tuple[str, ...] = ()
    rowid: bool = True


AGENCY = ("agencies", "id")
ERA = ("eras", "era")
METRIC = ("metrics", "metric")
PAGE = ("pages", "id")
PORTAL = ("portals", "id")
REPORT = ("reports", "id")
RUN = ("runs", "id")
TEMPLATE = ("tables", "table_id")

# ---------------------------------------------------------------------------------------------- dictionaries

ERAS = Table(
    "eras",
    "periods with one legal basis and one form",
    {"era": "TEXT", "first_year": "INTEGER", "last_year": "INTEGER", "tables": "TEXT", "table_required": "INTEGER"},
    ("era",),
)
TABLES = Table(
    "tables",
    "statutory tables that a report may hold, with their Chinese titles",
    {"table_id": "TEXT", "title_zh": "TEXT", "eras": "TEXT", "layout": "TEXT", "unit": "TEXT"},
    ("table_id",),
)
ROWS = Table(
    "table_rows",
    "what a row id of table_cells means: the printed label, its number and the row it is part of",
    {
        "table_id": "TEXT",
        "row_id": "TEXT",
        "position": "INTEGER",
        "number": "TEXT",
        "label_zh": "TEXT",
        "parent_row_id": "TEXT",
        "kind": "TEXT",
        "unit": "TEXT",
    },
    ("table_id", "row_id"),
    {"table_id": TEMPLATE},
    rowid=False,
)
COLUMNS = Table(
    "table_columns",
    "what a column id of table_cells means: the printed head and the head above it",
    {
        "table_id": "TEXT",
        "column_id": "TEXT",
        "position": "INTEGER",
        "label_zh": "TEXT",
        "group_zh": "TEXT",
        "unit": "TEXT",
        "signed": "INTEGER",
    },
    ("table_id", "column_id"),
    {"table_id": TEMPLATE},
    rowid=False,
)
RULES = Table(
    "rules",
    "the checks behind findings.rule_id: identities of the forms, across years, prose against table, and those of the store",
    {
        "rule_id": "TEXT",
        "basis": "TEXT",
        "eras": "TEXT",
        "table_id": "TEXT",
        "scope": "TEXT",
        "per": "TEXT",
        "lhs": "TEXT",
        "op": "TEXT",
        "rhs": "TEXT",
        "definition": "TEXT",
        "note": "TEXT",
    },
    ("rule_id",),
)
SECTION_KINDS = Table(
    "section_kinds",
    "kinds of sections: each has a table of that name",
    {"kind": "TEXT", "title_en": "TEXT", "title_zh": "TEXT", "eras": "TEXT"},
    ("kind",),
)
METRICS = Table(
    "metrics",
    "measures of the crosswalk over the eras (requests_received) and numbers of prose (requests.received)",
    {
        "metric": "TEXT",
        "title_en": "TEXT",
        "title_zh": "TEXT",
        "unit": "TEXT",
        "definition": "TEXT",
        "eras": "TEXT",
        "comparability": "TEXT",
        "source_rows": "TEXT",
    },
    ("metric",),
)

# ---------------------------------------------------------------------------------------------- operations

RUNS = Table(
    "runs",
    "a row per command that wrote to this database; counts and versions are JSON",
    {
        "id": "INTEGER",
        "command": "TEXT",
        "started_at": "TEXT",
        "finished_at": "TEXT",
        "finish_reason": "TEXT",
        "arguments": "TEXT",
        "versions": "TEXT",
        "counts": "TEXT",
    },
    ("id",),
)
PORTALS = Table(
    "portals",
    "the government sites that are walked",
    {
        "id": "TEXT",
        "name": "TEXT",
        "level": "TEXT",
        "division_code": "TEXT",
        "family": "TEXT",
        "url": "TEXT",
        "enabled": "INTEGER",
        "note": "TEXT",
    },
    ("id",),
    indexes=(("division_code",),),
)
RUN_PORTALS = Table(
    "run_portals",
    "what a run found at a portal",
    {
        "run_id": "INTEGER",
        "portal_id": "TEXT",
        "outcome": "TEXT",
        "listed": "INTEGER",
        "declared": "INTEGER",
        "fetched": "INTEGER",
        "new": "INTEGER",
        "changed": "INTEGER",
        "unchanged": "INTEGER",
        "failed": "INTEGER",
        "withdrawn": "INTEGER",
        "requests": "INTEGER",
        "bytes": "INTEGER",
    },
    ("run_id", "portal_id"),
    {"run_id": RUN, "portal_id": PORTAL},
    rowid=False,
)
FETCHES = Table(
    "fetches",
    "every answer of a server, with its validators",
    {
        "id": "INTEGER",
        "run_id": "INTEGER",
        "url": "TEXT",
        "fetched_at": "TEXT",
        "status": "INTEGER",
        "etag": "TEXT",
        "last_modified": "TEXT",
        "bytes": "INTEGER",
        "sha256": "TEXT",
        "not_modified": "INTEGER",
    },
    ("id",),
    {"run_id": RUN},
    indexes=(("url", "fetched_at"), ("run_id",)),
)
LISTING_ENTRIES = Table(
    "listing_entries",
    "what the listings named; gone_run is NULL while an entry is listed",
    {
        "portal_id": "TEXT",
        "url": "TEXT",
        "title": "TEXT",
        "listed_on": "TEXT",
        "agency_hint": "TEXT",
        "verdict": "TEXT",
        "reason": "TEXT",
        "first_run": "INTEGER",
        "gone_run": "INTEGER",
    },
    ("portal_id", "url"),
    {"portal_id": PORTAL, "first_run": RUN, "gone_run": RUN},
    indexes=(("url",), ("verdict",)),
)

# ---------------------------------------------------------------------------------------------- sources and reports

PAGES = Table(
    "pages",
    "every capture that differs: an address and the bytes it gave; reason says why there is no report, "
    "rules_fingerprint by which rules it was read",
    {
        "id": "TEXT",
        "url": "TEXT",
        "final_url": "TEXT",
        "sha256": "TEXT",
        "content_type": "TEXT",
        "byte_count": "INTEGER",
        "encoding": "TEXT",
        "encoding_declared": "TEXT",
        "encoding_evidence": "TEXT",
        "repairs": "TEXT",
        "outcome": "TEXT",
        "reason": "TEXT",
        "rules_fingerprint": "TEXT",
        "archive_file": "TEXT",
        "archive_offset": "INTEGER",
    },
    ("id",),
    indexes=(("url",), ("outcome",)),
)
ATTACHMENTS = Table(
    "attachments",
    "files that a page links; page_id is the capture of the file itself, NULL while it was not read",
    {"page_id": "TEXT", "parent_page_id": "TEXT", "url": "TEXT", "file_name": "TEXT", "kind": "TEXT", "text_source": "TEXT"},
    ("parent_page_id", "url"),
    {"page_id": PAGE, "parent_page_id": PAGE},
    indexes=(("page_id",),),
)
AGENCIES = Table(
    "agencies",
    "whose reports these are; name, level and division are those of the agency's latest report that states them",
    {
        "id": "TEXT",
        "name": "TEXT",
        "level": "TEXT",
        "division_code": "TEXT",
        "province": "TEXT",
        "parent_id": "TEXT",
        "aggregates": "INTEGER",
        "valid_from": "TEXT",
        "valid_to": "TEXT",
        "successor_id": "TEXT",
    },
    ("id",),
    {"parent_id": AGENCY, "successor_id": AGENCY},
    indexes=(("name",), ("division_code",), ("parent_id",)),
)
REPORTS = Table(
    "reports",
    "one agency's report on one year",
    {
        "id": "TEXT",
        "agency_id": "TEXT",
        "agency": "TEXT",
        "level": "TEXT",
        "division_code": "TEXT",
        "province": "TEXT",
        "year": "INTEGER",
        "era": "TEXT",
        "era_expected": "TEXT",
        "title": "TEXT",
        "title_inferred": "INTEGER",
        "period_from": "TEXT",
        "period_to": "TEXT",
        "published_on": "TEXT",
        "url": "TEXT",
        "page_id": "TEXT",
        "index_number": "TEXT",
        "document_number": "TEXT",
        "text_sha256": "TEXT",
        "rules_fingerprint": "TEXT",
        "aggregates": "INTEGER",
        "portal_id": "TEXT",
        "version": "INTEGER",
    },
    ("id",),
    {"agency_id": AGENCY, "era": ERA, "era_expected": ERA, "page_id": PAGE, "portal_id": PORTAL},
    indexes=(("year",), ("agency",), ("division_code",), ("portal_id",)),
    unique=(("agency_id", "year"),),
    not_null=("agency_id", "year"),
)
REPORT_PAGES = Table(
    "report_pages",
    "all captures that hold a report. role: report (the one its rows were read from), other (another address of the same report), "
    "earlier (what an address showed before). arrival: its place among the captures of its address. content: the rows read from it, "
    "zlib of JSON; NULL for the report itself and for a capture that says nothing new",
    {
        "report_id": "TEXT",
        "page_id": "TEXT",
        "url": "TEXT",
        "role": "TEXT",
        "portal_id": "TEXT",
        "arrival": "INTEGER",
        "cells": "INTEGER",
        "published_on": "TEXT",
        "text_sha256": "TEXT",
        "state_sha256": "TEXT",
        "facts_sha256": "TEXT",
        "rows_sha256": "TEXT",
        "content": "BLOB",
    },
    ("report_id", "page_id"),
    {"page_id": PAGE, "report_id": REPORT, "portal_id": PORTAL},
    indexes=(("page_id",),),
)
REPORT_VERSIONS = Table(
    "report_versions",
    "superseded states of a revised report, oldest first, with what the next state changed; first_seen is the run that first fetched it; "
    "content holds all its rows as JSON, by table",
    {
        "report_id": "TEXT",
        "version": "INTEGER",
        "page_id": "TEXT",
        "text_sha256": "TEXT",
        "changed_sections": "TEXT",
        "changed_cells": "TEXT",
        "changed_fields": "TEXT",
        "first_seen": "INTEGER",
        "content": "TEXT",
    },
    ("report_id", "version"),
    {"report_id": REPORT, "page_id": PAGE, "first_seen": RUN},
)

# ---------------------------------------------------------------------------------------------- facts

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
    indexes=(("report_id",), ("year",)),
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


@cache
def all_tables() -> tuple[Table, ...]:
    """Every table, each after those that its foreign keys name."""
    dictionaries = (ERAS, TABLES, ROWS, COLUMNS, RULES, SECTION_KINDS, METRICS)
    operations = (RUNS, PORTALS, RUN_PORTALS, FETCHES, LISTING_ENTRIES)
    sources = (PAGES, ATTACHMENTS, AGENCIES, REPORTS, REPORT_PAGES, REPORT_VERSIONS)
    facts = (*section_tables().values(), TABLE_CELLS, UNKNOWN_LABELS, QUANTITIES, FINDINGS, DISPOSITIONS, SERIES)
    return (*dictionaries, *operations, *sources, *facts)


@cache
def content_tables() -> dict[str, tuple[str, ...]]:
    """The tables that hold what was read from one page of a report, with the columns that are read (not decided by the store)."""
    kept = (TABLE_CELLS, UNKNOWN_LABELS, QUANTITIES, FINDINGS, SERIES)
    decided = {REPORTS.name: {"portal_id", "version"}, FINDINGS.name: {"scope", "disposition", "note"}}
    tables = (REPORTS, *section_tables().values(), *kept)
    return {table.name: tuple(column for column in table.columns if column not in decided.get(table.name, ())) for table in tables}
