"""The list of agencies, and an agency: its years, its measures as charts, what was found in its reports."""

# ruff: noqa: S608 - statements are put together of constants, values are bound

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from share import addresses, charts, findings, overview
from share.marking import fold
from share.site import found, visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.utils.asgi import Request, Response

    from share.site import Site
    from share.words import Words

LISTED = 60  # agencies of a page of the list
AGENCY = "select * from agencies where id = ?"
REPORTS = (
    "select id, year, title, era, published_on, version, withdrawn_run, page_id, url from reports where agency_id = ? order by year desc"
)
COVERAGE = "select year, status, deadline, published_on, report_id, url, reason from coverage where agency_id = ? order by year"
VIOLATED = (
    "select findings.*, reports.year from reports join findings on findings.report_id = reports.id "
    "where reports.agency_id = ? and findings.status = 'violated' order by reports.year desc, findings.rowid limit 200"
)
CHILDREN = "select id, name, level from agencies where parent_id = ? order by name limit 200"
STATUSES = "select status, title_zh, definition from coverage_statuses order by position"
RULES = "select rule_id, basis, definition, note from rules"
ORDER = (
    "case level when 'ministry' then 0 when 'province' then 1 when 'prefecture' then 2 when 'county' then 3 when 'township' then 4 "
    "else 5 end, division_code is null, division_code, name"
)
HELD = {"reports": "count(*)", "first": "min(year)", "last": "max(year)"}
# Lines of the first two charts of an agency: what came in and went out, and who went to court.
MEASURES = (("requests_received", "requests_finished"), ("reviews", "reviews_corrected", "litigations"), ("normative_documents_new",))


async def page(datasette: Site, request: Request) -> Response:
    """The page of an agency; 404 for an id that the database does not hold."""
    call = visit(datasette, request)
    context = await datasette.read(read, addresses.decoded(request.url_vars["id"]), call.words)
    return await call.page("agency.html", found(context))


def read(connection: sqlite3.Connection, agency_id: str, words: Words) -> dict[str, Any] | None:
    """What the template is given; None for an id that the database does not hold."""
    agency = connection.execute(AGENCY, [agency_id]).fetchone()
    if agency is None:
        return None
    lines = [charts.lines(connection, words, [agency_id], measures) for measures in MEASURES]
    others = [make(connection, words, agency_id) for make in charts.AGENCY_CHARTS.values()]
    drawn = [lines[0], others[0], others[1], lines[1], others[2], lines[2]]
    return {
        "agency": agency,
        "parent": connection.execute(AGENCY, [agency["parent_id"]]).fetchone(),
        "successor": connection.execute(AGENCY, [agency["successor_id"]]).fetchone(),
        "children": connection.execute(CHILDREN, [agency_id]).fetchall(),
        "reports": connection.execute(REPORTS, [agency_id]).fetchall(),
        "coverage": connection.execute(COVERAGE, [agency_id]).fetchall(),
        "statuses": {row["status"]: row for row in connection.execute(STATUSES)},
        "charts": [chart for chart in drawn if chart and not chart.empty and _tells(chart)],
        "findings": [findings.read(number, row) for number, row in enumerate(connection.execute(VIOLATED, [agency_id]), 1)],
        "rules": {row["rule_id"]: row for row in connection.execute(RULES)},
        "label": findings.label,
    }


def _tells(chart: Any) -> bool:
    """Whether a chart has a value to draw; a line of years without figures is no chart."""
    if chart.kind != "lines":
        return True
    return any(point.value is not None for line in chart.data["lines"] for point in line.points)


# ------------------------------------------------------------------------------------------------ the list


async def listing(datasette: Site, request: Request) -> Response:
    """Agencies by part of their name, province and level, a page at a time."""
    call = visit(datasette, request)
    wanted = {name: call.arg(name) for name in ("q", "province", "level")}
    number = call.number("page") or 1
    rows, more = await datasette.read(search, wanted, number)
    seen = await overview.of(datasette)
    provinces = sorted(province for province in seen.by_province if province)
    context = {"agencies": rows, "wanted": wanted, "page": number, "more": more, "provinces": provinces, "overview": overview}
    return await call.page("agencies.html", context)


def search(connection: sqlite3.Connection, wanted: Mapping[str, str], number: int = 1, listed: int = LISTED) -> tuple[list[Any], bool]:
    """The agencies of a page of the list with their years, and whether there are more. Government before department, by place."""
    conditions, values = _conditions(wanted)
    where = f"where {' and '.join(conditions)}" if conditions else ""
    years = ", ".join(f"(select {what} from reports where agency_id = agencies.id) as {name}" for name, what in HELD.items())
    chosen = f"select * from agencies {where} order by {ORDER} limit ? offset ?"
    sql = f"select agencies.*, {years} from ({chosen}) agencies order by {ORDER}"
    rows = connection.execute(sql, [*values, listed + 1, (number - 1) * listed]).fetchall()
    return rows[:listed], len(rows) > listed


def _conditions(wanted: Mapping[str, str]) -> tuple[list[str], list[str]]:
    conditions, values = [], []
    for word in fold_words(wanted["q"]):
        conditions.append("name like ? escape '!'")
        values.append(f"%{word}%")
    for column in ("province", "level"):
        if wanted[column] == "-":
            conditions.append(f"{column} is null")
        elif wanted[column]:
            conditions.append(f"{column} = ?")
            values.append(wanted[column])
    return conditions, values


def fold_words(typed: str) -> list[str]:
    """The words of a query for LIKE, simplified; at most six of forty characters."""
    words = [fold(word)[:40] for word in typed[:300].split()][:6]
    return ["".join(f"!{one}" if one in "!%_" else one for one in word) for word in words if word]
