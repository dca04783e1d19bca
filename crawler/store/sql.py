"""Pieces of SQL statements. Names are those of `tables.py`, constants or ids of the domain files; values are always bound."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

from collections.abc import Iterable


def names(columns: Iterable[str]) -> str:
    """The columns of a list: "a", "b"."""
    return ", ".join(f'"{column}"' for column in columns)


def equal(columns: Iterable[str], between: str = " and ") -> str:
    """The condition that each column has its bound value: "a" = ? and "b" = ?; with `between` a comma it is an assignment."""
    return between.join(f'"{column}" = ?' for column in columns)


def insert(table: str, columns: Iterable[str]) -> str:
    """The statement that inserts one row of bound values."""
    listed = list(columns)
    return f'insert into "{table}" ({names(listed)}) values ({", ".join("?" * len(listed))})'
