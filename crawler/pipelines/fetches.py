"""Every answer of a server becomes a row of `fetches`, and so does every silence.

The answer that brought a page is stored with the page, in one transaction; one that brought no page, or a known one, has its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.items import CapturedPage, Fetch
from crawler.pipelines import Pipeline

if TYPE_CHECKING:
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
            await self.run.stored(lambda store: record(store, self.run.id, item), item.url)
        return item


def record(store: Store, run_id: int, fetch: Fetch) -> None:
    """Store a fetch in a transaction of its own."""
    store.record_fetch(**row(run_id, fetch))


def row(run_id: int, fetch: Fetch) -> dict[str, Any]:
    """The row of `fetches`."""
    return {
        "run_id": run_id,
        "url": fetch.url,
        "fetched_at": fetch.fetched_at,
        "status": fetch.status,
        "etag": fetch.etag,
        "last_modified": fetch.last_modified,
        "bytes": fetch.bytes,
        "sha256": fetch.sha256,
    }
