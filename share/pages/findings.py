"""What does not add up: violations by rule, province and year, and the reports behind each number."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from share import findings, overview
from share.site import visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.utils.asgi import Request, Response

    from share.site import Site

LISTED = 50
COUNTS = (
    "select findings.rule_id, reports.province, reports.year, count(*) as n from findings join reports on reports.id = findings.report_id "
    "where findings.status = 'violated' group by 1, 2, 3"
)
RULES = "select rule_id, basis, eras, table_id, scope, per, lhs, op, rhs, definition, note from rules"
FOUND = (
    "select findings.*, reports.agency, reports.agency_id, reports.year, reports.province from findings "
    "join reports on reports.id = findings.report_id where findings.status = 'violated'"
)

Counts = dict[tuple[str, str | None, int], int]
_held: WeakKeyDictionary[Site, tuple[float, Counts]] = WeakKeyDictionary()


async def page(datasette: Site, request: Request) -> Response:
    """Violations: how many by rule, and by province and year; with a filter the findings themselves."""
    call = visit(datasette, request)
    wanted = {"rule": call.arg("rule"), "province": call.arg("province"), "year": call.number("year")}
    number = call.number("page") or 1
    counts = await _counts(datasette)
    context = await datasette.read(read, wanted, number)
    seen = {key: n for key, n in counts.items() if _fits(key, wanted)}
    context |= {
        "wanted": wanted, "page": number, "total": sum(seen.values()),
        "by_rule": _sums(seen, 0), "by_province": _sums(seen, 1), "by_year": dict(sorted(_sums(seen, 2).items())),
        "overview": overview, "label": findings.label,
    }  # fmt: skip
    return await call.page("findings.html", context)


async def _counts(site: Site) -> Counts:
    """Violations by rule, province and year, read once a minute at most, as the overview is."""
    held = _held.get(site)
    if held and (site.public or time.monotonic() - held[0] < overview.FRESH):
        return held[1]
    new: Counts = await site.get_database(site.name).execute_fn(count)
    _held[site] = time.monotonic(), new
    return new


def count(connection: sqlite3.Connection) -> Counts:
    """Violations by rule, province and year."""
    return {(row["rule_id"], row["province"], row["year"]): row["n"] for row in connection.execute(COUNTS)}


def _fits(key: tuple[str, str | None, int], wanted: Mapping[str, Any]) -> bool:
    asked = (wanted["rule"] or None, None if wanted["province"] == "-" else wanted["province"] or None, wanted["year"])
    return all(one is None or one == value for one, value in zip(asked, key, strict=True)) and (wanted["province"] != "-" or key[1] is None)


def _sums(counts: Counts, axis: int) -> dict[Any, int]:
    """The counts along one axis, the largest first."""
    sums: dict[Any, int] = {}
    for key, n in counts.items():
        sums[key[axis]] = sums.get(key[axis], 0) + n
    return dict(sorted(sums.items(), key=lambda one: (-one[1], str(one[0]))))


def read(connection: sqlite3.Connection, wanted: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The rules, and a page of the violations that are asked for."""
    conditions, values = [], []
    for column, name in (("findings.rule_id", "rule"), ("reports.province", "province"), ("reports.year", "year")):
        if wanted[name] == "-":
            conditions.append(f"{column} is null")
        elif wanted[name]:
            conditions.append(f"{column} = ?")
            values.append(wanted[name])
    sql = " and ".join((FOUND, *conditions)) + " order by findings.rule_id, findings.rowid limit ? offset ?"
    rows = connection.execute(sql, [*values, LISTED + 1, (number - 1) * LISTED]).fetchall()
    return {
        "found": [findings.read(place, row) for place, row in enumerate(rows[:LISTED], 1)],
        "more": len(rows) > LISTED,
        "rules": {row["rule_id"]: row for row in connection.execute(RULES)},
    }
