"""Portals on ASP.NET web forms without a known product: pages by address (`?page=2`), or by sending the page's form back to it.

Preferred: addresses. `InfoPublic.aspx?cid=1019&pid=971&page=1&kw=` (云南人社) counts its pages in the last link of `div.pages`.
Other way: postback, a POST of the form's fields (`__VIEWSTATE`, `__EVENTVALIDATION`, `__CSRFTOKEN` and what else it holds) with
`__EVENTTARGET=…Pager` and `__EVENTARGUMENT=2`.
Traps: the fields are those of the page just read and a server refuses older ones, so only the next page is ever asked for, from the
page before it. PowerEasy, SiteServer and Huilan run on the framework too; its marks weigh one less than those of products.
"""

from __future__ import annotations

import re
from dataclasses import replace

from crawler.cms import links, pagers, postbacks
from crawler.cms.model import ListingPage, Rows, Signal

FAMILY = "aspnet"
LISTING = (
    Signal.text(5, "postback __doPostBack", r"__doPostBack\(|WebForm_DoPostBackWithOptions\(", "oPostBack"),
    Signal.text(3, "form state __VIEWSTATE", r"""["']__VIEWSTATE["']""", "__VIEWSTATE"),
    Signal.url(5, "address .aspx?…page=n", r"\.aspx\?(?:[^#]*&)?page=\d"),
    Signal.text(5, "links .aspx?…page=n", r"""\.aspx\?(?:[^"'<>\s?]{0,300}[&;])?page=\d""", ".aspx?"),
)
ARTICLE = (Signal.text(5, "form state __VIEWSTATE", r"""["']__VIEWSTATE["']""", "__VIEWSTATE"),)

NUMBERING = pagers.Numbering(
    "PORTALS.md section 12: InfoPublic.aspx?…&page=1", re.compile(r"([?&]page)=(?P<n>\d+)", re.IGNORECASE), r"\1={n}"
)
_LAST = "(//div[contains(concat(' ', normalize-space(@class), ' '), ' pages ')]//a)[last()]"


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages after this one where they have addresses, else the next one as a postback."""
    counted = pagers.counts(page)
    if last := _last(page):
        counted = replace(counted, pages=last)
    further = pagers.further(page, counted, (NUMBERING,))
    return Rows(links.rows(page), further or postbacks.further(page, counted), counted.declared, counted.pages)


def _last(page: ListingPage) -> int | None:
    """The number of the last page by the last link of `div.pages`; None where that names none."""
    found = () if page.tree is None else page.tree.xpath(_LAST)
    for link in found:
        number = re.search(r"[?&]page=(\d{1,5})\b", link.get("href", "")) or re.fullmatch(r"\s*(\d{1,5})\s*", link.text_content())
        if number and int(number[1]):
            return int(number[1])
    return None
