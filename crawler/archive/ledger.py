"""What a crawl learns of portals and listings, noted in the archive too, so that a database can be rebuilt from the archive alone.

Only what changes something is noted, before it is stored: a portal with another row, entries that were not listed so before, entries
that are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.archive.facts import target
from crawler.archive.records import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.archive.files import Archive
    from crawler.store import Store

PORTAL, ENTRIES, SILENCE = "portal", "entries", "silence"


def silence(url: str, date: str) -> bytes:
    """The record of a request that got no answer."""
    return note(f"silence:{url}", {"kind": SILENCE, "url": url}, date, target(url))


def add_portal(store: Store, archive: Archive, row: Mapping[str, Any], date: str, *, keep: bool) -> None:
    """Store a portal as `Store.add_portal` does, and note it where that changes something."""
    if store.portal_differs(row, keep=keep):
        archive.append(note(f"portal:{row['id']}", {"kind": PORTAL, "row": dict(row), "keep": keep}, date))
        store.add_portal(row, keep=keep)


def record_entries(
    store: Store,
    archive: Archive,
    run_id: int,
    portal_id: str,
    entries: Iterable[Mapping[str, Any]],
    date: str,
    *,
    complete: bool = False,
) -> None:
    """Store what a listing named as `Store.record_entries` does, and note what of it is new; `complete` as there."""
    entries = list(entries)
    fresh, gone = store.entries_that_differ(portal_id, entries, complete=complete)
    if fresh or gone:
        said = {"kind": ENTRIES, "portal": portal_id, "entries": [dict(entry) for entry in fresh], "gone": gone}
        archive.append(note(f"entries:{portal_id}", {**said, "run": run_id}, date))
        store.record_entries(run_id, portal_id, entries, complete=complete)
