"""A listing walked to its end: which page is asked for next, when the walk is over, and whether it saw all there is.

Pure: a page as its family read it goes in, requests come out. The stop rules are those of PORTALS.md section 1: the declared total is
reached, a page names nothing new (it is empty, or an earlier one again), or there is no further page; and a hard bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.cms.model import NextRequest

if TYPE_CHECKING:
    from crawler.cms import Listing, ListingEntry, SubListing
    from crawler.portals import Portal

MAX_REDIRECTS = 3  # of a listing by meta refresh or script; PORTALS.md section 13
MAX_DEPTH = 1  # listings below a listing: the years of a column, the agencies of a county; a frame is no depth of its own
MAX_FRAMES = 1
_INDEX = re.compile(r"/(?:index|default)\.\w{2,5}$")

ASKS = 2  # times that a page is asked for which must be there and comes empty: busy servers answer so


@dataclass(slots=True)
class Walk:
    """A listing being walked. `agency` is whose listing it is where the page that led here says so, `problems` why it is incomplete.

    `answered` counts the answers that were read, `pages` those of them that were pages of rows, and the pages given up; a service may
    want several steps before its first rows. `declared` and `declared_pages` are what the listing says it has.
    """

    portal: Portal
    start: NextRequest
    family: str | None = None
    agency: str | None = None
    depth: int = 0
    frames: int = 0
    answered: int = 0
    pages: int = 0
    declared: int | None = None
    declared_pages: int | None = None
    problems: list[str] = field(default_factory=list)
    over: bool = False
    _rows: int = 0
    _requests: int = 1
    _redirects: int = 0
    _seen: set[str] = field(default_factory=set)
    _asked: dict[str, int] = field(default_factory=dict)
    _leads: bool = False
    _empty: list[str] = field(default_factory=list)
    _led: set[str] = field(default_factory=set)
    _waiting: list[NextRequest] = field(default_factory=list)

    def fresh(self, listing: Listing) -> list[ListingEntry]:
        """The entries of a page that no page before it named, each once, under the shortest of its names (the directory, no index.html)."""
        found: dict[str, ListingEntry] = {}
        for entry in listing.entries:
            if (key := _article(entry.url)) not in self._seen:
                known = found.setdefault(key, entry)
                if len(entry.url) < len(known.url):
                    found[key] = entry
        return list(found.values())

    def redirected(self, listing: Listing) -> NextRequest | None:
        """Where a stub in place of the first page leads. Past the end of a listing such a stub is the end."""
        if self.answered or not listing.redirect:
            return None
        if self._redirects >= MAX_REDIRECTS:
            self.problems.append(f"{self.start.url}: redirect_loop: sent on more than {MAX_REDIRECTS} times by its pages")
            return None
        self._redirects += 1
        return NextRequest(listing.redirect)

    def below(self, listing: Listing) -> list[Walk]:
        """The walks of the listings that a page leads to, each once; none where that would be too deep."""
        self._led |= {_same(self.start), *self._asked}
        found = []
        self._leads = self._leads or bool(listing.listings)
        for sub in listing.listings:
            if _same(sub.request) not in self._led and (walk := self._below(sub, listing)):
                found.append(walk)
                self._led.add(_same(sub.request))
        return found

    def _below(self, sub: SubListing, listing: Listing) -> Walk | None:
        frame = sub.kind == "frame"
        if (self.frames >= MAX_FRAMES) if frame else (self.depth >= MAX_DEPTH):
            return None
        family = self.family or listing.family if sub.request.state else None  # only its own family can read the answer of a service
        depth, frames = self.depth + (not frame), self.frames + frame
        return Walk(self.portal, sub.request, family, sub.agency or self.agency, depth, frames)

    def take(self, listing: Listing, request: NextRequest, limit: int) -> NextRequest | None:
        """Notes a page that answered `request`; what to ask for next, None where the walk is over. `limit` bounds its requests."""
        self._asked.setdefault(_same(request), 1)
        new = len(self.fresh(listing))
        if listing.family != "unknown":
            self.family = self.family or listing.family
        step = not self._seen and not listing.entries and bool(listing.further)  # the rows have not begun yet
        # a declared page cannot be empty; one that sends back to the start is the end, whatever the pager counted (MOHRSS)
        lacking = bool(self.answered) and not (listing.entries or listing.redirect or step) and self._expects_more()
        if lacking and (again := self.again(request, limit)):
            return again
        self.answered += 1
        self.pages += not step
        self._note(listing, new)
        if lacking:
            self._empty.append(f"{request.url}: page {self.pages}{self._of_declared()} is empty")
        elif not new and not (step and self._waiting):
            self._come_round(listing, request)
        return self._next(limit)

    def again(self, request: NextRequest, limit: int) -> NextRequest | None:
        """The request once more, where its answer was not the page that must be there: empty, or another one, as busy servers answer."""
        if self._asked.setdefault(_same(request), 1) < ASKS and self._requests < limit:
            return self._ask(request)
        return None

    def failed(self, request: NextRequest, reason: str, limit: int) -> NextRequest | None:
        """Notes a page without an answer: the walk is incomplete, and goes on with the pages it knows of."""
        self.problems.append(reason)
        if request == self.start:
            self.over = True
            return None
        self.pages += 1
        return self._next(limit)

    def _expects_more(self) -> bool:
        """Whether there must be entries on a page not seen yet, by what the listing declares."""
        return self.pages < (self.declared_pages or 0) or len(self._seen) < (self.declared or 0)

    def _of_declared(self) -> str:
        return f" of {self.declared_pages}" if self.declared_pages else ""

    def _note(self, listing: Listing, new: int) -> None:
        self._rows += len(listing.entries) if new else 0
        self._seen.update(_article(entry.url) for entry in listing.entries)
        self.declared = max(listing.declared or 0, self.declared or 0) or None
        self.declared_pages = max(listing.pages or 0, self.declared_pages or 0) or None
        known = {_same(self.start), *self._asked, *map(_same, self._waiting)}
        for request in listing.further:
            if _same(request) not in known:
                self._waiting.append(request)
                known.add(_same(request))

    def _come_round(self, listing: Listing, request: NextRequest) -> None:
        """The listing names nothing new, so it is over: rightly at a stub past its end, else short of what its pager counts."""
        if self._waiting:  # rows that stood twice do not make up for those on the pages left
            self._rows = len(self._seen)
            self._waiting.clear()
        if listing.redirect and not listing.entries:
            self.declared_pages = min(self.pages, self.declared_pages or self.pages)
        elif 1 < self.pages <= (self.declared_pages or 0):
            self.problems.append(f"{request.url}: page {self.pages}{self._of_declared()} repeats earlier ones")

    def _ask(self, request: NextRequest) -> NextRequest:
        self._requests += 1
        self._asked[_same(request)] = self._asked.get(_same(request), 0) + 1
        return request

    def _next(self, limit: int) -> NextRequest | None:
        """The next page. None where none is left or all declared entries were seen: then the walk is over, and what it lacks a problem."""
        if self._waiting and not self._is_whole():
            if self._requests < limit:
                return self._ask(self._waiting.pop(0))
            self.problems.append(f"{self.start.url}: LISTING_PAGE_LIMIT ({limit}) reached, {len(self._waiting)} pages left")
        self._close()
        return None

    def _is_whole(self) -> bool:
        """Whether all declared entries were seen. Dated links beside the list look like entries too, so declared pages come first."""
        return bool(self.declared) and len(self._seen) >= (self.declared or 0) and self.pages >= (self.declared_pages or 0)

    def _close(self) -> None:
        """The walk is over. Pages that were empty are forgiven where all entries were seen after all: the numbers were others (Epoint)."""
        self.over = True
        if self.declared and len(self._seen) >= self.declared:
            self.pages -= len(self._empty)
        else:
            self.problems += self._empty
        if not self.problems and (lack := self._lack()):
            self.problems.append(f"{self.start.url}: {lack}")

    def _lack(self) -> str | None:
        """What the listing declares and does not show; None where it shows all. Entries count, where it counts them, more than pages."""
        if not self._seen and not self._leads:
            return "the listing names nothing"
        if self.declared:
            return f"declares {self.declared} entries and shows {self._rows}" if self._rows < self.declared else None
        if self.pages < (self.declared_pages or 0):
            return f"declares {self.declared_pages} pages and leads to {self.pages}"
        return None


def _same(request: NextRequest) -> str:
    """A key that requests for the same page share, whatever the first page's name (`nb/`, `nb/index.html`) and scheme: a page under
    another name would look as if the listing had come round. The state is ours and never reaches the server."""
    return f"{request.method} {_bare(request.url)} {request.body or ''}"


@lru_cache(maxsize=8192)
def _article(url: str) -> str:
    """A key that the addresses of one article share, the mobile one too (PORTALS.md section 1)."""
    return _bare(url).replace("/mpost_", "/post_")


def _bare(url: str) -> str:
    """An address without what names one page twice: http and https, www and bare, directory and index. Cheap: thousands stand on a page."""
    address, _, fragment = url.partition("://")[2].removeprefix("www.").partition("#")
    path, mark, query = address.partition("?")
    return f"{_INDEX.sub('/', path).rstrip('/')}{mark}{query}#{fragment}"
