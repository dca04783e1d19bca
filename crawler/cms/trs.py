"""TRS WCM (拓尔思), the largest family: static listings whose pager is drawn by script.

Preferred: `createPageHTML(21, 0, "index", "html")` = page count, current page from 0, name, extension; page k is `index_k.html`.
Other ways: `createPage(...)`; `var countPage = 2; var currentPage = 0`; `ele.value>2` with `.shtml` (昆明); `column-index-2.shtml` (成都,
from 1); `parseInt('3')` with `1.html`, `2.html` (延安, from 0); links of the pager, as on the search lists `was5/web/search?channelid=`;
hubs whose frames show `index_214.html` or such a search (民航局).
Traps: the same function pages long articles (name `t20190918_693227`), its definition stands on the page too, and Ucap has a function of
the same name whose first argument is a string; so the first argument must be a digit and the name no article's. `index_180.html` may be
the name of a column, not its page 180: `currentPage` tells. One link to an article of another portal is no mark. Past the end the server
answers 200 with a stub that sends back to `./`: no entries, which ends the walk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.cms import links, pagers
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal, SubListing

FAMILY = "trs"

_HERE = Signal.text(5, "breadcrumb CurrChnlCls", r"CurrChnlCls\b(?<![.\w]CurrChnlCls)", "CurrChnlCls")
_SEARCH = Signal.text(5, "search form was40/was5", r"was(?:40|5)/", "was")
LISTING = (
    Signal.text(
        9,
        "pager createPageHTML with a digit first",
        r"""createPage(?:HTML)?\(\s{0,9}\d+\s{0,9},\s{0,9}\d+\s{0,9},\s{0,9}["']?(?!["']?t\d)""",
        "createPage",
    ),
    Signal.text(9, "pager var countPage", r"var\s{1,9}countPage\s{0,9}=", "countPage"),
    Signal.text(5, "article links ./t20YYMMDD_n", r"""\./(?:[\w-]{1,60}/){0,4}t20\d{6}_\d+\.s?html?["']""", "t20"),
    Signal.text(5, "several article links t20YYMMDD_n", r"""/t20\d{6}_\d+\.s?html?["'][^\0]*?/t20\d{6}_\d+\.s?html?["']""", "/t20"),
    _HERE,
    _SEARCH,
    Signal.text(5, "pager ele.value", r"ele\.value\s{0,9}>\s{0,9}\d", "ele.value"),
    Signal.text(5, "pager column-index-n", r"column-index-\d+\.s?html?", "column-index-"),
)
ARTICLE = (
    Signal.url(5, "address t20YYMMDD_n", r"/t(?:20\d{6}|\d{4})_\d+(?:_\d+)?\.s?html?$"),
    Signal.text(9, "pager of a long article", r"""createPage(?:HTML)?\(\s{0,9}\d+\s{0,9},\s{0,9}\d+\s{0,9},\s{0,9}["']t\d""", "createPage"),
    Signal.text(5, "TRS editor", r"""class\s{0,9}=\s{0,9}["']?[^"'<>]{0,80}TRS_(?:Editor|UEDITOR)""", "TRS_"),
    _HERE,
    _SEARCH,
)

_CALL = re.compile(
    r"""createPage(?:HTML)?\(\s{0,9}(\d{1,6})\s{0,9},\s{0,9}(\d{1,6})\s{0,9},\s{0,9}["']([\w./-]{1,100})["']\s{0,9},\s{0,9}["'](\w{1,6})["']"""
)
_COUNT = re.compile(r"(?:var\s{1,9}countPage\s{0,9}=|ele\.value\s{0,9}>)\s{0,9}(?:parseInt\()?['\"]?(\d{1,6})")
_CURRENT = re.compile(r"var\s{1,9}currentPage\s{0,9}=\s{0,9}(?:parseInt\()?['\"]?(\d{1,6})")
_ARTICLE_NAME = re.compile(r"(?:^|/)t\d")
_FILE = re.compile(r"/([A-Za-z][\w-]{0,80}?)(?:_(\d{1,6}))?\.(s?html?)$")
_PRINTED_NAME = re.compile(r"""["']([A-Za-z][\w-]{0,80}?)(?:_["']|["']\s{0,9}\+\s{0,9}["']_["'])\s{0,9}\+""")
_EXTENSION = re.compile(r"""["']\.?(s?html?)\\?["']""")
_SCRIPT = 2000  # characters around the count in which the script prints its links
_COLUMN_INDEX = re.compile(r"column-index-(\d{1,5})\.(s?html?)")
_PARSED = re.compile(r"parseInt\(\s{0,9}['\"](\d{1,5})['\"]\s{0,9}\)")
_NUMBER_FILE = re.compile(r"""(?:["'/]|^)(\d{1,5})\.(s?html?)(?:["']|$)""")
_FRAME = re.compile(r"(?:^|/)(?:index_\d+\.s?html?$|was(?:40|5)/\w{0,30}/?search\?)")
_WAS = (
    pagers.Numbering("PORTALS.md section 2: was5 lists", re.compile(r"(/was(?:40|5)/[\w/]*search\?(?:[^#]*&)?)page=\d+"), r"\1page={n}"),
    pagers.Numbering("PORTALS.md section 2: was5 lists", re.compile(r"(/was(?:40|5)/[\w/]*search\?[^#]*)$"), r"\1&page={n}"),
)


@dataclass(frozen=True, slots=True)
class _Pager:
    """Page count, current page from 0, and how files are called: {n} is the page, from 0, plus `step`."""

    count: int
    current: int
    file: str
    step: int = 0

    def address(self, page: int) -> str:
        return self.file.replace("{n}", str(page + self.step))


def read(page: ListingPage) -> Rows:
    """Rows of any markup (`table.gl_list` and `ul > li` are the most frequent), and the pages after this one in order."""
    pager = _called(page) or _counted(page) or _column_index(page) or _numbered(page)
    if pager is None:
        return _unscripted(page)
    last = min(pager.count, pager.current + 1 + pagers.MAX_PAGES)
    further = (NextRequest(urljoin(page.url, pager.address(number))) for number in range(pager.current + 1, last))
    return Rows(links.rows(page), tuple(further), pages=max(1, pager.count))


def _unscripted(page: ListingPage) -> Rows:
    """A page whose pager is links, or that has none; a hub without rows is the listings in its frames."""
    rows = pagers.read(page, _WAS)
    frames = () if page.tree is None or rows.entries else page.tree.iter("iframe", "frame")
    urls = (pagers.resolved(frame.get("src", ""), page.url) for frame in frames if _FRAME.search(frame.get("src", "")))
    listings = tuple(SubListing(NextRequest(url), "frame") for url in dict.fromkeys(urls) if url and url != page.url)
    return Rows(rows.entries, rows.further, rows.declared, rows.pages, listings)


# ------------------------------------------------------------------------------------------------ pagers drawn by script


def _called(page: ListingPage) -> _Pager | None:
    """`createPageHTML` with the name of a listing; None without it."""
    for count, current, name, extension in _CALL.findall(page.text):
        if not _ARTICLE_NAME.search(name):
            return _Pager(int(count), max(int(current), _number(page.url, name)), f"{name}_{{n}}.{extension}")
    return None


def _counted(page: ListingPage) -> _Pager | None:
    """A count that the script compares the page with; name and extension are those it prints, else those of the address."""
    counted, said = _COUNT.search(page.text), _CURRENT.search(page.text)
    if counted is None:
        return None
    file = _FILE.search(urlsplit(page.url).path)
    around = page.text[max(0, counted.start() - _SCRIPT) : counted.end() + _SCRIPT]
    name, extension = _PRINTED_NAME.search(around), _EXTENSION.search(around)
    number = int(file[2] or 0) if file else 0
    called = name[1] if name else file[1] if file else "index"
    if not name and said and number and int(said[1]) != number:  # the number is part of the column's name
        called = f"{called}_{number}"
    suffix = file[3] if file and not name else extension[1] if extension else "html"
    return _Pager(int(counted[1]), int(said[1]) if said else number, f"{called}_{{n}}.{suffix}")


def _column_index(page: ListingPage) -> _Pager | None:
    """`column-index-2.shtml`, counted from 1: the greatest number that the pager links or prints is the count."""
    shown = _COLUMN_INDEX.findall(page.text)
    if not shown:
        return None
    here = _COLUMN_INDEX.search(page.url)
    counted = pagers.counts(page).pages or 0
    count = max(counted, *(int(number) for number, _ in shown), int(here[1]) if here else 1)
    return _Pager(count, int(here[1]) - 1 if here else 0, f"column-index-{{n}}.{shown[0][1]}", 1)


def _numbered(page: ListingPage) -> _Pager | None:
    """`parseInt('3')` pages in files that are only numbers. Page 2 is `1.html`, unless a link of the pager says that it is `2.html`."""
    counted, file = _PARSED.search(page.text), _NUMBER_FILE.search(page.text)
    if counted is None or file is None:
        return None
    step = 1 if _counts_from_one(page) else 0
    here = _NUMBER_FILE.search(urlsplit(page.url).path)
    return _Pager(int(counted[1]), int(here[1]) - step if here else 0, f"{{n}}.{file[2]}", step)


def _counts_from_one(page: ListingPage) -> bool:
    """Whether a link labelled 2 leads to `2.html`."""
    for link in () if page.tree is None else page.tree.iter("a"):
        label, file = link.text_content().strip(), _NUMBER_FILE.search(urldefrag(link.get("href", "")).url)
        if file and label.isdecimal() and int(label) == int(file[1]):
            return True
    return False


def _number(url: str, name: str) -> int:
    """The number in the address of a page of that name (`index_2.html`); 0 for the first page, and for other names."""
    file = _FILE.search(urlsplit(url).path)
    return int(file[2] or 0) if file and file[1] == name.rpartition("/")[2] else 0
