"""TRS WCM (拓尔思), the largest family: static listings whose pager is drawn by script.

Preferred: `createPageHTML(21, 0, "index", "html")` = page count, current page from 0, name, extension; page k is `index_k.html`.
Other ways: `createPage(...)`, `var countPage = 2; var currentPage = 0`, `ele.value>2` with `.shtml`.
Traps: the same function pages long articles (name `t20190918_693227`), its definition stands on the page too, and Ucap has a function of
the same name whose first argument is a string; so the first argument must be a digit and the name no article's. Past the end the
server answers 200 with a stub that sends back to `./`: no entries, which ends the walk.
"""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from crawler.cms import links
from crawler.cms.model import ListingEntry, ListingPage, Match, NextRequest

FAMILY = "trs"

_CALL = re.compile(r"""createPage(?:HTML)?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*["']([\w-]+)["']\s*,\s*["'](\w+)["']""")
_COUNT = re.compile(r"(?:var\s+countPage\s*=|ele\.value\s*>)\s*(?:parseInt\(['\"]?)?(\d+)")
_CURRENT = re.compile(r"var\s+currentPage\s*=\s*(\d+)")
_ARTICLE_NAME = re.compile(r"t\d")
_SIGNALS = (
    ("article links t20YYMMDD_n", re.compile(r"""/t20\d{6}_\d+\.s?html?["']""")),
    ("breadcrumb CurrChnlCls", re.compile(r"""class\s*=\s*["']?CurrChnlCls""")),
    ("search form was40/was5", re.compile(r"was(?:40|5)/")),
    ("TRS editor", re.compile(r"""class\s*=\s*["']?[^"'>]*TRS_(?:Editor|UEDITOR)""")),
)


def recognise(page: ListingPage) -> Match | None:
    """Nine for the pager, five for each of the product's other marks."""
    evidence = [name for name, signal in _SIGNALS if signal.search(page.text)]
    weight = 5 * len(evidence)
    if _pager(page) is not None:
        evidence.append("pager with a digit first")
        weight += 9
    return Match(weight, tuple(evidence)) if evidence else None


def entries(page: ListingPage) -> tuple[ListingEntry, ...]:
    """Rows of any markup: `table.gl_list` and `ul > li` are the most frequent."""
    return links.rows(page)


def further(page: ListingPage) -> tuple[NextRequest, ...]:
    """The pages after this one, in order."""
    pager = _pager(page)
    if pager is None:
        return ()
    count, current, name, extension = pager
    return tuple(NextRequest(urljoin(page.url, f"{name}_{number}.{extension}")) for number in range(current + 1, count))


def declared(page: ListingPage) -> int | None:  # noqa: ARG001
    """The pager counts pages, not entries."""
    return None


def _pager(page: ListingPage) -> tuple[int, int, str, str] | None:
    """Page count, current page from 0, file name and extension; None where the page has no pager of a listing."""
    for count, current, name, extension in _CALL.findall(page.text):
        if not _ARTICLE_NAME.match(name):
            return int(count), int(current), name, extension
    counted = _COUNT.search(page.text)
    if counted is None:
        return None
    current_page = _CURRENT.search(page.text)
    return int(counted[1]), int(current_page[1]) if current_page else _number(page.url), *_name(page)


def _number(url: str) -> int:
    """The page number in an address of the form `index_2.html`; 0 for the first page."""
    found = re.search(r"_(\d+)\.\w+$", urlsplit(url).path)
    return int(found[1]) if found else 0


def _name(page: ListingPage) -> tuple[str, str]:
    """Name and extension of the first page: of the address, else `index` with the extension the script prints."""
    file = re.search(r"/([A-Za-z][\w-]*?)(?:_\d+)?\.(s?html?)$", urlsplit(page.url).path)
    if file:
        return file[1], file[2]
    printed = re.search(r"""["']\.(s?html?)["']""", page.text)
    return "index", printed[1] if printed else "html"
