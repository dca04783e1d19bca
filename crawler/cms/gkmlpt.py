"""gkmlpt (广东政府信息公开目录管理平台): one page for all categories, `/gkmlpt/annualreport#2629`; rows come from a service only.

Preferred: `window._CONFIG` on the page (an object of JavaScript, not JSON) gives SID and the TREE of categories, and
GET `/gkmlpt/api/all/{category}?page=N&sid={SID}` answers with the rows, 100 a page. The category is the fragment of the address, which no
server ever sees: whoever fetches the page hands it over in `ListingPage.url`. Other way: without a fragment all categories of the tree
named 年报 or 年度报告 are listings of their own.
Traps: page 0 is page 1, so counting starts at 1; times are seconds since 1970, shown as days in China; a category with `jump_url`
lives elsewhere; departments of a city have a prefix (`/lhqkjhgyxxhj/gkmlpt/...`) which the service's address keeps; `mpost_` is the
mobile twin of `post_`; the site may answer http only, so no address changes its scheme.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit

from crawler.cms import columns, links, pagers, values
from crawler.cms.model import MAX_LISTINGS, ListingEntry, ListingPage, NextRequest, Rows, Signal, SubListing

FAMILY = "gkmlpt"
LISTING = (
    Signal.text(10, "window._CONFIG with SID", r"""(?s)\A(?=.*?window\._CONFIG).*?\bSID["']?\s{0,9}:""", "window._CONFIG"),
    Signal.url(10, "address /gkmlpt/", r"/gkmlpt/"),
)
ARTICLE = (
    Signal.url(10, "address /gkmlpt/content/", r"/gkmlpt/content/"),
    Signal.text(10, "window._CONFIG with DETAIL", r"""(?s)\A(?=.*?window\._CONFIG).*?\bDETAIL["']?\s{0,9}:""", "window._CONFIG"),
)

PER_PAGE = 100
_CONFIG = "window._CONFIG"
_SID = re.compile(r"""(?<![\w$])SID["']?\s{0,9}:\s{0,9}["']?(\w{1,40})""")
_ROOT = re.compile(r"^.*?/gkmlpt/")
_CATEGORY = re.compile(r"\d{1,12}")


def read(page: ListingPage) -> Rows:
    """An answer of the service as rows; the page itself as requests for them, by its fragment or by the names of its categories."""
    if page.state or "/gkmlpt/api/" in page.url:
        return _answer(page)
    config = page.text[max(page.text.find(_CONFIG), 0) :]
    sid = _SID.search(config)
    if sid is None:
        return Rows(links.rows(page))
    category = urldefrag(page.url).fragment
    tree = tuple(values.nodes(values.assigned(config, "TREE")))
    if _CATEGORY.fullmatch(category):
        jump = next((_jump(page, node) for node in tree if values.plain(node.get("id")) == category), None)
        return Rows(listings=(jump,)) if jump else Rows(further=(_request(page, sid[1], category, 1),))
    listings = [_jump(page, node) or SubListing(_request(page, sid[1], values.plain(node["id"]), 1), "column") for node in _reports(tree)]
    return Rows(listings=tuple(listings[:MAX_LISTINGS])) if listings else Rows(links.rows(page))


def _reports(tree: tuple[dict[str, Any], ...]) -> list[dict[str, Any]]:
    """The categories of annual reports with all below them: a portal may keep a category for each year."""
    found: dict[str, dict[str, Any]] = {}
    for node in tree:
        if columns.names_reports(values.first(node, "name")):
            for below in values.nodes([node]):
                found.setdefault(values.plain(below.get("id")), below)
    return [node for key, node in found.items() if _CATEGORY.fullmatch(key)]


def _jump(page: ListingPage, node: dict[str, Any]) -> SubListing | None:
    """The listing elsewhere that a category stands for; None for a category of this platform."""
    url = pagers.resolved(values.first(node, "jump_url"), page.url)
    return SubListing(NextRequest(url), "column") if url else None


def _request(page: ListingPage, sid: str, category: str, number: int) -> NextRequest:
    root = _ROOT.match(urlsplit(page.url).path)
    url = urljoin(page.url, f"{root[0] if root else '/gkmlpt/'}api/all/{category}?{urlencode({'page': number, 'sid': sid})}")
    return NextRequest(url, referer=urldefrag(page.url).url, state=values.pack(sid=sid, category=category, page=number))


# ------------------------------------------------------------------------------------------------ answers of the service


def _answer(page: ListingPage) -> Rows:
    """The rows of an answer; the first page tells of all others. `unparsed` where it is no answer of this service."""
    data, state = values.answer(page.text), values.unpack(page.state)
    if not isinstance(data, dict) or not isinstance(data.get("articles"), list):
        return Rows(problem=("unparsed", "the catalogue service answered with something else than its rows"))
    articles = values.records(data["articles"])
    total = values.count(data.get("total"))
    declared = values.count(values.at(data, "classify", "post_count")) if total is None else total
    first = state.get("page") == "1"  # only its size is that of all pages; the last one is shorter
    pages = max(-(-declared // _size(articles, declared)), 1) if first and declared is not None else None
    entries = {entry.url: entry for article in articles if (entry := _entry(page, article))}
    return Rows(tuple(entries.values()), _further(page, state, pages), declared, pages)


def _size(articles: tuple[dict[str, Any], ...], declared: int) -> int:
    """Rows a page: 100, or fewer where a full page of this host is smaller."""
    return len(articles) if 0 < len(articles) < min(PER_PAGE, declared) else PER_PAGE


def _further(page: ListingPage, state: dict[str, str], pages: int | None) -> tuple[NextRequest, ...]:
    sid, category = state.get("sid"), state.get("category")
    if not (sid and category and pages and state.get("page") == "1"):
        return ()
    return tuple(_request(page, sid, category, number) for number in range(2, min(pages, values.MAX_PAGES) + 1))


def _entry(page: ListingPage, article: dict[str, Any]) -> ListingEntry | None:
    """A row of the service; a report that is a file alone is listed by its first attachment."""
    title, url = values.first(article, "title"), _url(page, article)
    if not title or url is None:
        return None
    listed_on = values.days(article, "display_publish_time", "first_publish_time", "date", "created_at")
    return ListingEntry(url, title, listed_on, values.first(article, "publisher") or None)


def _url(page: ListingPage, article: dict[str, Any]) -> str | None:
    """The article's page, that of the mobile site last; else its first file."""
    pages = sorted((values.first(article, "url"), values.first(article, "post_url")), key=lambda url: "/mpost_" in url)
    files = [values.first(attachment, "url") for attachment in values.records(article.get("attachment"))]
    return next((found for url in (*pages, *files) if (found := pagers.resolved(url, page.url))), None)
