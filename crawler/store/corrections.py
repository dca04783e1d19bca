"""The file of corrections as a table, and the dispositions of findings that it names."""

# ruff: noqa: S608 - names in statements are constants

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from crawler.store import checks, sql
from crawler.store.tables import CORRECTIONS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

_COLUMNS = tuple(CORRECTIONS.columns)
_FINDING = ("report_id", "rule_id", "subject", "position")
_TARGET = ("what", "page_url", "cell", *_FINDING)


def take(connection: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Bring the table to these rows. Writes nothing where it has them; a disposition that people gave in the database itself stays."""
    wanted = {_id(row): tuple(_id(row) if name == "id" else row.get(name) for name in _COLUMNS) for row in rows}
    stored = {row[0]: row for row in connection.execute(f"select {sql.names(_COLUMNS)} from corrections")}
    for key in stored.keys() - wanted.keys():
        connection.execute("delete from corrections where id = ?", [key])
        _decide(connection, dict(zip(_COLUMNS, stored[key], strict=True)), gone=True)
    for key, row in wanted.items():
        if stored.get(key) != row:
            connection.execute(f"insert or replace into corrections ({sql.names(_COLUMNS)}) values ({', '.join('?' * len(row))})", row)
            _decide(connection, dict(zip(_COLUMNS, row, strict=True)), gone=False)


def _id(row: Mapping[str, Any]) -> str:
    """The same correction has the same id in every database."""
    return sha256("\n".join(str(row.get(name)) for name in _TARGET).encode()).hexdigest()[:16]


def _decide(connection: sqlite3.Connection, row: Mapping[str, Any], *, gone: bool) -> None:
    """The disposition of a finding, given or taken back; the finding itself may not be there yet."""
    if row["what"] != "finding":
        return
    key = [row[name] for name in _FINDING]
    connection.execute(f"delete from dispositions where {sql.equal(_FINDING)}", key)
    if gone:
        connection.execute(f"update findings set disposition = null, note = null where {sql.equal(_FINDING)}", key)
    else:
        note = f"{row['reason']} ({row['corrected_by']}, {row['corrected_on']})"
        connection.execute("insert into dispositions values (?, ?, ?, ?, ?, ?)", [*key, row["value"], note])
        checks.restore_dispositions(connection, row["report_id"])
