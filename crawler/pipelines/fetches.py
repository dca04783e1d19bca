"""Every answer of a server, and every silence, becomes a record of the archive and a row of `fetches`.

The answer that brought a page is stored with the page, in one transaction; one that brought no page, or a known one, has its own. The
record comes first, so that a killed run leaves a record too many, never one too few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.archive import ledger
from crawler.items import CapturedPage, Fetch
from crawler.pipelines import Pipeline

if TYPE_CHECKING:
    from crawler.archive import Capture, Place
    from crawler.extensions.run import Run
    from crawler.store import Store


class Fetches(Pipeline):
    """Counts fetches for their portal and stores those that came without a page."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        fetch = item if isinstance(item, Fetch) else item.fetch if isinstance(item, CapturedPage) else None
        if fetch is not None:
            counts = self.run.counts(fetch.portal_id)
            counts.requests += 1
            counts.bytes += fetch.bytes or 0
        if isinstance(item, Fetch):
            await self.run.stored(lambda store: record(store, self.run, item), item.url)
        return item


def record(store: Store, run: Run, fetch: Fetch) -> Place:
    """Archive and store a fetch, in a transaction of its own. Where its record now lies."""
    place = keep(store, run, fetch.answer) if fetch.answer else run.archive.append(ledger.silence(fetch.url, fetch.fetched_at))
    store.record_fetch(**row(run.id, fetch, place))
    return place


def keep(store: Store, run: Run, capture: Capture, made: bytes | None = None) -> Place:
    """Archive what was fetched: whole, or as a revisit where the archive holds what this address gave. `made` are its records."""
    answer = capture.unread.answer if capture.unread and capture.unread.answer else capture
    return run.archive.add(capture, store.archived(answer.page.address, answer.sha256), made)


def row(run_id: int, fetch: Fetch, place: Place | None = None) -> dict[str, Any]:
    """The row of `fetches`; `place` is where the archive has the answer."""
    return {
        "run_id": run_id,
        "url": fetch.url,
        "fetched_at": fetch.fetched_at,
        "status": fetch.status,
        "etag": fetch.etag,
        "last_modified": fetch.last_modified,
        "bytes": fetch.bytes,
        "sha256": fetch.sha256,
        "archive_file": place.file if place else None,
        "archive_offset": place.offset if place else None,
    }
