"""What is exported: for every table its fields, and the statements that give its rows with the source beside each.

The reports that are chosen stand in a temporary table first, with the address and the time at which their page was fetched; every other
table is read along it. Nothing is sorted: rows come in the order of their keys.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from crawler.export.errors import ExportError
from crawler.store import tables as store

if TYPE_CHECKING:
    import sqlite3

Type = Literal["string", "integer", "number"]

TYPES: Mapping[str, Type] = {"TEXT": "string", "INTEGER": "integer", "REAL": "number", "NUMBER": "number"}
CHOSEN = "temp.chosen"
# The first fetch that brought the bytes that were read; a saved page that was read from a file has none.
FETCHED = (
    "(select min(fetched_at) from fetches join pages on pages.url = fetches.url and pages.sha256 = fetches.sha256 where pages.id = {page})"
)
OF_REPORT: Mapping[str, Type] = {"report_id": "string", "agency": "string", "province": "string", "year": "integer"}
SOURCE: Mapping[str, Type] = {"source_url": "string", "fetched_at": "string"}


@dataclass(frozen=True, slots=True)
class Selection:
    """Which reports are exported: those of a province (as in reports.province), of the years from first to last; None leaves it open."""

    province: str | None = None
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """A table as it is exported: its fields with their types, its key, the statements that give its rows one after another."""

    name: str
    about: str
    fields: Mapping[str, Type]
    key: tuple[str, ...]
    statements: tuple[str, ...]
    foreign: Mapping[str, tuple[str, str]]


EXPORTED = (
    "reports",
    "agencies",
    "sections",
    "table_cells",
    "quantities",
    "unknown_labels",
    "findings",
    "series",
    "coverage",
    "metrics",
    "eras",
    "tables",
    "table_rows",
    "table_columns",
    "rules",
    "section_kinds",
)


def choose(connection: sqlite3.Connection, selection: Selection) -> int:
    """Put the reports of a selection into the temporary table; how many there are. Raises ExportError where there is none."""
    connection.execute(
        "create temp table chosen (report_id text primary key, agency_id text, agency text, province text, year integer, page_id text, "
        "source_url text, fetched_at text) without rowid"
    )
    connection.execute(
        f"insert into {CHOSEN} select id, agency_id, agency, province, year, page_id, url, {FETCHED.format(page='reports.page_id')} "
        "from reports where (?1 is null or province = ?1) and (?2 is null or year >= ?2) and (?3 is null or year <= ?3)",
        [selection.province, selection.first_year, selection.last_year],
    )
    count: int = connection.execute(f"select count(*) from {CHOSEN}").fetchone()[0]
    if not count:
        raise ExportError(f"no report fits: {_known(connection)}")
    return count


def _known(connection: sqlite3.Connection) -> str:
    first, last = connection.execute("select min(year), max(year) from reports").fetchone()
    provinces = [name for (name,) in connection.execute("select distinct province from reports where province is not null order by 1")]
    return f"the database holds the years {first} to {last} of {', '.join(provinces) or 'no named province'}" if first else "it holds none"


@cache
def exported_tables() -> Mapping[str, Exported]:
    """Every table that can be exported, by name."""
    own = {table.name: table for table in store.all_tables()}
    made = [_reports(), _agencies(), _sections(), _coverage()]
    made += [_of_report(own[name]) for name in ("table_cells", "quantities", "unknown_labels", "findings", "series")]
    made += [_dictionary(own[name]) for name in EXPORTED if name in own and name not in {table.name for table in made}]
    found = {table.name: table for table in made}
    return {name: found[name] for name in EXPORTED}


def _types(table: store.Table, without: tuple[str, ...] = ()) -> dict[str, Type]:
    return {name: TYPES[kind] for name, kind in table.columns.items() if name not in without}


def _list(prefix: str, names: Any) -> str:
    return ", ".join(f'{prefix}."{name}"' for name in names)


def _reports() -> Exported:
    fields = _types(store.REPORTS)
    select = (
        f"select {_list('own', fields)}, chosen.source_url, chosen.fetched_at from {CHOSEN} cross join reports own on own.id = report_id "
        "order by report_id"
    )
    to_agency = {"agency_id": ("agencies", "id")}
    return Exported("reports", store.REPORTS.about, {**fields, **SOURCE}, ("id",), (select,), to_agency)


def _agencies() -> Exported:
    """Agencies of the reports that are chosen, with the page of the latest of them as their source."""
    fields = _types(store.AGENCIES)
    select = (
        f"select {_list('own', fields)}, latest.source_url, latest.fetched_at from "
        f"(select agency_id, source_url, fetched_at, max(year) from {CHOSEN} group by agency_id) latest "
        "cross join agencies own on own.id = latest.agency_id order by latest.agency_id"
    )
    return Exported("agencies", store.AGENCIES.about, {**fields, **SOURCE}, ("id",), (select,), {})


def _sections() -> Exported:
    """All kinds in one table, kind after kind; the metrics that stand in the tables of single kinds are in `quantities`."""
    fields: dict[str, Type] = {name: TYPES[kind] for name, kind in store.SECTION_COLUMNS.items()}
    statements = tuple(
        f"select '{kind}', {_along(fields)} cross join \"{kind}\" own on own.report_id = chosen.report_id "
        "order by chosen.report_id, own.position"
        for kind in store.section_tables()
    )
    named: dict[str, Type] = {"kind": "string", **_with_source(fields)}
    return Exported("sections", "all sections, with their kind", named, ("id",), statements, {"report_id": ("reports", "id")})


def _with_source(fields: Mapping[str, Type]) -> dict[str, Type]:
    return {**OF_REPORT, **{name: kind for name, kind in fields.items() if name not in OF_REPORT}, **SOURCE}


def _along(fields: Mapping[str, Type]) -> str:
    """The beginning of a statement that reads a table along the chosen reports."""
    own = _list("own", [name for name in fields if name not in OF_REPORT])
    return f"{_list('chosen', OF_REPORT)}, {own}, {_source('page_id' in fields)} from {CHOSEN}"


def _source(has_page: bool) -> str:
    """Address and time of the page that a row was read from: the report's, or the row's own (a table in an attachment)."""
    if not has_page:
        return "chosen.source_url, chosen.fetched_at"
    own = "own.page_id is null or own.page_id = chosen.page_id"
    return (
        f"case when {own} then chosen.source_url else (select url from pages where id = own.page_id) end, "
        f"case when {own} then chosen.fetched_at else {FETCHED.format(page='own.page_id')} end"
    )


def _of_report(table: store.Table) -> Exported:
    fields = _types(table)
    order = ", ".join(f'own."{name}"' for name in table.key if name in fields and name not in OF_REPORT)
    select = f'select {_along(fields)} cross join "{table.name}" own on own.report_id = chosen.report_id order by chosen.report_id, {order}'
    foreign = {name: to for name, to in table.foreign.items() if to[0] in EXPORTED and name in (*fields, *OF_REPORT)}
    return Exported(table.name, table.about, _with_source(fields), table.key, (select,), foreign)


COVERAGE: Mapping[str, Type] = {
    "agency_id": "string",
    "agency": "string",
    "level": "string",
    "division_code": "string",
    "province": "string",
    "year": "integer",
    "status": "string",
    "deadline": "string",
    "report_id": "string",
    "published_on": "string",
    "url": "string",
    "portal_id": "string",
    "reason": "string",
    "as_of": "string",
}


def _coverage() -> Exported:
    """The view, for the agencies and years of the selection; a year without a report has no page that it was read from."""
    select = (
        f"select {_list('own', COVERAGE)}, chosen.source_url, chosen.fetched_at from coverage own "
        f"left join {CHOSEN} chosen on chosen.report_id = own.report_id where own.agency_id in (select agency_id from {CHOSEN}) "
        "and (:first is null or own.year >= :first) and (:last is null or own.year <= :last)"
    )
    about = "every agency and year of the selection: whether a report is held, late or missing, and the deadline that applies"
    return Exported("coverage", about, {**COVERAGE, **SOURCE}, (), (select,), {})


def _dictionary(table: store.Table) -> Exported:
    """What ids mean: made of the law's forms, not read from a page, so without a source."""
    fields = _types(table)
    select = f'select {_list("own", fields)} from "{table.name}" own order by {_list("own", table.key)}'
    return Exported(table.name, table.about, fields, table.key, (select,), {})
