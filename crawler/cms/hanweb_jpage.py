"""Hanweb JCMS (大汉) with the jpage pager: `/col/col<id>/index.html`, rows as CDATA records of an inline datastore.

Preferred: the datastore on the page (the first group, often three pages of rows); an annual-report column is usually complete in it.
Other way: further groups from `dataproxy.jsp?startrecord=46&endrecord=90&perpage=15`, a POST whose form repeats what `<nextgroup>` says.
Traps: `webname` is encoded twice and is sent back as found; some servers ignore `startrecord` and honour `page`, so both are sent;
the answer is XML even when it is labelled text/html; records may be broken HTML, each is parsed alone.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

from crawler.cms import links
from crawler.cms.model import ListingEntry, ListingPage, NextRequest, Rows, Signal

FAMILY = "hanweb_jpage"
LISTING = (
    Signal.text(10, "datastore with records", r"<record>\s{0,20}<!\[CDATA\["),
    Signal.text(10, "jpage/dataproxy.jsp", r"jpage/dataproxy\.jsp"),
)
ARTICLE = (
    Signal.url(8, "address art/YYYY/M/D/art_n_n", r"/art/20\d\d/\d{1,2}/\d{1,2}/art_|/art/20\d\d/art_"),
    Signal.text(5, "meta ContentStart", r"""name\s*=\s*["']ContentStart["']"""),
)

_RECORD = re.compile(r"<record>\s*<!\[CDATA\[", re.IGNORECASE)
_STORE = re.compile(r"<datastore>", re.IGNORECASE)
_PROXY = re.compile(r"""[^"'\s<>(=]{0,200}jpage/dataproxy\.jsp[^"'\s<>)]{0,2000}""", re.IGNORECASE)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[(.{0,3000}?)\]\]>", re.DOTALL | re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']([^"']+)["']""")
_TOTAL = re.compile(r"(?:totalRecord\s*[:=]\s*|<totalrecord>)['\"]?(\d+)", re.IGNORECASE)
_PER_PAGE = re.compile(r"perPage\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_GROUP_SIZE = re.compile(r"groupSize\s*[:=]\s*['\"]?(\d+)", re.IGNORECASE)
_OWN_PARAMETERS = ("page=", "startrecord=", "endrecord=", "perpage=")


def read(page: ListingPage) -> Rows:
    """The rows of the datastore, and all groups after the one on the page. A page without a datastore is read as any listing."""
    total = _TOTAL.search(page.text)
    declared = int(total[1]) if total else None
    return Rows(_entries(page), _further(page, declared), declared)


def _entries(page: ListingPage) -> tuple[ListingEntry, ...]:
    records = _records(page)
    if not records:
        return () if _STORE.search(page.text) else links.rows(page)
    found = {entry.url: entry for record in records for entry in links.rows(page, record)[:1]}
    return tuple(found.values())


def _further(page: ListingPage, total: int | None) -> tuple[NextRequest, ...]:
    """The groups after the first. An answer of the paging service tells of none: the first page told of all."""
    held, address = len(_records(page)), _address(page)
    if total is None or address is None or held == 0 or held >= total or _is_answer(page):
        return ()
    per_page, group = _option(_PER_PAGE, page, 15), _option(_GROUP_SIZE, page, 3)
    size = max(held, per_page * group)
    starts = range(held + 1, total + 1, size)
    return tuple(_group(page, address, number, start, min(start + size - 1, total), per_page) for number, start in enumerate(starts, 2))


def _records(page: ListingPage) -> list[str]:
    """The CDATA of each record. Split, not matched to the end: a page of opening tags only must not cost its length squared."""
    return [part.partition("]]>")[0] for part in _RECORD.split(page.text)[1:]]


def _is_answer(page: ListingPage) -> bool:
    return "dataproxy.jsp" in page.url


def _option(pattern: re.Pattern[str], page: ListingPage, default: int) -> int:
    found = pattern.search(page.text)
    return int(found[1]) if found and int(found[1]) else default


def _address(page: ListingPage) -> str | None:
    """The paging service with its parameters: of the next group, else of the pager's options; None where there is neither."""
    group = _NEXT_GROUP.search(page.text)
    link = _HREF.search(group[1]) if group else None
    proxy = _PROXY.search(page.text)
    return unescape(link[1]) if link else unescape(proxy[0]) if proxy else None


def _group(page: ListingPage, address: str, number: int, start: int, end: int, per_page: int) -> NextRequest:
    service, _, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.lower().startswith(_OWN_PARAMETERS)]
    names = {part.partition("=")[0] for part in kept}
    form = [*([] if "col" in names else ["col=1"]), *kept, *([] if "sourceContentType" in names else ["sourceContentType=1"])]
    url = urljoin(page.url, f"{service}?startrecord={start}&endrecord={end}&perpage={per_page}&page={number}")
    return NextRequest(url, "POST", "&".join(form))
