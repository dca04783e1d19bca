"""The spider of `scrapy probe`: one page, and the listing behind it walked to its end. It obeys whatever a crawl obeys and stores nothing.

It has no name that `scrapy list` would show: what it finds is for the command that starts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy import signals

from crawler.cms.model import NextRequest
from crawler.middlewares.addresses import is_loopback
from crawler.middlewares.patience import ROBOTS
from crawler.probing.findings import Found
from crawler.spiders.walking import WalkingSpider, open_this_machine, portal_of
from crawler.walks import Walk
from crawler.worker import Judged, Reading, Workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser
    from scrapy.settings import BaseSettings

    from extract.model import Page


class Probe(WalkingSpider):
    """Walks the listing at `url`. With `pages`, no more than so many pages of it, and none of the listings below it."""

    takes = ("url", "pages")
    workers: Workers

    def __init__(self, **given: str) -> None:
        super().__init__(name="probe", **given)
        self.found = Found(portal_of(given["url"]))

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leaves out what stores, counts and sums up."""
        super().update_settings(settings)
        settings.set("ITEM_PIPELINES", {}, priority="spider")
        settings.set("EXTENSIONS", {"crawler.extensions.log.TerminalLog": 0}, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Built by Scrapy. Raises ConfigurationError for what is no web address."""
        spider = super().from_crawler(crawler, *args, **given)
        if is_loopback(given["url"]):
            open_this_machine(crawler)
        if given.get("pages"):
            crawler.settings.set("LISTING_PAGE_LIMIT", given["pages"], priority="cmdline")
        crawler.signals.connect(spider.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(spider.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(spider.close_workers, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The page that was asked for."""
        self.workers = Workers(1, self.settings.getfloat("PAGE_TIME_LIMIT"))
        await self.workers.open()
        url = self.given["url"]
        await self.share_slots([url])
        yield self.begin(Walk(self.found.portal, NextRequest(url), self.found.portal.family))

    async def close_workers(self) -> None:
        """Ends the worker process."""
        if hasattr(self, "workers"):
            await self.workers.close()

    # -------------------------------------------------------------------------------------------- the walk

    async def read(self, page: Page, walk: Walk, step: NextRequest) -> Reading:
        """The first page of each listing is looked at from all sides; that of the listing itself may turn out to be an article."""
        if walk.answered or step.state:
            return await self.workers.listing(page, walk.family, step.state)
        look = await self.workers.look(page, walk.family, whole=not walk.depth)
        if walk.depth:
            return look.reading
        self.found.look = look
        if look.reading.listing is not None and look.reading.listing.redirect:
            self.found.redirects.append(f"{page.url} -> {look.reading.listing.redirect} (by the page)")
        return Reading(None, reason=f"{page.url}: an article") if look.kind == "article" else look.reading

    def begun(self, walk: Walk) -> None:
        """Keeps the walk."""
        self.found.walks.append(walk)

    def answered(self, walk: Walk, step: NextRequest, response: Response) -> None:  # noqa: ARG002 - the base class's signature
        """Keeps the redirects that led to the answer."""
        chain = [*response.meta.get("redirect_urls", []), response.url]
        reasons = response.meta.get("redirect_reasons", [])
        self.found.redirects += [f"{one} -> {two} (HTTP {why})" for one, two, why in zip(chain, chain[1:], reasons, strict=False)]

    def listed(self, walk: Walk, judged: tuple[Judged, ...]) -> Iterator[Any]:
        """Keeps the entries; articles are not asked for."""
        self.found.took(walk, judged)
        yield from ()

    def followed(self, below: list[Walk]) -> list[Walk]:
        """A frame is the listing itself; what lies below is walked unless the pages are counted."""
        if not self.given.get("pages"):
            return below
        self.found.skipped += [walk for walk in below if walk.depth]
        return [walk for walk in below if not walk.depth]

    # -------------------------------------------------------------------------------------------- robots.txt

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Keeps the rules of a host."""
        self.found.robots_of(request.url).rules = robotparser

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Keeps how a host answered for its robots.txt; of redirects the last answer counts."""
        if request.meta.get(ROBOTS):
            self.found.robots_of(request.meta.get("redirect_urls", [request.url])[0]).answered(response.status, response.body)
