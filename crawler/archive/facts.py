"""What a crawl knew of a capture beside the answer itself: the header `WARC-JSON-Metadata` of its record, in ASCII.

It stands in the record and not beside it, so that a page never loses the listing entry it was fetched for. Nothing is written that the
record says already. The name of the header is the one that Webrecorder's tools use for the same purpose.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawler.archive.model import Place
from extract.model import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.model import Capture, Unread

HEADER = "WARC-JSON-Metadata"
_SHARED = ("entry", "portal", "content_type")


def target(url: str) -> str:
    """The address in ASCII: a file name may hold anything, a line feed too."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def one_line(text: str) -> str:
    """A header's name or value without line ends, which would end it."""
    return " ".join(text.split("\r\n")).replace("\r", " ").replace("\n", " ").replace("\0", " ")


def of_capture(capture: Capture) -> dict[str, Any]:
    """The facts of a capture; keys without a value are left out."""
    page = capture.page
    facts = {
        "kind": capture.kind,
        "url": page.url if target(page.url) != page.url else None,
        "asked": page.asked,
        "portal": capture.portal_id,
        "entry": _entry(page.entry),
        "content_type": page.content_type if _hidden(capture) else None,
        "parts": [part.place for part in capture.parts if part.place],
        "unread": _unread(page.address, capture.unread) if capture.unread else None,
    }
    return {name: value for name, value in facts.items() if value not in (None, {}, [])}


def _hidden(capture: Capture) -> bool:
    """Whether the record's own headers do not say the content type as it was sent: those of a file, or not ASCII."""
    return capture.status is None or not (capture.page.content_type or "").isascii()


def _entry(entry: Entry) -> dict[str, str]:
    listed_on = entry.listed_on.isoformat() if entry.listed_on else None
    said = {"title": entry.title, "listed_on": listed_on, "agency": entry.agency, "division_code": entry.division_code}
    return {name: value for name, value in said.items() if value is not None}


def _unread(address: str, unread: Unread) -> dict[str, Any]:
    said = {"address": address, "outcome": unread.outcome, "reason": unread.reason, "byte_count": unread.byte_count, "asked": unread.asked}
    return {name: value for name, value in said.items() if value is not None}


def to_header(facts: Mapping[str, Any]) -> str:
    """The facts as one line of ASCII."""
    return json.dumps(facts, separators=(",", ":"), sort_keys=True)


def from_header(text: str | None) -> dict[str, Any]:
    """The facts of a record; {} for one that has none, or that another program wrote."""
    try:
        facts = json.loads(text or "{}")
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def entry(facts: Mapping[str, Any]) -> Entry:
    """The listing entry that `of_capture` wrote."""
    said = facts.get("entry", {})
    listed_on = said.get("listed_on")
    return Entry(said.get("title"), date.fromisoformat(listed_on) if listed_on else None, said.get("agency"), said.get("division_code"))


def shortened(facts: Mapping[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a revisit: what the crawl knew of the page is left out (`like`) where it is what it knew at the original."""
    if any(facts.get(name) != original.get(name) for name in _SHARED):
        return dict(facts)
    return {**{name: value for name, value in facts.items() if name not in _SHARED}, "like": True}


def completed(facts: Mapping[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that `shortened` left out put back."""
    return {**{name: original[name] for name in _SHARED if name in original}, **facts}


def places(facts: Mapping[str, Any], name: str) -> list[Place]:
    """The places that a fact lists."""
    return [Place(str(file), int(offset)) for file, offset in facts.get(name, [])]
