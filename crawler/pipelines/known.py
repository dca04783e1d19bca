"""A page that is stored already, read by the same rules, needs no work; one whose bytes are archived is not archived again."""

from __future__ import annotations

from typing import Any

from scrapy.exceptions import DropItem

from crawler.items import CapturedPage
from crawler.pipelines import Pipeline


class KnownPages(Pipeline):
    """Drops pages that reading again could not change, and counts them as unchanged; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item; raises DropItem for a page that is stored as it is."""
        if not isinstance(item, CapturedPage):
            return item
        counts = self.run.counts(item.portal_id)
        counts.fetched += 1
        url, sha256, rules = item.capture.page.url, item.capture.sha256, self.run.rules
        known, item.archived = await self.run.stored(lambda store: (store.known(url, sha256, rules), store.archived(url, sha256)))
        if known and item.outcome is None:
            counts.unchanged += 1
            raise DropItem(f"unchanged: {url}")
        return item
