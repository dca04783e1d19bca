"""The cookie of a server that sends us to the very address we asked for: PORTALS.md section 16, `302 to itself with a cookie`.

An ordinary jar settles such a loop, and nothing is forged: what the server set is sent back to it, to no other host, and no script is run.
Any other cookie is let go, unless the portal's entry says `cookies: true` of the host. No more is kept than a browser's header would bear.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy.utils.httpobj import urlparse_cached

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

KEEP = "keep_cookies"  # the key in Request.meta: the portal's entry says that this host wants its cookies back
MAX_BYTES = 4096  # of the header we send; RFC 6265 section 6.1
MAX_HOSTS = 2000
_ONCE = "cookie_sent"


class HostCookies:
    """Sends the cookies of a host back to it."""

    def __init__(self) -> None:
        self._jars: dict[str, dict[str, str]] = {}

    @classmethod
    def from_crawler(cls, _: Crawler) -> Self:
        """Built by Scrapy."""
        return cls()

    async def process_request(self, request: Request) -> None:
        """Adds the cookies of the host, if it has any."""
        if jar := self._jars.get(urlparse_cached(request).hostname or ""):
            request.headers["Cookie"] = _header(jar)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer; the request once more, where the answer is a cookie and the way back to the same address."""
        back = _leads_back(request, response) and not request.meta.get(_ONCE)
        if (back or request.meta.get(KEEP)) and self._take(request, response) and back:
            return request.replace(dont_filter=True, meta={**request.meta, _ONCE: True})
        return response

    def _take(self, request: Request, response: Response) -> bool:
        """Keeps the cookies of an answer. False where it sets none, or more than we bear."""
        host = urlparse_cached(request).hostname or ""
        jar = dict(self._jars.get(host, {}))
        for line in response.headers.getlist("Set-Cookie"):
            jar.update(_cookies(line.decode("latin-1")))
        if not jar or len(_header(jar)) > MAX_BYTES or (host not in self._jars and len(self._jars) >= MAX_HOSTS):
            return False
        self._jars[host] = jar
        return True


def _leads_back(request: Request, response: Response) -> bool:
    location = response.headers.get("Location")
    return 300 <= response.status < 400 and location is not None and urljoin(request.url, location.decode("latin-1")) == request.url


def _header(jar: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())


def _cookies(line: str) -> dict[str, str]:
    """Name and value of a Set-Cookie header as sent, {} for a broken one."""
    try:
        return {name: morsel.coded_value for name, morsel in SimpleCookie(line).items()}
    except CookieError:
        return {}
