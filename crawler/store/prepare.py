"""Rows of a page made ready to be stored: tuples in the order of the columns, with the digests by which the store knows them again.

`prepare` needs no database, so that a worker process can do it: what is left for the crawl process is to hand tuples to SQLite.
A content (`Content`) is all that was read of one report from one page: for each table its rows, in the order of `content_tables`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from crawler.store.errors import BadRows
from crawler.store.series import series_rows
from crawler.store.tables import (
    ATTACHMENTS,
    FINDINGS,
    PAGES,
    QUANTITIES,
    TABLE_CELLS,
    UNKNOWN_LABELS,
    all_tables,
    content_tables,
    section_tables,
)
from extract import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Row = tuple[Any, ...]
Content = dict[str, list[Row]]

# What a capture says about itself, not about the report: a copy at another address differs in nothing else.
PAGE_BOUND = {"url", "page_id", "locator", "rules_fingerprint"}
LARGEST_INTEGER = 2**63 - 1
LARGEST_ID = 2**53  # ids that a browser can hold


@dataclass(frozen=True, slots=True)
class PreparedReport:
    """One report as read from one page.

    `text_sha256` is the extractor's digest of the report's text, `state_sha256` of text and cells (another one is a new version),
    `facts_sha256` of all that is not bound to the page, `rows_sha256` of everything. `cells` counts the figures of known tables.
    """

    report_id: str
    content: Content
    text_sha256: str
    state_sha256: str
    facts_sha256: str
    rows_sha256: str
    cells: int
    published_on: str | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page and its reports. `page` lacks portal and archive, which only the crawl process knows."""

    page: dict[str, Any]
    attachments: list[Row]
    reports: tuple[PreparedReport, ...]


def prepare(page_rows: Mapping[str, Any]) -> Prepared:
    """What `Store.write` needs, from the rows of one page. Raises BadRows, naming table and key, for rows that fit no table.

    Where a page holds one agency's report on one year twice, the fuller copy counts.
    """
    page = {**page_rows["page"], "reason": page_rows["rejected"], "rules_fingerprint": _rules(page_rows)}
    _check_keys(PAGES.name, page, frozenset(PAGES.columns))
    attachments = {(item["parent_page_id"], item["url"]): item for item in page_rows["attachments"]}
    fullest: dict[str, PreparedReport] = {}
    for rows in page_rows["reports"]:
        report = _report(rows)
        other = fullest.get(report.report_id)
        if other is None or _fullness(report) > _fullness(other):
            fullest[report.report_id] = report
    return Prepared(
        {column: _plain(page.get(column)) for column in PAGES.columns},
        rows_of(ATTACHMENTS.name, tuple(ATTACHMENTS.columns), attachments.values()),
        tuple(fullest.values()),
    )


def _rules(page_rows: Mapping[str, Any]) -> str:
    """The rules by which the page was read: those its reports name, else (it has none) those of this program."""
    named: list[str] = [rows["report"]["rules_fingerprint"] for rows in page_rows["reports"]]
    return named[0] if named else fingerprint()


def _fullness(report: PreparedReport) -> tuple[int, int]:
    return report.cells, len(report.content[QUANTITIES.name])


def _report(rows: Mapping[str, Any]) -> PreparedReport:
    content = _content(rows)
    report = rows["report"]
    cells = content[TABLE_CELLS.name]
    facts = _digest({table: _without(content[table], places) for table, places in _page_bound().items() if content[table]})
    return PreparedReport(
        report["id"],
        content,
        report["text_sha256"],
        _digest([report["text_sha256"], _without(cells, _page_bound()[TABLE_CELLS.name])]),
        facts,
        _digest([facts, [_only(content[table], places) for table, places in _page_bound().items() if places]]),
        sum(1 for row in rows["table_cells"] if row["state"] == "number" and row["table_id"] != "unknown_local"),
        report["published_on"],
    )


def _content(rows: Mapping[str, Any]) -> Content:
    report = {**rows["report"], "aggregates": rows["agency"]["aggregates"]}
    parts: dict[str, list[Mapping[str, Any]]] = {table: [] for table in content_tables()}
    parts["reports"] = [report]
    for section in rows["sections"]:
        _of_kind(parts, section)
    parts[TABLE_CELLS.name] = sorted(rows["table_cells"], key=_cell_key)
    parts[QUANTITIES.name] = _numbered(rows["quantities"])
    parts[FINDINGS.name] = _numbered(rows["findings"], ("rule_id", "subject"))
    parts[UNKNOWN_LABELS.name] = _numbered(rows["unknown_labels"], ("table_id",))
    parts["series"] = series_rows(report, rows["table_cells"], rows["quantities"])
    return {table: rows_of(table, columns, parts[table]) for table, columns in content_tables().items()}


def _of_kind(parts: dict[str, list[Mapping[str, Any]]], section: Mapping[str, Any]) -> None:
    """Put a section among the rows of its kind, with the id that its report and place give it."""
    kind = section["kind"]
    if kind not in section_tables():
        raise BadRows(f"{section['report_id']}: a section of the kind {kind!r}, which sections.yaml does not know")
    place = f"{section['report_id']}/{section['position']}/{section['sub_position'] or 0}"
    row = {"id": int.from_bytes(sha256(place.encode()).digest()[:8]) % LARGEST_ID, **section}
    del row["kind"]
    parts[kind].append(row)


def _cell_key(cell: Mapping[str, Any]) -> tuple[str, str, str]:
    return cell["table_id"], cell["row_id"], cell["column_id"]


def _numbered(rows: Iterable[Mapping[str, Any]], group: tuple[str, ...] = ()) -> list[Mapping[str, Any]]:
    """The rows with a position from 1, counted anew within each `group` of columns: the last part of their natural key."""
    seen: Counter[tuple[Any, ...]] = Counter()
    numbered: list[Mapping[str, Any]] = []
    for row in rows:
        key = tuple(row[column] for column in group)
        seen[key] += 1
        numbered.append({**row, "position": seen[key]})
    return numbered


# ------------------------------------------------------------------------------------------------ values as SQLite gives them back


def rows_of(table: str, columns: tuple[str, ...], rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Tuples in the order of `columns`, None for a missing key. Raises BadRows for a key that is no column."""
    known, reals = frozenset(columns), _reals(table)
    made = []
    for row in rows:
        _check_keys(table, row, known)
        values: list[Any] = [value if type(value) is str or value is None else _plain(value) for value in map(row.get, columns)]
        for place in reals:
            values[place] = None if values[place] is None else float(values[place])
        made.append(tuple(values))
    return made


def _check_keys(table: str, row: Mapping[str, Any], known: frozenset[str]) -> None:
    if not known.issuperset(row):
        raise BadRows(f"rows for {table}: no column is called {', '.join(sorted(set(row) - known))}")


def _plain(value: Any) -> Any:
    """A value as SQLite gives it back: 1 for True, 3 for 3.0, a fraction for what is beyond 64 bits."""
    kind = type(value)
    if kind is int:
        return value if -LARGEST_INTEGER <= value <= LARGEST_INTEGER else float(value)
    if kind is float and value.is_integer() and abs(value) <= LARGEST_INTEGER:
        return int(value)
    return int(value) if kind is bool else value


@cache
def _reals(table: str) -> tuple[int, ...]:
    """Places of the columns that are always fractions."""
    types = {one.name: one.columns for one in all_tables()}[table]
    columns = content_tables().get(table, tuple(types))
    return tuple(place for place, column in enumerate(columns) if types[column] == "REAL")


# ------------------------------------------------------------------------------------------------ digests


@cache
def _page_bound() -> dict[str, tuple[int, ...]]:
    """For each table of a content the places of its columns that are bound to the page."""
    return {table: tuple(place for place, name in enumerate(columns) if name in PAGE_BOUND) for table, columns in content_tables().items()}


def _without(rows: list[Row], places: tuple[int, ...]) -> list[Row]:
    if not rows or not places:
        return rows
    return list(map(itemgetter(*(place for place in range(len(rows[0])) if place not in places)), rows))


def _only(rows: list[Row], places: tuple[int, ...]) -> list[Any]:
    return list(map(itemgetter(*places), rows))


def _digest(value: object) -> str:
    return sha256(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")).hexdigest()[:32]
