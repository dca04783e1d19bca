"""Any listing that no family claims: at least three dated links, and a link that says 下一页.

Preferred: nothing; a portal on a known product deserves its family. Trap: navigation bars print dates too, so the weight is the lowest.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.cms import links
from crawler.cms.model import ListingEntry, ListingPage, Match, NextRequest

FAMILY = "generic"

_NEXT = re.compile(r"^[\s<>»›]*下[一]?页[\s<>»›]*$")
_WEIGHT = 4
_ROWS = 3


def recognise(page: ListingPage) -> Match | None:
    """The least weight, for rows with a date."""
    dated = sum(1 for entry in links.rows(page) if entry.listed_on)
    return Match(_WEIGHT, (f"{dated} dated links",)) if dated >= _ROWS else None


def entries(page: ListingPage) -> tuple[ListingEntry, ...]:
    """Dated links, and links that name an annual report."""
    return links.rows(page)


def further(page: ListingPage) -> tuple[NextRequest, ...]:
    """Where the link 下一页 leads, if there is one that leads elsewhere."""
    root = links.tree(page.text)
    for link in () if root is None else root.iter("a"):
        href = link.get("href", "").strip()
        if _NEXT.match(link.text_content()) and href and not href.startswith(("#", "javascript:")):
            url = urljoin(page.url, href)
            return (NextRequest(url),) if url != page.url else ()
    return ()


def declared(page: ListingPage) -> int | None:  # noqa: ARG001
    """No common way to print it."""
    return None
