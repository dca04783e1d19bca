"""What travels between a listing and the crawler: a page in, entries and further requests out. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ListingPage:
    """A listing (or the answer of its paging service) as text. `url` is the final address, against which links are resolved."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """A row of a listing. `listed_on` and `agency_hint` are None where the row does not say."""

    url: str
    title: str
    listed_on: date | None = None
    agency_hint: str | None = None


@dataclass(frozen=True, slots=True)
class NextRequest:
    """A further page of a listing. `form` is the body of a POST, encoded as found on the page; None for a GET."""

    url: str
    method: str = "GET"
    form: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """How sure a family is that a page is its own, and the signals it saw."""

    weight: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing page, read. `declared` is the number of entries the listing says it has, None where it does not say.

    `redirect` is where a page without entries sends its reader (meta refresh or script); None where it stays.
    """

    family: str
    evidence: tuple[str, ...]
    entries: tuple[ListingEntry, ...]
    further: tuple[NextRequest, ...]
    declared: int | None = None
    redirect: str | None = None
    column: str | None = None
