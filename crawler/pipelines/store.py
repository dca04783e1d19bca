"""Rows go to the database: one transaction a page, in the writer's thread."""

from __future__ import annotations

from typing import Any

from crawler.items import CapturedPage
from crawler.pipelines import Pipeline


class StoreRows(Pipeline):
    """Stores a page with its reports and counts what it changed; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        if isinstance(item, CapturedPage) and item.work:
            work, place = item.work, item.place
            written = await self.run.stored(
                lambda store: store.write(
                    work.prepared,
                    portal_id=item.portal_id,
                    archive_file=place.file if place else None,
                    archive_offset=place.offset if place else None,
                )
            )
            counts = self.run.counts(item.portal_id)
            counts.new += len(written.new)
            counts.changed += len(written.changed)
            counts.unchanged += len(written.unchanged)
            counts.failed += work.outcome not in READ
        return item


READ = ("ok", "not_report", "blank_form", "no_year", "no_agency", "unsupported")  # outcomes of a page that was read; others failed
