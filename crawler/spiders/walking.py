"""What spiders that walk listings share: they ask for the pages that `crawler.walks` names, and read each in a worker process.

A spider adds what it does with entries (`listed`), and what it notes of walks that begin, go on and end (`begun`, `answered`, `ended`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from scrapy import Request

from crawler import answers, outcomes, portals, rendering
from crawler import settings as defaults
from crawler.errors import ConfigurationError
from crawler.extensions.run import now
from crawler.items import Entries, Fetch
from crawler.middlewares.addresses import HOSTS, GuardedResolver, resolved
from crawler.middlewares.patience import PostponedError
from crawler.portals.addresses import same_address
from crawler.portals.model import is_below
from crawler.spiders import ReportSpider
from crawler.worker import Judged, Reading

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.cms import Listing, NextRequest
    from crawler.portals import Portal
    from crawler.walks import Walk
    from extract.model import Page

# Settings of a run over this machine. Without a delay Scrapy 2.19 sends all that waits at once, whatever is allowed for a host.
LOCAL = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS": 8, "HOST_RESTS": [0.2, 0.5, 2]}


class WalkingSpider(ReportSpider):
    """Base of the spiders that walk listings."""

    def __init__(self, **given: str) -> None:
        super().__init__(**given)
        self._slots: dict[str, str] = {}
        self._drawn: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Built by Scrapy, while settings can still be changed: the user agent names whoever crawls."""
        spider = super().from_crawler(crawler, *args, **given)
        crawler.settings.set("USER_AGENT", defaults.user_agent(crawler.settings["CONTACT"]), priority="spider")
        return spider

    def draw(self, settings: BaseSettings, wanted: Iterable[Portal]) -> None:
        """Has a browser draw the pages of hosts whose portal entry says so. Not after the spider was built: handlers are made before."""
        wanted = tuple(wanted)
        if rendering.install(settings, wanted):
            self._drawn = rendering.hosts(wanted)

    async def share_slots(self, urls: Iterable[str]) -> None:
        """Hosts with one address are one server (departments of a city share a box), so they take turns: one request at a time."""
        if not GuardedResolver.loopback:
            self._slots = await resolved({host for url in urls if (host := urlsplit(url).hostname)})

    # -------------------------------------------------------------------------------------------- what a spider adds

    async def read(self, page: Page, walk: Walk, step: NextRequest) -> Reading:
        """A page of a listing, read and judged."""
        return await self.run.workers.listing(page, walk.family, step.state)

    def begun(self, walk: Walk) -> None:
        """Told of a walk before its first page is asked for."""

    def answered(self, walk: Walk, step: NextRequest, response: Response) -> None:
        """Told of each answer to a request for a listing page."""

    def listed(self, walk: Walk, judged: tuple[Judged, ...]) -> Iterator[Any]:  # noqa: ARG002 - what a spider adds
        """What follows from the entries of a page: none of them stood on an earlier one."""
        yield from ()

    def followed(self, below: list[Walk]) -> list[Walk]:
        """Which of the listings below a page are walked too."""
        return below

    def ended(self, walk: Walk) -> None:
        """Told of a walk that is over."""

    # -------------------------------------------------------------------------------------------- the walk

    async def parse_listing(self, response: Response, walk: Walk, step: NextRequest) -> AsyncIterator[Any]:
        """Entries of a listing page, their articles, the listings below it, and the next page unless a stop rule holds."""
        self.answered(walk, step, response)
        capture = await answers.capture(response, kind="listing")
        yield answers.fetch(response, capture, walk.portal.id)
        problem = outcomes.of_response(response)
        reading = Reading(None, reason=f"{response.url}: {problem[0]}: {problem[1]}") if problem else None
        page = replace(capture.page, url=_with_fragment(response.url, step.url))
        reading = reading or await self.read(page, walk, step)
        if reading.listing is None or reading.listing.problem:
            for request in self._broken(walk, step, _why(response.url, reading), busy=_is_busy(reading)):
                yield request
            return
        if target := walk.redirected(reading.listing):
            yield self._page_of(walk, target)
            return
        by_url = {one.entry.url: one for one in reversed(reading.judged)}
        judged = tuple(_for_agency(by_url[entry.url], walk.agency) for entry in walk.fresh(reading.listing))
        yield Entries(walk.portal.id, judged)
        for item in (*self.listed(walk, judged), *self._onward(walk, reading.listing, step)):
            yield item

    def listing_failed(self, failure: Failure) -> Iterator[Any]:
        """A listing page without an answer: the walk is incomplete, loudly, and goes on with the pages it knows of."""
        if isinstance(failure.value, PostponedError):
            return
        request = failure.request  # type: ignore[attr-defined]
        outcome, reason = outcomes.of_failure(failure)
        walk: Walk = request.cb_kwargs["walk"]
        yield from self._broken(walk, request.cb_kwargs["step"], f"{request.url}: {outcome}: {reason}")
        yield Fetch(request.url, now(), walk.portal.id)

    def begin(self, walk: Walk) -> Request:
        """The request for the first page of a walk."""
        self.begun(walk)
        return self._page_of(walk, walk.start)

    def meta(self, url: str, hosts: tuple[str, ...]) -> dict[str, Any]:
        """The meta of a request to one of these hosts."""
        host = urlsplit(url).hostname or ""
        slot = {"download_slot": self._slots[host]} if host in self._slots else {}
        drawn = rendering.meta() if any(is_below(host, own) for own in self._drawn) else {}
        return {HOSTS: hosts, **slot, **drawn}

    def _broken(self, walk: Walk, step: NextRequest, reason: str, *, busy: bool = False) -> Iterator[Request]:
        """The page once more where the server was `busy`; else the walk goes on without it."""
        limit = self.settings.getint("LISTING_PAGE_LIMIT")
        again = walk.again(step, limit) if busy else None
        yield from self._step(walk, again or walk.failed(step, reason, limit))

    def _onward(self, walk: Walk, listing: Listing, step: NextRequest) -> Iterator[Request]:
        """The listings below a page, and its next page."""
        for lower in self.followed(walk.below(listing)):
            yield self.begin(lower)
        yield from self._step(walk, walk.take(listing, step, self.settings.getint("LISTING_PAGE_LIMIT")))

    def _step(self, walk: Walk, following: NextRequest | None) -> Iterator[Request]:
        """The next page; where there is none, the walk is over."""
        if following is None:
            self.ended(walk)
        else:
            yield self._page_of(walk, following)

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
            meta=self.meta(step.url, walk.portal.hosts),
            priority=10,
        )


def open_this_machine(crawler: Crawler) -> None:
    """Lets a run reach this machine, where there is nobody to be polite to."""
    GuardedResolver.loopback = True
    for name, value in LOCAL.items():
        crawler.settings.set(name, value, priority="spider")


def require_contact(settings: BaseSettings) -> None:
    """Raises ConfigurationError where public hosts would be asked by nobody in particular."""
    if not GuardedResolver.loopback and not settings["CONTACT"]:
        raise ConfigurationError(
            "say who crawls before public hosts are asked: set GONGKAI_CONTACT (or -s CONTACT=) to a web or mail address at which "
            "a webmaster can reach you; it becomes part of the user agent"
        )


def portal_of(listing: str) -> Portal:
    """The known portal with this listing, reduced to it; else one made of the address. Raises ConfigurationError for no web address."""
    made = portals.from_listing(listing)
    known = next((portal for portal in portals.load() if same_address(listing) in map(same_address, portal.listings)), None)
    return replace(known, listings=(listing,)) if known else made


def _with_fragment(answered: str, asked: str) -> str:
    """The address that answered with the fragment that was asked for: it never reaches the server, and some listings are told by it."""
    fragment = urldefrag(asked).fragment
    return f"{urldefrag(answered).url}#{fragment}" if fragment else answered


def _why(url: str, reading: Reading) -> str:
    if reading.listing is not None and reading.listing.problem:
        advice = f" ({rendering.advice()})" if reading.listing.problem[0] == "js_only" else ""
        return f"{url}: {': '.join(reading.listing.problem)}{advice}"
    return reading.reason or f"{url}: not read"


def _is_busy(reading: Reading) -> bool:
    """Whether another page came in place of the one asked for, with status 200, as busy servers answer (PORTALS.md section 16)."""
    return reading.listing is not None and reading.listing.problem is not None and reading.listing.problem[0] == "throttled"


def _for_agency(judged: Judged, agency: str | None) -> Judged:
    """The entry with the agency whose listing it stands in, where its row names none."""
    if agency is None or judged.entry.agency_hint:
        return judged
    return replace(judged, entry=replace(judged.entry, agency_hint=agency))
