"""PowerEasy SiteWeaver (动易): `/Category_171/Index.aspx`, then `/Category_171/Index_2.aspx`; articles `/Item/n.aspx`.

Preferred: the pages that the pager links (共 45 篇文章 … 页次:1/3 页).
Other way: the numbering `Index_n.aspx` as far as the pager counts.
Trap: the product runs on ASP.NET, and its pages may carry `__VIEWSTATE`; its own marks weigh more than the framework's.
"""

from __future__ import annotations

import re

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "powereasy"
LISTING = (
    Signal.url(6, "address Category_n", r"/Category_\d+(?:/|$)"),
    Signal.text(6, "links Category_n/Index", r"""["'/]Category_\d{1,9}/Index(?:_\d{1,5})?\.aspx""", "Category_"),
    Signal.text(5, "links Item/n.aspx", r"""["'/]Item/\d{1,9}\.aspx""", "Item/"),
)
ARTICLE = (Signal.url(6, "address Item/n.aspx", r"/Item/\d+\.aspx$"),)

NUMBERINGS = (
    pagers.Numbering(
        "PORTALS.md section 12: Index.aspx, Index_2.aspx",
        re.compile(r"/(Category_\d+)(?:/(?:Index(?:_(?P<n>\d+))?\.aspx)?)?$", re.IGNORECASE),
        r"/\1/Index_{n}.aspx",
    ),
)


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links or counts."""
    return pagers.read(page, NUMBERINGS)
