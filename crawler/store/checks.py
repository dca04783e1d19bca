"""Checks that need more than one page: against the year before, and against another page of the same report."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawler.store import contents
from crawler.store.dictionary import OTHER_PAGE_DIFFERS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crawler.store.prepare import Content
    from extract.model import Finding, Number, State

    Cells = dict[tuple[str, str, str], tuple[Number | None, State]]

INSERT = (
    "insert into findings (report_id, rule_id, subject, position, scope, status, lhs, rhs, delta, basis, evidence) "
    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
STORED = (
    "select rule_id, subject, position, status, lhs, rhs, delta, basis, evidence from findings "
    "where report_id = ? and scope = ? order by rule_id, subject, position"
)


# ------------------------------------------------------------------------------------------------ across the years


def check_years(connection: sqlite3.Connection, agency_id: str, year: int) -> None:
    """Make the findings between this year's report and its neighbours anew; they are kept with the later of the two."""
    held = dict(
        connection.execute("select year, id from reports where agency_id = ? and year between ? and ?", [agency_id, year - 1, year + 1])
    )
    for later in (year, year + 1):
        if later in held:
            _replace(connection, held[later], "years", _across(connection, held.get(later - 1), held[later], later))


def _across(connection: sqlite3.Connection, earlier: str | None, later: str, year: int) -> list[tuple[Any, ...]]:
    if earlier is None:
        return []
    return _rows(across_years(_cells(connection, earlier), _cells(connection, later), year))


def across_years(earlier: Cells, later: Cells, year: int) -> tuple[Finding, ...]:
    """The findings of `extract` between two years' cells: the one place where the store asks for them."""
    from extract import audit  # heavy, and only needed once two years are held

    return audit.across_years(earlier, later, year)


def _cells(connection: sqlite3.Connection, report_id: str) -> Cells:
    rows = connection.execute("select table_id, row_id, column_id, value, state from table_cells where report_id = ?", [report_id])
    return {(table, row, column): (value, state) for table, row, column, value, state in rows}


def _rows(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    return [
        (
            one.rule_id,
            one.subject,
            one.status,
            one.lhs,
            one.rhs,
            one.delta,
            one.basis,
            json.dumps(dict(one.evidence), ensure_ascii=False, sort_keys=True),
        )
        for one in findings
    ]


# ------------------------------------------------------------------------------------------------ against other pages


def check_pages(connection: sqlite3.Connection, report_id: str, page_id: str, report: Content, others: dict[str, Content]) -> None:
    """Make the findings between the report and the other pages that hold it anew: one for each figure in which one differs."""
    rows = []
    for other_page, other in others.items():
        evidence = json.dumps({"pages": [_page(connection, page_id), _page(connection, other_page)]}, ensure_ascii=False, sort_keys=True)
        for subject, lhs, rhs in contents.differing_numbers(report, other):
            rows.append((OTHER_PAGE_DIFFERS, subject, "violated", lhs, rhs, round(lhs - rhs, 6), "structural", evidence))
    _replace(connection, report_id, "pages", rows)


def _page(connection: sqlite3.Connection, page_id: str) -> dict[str, str]:
    return {"page_id": page_id, "url": connection.execute("select url from pages where id = ?", [page_id]).fetchone()[0]}


# ------------------------------------------------------------------------------------------------ storing


def _replace(connection: sqlite3.Connection, report_id: str, scope: str, rows: list[tuple[Any, ...]]) -> None:
    """Store the findings of a scope where they are not what is stored already."""
    seen: Counter[tuple[str, str]] = Counter()
    wanted = []
    for rule_id, subject, *rest in rows:
        seen[rule_id, subject] += 1
        wanted.append((rule_id, subject, seen[rule_id, subject], *rest))
    if connection.execute(STORED, [report_id, scope]).fetchall() == sorted(wanted, key=lambda row: row[:3]):
        return
    connection.execute("delete from findings where report_id = ? and scope = ?", [report_id, scope])
    connection.executemany(INSERT, [(report_id, *row[:3], scope, *row[3:]) for row in wanted])
    restore_dispositions(connection, report_id)


def restore_dispositions(connection: sqlite3.Connection, report_id: str) -> None:
    """Give findings that were stored anew what people had decided about them."""
    decided = "select disposition, note, report_id, rule_id, subject, position from dispositions where report_id = ?"
    rows = connection.execute(decided, [report_id]).fetchall()
    if rows:
        update = "update findings set disposition = ?, note = ? where report_id = ? and rule_id = ? and subject = ? and position = ?"
        connection.executemany(update, rows)
