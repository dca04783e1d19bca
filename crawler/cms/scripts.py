"""What the scripts of a listing say of its pages: addresses they set, functions that turn pages, a pager they decode.

Nothing is run. A function is understood where its text joins a fixed address and its argument, or fills one field of a form and sends it:
an argument that is changed on the way, or an address built of other values, is left alone (PORTALS.md section 14: never guess a page).
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlencode, urljoin

from crawler.cms.model import ListingPage, NextRequest, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml import html

_BODY = 800  # characters of a function that are read
_FUNCTIONS = 300  # functions of a page that are looked at
_ENCODED = 200_000  # characters of an encoded pager

_SET = re.compile(r"""\blocation(?:\.href)?\s{0,9}(?:=|\.(?:replace|assign)\()\s{0,9}["']([^"'\s]{1,500})["']\s{0,9}(?:[;)}]|$)""")
_CALL = re.compile(r"(?:^|[;:\s]|return\s)([A-Za-z_$][\w$]{0,60})\(\s{0,9}(?:this,\s?)?['\"]?(\d{1,5})['\"]?\s{0,9}\)")
_CALLED = re.compile(r"(?:^|[;:\s])([A-Za-z_$][\w$]{0,60})\(\s{0,9}this\.(?:value|options\[)")
_FUNCTION = re.compile(r"function\s{1,9}([A-Za-z_$][\w$]{0,60})\s{0,9}\(\s{0,9}([A-Za-z_$][\w$]{0,40})\s{0,9}\)\s{0,9}\{")
_JOINED = re.compile(
    r"""(?:location(?:\.href)?\s{0,9}=|location\.(?:replace|assign)\(|\b(?:url|href)\s{0,9}=)\s{0,9}(["'])(?P<before>[^"'\n]{0,500})\1\s{0,9}\+\s{0,9}"""
    r"""(?P<name>[A-Za-z_$][\w$]{0,40})(?![\w$(.\[])\s{0,9}(?:\+\s{0,9}(["'])(?P<after>[^"'\n]{0,500})\4)?\s{0,9}(?P<rest>[^\s])?"""
)
_FIELD = re.compile(
    r"""(?:getElementById\(\s?["'](?P<id>[\w$-]{1,60})["']\)|\.(?P<name>[\w$]{1,60}))\.value\s{0,9}=\s{0,9}(?P<given>[A-Za-z_$][\w$]{0,40})\s{0,9}[;}]"""
    r"""|\$\(\s?["']#(?P<jquery>[\w-]{1,60})["']\s?\)\.val\(\s{0,9}(?P<given2>[A-Za-z_$][\w$]{0,40})\s{0,9}\)"""
)


Turn = Callable[[int], "NextRequest | None"]  # a function that turns pages: from the number of a page to the request for it


@dataclass(frozen=True, slots=True)
class Turns:
    """The functions of a page that may turn its pages, by name."""

    functions: Mapping[str, Turn]

    def call(self, script: str, value: int | None = None) -> NextRequest | None:
        """The request that a script asks for by calling one of the functions: with a number, or with the `value` of its select."""
        found = _CALL.search(script) if value is None else _CALLED.search(script)
        if found is None or found[1] not in self.functions:
            return None
        return self.functions[found[1]](int(found[2]) if value is None else value)

    def called(self, shown: Iterable[tuple[int, NextRequest]]) -> Turn | None:
        """The function that leads to the numbered pages a pager shows; None where no function does: others only look alike."""
        for number, request in shown:
            for turn in self.functions.values():
                if turn(number) == request:
                    return turn
        return None


def elements(page: ListingPage, *tags: str) -> Iterator[html.HtmlElement]:
    """The elements of a page with some tags, in reading order; none of a page there is nothing of."""
    if page.tree is not None:
        yield from page.tree.iter(*tags)


def address(script: str) -> str | None:
    """The fixed address that a script of a link sets (`location.href='index_2.html'`); None where it sets none or builds it."""
    found = _SET.search(script[:_BODY])
    return found[1] if found else None


def turns(page: ListingPage) -> Turns:
    """The functions of a page's scripts that turn its pages."""
    return Turns({name: request for name, argument, body in _functions(page) if (request := _turn(page, argument, body))})


def _functions(page: ListingPage) -> Iterator[tuple[str, str, str]]:
    """Name, argument and text of each function with one argument."""
    for found, _ in zip(_FUNCTION.finditer(page.text), range(_FUNCTIONS), strict=False):
        body = page.text[found.end() : found.end() + _BODY]
        following = re.search(r"\bfunction\b|</script", body)
        yield found[1], found[2], body[: following.start()] if following else body


def _turn(page: ListingPage, argument: str, body: str) -> Turn | None:
    """What a function does with a page number; None where it does nothing we understand, or changes the number first."""
    name = re.escape(argument)
    if re.search(rf"(?<![\w$]){name}\s?(?:=(?!=)|[-+]=|--|\+\+|-\s?1|\+\s?1)", body):
        return None
    joined = next((found for found in _JOINED.finditer(body) if found["name"] == argument and found["rest"] in (None, ";", ")", "}")), None)
    if joined:
        before, after = joined["before"], joined["after"] or ""
        return lambda number: NextRequest(urljoin(page.url, f"{before}{number}{after}"))
    field = next((found for found in _FIELD.finditer(body) if argument in (found["given"], found["given2"])), None)
    if field and "submit(" in body:
        wanted = field["id"] or field["name"] or field["jquery"]
        return lambda number: _sent(page, wanted, number)
    return None


def _sent(page: ListingPage, wanted: str, number: int) -> NextRequest | None:
    """The form that holds a field, sent with a page number in it; None where the page has no such form."""
    for form in elements(page, "form"):
        names = [field.get("name") for field in form.iter("input") if wanted in (field.get("name"), field.get("id"))]
        if names and names[0]:
            fields = [(name, str(number) if name == names[0] else value) for name, value in filled(form)]
            return submitted(page.url, form, fields)
    return None


def filled(form: html.HtmlElement) -> list[tuple[str, str]]:
    """The fields a browser would send with a form that nobody has touched, buttons left out."""
    found = []
    for field in form.iter("input", "select", "textarea"):
        name, kind = field.get("name"), field.get("type", "text").lower()
        if not name or field.get("disabled") is not None or kind in ("submit", "button", "image", "reset", "file"):
            continue
        if kind in ("checkbox", "radio") and field.get("checked") is None:
            continue
        found.append((name, _value(field)))
    return found


def submitted(url: str, form: html.HtmlElement, fields: list[tuple[str, str]]) -> NextRequest:
    """The request that sends a form: in the address, or as a body where the form says so."""
    target, body = urljoin(url, form.get("action", "").strip()), encoded(fields)
    if form.get("method", "get").lower() == "post":
        return NextRequest(target, "POST", body)
    return NextRequest(f"{target.partition('?')[0]}?{body}")


def encoded(fields: list[tuple[str, str]]) -> str:
    """Fields as the body of a form."""
    return urlencode(fields)


def _value(field: html.HtmlElement) -> str:
    if field.tag == "textarea":
        return field.text_content()
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = next((option for option in options if option.get("selected") is not None), options[0] if options else None)
        return "" if chosen is None else chosen.get("value", chosen.text_content().strip())
    return field.get("value", "on" if field.get("type") in ("checkbox", "radio") else "")


def encoded_pager(page: ListingPage) -> html.HtmlElement | None:
    """The pager that a page holds as base64 of percent-encoded markup in `#pages`, for its script to decode with `atob`; None elsewhere.

    PORTALS.md section 12 (云南).
    """
    if page.tree is None or "atob(" not in page.text:
        return None
    holder = page.tree.find(".//*[@id='pages']")
    if holder is None:
        return None
    for held in (holder.text_content(), *holder.attrib.values()):
        if markup := _decoded(held.strip()):
            return parse(markup)
    return None


def _decoded(held: str) -> str | None:
    """Markup out of base64 and percent signs, in whichever order they were put on; None where there is none in it."""
    if not 16 <= len(held) <= _ENCODED:
        return None
    try:
        markup = unquote(unquote_to_bytes(b64decode(unquote(held), validate=True)).decode())
    except (Base64Error, ValueError):
        return None
    return markup if "<" in markup else None
