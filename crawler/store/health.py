"""What the database knows of earlier runs: for the judgement on a portal, and for the report of a run."""

# ruff: noqa: S608 - names in statements are constants

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawler.health import WALKS, Past, doubts

if TYPE_CHECKING:
    import sqlite3

    from crawler.health import Found

_EARLIER = (
    "from run_portals join runs on runs.id = run_portals.run_id "
    "where portal_id = ?1 and run_id < ?2 and finish_reason = 'finished' {also} order by run_id desc limit {count}"
)

# The forms of 2019 and later have the same fields, so that reports of one run can be held against those of another.
_FILL = """
select count(*), avg(published_on is not null), avg(title_inferred is 0),
  avg(exists (select 1 from table_cells where table_cells.report_id = reports.id and state <> 'header')),
  avg(exists (select 1 from requests where requests.report_id = reports.id))
from reports where year >= 2019 and portal_id = ?1 and page_id in (
  select pages.id from fetches join pages on pages.url = fetches.url and pages.sha256 = fetches.sha256 where fetches.run_id = ?2)
"""
_SHARES = ("reports", "published_on", "title", "cells", "requests")


def past(connection: sqlite3.Connection, run_id: int, portal_id: str) -> Past:
    """What the finished runs before this one found at a portal."""
    walks = connection.execute(f"select listed {_EARLIER.format(also='and walked = 1', count=WALKS)}", [portal_id, run_id]).fetchall()
    last = connection.execute(f"select listed {_EARLIER.format(also='', count=1)}", [portal_id, run_id]).fetchone()
    fill = connection.execute(f"select fill {_EARLIER.format(also='and fill is not null', count=1)}", [portal_id, run_id]).fetchone()
    return Past(tuple(listed for (listed,) in walks), last[0] if last else None, json.loads(fill[0]) if fill else {})


def reports_fill(connection: sqlite3.Connection, run_id: int, portal_id: str) -> dict[str, float]:
    """The shares of the portal's reports on 2019 and later that this run fetched; empty where it fetched none."""
    row = connection.execute(_FILL, [portal_id, run_id]).fetchone()
    return {name: round(value, 4) for name, value in zip(_SHARES, row, strict=True)} if row[0] else {}


def weigh(connection: sqlite3.Connection, run_id: int, portal_id: str, found: Found) -> tuple[Found, list[str]]:
    """What a run found at a portal, completed by what the database knows, and why it is doubtful."""
    expected = connection.execute("select expect_agencies, expect_since from portals where id = ?", [portal_id]).fetchone() or (None, None)
    fill = {**found.fill, **reports_fill(connection, run_id, portal_id)}
    now = replace(found, **dict(zip(_OF_DATABASE, (*extent(connection, portal_id), *expected), strict=True)), fill=fill)
    return now, doubts(now, past(connection, run_id, portal_id))


_OF_DATABASE = ("agencies", "since", "expect_agencies", "expect_since")


def extent(connection: sqlite3.Connection, portal_id: str) -> tuple[int, int | None]:
    """Of how many agencies the portal has reports, and since which year."""
    row = connection.execute("select count(distinct agency_id), min(year) from reports where portal_id = ?", [portal_id]).fetchone()
    return int(row[0]), row[1]


# ------------------------------------------------------------------------------------------------ the report of a run

_TOTALS = """
select count(*), sum(new), sum(changed), sum(coalesce(withdrawn, 0)), sum(unchanged), sum(failed), sum(requests), sum(bytes),
  sum(outcome = 'suspect'), sum(outcome = 'blocked'), sum(outcome = 'unreachable'), sum(outcome in ('failed', 'partial'))
from run_portals where run_id = ?
"""
TOTALS = (
    "portals", "new", "changed", "withdrawn", "unchanged", "failed", "requests", "bytes",
    "portals_suspect", "portals_blocked", "portals_unreachable", "portals_failed",
)  # fmt: skip
_PORTALS = """
select portals.id, name, run_portals.outcome, run_portals.listed, run_portals.new, run_portals.changed, run_portals.withdrawn,
  run_portals.unchanged, run_portals.failed, run_portals.reasons, before.run_id, before.outcome, before.listed, before.new, before.failed
from run_portals join portals on portals.id = run_portals.portal_id
left join run_portals before on before.portal_id = run_portals.portal_id and before.run_id = (
  select max(earlier.run_id) from run_portals earlier join runs on runs.id = earlier.run_id and runs.finish_reason = 'finished'
  where earlier.portal_id = run_portals.portal_id and earlier.run_id < run_portals.run_id)
where run_portals.run_id = ? order by run_portals.outcome = 'ok', portals.id
"""
_OF_PORTAL = ("id", "name", "outcome", "listed", "new", "changed", "withdrawn", "unchanged", "failed", "reasons")
_BEFORE = ("run", "outcome", "listed", "new", "failed")
# A season begins on 1 January and ends with April (DOMAIN.md section 3: late pages come until mid-April), and is compared to the same day.
_SPRING = """
select portal_id, sum(new), sum(changed) from run_portals join runs on runs.id = run_portals.run_id
where date(finished_at, '+8 hours') between ?1 and ?2 group by portal_id
"""


def record(connection: sqlite3.Connection, run_id: int) -> dict[str, Any]:
    """All that is told of a finished run, as plain values: its row, its totals beside those of the run before and of the season a year
    ago, a line per portal, what the newest year's coverage is. Raises KeyError for a run that has not ended."""
    columns = ("id", "command", "arguments", "started_at", "finished_at", "finish_reason", "counts")
    row = connection.execute(f"select {', '.join(columns)} from runs where id = ? and finished_at is not null", [run_id]).fetchone()
    if row is None:
        raise KeyError(run_id)
    run = dict(zip(columns, row, strict=True))
    counts = json.loads(run.pop("counts") or "{}")
    arguments = run["arguments"]
    run["arguments"] = json.loads(arguments or "{}")
    before = connection.execute(
        "select id, finished_at from runs where id < ? and command = ? and arguments is ? and finish_reason = 'finished' order by id desc",
        [run_id, run["command"], arguments],
    ).fetchone()
    springs = _springs(connection, run["finished_at"])
    return {
        "run": run,
        "totals": _totals(connection, run_id),
        "before": {"id": before[0], "finished_at": before[1], "totals": _totals(connection, before[0])} if before else None,
        **{name: {key: value for key, value in spring.items() if key != "portals"} for name, spring in springs.items()},
        "page_outcomes": counts.get("outcomes", {}),
        "rejected_entries": counts.get("rejects", {}),
        "coverage": _coverage(connection),
        "portals": [_portal(row, springs) for row in connection.execute(_PORTALS, [run_id])],
    }


def _totals(connection: sqlite3.Connection, run_id: int) -> dict[str, int]:
    row = connection.execute(_TOTALS, [run_id]).fetchone()
    return dict(zip(TOTALS, (value or 0 for value in row), strict=True))


def _springs(connection: sqlite3.Connection, finished_at: str) -> dict[str, dict[str, Any]]:
    """This spring up to the run and last spring up to the same day, each with its sums, by portal too."""
    (day,) = connection.execute("select date(?, '+8 hours')", [finished_at]).fetchone()
    year, until = int(day[:4]), min(day[5:], "04-30")
    return {name: _spring(connection, one, until) for name, one in (("spring", year), ("last_spring", year - 1))}


def _spring(connection: sqlite3.Connection, year: int, until: str) -> dict[str, Any]:
    first, last = f"{year}-01-01", f"{year}-{until}"
    found = {portal: new or 0 for portal, new, _ in connection.execute(_SPRING, [first, last])}
    runs = connection.execute("select count(*) from runs where date(finished_at, '+8 hours') between ? and ?", [first, last]).fetchone()[0]
    return {"from": first, "to": last, "runs": runs, "new": sum(found.values()), "portals": found}


def _coverage(connection: sqlite3.Connection) -> dict[str, Any]:
    query = "select max(as_of), year, status, count(*) from coverage where year = cast(as_of as integer) - 1 group by year, status"
    rows = connection.execute(query).fetchall()
    return {"as_of": rows[0][0], "year": rows[0][1], **{status: count for _, _, status, count in rows}} if rows else {}


def _portal(row: tuple[Any, ...], springs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    found = dict(zip(_OF_PORTAL, row, strict=False))
    found["reasons"] = json.loads(found["reasons"] or "[]")
    before = dict(zip(_BEFORE, row[len(_OF_PORTAL) :], strict=True))
    return {
        **found,
        "before": before if before["run"] is not None else None,
        **{f"new_{name}": spring["portals"].get(found["id"], 0) for name, spring in springs.items()},
    }
