"""Every answer of a server becomes a row of `fetches`, and so does every silence."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from crawler.items import CapturedPage, Fetch
from crawler.pipelines import Pipeline


class Fetches(Pipeline):
    """Stores fetches, before the page that came with one, and counts them for their portal."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        fetch = item if isinstance(item, Fetch) else item.fetch if isinstance(item, CapturedPage) else None
        if fetch is not None:
            counts = self.run.counts(fetch.portal_id)
            counts.requests += 1
            counts.bytes += fetch.bytes or 0
            row = {key: value for key, value in asdict(fetch).items() if key not in ("portal_id", "url")}
            await self.run.stored(lambda store: store.record_fetch(self.run.id, fetch.url, **row))
        return item
