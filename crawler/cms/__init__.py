"""CMS families: one module each, found by discovery. A family is a module here with these names:

    FAMILY                              its id, as in portal files and in the database
    recognise(page) -> Match | None     how sure it is that the page is its own
    entries(page) -> tuple[ListingEntry, ...]
    further(page) -> tuple[NextRequest, ...]     the pages after this one that the page tells of
    declared(page) -> int | None        how many entries the listing says it has

A family is pure (a page in, values out), and families do not know each other; what several of them need is in `links`.
"""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urljoin

from crawler.cms.model import Listing, ListingEntry, ListingPage, Match, NextRequest
from crawler.errors import AmbiguousFamilyError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Listing", "ListingEntry", "ListingPage", "Match", "NextRequest", "families", "read", "recognise"]

THRESHOLD = 4  # below it the signals are accidents (a pasted style, one date in a row)

_REDIRECT = re.compile(
    r"""<meta[^>]+http-equiv\s*=\s*["']?refresh["']?[^>]+content\s*=\s*["']?\s*\d+\s*;\s*url\s*=\s*['"]?([^"'>\s]+)"""
    r"""|(?:window\.|document\.|self\.|top\.)?location(?:\.href)?\s*(?:=|\.replace\()\s*["']([^"']+)["']""",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_STUB = 2000  # characters: a page that only sends its reader on is shorter
_COLUMN = re.compile(r"""<meta[^>]{1,300}name\s*=\s*["']\s*ColumnName\s*["'][^>]{1,300}content\s*=\s*["']([^"']+)["']""", re.IGNORECASE)


class Family(Protocol):
    """What a family module offers, see the head of this package."""

    FAMILY: str

    @staticmethod
    def recognise(page: ListingPage) -> Match | None: ...

    @staticmethod
    def entries(page: ListingPage) -> tuple[ListingEntry, ...]: ...

    @staticmethod
    def further(page: ListingPage) -> tuple[NextRequest, ...]: ...

    @staticmethod
    def declared(page: ListingPage) -> int | None: ...


@cache
def families() -> Mapping[str, Family]:
    """Every family of this package by its id, in the order of the ids."""
    modules = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [cast("Family", module) for module in modules if hasattr(module, "FAMILY")]
    return {family.FAMILY: family for family in sorted(found, key=lambda family: family.FAMILY)}


def recognise(page: ListingPage) -> tuple[str, Match] | None:
    """The family that claims the page with the greatest weight; None where none is sure enough.

    Raises AmbiguousFamilyError where two claim it with the same weight.
    """
    claims = [(name, match) for name, family in families().items() if (match := family.recognise(page)) and match.weight >= THRESHOLD]
    claims.sort(key=lambda claim: -claim[1].weight)
    if len(claims) > 1 and claims[0][1].weight == claims[1][1].weight:
        raise AmbiguousFamilyError(f"{page.url}: {claims[0][0]} and {claims[1][0]} both claim this listing")
    return claims[0] if claims else None


def read(page: ListingPage, family: str | None = None) -> Listing | None:
    """The listing as its family reads it; `family` None finds it. None where no family knows the page and it leads nowhere."""
    redirect = _redirect(page)
    claim = (family, Match(0, ("portal file",))) if family else recognise(page)
    if claim is None:
        return Listing("unknown", (), (), (), redirect=redirect) if redirect else None
    module, match = families()[claim[0]], claim[1]
    entries = module.entries(page)
    column = _COLUMN.search(page.text)
    return Listing(
        family=claim[0],
        evidence=match.evidence,
        entries=entries,
        further=module.further(page),
        declared=module.declared(page),
        redirect=None if entries else redirect,
        column=column[1].strip() if column else None,
    )


def _redirect(page: ListingPage) -> str | None:
    """Where a stub sends its reader. Comments are removed first: templates keep old redirects in them."""
    if len(page.text) > _STUB:
        return None
    found = _REDIRECT.search(_COMMENT.sub("", page.text))
    return urljoin(page.url, found[1] or found[2]) if found else None
