"""What was read of a report, in and out of the tables: the rows of one capture as a whole, stored, read back, packed and compared."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import json
import zlib
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.store import search, sql
from crawler.store.series import counts_all
from crawler.store.tables import FINDINGS, QUANTITIES, REPORTS, SECTION_COLUMNS, TABLE_CELLS, content_tables, section_tables

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crawler.store.prepare import Content, Row

Difference = tuple[str, Any, Any]


# ------------------------------------------------------------------------------------------------ rows in the tables


@cache
def _insert_report() -> str:
    columns = content_tables()[REPORTS.name]
    updates = ", ".join(f'"{column}" = excluded."{column}"' for column in columns if column != "id")
    return f"{sql.insert(REPORTS.name, (*columns, 'portal_id', 'version'))} on conflict (id) do update set {updates}"


def insert(connection: sqlite3.Connection, content: Content, portal_id: str | None = None) -> None:
    """Store the rows of a content; its agency and page must be there. A report that was not there before is the portal's, version 1."""
    for table, columns in content_tables().items():
        rows = content[table]
        if table == REPORTS.name:
            connection.execute(_insert_report(), (*rows[0], portal_id, 1))
        elif table == FINDINGS.name:
            sql.insert_all(connection, table, (*columns, "scope"), [(*row, "report") for row in rows])
        elif rows:
            sql.insert_all(connection, table, columns, rows)
    search.add(connection, content)


def delete(connection: sqlite3.Connection, report_id: str) -> None:
    """Take all rows of a report's content out of the tables but the one in `reports`; findings of the store itself stay."""
    search.remove(connection, report_id)
    for table in content_tables():
        if table != REPORTS.name:
            scope = " and scope = 'report'" if table == FINDINGS.name else ""
            connection.execute(f'delete from "{table}" where report_id = ?{scope}', [report_id])


def current(connection: sqlite3.Connection, report_id: str) -> Content:
    """The content that the tables hold now."""
    content: Content = {}
    for table, columns in content_tables().items():
        own = "id = ?" if table == REPORTS.name else "report_id = ?" + (" and scope = 'report'" if table == FINDINGS.name else "")
        content[table] = connection.execute(f'select {sql.names(columns)} from "{table}" where {own}', [report_id]).fetchall()
    return content


# ------------------------------------------------------------------------------------------------ rows as text


def to_json(content: Content) -> str:
    """A content as JSON: for each table its columns and its rows, sorted, so that equal contents are equal text."""
    parts = {
        table: {"columns": columns, "rows": sorted(content[table], key=_sort_key)}
        for table, columns in content_tables().items()
        if content[table]
    }
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def _sort_key(row: Sequence[Any]) -> list[tuple[bool, str]]:
    return [(value is not None, str(value)) for value in row]


def from_json(text: str) -> Content:
    """The content that `to_json` wrote, in today's columns: one that was added since is None."""
    parts = json.loads(text)
    return {table: _rows(columns, parts.get(table)) for table, columns in content_tables().items()}


def _rows(columns: tuple[str, ...], part: dict[str, Any] | None) -> list[Row]:
    if part is None:
        return []
    places = [part["columns"].index(column) if column in part["columns"] else None for column in columns]
    return [tuple(None if place is None else row[place] for place in places) for row in part["rows"]]


def pack(content: Content) -> bytes:
    """The JSON of a content, compressed."""
    return zlib.compress(to_json(content).encode("utf-8", "surrogatepass"), 6)


def unpack(blob: bytes) -> Content:
    """The content that `pack` made."""
    return from_json(zlib.decompress(blob).decode("utf-8", "surrogatepass"))


def readable(content: Content) -> dict[str, list[dict[str, Any]]]:
    """The rows as mappings, with every table that has any."""
    return {
        table: [dict(zip(columns, row, strict=True)) for row in sorted(content[table], key=_sort_key)]
        for table, columns in content_tables().items()
        if content[table]
    }


# ------------------------------------------------------------------------------------------------ what differs


def cells(content: Content) -> dict[tuple[str, str, str], tuple[Any, Any, Any, Any]]:
    """(value, state, raw, unit) of each cell by table, row and column."""
    column = content_tables()[TABLE_CELLS.name].index
    key = [column(name) for name in ("table_id", "row_id", "column_id")]
    facts = [column(name) for name in ("value", "state", "raw", "unit")]
    return {_three(row, key): _four(row, facts) for row in content[TABLE_CELLS.name]}


def _three(row: Row, places: list[int]) -> tuple[str, str, str]:
    return row[places[0]], row[places[1]], row[places[2]]


def _four(row: Row, places: list[int]) -> tuple[Any, Any, Any, Any]:
    return row[places[0]], row[places[1]], row[places[2]], row[places[3]]


def changed_sections(before: Content, after: Content) -> list[str]:
    """Kinds whose headings or texts differ."""
    return [kind for kind in section_tables() if _texts(before, kind) != _texts(after, kind)]


def _texts(content: Content, kind: str) -> list[Row]:
    places = [list(SECTION_COLUMNS).index(name) for name in ("id", "number", "heading", "text")]
    return sorted((tuple(row[place] for place in places) for row in content[kind]), key=_sort_key)


def changed_cells(before: Content, after: Content) -> dict[str, list[Any]]:
    """table.row.column of the cells that differ, with the cell as printed before and after; null where it was not there."""
    old, new = cells(before), cells(after)
    return {
        ".".join(key): [_raw(old.get(key)), _raw(new.get(key))] for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)
    }


def _raw(cell: tuple[Any, Any, Any, Any] | None) -> Any:
    return None if cell is None else cell[2]


def changed_fields(before: Content, after: Content) -> list[str]:
    """Columns of `reports` whose values differ, those that are bound to the page or the rules left out."""
    silent = {"page_id", "text_sha256", "rules_fingerprint"}
    old, new = before[REPORTS.name][0], after[REPORTS.name][0]
    columns = content_tables()[REPORTS.name]
    return [name for name, one, other in zip(columns, old, new, strict=True) if one != other and name not in silent]


def differing_numbers(one: Content, other: Content) -> list[Difference]:
    """Figures that both contents print and that differ: (table.row.column or metric, figure, other figure), sorted."""
    left, right = _figures(one), _figures(other)
    return [(subject, left[subject], right[subject]) for subject in sorted(left.keys() & right.keys()) if left[subject] != right[subject]]


def places(content: Content) -> dict[str, dict[str, Any]]:
    """Where a content prints its figures, by the names of `differing_numbers`: raw text and locator of a cell, the phrase of a metric."""
    columns = content_tables()[TABLE_CELLS.name]
    found = {}
    for row in content[TABLE_CELLS.name]:
        cell = dict(zip(columns, row, strict=True))
        found[f"{cell['table_id']}.{cell['row_id']}.{cell['column_id']}"] = {"raw": cell["raw"], "locator": cell["locator"]}
    columns = content_tables()[QUANTITIES.name]
    metric, phrase, scope, position = (columns.index(name) for name in ("metric", "phrase", "scope", "position"))
    for row in sorted(content[QUANTITIES.name], key=lambda row: row[position]):
        if row[metric] and counts_all(row[scope]):
            found.setdefault(row[metric], {"phrase": row[phrase]})
    return found


# The same sum in another unit is no difference.
_SCALE = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


def _figures(content: Content) -> dict[str, Any]:
    figures = {".".join(key): _scaled(value, unit) for key, (value, state, _, unit) in cells(content).items() if state == "number"}
    columns = content_tables()[QUANTITIES.name]
    metric, value, unit, scope = (columns.index(name) for name in ("metric", "value", "unit", "scope"))
    for row in sorted(content[QUANTITIES.name], key=lambda row: row[columns.index("position")]):
        if row[metric] and counts_all(row[scope]):
            figures.setdefault(row[metric], _scaled(row[value], row[unit]))
    return figures


def _scaled(value: Any, unit: str | None) -> Any:
    return round(value * _SCALE[unit], 6) if unit in _SCALE else value
