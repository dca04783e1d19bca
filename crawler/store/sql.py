"""Pieces of SQL statements. Names are those of `tables.py`, constants or ids of the domain files; values are always bound."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

ROWS = 50  # of one statement: each gives the interpreter's lock away and takes it back, which costs more than a row while others want it


def names(columns: Iterable[str]) -> str:
    """The columns of a list: "a", "b"."""
    return ", ".join(f'"{column}"' for column in columns)


def equal(columns: Iterable[str], between: str = " and ") -> str:
    """The condition that each column has its bound value: "a" = ? and "b" = ?; with `between` a comma it is an assignment."""
    return between.join(f'"{column}" = ?' for column in columns)


@cache
def insert(table: str, columns: tuple[str, ...], count: int = 1) -> str:
    """The statement that inserts so many rows of bound values."""
    row = f"({', '.join('?' * len(columns))})"
    return f'insert into "{table}" ({names(columns)}) values {", ".join([row] * count)}'


def insert_all(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows in few statements."""
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        connection.execute(insert(table, columns, len(some)), list(chain.from_iterable(some)))
