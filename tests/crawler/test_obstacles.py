"""Answers that are no pages, and what robots.txt says by its status (RELIABILITY.md 1.5, PORTALS.md sections 16 and 17)."""

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import outcomes
from crawler.middlewares.addresses import RefusedAddressError
from crawler.middlewares.patience import HostClosedError
from crawler.middlewares.robots import MAX_BYTES, NoRobotsError, rules

RULES = b"User-agent: *\nDisallow: /private/\n"
CLOSED = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b"<html>text</html>", None),
        (200, b"", None),
        (403, b"", "forbidden"),
        (404, b"", "unreachable"),
        (410, b"", "unreachable"),
        (412, b"<script>$_ts</script>", "challenge:412"),
        (429, b"", "throttled"),
        (500, b"", "unreachable"),
        (503, b"", "throttled"),
        (521, b"<script>", "challenge:521"),
        (200, b"<script>var wzwschallenge=1</script>", "challenge:wzws"),
        (200, b'<script>document.cookie="C3VK=1"</script>', "challenge:c3vk"),
        (200, "请输入验证码下载附件".encode(), "blocked:captcha"),
        (200, b"<p>about wzwschallenge</p>" + b" " * 30_000, None),  # an article about challenges is none
    ],
)
def test_of_response(status: int, body: bytes, outcome: str | None) -> None:
    found = outcomes.of_response(Response("http://a.example/", status=status, body=body))
    assert (found and found[0]) == outcome


@pytest.mark.parametrize(
    ("asked", "answered", "outcome"),
    [
        ("http://a.example/nb/1.html", "http://a.example/", "soft_404"),
        ("http://a.example/nb/", "https://www.a.example/index.html", "soft_404"),
        ("http://a.example/nb/", "https://a.example/nb/", None),
        ("http://a.example/", "https://a.example/", None),
        ("http://a.example/index.htm", "http://a.example", None),
        ("http://a.example/nb/", "http://a.example/?id=7", None),
    ],
)
def test_who_is_sent_home_finds_nothing(asked: str, answered: str, outcome: str | None) -> None:
    response = Response(answered, body=b"<html>", request=Request(answered, meta={"redirect_urls": [asked]}))
    found = outcomes.of_response(response)
    assert (found and found[0]) == outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (IgnoreRequest("Forbidden by robots.txt"), "robots_denied"),
        (IgnoreRequest("max redirections reached"), "redirect_loop"),
        (RefusedAddressError("10.0.0.1 is a private address"), "unreachable"),
        (NoRobotsError("no answer for robots.txt"), "unreachable"),
        (HostClosedError("a.example keeps refusing", 403), "forbidden"),
        (HostClosedError("a.example keeps refusing", 412), "challenge:412"),
        (HostClosedError("a.example keeps refusing", 429), "throttled"),
        (HostClosedError("a.example keeps refusing", 405), "unreachable"),
        (DownloadTimeoutError(), "timeout"),
        (DownloadCancelledError(), "too_large"),
        (OSError("reset"), "unreachable"),
    ],
)
def test_of_failure(error: Exception, outcome: str) -> None:
    assert outcomes.of_failure(Failure(error))[0] == outcome


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, RULES, RULES),
        (200, b"\xef\xbb\xbf" + RULES, b"\xef\xbb\xbf" + RULES),
        (200, b"", b""),
        (200, b"\n <html>no such page</html>", b""),  # a page instead of the file: no rules
        (403, RULES, b""),
        (404, b"<html>", b""),
        (412, b"<script>", CLOSED),
        (429, b"", CLOSED),
        (500, RULES, CLOSED),
        (503, b"", CLOSED),
        (521, b"", CLOSED),
        (200, RULES + b"#" * 600_000, (RULES + b"#" * 600_000)[:MAX_BYTES]),
    ],
)
def test_robots_by_status(status: int, body: bytes, expected: bytes) -> None:
    assert rules(status, body) == expected
