"""A page that is stored already, read by the same rules, needs no work."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem

from crawler.items import CapturedPage
from crawler.pipelines import Pipeline


class KnownPages(Pipeline):
    """Drops known pages and counts them as unchanged; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item; raises DropItem for a known page."""
        if not isinstance(item, CapturedPage):
            return item
        counts = self.run.counts(item.portal_id)
        counts.fetched += 1
        page = item.capture.page
        if await self.run.stored(lambda store: store.known(page.url, item.capture.sha256, self.run.rules)):
            if item.outcome in (None, "unsupported"):
                counts.unchanged += 1
            else:
                counts.failed += 1
            raise DropItem(f"unchanged: {page.url}")
        return item
