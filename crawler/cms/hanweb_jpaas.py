"""Hanweb (大汉) publish-server (jpaas): a column page that looks like JCMS, with an empty list that a service fills.

Preferred: GET `/api-gateway/jpaas-publish-server/front/page/build/unit` with the six ids of `queryData` and the page number inside
`paramJson`; the answer is `{"success": true, "data": {"html": "<ul>..."}}`, its pager's `count` says how many rows there are.
Other way: the rows that the page holds, with the links of its pager (the variant of 淮安, `/col/18073_668815/index.html`).
Traps: a bare `pageNo` is ignored; 403 without a Referer; the ids change when the column is built anew, so they are read from the page
each time; some hosts answer 410 on https, so the scheme of the page is kept; the pageId of a sub-column is a hash, not its number;
a page may hold further units (news at the side): where one is called a list, the others are left alone.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode, urljoin, urlsplit

from crawler.cms import links, pagers, services, values
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal

FAMILY = "hanweb_jpaas"
_QUERY_DATA = r"query[Dd]ata[\"']?\s{0,9}[=:]\s{0,9}[\"']?\{\s{0,9}(?:['\"]|&#39;|&quot;|&apos;)?webId"
_CMSWEB = r"/col/\d+_\d+/(?:index\.html?|art/\d+/|$)"
LISTING = (
    Signal.text(10, "jpaas-publish-server", r"jpaas-publish-server", "jpaas-publish-server"),
    Signal.text(10, "queryData with webId", _QUERY_DATA, "webId"),
    Signal.url(10, "address col/n_n of cmsweb", _CMSWEB),
)
ARTICLE = (
    Signal.text(10, "jpaas-publish-server", r"jpaas-publish-server", "jpaas-publish-server"),
    Signal.url(10, "address col/n_n/art of cmsweb", r"/col/\d+_\d+/art/\d+/\w+\.html?$"),
    Signal.url(8, "address col/coln/art/YYYY/art_<hex>", r"/col/col\d{5,}/art/20\d\d/art_[0-9a-f]{32}\.html?$"),
)

_UNIT = re.compile(r"query[Dd]ata[\"']?\s{0,9}[=:]\s{0,9}[\"']?(\{[^{}<>]{1,3000}\})")
_PAIR = re.compile(r"""["']?(\w{1,40})["']?\s{0,9}:\s{0,9}["']([^"']{0,500})["']""")
_IDS = ("webId", "pageId", "parseType", "pageType", "tagId", "tplSetId")
_FALLBACK = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_COUNT = re.compile(r"""\bcount\s{0,9}=\s{0,9}\\?["'](\d{1,7})""")
_SIZE = re.compile(r"""\b(?:rows|pageSize)\b\s{0,9}[=:]\s{0,9}\\?["']?(\d{1,3})""")
_LIST = re.compile(r"列表|list", re.IGNORECASE)
_DEFAULT_SIZE = 15
_MAX_UNITS = 8  # of a page; more than a few are no listing


def read(page: ListingPage) -> Rows:
    """The rows that the page holds and the pages after them; where its list is empty, the request for the first page."""
    if page.state:
        return _answer(page, values.unpack(page.state))
    units = _units(page)
    if not units:
        return pagers.read(page)
    total, size = _count(page.text), _size(page.text)
    held = _held(page) if len(units) == 1 else Rows()
    if held.entries and total is not None:
        return replace(held, further=_further(page, units[0], size, total), declared=total, pages=-(-total // size))
    return Rows(further=tuple(_request(page, unit, 1, size) for unit in units))


def _answer(page: ListingPage, state: dict[str, str]) -> Rows:
    """The rows of an answer; that of the first page says how many there are, and tells of all others."""
    answer = values.answer(page.text)
    markup = values.at(answer, "data", "html")
    if not isinstance(markup, str):
        return Rows(problem=("unreachable", f"the list service answers without rows: {values.plain(page.text)[:80]}"))
    listing = replace(page, url=state.pop("base"), text=markup)
    number, size, service = int(state.pop("number")), int(state.pop("size")), state.pop("service")
    entries, total = links.rows(listing), _count(markup)
    if total is None:
        return Rows(entries)
    size = min(size, len(entries)) or size if number == 1 and total > len(entries) else size
    further = _further(listing, {**state, "service": service}, size, total) if number == 1 else ()
    return Rows(entries, further, total, -(-total // size))


def _units(page: ListingPage) -> list[dict[str, str]]:
    """The ids of the lists that the page asks its service for, and the address of that; of several units those that are called lists."""
    service = services.address(page.text, "/jpaas-publish-server/front/page/build/unit").partition("?")[0]
    found = []
    for unit in _UNIT.findall(page.text)[: _MAX_UNITS * 4]:
        said = dict(_PAIR.findall(unescape(unit)))
        ids = {name: said[name] for name in _IDS if name in said}
        if "webId" in ids and ids not in found:
            found.append(ids)
    lists = [ids for ids in found if _LIST.search(ids.get("tagId", ""))] or found
    return [{**ids, "service": service or _FALLBACK} for ids in lists[:_MAX_UNITS]]


def _held(page: ListingPage) -> Rows:
    """The rows in the element that the service would fill; none where it is empty, whatever else the page lists."""
    holders = () if page.tree is None else page.tree.xpath("//*[@querydata or @queryData]")
    for holder in holders:
        around = holder.getparent() if holder.tag == "script" else holder
        if around is not None and (entries := links.rows(page, around)):
            return Rows(entries)
    return Rows()


def _count(markup: str) -> int | None:
    found = _COUNT.search(markup)
    return int(found[1]) if found else None


def _size(markup: str) -> int:
    found = _SIZE.search(markup)
    return (int(found[1]) if found else 0) or _DEFAULT_SIZE


def _further(page: ListingPage, unit: dict[str, str], size: int, total: int) -> tuple[NextRequest, ...]:
    last = min(-(-total // size), pagers.MAX_PAGES)
    return tuple(_request(page, unit, number, size) for number in range(2, last + 1))


def _request(page: ListingPage, unit: dict[str, str], number: int, size: int) -> NextRequest:
    ids = {name: value for name, value in unit.items() if name != "service"}
    paged = json.dumps({"pageNo": number, "pageSize": size}, separators=(",", ":"))
    address = urlsplit(urljoin(page.url, unit["service"]))._replace(scheme=urlsplit(page.url).scheme).geturl()
    url = f"{address}?{urlencode({**ids, 'editType': 'null', 'paramJson': paged})}"
    state = values.pack(**ids, service=unit["service"], base=page.url, number=number, size=size)
    return NextRequest(url, referer=page.url, state=state)
