"""Epoint (新点 EWB): columns drawn by a service, `/dynamic/zwgk/govInfoPub.html?deptcode=&categorynum=`, or static ones, `/govxxgk/...`.

Preferred: POST `/{project}/rest/lightfrontaction/getgovinfolist` with JSON {deptcode, categorynum, pageIndex, pageSize, siteGuid}, which
answers `custom.data` and `custom.total`. `siteGuid` and the project stand in a script file of the page (`webBuilderCommon.js` or
`ajaxReq.js`), so that file is asked for first, unless the page itself says them. Some hosts want the values wrapped in `params`, as JSON
or as a form: where one form is not understood the next is tried.
Other way: static columns, page n is `n.html`, with a pager of `li.wb-page-li`.
Traps: pages count from 0 on some hosts and from 1 on others: 1 is asked first and on to the last, and where that is empty the host
counts from 0, so 0 is left to ask; `title` may be cut, `realtitle` is whole; a page that is not there answers 200 with 您访问的页面不存在.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.cms import columns, links, pagers, values
from crawler.cms.model import MAX_LISTINGS, ListingEntry, ListingPage, NextRequest, Rows, Signal, SubListing

FAMILY = "epoint"
LISTING = (
    Signal.text(9, "service lightfrontaction", r"\blightfrontaction/", "lightfrontaction/"),
    Signal.text(9, "script webBuilderCommon.js", r"webBuilderCommon\.js", "webBuilderCommon.js"),
    Signal.text(9, "links into /govxxgk/", r"/govxxgk/", "/govxxgk/"),
    Signal.url(9, "address /govxxgk/", r"/govxxgk/"),
)
ARTICLE = (
    Signal.url(9, "address govxxgk/dept/day/uuid", r"/govxxgk/[\w-]{1,60}/20\d\d-?\d\d-?\d\d/[0-9A-Za-z-]{16,40}\.html"),
    Signal.text(9, "script webBuilderCommon.js", r"webBuilderCommon\.js", "webBuilderCommon.js"),
    Signal.text(5, "body ewb-article-content", r"""class\s*=\s*["']?[^"'<>]{0,80}\bewb-article-content\b""", "ewb-article-content"),
)

PER_PAGE = 15
_FILES = 4  # script files of a page that are asked for
_WRAPPINGS = ("plain", "params", "form")  # how a host wants the values, tried in this order unless a script shows it

_GONE = re.compile(r"<title>[^<]{0,60}您访问的页面不存在")
_SCRIPTS = re.compile(r"""["']([^"'\s<>]{0,300}/(?:webBuilderCommon|ajaxReq)\.js(?:\?[^"'\s<>]{0,100})?)["']""")
_GUID = re.compile(r"""siteGuid["']?\s{0,9}[:=]\s{0,9}["']([0-9A-Za-z-]{8,60})["']""", re.IGNORECASE)
_SERVICE = re.compile(r"/rest/lightfrontaction/(\w{1,60})")
_PROJECT = re.compile(r"\b(EWB[-_]FRONT|EWB_YK_Mid|Epoint-MiddleForWeb)\b")
_PROJECT_NAME = re.compile(r"""project_?name["']?\s{0,9}[:=]\s{0,9}["']/?([\w-]{1,60})/?["']""", re.IGNORECASE)
_FORM = re.compile(r"""params["']?\s{0,9}:\s{0,9}JSON\.stringify\(""")
_PARAMS = re.compile(r"""params["']?\s{0,9}:\s{0,9}(?:\{|[a-zA-Z_]\w{0,40}\s{0,9}\})""")
_PLACE = re.compile(r"""wb-page-li[^<>]{0,200}>(?:\s|<[^<>]{0,200}>){0,9}(\d{1,5})(?:\s|&nbsp;){0,9}/(?:\s|&nbsp;){0,9}(\d{1,5})\b""")
_NUMBERED = pagers.Numbering(
    "PORTALS.md section 10: page n is n.html", re.compile(r"/(?:[A-Za-z][\w-]*\.html?|\d{1,5}\.html?)?$"), "/{n}.html"
)
_STATIC = re.compile(r"/govxxgk/([\w-]{1,60})/(category/.{1,200})")


def read(page: ListingPage) -> Rows:
    """The rows of a static page or of an answer; for a page drawn by the service the request that leads there."""
    if _GONE.search(page.text[:5000]):
        return Rows(problem=("soft_404", "the server says 您访问的页面不存在 with status 200"))
    state = {"page": page.url, **values.unpack(page.state)}
    if state.get("step") == "script":
        return _called(page, state)
    if state.get("step") == "rows":
        return _answer(page, state)
    return _static(page) if _category(page.url) is None else _dynamic(page)


def _category(url: str) -> str | None:
    """The category of a dynamic column; None for a page that is none, and for one of all categories."""
    return dict(parse_qsl(urlsplit(url).query)).get("categorynum")


def _static(page: ListingPage) -> Rows:
    counted, place = pagers.counts(page), _PLACE.search(page.text)
    if place and 1 <= int(place[1]) <= int(place[2]):
        counted = pagers.Counts(counted.declared, int(place[2]), int(place[1]))
    return Rows(links.rows(page), pagers.further(page, counted, (_NUMBERED,)), counted.declared, counted.pages, _columns(page))


# ------------------------------------------------------------------------------------------------ the service


def _dynamic(page: ListingPage) -> Rows:
    """The first call where the page says siteGuid, else the script files that say it."""
    query = dict(parse_qsl(urlsplit(page.url).query))
    state = {"deptcode": query.get("deptcode", ""), "categorynum": query.get("categorynum", ""), "page": page.url, **_told(page.text)}
    listings = _columns(page)
    if "siteGuid" in state:
        return Rows(further=(_call(state, 1),), listings=listings)
    named = sorted(dict.fromkeys(_SCRIPTS.findall(page.text)), key=lambda file: "webBuilderCommon" not in file)[:_FILES]
    further = _script(state, [url for file in named if (url := pagers.resolved(file, page.url))])
    problem = None if further or listings else ("js_only", "no script of the page names the service of its rows")
    return Rows(further=further, listings=listings, problem=problem)


def _script(state: dict[str, str], files: list[str]) -> tuple[NextRequest, ...]:
    """The first of some script files; the others are asked for only where it does not say siteGuid."""
    if not files:
        return ()
    return (NextRequest(files[0], referer=state["page"], state=values.pack(**{**state, "step": "script", "files": " ".join(files[1:])})),)


def _told(text: str) -> dict[str, str]:
    """What a page or script says of the service: siteGuid, the service's project and action, how it wants its values."""
    guid, service = _GUID.search(text), _SERVICE.search(text)
    near = values.enclosing(text, service.start(), service.end()) if service else ""
    told = {
        "siteGuid": guid[1] if guid else "",
        "project": _project(text, service),
        "action": service[1] if service else "",
        "wrapping": "form" if _FORM.search(near) else "params" if _PARAMS.search(near) else "",
    }
    return {name: value for name, value in told.items() if value}


def _project(text: str, service: re.Match[str] | None) -> str:
    """The first part of the service's address: as it is written there, else as a variable gives it; empty where neither does."""
    written = values.path_before(text, service.start()).strip("./") if service else ""
    named = next((found[1] for find in (_PROJECT_NAME, _PROJECT) if (found := find.search(text))), "")
    return written if re.fullmatch(r"[\w-]{1,60}", written) else named


def _called(page: ListingPage, state: dict[str, str]) -> Rows:
    """The first call, with what the script file says; what the page itself said goes before it. The next file where it says nothing."""
    files = state.pop("files", "").split()
    told = {**_told(page.text), **state}
    if "siteGuid" in told:
        return Rows(further=(_call(told, 1),))
    further = _script(told, files)
    return Rows(further=further, problem=None if further else ("unparsed", "no script file says the siteGuid that the service wants"))


def _call(state: dict[str, str], number: int) -> NextRequest:
    """The call for a page, numbered as the service does."""
    sent = {name: state.get(name, "") for name in ("deptcode", "categorynum", "siteGuid")}
    parameters = {**sent, "pageIndex": number, "pageSize": PER_PAGE}
    kept = {**state, "step": "rows", "index": str(number), "wrapping": state.get("wrapping") or _WRAPPINGS[0]}
    url = urljoin(state["page"], f"/{state.get('project') or 'EWB-FRONT'}/rest/lightfrontaction/{state.get('action') or 'getgovinfolist'}")
    body, content_type = _body(parameters, kept["wrapping"])
    return NextRequest(url, "POST", body, content_type, state["page"], values.pack(**kept))


def _body(parameters: dict[str, Any], wrapping: str) -> tuple[str, str]:
    if wrapping == "form":
        return urlencode({"params": json.dumps(parameters, ensure_ascii=False)}), "application/x-www-form-urlencoded"
    return json.dumps({"params": parameters} if wrapping == "params" else parameters, ensure_ascii=False), "application/json"


# ------------------------------------------------------------------------------------------------ answers


def _answer(page: ListingPage, state: dict[str, str]) -> Rows:
    """The rows of an answer, and the calls that are left: after the first page all others, after an empty last one page 0."""
    custom = values.at(values.answer(page.text), "custom")
    rows, total = values.records(values.at(custom, "data")), values.count(values.at(custom, "total"))
    index = values.count(state.get("index")) or 0
    understood = values.at(custom, "data") is not None or total is not None
    if "pages" not in state and (not understood or (index == 0 and not rows and not total)):
        return _otherwise(state)
    if not understood:
        return Rows(problem=("unparsed", f"page {index} of the service of the column is no list of rows"))
    entries = {entry.url: entry for row in rows if (entry := _entry(state, row))}
    pages = values.count(state.get("pages")) or (_pages(total, len(rows)) if total else None)
    known = state | {"pages": str(pages)} if pages else state
    return Rows(tuple(entries.values()), tuple(_call(known, number) for number in _left(index, pages, bool(rows))), total, pages)


def _pages(total: int, held: int) -> int:
    """How many pages there are, where page 1 holds `held` rows. Fewer than asked for are the host's own page size, unless they are what
    is left after a full page: then the host counts from 0 and this is its second.
    """
    size = held if 0 < held < min(PER_PAGE, total) and held != total - PER_PAGE else PER_PAGE
    return -(-total // size)


def _left(index: int, pages: int | None, rows: bool) -> range:
    """The pages to ask for after page `index`. An empty page where there should be a last one means that the host counts from 0."""
    if index == 0:
        return range(0)
    if not rows:
        return range(1) if pages is None or index >= pages else range(0)
    if pages is None:
        return range(index + 1, index + 2) if index < values.MAX_PAGES else range(0)
    return range(2, min(pages, values.MAX_PAGES) + 1) if index == 1 else range(0)


def _otherwise(state: dict[str, str]) -> Rows:
    """The first page asked for with its values in a form not tried yet: a host that does not know it answers nothing, or no rows."""
    tried = [*state.get("tried", "").split(), state.get("wrapping", "")]
    left = next((wrapping for wrapping in _WRAPPINGS if wrapping not in tried), None)
    if left is None:
        return Rows(problem=("unparsed", "the service of the column answered no rows, however it was asked"))
    return Rows(further=(_call({**state, "wrapping": left, "tried": " ".join(tried)}, 1),))


def _entry(state: dict[str, str], row: dict[str, Any]) -> ListingEntry | None:
    link, title = values.first(row, "infourl", "url", "href"), values.first(row, "realtitle", "title")
    rooted = link if not link or link.startswith("/") or "://" in link[:10] else f"/{link}"
    url = pagers.resolved(rooted, state["page"])
    listed_on = values.days(row, "infodate", "webdate", "publishdate", "date")
    return ListingEntry(url, title, listed_on, values.first(row, "deptname", "ouname") or None) if url and title else None


# ------------------------------------------------------------------------------------------------ other listings


def _columns(page: ListingPage) -> tuple[SubListing, ...]:
    """The same column of the agencies that the page links, and the columns of annual reports where the page is of no category."""
    own, found = _place(page.url), dict[str, SubListing]()
    for url, text in columns.beside(page, "deptcode=", "categorynum=", "category/"):
        listing = _other(page, own, url, text)
        if listing and listing.request.url != page.url:
            found.setdefault(listing.request.url, listing)
    return tuple(found.values())[:MAX_LISTINGS]


def _other(page: ListingPage, own: Place, url: str, text: str) -> SubListing | None:
    """The listing that a link of a tree leads to; None for another category, and for a link of another kind."""
    agency, column = _place(url)
    if agency is None or urlsplit(url).hostname != urlsplit(page.url).hostname:
        return None
    if own.column is None:
        return SubListing(NextRequest(url), "column") if column and columns.names_reports(text) else None
    name = columns.agency(text)
    if name is None or agency == own.agency or column not in (own.column, None):
        return None
    whole = url if column else f"{url}&{urlencode({'categorynum': own.column})}"
    return SubListing(NextRequest(whole), "agency", name)


class Place(NamedTuple):
    """The agency and the column that an address tells, of either kind; None for what it does not tell."""

    agency: str | None
    column: str | None


def _place(url: str) -> Place:
    parts = urlsplit(url)
    static = _STATIC.search(parts.path)
    if static:
        return Place(static[1], static[2].rpartition("/")[0])
    query = dict(parse_qsl(parts.query))
    return Place(query.get("deptcode", "" if query.get("categorynum") else None), query.get("categorynum"))
