"""New captures go to the archive, then their rows to the database: one transaction a page, in the writer's thread.

In this order, so that a killed run leaves a record too many, never one too few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.items import CapturedPage
from crawler.pipelines import Pipeline, fetches

if TYPE_CHECKING:
    from crawler.store import Store, Written
    from crawler.worker import Work


class StoreRows(Pipeline):
    """Stores a page with its fetch and its reports and counts what that changed; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        if isinstance(item, CapturedPage) and (work := item.work):
            written = await self.run.stored(lambda store: self._write(store, item, work), item.capture.page.address)
            counts = self.run.counts(item.portal_id)
            counts.new += len(written.new)
            counts.changed += len(written.changed)
            counts.unchanged += len(written.unchanged) + len(written.reread)
            if work.outcome not in READ:
                counts.failed += 1
                self.run.page_failure = f"{item.capture.page.address}: {work.outcome}: {work.reason}"
        return item

    def _write(self, store: Store, item: CapturedPage, work: Work) -> Written:
        place = fetches.keep(store, self.run, item.capture, work.record) if item.fetch or not item.archived else None
        return store.write(
            work.prepared,
            portal_id=item.portal_id,
            archive_file=place.file if place else None,
            archive_offset=place.offset if place else None,
            fetch=fetches.row(self.run.id, item.fetch, place) if item.fetch else None,
        )


READ = ("ok", "not_report", "blank_form", "no_year", "no_agency", "unsupported")  # outcomes of a page that was read; others failed
