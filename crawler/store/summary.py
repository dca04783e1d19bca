"""What a run did and what the database holds: the numbers of the table that a person reads at the end."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.store.tables import RUN_PORTALS, section_tables

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a run and of the whole database.

    `portals` are the run's rows of run_portals; `entries` counts listed entries by verdict; `reports` the run's by what became of them
    (new, changed, reread, unchanged, linked, retired); `rejects` its pages without a report by (outcome, reason). The rest is of the whole
    database: `held` reports, `sections`, `cells` with a figure or without, `findings` by status.
    """

    portals: list[dict[str, Any]]
    entries: dict[str, int]
    reports: dict[str, int]
    rejects: dict[tuple[str, str], int]
    held: int
    sections: int
    cells: int
    quantities: int
    findings: dict[str, int]


def summary(connection: sqlite3.Connection, run_id: int, tally: dict[str, int]) -> Summary:
    """The summary of a run; `tally` is what the store counted so far, used while the run has not ended."""
    stored = connection.execute("select counts from runs where id = ?", [run_id]).fetchone()
    written = json.loads(stored[0])["written"] if stored and stored[0] else tally
    return Summary(
        _portals(connection, run_id),
        dict(connection.execute("select verdict, count(*) from listing_entries where gone_run is null group by 1 order by 1")),
        {name.removeprefix("reports_"): count for name, count in written.items() if name.startswith("reports_")},
        _rejects(written),
        _count(connection, "reports"),
        sum(_count(connection, kind) for kind in section_tables()),
        _count(connection, "table_cells"),
        _count(connection, "quantities"),
        dict(connection.execute("select status, count(*) from findings group by 1 order by 1")),
    )


def _portals(connection: sqlite3.Connection, run_id: int) -> list[dict[str, Any]]:
    rows = connection.execute("select * from run_portals where run_id = ? order by portal_id", [run_id])
    return [dict(zip(RUN_PORTALS.columns, row, strict=True)) for row in rows]


def _rejects(written: dict[str, int]) -> dict[tuple[str, str], int]:
    """Pages without a report by outcome and reason, the most frequent first."""
    named = {tuple(name.split(": ", 2)[1:]): count for name, count in written.items() if name.startswith("rejected: ")}
    return {(outcome, reason): named[outcome, reason] for outcome, reason in sorted(named, key=lambda key: (-named[key], key))}


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f'select count(*) from "{table}"').fetchone()[0])
