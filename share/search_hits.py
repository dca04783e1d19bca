"""The hits of a query in all sections at once: those of the newest reports, ranked, with the words marked in their surroundings.

The index gives the hits of a query from the newest report year backwards; the newest `LOOKED_AT` of them are read and ranked, however
many there are, so that a word that stands in every report costs no more than a rare one. The page says so.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from crawler.store.search import DOCS, INDEX, YEAR
from crawler.store.tables import section_tables
from share.search import Query, parse

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

LOOKED_AT = 2000
PAGE = 20
AROUND = 40  # characters of a snippet before and after its first hit
LENGTH = 200  # characters after which a snippet takes no other place of its section
_SEGMENTED = 500  # of the best hits, of which it is asked whether they cut through words: 25 us each
_WINDOW = 12  # characters beside a hit that tell whether it is a word: longer than any word of the dictionary

_SATURATION, _LENGTH = 1.2, 0.75  # of BM25, with its usual values
_HEADING, _PART_OF_WORDS = 0.5, 0.5


@dataclass(frozen=True, slots=True)
class Filters:
    """What hits are narrowed to; None leaves it open. `kind` is an id of sections.yaml, `province` as in reports.province."""

    year: int | None = None
    kind: str | None = None
    level: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a snippet; `hit` where it is what was searched for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which all words of the query stand, with its report's columns; `count` says how often they do."""

    section_id: int
    kind: str
    report: Mapping[str, Any]
    position: int
    sub_position: int | None
    number: str | None
    heading: str | None
    count: int
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits. `found` counts those that were ranked; `more` says that there are others, in older reports."""

    query: Query
    hits: tuple[Hit, ...]
    found: int
    more: bool
    page: int
    pages: int


@dataclass(slots=True)
class _Candidate:
    """A section that the index named, as it is read."""

    docid: int
    kind: str
    row: tuple[Any, ...]
    counts: tuple[int, ...] = ()
    score: float = 0.0

    @property
    def text(self) -> str:
        return str(self.row[6])

    @property
    def place(self) -> tuple[Any, Any]:
        """Report and position: the same for a section and for its children, which repeat their part of its text."""
        return self.row[1], self.row[2]


COLUMNS = "id, report_id, position, sub_position, number, heading, text"
NEWEST = (
    f"select docs.docid, docs.section_id, docs.kind from {INDEX} join {DOCS} docs on docs.docid = {INDEX}.rowid "
    f"where {INDEX} match ? order by {INDEX}.rowid desc limit ?"
)
REPORTS = (
    "select id, agency_id, agency, level, division_code, province, year, title, url, published_on from reports "
    "where id in (select value from json_each(?))"
)


def search(connection: sqlite3.Connection, typed: str, filters: Filters | None = None, page: int = 1) -> Results:
    """The hits of what a person typed. Never raises for what was typed: a query without a word finds nothing."""
    query, filters = parse(typed), filters or Filters()
    if not query.words:
        return Results(query, (), 0, more=False, page=1, pages=0)
    match = query.match(year=filters.year, kind=filters.kind, level=filters.level, province=filters.province)
    named = connection.execute(NEWEST, [match, LOOKED_AT + 1]).fetchall()
    patterns = [_pattern(word.variants) for word in query.words]
    ranked = _ranked(_without_parents(_read(connection, named[:LOOKED_AT])), patterns)
    pages = -(-len(ranked) // PAGE)
    page = min(max(page, 1), max(pages, 1))
    shown = ranked[(page - 1) * PAGE : page * PAGE]
    return Results(query, _hits(connection, shown, patterns), len(ranked), len(named) > LOOKED_AT, page, pages)


def _read(connection: sqlite3.Connection, named: Iterable[tuple[int, int, str]]) -> list[_Candidate]:
    """The sections that the index named, from the table of each kind; one that a writer took away meanwhile is left out."""
    found = []
    for kind, rows in groupby(sorted(((kind, section_id, docid) for docid, section_id, kind in named)), key=lambda row: row[0]):
        if kind in section_tables():
            docids = {section_id: docid for _, section_id, docid in rows}
            select = f'select {COLUMNS} from "{kind}" where id in (select value from json_each(?))'
            read = connection.execute(select, [json.dumps(list(docids))])
            found += [_Candidate(docids[row[0]], kind, tuple(row)) for row in read]
    return found


def _without_parents(found: list[_Candidate]) -> list[_Candidate]:
    """A compound section is left out where one of its parts is among the hits: the part says it more exactly."""
    parts = {one.place for one in found if one.row[3] is not None}
    return [one for one in found if one.row[3] is not None or one.place not in parts]


# ------------------------------------------------------------------------------------------------ ranking


def _pattern(variants: tuple[str, ...]) -> re.Pattern[str]:
    """Where a word stands in a text: in any script, with full-width letters and digits, over the end of a line."""
    return re.compile("|".join(r"\s*".join(map(_character, "".join(variant.split()))) for variant in variants), re.IGNORECASE)


def _character(one: str) -> str:
    return f"[{re.escape(one)}{chr(ord(one) + 0xFEE0)}]" if "!" <= one <= "~" else re.escape(one)


def _ranked(found: list[_Candidate], patterns: list[re.Pattern[str]]) -> list[_Candidate]:
    """Best first: by how often the words stand in so long a text (BM25), in the heading too, as words of their own; then the newest."""
    if not found:
        return []
    average = sum(len(one.text) for one in found) / len(found)
    for one in found:
        one.counts = tuple(len(pattern.findall(one.text)) for pattern in patterns)
        length = _SATURATION * (1 - _LENGTH + _LENGTH * len(one.text) / average)
        one.score = sum(count / (count + length) for count in one.counts)
        one.score += _HEADING * sum(1 for pattern in patterns if pattern.search(one.row[5] or ""))
    found.sort(key=_order)
    for one in found[:_SEGMENTED]:
        one.score *= min(_wholeness(one.text, pattern) for pattern in patterns)
    return sorted(found, key=_order)


def _order(one: _Candidate) -> tuple[Any, ...]:
    return -one.score, -(one.docid // YEAR), one.row[1], one.row[2], one.row[3] or 0


def _wholeness(text: str, pattern: re.Pattern[str]) -> float:
    """Less where the first hit cuts through words (复议 in 恢复|议程): its characters stand there by chance."""
    hit = pattern.search(text)
    if hit is None:
        return _PART_OF_WORDS
    from rjieba import tokenize  # loads its dictionary: 0.2 s once

    start = max(hit.start() - _WINDOW, 0)
    words = [(start + begin, start + end) for _, begin, end in tokenize(text[start : hit.end() + _WINDOW])]
    within = any(begin <= hit.start() and hit.end() <= end for begin, end in words)
    edges = {start}.union(*words)
    return 1.0 if within or {hit.start(), hit.end()} <= edges else _PART_OF_WORDS


# ------------------------------------------------------------------------------------------------ what is shown


def _hits(connection: sqlite3.Connection, shown: list[_Candidate], patterns: list[re.Pattern[str]]) -> tuple[Hit, ...]:
    cursor = connection.execute(REPORTS, [json.dumps([one.row[1] for one in shown])])
    names = [column[0] for column in cursor.description]
    reports = {row[0]: dict(zip(names, tuple(row), strict=True)) for row in cursor}
    return tuple(_hit(one, reports[one.row[1]], patterns) for one in shown if one.row[1] in reports)


def _hit(one: _Candidate, report: Mapping[str, Any], patterns: list[re.Pattern[str]]) -> Hit:
    section_id, _, position, sub_position, number, heading, text = one.row
    return Hit(section_id, one.kind, report, position, sub_position, number, heading, sum(one.counts), snippet(text, patterns))


def snippet(text: str, patterns: list[re.Pattern[str]]) -> tuple[Piece, ...]:
    """The first places of a text where any of the patterns stands, with their surroundings, an ellipsis for what is left out.

    A text in which none stands as such (the index ignores punctuation: 公开。条例) gives its beginning.
    """
    spans = _spans(text, patterns)
    windows: list[tuple[int, int]] = []
    for start, end in spans:
        left, right = max(start - AROUND, 0), min(end + AROUND, len(text))
        if windows and left <= windows[-1][1]:
            windows[-1] = (windows[-1][0], right)
        else:
            windows.append((left, right))
        if sum(right - left for left, right in windows) > LENGTH:
            break
    windows = windows or [(0, min(2 * AROUND, len(text)))]
    pieces = [piece for left, right in windows for piece in _window(text, left, right, spans)]
    return (*pieces, Piece("…")) if windows[-1][1] < len(text) else tuple(pieces)


def _spans(text: str, patterns: list[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Where the patterns stand, in order, overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(hit.span() for pattern in patterns for hit in pattern.finditer(text)):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _window(text: str, left: int, right: int, spans: list[tuple[int, int]]) -> Iterable[Piece]:
    if left:
        yield Piece("…")
    at = left
    for start, end in spans:
        if left <= start and end <= right:
            if at < start:
                yield Piece(text[at:start])
            yield Piece(text[start:end], hit=True)
            at = end
    if at < right:
        yield Piece(text[at:right])
