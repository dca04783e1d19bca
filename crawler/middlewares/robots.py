"""robots.txt by its status: Scrapy takes an error page, a challenge or silence for permission.

RFC 9309 section 2.3.1: a 4xx answer means no rules, a server error or no answer means that everything is disallowed. The challenges of
PORTALS.md section 16 (412, 521) count as errors; a page in place of the file is no rules at all.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DropItem, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred

from crawler import answers
from crawler.extensions.run import Run
from crawler.pipelines import fetches

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

MAX_BYTES = 500 * 1024  # RFC 9309: a parser must read at least 500 KiB; rules beyond it are ignored
_CLOSED = b"User-agent: *\nDisallow: /\n"
_CHALLENGES = (412, 429)


class NoRobotsError(IgnoreRequest):
    """The host does not answer for its robots.txt, so nothing is asked of it; raised by `RobotsByStatus`."""


class RobotsByStatus(RobotsTxtMiddleware):
    """Scrapy's middleware with RFC 9309's reading of the answer."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._silent: dict[str, str] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raises IgnoreRequest for a denied address, NoRobotsError where the host gave no answer."""
        reason = self._silent.get(urlparse_cached(request).netloc)
        if reason is not None:
            raise NoRobotsError(reason)
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        await self._keep(response)
        body = rules(response.status, response.body)
        if body == _CLOSED and response.status >= 400:
            self._silent[netloc] = f"robots.txt is not to be had (HTTP {response.status}): the host is left alone in this run"
            logger.warning("%s: %s", netloc, self._silent[netloc])
        await super()._parse_robots(Response(response.url, status=response.status, body=body), netloc, request)

    async def _keep(self, response: Response) -> None:
        """Archives the answer, in a run that stores what it is told."""
        run = self.crawler.get_extension(Run)
        if run is not None:
            fetch = answers.fetch(response, await answers.capture(response, kind="robots"), None)
            with suppress(DropItem):  # the run ends; that is said where it is raised
                await run.stored(lambda store: fetches.record(store, run, fetch), response.url)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._silent[netloc] = f"no answer for robots.txt: {exc or type(exc).__name__}"
        waiting = self._parsers[netloc]
        assert isinstance(waiting, Deferred)
        self._parsers[netloc] = None
        waiting.callback(None)


def rules(status: int, body: bytes) -> bytes:
    """The rules that an answer to /robots.txt stands for: its own, none (4xx, or a page instead of the file), or all closed."""
    if status >= 500 or status in _CHALLENGES:
        return _CLOSED
    if status >= 400 or body.lstrip()[:1] == b"<":
        return b""
    return body[:MAX_BYTES]
