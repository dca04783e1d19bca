"""DedeCMS (织梦): `/plus/list.php?tid=3&TotalResult=573&PageNo=2`, or static `list_3_2.html`; articles `/a/xxgk/20180311/2592.html`.

Preferred: the pages that the pager `.dede_pages` links or lists in its select (共 29 页 573 条).
Other way: none; `TotalResult` belongs to the address of every page but the first, so no address is made up.
Trap: the pager's links hold `&amp;`, and its first page has two addresses, with and without `PageNo`.
"""

from __future__ import annotations

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "dedecms"
LISTING = (
    Signal.url(6, "address plus/list.php", r"/plus/list\.php\?"),
    Signal.text(6, "links plus/list.php", r"""["'/]plus/list\.php\?""", "plus/list.php?"),
    Signal.text(6, "pager dede_pages", r"""class\s{0,9}=\s{0,9}["']?[^"'<>]{0,60}\bdede_pages\b""", "dede_pages"),
    Signal.text(5, "pager pageinfo of list_n_n.html", r"""href\s{0,9}=\s{0,9}["']list_\d{1,6}_\d{1,5}\.html""", "list_"),
)
ARTICLE = (
    Signal.text(6, "counter plus/count.php", r"""["'/]plus/(?:count|feedback|digg_ajax)\.php\?""", "plus/"),
    Signal.url(5, "address a/column/YYYYMMDD/n.html", r"/a/(?:[\w-]+/)+20\d{6}/\d+\.html$"),
    Signal.url(6, "address plus/view.php", r"/plus/view\.php\?"),
)


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links."""
    return pagers.read(page)
