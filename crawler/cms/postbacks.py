"""The next page of a listing as a postback: the form of an ASP.NET page sent back with the event of its pager (PORTALS.md section 12).

Any product on web forms may page so. The fields (`__VIEWSTATE`, `__EVENTVALIDATION`, `__CSRFTOKEN` and what else the form holds) are those
of the page just read, and a server refuses older ones: so only the next page is ever asked for, from the page before it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin

from crawler.cms import scripts
from crawler.cms.model import ListingPage, NextRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

    from crawler.cms.pagers import Counts

_POSTBACK = re.compile(
    r"""__doPostBack\(\s{0,9}["']([^"']{1,200})["']\s{0,9},\s{0,9}["']([^"']{0,100})["']"""
    r"""|WebForm_PostBackOptions\(\s{0,9}["']([^"']{1,200})["']\s{0,9},\s{0,9}["']([^"']{0,100})["']"""
)
_ARGUMENT = re.compile(r"^(?:Page\$)?(\d{1,5})$")
_CALENDAR = re.compile(r"calendar|date|rili", re.IGNORECASE)  # its events carry numbers too
_FORWARD = re.compile(r"^(?:下\s?一?\s?页|后\s?一?\s?页|next|>|›)$", re.IGNORECASE)
_TARGET = re.compile(r"(?:lnk|lbtn|lb|btn|link)?next(?:page)?$", re.IGNORECASE)


def further(page: ListingPage, counted: Counts) -> tuple[NextRequest, ...]:
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
