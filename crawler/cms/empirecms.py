"""EmpireCMS (帝国): listings in directories, articles `/<column>/2020-01-02/123.html`, its programs below `/e/`.

Preferred: the pages that the pager links (`<a title="Total record"><b>45</b></a> 1 2 3 下一页 尾页`).
Other way: `/e/action/ListInfo/?classid=3&page=1`, whose pages count from 0; its links are followed as they stand.
Trap: robots.txt of the product forbids `/e/`, so a dynamic listing may well be out of reach.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.cms import pagers
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "empirecms"
LISTING = (
    Signal.text(6, "pager title Total record", r"""title\s{0,9}=\s{0,9}["']Total record""", "Total record"),
    Signal.text(
        6, "programs below e/", r"""["'](?:https?://[^"'/<>\s]{1,100})?/e/(?:action/ListInfo|search/|public/|member/|data/|DoInfo)""", "/e/"
    ),
    Signal.url(6, "address e/action/ListInfo", r"/e/action/ListInfo"),
)
ARTICLE = (
    Signal.text(6, "counter e/public", r"/e/public/(?:ViewClick|onclick)", "/e/public/"),
    Signal.url(5, "address column/YYYY-MM-DD/n.html", r"/20\d\d-\d\d-\d\d/\d+\.html$"),
)

_TOTAL = re.compile(r"""title\s{0,9}=\s{0,9}["']Total record["'][^<>]{0,60}>(?:\s|&nbsp;|<b>|<strong>){0,9}(\d{1,7})""")


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages that the pager links; the total stands in a link that the pager titles `Total record`."""
    rows = pagers.read(page)
    total = _TOTAL.search(page.text)
    return replace(rows, declared=int(total[1])) if total else rows
