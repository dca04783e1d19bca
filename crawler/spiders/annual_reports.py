"""`scrapy crawl annual_reports`: walks the listings of portals and fetches the annual reports they name.

    -a portal=ID[,ID] | all | samples     -a province=NAME     -a listing=URL     -a article=URL     -a year=YYYY

Without an argument every enabled portal is walked. `samples` are made-up portals, served on this machine while the run lasts; they have
a database of their own. A listing is walked page by page until one of the stop rules of PORTALS.md section 1 holds.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, signals

from crawler import answers, outcomes, portals
from crawler import settings as defaults
from crawler.cms.model import NextRequest
from crawler.errors import ConfigurationError
from crawler.extensions.run import now
from crawler.items import CapturedPage, Fetch
from crawler.middlewares.addresses import HOSTS, is_loopback
from crawler.middlewares.patience import PostponedError
from crawler.spiders.walking import WalkingSpider, open_this_machine, portal_of, require_contact
from crawler.walks import Walk
from crawler.worker import Judged
from extract.model import Entry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.portals import Portal

SELECTIONS = ("portal", "province", "listing", "article")
FILE_TIMEOUT = 120  # seconds for an attached file: slow hosts serve them at 100 KB/s


class AnnualReports(WalkingSpider):
    """Listings to entries, entries to captured pages."""

    name = "annual_reports"
    takes = (*SELECTIONS, "year")

    def __init__(self, **given: str) -> None:
        super().__init__(**given)
        self.portals: tuple[Portal, ...] = ()
        self.year: int | None = None
        self.expected = 0
        self._asked: set[str] = set()
        self._samples: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Built by Scrapy, while settings can still be changed: on this machine there is nobody to be polite to."""
        spider = super().from_crawler(crawler, *args, **given)
        with contextlib.suppress(ConfigurationError):  # `prepare` tells of it, where a run can end with a word
            spider.draw(crawler.settings, _known_portals(given))
        local = [given[name] for name in ("listing", "article") if given.get(name)]
        if given.get("portal") == "samples":
            crawler.signals.connect(spider.stop_samples, signals.spider_closed)
        elif given.get("portal") or not local or not all(is_loopback(url) for url in local):
            return spider
        _redirect_output(crawler)
        open_this_machine(crawler)
        return spider

    async def prepare(self) -> None:
        """Chooses the portals. Raises ConfigurationError for arguments that do not fit, and where there is nothing to crawl."""
        await super().prepare()
        self.year = _year(self.given.get("year"))
        if len([name for name in SELECTIONS if self.given.get(name)]) > 1:
            raise ConfigurationError(f"give one of {', '.join(f'-a {name}=' for name in SELECTIONS)}")
        if self.given.get("article"):
            portals.from_listing(self.given["article"])
        elif self.given.get("listing"):
            self.portals = (portal_of(self.given["listing"]),)
        elif self.given.get("portal") == "samples":
            self.portals = await asyncio.to_thread(self._serve_samples)
        else:
            self.portals = _known_portals(self.given)
        require_contact(self.settings)

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each listing, or the one article that was asked for."""
        await self.share_slots(url for portal in self.portals for url in portal.listings)
        for portal in self.portals:
            await self.run.add_portal(portal, whole=not self.given.get("listing"))
            for listing in portal.listings:
                yield self.begin(Walk(portal, NextRequest(listing), portal.family))
        if article := self.given.get("article"):
            host = (urlsplit(article).hostname or "").removeprefix("www.")
            yield self._article(article, None, (host,), Entry())

    async def stop_samples(self) -> None:
        """Ends the sample portals, in a thread: their server takes a moment to notice."""
        if self._samples is not None:
            await asyncio.to_thread(self._samples.stop)

    # -------------------------------------------------------------------------------------------- listings

    def begun(self, walk: Walk) -> None:
        """Counts the walk."""
        self.run.counts(walk.portal.id).walks += 1

    def listed(self, walk: Walk, judged: tuple[Judged, ...]) -> Iterator[Any]:
        """The articles of accepted entries."""
        for one in judged:
            yield from self._entry(walk.portal, one)

    def ended(self, walk: Walk) -> None:
        """Counts what the walk came to and tells its problems."""
        self.run.walked(walk)
        for problem in walk.problems:
            self.logger.error("listing of %s%s: %s", walk.portal.name, " ends early" if walk.pages > 1 else "", problem)

    # -------------------------------------------------------------------------------------------- articles

    def _entry(self, portal: Portal, judged: Judged) -> Iterator[Any]:
        """The request for an accepted entry, or the outcome of one that cannot be asked for."""
        entry, verdict = judged.entry, judged.verdict
        if not verdict.accepted or entry.url in self._asked or (self.year and verdict.year not in (None, self.year)):
            return
        self._asked.add(entry.url)
        self.expected += 1
        if not portal.allows(entry.url):
            yield answers.unread(entry.url, portal.id, "unreachable", "leads to a host that is not the portal's")
        else:
            evidence = Entry(entry.title, entry.listed_on, entry.agency_hint, portal.division_code)
            yield self._article(entry.url, portal.id, portal.hosts, evidence)

    def _article(self, url: str, portal_id: str | None, hosts: tuple[str, ...], entry: Entry) -> Request:
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"portal_id": portal_id, "entry": entry},
            meta=self.meta(url, hosts),
        )

    async def parse_article(self, response: Response, portal_id: str | None, entry: Entry) -> AsyncIterator[Any]:
        """The captured page, or the outcome of an answer that is none."""
        capture = await answers.capture(response, entry)
        fetch = answers.fetch(response, capture, portal_id)
        problem = outcomes.of_response(response)
        yield (
            answers.unread(capture.page.address, portal_id, *problem, fetch)
            if problem
            else CapturedPage(capture, portal_id, fetch, hosts=response.meta[HOSTS])
        )

    def attached(self, item: CapturedPage, files: tuple[str, ...]) -> None:
        """Asks for the files of a page as pages of their own: what its listing said of it holds for them too."""
        for url in files:
            if url not in self._asked:
                self._asked.add(url)
                self.expected += 1
                request = self._article(url, item.portal_id, item.hosts, item.capture.page.entry)
                self.crawler.engine.crawl(request.replace(meta={**request.meta, "download_timeout": FILE_TIMEOUT}))

    def article_failed(self, failure: Failure) -> Iterator[Any]:
        """The outcome of a request without an answer."""
        if isinstance(failure.value, PostponedError):
            return
        request = failure.request  # type: ignore[attr-defined]
        portal_id, asked = request.cb_kwargs["portal_id"], answers.asked_for(request)
        yield answers.unread(asked, portal_id, *outcomes.of_failure(failure), Fetch(asked, now(), portal_id))

    def _serve_samples(self) -> tuple[Portal, ...]:
        """Starts the made-up portals, always on the same port, so that a second run finds the same addresses."""
        from crawler import samples  # only this run needs them

        port = self.settings.getint("SAMPLE_PORT")
        self._samples = samples.serve(port=port)
        try:
            self._samples.start()
        except OSError as error:
            raise ConfigurationError(
                f"the sample portals cannot be served on port {port}: {error.strerror}; try -s SAMPLE_PORT=0"
            ) from None
        return tuple(self._samples.portals)


def _known_portals(given: Mapping[str, str]) -> tuple[Portal, ...]:
    """The portals of the files that a run is asked for, none for made-up ones and for an address. Raises ConfigurationError."""
    if given.get("listing") or given.get("article") or given.get("portal") == "samples":
        return ()
    return portals.select(given.get("portal") or None, portals.load(), given.get("province") or None)


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"20\d\d", text):
        raise ConfigurationError(f"-a year={text} is no year: four digits, as -a year=2023")
    return int(text)


def _redirect_output(crawler: Crawler) -> None:
    """Made-up agencies never land in the real database: where the settings still name it, the samples' own stands in."""
    for name, own in (("REPORTS_DB", "SAMPLE_DB"), ("ARCHIVE_DIR", "SAMPLE_ARCHIVE_DIR")):
        if Path(crawler.settings[name]).resolve() == Path(getattr(defaults, name)):
            crawler.settings.set(name, crawler.settings[own], priority="cmdline")
