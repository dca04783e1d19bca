"""WARC files of others (wget, pywb, Heritrix, Browsertrix), and our own: their response and resource records as saved pages."""

from __future__ import annotations

import gzip
import zlib
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.archive import facts
from crawler.saved import pages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.items import CapturedPage

_CHUNK = 1 << 16
SUFFIXES = (".warc", ".warc.gz", ".warc.gz.open")
_KINDS = ("response", "resource")
# AttributeError, TypeError: what warcio raises for a record whose head is cut
_BROKEN = (ArchiveLoadFailed, EOFError, zlib.error, OSError, ValueError, AttributeError, TypeError)


def is_warc(name: str) -> bool:
    """Whether a file is called like a WARC file."""
    return name.lower().endswith(SUFFIXES)


def pages_in(file: IO[bytes], url: str, date: str, limit: int) -> Iterator[CapturedPage]:
    """The pages of a file, in its order. `url` and `date` are the file's own: where it breaks off, an unread page of that address says so.

    Answers other than 200 are passed over, and so are revisits (nothing new), requests and notes, style sheets, scripts and pictures.
    """
    count = 0
    try:
        for found in _pages(file, limit):
            count += 1
            yield found
    except _BROKEN as error:
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        yield pages.unread(url, date, "corrupt", f"a WARC file that breaks off after {count} page{'' if count == 1 else 's'}: {reason}")


def _pages(file: IO[bytes], limit: int) -> Iterator[CapturedPage]:
    """Raises one of `_BROKEN` where the file breaks off."""
    count = 0
    try:
        for found in _pages_of(file, limit):
            count += 1
            yield found
    except ArchiveLoadFailed as error:
        if "non-chunked gzip" not in str(error):
            raise
        file.seek(0)  # one gzip stream for all records, which WARC does not allow and some tools write
        yield from islice(_pages_of(gzip.GzipFile(fileobj=file), limit), count, None)


def _pages_of(file: Any, limit: int) -> Iterator[CapturedPage]:
    walk, last = ArchiveIterator(file), 0
    for record in walk:
        if record.rec_type in _KINDS and (found := _page(record, limit)):
            yield found
        last = walk.get_record_offset()
    if file.seekable() and not isinstance(file, gzip.GzipFile):
        _check_end(file, last)


def _check_end(file: IO[bytes], offset: int) -> None:
    """Raises EOFError where a compressed file does not end with the record at `offset`: warcio takes the stump of a record for the end."""
    file.seek(offset)
    inflate, chunk = zlib.decompressobj(zlib.MAX_WBITS | 16), file.read(_CHUNK)
    if chunk[:2] != b"\x1f\x8b":
        return
    while chunk and not inflate.eof:
        inflate.decompress(chunk)
        chunk = inflate.unused_data or file.read(_CHUNK)
    if chunk or not inflate.eof:
        raise EOFError("the file ends within a record")


def _page(record: Any, limit: int) -> CapturedPage | None:
    warc, http = record.rec_headers, record.http_headers
    said = facts.from_header(warc.get_header(facts.HEADER))
    address, date = str(said.get("url") or warc.get_header("WARC-Target-URI") or ""), warc.get_header("WARC-Date") or ""
    status = http.get_statuscode() if http else "200"
    content_type = said.get("content_type") or _content_type(record)
    if (
        not address.startswith(("http://", "https://", "saved:"))
        or status != "200"
        or said.get("kind", "page") != "page"
        or "unread" in said
    ):
        return None
    if not address.startswith("saved:") and not pages.may_be_page(address, content_type):
        return None
    body = record.content_stream().read(limit + 1)
    if len(body) <= limit and (
        record.length is None or getattr(record.raw_stream, "limit", False)
    ):  # what is cut short reads like a shorter page
        raise EOFError("the file ends within a record")
    headers = tuple(http.headers) if http else ()
    return pages.page(
        body,
        said.get("asked") or address,
        _seconds(date),
        limit,
        content_type=content_type,
        status=200 if http else None,
        headers=headers,
        entry=facts.entry(said),
    )


def _content_type(record: Any) -> str | None:
    """As the server sent it; that of a resource record is its tool's guess, and as good."""
    headers = record.http_headers.headers if record.http_headers else record.rec_headers.headers
    found = next((value for name, value in reversed(headers) if name.lower() == "content-type"), None)
    return None if found == "application/octet-stream" and not record.http_headers else found


def _seconds(date: str) -> str:
    """A date of a record to the second, as `fetches` has them: WARC 1.1 allows fractions."""
    return f"{date[:19]}Z" if len(date) >= 19 else "1970-01-01T00:00:00Z"
