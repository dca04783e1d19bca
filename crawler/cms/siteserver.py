"""SiteServer CMS: `/channels/298.html`, then `/channels/298_2.html`; articles `/contents/298/456.html`; pager 当前第 1/N.

Preferred: the pages that the pager links. Other way: the numbering `298_n.html` as far as the pager counts.
A variant (山东: `/channels/ch00232/`) has the rows of all pages on the first as `pagedContent`, for its script to cut into pages: markup,
a list of markup, or a list of records. They are all read, and nothing further is asked for.
Trap: the script's markup is escaped (`\\/`, `\\"`, `\\u003c`), and what the page itself shows is only the first of its pages.
"""

from __future__ import annotations

import json
import re
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any

from crawler.cms import links, pagers
from crawler.cms.model import ListingEntry, ListingPage, Rows, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator

FAMILY = "siteserver"
LISTING = (
    Signal.url(6, "address channels/n", r"/channels/(?:\d+(?:_\d+)?\.html|ch\d+/?)"),
    Signal.text(6, "links channels/n.html", r"""["'/]channels/\d{1,9}(?:_\d{1,5})?\.html""", "channels/"),
    Signal.text(6, "rows as pagedContent", r"\bpagedContent\b", "pagedContent"),
    Signal.text(5, "article links contents/n/n.html", r"""["'/]contents/\d{1,9}/\d{1,9}\.html""", "contents/"),
)
ARTICLE = (Signal.url(6, "address contents/n/n.html", r"/contents/\d+/\d+\.html$"),)

NUMBERINGS = (
    pagers.Numbering(
        "PORTALS.md section 12: 298.html, 298_2.html", re.compile(r"/channels/(\d+)(?:_(?P<n>\d+))?\.html$"), r"/channels/\1_{n}.html"
    ),
)

_INLINED = re.compile(r"\bpagedContent\b[\"']?\s{0,9}(?:[:=]|\.(?:push|concat)\(|\+=|\[\s?\d{1,5}\s?\]\s?=)\s{0,9}(?=[\[{\"'`])")
_STRINGS = 20_000  # that a value is put together of; a row is one, or some lines
_HOLDERS = ("script", "textarea", "template", "xmp")
_OPENING = re.compile(r"[\"'`]|;|</script", re.IGNORECASE)
_QUOTED = re.compile(r"""(["'`])((?:(?!\1)[^\\]|\\.)*+)\1""", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}
_TITLE = ("title", "subject", "name")
_ADDRESS = ("url", "href", "link", "linkurl")


def read(page: ListingPage) -> Rows:
    """Rows of any markup and the pages of the pager; of the variant all rows of its script, and no further pages."""
    inlined = _inlined(page)
    if not inlined:
        return pagers.read(page, NUMBERINGS)
    shown = {entry.url: entry for entry in links.rows(page)}
    return Rows(tuple((shown | {entry.url: entry for entry in inlined}).values()), declared=pagers.counts(page).declared)


def _inlined(page: ListingPage) -> tuple[ListingEntry, ...]:
    """The rows that the scripts of the page hold."""
    if "pagedContent" not in page.text:
        return ()
    found: dict[str, ListingEntry] = {}
    for markup in (*_held(page), *_values(page.text)):
        for entry in links.rows(page, markup):
            found.setdefault(entry.url, entry)
    return tuple(found.values())


def _held(page: ListingPage) -> Iterator[str]:
    """Markup that stands as the text of an element of that name."""
    for element in () if page.tree is None else page.tree.iter(*_HOLDERS):
        if "pagedContent" in (element.get("id"), element.get("class")):
            yield element.text or ""


def _values(text: str) -> Iterator[str]:
    """What the scripts set or add to the variable, as markup."""
    end = 0
    for found in _INLINED.finditer(text):
        if found.end() >= end:
            markup, end = _value(text, found.end())
            yield markup


def _value(text: str, start: int) -> tuple[str, int]:
    """The value of a script at `start` as markup, and where it ends: strings and lists of strings as they are, a row for a record."""
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return _strings(text, start)
    return "".join(_row(item) for item in (value if isinstance(value, list) else [value])), end


def _row(item: Any) -> str:
    if isinstance(item, str):
        return item
    if not isinstance(item, dict):
        return ""
    record = {str(key).lower(): value for key, value in item.items()}
    title, href = (next((str(record[key]) for key in keys if record.get(key)), "") for keys in (_TITLE, _ADDRESS))
    day = next((str(value) for value in record.values() if isinstance(value, str) and _is_day(value)), "")
    return f'<li><a href="{escape(href)}">{escape(title)}</a><span>{day[:10]}</span></li>' if title and href else ""


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value[:10])
    except ValueError:
        return False
    return True


def _strings(text: str, start: int) -> tuple[str, int]:
    """The quoted strings of a value that is script and no JSON (single quotes, joined by +), up to the end of its statement."""
    parts: list[str] = []
    opening = _OPENING.search(text, start)
    while opening and (found := _QUOTED.match(text, opening.start())) and len(parts) < _STRINGS:
        parts.append(_ESCAPE.sub(_unescaped, found[2]))
        opening = _OPENING.search(text, found.end())
    return "".join(parts), opening.start() if opening else len(text)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else _PLAIN.get(found[3], found[3])
