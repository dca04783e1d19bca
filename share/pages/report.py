"""A report: its sections in order, its tables as the form prints them, what was checked, and what its earlier states said."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.store import contents
from crawler.store.tables import section_tables
from share import addresses, findings, forms, texts
from share.site import found, visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.utils.asgi import Request, Response

    from crawler.store.prepare import Content
    from share.site import Site


REPORT = "select * from reports where id = ?"
AGENCY = "select id, name, level, province from agencies where id = ?"
PAGE = "select id, url, sha256, encoding, repairs, content_type, archive_file, archive_offset from pages where id = ?"
CELLS = "select * from table_cells where report_id = ?"
QUANTITIES = "select * from quantities where report_id = ? order by section_position, start_offset"
FINDINGS = "select * from findings where report_id = ? order by status = 'violated' desc, status = 'not_assessable' desc, rowid"
UNKNOWN = "select table_id, label, raw_row, seen from unknown_labels where report_id = ? order by table_id, position"
YEARS = "select id, year from reports where agency_id = ? order by year"
CHANGES = "version, page_id, changed_sections, changed_cells, changed_fields"
VERSIONS = f"select {CHANGES} from report_versions where report_id = ? order by version desc"
OTHER_PAGES = "select page_id, url, role, published_on from report_pages where report_id = ? and role <> 'report' order by role, url"
SECTION = "position, sub_position, parent_position, number, heading, text, original_text, confidence, warnings"
RULES = "select rule_id, basis, definition, note, table_id from rules"
KINDS = "select kind, title_zh, title_en from section_kinds"

# Which section of the form a table stands in: the end of its id says it. The tables up to 2018 are an annex.
PLACES = (
    ("_art20_", "proactive_disclosure"),
    ("_requests", "requests"),
    ("review_litigation", "review_litigation"),
    ("stats_", "statistics_table"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section with its text in pieces, beside the text as served where that differs, and the tables that stand in it."""

    kind: str
    stored: Mapping[str, Any]
    pieces: tuple[texts.Piece, ...]
    original: tuple[texts.Pair, ...]
    tables: tuple[forms.Form, ...]


async def page(datasette: Site, request: Request) -> Response:
    """The page of a report; 404 for an id that the database does not hold."""
    call = visit(datasette, request)
    report_id = addresses.decoded(request.url_vars["id"])
    context = found(await datasette.read(read, report_id))
    return await call.page("report.html", context)


def read(connection: sqlite3.Connection, report_id: str) -> dict[str, Any] | None:
    """What the template is given; None for an id that the database does not hold."""
    report = connection.execute(REPORT, [report_id]).fetchone()
    if report is None:
        return None
    tables = _tables(connection, report_id)
    checked = [findings.read(number, row) for number, row in enumerate(connection.execute(FINDINGS, [report_id]), 1)]
    sections = _sections(connection, report_id, tables)
    placed = {form.table for section in sections for form in section.tables}
    return {
        "report": report,
        "agency": connection.execute(AGENCY, [report["agency_id"]]).fetchone(),
        "source": connection.execute(PAGE, [report["page_id"]]).fetchone(),
        "years": connection.execute(YEARS, [report["agency_id"]]).fetchall(),
        "sections": sections,
        "loose_tables": [form for table, form in tables.items() if table not in placed],
        "findings": checked,
        "counts": {status: sum(one.stored["status"] == status for one in checked) for status in ("violated", "not_assessable", "holds")},
        "marks": marks(checked),
        "rules": {row["rule_id"]: row for row in connection.execute(RULES)},
        "kinds": {row["kind"]: row for row in connection.execute(KINDS)},
        "unknown": connection.execute(UNKNOWN, [report_id]).fetchall(),
        "versions": [_version(row) for row in connection.execute(VERSIONS, [report_id])],
        "other_pages": connection.execute(OTHER_PAGES, [report_id]).fetchall(),
        "label": findings.label,
    }


def marks(checked: list[findings.Checked]) -> dict[findings.Place, list[findings.Checked]]:
    """The violated findings of each cell."""
    touched: dict[findings.Place, list[findings.Checked]] = {}
    for one in checked:
        if one.stored["status"] == "violated":
            for place in one.places:
                touched.setdefault(place, []).append(one)
    return touched


def _tables(connection: sqlite3.Connection, report_id: str) -> dict[str, forms.Form]:
    cells: dict[str, list[Any]] = {}
    for cell in connection.execute(CELLS, [report_id]):
        cells.setdefault(cell["table_id"], []).append(cell)
    return {table: forms.fill(table, rows) for table, rows in sorted(cells.items())}


def _sections(connection: sqlite3.Connection, report_id: str, tables: Mapping[str, forms.Form]) -> list[Section]:
    """The top-level sections in their order; parts of a compound section repeat its text and are left out."""
    spoken: dict[int, list[Any]] = {}
    for quantity in connection.execute(QUANTITIES, [report_id]):
        spoken.setdefault(quantity["section_position"], []).append(quantity)
    rows = [
        (kind, row)
        for kind in section_tables()
        for row in connection.execute(f'select {SECTION} from "{kind}" where report_id = ? and parent_position is null', [report_id])
    ]
    rows.sort(key=lambda one: (one[1]["position"], one[1]["sub_position"] or 0))
    last = {kind: place for place, (kind, _) in enumerate(rows)}
    return [
        Section(
            kind,
            row,
            texts.pieces(row["text"] or "", spoken.get(row["position"], [])),
            texts.beside(row["text"] or "", row["original_text"]),
            tuple(form for table, form in tables.items() if last[kind] == place and home(table) == kind),
        )
        for place, (kind, row) in enumerate(rows)
    ]


def home(table: str) -> str | None:
    """The kind of section that a table stands in; None for one that no form knows."""
    return next((kind for part, kind in PLACES if part in table or table.startswith(part)), None)


def _version(row: Mapping[str, Any]) -> dict[str, Any]:
    lists = {name: json.loads(row[name] or "[]") for name in ("changed_sections", "changed_fields")}
    cells = [(tuple(key.split(".", 2)), before, after) for key, (before, after) in json.loads(row["changed_cells"] or "{}").items()]
    return {"version": row["version"], "page_id": row["page_id"], **lists, "changed_cells": cells}


# ------------------------------------------------------------------------------------------------ an earlier state


async def version_page(datasette: Site, request: Request) -> Response:
    """What the sections of an earlier version said, beside those of the next one."""
    call = visit(datasette, request)
    report_id, number = addresses.decoded(request.url_vars["id"]), int(request.url_vars["version"])
    return await call.page("version.html", found(await datasette.read(read_version, report_id, number)))


def read_version(connection: sqlite3.Connection, report_id: str, number: int) -> dict[str, Any] | None:
    """The texts of a superseded version and of the one after it, side by side; None where the database holds no such version."""
    report = connection.execute(REPORT, [report_id]).fetchone()
    states = "select * from report_versions where report_id = ? and version in (?, ?) order by version"
    stored = connection.execute(states, [report_id, number, number + 1]).fetchall()
    if report is None or not stored or stored[0]["version"] != number:
        return None
    before = _texts(contents.from_json(stored[0]["content"]))
    after = _texts(contents.from_json(stored[1]["content"]) if len(stored) > 1 else contents.current(connection, report_id))
    changed = [(kind, texts.compared(before.get(kind, ""), after.get(kind, ""))) for kind in {**before, **after}]
    return {
        "report": report,
        "number": number,
        "version": _version(stored[0]),
        "changed": [(kind, pairs) for kind, pairs in changed if any(pair.differs for pair in pairs)],
        "kinds": {row["kind"]: row for row in connection.execute(KINDS)},
        "label": findings.label,
    }


def _texts(content: Content) -> dict[str, str]:
    """The text of each kind of section, headings included, in the order of the report."""
    rows = contents.readable(content)
    found_texts = [
        (row["position"], kind, "\n".join(filter(None, (row["heading"], row["text"]))))
        for kind in section_tables()
        for row in rows.get(kind, ())
        if row["parent_position"] is None
    ]
    joined: dict[str, str] = {}
    for _, kind, text in sorted(found_texts):
        joined[kind] = f"{joined[kind]}\n{text}" if kind in joined else text
    return joined
