"""Every table of the database, as data: columns in the order in which rows are written, keys, indexes.

SCHEMA.md fixes names and columns; what goes beyond it (`report_pages`, `dispositions`, dictionary tables, more columns) says why.
Names here are constants or ids of the domain files: no text of a page ever becomes an identifier.
"""

from __future__ import annotations

from functools import cache

from crawler.store.tables.dictionaries import (
    COLUMNS,
    COVERAGE_STATUSES,
    DEADLINES,
    ERAS,
    METRICS,
    OUTCOMES,
    ROWS,
    RULES,
    SECTION_KINDS,
    TABLES,
)
from crawler.store.tables.facts import (
    CORRECTIONS,
    DISPOSITIONS,
    FINDINGS,
    QUANTITIES,
    SECTION_COLUMNS,
    SERIES,
    TABLE_CELLS,
    UNKNOWN_LABELS,
    section_tables,
)
from crawler.store.tables.model import Table
from crawler.store.tables.operations import FETCHES, LISTING_ENTRIES, PORTALS, RUN_PORTALS, RUNS
from crawler.store.tables.sources import AGENCIES, ATTACHMENTS, PAGES, REPORT_PAGES, REPORT_VERSIONS, REPORTS

__all__ = [
    "AGENCIES",
    "ATTACHMENTS",
    "COLUMNS",
    "CORRECTIONS",
    "COVERAGE_STATUSES",
    "DEADLINES",
    "DISPOSITIONS",
    "ERAS",
    "FETCHES",
    "FINDINGS",
    "LISTING_ENTRIES",
    "METRICS",
    "OUTCOMES",
    "PAGES",
    "PORTALS",
    "QUANTITIES",
    "REPORTS",
    "REPORT_PAGES",
    "REPORT_VERSIONS",
    "ROWS",
    "RULES",
    "RUNS",
    "RUN_PORTALS",
    "SECTION_COLUMNS",
    "SECTION_KINDS",
    "SERIES",
    "TABLES",
    "TABLE_CELLS",
    "UNKNOWN_LABELS",
    "Table",
    "all_tables",
    "content_tables",
    "section_tables",
]


@cache
def all_tables() -> tuple[Table, ...]:
    """Every table, each after those that its foreign keys name."""
    dictionaries = (ERAS, TABLES, ROWS, COLUMNS, RULES, SECTION_KINDS, METRICS, DEADLINES, COVERAGE_STATUSES, OUTCOMES)
    operations = (RUNS, PORTALS, RUN_PORTALS, FETCHES, LISTING_ENTRIES)
    sources = (PAGES, ATTACHMENTS, AGENCIES, REPORTS, REPORT_PAGES, REPORT_VERSIONS)
    facts = (*section_tables().values(), TABLE_CELLS, UNKNOWN_LABELS, QUANTITIES, FINDINGS, DISPOSITIONS, CORRECTIONS, SERIES)
    return (*dictionaries, *operations, *sources, *facts)


@cache
def content_tables() -> dict[str, tuple[str, ...]]:
    """The tables that hold what was read from one page of a report, with the columns that are read (not decided by the store)."""
    kept = (TABLE_CELLS, UNKNOWN_LABELS, QUANTITIES, FINDINGS, SERIES)
    decided = {REPORTS.name: {"portal_id", "version", "withdrawn_run"}, FINDINGS.name: {"scope", "disposition", "note"}}
    tables = (REPORTS, *section_tables().values(), *kept)
    return {table.name: tuple(column for column in table.columns if column not in decided.get(table.name, ())) for table in tables}
