"""What travels between a listing and the crawler: a page in, entries and further requests out. Pure values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from lxml import etree, html

if TYPE_CHECKING:
    from typing import Self

MAX_LISTINGS = 500  # further listings that one page may name; a county has some hundred agencies


@dataclass(frozen=True, slots=True)
class NextRequest:
    """A request that a listing leads to: a further page of it, or a service that answers with its rows.

    `body` is that of a POST, encoded as found on the page, None for a GET. `referer` is sent along where the service wants one.
    `state` is handed back with the answer (`ListingPage.state`): what the family needs to read it, in a form of its own.
    """

    url: str
    method: Literal["GET", "POST"] = "GET"
    body: str | None = None
    content_type: str = "application/x-www-form-urlencoded"
    referer: str | None = None
    state: str = ""


@dataclass(frozen=True)
class ListingPage:
    """A listing (or the answer of its paging service) as text. `url` is the final address, against which links are resolved.

    `state` is that of the request it answers, empty for a page that was asked for by its address alone.
    """

    url: str
    text: str
    state: str = ""

    @cached_property
    def tree(self) -> html.HtmlElement | None:
        """The text as an element tree, parsed once; None where there is nothing to parse."""
        return parse(self.text)


@cache
def _parser() -> etree.HTMLParser:
    """One parser for all pages, with one class for all elements: lxml's own choice of a class calls Python for each element met."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    return parser


def parse(text: str) -> html.HtmlElement | None:
    """HTML as an element tree without comments; None where there is nothing but blanks and comments."""
    if not text.strip():
        return None
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=_parser(), ensure_head_body=True)  # type: ignore[arg-type]
    except etree.ParserError:
        return None


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """A row of a listing. `listed_on` and `agency_hint` are None where the row does not say."""

    url: str
    title: str
    listed_on: date | None = None
    agency_hint: str | None = None


@dataclass(frozen=True, slots=True)
class SubListing:
    """A further listing that a page leads to: of a year, of an agency (its name, else None), or in a frame."""

    request: NextRequest
    kind: Literal["year", "agency", "frame", "column"]
    agency: str | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """A mark of a product: `pattern` is searched in the text of a page, or in its address. Weights: PORTALS.md section 14.

    `holds` is a part of whatever the pattern finds, empty where it has none: most pages lack it, and to look for it costs a hundredth of
    a search for a pattern, of which every page sees some hundred.
    """

    weight: int
    name: str
    pattern: re.Pattern[str]
    of_url: bool = False
    holds: str = ""

    @classmethod
    def text(cls, weight: int, name: str, pattern: str, holds: str = "") -> Self:
        """A mark in the text."""
        return cls(weight, name, re.compile(pattern), holds=holds)

    @classmethod
    def url(cls, weight: int, name: str, pattern: str) -> Self:
        """A mark in the address."""
        return cls(weight, name, re.compile(pattern), of_url=True)

    def seen(self, page: ListingPage) -> bool:
        """Whether the page bears the mark."""
        text = page.url if self.of_url else page.text
        return self.holds in text and bool(self.pattern.search(text))


@dataclass(frozen=True, slots=True, order=True)
class Match:
    """How sure a family is that a page is its own: its strongest signal, then all it saw together; `evidence` names them."""

    weight: int
    support: int
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a family reads on a page of a listing.

    `further` are all requests for more of the same listing that the page tells of, in order; those asked for already are dropped by the
    crawler. `declared` is how many entries the listing says it has, `pages` how many pages; None where it does not say. `listings` are
    listings in their own right. `problem` is an outcome code and a reason where the page holds no rows because of an obstacle.
    """

    entries: tuple[ListingEntry, ...] = ()
    further: tuple[NextRequest, ...] = ()
    declared: int | None = None
    pages: int | None = None
    listings: tuple[SubListing, ...] = ()
    problem: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Listing(Rows):
    """A listing page, read: its rows, the family that read them with the evidence for it, and what the column is called.

    `redirect` is where a page without entries sends its reader (meta refresh or script); None where it stays.
    """

    family: str = "unknown"
    evidence: tuple[str, ...] = ()
    redirect: str | None = None
    column: str | None = None
