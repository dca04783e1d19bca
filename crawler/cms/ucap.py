"""Ucap (开普): static listings `list.shtml` and `list_2.shtml`, or a list that a JSON service fills.

Preferred: `createPageHTML('page_div', 5, 1, 'list', 'shtml', 89)` = element, page count, current page from 1, name, extension, rows; page
n is `list_n.shtml`. Other way: `/search|searchList|common/search/<32 hex>?_isAgg=true&_isJson=true&page=1`; 新余 has a look-alike that is
posted to, `/u/search/list/<32 hex>`.
Traps: TRS has a function of the same name whose first argument is a number and which counts from 0; a `page=` parameter does nothing
on static pages; `redirect_firstChannel.shtml` only jumps to its first child; under load a host answers with an index page in place of
the page asked for (status 200), which shows in that it lacks the pager; a service that wants a token of a script is for browsers only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import links, pagers, values
from crawler.cms.model import ListingEntry, ListingPage, NextRequest, Rows, Signal, SubListing

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "ucap"
_ARGUMENTS = r"""createPageHTML\(\s{0,9}['"][\w-]{1,60}['"]\s{0,9},\s{0,9}\d+\s{0,9},"""
_ELEMENTS = r"(?i:<ucap(?:title|content))"
_TEMPLATE = r"templategroup,version"
LISTING = (
    Signal.text(9, "pager createPageHTML with an element first", _ARGUMENTS),
    Signal.text(8, "elements ucaptitle, ucapcontent", _ELEMENTS),
    Signal.text(8, "service with _isAgg", r"_isAgg=true", "_isAgg=true"),
    Signal.text(8, "meta template,templategroup,version", _TEMPLATE),
)
ARTICLE = (
    Signal.text(8, "elements ucaptitle, ucapcontent", _ELEMENTS),
    Signal.text(8, "meta template,templategroup,version", _TEMPLATE),
    Signal.text(8, "body UCAP-CONTENT", r"""["'=]UCAP-CONTENT\b""", "UCAP-CONTENT"),
    Signal.url(5, "address YYYYMM/<hex>.shtml", r"/20\d{4}/(?:[0-9a-f]{32}|c\d+_\d+)\.s?html?$"),
    Signal.url(5, "address cn/cn/content.shtml", r"/c\d+/c\d+/content\.shtml$"),
)

_PAGER = re.compile(
    r"""createPageHTML\(\s{0,9}['"][\w-]{1,60}['"]\s{0,9},\s{0,9}(?P<pages>\d{1,6})\s{0,9},\s{0,9}(?P<current>\d{1,6})\s{0,9},"""
    r"""\s{0,9}['"](?P<name>[\w./-]{1,100})['"]\s{0,9},\s{0,9}['"](?P<extension>\w{1,6})['"]\s{0,9}(?:,\s{0,9}['"]?(?P<rows>\d{1,7}))?"""
)
_ARTICLE_NAME = re.compile(r"(?:^|/)(?:[0-9a-f]{32}|content|c\d+_\d+)$")  # the same function pages long articles
_SERVICE = re.compile(
    r"""["'](?P<url>[^"'\s<>]{0,200}/(?:search|searchList)/[0-9a-f]{32}\?[^"'\s<>]{0,1000}_isJson=true[^"'\s<>]{0,1000})["']"""
)
_PARTS = re.compile(
    r"""["'](?P<path>[^"'\s<>]{0,200}/(?:search|searchList)/)["']\s{0,9}\+\s{0,9}[\w.$]{1,60}\s{0,9}\+\s{0,9}["'](?P<query>\?[^"'\s<>]{0,1000}_isJson=true[^"'\s<>]{0,1000})["']"""
)
_CHANNEL = re.compile(r"""channel_?id["']?\s{0,9}[:=]\s{0,9}["']([0-9a-f]{32})["']""", re.IGNORECASE)
_POSTED = re.compile(r"""["'](?P<url>[^"'\s<>]{0,200}/u/search/list/[0-9a-f]{32})["']""")
_FIRST_CHANNEL = re.compile(r"/redirect_firstChannel(?:_\d+)?\.s?html?$", re.IGNORECASE)
_SIZE = 15  # rows of an answer, where the service's address does not say


def read(page: ListingPage) -> Rows:
    """Rows of any markup and the static pages after this one; without a pager the rows of the JSON service."""
    state = values.unpack(page.state)
    if "base" in state:
        return _answer(page, state)
    pager = _pager(page.text)
    if "name" in state and (pager is None or pager["name"] != state["name"]):
        return Rows(problem=("throttled", f"another page was answered: it lacks the pager of {state['name']}"))
    if pager:
        return Rows(links.rows(page), _static(page, pager), int(pager["rows"]) if pager["rows"] else None, max(1, int(pager["pages"])))
    first = _json(page) or _posted(page)
    if first:
        return Rows(links.rows(page), (first,))
    rows = pagers.read(page)
    return rows if rows.entries else replace(rows, listings=_first_channel(page))


# ------------------------------------------------------------------------------------------------ static pages


def _pager(text: str) -> re.Match[str] | None:
    """The pager of a listing; None where the page has none, or only that of a long article."""
    return next((found for found in _PAGER.finditer(text) if not _ARTICLE_NAME.search(found["name"])), None)


def _static(page: ListingPage, pager: re.Match[str]) -> tuple[NextRequest, ...]:
    current, last = int(pager["current"]), min(int(pager["pages"]), int(pager["current"]) + pagers.MAX_PAGES)
    state = values.pack(name=pager["name"])
    addresses = (f"{pager['name']}_{number}.{pager['extension']}" for number in range(max(current, 1) + 1, last + 1))
    return tuple(NextRequest(urljoin(page.url, address), state=state) for address in addresses)


def _first_channel(page: ListingPage) -> tuple[SubListing, ...]:
    """The first child of a hub that is there to jump to it; none for any other page."""
    if not _FIRST_CHANNEL.search(urlsplit(page.url).path) or page.tree is None:
        return ()
    below = urljoin(page.url, "./")
    urls = (pagers.resolved(link.get("href", ""), page.url) for link in page.tree.iter("a"))
    child = next((url for url in urls if url and url.startswith(below) and url not in (below, page.url)), None)
    return (SubListing(NextRequest(child), "column"),) if child else ()


# ------------------------------------------------------------------------------------------------ the JSON service


def _json(page: ListingPage) -> NextRequest | None:
    """The request for the first page of the service that the script names, whole or in parts; None where it names none."""
    whole, parts, channel = _SERVICE.search(page.text), _PARTS.search(page.text), _CHANNEL.search(page.text)
    if whole:
        service = whole["url"]
    elif parts and channel:
        service = f"{parts['path']}{channel[1]}{parts['query']}"
    else:
        return None
    address, _, query = unescape(service).partition("?")
    kept = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "page"]
    return _page_of(page.url, urljoin(page.url, address), urlencode(kept), 1)


def _page_of(base: str, address: str, query: str, number: int) -> NextRequest:
    state = values.pack(base=base, address=address, query=query, number=number)
    return NextRequest(f"{address}?{query}{'&' if query else ''}page={number}", referer=base, state=state)


def _posted(page: ListingPage) -> NextRequest | None:
    found = _POSTED.search(page.text)
    return _post_of(page.url, urljoin(page.url, found["url"]), 1) if found else None


def _post_of(base: str, address: str, number: int) -> NextRequest:
    state = values.pack(base=base, address=address, number=number)
    return NextRequest(address, "POST", urlencode({"currentPage": number, "number": _SIZE}), referer=base, state=state)


def _answer(page: ListingPage, state: dict[str, str]) -> Rows:
    """The rows of an answer, and the pages after it."""
    data = values.at(values.answer(page.text), "data")
    posted = "query" not in state
    listed = values.at(data, "page", "list") if posted else values.at(data, "results")
    if not isinstance(listed, list):
        return Rows(problem=("unreachable", f"the list service answers without rows: {values.plain(page.text)[:80]}"))
    results = values.records(listed)
    total = values.count(values.at(data, "page", "allRow") if posted else values.at(data, "total"))
    size = _SIZE if posted else values.count(values.at(data, "rows")) or len(results) or _SIZE
    number, last = int(state["number"]), -(-(total or 0) // max(size, 1))
    numbers = range(number + 1, min(last, number + pagers.MAX_PAGES) + 1) if results else ()
    if posted:
        further = tuple(_post_of(state["base"], state["address"], n) for n in numbers)
    else:
        further = tuple(_page_of(state["base"], state["address"], state["query"], n) for n in numbers)
    entries = {entry.url: entry for entry in _entries(results, state["base"])}
    return Rows(tuple(entries.values()), further, total, last if total is not None else None)


def _entries(results: tuple[dict[str, Any], ...], base: str) -> Iterator[ListingEntry]:
    for result in results:
        url = pagers.resolved(values.first(result, "url", "URL_COMP", "URL"), base)
        title = values.first(result, "title", "TITLE")
        if url and title:
            listed_on = values.days(result, "publishedTimeStr", "PUBLISHED_TIME_FORMATED", "publishedTime")
            yield ListingEntry(url, title, listed_on, _source(result))


def _source(result: dict[str, Any]) -> str | None:
    """Who published a result: the metadata `source`; None without it."""
    groups = values.records(result.get("domainMetaList"))
    pairs = (pair for group in groups for pair in values.records(group.get("resultList")))
    return next((found for pair in pairs if pair.get("key") == "source" and (found := values.first(pair, "value"))), None)
