"""The rows of a listing in any markup: a link with a title, a date near it, and sometimes whose report it is.

A row is the smallest element around a link that holds no other link's target; the date is looked for in it.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from crawler.cms.model import ListingEntry, ListingPage, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

MAX_LINKS = 5000  # a page with more is no listing of ours (hostile pages hold a million)
_LEVELS = 5  # how far above a link its row may end: a > b > span > td > tr

_DATE = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_DAY = re.compile(r"(?<![\d-])(\d{1,2})-(\d{1,2})(?![\d-])")
_BRACKETS = re.compile(r"[\[(【〔（]\s*[\])】〕）]")
_URL_YEAR = re.compile(r"/(20\d\d)(?:\d{2}|/\d{1,2})?/")
_REPORT_WORDS = re.compile(r"信息公开.{0,12}(?:年报|报告)|年度报告|年报")
_ARTICLE = re.compile(
    r"/t20\d{6}_\d+|/art[_/]|/post_\d+|/content\.s?html?|/info/\d+/\d+|/[0-9a-f]{32}\.s?html?|\.(?:pdf|docx?|wps|xlsx?|rtf|ofd)(?:\?|$)|/down\w*\.jsp",
    re.IGNORECASE,
)
_AGENCY = re.compile(
    r"^[\u4e00-\u9fff]{2,24}(?:人民政府|政府|办公厅|办公室|委员会|管委会|厅|局|委|办|镇|乡|街道|街道办事处|苏木|中心|总队|支队)$"
)
_AGENCY_COLUMN = re.compile(r"^(?:发布机构|发布单位|公开机构|公开单位|发文机关|信息来源|来源|单位|机构)$")
_SPACE = re.compile(r"\s+")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption")


def rows(page: ListingPage, part: str | html.HtmlElement | None = None) -> tuple[ListingEntry, ...]:
    """The entries of a listing: links with a date in their row, and links without one that name an annual report.

    `part` is what of the page to read (markup, or an element of its tree), the whole page by default. An address listed twice counts
    once, the first time.
    """
    root = page.tree if part is None else parse(part) if isinstance(part, str) else part
    if root is None:
        return ()
    base = _base(root, page.url)
    found: dict[str, ListingEntry] = {}
    for link, heading in _links(root):
        url = _target(link, base)
        if url and url not in found and (entry := _entry(link, url, heading)):
            found[url] = entry
    return tuple(found.values())


def _base(root: html.HtmlElement, url: str) -> str:
    for base in root.iter("base"):
        if href := base.get("href"):
            return urljoin(url, href.strip())
    return url


def _links(root: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str | None]]:
    """Links in reading order, each with the agency named by the nearest heading before it (None where that names none)."""
    heading: str | None = None
    count = 0
    for element in root.iter("a", *_HEADINGS):
        if element.tag != "a":
            text = _words(element)
            heading = text if _AGENCY.match(text) else None
        elif element.get("href") and count < MAX_LINKS:
            count += 1
            yield element, heading


def _entry(link: html.HtmlElement, url: str, heading: str | None) -> ListingEntry | None:
    title = _title(link)
    if len(title) < 4:
        return None
    row = _row(link)
    listed_on = _date(_words(row), url) or _date(_words(link), url)
    if listed_on is None and not (_REPORT_WORDS.search(title) and _ARTICLE.search(url)):
        return None
    return ListingEntry(url, title, listed_on, _column_agency(link, row) or heading)


def _target(link: html.HtmlElement, base: str) -> str | None:
    """The address a link leads to, without fragment; None for scripts, mail and links into the same page."""
    href = _SPACE.sub("", link.get("href", ""))
    if not href or href.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    try:
        url = urldefrag(urljoin(base, href)).url
        return url if urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname else None
    except ValueError:  # a broken address, as http://[ in a listing
        return None


def _title(link: html.HtmlElement) -> str:
    """The title of a row: the title attribute where the text is cut or empty, else the text without its date."""
    attribute = _SPACE.sub(" ", link.get("title", "")).strip()
    text = _SPACE.sub(" ", _BRACKETS.sub("", _DATE.sub("", link.text_content()))).strip(" ·•>»\u3000")
    cut = text.rstrip(".…")
    if attribute and (not cut or len(cut) < len(text) or attribute.startswith(cut)):
        return attribute
    return text


def _row(link: html.HtmlElement) -> html.HtmlElement:
    """The greatest element around the link, at most some levels up, that leads nowhere else."""
    row, href = link, link.get("href")
    for parent, _ in zip(link.iterancestors(), range(_LEVELS), strict=False):
        if parent.tag in ("body", "html", "table", "ul", "tbody") or any(other.get("href") != href for other in parent.iter("a")):
            break
        row = parent
    return row


def _words(element: html.HtmlElement) -> str:
    return _SPACE.sub(" ", element.text_content()).strip()


def _date(text: str, url: str) -> date | None:
    """The last date printed in a row (titles may hold one before it). A date without a year takes that of the address."""
    for year, month, day in reversed(_DATE.findall(text)):
        if found := _valid(int(year), int(month), int(day)):
            return found
    year_of_url = _URL_YEAR.search(url)
    if year_of_url and (found_day := _DAY.search(text)):
        return _valid(int(year_of_url[1]), int(found_day[1]), int(found_day[2]))
    return None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _column_agency(link: html.HtmlElement, row: html.HtmlElement) -> str | None:
    """The cell under the head 发布机构 of the table row the link stands in; None where there is no such column."""
    line = row if row.tag == "tr" else next(row.iterancestors("tr"), None)
    table = next(link.iterancestors("table"), None)
    if line is None or table is None:
        return None
    head = next(table.iter("tr"), None)
    heads, cells = [_words(cell) for cell in head.iterchildren("th", "td")] if head is not None else [], list(line.iterchildren("th", "td"))
    if len(heads) != len(cells) or line is head:
        return None
    return next((_words(cell) or None for label, cell in zip(heads, cells, strict=True) if _AGENCY_COLUMN.match(label)), None)
