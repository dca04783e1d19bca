"""Pages that lead to many listings: a column by years, a county's page of its agencies, a list to choose an agency from.

PORTALS.md section 13. What makes a page such a hub is what its links say (a year, a name of an agency) together with where they lead:
to a column below the page's own, to a column of reports, or to addresses that differ in the number of an agency only. Titles of reports
are entries and no years; a bar of navigation, links to friends and an archive of news by years are no hub. Hidden tabs count as any.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote, urldefrag, urlsplit

from lxml import etree

from crawler.cms import articles, choices, labels, links, pagers, scripts
from crawler.cms.model import MAX_LISTINGS, ListingEntry, ListingPage, NextRequest, SubListing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import html

_LONGEST = 40  # characters of what a link to a listing says
_CLICKED = etree.XPath(".//*[self::a or self::option or (@onclick and (self::li or self::span or self::div))]")
_RAW = 400  # the same with its blanks
_MOST = 4 * MAX_LISTINGS  # links that say what a link of a hub says; more than a county has
_LEVELS = 6  # how far above a link the bar that holds it may be

# Slugs of columns of annual reports (PORTALS.md section 1), as the last directory or as the file of an address.
_SLUG = r"[\w-]{0,40}?(?:xxgk_?nb|gk_?nb|gkndbg|xxgkbg|gkbg|ndbg|annualreport|(?<![a-z])nb(?![a-z]))[\w-]{0,20}"
_FILE = r"(?:(?:index|default|list|[\w-]{0,30}list)[\w-]{0,20}|\d{1,3})\.(?:s?html?|jhtml|aspx?|jsp|php)"
_REPORTS = re.compile(rf"/{_SLUG}(?:/(?:{_FILE})?|\.(?:s?html?|jhtml))?$|/public/column/\d+/?\?(?:.*&)?type=3(?:&|$)", re.IGNORECASE)
_OF_REPORTS = re.compile(rf"/{_SLUG}(?:/|\.\w{{2,5}}$|$)|[?&]type=3&action=list|[?&]frame=nb(?:&|$)", re.IGNORECASE)
_COLUMN = re.compile(rf"/(?:{_FILE}|[\w-]+)?$", re.IGNORECASE)
_VSB_COLUMN = re.compile(r"\.html?$")
_AGENCY_ID = re.compile(r"[?&](?:organ_?id|unit_?id|dep(?:t|artment)?_?(?:code|id)|org_?(?:code|id)|site_?code)=\w", re.IGNORECASE)

_SUBJECT = re.compile(r"信息公开.{0,8}(?:年报|报告)|年度报告|公开年报|^年报")
_REPORTS_LINK = re.compile(r"^(?:政府|政务)?(?:信息)?公开(?:工作)?(?:年报|年度报告)$|^(?:信息公开)?年度报告$")
_ITS_REPORTS = re.compile(r"^(?:(?:政府|政务)?(?:信息)?公开)?(?:工作)?(?:年报|年度报告)$|^(?:更多|查看|进入|点击查看|点击进入)$")
_YEAR = re.compile(r"^(20[0-4]\d)\s?年?\s?度?(?:\s?[（(]\d+[）)])?$")
_YEAR_OF_REPORTS = re.compile(r"^(20[0-4]\d)\s?年?\s?度?(?:政府|政务|各?\w{0,8})(?:信息)?公开(?:工作)?(?:年报|年度报告|报告)$")
_GROUP = re.compile(
    r"^(?:20\d\d\s?年?度?)?(?:全?[省市州县区旗]|各|直属|所属|下属)*"
    r"(?:政府|部门|委办局|局委办|乡镇|镇乡|镇街|街镇|街道|乡|镇|单位|园区|开发区|功能区|公共企事业单位|[、和及与])+(?:政府)?(?:信息公开)?(?:工作)?(?:年报|年度报告)?$"
)
_TELLING = re.compile("|".join(said.pattern for said in (_YEAR, _YEAR_OF_REPORTS, _GROUP, _REPORTS_LINK, _ITS_REPORTS)))
_META = ("columnname", "columntype")
_BAR = re.compile(
    r"(?:^|[\s_-])(?:nav|navi|navbar|menu|header|footer|foot|friend|friendlinks?|yqlj|links?|top|copyright)(?:$|[\s_\-\d])", re.IGNORECASE
)
_FOOT = re.compile(r"(?:^|[\s_-])(?:footer|foot|friend|friendlinks?|yqlj|copyright)(?:$|[\s_\-\d])", re.IGNORECASE)
_YEAR_DIGITS = re.compile(r"20\d\d")
_HEX = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Link:
    """A link with what it says and where it leads, within the page's own site."""

    element: html.HtmlElement
    text: str
    url: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True)
class _Hub:
    """A page and what is asked of it again and again."""

    page: ListingPage

    @cached_property
    def folder(self) -> str:
        """The path below which the page's own columns lie: its directory, or for `a/nb.htm` the directory `a/nb/`."""
        path = urlsplit(self.page.url).path or "/"
        head, _, file = path.rpartition("/")
        stem = file.partition(".")[0]
        return f"{head}/" if stem in ("", "index", "default", "list") or "list" in stem.lower() or "." not in file else f"{head}/{stem}/"

    @cached_property
    def around(self) -> str:
        """The directory that holds the page's own and those beside it; the page's own where that is the whole site."""
        above = self.folder[:-1].rpartition("/")[0] + "/"
        return above if above.count("/") > 1 else self.folder

    @cached_property
    def of_reports(self) -> bool:
        """Whether the page is a column of annual reports, by its address, its name or a heading."""
        if _OF_REPORTS.search(self.page.url):
            return True
        return any(_SUBJECT.search(text) for text in _names(self.page))

    @cached_property
    def entries(self) -> tuple[ListingEntry, ...]:
        """The page's own entries; asked for only where a link might be either."""
        return links.rows(self.page)

    @cached_property
    def rows(self) -> frozenset[str]:
        """The addresses of the page's own entries."""
        return frozenset(entry.url for entry in self.entries)

    @cached_property
    def links(self) -> tuple[_Link, ...]:
        """Links with few words, and options that are addresses; none to the page itself, to files or to other sites."""
        base, own = links.base_of(self.page), _bare(self.page.url)
        found = (_Link(element, text, url) for element, text, url in islice(_all_links(self.page, base), _MOST))
        return tuple(link for link in found if _bare(link.url) != own and _same_site(link.url, own) and not articles.FILE.search(link.url))


def listings(page: ListingPage) -> tuple[SubListing, ...]:
    """The listings of years, agencies and groups of agencies that a hub names, in reading order; none for any other page."""
    if page.tree is None:
        return ()
    hub = _Hub(page)
    found = (*_years(hub), *_agencies(hub), *_groups(hub), *_choices(hub))
    return tuple(islice(_once(found), MAX_LISTINGS))


def _years(hub: _Hub) -> Iterator[SubListing]:
    """Columns by years: below the page's own directory or beside it, or with addresses that differ in a number only."""
    named = [link for link in hub.links if _YEAR.match(link.text)]
    titled = [link for link in hub.links if _YEAR_OF_REPORTS.match(link.text) and _is_below(hub, link)]
    if not (named or titled) or not hub.of_reports:
        return
    shapes = Counter(_shape(link.url) for link in named)
    for link in named:
        alike = shapes[_shape(link.url)] > 1 and bool(re.search(r"\d{3}", _YEAR_DIGITS.sub("", link.path)))
        if _is_column(hub, link) and (_is_beside(hub, link) or alike):
            yield _listing(link, "year")
    for link in titled:
        if link.url not in hub.rows and _is_column(hub, link):
            yield _listing(link, "year")


def _groups(hub: _Hub) -> Iterator[SubListing]:
    """Columns of groups of agencies (towns, departments) below a column of reports; or the column of reports below another page."""
    for link in hub.links:
        wanted = _GROUP.match(link.text) if hub.of_reports else _REPORTS_LINK.match(link.text)
        if wanted and _is_below(hub, link) and _is_column(hub, link) and link.url not in hub.rows:
            yield _listing(link, "column")


def _agencies(hub: _Hub) -> Iterator[SubListing]:
    """Agencies by name: where each link leads to a column of reports, or all to addresses that differ in the agency's number only."""
    named = [(link, name) for link in hub.links if (name := labels.agency(link.text) or _agency_of_row(link))]
    if len(named) < 2:
        return
    sure = [(link, name) for link, name in named if _REPORTS.search(link.url) and not _within(link.element, _FOOT)]
    if len({link.url for link, _ in sure}) > 1:
        yield from (_listing(link, "agency", name) for link, name in sure)
        return
    if hub.of_reports:
        sure = [(link, name) for link, name in named if _AGENCY_ID.search(link.url) and not _within(link.element, _FOOT)]
    if not sure and hub.of_reports and not _holds_reports(hub):
        numbered = (
            pair
            for pair in named
            if (re.search(r"\d{3}", pair[0].url) or (_is_of_reports(hub, pair[0]) and not _GROUP.match(pair[0].text)))
            and _is_column(hub, pair[0])
        )
        sure = [(link, name) for link, name in numbered if not _within(link.element, _BAR)]
    shapes = Counter(_shape(url) for url in {link.url for link, _ in sure})
    for link, name in sure:
        if shapes[_shape(link.url)] > 1 or (len(shapes) > 1 and _is_of_reports(hub, link)):
            yield _listing(link, "agency", name)


def _is_of_reports(hub: _Hub, link: _Link) -> bool:
    """Whether an address lies below the page, which is a column of reports by its own address."""
    return _is_below(hub, link) and bool(_OF_REPORTS.search(hub.page.url))


def _agency_of_row(link: _Link) -> str | None:
    """The agency that the row of a link names, for tables of agencies with a link to each one's guide, catalogue and reports."""
    row = next(link.element.iterancestors("tr", "li", "dl"), None) if _ITS_REPORTS.match(link.text) else None
    return labels.in_row(row, link.element) if row is not None else None


def _choices(hub: _Hub) -> Iterator[SubListing]:
    """Agencies to choose from where the page's own address holds the chosen one's number."""
    if hub.of_reports:
        own = _bare(hub.page.url)
        for name, url in choices.agencies(hub.page):
            if _bare(url) != own:
                yield SubListing(NextRequest(url), "agency", name)


def _holds_reports(hub: _Hub) -> bool:
    return any(_SUBJECT.search(entry.title) for entry in hub.entries)


def _listing(link: _Link, kind: Literal["year", "agency", "column"], agency: str | None = None) -> SubListing:
    return SubListing(NextRequest(link.url), kind, agency)


def _is_below(hub: _Hub, link: _Link) -> bool:
    return link.path.startswith(hub.folder) and link.path != hub.folder and urlsplit(hub.page.url).hostname == urlsplit(link.url).hostname


def _is_beside(hub: _Hub, link: _Link) -> bool:
    """Whether an address lies below the page's own, or beside it in a column of reports; other columns have years too (公报, 计划)."""
    if link.path.startswith(hub.folder):
        return True
    of_year = bool(_YEAR_DIGITS.search(hub.folder[:-1].rpartition("/")[2]))
    return link.path.startswith(hub.around) and (of_year or bool(_OF_REPORTS.search(link.url)))


def _is_column(hub: _Hub, link: _Link) -> bool:
    """Whether an address is one of a listing: of a directory or a list, or below a page like `nb.htm` another such page."""
    if _COLUMN.search(link.path) or _REPORTS.search(link.url):
        return True
    return bool(_VSB_COLUMN.search(link.path)) and _is_below(hub, link) and hub.folder.rstrip("/") in hub.page.url.rpartition(".")[0]


def _names(page: ListingPage) -> Iterator[str]:
    """What a page is called: its column, its title, its headings, its breadcrumb.

    A heading that leads elsewhere names another column: the menu of the form of 2019 (指南, 制度, 内容, 年报) stands on every page.
    """
    for element in islice(scripts.elements(page, "meta", "title", "h1", "h2", "h3"), 200):
        if element.tag == "meta":
            if element.get("name", "").strip().lower() in _META:
                yield element.get("content", "").strip()
        elif not _leads_on(page, element):
            yield "".join("".join(islice(element.itertext(), 20)).split())
    yield from (link.text_content().strip() for link in islice(scripts.elements(page, "a"), 60) if "CurrChnlCls" in link.get("class", ""))


def _leads_on(page: ListingPage, heading: html.HtmlElement) -> bool:
    links_of_heading = [*islice(heading.iter("a"), 3), *(parent for parent in islice(heading.iterancestors(), 2) if parent.tag == "a")]
    targets = [pagers.resolved(link.get("href", ""), page.url) for link in links_of_heading]
    return any(target and _bare(target) != _bare(page.url) for target in targets)


def _all_links(page: ListingPage, base: str) -> Iterator[tuple[html.HtmlElement, str, str]]:
    """Links, options and elements that jump to an address, with what they say."""
    for element in islice(() if page.tree is None else _CLICKED(page.tree), links.MAX_LINKS):
        text = _text(element)
        if text and _is_telling(text) and (target := _target(element, base)):
            yield element, text, target


def _target(element: html.HtmlElement, base: str) -> str | None:
    """Where a link, an option or an element that jumps leads; None for an option that is no address."""
    if element.tag == "option":
        value = element.get("value", "")
        return pagers.resolved(value, base) if "/" in value or "." in value else None
    href = element.get("href", "")
    return pagers.resolved(href, base) or pagers.resolved(scripts.address(element.get("onclick", "") or href) or "", base)


def _text(element: html.HtmlElement) -> str:
    """What a link says, blanks folded; its title where the text is cut; empty where it says more than a name would."""
    whole = element.text_content() if len(element) else element.text or ""
    text = " ".join(whole.split()).strip(" ·•>»›|[]【】\u3000\u00a0") if len(whole) <= _RAW else ""
    title = element.get("title", "").strip()
    if title and (not text or (text.endswith(("…", "..")) and title.startswith(text.rstrip("….")))):
        text = title
    return text if len(text) <= _LONGEST else ""


def _is_telling(text: str) -> bool:
    """Whether a link says what a link of a hub says. Most links of a page do not, and need no closer look."""
    return bool(_TELLING.match(text)) or labels.agency(text) is not None


def _within(element: html.HtmlElement, bar: re.Pattern[str]) -> bool:
    """Whether a link stands in a bar of the page's frame: by the tag, class or id of an element around it."""
    return any(
        parent.tag in ("nav", "header", "footer") or bar.search(f"{parent.get('class', '')} {parent.get('id', '')}")
        for parent in islice(element.iterancestors(), _LEVELS)
        if parent.tag not in ("body", "html")
    )


def _shape(url: str) -> str:
    """An address with what differs between agencies left out: numbers, and the values of its query."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    keys = sorted(field.partition("=")[0] for field in parts.query.split("&") if field)
    return f"{_HEX.sub('#', path)}?{'&'.join(keys)}"


def _same_site(url: str, own: str) -> bool:
    """Whether an address is of the same host, or of one below the site's own name (`jyj.qinghe.gov.cn` of `www.qinghe.gov.cn`)."""
    host, home = urlsplit(url).hostname or "", (urlsplit(own).hostname or "").removeprefix("www.")
    return host in (home, f"www.{home}") or (host.endswith(f".{home}") and _is_site(home))


def _is_site(name: str) -> bool:
    return name.count(".") >= 1 and not re.fullmatch(r"(?:gov|com|org|edu|net|ac)\.[a-z]{2}", name)


def _bare(url: str) -> str:
    """An address without fragment, and without the file name that its directory stands for."""
    return re.sub(r"/(?:index|default)\.(?:s?html?|jhtml|aspx?|jsp|php)$", "/", urldefrag(url).url)


def _once(found: Iterable[SubListing]) -> Iterator[SubListing]:
    seen: set[str] = set()
    for listing in found:
        if (key := _bare(listing.request.url)) not in seen:
            seen.add(key)
            yield listing
