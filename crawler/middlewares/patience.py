"""Hosts that refuse us are given a rest, then left alone: PORTALS.md sections 16 and 17.

A host that asks for fewer requests (429, 503) rests as long as its Retry-After says, else 15, then 30, then 90 minutes, and the request
is asked again; one that refuses three requests on end (403, a challenge) rests likewise, and the refused request stays refused, for a
challenge is never answered. After the last rest the host is closed for the run. What is asked of a resting host meanwhile is put aside,
so that other hosts go on. A Crawl-delay of robots.txt is kept up to `CRAWL_DELAY_MAX`. Requests for robots.txt are `RobotsByStatus`'s.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.utils.asyncio import call_later
from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

ROBOTS = "dont_obey_robotstxt"  # Scrapy's mark in Request.meta of a request for robots.txt
NOW_OR_NEVER = "now_or_never"  # the key in Request.meta of a request that somebody waits for, so that it cannot be put aside
BUSY = frozenset({429, 503})
REFUSED = frozenset({403, 405, 412, 521})
ON_END = 3  # refusals on end that mean the host and not a page


class HostClosedError(IgnoreRequest):
    """The host has refused us too often in this run; raised by `Patience`. `status` is that of its last refusal."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class PostponedError(IgnoreRequest):
    """The host rests; the request is asked again afterwards, so nobody need do anything. Raised by `Patience`."""


@dataclass(slots=True)
class Host:
    """A host in this run: refusals on end, rests taken, when the present one ends, requests put aside, and why it is closed if it is."""

    refusals: int = 0
    rests: int = 0
    until: float = 0.0
    aside: list[Request] = field(default_factory=list)
    closed: str | None = None
    status: int = 0


class Patience:
    """Rests, closures and crawl delays, by host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._rests = [float(seconds) for seconds in crawler.settings.getlist("HOST_RESTS")]
        self._longest = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        self._hosts: dict[str, Host] = {}
        self._floors: dict[str, float] = {}
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(self.response_downloaded, signals.response_downloaded)
        crawler.signals.connect(self.spider_idle, signals.spider_idle)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises HostClosedError for a host that is left alone, PostponedError for one that rests."""
        host = self._host(request)
        if request.meta.get(ROBOTS):
            return
        if host.closed:
            raise HostClosedError(host.closed, host.status)
        if host.until > monotonic():
            if not request.meta.get(NOW_OR_NEVER):
                host.aside.append(request)
            raise PostponedError(f"{urlparse_cached(request).hostname} rests")

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer; or the request again, once the host has had its rest."""
        host = self._host(request)
        if request.meta.get(ROBOTS):
            return response
        if response.status in BUSY:
            return request.replace(dont_filter=True) if self._rest(host, request, response) else response
        host.refusals = host.refusals + 1 if response.status in REFUSED else 0
        if host.refusals >= ON_END:
            self._rest(host, request, response)
        return response

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        """Keeps the Crawl-delay of a host, up to the bound."""
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay:
            self._floors[urlparse_cached(request).hostname or ""] = min(delay, self._longest)

    def response_downloaded(self, request: Request) -> None:
        """Holds the slot to the Crawl-delay, whatever the jitter; AutoThrottle, asked before, does not know of it."""
        floor = self._floors.get(urlparse_cached(request).hostname or "")
        if floor and (slot := self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))):
            slot.delay = max(slot.delay, floor / (1 - min(slot.jitter, 0.9)))

    def spider_idle(self) -> None:
        """Raises DontCloseSpider while requests are put aside."""
        if any(host.aside for host in self._hosts.values()):
            raise DontCloseSpider

    def _host(self, request: Request) -> Host:
        return self._hosts.setdefault(urlparse_cached(request).hostname or "", Host())

    def _rest(self, host: Host, request: Request, response: Response) -> bool:
        """Lets the host rest. False where it had all its rests, or asks for more than the longest: then it is closed."""
        name = urlparse_cached(request).hostname
        if host.until > monotonic():
            return True  # an answer to a request that was on its way when the rest began
        seconds = retry_after(response)
        if host.rests >= len(self._rests) or (seconds or 0) > max(self._rests):
            host.status = response.status
            host.closed = f"{name} keeps refusing (HTTP {response.status}): it is left alone in this run"
            logger.warning("%s", host.closed)
            self._refuse_queued(host, request)
            return False
        seconds = self._rests[host.rests] if seconds is None else max(seconds, 0.0)
        host.rests, host.refusals, host.until = host.rests + 1, 0, monotonic() + seconds
        logger.warning("%s answers HTTP %s: it rests for %g s", name, response.status, seconds)
        if slot := self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", "")):
            slot.delay, slot.lastseen = max(slot.delay, 0.001), host.until  # for what stands in its queue already
        call_later(seconds, self._wake, host)
        return True

    def _refuse_queued(self, host: Host, request: Request) -> None:
        """Ends the requests to a closed host that wait in its slot: `process_request` let them pass while it was open."""
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        if slot is None:
            return
        name = urlparse_cached(request).hostname
        for waiting in [one for one in slot.queue if urlparse_cached(one[0]).hostname == name]:
            slot.queue.remove(waiting)
            waiting[1].errback(HostClosedError(host.closed or "", host.status))

    def _wake(self, host: Host) -> None:
        aside, host.aside = host.aside, []
        for request in aside:
            self._crawler.engine.crawl(request.replace(dont_filter=True))


def retry_after(response: Response) -> float | None:
    """Seconds that the header Retry-After asks for, as a number or a date (RFC 9110 section 10.2.3); None without a readable one.

    >>> retry_after(Response("http://a.example/", headers={"Retry-After": "120"}))
    120.0
    """
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
