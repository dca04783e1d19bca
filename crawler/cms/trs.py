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
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal

FAMILY = "trs"

_CALL = re.compile(r"""createPage(?:HTML)?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*["']([\w-]+)["']\s*,\s*["'](\w+)["']""")
_COUNT = re.compile(r"(?:var\s+countPage\s*=|ele\.value\s*>)\s*(?:parseInt\(['\"]?)?(\d+)")
_CURRENT = re.compile(r"var\s+currentPage\s*=\s*(\d+)")
_ARTICLE_NAME = re.compile(r"t\d")
LISTING = (
    Signal.text(9, "pager createPageHTML with a digit first", r"""createPage(?:HTML)?\(\s*\d+\s*,\s*\d+\s*,\s*["'](?!t\d)"""),
    Signal.text(9, "pager var countPage", r"var\s+countPage\s*=\s*\d|ele\.value\s*>\s*\d"),
    Signal.text(5, "article links t20YYMMDD_n", r"""/t20\d{6}_\d+\.s?html?["']"""),
    Signal.text(5, "breadcrumb CurrChnlCls", r"""class\s*=\s*["']?CurrChnlCls"""),
    Signal.text(5, "search form was40/was5", r"was(?:40|5)/"),
)
ARTICLE = (
    Signal.url(9, "address t20YYMMDD_n", r"/t20\d{6}_\d+(?:_\d+)?\.s?html?$"),
    Signal.text(5, "TRS editor", r"""class\s*=\s*["']?[^"'>]{0,80}TRS_(?:Editor|UEDITOR)"""),
    Signal.text(5, "breadcrumb CurrChnlCls", r"""class\s*=\s*["']?CurrChnlCls"""),
)


def read(page: ListingPage) -> Rows:
    """Rows of any markup (`table.gl_list` and `ul > li` are the most frequent), and the pages after this one in order."""
    pager = _pager(page)
    if pager is None:
        return Rows(links.rows(page))
    count, current, name, extension = pager
    further = (NextRequest(urljoin(page.url, f"{name}_{number}.{extension}")) for number in range(current + 1, count))
    return Rows(links.rows(page), tuple(further), pages=count)


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
