"""Archived pages for the pages that show them: bytes from the archive, with the wanted place marked, the last ones kept in memory."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.archive import Place, capture_of, record_at
from crawler.errors import ArchiveError
from share.marking import Marked, Wanted, mark_page, part_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LARGEST_KEPT = 1_000_000  # bytes of a page
KEPT = 64  # marked pages in memory; a click asks for one twice
_MARKUP = re.compile(r"<(?:!doctype|html|body|table|div|p|br|span|td|h\d)\b", re.IGNORECASE)
_DOCUMENTS = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0", "ole"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"))
_NAME = re.compile(r"[\w-][\w.-]*")
_cache: OrderedDict[tuple[Any, ...], Shown] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Shown:
    """An archived page as it can be shown. `kind` is html, text, or that of a document (pdf, image, zip, ole); `marked` is None for a
    document. `captured_at` is when it was fetched, ISO text in UTC. `problem` is one of no_archive, not_archived, unreadable, no_part."""

    kind: str = ""
    marked: Marked | None = None
    body: bytes = b""
    captured_at: str | None = None
    problem: str | None = None


def show(archive: Path | None, page: Mapping[str, Any], wanted: Wanted) -> Shown:
    """The archived page of a row of `pages`, with a place marked. Never raises: what cannot be shown is a problem with a name."""
    key = (archive, page["id"], page["archive_file"], page["archive_offset"], repr(wanted))
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    shown = _show(archive, page, wanted)
    if shown.problem is None and len(shown.body) < LARGEST_KEPT:
        _cache[key] = shown
        while len(_cache) > KEPT:
            _cache.popitem(last=False)
    return shown


def _show(archive: Path | None, page: Mapping[str, Any], wanted: Wanted) -> Shown:
    if archive is None or not archive.is_dir():
        return Shown(problem="no_archive")
    if page["archive_file"] is None:
        return Shown(problem="not_archived")
    if not _NAME.fullmatch(page["archive_file"]):
        return Shown(problem="unreadable")  # a file that somebody else made must not name another folder
    try:
        capture = capture_of(archive, record_at(archive, Place(page["archive_file"], page["archive_offset"])))
    except ArchiveError:
        return Shown(problem="unreadable")
    number, _ = part_of(wanted.locator)
    if number > 1:
        if number > len(capture.parts) + 1:
            return Shown(problem="no_part")
        capture = capture.parts[number - 2]
    body = capture.page.body
    kind = next((name for start, name in _DOCUMENTS if body.startswith(start)), "")
    if kind:
        return Shown(kind, None, body, capture.captured_at)
    text = decoded(body, page["encoding"])
    is_markup = "html" in (capture.page.content_type or "") or bool(_MARKUP.search(text[:50_000]))
    return Shown("html" if is_markup else "text", mark_page(text, wanted, is_markup=is_markup), body, capture.captured_at)


def decoded(body: bytes, encoding: str | None) -> str:
    """The text of a page in the encoding that it was read in; UTF-8 where none is stored."""
    try:
        return body.decode(encoding or "utf-8", "replace").removeprefix("\ufeff")
    except LookupError:
        return body.decode("utf-8", "replace")
