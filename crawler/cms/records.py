"""Rows as CDATA records of a datastore, the form that Hanweb's pagers read and TrueCMS took over (PORTALS.md sections 4 and 6)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crawler.cms import links
from crawler.cms.model import ListingEntry, ListingPage, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

STORE = re.compile(r"<datastore\b[^<>]{0,200}>", re.IGNORECASE)
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[", re.IGNORECASE)
_TOTAL = re.compile(r"(?:\btotalRecords?[\"']?\s{0,9}[:=]\s{0,9}[\"']?|<totalrecords?>\s{0,9})(\d{1,7})", re.IGNORECASE)
_PER_PAGE = re.compile(r"\bperPage[\"']?\s{0,9}[:=]\s{0,9}[\"']?(\d{1,4})", re.IGNORECASE)


def split(text: str) -> list[str]:
    """The CDATA of each record. Split, not matched to the end: a page of opening tags only must not cost its length squared."""
    return [part.partition("]]>")[0] for part in _RECORD.split(text)[1 : links.MAX_LINKS + 1]]


def entries(page: ListingPage, records: Iterable[str]) -> tuple[ListingEntry, ...]:
    """The entries of records, an address once. A record is one row however broken its markup; where it is a list of dated rows (nested
    tables), it counts as these."""
    found: dict[str, ListingEntry] = {}
    for record in records:
        root = parse(record)
        if root is None:
            continue
        several = len(list(islice(root.iter("a"), 2))) > 1
        rows = tuple(row for row in links.rows(page, root) if row.listed_on) if several else ()
        single = () if len(rows) > 1 else (links.row(page, root),)
        for entry in rows if len(rows) > 1 else single:
            if entry:
                found.setdefault(entry.url, entry)
    return tuple(found.values())


def total(text: str) -> int | None:
    """How many records there are in all, by the pager's options or the answer of its service; None where neither says."""
    found = _TOTAL.search(text)
    return int(found[1]) if found else None


def per_page(text: str, default: int = 15) -> int:
    """Rows of a page by the pager's options; `default`, the products' own, where they do not say."""
    found = _PER_PAGE.search(text)
    return (int(found[1]) if found else 0) or default
