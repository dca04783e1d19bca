"""Addresses and listings of both families: pages of a static column, and a datastore with a service for its further groups."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs

from crawler.samples.layouts import fill, page
from crawler.samples.world import SamplePage, Site

GROUP = 3
"""Pages of rows that the first page of a Hanweb column holds."""

_COLUMN = "政府信息公开年报"


def listing_path(site: Site) -> str:
    """Where the first page of the listing stands."""
    return site.path if site.family == "trs" else f"{site.path}index.html"


def article_path(site: Site, one: SamplePage) -> str:
    """Where an article stands: the family's own form of address."""
    day = one.listed_on
    if site.family == "trs":
        return f"{site.path}{day:%Y%m}/t{day:%Y%m%d}_{one.number}.html"
    return f"{_root(site)}/art/{day.year}/{day.month}/{day.day}/art_{_column(site)}_{one.number}.html"


def pages(site: Site) -> Mapping[str, str]:
    """The listing's pages by path."""
    if site.family != "trs":
        return {listing_path(site): _hanweb(site)}
    count = -(-len(site.pages) // site.rows)
    found = {f"{site.path}index{f'_{number}' if number else ''}.html": _trs(site, number, count) for number in range(count)}
    return {site.path: found[f"{site.path}index.html"], f"{site.path}index_{count}.html": fill("trs_past_the_end"), **found}


def _trs(site: Site, number: int, count: int) -> str:
    rows = "".join(_trs_row(site, one) for one in site.pages[number * site.rows : (number + 1) * site.rows])
    return page("trs_listing", site, _COLUMN, rows=rows, count=count, current=number)


def _trs_row(site: Site, one: SamplePage) -> str:
    """A row; a long title is cut and stands whole in the link's title."""
    shown = one.title if len(one.title) < 30 else one.title[:28] + "…"
    return fill("trs_row", link=article_path(site, one).removeprefix(site.path), title=one.title, shown=shown, day=one.listed_on)


# ------------------------------------------------------------------------------------------------ Hanweb


def _root(site: Site) -> str:
    return site.path.partition("/col/")[0]


def _column(site: Site) -> str:
    return site.path.rstrip("/").rpartition("/col")[2]


def proxy_path(site: Site) -> str:
    """The paging service of a Hanweb portal."""
    return f"{_root(site)}/module/web/jpage/dataproxy.jsp"


def _hanweb(site: Site) -> str:
    held, total = site.rows * GROUP, len(site.pages)
    further = fill("hanweb_next_group", proxy=proxy_path(site), column=_column(site)) if total > held else ""
    records = _records(site, 1, held)
    proxy, rows = proxy_path(site), site.rows
    return page("hanweb_listing", site, _COLUMN, further=further, records=records, total=total, rows=rows, group=GROUP, proxy=proxy)


def _records(site: Site, first: int, last: int) -> str:
    rows = site.pages[first - 1 : last]
    return "".join(fill("hanweb_record", link=article_path(site, one), title=one.title, day=one.listed_on) for one in rows)


def group(site: Site, query: str) -> str:
    """The answer of the paging service to `startrecord` and `endrecord`; an empty recordset for a group that is not there."""
    asked = parse_qs(query)
    first, last = (int(asked.get(name, ["0"])[0]) for name in ("startrecord", "endrecord"))
    return fill("hanweb_answer", total=len(site.pages), records=_records(site, first, last) if 0 < first <= last else "")
