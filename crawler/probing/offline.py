"""A saved page probed: looked at in a worker process, as a fetched one; nothing is asked of any server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.cms.model import NextRequest
from crawler.probing.findings import Found
from crawler.spiders.walking import portal_of
from crawler.walks import Walk
from crawler.worker import Workers
from extract.model import Page

if TYPE_CHECKING:
    from crawler.cms import Listing


async def probe(body: bytes, url: str, seconds: float) -> Found:
    """What the page says; `seconds` is the time limit for reading it."""
    workers = Workers(1, seconds)
    await workers.open()
    try:
        found = Found(portal_of(url), live=False)
        look = await workers.look(Page(body, url), found.portal.family, whole=True)
    finally:
        await workers.close()
    found.look = look
    walk = Walk(found.portal, NextRequest(url), found.portal.family)
    found.walks.append(walk)
    if look.reading.listing is not None:
        _note(found, walk, look.reading.listing)
        found.took(walk, look.reading.judged)
    return found


def _note(found: Found, walk: Walk, listing: Listing) -> None:
    """The first and only page of a walk that nobody goes on with."""
    walk.pages, walk.declared, walk.declared_pages = 1, listing.declared, listing.pages
    walk.family = walk.family or (listing.family if listing.family != "unknown" else None)
    found.further = len(listing.further)
    found.skipped = walk.below(listing)
    if listing.redirect:
        found.redirects.append(f"{listing.redirect} (by the page; not followed)")
    if listing.problem:
        walk.problems.append(f"{walk.start.url}: {': '.join(listing.problem)}")
