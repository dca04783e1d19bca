"""Portals on ASP.NET web forms without a known product: pages by address (`?page=2`), or by sending the page's form back to it.

Preferred: addresses. `InfoPublic.aspx?cid=1019&pid=971&page=1&kw=` (云南人社) counts its pages in the last link of `div.pages`.
Other way: postback, a POST of the form's fields (`__VIEWSTATE`, `__EVENTVALIDATION`, `__CSRFTOKEN` and what else it holds) with
`__EVENTTARGET=…Pager` and `__EVENTARGUMENT=2`.
Traps: the fields are those of the page just read and a server refuses older ones, so only the next page is ever asked for, from the
page before it. PowerEasy, SiteServer and Huilan run on the framework too; its marks weigh one less than those of products.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

from crawler.cms import links, pagers, scripts
from crawler.cms.model import ListingPage, NextRequest, Rows, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

FAMILY = "aspnet"
LISTING = (
    Signal.text(5, "postback __doPostBack", r"__doPostBack\(|WebForm_DoPostBackWithOptions\(", "oPostBack"),
    Signal.text(3, "form state __VIEWSTATE", r"""["']__VIEWSTATE["']""", "__VIEWSTATE"),
    Signal.url(5, "address .aspx?…page=n", r"\.aspx\?(?:[^#]*&)?page=\d"),
    Signal.text(5, "links .aspx?…page=n", r"""\.aspx\?(?:[^"'<>\s?]{0,300}[&;])?page=\d""", ".aspx?"),
)
ARTICLE = (Signal.text(5, "form state __VIEWSTATE", r"""["']__VIEWSTATE["']""", "__VIEWSTATE"),)

NUMBERING = pagers.Numbering(
    "PORTALS.md section 12: InfoPublic.aspx?…&page=1", re.compile(r"([?&]page)=(?P<n>\d+)", re.IGNORECASE), r"\1={n}"
)
_LAST = "(//div[contains(concat(' ', normalize-space(@class), ' '), ' pages ')]//a)[last()]"

_POSTBACK = re.compile(
    r"""__doPostBack\(\s{0,9}["']([^"']{1,200})["']\s{0,9},\s{0,9}["']([^"']{0,100})["']"""
    r"""|WebForm_PostBackOptions\(\s{0,9}["']([^"']{1,200})["']\s{0,9},\s{0,9}["']([^"']{0,100})["']"""
)
_ARGUMENT = re.compile(r"^(?:Page\$)?(\d{1,5})$")
_CALENDAR = re.compile(r"calendar|date|rili", re.IGNORECASE)  # its events carry numbers too
_FORWARD = re.compile(r"^(?:下\s?一?\s?页|后\s?一?\s?页|next|>|›)$", re.IGNORECASE)
_TARGET = re.compile(r"(?:lnk|lbtn|lb|btn|link)?next(?:page)?$", re.IGNORECASE)


def read(page: ListingPage) -> Rows:
    """Rows of any markup, and the pages after this one where they have addresses, else the next one as a postback."""
    counted = pagers.counts(page)
    if last := _last(page):
        counted = replace(counted, pages=last)
    further = pagers.further(page, counted, (NUMBERING,))
    return Rows(links.rows(page), further or _postback(page, counted), counted.declared, counted.pages)


def _last(page: ListingPage) -> int | None:
    """The number of the last page by the last link of `div.pages`; None where that names none."""
    found = () if page.tree is None else page.tree.xpath(_LAST)
    for link in found:
        number = re.search(r"[?&]page=(\d{1,5})\b", link.get("href", "")) or re.fullmatch(r"\s*(\d{1,5})\s*", link.text_content())
        if number and int(number[1]):
            return int(number[1])
    return None


def _postback(page: ListingPage, counted: pagers.Counts) -> tuple[NextRequest, ...]:
    """The next page as the form of this one with its event; nothing on the last page, or where no event leads on."""
    here = int(page.state) if page.state.isdecimal() else counted.current or _current(page) or 1
    form = next((form for form in scripts.elements(page, "form") if _is_server(form)), None)
    if form is None or (counted.pages is not None and here >= counted.pages):
        return ()
    event = _event(form, here + 1)
    button = None if event else _button(form)
    if event is None and button is None:
        return ()
    fields = [(name, value) for name, value in scripts.filled(form) if name not in ("__EVENTTARGET", "__EVENTARGUMENT")]
    target, argument = event or ("", "")
    fields += [("__EVENTTARGET", target), ("__EVENTARGUMENT", argument), *([button] if button else [])]
    action = urljoin(urldefrag(page.url).url, form.get("action", "").strip())
    return (NextRequest(action, "POST", scripts.encoded(fields), referer=page.url, state=str(here + 1)),)


def _button(form: html.HtmlElement) -> tuple[str, str] | None:
    """Name and value of the button 下一页; None where there is none, or it is dead."""
    for button in form.iter("input"):
        name, value = button.get("name", ""), button.get("value", "")
        if name and button.get("type", "").lower() == "submit" and _FORWARD.match(value.strip()) and button.get("disabled") is None:
            return name, value
    return None


def _is_server(form: html.HtmlElement) -> bool:
    return any(field.get("name") == "__VIEWSTATE" for field in form.iter("input"))


def _event(form: html.HtmlElement, number: int) -> tuple[str, str] | None:
    """Target and argument that lead to a page: of the link that carries its number, else of the link that says 下一页."""
    forward = None
    for link, target, argument in _events(form):
        text = re.sub(r"\s+", " ", link.text_content()).strip(" []()<«»") or link.get("title", "")
        numbered = _ARGUMENT.match(argument)
        if numbered and int(numbered[1]) == number and not _CALENDAR.search(target):
            return target, argument
        if numbered is None and text == str(number) and "pag" in target.lower():
            return target, argument
        if forward is None and (_FORWARD.match(text) or _TARGET.search(target)):
            forward = target, argument
    return forward


def _events(form: html.HtmlElement) -> Iterator[tuple[html.HtmlElement, str, str]]:
    """The links of a form that post it back, each with its target and argument."""
    for link in form.iter("a"):
        if link.get("disabled") is not None:
            continue
        found = _POSTBACK.search(link.get("href", "")) or _POSTBACK.search(link.get("onclick", ""))
        if found:
            yield link, found[1] or found[3], found[2] or found[4] or ""


def _current(page: ListingPage) -> int | None:
    """The page that the pager shows as no link between its links (`<span>1</span>`); None where it shows none."""
    for link in scripts.elements(page, "a"):
        if "__doPostBack" not in f"{link.get('href', '')}{link.get('onclick', '')}":
            continue
        around = link.getparent()
        found = [] if around is None else [mark.text for mark in around.iter("span", "b", "strong", "font") if mark.text]
        numbers = {int(text) for text in found if re.fullmatch(r"\s*\d{1,5}\s*", text)}
        return numbers.pop() if len(numbers) == 1 else None
    return None
