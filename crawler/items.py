"""What spiders yield and pipelines pass on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.archive import Capture
    from crawler.worker import Judged, Work


def too_large(size: int, limit: int) -> tuple[str, str] | None:
    """Outcome and reason of a page of `size` bytes that is not worth a worker's memory; None for one below the limit."""
    return ("too_large", f"{size} bytes, more than PAGE_SIZE_LIMIT ({limit})") if size > limit else None


@dataclass(slots=True)
class Fetch:
    """One answer of a server, or its absence (`status` None): a row of `fetches`. `answer` is what is archived of it, None for nothing."""

    url: str
    fetched_at: str
    portal_id: str | None = None
    status: int | None = None
    etag: str | None = None
    last_modified: str | None = None
    bytes: int | None = None
    sha256: str | None = None
    answer: Capture | None = None


@dataclass(slots=True)
class Entries:
    """The judged entries of one listing page."""

    portal_id: str
    judged: tuple[Judged, ...]


@dataclass(slots=True)
class CapturedPage:
    """A page on its way through the pipelines, with the answer it came in (None for a file).

    `outcome` and `reason` are set where the page cannot be read at all (denied, too large); then it is stored without extraction.
    `byte_count` is the size of a file that was left unread, `archived` is true where the archive has these bytes of a file.
    `hosts` are those that its further parts may be fetched from.
    """

    capture: Capture
    portal_id: str | None = None
    fetch: Fetch | None = None
    outcome: str | None = None
    reason: str | None = None
    byte_count: int | None = None
    archived: bool = False
    hosts: tuple[str, ...] = ()
    work: Work | None = None
