"""The pager of a listing in any markup: what it counts, and which pages it shows (PORTALS.md sections 1, 12 and 14).

A page of a listing is asked for only where its address stands on the page read, or follows from it: a link, an option of a select, a
script function that prints the address (`scripts`), or the product's own numbering where the pager says how many pages there are.
The number of a page travels in the state of its request, so that a pager that links all pages never leads back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from crawler.cms import links, scripts
from crawler.cms.model import ListingPage, NextRequest, Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml import html

MAX_PAGES = 1000  # of a listing that are named at once, however many it claims to have; report columns have one or two

_NEAR = 120  # characters around a pager's words in which its counts stand
_LEVELS = 4  # how far above 下一页 the element that holds the whole pager may be
_LINKS = 60  # an element with more links is no pager
_PAGERS = 40  # links that are looked at as parts of a pager

_WORDS = re.compile(
    r"[上下前后後]\s?一?\s?[页頁]|[尾末]\s?[页頁]|[页頁]次|每[页頁]|[页頁][码碼]|[当當]前第|第\s?\d{1,6}\s?[/／]|共\s?\d{1,6}\s?[页頁]"
    r"|[总總][页頁]数|[条條][记記][录錄]"
)
_PAGES = (  # current page and page count, in the order of trust; a pattern without `current` says only how many there are
    re.compile(r"第\s?(?P<current>\d{1,6})\s?[页頁]?\s?/\s?共?\s?(?P<pages>\d{1,6})\s?[页頁]?"),
    re.compile(r"(?:[页頁]次|[页頁][码碼]|[当當]前[页頁]?)\s?:?\s?第?\s?(?P<current>\d{1,6})\s?[页頁]?\s?/\s?共?\s?(?P<pages>\d{1,6})"),
    re.compile(r"第\s?(?P<current>\d{1,6})\s?[页頁]\s?[,|]?\s?共\s?(?P<pages>\d{1,6})\s?[页頁]"),
    re.compile(r"共\s?(?P<pages>\d{1,6})\s?[页頁]\s?[,/|]?\s?当?前?第?\s?(?P<current>\d{1,6})\s?[页頁]"),
    re.compile(r"(?<![\d/])(?P<current>\d{1,6})\s?/\s?(?P<pages>\d{1,6})\s?[页頁]"),
    re.compile(r"[条條][^\d条條]{0,6}(?P<current>\d{1,6})\s?/\s?(?P<pages>\d{1,6})(?![\d/])"),
    re.compile(r"共\s?(?P<pages>\d{1,6})\s?[页頁]"),
    re.compile(r"[总總][页頁]数\s?:?\s?(?P<pages>\d{1,6})"),
)
_DECLARED = (
    re.compile(r"共\s?[有计]?\s?(\d{1,7})\s?(?:[条條]|篇|则|项|个?[记記][录錄])(?!\s?/\s?[页頁])"),
    re.compile(r"(?:[总總][记記][录錄]数?|[记記][录錄][总總]数|[总總][条條]数|信息[总總]数|[总總]数)\s?:?\s?(\d{1,7})"),
    re.compile(r"共\s?\d{1,6}\s?[页頁]\s?/?\s?(\d{1,7})\s?[条條]"),
)
_FOLDED = str.maketrans("０１２３４５６７８９／：，", "0123456789/:,", "\u200b\ufeff")
_SHOWN = etree.XPath(".//*[not(self::script or self::style or self::option)]/text()", smart_strings=False)
_SPACE = re.compile(r"\s+")
_EDGE = " <>＜＞«»‹›[]()（）【】·|\u3000\u00a0"
_NEXT = re.compile(r"^(?:下\s?一?\s?[页頁]|[后後]\s?一?\s?[页頁]|next(?: page)?)$", re.IGNORECASE)
_TURN = re.compile(
    r"^(?:[上下前后後]\s?一?\s?[页頁]|[尾末]\s?[页頁]|最[后後]一[页頁]|next(?: page)?|prev(?:ious)?(?: page)?|last)$", re.IGNORECASE
)
_ARROW = re.compile(r"^[>＞›〉]$")
_NUMBER = re.compile(r"^第?\s?(\d{1,3})\s?[页頁]?$")  # longer ones are years
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:pages?|pagers?|pagelist|pagebox|paging|paginations?|page_?num|pagesize|fenye|fanye)(?:$|[\s_\-\d])", re.IGNORECASE
)
_HERE = re.compile(r"(?:^|[\s_-])(?:current|cur|active|on|now|thisclass|selected|this)(?:$|[\s_-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pager says of its listing: entries, pages, and which page this is; None where it does not say, or says it twice apart."""

    declared: int | None = None
    pages: int | None = None
    current: int | None = None


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a product names the pages of a listing: `found` in the address of any of them, replaced by `page` with {n} for the number.

    Where `found` has a group `n`, it is the number of the page that has the address. `source` says where the rule comes from.
    """

    source: str
    found: re.Pattern[str]
    page: str

    def address(self, url: str, here: int, number: int) -> str | None:
        """The address of page `number`, by the address of page `here`; None for one of another form, or that counts otherwise."""
        there = self.found.search(url)
        if there is None or int(there.groupdict().get("n") or here) != here:
            return None
        return url[: there.start()] + there.expand(self.page.replace("{n}", str(number))) + url[there.end() :]


def read(page: ListingPage, numberings: Sequence[Numbering] = ()) -> Rows:
    """Rows of any markup, the pages that the pager shows, and those that follow from the product's `numberings` and the page count."""
    counted = counts(page)
    return Rows(links.rows(page), further(page, counted, numberings), counted.declared, counted.pages)


def further(page: ListingPage, counted: Counts, numberings: Sequence[Numbering] = ()) -> tuple[NextRequest, ...]:
    """The pages after this one, in the order of their numbers."""
    roots = _roots(page)
    functions = scripts.turns(page)
    shown = [turn for root in roots for turn in _shown(root, page, functions)]
    here = _here(page, counted, shown)
    last = min(counted.pages or here, here + MAX_PAGES)
    found = {number: request for number, request in shown if number is not None and number > here}
    for request in (request for number, request in shown if number is None):
        found.setdefault(here + 1, request)
    turn = functions.called([(number or here + 1, request) for number, request in shown])
    for number in range(here + 1, last + 1):
        if number not in found and (request_to := _derived(page, here, number, numberings, turn)):
            found[number] = request_to
    own = urldefrag(page.url).url
    return tuple(
        replace(found[number], state=str(number)) for number in sorted(found) if found[number].body is not None or found[number].url != own
    )


def counts(page: ListingPage) -> Counts:
    """What the pager counts, read near its own words only: a row of the listing may count things too (共收到 12 条申请)."""
    near = [window for root in _roots(page) for window in _windows(_text(root))]
    declared = {int(found) for window in near for pattern in _DECLARED for found in pattern.findall(window)}
    paged = {pair for window in near if (pair := _paged(window))}
    pages, current = paged.pop() if len(paged) == 1 else (None, None)
    return Counts(declared.pop() if len(declared) == 1 else None, pages, current)


def _paged(window: str) -> tuple[int, int | None] | None:
    for pattern in _PAGES:
        for found in pattern.finditer(window):
            pages, current = int(found["pages"]), int(found.groupdict().get("current") or 0) or None
            if pages and (current is None or current <= pages):
                return pages, current
    return None


def _windows(text: str) -> Iterator[str]:
    """The parts of a text around the words of a pager; parts that touch are one."""
    start = end = 0
    for word in _WORDS.finditer(text):
        if end and word.start() - _NEAR > end:
            yield text[start:end].translate(_FOLDED)
            end = 0
        start = start if end else max(0, word.start() - _NEAR)
        end = word.end() + _NEAR
    if end:
        yield text[start:end].translate(_FOLDED)


def _text(root: html.HtmlElement) -> str:
    """The visible text, elements set apart by blanks (a count is mostly an element of its own)."""
    return _SPACE.sub(" ", " ".join(_SHOWN(root)))


def visible(page: ListingPage) -> str:
    """The text a page shows, blanks folded; empty where there is nothing."""
    return "" if page.tree is None else _text(page.tree).strip()


def _roots(page: ListingPage) -> list[html.HtmlElement]:
    """Where a pager may stand: the page, and a pager that the page holds encoded."""
    found = (page.tree, scripts.encoded_pager(page))
    return [root for root in found if root is not None]


# ------------------------------------------------------------------------------------------------ links of a pager

Turn = tuple["int | None", NextRequest]  # number of a page (None: the next one) and the request for it


def _shown(root: html.HtmlElement, page: ListingPage, functions: scripts.Turns) -> Iterator[Turn]:
    """The pages a pager links: by number, by 下一页, by the options of a select."""
    base = links.base_of(page)
    for anchor in _anchors(root):
        label, number = _label(anchor), _number(anchor)
        if number is None and not _NEXT.match(label) and not _ARROW.match(anchor.text_content().strip()):
            continue
        if request := _leads(anchor, base, functions):
            yield number, request
    for select, _ in zip(root.iter("select"), range(_PAGERS), strict=False):
        yield from _options(select, base, functions)


def _anchors(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The links of the pagers: those beside a word like 下一页, and those in an element whose class says that it is one."""
    seen: set[html.HtmlElement] = set()
    tries = 0
    for link in islice(_links(root), 2 * links.MAX_LINKS):
        if link in seen:
            continue
        if not _TURN.match(_label(link)) and not (_number(link) is not None and _is_pager(link)):
            continue
        tries += 1
        if tries > _PAGERS:
            return
        for anchor in _beside(link):
            if anchor not in seen:
                seen.add(anchor)
                yield anchor


def _links(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Links, and what else a pager lets its reader click."""
    return (element for element in root.iter("a", "span", "li", "button", "input") if element.tag == "a" or element.get("onclick"))


def _beside(link: html.HtmlElement) -> list[html.HtmlElement]:
    """The links of the pager that a link belongs to: of the smallest element around it that numbers pages, else the link alone."""
    for parent, _ in zip(link.iterancestors(), range(_LEVELS), strict=False):
        found = []
        for anchor in _links(parent):
            found.append(anchor)
            if len(found) > _LINKS:
                return [link]
        if sum(1 for anchor in found if _number(anchor) is not None) >= 1:
            return found
    return [link]


def _is_pager(link: html.HtmlElement) -> bool:
    return any(
        _CLASS.search(f"{parent.get('class', '')} {parent.get('id', '')}")
        for parent, _ in zip(link.iterancestors(), range(_LEVELS), strict=False)
    )


def _options(select: html.HtmlElement, base: str, functions: scripts.Turns) -> Iterator[Turn]:
    """Pages as options, from 1 without a gap (else they are sizes): their value is an address, or a number handed to a function."""
    onchange = select.get("onchange", "")
    options = [(found, (option.get("value") or "").strip()) for option in select.iter("option") if (found := _NUMBER.match(_words(option)))]
    if not onchange or [int(found[1]) for found, _ in options] != list(range(1, len(options) + 1)):
        return
    for found, value in options:
        request = functions.call(onchange, int(value)) if value.isdecimal() and value.isascii() else None
        if request is None and not value.isdecimal() and (url := resolved(value, base)):
            request = NextRequest(url)
        if request:
            yield int(found[1]), request


def _leads(anchor: html.HtmlElement, base: str, functions: scripts.Turns) -> NextRequest | None:
    """The request a link of a pager stands for: its address, else that which its script sets or its function builds."""
    if url := resolved(anchor.get("href", ""), base):
        return NextRequest(url)
    for script in (anchor.get("onclick", ""), anchor.get("href", "")):
        if address := scripts.address(script):
            there = resolved(address, base)
            return NextRequest(there) if there else None
        if request := functions.call(script):
            return request
    return None


def _derived(page: ListingPage, here: int, number: int, numberings: Sequence[Numbering], turn: scripts.Turn | None) -> NextRequest | None:
    """A page that is counted but not linked: by the product's numbering, else by the function that the pager's links call."""
    own = urldefrag(page.url).url
    address = next((address for rule in numberings if (address := rule.address(own, here, number))), None)
    if address:
        return NextRequest(address)
    return turn(number) if turn else None


def _here(page: ListingPage, counted: Counts, shown: list[Turn]) -> int:
    """The number of this page: as it was asked for, else as its pager says, else the first."""
    if page.state.isdecimal():
        return int(page.state)
    own = urldefrag(page.url).url
    linked = next((number for number, request in shown if number and request.body is None and request.url == own), None)
    return linked or counted.current or _marked(page) or 1


def _marked(page: ListingPage) -> int | None:
    """The number that the pager marks as the current page; None where it marks none, or several."""
    found: set[int] = set()
    for root in _roots(page):
        for element in root.iter("span", "b", "strong", "em", "a", "li", "font"):
            number = _NUMBER.match((element.text or "").strip())
            if number and _is_pager(element) and (element.tag in ("b", "strong") or _HERE.search(element.get("class", ""))):
                found.add(int(number[1]))
    return found.pop() if len(found) == 1 else None


def _label(anchor: html.HtmlElement) -> str:
    """What a link says: its text, else its title or that of its image, without brackets and arrows around a word."""
    text = anchor.get("value", "") if anchor.tag == "input" else _words(anchor)
    if not text.strip(_EDGE):
        images = (image.get("alt") or image.get("title") for image in anchor.iter("img"))
        text = anchor.get("title") or anchor.get("aria-label") or next((alt for alt in images if alt), "")
    if not text and "next" in anchor.get("class", "").lower().split():
        text = "next"
    return text.strip(_EDGE)


def _number(anchor: html.HtmlElement) -> int | None:
    found = _NUMBER.match(_words(anchor).strip(_EDGE))
    return int(found[1]) if found and int(found[1]) else None


def _words(element: html.HtmlElement) -> str:
    return " ".join((element.text_content() if len(element) else element.text or "").split())


def resolved(href: str, base: str) -> str | None:
    """The address a link leads to, without fragment; None for scripts, fragments of the same page and broken addresses."""
    href = href.strip()
    if not href or href.startswith("#") or href[:11].lower().startswith(("javascript:", "mailto:", "tel:", "data:", "about:")):
        return None
    try:
        url = urldefrag(urljoin(base, href)).url
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
