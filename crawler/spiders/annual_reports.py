"""`scrapy crawl annual_reports`: walks the listings of portals and fetches the annual reports they name.

    -a portal=ID[,ID] | all | samples     -a listing=URL     -a article=URL     -a year=YYYY

Without an argument every enabled portal is walked. `samples` are made-up portals, served on this machine while the run lasts; they have
a database of their own. A listing is walked page by page until one of the stop rules of PORTALS.md section 1 holds.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, signals

from crawler import outcomes, portals
from crawler import settings as defaults
from crawler.archive import Capture
from crawler.cms.model import NextRequest
from crawler.errors import ConfigurationError
from crawler.extensions.run import now
from crawler.items import CapturedPage, Entries, Fetch
from crawler.middlewares.addresses import HOSTS, GuardedResolver, is_loopback
from crawler.spiders import ReportSpider
from crawler.worker import Judged, Reading, digest
from extract.model import Entry, Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.cms import Listing
    from crawler.portals import Portal

# Settings of a run over this machine. Without a delay Scrapy 2.19 sends all that waits at once, whatever is allowed for a host.
LOCAL = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS": 8}
IN_THREAD = 1 << 20  # bytes: hashing a larger body would hold the reactor for milliseconds
MAX_REDIRECTS = 3  # of a listing by meta refresh or script; PORTALS.md section 13
_FILE = re.compile(r"\.(pdf|docx?|wps|xlsx?|rtf|ofd|zip|rar|jpe?g|png)$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"/(?:download|downfile)\.jsp$", re.IGNORECASE)


@dataclass(slots=True)
class Walk:
    """A listing being walked: what was asked for and seen so far, by which the stop rules decide."""

    portal: Portal
    family: str | None
    start: str
    asked: set[NextRequest] = field(default_factory=set)
    waiting: list[NextRequest] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    first: tuple[str, ...] = ()
    pages: int = 0
    redirects: int = 0
    declared: int | None = None


class AnnualReports(ReportSpider):
    """Listings to entries, entries to captured pages."""

    name = "annual_reports"
    takes = ("portal", "listing", "article", "year")

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
        if len([name for name in ("portal", "listing", "article") if self.given.get(name)]) > 1:
            raise ConfigurationError("give one of -a portal=, -a listing= and -a article=")
        if self.given.get("article"):
            portals.from_listing(self.given["article"])
        elif self.given.get("listing"):
            self.portals = (_portal_of(self.given["listing"]),)
        elif self.given.get("portal") == "samples":
            self.portals = await asyncio.to_thread(self._serve_samples)
        else:
            self.portals = portals.select(self.given.get("portal") or None, portals.load())
        if not GuardedResolver.loopback and not self.settings["CONTACT"]:
            self.logger.warning(
                "nobody is named in the user agent: set GONGKAI_CONTACT (or -s CONTACT=) to an address where you can be reached"
            )

    async def start(self) -> AsyncIterator[Any]:
        """The first page of each listing, or the one article that was asked for."""
        for portal in self.portals:
            await self.run.add_portal(portal, whole=not self.given.get("listing"))
            for listing in portal.listings:
                yield self._page_of(Walk(portal, portal.family, listing), NextRequest(listing))
        if article := self.given.get("article"):
            host = (urlsplit(article).hostname or "").removeprefix("www.")
            yield self._article(article, None, (host,), Entry())

    async def stop_samples(self) -> None:
        """Ends the sample portals, in a thread: their server takes a moment to notice."""
        if self._samples is not None:
            await asyncio.to_thread(self._samples.stop)

    # -------------------------------------------------------------------------------------------- listings

    async def parse_listing(self, response: Response, walk: Walk, state: str) -> AsyncIterator[Any]:
        """Entries of a listing page, their articles, and the next page unless a stop rule holds."""
        capture = await _capture(response, Entry())
        yield _fetch(response, capture, walk.portal.id)
        problem = outcomes.of_response(response)
        reading = Reading(None, reason=f"{response.url}: {problem[0]}: {problem[1]}") if problem else None
        reading = reading or await self.run.workers.listing(capture.page, walk.family, state)
        if reading.listing is None:
            self._listing_failed(walk, reading.reason or "")
            return
        if target := _redirect(walk, reading.listing):
            yield self._page_of(walk, NextRequest(target))
            return
        judged = [entry for entry in reading.judged if entry.entry.url not in walk.seen]
        yield Entries(walk.portal.id, tuple(judged))
        for entry in judged:
            for request in self._entry(walk.portal, entry):
                yield request
        if request := self._next(walk, reading.listing):
            yield request

    def listing_failed(self, failure: Failure) -> Iterator[Any]:
        """A listing without an answer: its portal failed, loudly."""
        request = failure.request  # type: ignore[attr-defined]
        outcome, reason = outcomes.of_failure(failure)
        walk: Walk = request.cb_kwargs["walk"]
        self._listing_failed(walk, f"{request.url}: {outcome}: {reason}")
        yield Fetch(request.url, now(), walk.portal.id)

    def _listing_failed(self, walk: Walk, reason: str) -> None:
        """A walk that breaks off is a problem of its portal, on whatever page: what stands behind it was not seen."""
        self.run.counts(walk.portal.id).problems.append(reason)
        self.logger.error("listing of %s%s: %s", walk.portal.name, " ends early" if walk.pages else "", reason)

    def _next(self, walk: Walk, listing: Listing) -> Request | None:
        """The next page of a walk; None where a stop rule holds."""
        urls = tuple(entry.url for entry in listing.entries)
        fresh = set(urls) - walk.seen
        walk.pages += 1
        walk.seen |= fresh
        walk.family = walk.family or listing.family
        walk.first = walk.first or urls
        if listing.declared is not None:
            walk.declared = max(walk.declared or 0, listing.declared)
            self.run.counts(walk.portal.id).declared = walk.declared
        if walk.pages == 1 and not urls:
            self._listing_failed(Walk(walk.portal, None, walk.start), f"{walk.start}: the listing names nothing")
        walk.waiting += [request for request in listing.further if request not in walk.asked]
        walk.asked.update(listing.further)
        if not fresh or (walk.pages > 1 and urls == walk.first) or not walk.waiting or len(walk.seen) >= (walk.declared or 1 << 30):
            self.run.counts(walk.portal.id).ended.add(walk.start)
            return None
        if walk.pages >= self.settings.getint("LISTING_PAGE_LIMIT"):
            self._listing_failed(walk, f"{walk.start}: LISTING_PAGE_LIMIT ({walk.pages}) reached, {len(walk.waiting)} pages left")
            return None
        step = walk.waiting.pop(0)
        return self._page_of(walk, step)

    def _page_of(self, walk: Walk, step: NextRequest) -> Request:
        headers = {"Content-Type": step.content_type} if step.body is not None else {}
        return Request(
            step.url,
            self.parse_listing,
            method=step.method,
            body=step.body or b"",
            headers={**headers, **({"Referer": step.referer} if step.referer else {})},
            errback=self.listing_failed,
            cb_kwargs={"walk": walk, "state": step.state},
            meta={HOSTS: walk.portal.hosts},
            priority=10,
        )

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
            yield _unread(entry.url, portal.id, "unreachable", "leads to a host that is not the portal's")
        elif _FILE.search(path) or _DOWNLOAD.search(path):
            yield _unread(entry.url, portal.id, "unsupported", "the listing links a file, not a page")
        else:
            evidence = Entry(entry.title, entry.listed_on, entry.agency_hint, portal.division_code)
            yield self._article(entry.url, portal.id, portal.hosts, evidence)

    def _article(self, url: str, portal_id: str | None, hosts: tuple[str, ...], entry: Entry) -> Request:
        return Request(
            url,
            self.parse_article,
            errback=self.article_failed,
            cb_kwargs={"portal_id": portal_id, "entry": entry},
            meta={HOSTS: hosts},
        )

    async def parse_article(self, response: Response, portal_id: str | None, entry: Entry) -> AsyncIterator[Any]:
        """The captured page, or the outcome of an answer that is none."""
        capture = await _capture(response, entry)
        fetch = _fetch(response, capture, portal_id)
        problem = outcomes.of_response(response)
        yield _unread(response.url, portal_id, *problem, fetch) if problem else CapturedPage(capture, portal_id, fetch)

    def article_failed(self, failure: Failure) -> Iterator[Any]:
        """The outcome of a request without an answer."""
        request = failure.request  # type: ignore[attr-defined]
        portal_id = request.cb_kwargs["portal_id"]
        asked = request.meta.get("redirect_urls", [request.url])[0]
        yield _unread(asked, portal_id, *outcomes.of_failure(failure), Fetch(request.url, now(), portal_id))

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


async def _capture(response: Response, entry: Entry) -> Capture:
    """The answer as it is archived and extracted. Scrapy's own reading of the text is not used."""
    body = response.body
    sha256 = await asyncio.to_thread(digest, body) if len(body) > IN_THREAD else digest(body)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in response.headers.items() for value in values)
    content_type = _header(response, "Content-Type")
    return Capture(Page(body, response.url, content_type, entry), sha256, now(), response.status, headers)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _fetch(response: Response, capture: Capture, portal_id: str | None) -> Fetch:
    return Fetch(
        response.url,
        capture.captured_at,
        portal_id,
        response.status,
        _header(response, "ETag"),
        _header(response, "Last-Modified"),
        len(response.body),
        capture.sha256,
    )


def _unread(url: str, portal_id: str | None, outcome: str, reason: str, fetch: Fetch | None = None) -> CapturedPage:
    """A page there is nothing of: its body is left out, so that the same obstacle is the same row in every run."""
    return CapturedPage(Capture(Page(b"", url), digest(b""), now()), portal_id, fetch, outcome, reason)


def _redirect(walk: Walk, listing: Listing) -> str | None:
    """Where a stub in place of a first page leads. Past the end of a listing such a stub is the end."""
    if walk.pages or not listing.redirect or walk.redirects >= MAX_REDIRECTS:
        return None
    walk.redirects += 1
    return listing.redirect


def _portal_of(listing: str) -> Portal:
    """The known portal with this listing, reduced to it; else one made of the address."""
    known = next((portal for portal in portals.load() if listing in portal.listings), None)
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
