"""Lonsun (龙讯, 安徽 and others): `/public/column/{organ}?type=3&action=list`, articles `/public/{organ}/{id}.html`.

Preferred: the service `/site/label/8888?labelName=publicInfoList&...` that the page itself calls for its rows, with the values of the
page's script; it answers with blocks `.xxgk_nav_con`, or with JSON where the page asks for `isJson=true`. Rows that the server drew
into the page count as the first answer. Other way: the links of the pager, where the page calls no service.
What a page lists is its `type`: 1 rules, 2 guide, 3 annual report, 4 catalogue, 5 requests. A page of another type leads to type 3 of
the same agency, unless it names one category (`catId`). The agencies in the tree beside it are listings in their own right.
Traps: `length` cuts titles, so a great one is sent; `type` is also what jQuery calls the method, so it counts only as a digit; other
blocks of a page call the same service with another label.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import columns, links, pagers, values
from crawler.cms.model import MAX_LISTINGS, ListingEntry, ListingPage, NextRequest, Rows, Signal, SubListing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

FAMILY = "lonsun"
LISTING = (
    Signal.text(10, "service site/label/8888", r"/site/label/8888", "/site/label/8888"),
    Signal.url(10, "address public/column/n?type=", r"/public/column/\d{1,12}\?(?:[^#]*&)?type="),
)
ARTICLE = (
    Signal.url(8, "address public/n/n.html", r"/public/\d{1,12}/\d{1,12}\.html"),
    Signal.text(5, "body newscontnet (sic)", r"""class\s*=\s*["']?[^"'<>]{0,80}\bnewscontnet\b""", "newscontnet"),
    Signal.text(5, "table xxgk_table", r"""class\s*=\s*["']?[^"'<>]{0,80}\bxxgk_table\b""", "xxgk_table"),
)

REPORTS = "3"  # the type of annual reports
_LENGTH = "200"  # characters of a title the service is asked for
_CALLS = 20  # calls of a page that are looked at
_DEFAULTS = {
    "labelName": "publicInfoList",
    "siteId": "",
    "organId": "",
    "type": "",
    "catId": "",
    "pageSize": "15",
    "action": "list",
    "isDate": "true",
    "dateFormat": "yyyy-MM-dd",
    "length": _LENGTH,
    "file": "/xxgk/publicInfoList_newest2020",
    "IsAjax": "1",
    "dataType": "html",
}
_OPTIONAL = ("cId", "isJson", "result")
_OF_ADDRESS = ("type", "catId", "cId")

_COLUMN = "public/column/"

_SERVICE = re.compile(r"""/site/label/8888(?:\?[^"'\s<>()]{0,1000})?""")
_LABEL = re.compile(r"""labelName["']?\s{0,9}:\s{0,9}["']publicInfoList\b""")
_ORGAN = re.compile(r"/public/column/(\d{1,12})(?=[/?#]|$)")
_HIDDEN = re.compile(r"""<input\s[^<>]{0,200}?(?:id|name)\s*=\s*["'](siteId|organId)["'][^<>]{0,200}?value\s*=\s*["'](\w{1,40})["']""")
_PAGE_COUNT = re.compile(r"""(?<![\w$])pageCount["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,6})""")
_TOTAL = re.compile(r"""(?<![\w$])(?:total(?:Count)?|recordCount)["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,7})""")


def read(page: ListingPage) -> Rows:
    """The rows of a page or of an answer, the calls for all further pages, and the listings of other agencies."""
    if page.state:
        return _answer(page, values.unpack(page.state))
    listings = tuple(_listings(page))[:MAX_LISTINGS]
    if column := _report_column(page):
        return Rows(listings=(column, *listings))
    entries, pages = _entries(page), _number(_PAGE_COUNT, page)
    service = _service(page)
    if service is None:
        counted = pagers.counts(page)
        return Rows(entries, pagers.further(page, counted), counted.declared, counted.pages, listings)
    address, parameters = service
    further = _calls(page, address, parameters, 2 if entries else 1, pages)
    return Rows(entries, further, _declared(page, entries), pages, listings)


# ------------------------------------------------------------------------------------------------ the service


def _service(page: ListingPage) -> tuple[str, dict[str, str]] | None:
    """The service and the values it is called with: those of the address first, then those beside the call, then those of the page."""
    call = _call(page.text)
    if call is None:
        return None
    address, _, query = call[0].replace("&amp;", "&").partition("?")
    beside = {**values.literals(_named_list(page.text)), **values.literals(call[1])}
    if not beside.get("type", "").isdecimal():
        beside.pop("type", None)
    of_page = {name: value for name, value in values.literals(page.text).items() if name in ("siteId", "organId")}
    told = {**dict(_HIDDEN.findall(page.text)), **of_page, **beside, **dict(parse_qsl(query)), **_of_address(page.url)}
    parameters = {name: told.get(name) or default for name, default in _DEFAULTS.items()}
    parameters |= {name: told[name] for name in _OPTIONAL if told.get(name)}
    return address, {**parameters, "length": _LENGTH}


def _call(text: str) -> tuple[str, str] | None:
    """The call of the list of a catalogue with the script object it is made by; else the first call. None where the page makes none."""
    calls = [
        (values.path_before(text, call.start()) + call[0], values.enclosing(text, call.start(), call.end()))
        for call, _ in zip(_SERVICE.finditer(text), range(_CALLS), strict=False)
    ]
    return next((call for call in calls if "publicInfoList" in call[0] + call[1]), calls[0] if calls else None)


def _named_list(text: str) -> str:
    """The script object that names the list of a catalogue, where it stands apart from the call (`data: params`); '' for none."""
    named = _LABEL.search(text)
    return values.enclosing(text, named.start(), named.end()) if named else ""


def _of_address(url: str) -> dict[str, str]:
    """What the address of a listing says: the agency, the type, the category."""
    organ = _organ(url)
    query = {name: value for name, value in parse_qsl(urlsplit(url).query) if name in _OF_ADDRESS}
    return {**query, **({"organId": organ} if organ else {})}


def _calls(page: ListingPage, address: str, parameters: dict[str, str], start: int, pages: int | None) -> tuple[NextRequest, ...]:
    """The calls for the pages from `start` on; for that page alone where nobody says how many there are."""
    last = start if pages is None else min(pages, values.MAX_PAGES)
    return tuple(_page(urljoin(page.url, address), parameters, number) for number in range(start, last + 1))


def _page(address: str, parameters: dict[str, str], number: int) -> NextRequest:
    state = values.pack(**{**parameters, "service": address, "page": str(number)})
    return NextRequest(f"{address}?{urlencode({**parameters, 'pageIndex': number})}", state=state)


def _answer(page: ListingPage, state: dict[str, str]) -> Rows:
    """The rows of an answer. The page after it is asked for as long as rows come, where the answer does not say how many there are."""
    number, address = values.count(state.pop("page", "")) or 1, state.pop("service", "")
    data = values.answer(page.text)
    entries = _records(page, data) if data is not None else _entries(page)
    pages = _number(_PAGE_COUNT, page)
    following = _calls(page, address, state, number + 1, pages) if address and (entries or pages) and number < values.MAX_PAGES else ()
    return Rows(entries, following, _declared(page, entries), pages)


def _declared(page: ListingPage, entries: tuple[ListingEntry, ...]) -> int | None:
    """The total a script prints; None where it counts something else, being less than the rows on the page."""
    total = _number(_TOTAL, page)
    return total if entries and total and total >= len(entries) else None


def _number(pattern: re.Pattern[str], page: ListingPage) -> int | None:
    """A count that a script prints; None for none and for the 0 that a variable starts with."""
    return next((int(found) for found in pattern.findall(page.text) if int(found)), None)


# ------------------------------------------------------------------------------------------------ rows


def _entries(page: ListingPage) -> tuple[ListingEntry, ...]:
    """The rows of the catalogue's blocks; of any markup where there are none."""
    if page.tree is None:
        return ()
    blocks = [block for block in page.tree.iter("ul", "div", "li", "tr", "dl") if "xxgk_nav_con" in block.get("class", "").split()]
    base = ListingPage(links.base_of(page), "")  # the address once for all blocks: a page is searched whole for its base element
    found = {entry.url: entry for block in blocks[: links.MAX_LINKS] for entry in _block(base, block)}
    return tuple(found.values()) if blocks else links.rows(page)


def _block(base: ListingPage, block: html.HtmlElement) -> tuple[ListingEntry, ...]:
    """The row that a block is. A block of several titles holds rows of any markup."""
    anchors = [anchor for anchor in block.iter("a") if anchor.get("href")]
    titled = [anchor for anchor in anchors if "title" in anchor.get("class", "").split()] or anchors
    if len({anchor.get("href") for anchor in titled}) > 1:
        return links.rows(base, block)
    entry = links.row(base, block)
    return (entry,) if entry else ()


def _records(page: ListingPage, data: Any) -> tuple[ListingEntry, ...]:
    """The rows of a JSON answer."""
    found = {entry.url: entry for row in values.table(data, "title") if (entry := _record(page, row))}
    return tuple(found.values())


def _record(page: ListingPage, row: dict[str, Any]) -> ListingEntry | None:
    title, organ, number = values.first(row, "title"), values.first(row, "organId"), values.first(row, "contentId", "id")
    link = values.first(row, "link", "url", "linkUrl", "href") or (f"/public/{organ}/{number}.html" if organ and number else "")
    url = pagers.resolved(link, page.url)
    listed_on = values.days(row, "publishDate", "publishTime", "date", "createDate")
    return ListingEntry(url, title, listed_on, values.first(row, "organName", "author") or None) if url and title else None


# ------------------------------------------------------------------------------------------------ other listings


def _report_column(page: ListingPage) -> SubListing | None:
    """The annual reports of the agency whose other column this is; None for a column of reports, and for one category."""
    told, organ = _of_address(page.url), _organ(page.url)
    if organ is None or told.get("catId") or told.get("type") in (None, REPORTS):
        return None
    for url, text in columns.beside(page, _COLUMN):
        if _organ(url) == organ and (_of_address(url).get("type") == REPORTS or columns.names_reports(text)):
            return SubListing(NextRequest(url), "column")
    return None


def _listings(page: ListingPage) -> Iterator[SubListing]:
    """The annual reports of the other agencies that the page links by their names, each once."""
    seen = {_organ(page.url)}
    for url, text in columns.beside(page, _COLUMN):
        organ, name = _organ(url), columns.agency(text)
        if name and organ not in seen:
            seen.add(organ)
            reports = urlsplit(url)._replace(query=urlencode({"type": REPORTS, "action": "list"}), fragment="").geturl()
            yield SubListing(NextRequest(reports), "agency", name)


def _organ(url: str) -> str | None:
    found = _ORGAN.search(url)
    return found[1] if found else None
