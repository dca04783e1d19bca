"""Pages become rows, in worker processes. A page that cannot be read at all gets the rows of its outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from crawler.errors import WorkersError
from crawler.items import CapturedPage
from crawler.pipelines import Pipeline

if TYPE_CHECKING:
    from crawler.worker import Work


class Extract(Pipeline):
    """Sets `work` of a page; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        if isinstance(item, CapturedPage):
            self._bound(item)
            item.work = await self._extract(item)
            self.run.outcomes[item.work.outcome] += 1
        return item

    async def _extract(self, item: CapturedPage) -> Work:
        workers = self.run.workers
        try:
            if item.outcome is None:
                return await workers.extract(item.capture)
            return await workers.failure(item.capture, item.outcome, item.reason or item.outcome, item.byte_count)
        except WorkersError as error:
            self.run.fail(str(error), "workers_failed")
            raise DropItem(str(error)) from None

    def _bound(self, item: CapturedPage) -> None:
        """Pages above PAGE_SIZE_LIMIT are not worth a worker's memory: their size is their outcome."""
        limit, size = self.crawler.settings.getint("PAGE_SIZE_LIMIT"), len(item.capture.page.body)
        if item.outcome is None and size > limit:
            item.outcome, item.reason = "too_large", f"{size} bytes, more than PAGE_SIZE_LIMIT ({limit})"
