"""The data dictionary: what every table, row, column, measure, rule and status means, from the tables that say so in the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.store.tables import all_tables
from share import forms
from share.site import visit

if TYPE_CHECKING:
    import sqlite3

    from datasette.utils.asgi import Request, Response

    from share.site import Site

# Each part: the name of its words, and what is shown of which table.
PARTS = {
    "eras": "select era, first_year, last_year, tables, table_required from eras order by first_year",
    "measures": "select metric, title_zh, title_en, unit, eras, comparability, source_rows, definition from metrics "
    "where comparability is not null",
    "rules": "select rule_id, basis, scope, table_id, lhs, op, rhs, definition, note from rules",
    "section_kinds": "select kind, title_zh, title_en, eras from section_kinds order by rowid",
    "statuses": "select status, title_zh, definition from coverage_statuses order by position",
    "deadlines": "select level, first_year, last_year, due, law, note from deadlines",
    "outcomes": "select outcome, coverage_status from outcomes",
    "prose_metrics": "select metric, title_zh, title_en, unit, definition from metrics where comparability is null",
}
TABLES = "select table_id, title_zh, eras, layout, unit from tables"


async def page(datasette: Site, request: Request) -> Response:
    """The dictionary."""
    call = visit(datasette, request)
    context = await datasette.read(read)
    return await call.page("dictionary.html", context | {"forms": [forms.fill(row["table_id"], ()) for row in context["tables"]]})


def read(connection: sqlite3.Connection) -> dict[str, Any]:
    """The rows of every part, the statutory tables, and the tables of the database with their columns."""
    parts = {}
    for name, sql in PARTS.items():
        cursor = connection.execute(sql)
        parts[name] = ([one[0] for one in cursor.description], cursor.fetchall())
    return {"parts": parts, "tables": [row for row in connection.execute(TABLES) if row["layout"]], "schema": all_tables()}
