"""A walk without a network: the pages a family leads to, asked of a function, with the stop rules of PORTALS.md section 1."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler import cms
from crawler.cms.model import Listing, ListingPage, NextRequest

if TYPE_CHECKING:
    from collections.abc import Callable

_COLUMNS = ("首页", "政府信息公开", "政务公开", "办事服务", "互动交流", "数据开放") * 5
MENU = "".join(f"<a href='/c{number}/'>{name}</a> " for number, name in enumerate(_COLUMNS))  # as any real page has one


@dataclass
class Walked:
    """What a walk saw: the addresses of entries in their order, the requests it made, the listings and problems it met."""

    urls: list[str] = field(default_factory=list)
    asked: list[NextRequest] = field(default_factory=list)
    listings: list[cms.SubListing] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    declared: int | None = None


def walk(start: str, server: Callable[[NextRequest], str], family: str | None = None) -> Walked:
    """The listing behind an address, walked to its end. A page without entries that leads on is a step, not an end."""
    seen = Walked()
    waiting = [NextRequest(start)]
    while waiting:
        request = waiting.pop(0)
        seen.asked.append(request)
        assert len(seen.asked) < 100, "the walk does not end"
        listing = read(ListingPage(request.url, server(request), request.state), family)
        family = family or listing.family
        seen.listings += listing.listings
        seen.problems += [listing.problem] if listing.problem else []
        fresh = [entry.url for entry in listing.entries if entry.url not in seen.urls]
        seen.urls += fresh
        seen.declared = listing.declared if listing.declared is not None else seen.declared
        new = [request for request in listing.further if request not in seen.asked and request not in waiting]
        if (listing.entries and not fresh) or (not listing.entries and not new) or len(seen.urls) >= (seen.declared or 1 << 30):
            break
        waiting += new
    return seen


def read(page: ListingPage, family: str | None = None) -> Listing:
    """The listing of a page that some family must know."""
    listing = cms.read(page, family)
    assert listing is not None
    return listing
