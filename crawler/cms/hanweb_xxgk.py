"""Hanweb (大汉) directory of disclosed information: the rows of a column come from `/module/xxgk/search.jsp`, page by page.

Preferred: POST of the form whose values stand in the page's script, its inputs or the addresses it names: infotypeId, jdid, area, divid ...
Other way: none (GET is accepted too). Rows are `tr.tr_main_value_odd` and `_even` with `a.bt_link`, the third cell is the date; the
answer says 共N页.
Traps: an answer may hold the rows of the whole district, so of a column's page (`div<col>`) only `art_<col>_` articles are kept; `area`
stands in the address of `tree.jsp` where the form lacks it; a column that links its articles itself has the search box all the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urljoin

from crawler.cms import dates, links, pagers, services, values
from crawler.cms.model import ListingEntry, ListingPage, NextRequest, Rows, Signal

if TYPE_CHECKING:
    from lxml import html

FAMILY = "hanweb_xxgk"
LISTING = (Signal.text(9, "service module/xxgk/search.jsp or tree.jsp", r"/module/xxgk/(?:search|tree)\.jsp", "/module/xxgk/"),)
ARTICLE = LISTING

_FIELDS = (  # of the form, PORTALS.md section 4
    "infotypeId", "jdid", "area", "divid", "vc_title", "sortfield", "currpage", "standardXxgk", "isAllList", "texttype", "fbtime"
)  # fmt: skip
_SEARCH = "/module/xxgk/search.jsp"
_QUERY = re.compile(r"/module/xxgk/(?:search|tree)\.jsp\?([^\"'\s<>]{1,2000})", re.IGNORECASE)
_DATA = re.compile(r"""["']\??((?:\w{2,30}=[^"'\s<>&=]{0,200}&(?:amp;)?){2,40}\w{2,30}=[^"'\s<>&]{0,200})["']""")
_NEAR = 3000  # characters around the service's address in which a script names its values
_COLUMN = re.compile(r"/col/col(\d+)/|^div(\d+)$")
_ARTICLE_COLUMN = re.compile(r"/art_(\d+)_\d+")
_PAGES = re.compile(r"共(?:\s|&nbsp;|<[^<>]{0,100}>){0,9}(\d{1,5})(?:\s|&nbsp;|<[^<>]{0,100}>){0,9}页")
_ROW = "tr_main_value_"


def read(page: ListingPage) -> Rows:
    """The rows of an answer and the pages after it; of a column's own page the request for its first page of rows."""
    state = values.unpack(page.state)
    base, form = state.pop("base", page.url), state or _form(page)
    service = state.pop("service", "") or _service(page)
    listing = replace(page, url=base)
    entries = _own(_entries(listing, bool(page.state)), form.get("divid", ""), base)
    if not page.state and not _lines(page):
        return _column(page, service, form)
    printed = _PAGES.search(page.text)
    pages, current = int(printed[1]) if printed else 1, int(form.get("currpage") or 1)
    numbers = range(current + 1, min(pages, current + pagers.MAX_PAGES) + 1)
    further = tuple(_request(base, service, form, number) for number in numbers) if service else ()
    return Rows(entries, further, pages=pages if printed else None)


def _column(page: ListingPage, service: str, form: dict[str, str]) -> Rows:
    """A column's page without the table: the request for its rows, unless the page itself links articles of the column."""
    column = _COLUMN.search(page.url)
    held = links.rows(page)
    if service and not (column and any(f"/art_{column[1]}_" in entry.url for entry in held)):
        return Rows(further=(_request(page.url, service, form, 1),))
    return pagers.read(page)


def _entries(page: ListingPage, is_answer: bool) -> tuple[ListingEntry, ...]:
    """The rows of the table; of an answer in another markup all its rows."""
    lines = _lines(page)
    if not lines:
        return links.rows(page) if is_answer else ()
    return tuple({entry.url: entry for line in lines if (entry := _entry(page, line))}.values())


def _lines(page: ListingPage) -> list[html.HtmlElement]:
    return [] if page.tree is None or _ROW not in page.text else [line for line in page.tree.iter("tr") if _ROW in line.get("class", "")]


def _entry(page: ListingPage, line: html.HtmlElement) -> ListingEntry | None:
    """A row: the link `bt_link`, the third cell is the date. A row holds hidden details (a tooltip) with dates of their own."""
    link = next((link for link in line.iter("a") if "bt_link" in link.get("class", "").split()), None)
    cells = list(line.iterchildren("td"))
    entry = links.row(page, line if link is None else link)
    if entry is None:
        return None
    day = dates.printed(cells[2].text_content(), entry.url) if len(cells) > 2 else None
    whole = links.row(page, line)
    return replace(entry, listed_on=day or (whole.listed_on if whole else None))


def _own(entries: tuple[ListingEntry, ...], divid: str, base: str) -> tuple[ListingEntry, ...]:
    """The articles of the column the page is of; all of them where the page is of no column, or their addresses state none."""
    column = _COLUMN.search(divid) or _COLUMN.search(base)
    if column is None:
        return entries
    own = column[1] or column[2]
    return tuple(entry for entry in entries if (found := _ARTICLE_COLUMN.search(entry.url)) is None or found[1] == own)


def _service(page: ListingPage) -> str:
    """The address of the service as the page names it, without parameters; that of a page which only names the tree; empty without both."""
    found = services.address(page.text, _SEARCH).partition("?")[0]
    return found or (_SEARCH if "/module/xxgk/tree.jsp" in page.text else "")


def _form(page: ListingPage) -> dict[str, str]:
    """The values of the form, by trust: the inputs of the page, addresses with parameters, names in the script near the service."""
    found: dict[str, str] = {}
    for field in () if page.tree is None else page.tree.iter("input"):
        found.setdefault(field.get("name") or field.get("id") or "", field.get("value") or "")
    for query in (*_QUERY.findall(page.text)[:9], *_DATA.findall(page.text)[:9]):
        found = {**dict(parse_qsl(unescape(query), keep_blank_values=True)), **{name: value for name, value in found.items() if value}}
    service = page.text.find("/module/xxgk/")
    near = values.literals(page.text[max(0, service - _NEAR) : service + _NEAR])
    form = {name: found.get(name) or near.get(name, "") for name in _FIELDS}
    column = _COLUMN.search(page.url)
    return {**form, "divid": form["divid"] or (f"div{column[1]}" if column else "")}


def _request(base: str, service: str, form: dict[str, str], number: int) -> NextRequest:
    fields = {**form, "currpage": str(number)}
    state = values.pack(**fields, base=base, service=service)
    return NextRequest(urljoin(base, service), "POST", urlencode(fields), referer=base, state=state)
