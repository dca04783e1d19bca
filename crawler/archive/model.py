"""What is archived: captures, and the places where their records lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.model import Page


class Place(NamedTuple):
    """Where a record lies: the name of its file in the archive folder, and the offset of its gzip member."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Sent:
    """The request that an answer answers, as it was handed to the connection."""

    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a page was not read, decided before any rule saw it: refused, not answered, too large.

    `answer` is what the server said instead (a challenge, an error page), None where it said nothing. `asked` is true where a request
    was made. `byte_count` is the size of a file that was left unread.
    """

    outcome: str
    reason: str
    byte_count: int | None = None
    answer: Capture | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Capture:
    """A page and how it came: `status` and `headers` of the answer (None and empty for a file), `captured_at` as ISO text in UTC.

    `parts` are the captures of the further pages (or pictures) of a long article, in order. `kind` is what it was fetched as: page, part,
    listing or robots; only pages become rows. `unread` is set where the page is none: then `page` has no body. `place` is where the
    capture lies in the archive, None while it does not. `corrected` is what people said of the page (see `crawler.corrections`).
    """

    page: Page
    sha256: str
    captured_at: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    parts: tuple[Capture, ...] = ()
    kind: str = "page"
    portal_id: str | None = None
    sent: Sent | None = None
    unread: Unread | None = None
    place: Place | None = None
    corrected: Mapping[str, Any] = field(default_factory=dict)
