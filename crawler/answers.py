"""Answers of servers as what the crawl passes on: captures, fetches, and pages there is nothing of."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from crawler.archive import Capture
from crawler.extensions.run import now
from crawler.items import CapturedPage, Fetch
from crawler.worker import digest
from extract.model import Entry, Page

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

IN_THREAD = 1 << 20  # bytes: hashing a larger body would hold the reactor for milliseconds


def asked_for(request: Request) -> str:
    """The address that was asked for first, before the server sent us on."""
    url: str = request.meta.get("redirect_urls", [request.url])[0]
    return url


async def capture(response: Response, entry: Entry | None = None) -> Capture:
    """The answer as it is archived and extracted. Scrapy's own reading of the text is not used."""
    body = response.body
    sha256 = await asyncio.to_thread(digest, body) if len(body) > IN_THREAD else digest(body)
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in response.headers.items() for value in values)
    asked = asked_for(response.request) if response.request is not None else response.url
    page = Page(body, response.url, header(response, "Content-Type"), entry or Entry(), asked if asked != response.url else None)
    return Capture(page, sha256, now(), response.status, headers)


def header(response: Response, name: str) -> str | None:
    """A header of the answer, None where it has none."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def fetch(response: Response, captured: Capture, portal_id: str | None) -> Fetch:
    """The row of `fetches` for an answer."""
    return Fetch(
        captured.page.address,
        captured.captured_at,
        portal_id,
        response.status,
        header(response, "ETag"),
        header(response, "Last-Modified"),
        len(response.body),
        captured.sha256,
    )


def unread(url: str, portal_id: str | None, outcome: str, reason: str, fetched: Fetch | None = None) -> CapturedPage:
    """A page there is nothing of: its body is left out, so that the same obstacle is the same row in every run."""
    return CapturedPage(Capture(Page(b"", url), digest(b""), now()), portal_id, fetched, outcome, reason)
