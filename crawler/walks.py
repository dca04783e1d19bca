"""A listing walked to its end: which page is asked for next, when the walk is over, and whether it saw all there is.

Pure: a page as its family read it goes in, requests come out. The stop rules are those of PORTALS.md section 1: the declared total is
reached, a page names nothing new, a page is the first one again, a page is empty, or there is no further page; and a hard bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.cms.model import NextRequest

if TYPE_CHECKING:
    from crawler.cms import Listing, ListingEntry, SubListing
    from crawler.portals import Portal

MAX_REDIRECTS = 3  # of a listing by meta refresh or script; PORTALS.md section 13
MAX_DEPTH = 1  # listings below a listing: the years of a column, the agencies of a county; a frame is no depth of its own
MAX_FRAMES = 1
ASKS = 2  # times that a page is asked for which must be there and comes empty: busy servers answer so


@dataclass(slots=True)
class Walk:
    """A listing being walked. `agency` is whose listing it is where the page that led here says so, `problems` why it is incomplete."""

    portal: Portal
    start: NextRequest
    family: str | None = None
    agency: str | None = None
    depth: int = 0
    frames: int = 0
    pages: int = 0
    declared: int | None = None
    declared_pages: int | None = None
    problems: list[str] = field(default_factory=list)
    over: bool = False
    _rows: int = 0
    _redirects: int = 0
    _seen: set[str] = field(default_factory=set)
    _first: tuple[str, ...] = ()
    _asked: dict[NextRequest, int] = field(default_factory=dict)
    _waiting: list[NextRequest] = field(default_factory=list)

    def fresh(self, listing: Listing) -> list[ListingEntry]:
        """The entries of a page that no page before it named."""
        return [entry for entry in listing.entries if entry.url not in self._seen]

    def redirected(self, listing: Listing) -> NextRequest | None:
        """Where a stub in place of the first page leads. Past the end of a listing such a stub is the end."""
        if self.pages or not listing.redirect:
            return None
        if self._redirects >= MAX_REDIRECTS:
            self.problems.append(f"{self.start.url}: redirected more than {MAX_REDIRECTS} times by its pages")
            return None
        self._redirects += 1
        return NextRequest(listing.redirect)

    def below(self, listing: Listing) -> list[Walk]:
        """The walks of the listings that a page leads to; none where that would be too deep."""
        return [walk for sub in listing.listings if (walk := self._below(sub, listing))]

    def _below(self, sub: SubListing, listing: Listing) -> Walk | None:
        frame = sub.kind == "frame"
        if (self.frames >= MAX_FRAMES) if frame else (self.depth >= MAX_DEPTH):
            return None
        family = self.family or listing.family if sub.request.state else None  # only its own family can read the answer of a service
        depth, frames = self.depth + (not frame), self.frames + frame
        return Walk(self.portal, sub.request, family, sub.agency or self.agency, depth, frames)

    def take(self, listing: Listing, request: NextRequest, limit: int) -> NextRequest | None:
        """Notes a page that answered `request`; what to ask for next, None where the walk is over."""
        urls = tuple(entry.url for entry in listing.entries)
        new = len(self.fresh(listing))
        if listing.family != "unknown":
            self.family = self.family or listing.family
        # a declared page cannot be empty; one that sends back to the start is the end, whatever the pager counted (MOHRSS)
        lacking = not urls and not listing.redirect and request != self.start and self.pages < (self.declared_pages or 0)
        if lacking and self._asked.get(request, 1) < ASKS:
            return self._ask(request)
        self.pages += 1
        self._note(listing, urls)
        if lacking:
            self.problems.append(f"{request.url}: page {self.pages} of {self.declared_pages} is empty")
        elif self._says_nothing_new(urls, new):
            self._waiting.clear()
        return self._next(limit)

    def failed(self, request: NextRequest, reason: str, limit: int) -> NextRequest | None:
        """Notes a page without an answer: the walk is incomplete, and goes on with the pages it knows of."""
        self.problems.append(reason)
        if request == self.start:
            self.over = True
            return None
        self.pages += 1
        return self._next(limit)

    def _note(self, listing: Listing, urls: tuple[str, ...]) -> None:
        self._first = self._first or urls
        self._rows += len(urls)
        self._seen.update(urls)
        self.declared = max(listing.declared or 0, self.declared or 0) or None
        self.declared_pages = max(listing.pages or 0, self.declared_pages or 0) or None
        known = {self.start, *self._asked, *self._waiting}
        self._waiting += [request for request in dict.fromkeys(listing.further) if request not in known]

    def _says_nothing_new(self, urls: tuple[str, ...], new: int) -> bool:
        """Whether the walk has come round: no entry is new, or the page is the first one again. A first page may be a mere frame."""
        return (self.pages > 1 and urls == self._first) if new else not (self.pages == 1 and self._waiting)

    def _ask(self, request: NextRequest) -> NextRequest:
        self._asked[request] = self._asked.get(request, 0) + 1
        return request

    def _next(self, limit: int) -> NextRequest | None:
        """The next page. None where none is left or all declared entries were seen: then the walk is over, and what it lacks a problem."""
        if self._waiting and not (self.declared and len(self._seen) >= self.declared):
            if self.pages < limit:
                return self._ask(self._waiting.pop(0))
            self.problems.append(f"{self.start.url}: LISTING_PAGE_LIMIT ({limit}) reached, {len(self._waiting)} pages left")
        self.over = True
        if self.declared and self._rows < self.declared and not self.problems:
            self.problems.append(f"{self.start.url}: declares {self.declared} entries and shows {self._rows}")
        return None
