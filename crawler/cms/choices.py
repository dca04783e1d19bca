"""Agencies to choose from on a page: options of a select, or tabs and trees whose items carry an agency's number.

An item gives no address but a number (organId, unitid, depCode: PORTALS.md section 13). An address is built of it only where the page
shows how: its own address holds the number of one of the items, or a form sends the chosen one in its address.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urldefrag, urlsplit

from lxml import etree

from crawler.cms import labels, links, pagers, scripts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

    from crawler.cms.model import ListingPage

_ID = re.compile(r"[\w-]{1,60}")
_QUOTED = re.compile(r"""["']([\w-]{2,60})["']|\(\s?(\d{2,20})\s?[,)]""")
_NUMBERED = etree.XPath(
    ".//*[self::a or self::li or self::span or self::dd][@onclick or @id or @value or @code or @rel"
    " or @*[starts-with(name(), 'data-') or starts-with(., 'javascript:')]]"
)
_SELECTS = 20
_ITEMS = 20_000  # elements that are looked at


def agencies(page: ListingPage) -> Iterator[tuple[str, str]]:
    """Name and listing address of each agency a page lets its reader choose."""
    for select in islice(scripts.elements(page, "select"), _SELECTS):
        yield from _of_select(page, select)
    for items in _numbered(page).values():
        yield from _by_own_address(page, items)


def _of_select(page: ListingPage, select: html.HtmlElement) -> Iterator[tuple[str, str]]:
    options = [
        (name, option.get("value", "").strip()) for option in select.iter("option") if (name := labels.agency(option.text_content()))
    ]
    options = [(name, value) for name, value in options if value]
    if len(options) < 2:
        return
    if any("/" in value for _, value in options):
        base = links.base_of(page)
        yield from ((name, url) for name, value in options if "/" in value and (url := pagers.resolved(value, base)))
        return
    built = list(_by_own_address(page, options)) or list(_by_name(page, select.get("name", ""), options))
    yield from built or _by_form(page, select, options)


def _numbered(page: ListingPage) -> dict[str, list[tuple[str, str]]]:
    """Agencies with their numbers, by where the number stands: an attribute, or a place among the arguments of a script."""
    found: dict[str, list[tuple[str, str]]] = {}
    for element in islice(() if page.tree is None else _NUMBERED(page.tree), _ITEMS):
        name = labels.agency("".join(islice(element.itertext(), 6)))
        for place, value in _values(element) if name else ():
            found.setdefault(place, []).append((name or "", value))
    return found


def _values(element: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for key, value in element.attrib.items():
        if key == "onclick" or value.startswith("javascript:"):
            yield from ((f"{key} {place}", found[1] or found[2]) for place, found in enumerate(islice(_QUOTED.finditer(value), 6)))
        elif (key.startswith("data-") or key in ("id", "value", "code", "rel")) and _ID.fullmatch(value.strip()):
            yield key, value.strip()


def _by_own_address(page: ListingPage, items: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The page's own address with the number of each item in place of the one it holds; none where it holds none of them."""
    own = urldefrag(page.url).url
    values = {value for _, value in items}
    held = [part for part in re.split(r"[/?&=]", own.partition("://")[2].partition("/")[2]) if unquote(part) in values]
    if len(values) < 2 or len(held) != 1:
        return
    head, tail = re.split(rf"(?<=[/=]){re.escape(held[0])}(?=[/?&]|$)", own, maxsplit=1)
    for name, value in items:
        yield name, f"{head}{quote(value)}{tail}"


def _by_name(page: ListingPage, field: str, items: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The page's own address where its query has a field of the select's name."""
    own = urldefrag(page.url).url
    found = re.search(rf"(?<=[?&]){re.escape(field)}=[^&]*", own) if field else None
    if found:
        for name, value in items:
            yield name, f"{own[: found.start()]}{field}={quote(value)}{own[found.end() :]}"


def _by_form(page: ListingPage, select: html.HtmlElement, items: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The addresses a form leads to that sends the choice in its address; none of a search form, which has a box for words."""
    form, field = next(select.iterancestors("form"), None), select.get("name", "")
    if form is None or not field or form.get("method", "get").lower() != "get" or not urlsplit(form.get("action", "")).path:
        return
    if any(box.get("type", "text").lower() in ("text", "search") for box in form.iter("input")):
        return
    for name, value in items:
        fields = [(key, value if key == field else held) for key, held in scripts.filled(form)]
        yield name, scripts.submitted(page.url, form, fields).url
