"""WebPlus (苏迪 Sudy), seen on universities: `list.htm`, then `list2.htm`; articles `/2020/0102/c123a456/page.htm`.

Preferred: the link 下一页 of the pager (`ul.wp_paging`: 总共 45 记录, 页码 1/4).
Other way: the numbering `listn.htm` as far as the pager counts.
Trap: links to the first and the last page may be `javascript:void(0)`. Not to be taken for VSB, another product with `.htm` addresses.
"""

from __future__ import annotations

import re

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "webplus"
LISTING = (
    Signal.text(7, "list wp_article_list", r"wp_article_list", "wp_article_list"),
    Signal.text(7, "article links cNaN/page.htm", r"/c\d{1,9}a\d{1,9}/page\.(?:htm|psp)", "/page."),
    Signal.text(5, "pager wp_paging", r"\bwp_paging\b", "wp_paging"),
)
ARTICLE = (
    Signal.url(7, "address cNaN/page.htm", r"/c\d+a\d+/page\d*\.(?:htm|psp)$"),
    Signal.text(7, "content wp_articlecontent", r"\bwp_articlecontent\b", "wp_articlecontent"),
)

NUMBERINGS = (
    pagers.Numbering("PORTALS.md section 14, row 17: list2.htm", re.compile(r"/(list|main)(?P<n>\d*)\.(htm|psp)$"), r"/\g<1>{n}.\3"),
    pagers.Numbering("PORTALS.md section 14, row 17: list2.htm", re.compile(r"/$"), "/list{n}.htm"),
)


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links or counts."""
    return pagers.read(page, NUMBERINGS)
