"""`scrapy crawl annual_reports`: walks the listings of portals and fetches the annual reports they name.

    -a portal=ID[,ID] | all | samples     -a province=NAME     -a listing=URL     -a article=URL     -a year=YYYY

Without an argument every enabled portal is walked. `samples` are made-up portals, served on this machine while the run lasts; they have
a database of their own. A listing is walked page by page until one of the stop rules of PORTALS.md section 1 holds.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request, signals

from crawler import answers, outcomes, portals
from crawler import settings as defaults
from crawler.cms.model import NextRequest
from crawler.errors import ConfigurationError
from crawler.extensions.run import now
from crawler.items import CapturedPage, Entries, Fetch
from crawler.middlewares.addresses import HOSTS, GuardedResolver, is_loopback, resolved
from crawler.middlewares.patience import PostponedError
from crawler.portals.addresses import same_address
from crawler.spiders import ReportSpider
from crawler.walks import Walk
from crawler.worker import Judged, Reading
from extract.model import Entry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.cms import Listing
    from crawler.portals import Portal

# Settings of a run over this machine. Without a delay Scrapy 2.19 sends all that waits at once, whatever is allowed for a host.
LOCAL = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS": 8, "HOST_RESTS": [0.2, 0.2, 0.2]}
SELECTIONS = ("portal", "province", "listing", "article")
_FILE = re.compile(r"\.(pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|jpe?g|png)$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"/(?:download|downfile)\.jsp$", re.IGNORECASE)


class AnnualReports(ReportSpider):
    """Listings to entries, entries to captured pages."""

    name = "annual_reports"
    takes = (*SELECTIONS, "year")

    def __init__(self, **given: str) -> None:
        super().__init__(**given)
        self.portals: tuple[Portal, ...] = ()
        self.year: int | None = None
        self.expected = 0
        self._asked: set[str] = set()
        self._slots: dict[str, str] = {}
        self._samples: Any = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Built by Scrapy, while settings can still be changed: on this machine there is nobody to be polite to."""
        spider = super().from_crawler(crawler, *args, **given)
        crawler.settings.set("USER_AGENT", defaults.user_agent(crawler.settings["CONTACT"]), priority="spider")
        local = [given[name] for name in ("listing", "article") if given.get(name)]
        if given.get("portal") == "samples":
            crawler.signals.connect(spider.stop_samples, signals.spider_closed)
        elif given.get("portal") or not local or not all(is_loopback(url) for url in local):
            return spider
        _redirect_output(crawler)
        GuardedResolver.loopback = True
        for name, value in LOCAL.items():
            crawler.settings.set(name, value, priority="spider")
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
            self.portals = (_portal_of(self.given["listing"]),)
        elif self.given.get("portal") == "samples":
            self.portals = await asyncio.to_thread(self._serve_samples)
        else:
            self.portals = portals.select(self.given.get("portal") or None, portals.load(), self.given.get("province") or None)
        if not GuardedResolver.loopback and not self.settings["CONTACT"]:
            raise ConfigurationError(
                "say who crawls before public hosts are asked: set GONGKAI_CONTACT (or -s CONTACT=) to a web or mail address at which "
                "a webmaster can reach you; it becomes part of the user agent"
            )

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each listing, or the one article that was asked for."""
        await self._share_slots()
        for portal in self.portals:
            await self.run.add_portal(portal, whole=not self.given.get("listing"))
            for listing in portal.listings:
                yield self._begin(Walk(portal, NextRequest(listing), portal.family))
        if article := self.given.get("article"):
            host = (urlsplit(article).hostname or "").removeprefix("www.")
            yield self._article(article, None, (host,), Entry())

    async def _share_slots(self) -> None:
        """Hosts with one address are one server (departments of a city share a box), so they take turns: one request at a time."""
        if not GuardedResolver.loopback:
            names = {host for portal in self.portals for url in portal.listings if (host := urlsplit(url).hostname)}
            self._slots = await resolved(names)

    async def stop_samples(self) -> None:
        """Ends the sample portals, in a thread: their server takes a moment to notice."""
        if self._samples is not None:
            await asyncio.to_thread(self._samples.stop)

    # -------------------------------------------------------------------------------------------- listings

    async def parse_listing(self, response: Response, walk: Walk, step: NextRequest) -> AsyncIterator[Any]:
        """Entries of a listing page, their articles, the listings below it, and the next page unless a stop rule holds."""
        capture = await answers.capture(response)
        yield answers.fetch(response, capture, walk.portal.id)
        problem = outcomes.of_response(response)
        reading = Reading(None, reason=f"{response.url}: {problem[0]}: {problem[1]}") if problem else None
        page = replace(capture.page, url=_with_fragment(response.url, step.url))
        reading = reading or await self.run.workers.listing(page, walk.family, step.state)
        if reading.listing is None or reading.listing.problem:
            for request in self._broken(walk, step, _why(response.url, reading)):
                yield request
            return
        if target := walk.redirected(reading.listing):
            yield self._page_of(walk, target)
            return
        fresh = walk.fresh(reading.listing)
        judged = tuple(_for_agency(one, walk.agency) for one in reading.judged if one.entry in fresh)
        yield Entries(walk.portal.id, judged)
        for one in judged:
            for request in self._entry(walk.portal, one):
                yield request
        for request in self._onward(walk, reading.listing, step):
            yield request

    def listing_failed(self, failure: Failure) -> Iterator[Any]:
        """A listing page without an answer: the walk is incomplete, loudly, and goes on with the pages it knows of."""
        if isinstance(failure.value, PostponedError):
            return
        request = failure.request  # type: ignore[attr-defined]
        outcome, reason = outcomes.of_failure(failure)
        walk: Walk = request.cb_kwargs["walk"]
        yield from self._broken(walk, request.cb_kwargs["step"], f"{request.url}: {outcome}: {reason}")
        yield Fetch(request.url, now(), walk.portal.id)

    def _broken(self, walk: Walk, step: NextRequest, reason: str) -> Iterator[Request]:
        following = walk.failed(step, reason, self.settings.getint("LISTING_PAGE_LIMIT"))
        yield from self._step(walk, following)

    def _onward(self, walk: Walk, listing: Listing, step: NextRequest) -> Iterator[Request]:
        """The listings below a page, and its next page."""
        below = walk.below(listing)
        if not (listing.entries or below or listing.further or walk.pages):
            walk.problems.append(f"{step.url}: the listing names nothing")
        for lower in below:
            yield self._begin(lower)
        yield from self._step(walk, walk.take(listing, step, self.settings.getint("LISTING_PAGE_LIMIT")))

    def _begin(self, walk: Walk) -> Request:
        self.run.counts(walk.portal.id).walks += 1
        return self._page_of(walk, walk.start)

    def _step(self, walk: Walk, following: NextRequest | None) -> Iterator[Request]:
        """The next page; where the walk is over, what it came to is counted and its problems are told."""
        if following is not None:
            yield self._page_of(walk, following)
            return
        self.run.walked(walk)
        for problem in walk.problems:
            self.logger.error("listing of %s%s: %s", walk.portal.name, " ends early" if walk.pages > 1 else "", problem)

    def _page_of(self, walk: Walk, step: NextRequest) -> Request:
        headers = {"Content-Type": step.content_type} if step.body is not None else {}
        return Request(
            step.url,
            self.parse_listing,
            method=step.method,
            body=step.body or b"",
            headers={**headers, **({"Referer": step.referer} if step.referer else {})},
            errback=self.listing_failed,
            cb_kwargs={"walk": walk, "step": step},
            meta=self._meta(step.url, walk.portal.hosts),
            priority=10,
        )

    def _meta(self, url: str, hosts: tuple[str, ...]) -> dict[str, Any]:
        slot = self._slots.get(urlsplit(url).hostname or "")
        return {HOSTS: hosts, **({"download_slot": slot} if slot else {})}

    # -------------------------------------------------------------------------------------------- articles

    def _entry(self, portal: Portal, judged: Judged) -> Iterator[Any]:
        """The request for an accepted entry, or the outcome of one that cannot be asked for."""
        entry, verdict = judged.entry, judged.verdict
        if not verdict.accepted or entry.url in self._asked or (self.year and verdict.year not in (None, self.year)):
            return
        self._asked.add(entry.url)
        self.expected += 1
        path = urlsplit(entry.url).path
        if not portal.allows(entry.url):
            yield answers.unread(entry.url, portal.id, "unreachable", "leads to a host that is not the portal's")
        elif _FILE.search(path) or _DOWNLOAD.search(path):
            yield answers.unread(entry.url, portal.id, "unsupported", "the listing links a file, not a page")
        else:
            evidence = Entry(entry.title, entry.listed_on, entry.agency_hint, portal.division_code)
            yield self._article(entry.url, portal.id, portal.hosts, evidence)

    def _article(self, url: str, portal_id: str | None, hosts: tuple[str, ...], entry: Entry) -> Request:
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"portal_id": portal_id, "entry": entry},
            meta=self._meta(url, hosts),
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


def _with_fragment(answered: str, asked: str) -> str:
    """The address that answered with the fragment that was asked for: it never reaches the server, and some listings are told by it."""
    fragment = urldefrag(asked).fragment
    return f"{urldefrag(answered).url}#{fragment}" if fragment else answered


def _why(url: str, reading: Reading) -> str:
    if reading.listing is not None and reading.listing.problem:
        return f"{url}: {': '.join(reading.listing.problem)}"
    return reading.reason or f"{url}: not read"


def _for_agency(judged: Judged, agency: str | None) -> Judged:
    """The entry with the agency whose listing it stands in, where its row names none."""
    if agency is None or judged.entry.agency_hint:
        return judged
    return replace(judged, entry=replace(judged.entry, agency_hint=agency))


def _portal_of(listing: str) -> Portal:
    """The known portal with this listing, reduced to it; else one made of the address."""
    known = next((portal for portal in portals.load() if same_address(listing) in map(same_address, portal.listings)), None)
    return replace(known, listings=(listing,)) if known else portals.from_listing(listing)


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
