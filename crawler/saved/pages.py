"""Saved pages as captured ones: what the pipelines take, with the address and the date that the page had."""

from __future__ import annotations

from datetime import UTC, datetime
from mimetypes import guess_type
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.archive import Capture, Unread
from crawler.items import CapturedPage, Fetch, too_large
from crawler.worker import digest
from extract.model import Entry, Page

if TYPE_CHECKING:
    from collections.abc import Mapping

# What a report may be; style sheets, scripts and pictures of a collection are parts of its pages.
_PAGES = ("html", "xhtml", "pdf", "msword", "officedocument", "ms-excel", "opendocument", "rtf", "zip", "ofd", "wps")
_NAMES = (
    ".html",
    ".htm",
    ".shtml",
    ".jsp",
    ".aspx",
    ".asp",
    ".php",
    ".do",
    ".action",
    ".ofd",
    ".wps",
    ".et",
    ".doc",
    ".xls",
    ".txt",
    ".rtf",
)
NOTHING = digest(b"")


def iso(seconds: float) -> str:
    """A file's time as ISO text in UTC; that of the epoch for one that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "1970-01-01T00:00:00Z"


def may_be_page(url: str, content_type: str | None = None) -> bool:
    """Whether a member of a collection may be a page or a document, by its type, else by its name; one without an ending may."""
    if content_type and "octet-stream" not in content_type:
        return any(mark in content_type.lower() for mark in _PAGES)
    name = urlsplit(url).path.rpartition("/")[2].lower() if "?" in url else url.rpartition("/")[2].lower()
    guessed = guess_type(name)[0] or ""
    return "." not in name or name.endswith(_NAMES) or any(mark in guessed for mark in _PAGES)


def page(
    body: bytes,
    url: str,
    date: str,
    limit: int,
    *,
    content_type: str | None = None,
    status: int | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    entry: Entry | None = None,
) -> CapturedPage:
    """A saved page. One with a web address is a fetch of its date, so that captures of one address keep their order."""
    if problem := too_large(len(body), limit):
        return unread(url, date, *problem, len(body))
    capture = Capture(Page(body, url, content_type, entry or Entry()), digest(body), date, status, headers)
    return CapturedPage(capture, fetch=_fetch(capture) if url.startswith(("http://", "https://")) else None)


def _fetch(capture: Capture) -> Fetch:
    told: Mapping[str, str] = {name.lower(): value for name, value in capture.headers}
    return Fetch(
        capture.page.address,
        capture.captured_at,
        None,
        capture.status,
        told.get("etag"),
        told.get("last-modified"),
        len(capture.page.body),
        capture.sha256,
        capture,
    )


def unread(url: str, date: str, outcome: str, reason: str, size: int | None = None) -> CapturedPage:
    """A file that was not read, and why; `size` is what it has."""
    capture = Capture(Page(b"", url), NOTHING, date, unread=Unread(outcome, reason, size))
    return CapturedPage(capture, outcome=outcome, reason=reason, byte_count=size)
