"""CMS families: one module each, found by discovery. A family is a module here with these names:

    FAMILY = "trs"                       its id, as in portal files and in the database
    LISTING = (Signal.text(9, ...), ...) the marks of its listings, with weights
    ARTICLE = (Signal.text(5, ...), ...) the marks of its articles: a portal may show articles of another product than its listings
    def read(page: ListingPage) -> Rows  the rows of a listing page, and what it leads to

A family is pure (a page in, values out), and families do not know each other. A newcomer reads `webplus` (the least a family can be: its
marks, its numbering, and `pagers.read`), then `siteserver` (rows in a script) and `hanweb_jpage` (rows from a service); docs/families.md
goes through all the steps. What families share is in modules of its own:

    `model`      what goes in and out: a page, entries, requests, signals
    `links`      the rows of any markup: a link with a title, a date near it, whose report it is
    `pagers`     what a pager counts and which pages it shows, in any markup; the numberings of products
    `scripts`    pages that only a script names: addresses it sets, functions that turn pages, forms it sends
    `postbacks`  the next page of a form of ASP.NET
    `records`    rows as CDATA records of a datastore
    `services`   addresses of services in scripts and attributes
    `values`     objects and literals of scripts, JSON answers, times, and the state that a request carries
    `dates`      dates as listings print them
    `labels`     agencies as a row, a column or a heading names them
    `articles`   addresses that are those of articles and files
    `urls`       links joined to the address of their page
    `hubs`       pages that lead to many listings: by years, by agencies, by groups
    `choices`    agencies to choose from in selects, tabs and trees
    `columns`    what links and trees beside a listing are called
    `shells`     pages that only lead on: redirects, frames, pages for a browser, obstacles

`hubs` and `shells` are asked here, for every page, whatever its family.
"""

from __future__ import annotations

import pkgutil
import re
from dataclasses import fields
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from crawler.cms import generic, hubs, shells
from crawler.cms.model import Listing, ListingEntry, ListingPage, Match, NextRequest, Rows, Signal, SubListing
from crawler.errors import AmbiguousFamilyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Listing", "ListingEntry", "ListingPage", "Match", "NextRequest", "SubListing", "claims", "families", "read", "recognise"]

THRESHOLD = 4  # below it the signals are accidents (a pasted style, one date in a row)

_COLUMN = re.compile(r"""<meta[^>]{1,300}name\s*=\s*["']\s*ColumnName\s*["'][^>]{1,300}content\s*=\s*["']([^"']+)["']""", re.IGNORECASE)


class Family(Protocol):
    """What a family module offers, see the head of this package."""

    FAMILY: str
    LISTING: tuple[Signal, ...]
    ARTICLE: tuple[Signal, ...]

    @staticmethod
    def read(page: ListingPage) -> Rows: ...


@cache
def families() -> Mapping[str, Family]:
    """Every family of this package by its id, in the order of the ids."""
    modules = [import_module(f"{__name__}.{info.name}") for info in pkgutil.iter_modules(__path__)]
    found = [cast("Family", module) for module in modules if hasattr(module, "FAMILY")]
    return {family.FAMILY: family for family in sorted(found, key=lambda family: family.FAMILY)}


def claims(page: ListingPage, *, article: bool = False) -> list[tuple[str, Match]]:
    """The families that claim a listing (or, with `article`, an article), the surest first."""
    found = [
        (name, match)
        for name, family in families().items()
        if (match := _match(page, family.ARTICLE if article else family.LISTING)) and match.weight >= THRESHOLD
    ]
    return sorted(found, key=lambda claim: (-claim[1].weight, -claim[1].support, claim[0]))


def recognise(page: ListingPage, *, article: bool = False) -> tuple[str, Match] | None:
    """The family that is surest of a page, for a listing `generic` where no product is known; None where none is sure enough.

    Raises AmbiguousFamilyError where two claim it with the same weight.
    """
    found = claims(page, article=article)
    if len(found) > 1 and (found[0][1].weight, found[0][1].support) == (found[1][1].weight, found[1][1].support):
        raise AmbiguousFamilyError(f"{page.url}: {found[0][0]} and {found[1][0]} both claim this page; name its family in the portal file")
    fallback = None if found or article else generic.fallback(page)
    return found[0] if found else (generic.FAMILY, fallback) if fallback else None


def read(page: ListingPage, family: str | None = None) -> Listing | None:
    """The listing as its family reads it; `family` None finds it. None where no family knows the page and it leads nowhere."""
    claim = (family, Match(0, 0, ("portal file",))) if family else recognise(page)
    if claim is None:
        rows, match, name = Rows(), Match(0, 0, ()), "unknown"
    else:
        (name, match), rows = claim, families()[claim[0]].read(page)
    led = Rows() if page.state else _led_on(page, rows)
    redirect = None if rows.entries or led.listings else shells.redirect(page)
    if claim is None and not (redirect or led.listings or led.problem):
        return None
    column = _COLUMN.search(page.text)
    found = {item.name: getattr(rows, item.name) for item in fields(Rows)}
    found |= {"listings": rows.listings or led.listings, "problem": rows.problem or (None if redirect else led.problem)}
    return Listing(**found, family=name, evidence=match.evidence, redirect=redirect, column=column[1].strip() if column else None)


def _led_on(page: ListingPage, rows: Rows) -> Rows:
    """Where a page leads besides its own rows: listings of years and agencies, a frame; or that only a browser would show its rows."""
    listings = hubs.listings(page)
    if not listings and not rows.entries and not rows.further:
        frame = shells.frame(page)
        listings = (frame,) if frame else ()
    unread = not (listings or rows.entries or rows.further)
    return Rows(listings=listings, problem=shells.problem(page) if unread else None)


def _match(page: ListingPage, signals: Iterable[Signal]) -> Match | None:
    seen = [signal for signal in signals if signal.seen(page)]
    return Match(max(s.weight for s in seen), sum(s.weight for s in seen), tuple(s.name for s in seen)) if seen else None
