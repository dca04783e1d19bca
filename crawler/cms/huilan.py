"""Huilan (慧澜 EasySite, eportal): `/eportal/ui?pageId=...` (Java), `/web/site0/tab5240/module14430/page1.htm` and `Default.aspx` (.NET).

Preferred: the pages that the pager names, in an href, or in `tagname` or `onclick` of a link whose href is empty. Where the pager only
counts, the product's numbering: `currentPage` with the `moduleId` of the block that lists, or `pageN.htm`. Other way: the .NET portal
is an application of web forms, whose next page is its form sent back.
Traps: a page holds several blocks, so `currentPage` means nothing without `moduleId`; on the last page the pager keeps placeholders
([NEXTPAGE]) where an address should be; static copies in numeric directories (`/4081330/4081347/index.html`) name their next pages by a
hash, which nobody can compute.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.cms import links, pagers, postbacks, scripts, values
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal

if TYPE_CHECKING:
    from lxml import html

FAMILY = "huilan"
_ASSETS = Signal.text(8, "assets huilan-jquery-ui", r"huilan-jquery-ui", "huilan-jquery-ui")
_CONTROLS = Signal.text(8, "controls ess_ctr", r"\bess_ctr\d{1,9}", "ess_ctr")
LISTING = (
    _ASSETS,
    _CONTROLS,
    Signal.text(8, "links eportal/ui?", r"/eportal/ui\?", "/eportal/ui?"),
    Signal.url(8, "address eportal/ui?", r"/eportal/ui\?"),
)
ARTICLE = (
    Signal.url(8, "address portal/tab/info", r"/publish/portal\d{1,6}/tab\d{1,9}/info\d{1,9}\.html?"),
    Signal.url(8, "address eportal/ui?", r"/eportal/ui\?"),
    _ASSETS,
    _CONTROLS,
)

NUMBERINGS = (
    pagers.Numbering("PORTALS.md section 11: currentPage", re.compile(r"([?&]currentPage=)\d{1,6}"), r"\g<1>{n}"),
    pagers.Numbering("PORTALS.md section 11: pagen.htm", re.compile(r"(/module\d{1,9})/page\d{1,6}\.htm"), r"\1/page{n}.htm"),
)

_GAP = r"(?:\s|&nbsp;|<[^<>]{0,100}>){0,9}"
_PLACE = re.compile(rf"easysite-total-page[^<>]{{0,100}}>{_GAP}(\d{{1,5}}){_GAP}/{_GAP}(\d{{1,5}})(?!\d)")
_MODULE = re.compile(r"""\bmoduleId["']?\s{0,9}[:=]\s{0,9}["']?([0-9a-f]{32})(?![0-9a-f])""")
_NEXT = re.compile(r"[\s<>»›]*下一?页[\s<>»›]*")
_QUOTED = re.compile(r"""["']([^"'\s\[\]]{1,500})["']""")
_PAGE_ADDRESS = re.compile(r"\.s?html?(?:[?#]|$)|[?&]currentPage=\d")


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages after this one in the surest way the page offers."""
    counted = _counts(page)
    further = pagers.further(page, counted, NUMBERINGS) or _named(page) or _of_module(page, counted) or postbacks.further(page, counted)
    return Rows(links.rows(page), further, counted.declared, counted.pages)


def _counts(page: ListingPage) -> pagers.Counts:
    counted, place = pagers.counts(page), _PLACE.search(page.text)
    if place and 1 <= int(place[1]) <= int(place[2]):
        return replace(counted, current=int(place[1]), pages=int(place[2]))
    return counted


def _named(page: ListingPage) -> tuple[NextRequest, ...]:
    """The next page by the address that the link 下一页 keeps in another attribute than its href."""
    for link in scripts.elements(page, "a"):
        url = _kept(link, page.url) if _NEXT.fullmatch(link.text_content()) else None
        if url and url != page.url:
            return (NextRequest(url),)
    return ()


def _kept(link: html.HtmlElement, base: str) -> str | None:
    found = [link.get("tagname", "").strip(), *_QUOTED.findall(link.get("onclick", "")), *_QUOTED.findall(link.get("href", ""))]
    return next((pagers.resolved(address, base) for address in found if _PAGE_ADDRESS.search(address)), None)


def _of_module(page: ListingPage, counted: pagers.Counts) -> tuple[NextRequest, ...]:
    """The pages that are counted but not linked; none where the page names several blocks, for one cannot know which of them is counted."""
    modules = set(_MODULE.findall(page.text))
    query = dict(parse_qsl(urlsplit(page.url).query))
    if len(modules) != 1 or "pageId" not in query or counted.pages is None:
        return ()
    base = {**query, "moduleId": modules.pop(), "staticRequest": "yes"}
    numbers = range((counted.current or 1) + 1, min(counted.pages, values.MAX_PAGES) + 1)
    addresses = (urlsplit(page.url)._replace(query=urlencode({**base, "currentPage": number}), fragment="").geturl() for number in numbers)
    return tuple(NextRequest(url, state=str(number)) for number, url in zip(numbers, addresses, strict=True))
