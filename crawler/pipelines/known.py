"""A page that is stored already, read by the same rules, needs no work; one whose bytes are archived is not archived again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from crawler.corrections import as_text
from crawler.items import CapturedPage
from crawler.pipelines import Pipeline, fetches

if TYPE_CHECKING:
    from crawler.store import Store


class KnownPages(Pipeline):
    """Drops pages that reading again could not change, and counts them as unchanged; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item; raises DropItem for a page that is stored as it is."""
        if not isinstance(item, CapturedPage):
            return item
        said = self.run.corrections.of_page(item.capture.page.address)
        item.capture = replace(item.capture, portal_id=item.portal_id, corrected=said)
        counts = self.run.counts(item.portal_id)
        counts.fetched += 1
        if self.run.blank:
            return item
        known, item.archived = await self.run.stored(lambda store: self._look_up(store, item), item.capture.page.address)
        if known:
            counts.unchanged += 1
            raise DropItem(f"unchanged: {item.capture.page.address}")
        return item

    def _look_up(self, store: Store, item: CapturedPage) -> tuple[bool, bool]:
        """Whether the page is known and whether it is archived. That a known one was fetched is all there is to store of it, unless a
        collection is imported again and this very fetch is stored."""
        url, sha256, fetch = item.capture.page.address, item.capture.sha256, item.fetch
        if self.run.spider.replays and fetch and store.replays.has_fetch(fetch.url, fetch.sha256, fetch.fetched_at):
            return True, True
        known, archived = store.look_up(url, sha256, self.run.rules, as_text(item.capture.corrected))
        known = known and item.outcome is None
        if known and fetch:
            fetches.record(store, self.run, fetch)
        return known, archived
