"""Checks that need more than one page: against the year before, and against another page of the same report."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.store import contents, sql
from crawler.store.dictionary import OTHER_PAGE_DIFFERS
from crawler.store.tables import FINDINGS
from extract.data import templates

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crawler.store.prepare import Content
    from extract.model import Finding, Number, State

    Cells = dict[tuple[str, str, str], tuple[Number | None, State]]

COLUMNS = ("rule_id", "subject", "position", "status", "lhs", "rhs", "delta", "basis", "evidence")
STORED = f"select {', '.join(COLUMNS)} from findings where report_id = ? and scope = ? order by rule_id, subject, position"


# ------------------------------------------------------------------------------------------------ across the years


def check_years(connection: sqlite3.Connection, agency_id: str, year: int) -> None:
    """Make the findings between this year's report and its neighbours anew; they are kept with the later of the two."""
    held = dict(
        connection.execute("select year, id from reports where agency_id = ? and year between ? and ?", [agency_id, year - 1, year + 1])
    )
    cells = _cells(connection, list(held.values())) if len(held) > 1 else {}
    for later in (year, year + 1):
        if later in held:
            before, now = cells.get(held.get(later - 1, ""), {}), cells.get(held[later], {})
            found = across_years(before, now, later) if before and now else ()
            _replace(connection, held[later], "years", _rows(found))


def across_years(earlier: Cells, later: Cells, year: int) -> tuple[Finding, ...]:
    """The findings of `extract` between two years' cells: the one place where the store asks for them."""
    from extract import audit  # heavy, and only needed once two years are held

    return audit.across_years(earlier, later, year)


def _cells(connection: sqlite3.Connection, reports: list[str]) -> dict[str, Cells]:
    """The cells of two or three reports that a rule across years may need."""
    found = {report_id: _by_place(cells) for report_id, cells in connection.execute(_select_cells(), [*reports, reports[0]][:3])}
    return {report_id: found.get(report_id, {}) for report_id in reports}


@cache
def _select_cells() -> str:
    """All cells of a report as one value: fetched row by row, they would pass the interpreter's lock to and fro 190 times."""
    rules = [identity for identity in templates().identities if identity.scope == "cross_year"]
    tables = [
        template.id
        for template in templates().tables.values()
        if any(rule.table in (None, template.id) and set(rule.eras) & set(template.eras) for rule in rules)
    ]
    return (
        "select report_id, json_group_array(json_array(table_id, row_id, column_id, value, state)) from table_cells "
        f"where report_id in (?, ?, ?) and table_id in ({', '.join(map(repr, tables))}) group by report_id"
    )


def _by_place(cells: str) -> Cells:
    return {(table, row, column): (value, state) for table, row, column, value, state in json.loads(cells)}


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
        differing = contents.differing_numbers(report, other)
        sides = [(_page(connection, page), contents.places(held)) for page, held in ((page_id, report), (other_page, other)) if differing]
        for subject, lhs, rhs in differing:
            pages = [{**page, **places[subject]} for page, places in sides]
            evidence = json.dumps({"pages": pages}, ensure_ascii=False, sort_keys=True)
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
    wanted.sort(key=lambda row: row[:3])
    stored = connection.execute(STORED, [report_id, scope]).fetchall()
    if stored == wanted:
        return
    if stored:
        connection.execute("delete from findings where report_id = ? and scope = ?", [report_id, scope])
    sql.insert_all(connection, FINDINGS.name, (*COLUMNS, "report_id", "scope"), [(*row, report_id, scope) for row in wanted])
    restore_dispositions(connection, report_id)


def restore_dispositions(connection: sqlite3.Connection, report_id: str) -> None:
    """Give findings that were stored anew what people had decided about them."""
    decided = "select disposition, note, report_id, rule_id, subject, position from dispositions where report_id = ?"
    rows = connection.execute(decided, [report_id]).fetchall()
    if rows:
        update = "update findings set disposition = ?, note = ? where report_id = ? and rule_id = ? and subject = ? and position = ?"
        connection.executemany(update, rows)
