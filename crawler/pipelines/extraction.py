"""Pages become rows, in worker processes. A page that cannot be read at all gets the rows of its outcome.

A page that is read from more than itself is read again with its parts: the further pages of a long article, the pictures that are all
there is of it. Files it links that may hold the report are asked for as pages of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import DropItem

from crawler import answers, outcomes
from crawler.errors import WorkersError
from crawler.items import CapturedPage, too_large
from crawler.middlewares.addresses import HOSTS
from crawler.middlewares.patience import NOW_OR_NEVER
from crawler.pipelines import Pipeline, fetches

if TYPE_CHECKING:
    from crawler.archive import Capture
    from crawler.worker import Work


class Extract(Pipeline):
    """Sets `work` of a page; passes everything else on."""

    async def process_item(self, item: Any) -> Any:
        """The item."""
        if isinstance(item, CapturedPage):
            self._bound(item)
            item.work = await self._extract(item)
            if item.fetch is not None:
                item.work = await self._completed(item, item.work)
                self.run.spider.attached(item, item.work.files)
            self.run.outcomes[item.work.outcome] += 1
        return item

    async def _completed(self, item: CapturedPage, work: Work) -> Work:
        """The page read again: with its parts where it has some; as it comes the second time where it is no report, for a busy server
        may answer with another page in its place (PORTALS.md section 3)."""
        if work.parts and (parts := await self._parts(item, work.parts)):
            item.capture = replace(item.capture, parts=tuple(parts))
            return await self._extract(item)
        if work.outcome == "not_report" and not work.files:
            again = await self._part(item, item.capture.page.address)
            if again is not None and again.sha256 != item.capture.sha256:
                item.capture = replace(again, page=replace(again.page, entry=item.capture.page.entry))
                return await self._extract(item)
        return work

    async def _extract(self, item: CapturedPage) -> Work:
        workers = self.run.workers
        try:
            if item.outcome is None:
                return await workers.extract(item.capture)
            return await workers.failure(item.capture, item.outcome, item.reason or item.outcome, item.byte_count)
        except WorkersError as error:
            self.run.fail(str(error), "workers_failed")
            raise DropItem(str(error)) from None

    async def _parts(self, item: CapturedPage, urls: tuple[str, ...]) -> list[Capture]:
        """The parts that could be fetched, one after the other, as politeness wants it."""
        found = [await self._part(item, url) for url in urls]
        return [part for part in found if part is not None]

    async def _part(self, item: CapturedPage, url: str) -> Capture | None:
        request = Request(url, meta={HOSTS: item.hosts, NOW_OR_NEVER: True})
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:  # whatever ends a download costs this part only; Scrapy's errors have no base of their own
            self.run.spider.logger.warning("%s: a part of %s: %s", url, item.capture.page.address, error)
            return None
        capture = await answers.capture(response, kind="part")
        fetch = answers.fetch(response, capture, item.portal_id)
        place = await self.run.stored(lambda store: fetches.record(store, self.run, fetch), url)
        return None if outcomes.of_response(response) else replace(capture, place=place)

    def _bound(self, item: CapturedPage) -> None:
        """Pages above PAGE_SIZE_LIMIT are not worth a worker's memory: their size is their outcome."""
        limit, size = self.crawler.settings.getint("PAGE_SIZE_LIMIT"), len(item.capture.page.body)
        if item.outcome is None and (problem := too_large(size, limit)):
            item.outcome, item.reason = problem
