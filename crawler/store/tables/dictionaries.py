"""What the ids in the other tables mean: rows made of the domain files."""

from __future__ import annotations

from crawler.store.tables.model import TEMPLATE, Table

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
DEADLINES = Table(
    "deadlines",
    "until when the report on a year is due, in the year after it: `due` is month and day, `law` the article that says so. "
    "last_year is NULL while the rule holds",
    {"level": "TEXT", "first_year": "INTEGER", "last_year": "INTEGER", "due": "TEXT", "law": "TEXT", "note": "TEXT"},
    ("level", "first_year"),
    rowid=False,
)
COVERAGE_STATUSES = Table(
    "coverage_statuses",
    "what a status of the view coverage means",
    {"status": "TEXT", "position": "INTEGER", "title_zh": "TEXT", "definition": "TEXT"},
    ("status",),
)
OUTCOMES = Table(
    "outcomes",
    "the outcomes of pages, and what each says in the view coverage of a year that has no report; NULL where it says nothing",
    {"outcome": "TEXT", "coverage_status": "TEXT"},
    ("outcome",),
    {"coverage_status": ("coverage_statuses", "status")},
)
