"""Hanweb JCMS (大汉) without a pager service: `/col/col<id>/index.html` whose rows are links in the HTML.

Preferred: the rows of the page, and the pages its pager links. Other way: none.
Traps: `index.html?uid=<unitid>&pageNum=2` is read by scripts only, the server answers with the first page, so such a link is no page; a
link to an article of a Hanweb portal stands on portals of other products too, so only links within the site, an address of its own
column, or several links to one host are a mark. The least weight of all families: any other product's mark outweighs it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "hanweb_static"
LISTING = (
    Signal.url(4, "address col/coln", r"/col/col\d+/"),
    Signal.text(4, "links art/YYYY/M/D/art_n", r"""["'](?:\.{0,2}/){0,9}art/20\d\d/\d{1,2}/\d{1,2}/art_""", "art/20"),
    Signal.text(4, "links col/coln", r"""["'](?:\.{0,2}/){0,9}col/col\d{1,12}/""", "col/col"),
    Signal.text(
        4,
        "links art/YYYY/M/D/art_n of one host",
        r"//([\w.:-]{1,80})/art/20\d\d/\d{1,2}/\d{1,2}/art_[^\0]{1,600}?//\1/art/20\d\d/\d{1,2}/",
        "/art/20",
    ),
)
ARTICLE = (
    Signal.url(4, "address art/YYYY/M/D/art_n", r"/art/20\d\d/(?:\d{1,2}/\d{1,2}/)?art_"),
    Signal.url(4, "address col/coln", r"/col/col\d+/"),
)

_READ_BY_SCRIPT = re.compile(r"[?&]pageNum=\d+")


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links, those aside that only a script tells apart."""
    rows = pagers.read(page)
    return replace(rows, further=tuple(request for request in rows.further if not _READ_BY_SCRIPT.search(request.url)))
