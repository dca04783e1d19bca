"""Portals of numbered directories (国资委, 审计署): `/n6/n36/index.html`, articles `/n6/n36/c123/content.html`. The vendor is not known.

Preferred: the pages that the pager links. Other way: none; the names of later pages are not known, so none are made up.
Trap: the article's directory lies within the listing's, so a row may hold no more than `c123/content.html`.
"""

from __future__ import annotations

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "numeric_dir"
LISTING = (
    Signal.url(5, "address nN/nN/", r"^https?://[^/]+/n\d+/(?:n\d+/)+(?:index(?:_\w+)?\.html)?$"),
    Signal.text(5, "article links nN/cN/content.html", r"""["'/](?:n\d{1,9}/){1,6}c\d{1,9}/content\.html""", "/content.html"),
)
ARTICLE = (Signal.url(6, "address nN/cN/content.html", r"/n\d+/(?:n\d+/)*c\d+/content\.html$"),)


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links."""
    return pagers.read(page)
