"""Any listing that no family claims: at least three dated links, and a link that says 下一页.

Preferred: nothing; a portal on a known product deserves its family. Trap: navigation bars print dates too, so the weight is the lowest.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.cms import links
from crawler.cms.model import ListingPage, Match, NextRequest, Rows, Signal

FAMILY = "generic"

LISTING: tuple[Signal, ...] = ()
ARTICLE: tuple[Signal, ...] = ()

_ROWS = 3
_NEXT = re.compile(r"^[\s<>»›]*下[一]?页[\s<>»›]*$")


def fallback(page: ListingPage) -> Match | None:
    """The least weight, for rows with a date; asked only where no family claims the page."""
    dated = sum(1 for entry in links.rows(page) if entry.listed_on)
    return Match(4, 4, (f"{dated} dated links",)) if dated >= _ROWS else None


def read(page: ListingPage) -> Rows:
    """Dated links, links that name an annual report, and where the link 下一页 leads."""
    return Rows(links.rows(page), _next(page))


def _next(page: ListingPage) -> tuple[NextRequest, ...]:
    for link in () if page.tree is None else page.tree.iter("a"):
        href = link.get("href", "").strip()
        if _NEXT.match(link.text_content()) and href and not href.startswith(("#", "javascript:")):
            url = urljoin(page.url, href)
            return (NextRequest(url),) if url != page.url else ()
    return ()
