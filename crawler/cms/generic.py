"""Any listing that no family claims: rows with a date or a report's title, and whatever pager the page shows.

Preferred: nothing; a portal on a known product deserves its family. Other ways: links 下一页 and page numbers, options of a select,
functions that turn pages by an address they print or by a form of the page; and the numberings of single portals below, as far as their
pager counts. Traps: navigation bars print dates too, so the weight is the lowest; years, page sizes and days of a calendar are no pages.
"""

from __future__ import annotations

import re

from crawler.cms import links, pagers
from crawler.cms.model import ListingPage, Match, Rows, Signal
from crawler.cms.pagers import Numbering

FAMILY = "generic"

LISTING: tuple[Signal, ...] = ()
ARTICLE: tuple[Signal, ...] = ()

# How portals without a product name the pages of a listing. They hold where the pager of the page counts its pages.
NUMBERINGS = (
    Numbering("PORTALS.md section 12 (呼伦贝尔)", re.compile(r"(/showList/[\w/]{0,60}/page)_(?P<n>\d+)\.html$"), r"\1_{n}.html"),
    Numbering("PORTALS.md section 12 (常州)", re.compile(r"(/class/[A-Z]{4,16})(?:/(?P<n>\d+))?/?$"), r"\1/{n}"),
    Numbering("PORTALS.md section 12 (绵竹)", re.compile(r"(/iList\.jsp\?(?:[^#]*&)?cur_page)=(?P<n>\d+)"), r"\1={n}"),
    Numbering("PORTALS.md section 2 (成都)", re.compile(r"/column-index-(?P<n>\d+)(\.s?html?)$"), r"/column-index-{n}\2"),
    Numbering("PORTALS.md section 2 (延安)", re.compile(r"/(?P<n>\d{1,3})\.html$"), r"/{n}.html"),
    Numbering("PORTALS.md section 14, row 22: ?page=", re.compile(r"([?&](?:page|pageNo|currentPage))=(?P<n>\d+)"), r"\1={n}"),
)
_ROWS = 3
_REPORT = re.compile(r"20\d\d\s?年.{0,30}(?:年度报告|年报)|信息公开.{0,12}(?:年度报告|年报)")


def fallback(page: ListingPage) -> Match | None:
    """The least weight, for rows with a date or the title of a report; asked only where no family claims the page."""
    rows = links.rows(page)
    dated, named = sum(1 for entry in rows if entry.listed_on), sum(1 for entry in rows if _REPORT.search(entry.title))
    if dated >= _ROWS:
        return Match(4, 4, (f"{dated} dated links",))
    return Match(4, 4, (f"{named} links that name a report",)) if named else None


def read(page: ListingPage) -> Rows:
    """Dated links, links that name an annual report, and the pages of the pager."""
    return pagers.read(page, NUMBERINGS)
