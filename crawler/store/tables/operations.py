"""Runs, portals, fetches and listings: what was done, not what was read."""

from __future__ import annotations

from crawler.store.tables.model import PORTAL, RUN, Table

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
        "expect_agencies": "INTEGER",
        "expect_since": "INTEGER",
    },
    ("id",),
    indexes=(("division_code",),),
)
RUN_PORTALS = Table(
    "run_portals",
    "what a run found at a portal. walked: 1 where every listing was walked to its end. fill: of what it read, the shares that have "
    "a date, a title ... (JSON). reasons: why the outcome is not ok (JSON)",
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
        "walked": "INTEGER",
        "fill": "TEXT",
        "reasons": "TEXT",
    },
    ("run_id", "portal_id"),
    {"run_id": RUN, "portal_id": PORTAL},
    indexes=(("portal_id", "run_id"),),
    rowid=False,
)
FETCHES = Table(
    "fetches",
    "every answer of a server, with its validators and the place of its record in the archive",
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
        "archive_file": "TEXT",
        "archive_offset": "INTEGER",
    },
    ("id",),
    {"run_id": RUN},
    indexes=(("url", "fetched_at"), ("run_id",)),
)
LISTING_ENTRIES = Table(
    "listing_entries",
    "what the listings named; gone_run is NULL while an entry is listed. year and agency are what its title says, simplified and "
    "without blanks; NULL where it says none",
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
        "year": "INTEGER",
        "agency": "TEXT",
    },
    ("portal_id", "url"),
    {"portal_id": PORTAL, "first_run": RUN, "gone_run": RUN},
    indexes=(("url",), ("verdict",)),
)
