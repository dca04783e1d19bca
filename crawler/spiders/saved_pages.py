"""`scrapy crawl saved_pages -a folder=DIR`: pages somebody already has go the way of fetched pages.

The folder may hold files, mirrors (wget --mirror), pages that a browser saved, zip and WARC files, collections of pywb; or it is one zip or
WARC file itself. Addresses and dates are kept where they are known (see `crawler.saved`), and what is held is not imported again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import DropItem

from crawler import portals
from crawler.errors import ConfigurationError
from crawler.items import CapturedPage
from crawler.saved import Collection
from crawler.spiders import ReportSpider
from crawler.worker import QUEUED, cores

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class SavedPages(ReportSpider):
    """Yields the pages of a folder, in the order of their paths, no more at a time than the workers can take."""

    name = "saved_pages"
    replays = True
    takes = ("folder",)
    expected = 0

    async def prepare(self) -> None:
        """Finds the files. Raises ConfigurationError where there is no folder, or nothing in it."""
        await super().prepare()
        if not self.given.get("folder"):
            raise ConfigurationError("saved_pages needs the folder that holds the files: -a folder=DIR")
        source, limit = Path(self.given["folder"]).expanduser(), self.settings.getint("PAGE_SIZE_LIMIT")
        self._collection = await asyncio.to_thread(lambda: Collection(source, limit, _schemes()))
        self.expected = len(self._collection.files)

    async def start(self) -> AsyncIterator[Any]:
        """Sends the pages through the pipelines itself and yields nothing: what start() yields, Scrapy takes without bound, and a run
        that is broken off meanwhile never ends (2.19)."""
        room = asyncio.Semaphore((self.settings.getint("WORKERS") or cores()) * (QUEUED + 1))
        pages = self._collection.pages()
        async with asyncio.TaskGroup() as group:
            while not self.run.problem:
                await room.acquire()
                item = await asyncio.to_thread(next, pages, None)
                if item is None:
                    break
                group.create_task(self._send(item)).add_done_callback(lambda _: room.release())
        for item in list[CapturedPage]():
            yield item

    async def _send(self, item: CapturedPage) -> None:
        try:
            await self.crawler.engine.scraper.itemproc.process_item_async(item)
        except DropItem:  # known, or the run was ended; both are counted where it is raised
            pass
        except Exception:
            self.run.error()
            self.logger.exception("%s: cannot be stored", item.capture.page.url)


def _schemes() -> dict[str, str]:
    """http or https, by the hosts of the portals."""
    parts = [urlsplit(url) for portal in portals.load() for url in portal.listings]
    return {part.hostname: part.scheme for part in parts if part.hostname}
