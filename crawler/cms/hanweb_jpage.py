"""Hanweb JCMS (大汉) with the jpage pager: `/col/col<id>/index.html`, rows as CDATA records of an inline datastore.

Preferred: the datastore on the page (the first group, often three pages of rows); an annual-report column is usually complete in it.
Other way: further pages from `dataproxy.jsp?startrecord=46&endrecord=60&perpage=15`, a POST whose form repeats what `<nextgroup>` says.
Traps: `webname` is encoded twice and is sent back as found, so are encrypted `columnid` and `unitid`; some servers ignore `startrecord`
and honour `page`, so both are sent, a page at a time, which means the same to either; a page may hold several units with a datastore
each; the answer is XML even when it is labelled text/html, an empty one ends the walk; records may be broken HTML, each is parsed alone;
where the datastore is empty the column may list its links in plain HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.cms import links, records, services, values
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal
from crawler.cms.pagers import MAX_PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "hanweb_jpage"
LISTING = (
    Signal.text(10, "datastore with records", r"<record>\s{0,20}<!\[CDATA\[", "<record>"),
    Signal.text(10, "jpage/dataproxy.jsp", r"jpage/dataproxy\.jsp", "jpage/dataproxy.jsp"),
)
ARTICLE = (
    Signal.text(5, "markers ContentStart", r"""name\s*=\s*["']ContentStart["']""", "ContentStart"),
    Signal.text(5, "i_columnid, i_articleid", r"\bi_(?:columnid|articleid)\b", "i_"),
    Signal.text(5, "attachment downfile.jsp", r"/module/download/downfile\.jsp", "/module/download/downfile.jsp"),
)

_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.{0,3000}?)\]\]>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"']{1,2500})["']""")
_OPTIONS = re.compile(r"""["']#([\w-]{1,60})["']\s{0,9}\)\s{0,9}\.jpage\(""")
_COLUMN = re.compile(r"/col/col(\d+)/")
_OPTIONS_SIZE = 2000  # characters of a pager's options
_MAX_UNITS = 20  # lists of one page; portals show two or three
_OWN_PARAMETERS = ("page=", "startrecord=", "endrecord=", "perpage=")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A list of the page: its records, how many it says there are, and the paging service with its parameters (None without one)."""

    records: list[str]
    total: int | None
    per_page: int
    address: str | None


def read(page: ListingPage) -> Rows:
    """The rows of the datastores, and all their pages after those on the page. A page whose stores are empty is read as any listing."""
    state = values.unpack(page.state)
    if state or "dataproxy.jsp" in page.url:
        return _answer(page, state)
    units = tuple(_units(page))
    entries = records.entries(page, (record for unit in units for record in unit.records))
    further = tuple(request for unit in units for request in _further(page, unit))
    totals = [unit.total for unit in units if unit.total is not None]
    return Rows(entries or links.rows(page), further, sum(totals) if totals else None)


def _answer(page: ListingPage, state: dict[str, str]) -> Rows:
    """An answer of the paging service. The first page told of all others, unless it did not know how many there are."""
    held = records.split(page.text)
    listing = replace(page, url=state.get("base", page.url))
    further: tuple[NextRequest, ...] = ()
    if held and "address" in state:
        further = (_request(listing, state["address"], int(state["page"]) + 1, int(state["size"]), None),)
    return Rows(records.entries(listing, held), further, records.total(page.text))


def _units(page: ListingPage) -> Iterator[_Unit]:
    """The lists of a page. What lies between a datastore and the next one belongs to it: rows, next group, the options of its pager."""
    starts = [found.start() for found in records.STORE.finditer(page.text)][:_MAX_UNITS] or [0]
    options = {found[1]: page.text[found.start() : found.end() + _OPTIONS_SIZE] for found in _OPTIONS.finditer(page.text)}
    for start, end in zip(starts, [*starts[1:], len(page.text)], strict=True):
        own = page.text[start:end]
        address = _address(page, own if len(starts) > 1 else page.text)
        said = options.get(_parameter(address, "unitid"), own if len(starts) > 1 else page.text)
        yield _Unit(records.split(own), records.total(said), records.per_page(said), address)


def _address(page: ListingPage, text: str) -> str | None:
    """The paging service with its parameters: of the next group, else of the pager's options; None where there is neither."""
    group = _NEXT_GROUP.search(text)
    link = _HREF.search(group[1]) if group else None
    address = unescape(link[1] if link else services.address(text, "jpage/dataproxy.jsp"))
    if not address:
        return None
    unit, column = _OPTIONS.search(text), _COLUMN.search(page.url)
    for name, found in (("columnid", column), ("unitid", unit)):
        if found and not _parameter(address, name):
            address += f"{'&' if '?' in address else '?'}{name}={found[1]}"
    return address


def _parameter(address: str | None, name: str) -> str:
    """The value of a parameter as found, empty without it."""
    parts = (address or "").partition("?")[2].split("&")
    return next((part.partition("=")[2] for part in parts if part.lower().startswith(f"{name}=")), "")


def _further(page: ListingPage, unit: _Unit) -> tuple[NextRequest, ...]:
    """The pages after those that the page holds; where nobody says how many rows there are, the next one only."""
    held = len(unit.records)
    if unit.address is None or (unit.total is not None and held >= unit.total):
        return ()
    first = held // unit.per_page + 1
    if unit.total is not None:
        last = min(-(-unit.total // unit.per_page), first + MAX_PAGES - 1)
        return tuple(_request(page, unit.address, number, unit.per_page, unit.total) for number in range(first, last + 1))
    is_open = held % unit.per_page == 0 and (held == 0 or "<nextgroup>" in page.text)
    return (_request(page, unit.address, first, unit.per_page, None),) if is_open else ()


def _request(page: ListingPage, address: str, number: int, size: int, total: int | None) -> NextRequest:
    service, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.lower().startswith(_OWN_PARAMETERS)]
    names = {part.partition("=")[0] for part in kept}
    form = [*([] if "col" in names else ["col=1"]), *kept, *([] if "sourceContentType" in names else ["sourceContentType=1"])]
    start, end = (number - 1) * size + 1, min(number * size, total or number * size)
    url = urljoin(page.url, f"{service}?startrecord={start}&endrecord={end}&perpage={size}&page={number}")
    chain: dict[str, str | int] = {} if total is not None else {"address": address, "page": number, "size": size}
    return NextRequest(url, "POST", "&".join(form), referer=page.url, state=values.pack(base=page.url, **chain))
