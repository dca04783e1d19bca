"""Why there is no page: answers and failures of a server as outcomes of the data dictionary (PORTALS.md section 16).

Obstacles are recognised, recorded and left alone; nothing here solves or forges one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest

from crawler.middlewares.addresses import RefusedAddressError
from crawler.middlewares.patience import HostClosedError
from crawler.middlewares.robots import NoRobotsError

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

_STATUSES = {
    403: ("forbidden", "the server refuses us (HTTP 403)"),
    412: ("challenge:412", "a challenge stands before the page (HTTP 412)"),
    429: ("throttled", "the server asks for fewer requests (HTTP 429)"),
    503: ("throttled", "the server is too busy (HTTP 503)"),
    521: ("challenge:521", "a challenge stands before the page (HTTP 521)"),
}
_MARKS = (
    (b"wzwschallenge", "challenge:wzws"),
    (b"EO_Bot_Ssid", "challenge:eo"),
    (b"__tst_status", "challenge:eo"),
    (b'document.cookie="C3VK=', "challenge:c3vk"),
    ("请输入验证码".encode(), "blocked:captcha"),
)
_HOME = re.compile(r"/?(?:(?:index|default)\.\w{2,5})?")
_CHALLENGE_SIZE = 20_000  # bytes: a challenge is a script and no page; an article may quote one


def of_response(response: Response) -> tuple[str, str] | None:
    """Outcome and reason of an answer that is no page; None for one that may be."""
    if response.status in _STATUSES:
        return _STATUSES[response.status]
    if response.status in (404, 410):
        return "unreachable", f"the page is gone (HTTP {response.status})"
    if response.status >= 300:
        return "unreachable", f"HTTP {response.status}"
    if _sent_home(response):
        return "soft_404", "the page is gone: the server sends to its home page"
    if len(response.body) < _CHALLENGE_SIZE:
        return next(((code, "a challenge stands before the page") for mark, code in _MARKS if mark in response.body), None)
    return None


def _sent_home(response: Response) -> bool:
    """Whether redirects led from a page to the root of a site: what many servers do in place of a 404 (PORTALS.md section 16)."""
    asked: list[str] = response.request.meta.get("redirect_urls", []) if response.request is not None else []
    return bool(asked) and not _HOME.fullmatch(_path(asked[0])) and bool(_HOME.fullmatch(_path(response.url)))


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def of_failure(failure: Failure) -> tuple[str, str]:
    """Outcome and reason of a request that got no answer."""
    error = failure.value
    if isinstance(error, (RefusedAddressError, NoRobotsError)):
        return "unreachable", str(error)
    if isinstance(error, HostClosedError):
        return _STATUSES.get(error.status, ("unreachable", ""))[0], str(error)
    if isinstance(error, IgnoreRequest):
        return (
            ("redirect_loop", "redirected too often") if "redirection" in str(error) else ("robots_denied", "robots.txt does not allow it")
        )
    if isinstance(error, DownloadTimeoutError):
        return "timeout", "no answer in time"
    if isinstance(error, DownloadCancelledError):
        return "too_large", "the answer is larger than DOWNLOAD_MAXSIZE"
    if "ParseError" in str(error):
        return "unreachable", "the server does not answer in HTTP"
    return "unreachable", f"{type(error).__name__}: {error}"
