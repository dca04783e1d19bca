"""What a table is: columns, keys, indexes; and the keys that other tables point to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

# NUMBER keeps 456 an integer and 27042.62 a fraction (affinity NUMERIC); REAL columns are always fractions.
Type = Literal["TEXT", "INTEGER", "REAL", "NUMBER", "BLOB"]


@dataclass(frozen=True)
class Table:
    """A table: what it holds, its columns with their types, its primary key, foreign keys (column to table.column), indexes.

    `rowid` is false for tables of many short rows, which are kept in the order of their primary key (SQLite: WITHOUT ROWID); long rows
    would be torn apart in such a table. Keys begin with what the rows of a report share, so that a report touches few pages of the file.
    """

    name: str
    about: str
    columns: Mapping[str, Type]
    key: tuple[str, ...]
    foreign: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    indexes: tuple[tuple[str, ...], ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    not_null: tuple[str, ...] = ()
    rowid: bool = True


AGENCY = ("agencies", "id")
ERA = ("eras", "era")
METRIC = ("metrics", "metric")
PAGE = ("pages", "id")
PORTAL = ("portals", "id")
REPORT = ("reports", "id")
RUN = ("runs", "id")
TEMPLATE = ("tables", "table_id")
