"""Answers of servers as what the crawl passes on: captures, fetches, and pages there is nothing of."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.archive import Capture, Sent, Unread
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


async def capture(response: Response, entry: Entry | None = None, kind: str = "page") -> Capture:
    """The answer as it is archived and extracted, `kind` as in `Capture`. Scrapy's own reading of the text is not used."""
    body = response.body
    sha256 = await asyncio.to_thread(digest, body) if len(body) > IN_THREAD else digest(body)
    asked = asked_for(response.request) if response.request is not None else response.url
    page = Page(body, response.url, header(response, "Content-Type"), entry or Entry(), asked if asked != response.url else None)
    sent = Sent(response.request.method, _lines(response.request), response.request.body) if response.request is not None else None
    return Capture(page, sha256, now(), response.status, _lines(response), kind=kind, sent=sent)


def _lines(message: Request | Response) -> tuple[tuple[str, str], ...]:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, values in message.headers.items() for value in values)


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
        replace(captured, portal_id=portal_id),
    )


def unread(url: str, portal_id: str | None, outcome: str, reason: str, fetched: Fetch | None = None) -> CapturedPage:
    """A page there is nothing of: its body is left out, so that the same obstacle is the same row in every run. The archive keeps what
    the server said instead, as evidence."""
    verdict = Unread(outcome, reason, answer=fetched.answer if fetched else None, asked=fetched is not None)
    capture = Capture(Page(b"", url), digest(b""), fetched.fetched_at if fetched else now(), unread=verdict)
    return CapturedPage(capture, portal_id, fetched, outcome, reason)
