"""New captures go to the archive before their rows go to the database: a killed run leaves a record too many, never one too few."""

from __future__ import annotations

import asyncio
from typing import Any

from scrapy.exceptions import DropItem

from crawler.errors import ArchiveError
from crawler.items import CapturedPage
from crawler.pipelines import Pipeline


class ArchiveCaptures(Pipeline):
    """Sets `place` of a page that has a record; passes everything else on."""

    _lock: asyncio.Lock | None = None

    async def process_item(self, item: Any) -> Any:
        """The item; raises DropItem where the archive cannot be written, which ends the run."""
        if isinstance(item, CapturedPage) and item.work and item.work.record and not item.archived:
            self._lock = self._lock or asyncio.Lock()
            try:
                async with self._lock:
                    item.place = await asyncio.to_thread(self.run.archive.append, item.work.record)
            except ArchiveError as error:
                self.run.fail(str(error), "archive_failed")
                raise DropItem(str(error)) from None
        return item
