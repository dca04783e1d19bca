"""Making and upgrading the file: tables, indexes, views and dictionaries, through sqlite-utils.

A database is ours by its application_id, of this layout by its user_version; what the domain files define (metrics become columns,
kinds become tables) is known by a fingerprint, so that opening an up-to-date file writes nothing.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from crawler.store import search
from crawler.store.dictionary import dictionary
from crawler.store.errors import NewerDatabase, NotOurDatabase, OlderDatabase
from crawler.store.tables import Table, all_tables
from crawler.store.views import views

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from sqlite_utils import Database

APPLICATION_ID = 0x676F6E67  # "gong"
SCHEMA_VERSION = 2
SEARCH_VERSION = 2  # the layout since which the index is split as it is now: a file of an older one is indexed anew

# sqlite-utils knows no NUMERIC, which keeps 456 whole and 27042.62 a fraction: FLOAT stands for it until the statement is made.
SQLITE_UTILS_TYPES = {"TEXT": "TEXT", "INTEGER": "INTEGER", "REAL": "REAL", "BLOB": "BLOB", "NUMBER": "FLOAT"}

KEEP_DISPOSITION = """
create trigger if not exists keep_disposition after update of disposition, note on findings begin
  delete from dispositions
  where report_id = new.report_id and rule_id = new.rule_id and subject = new.subject and position = new.position;
  insert into dispositions select new.report_id, new.rule_id, new.subject, new.position, new.disposition, new.note
  where new.disposition is not null or new.note is not null;
end
"""
# What people look for first; a whole index over findings would cost each report a page per rule.
VIOLATED = (
    "create index if not exists idx_findings_violated on findings (rule_id) where status = 'violated'",
    "create index if not exists idx_findings_violated_of_report on findings (report_id) where status = 'violated'",
)
FINGERPRINT = "create table if not exists schema_fingerprint (sha256 text primary key)"


def check_owner(connection: sqlite3.Connection, path: Path) -> None:
    """Raises NotOurDatabase or NewerDatabase where the file must not be touched; an empty file is fine."""
    owner, version = _pragma(connection, "application_id"), _pragma(connection, "user_version")
    empty = not connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if owner != APPLICATION_ID and not (owner == version == 0 and empty):
        raise NotOurDatabase(f"{path}: is a database of another program; name another file in REPORTS_DB")
    if version > SCHEMA_VERSION:
        raise NewerDatabase(f"{path}: was written by a newer version of this program (layout {version}); update the program")


def check_readable(connection: sqlite3.Connection, path: Path) -> None:
    """Raises NotOurDatabase, NewerDatabase or OlderDatabase where a reader that changes nothing would not find what it looks for."""
    check_owner(connection, path)
    if _pragma(connection, "user_version") < SCHEMA_VERSION:
        raise older(path)


def older(path: Path) -> OlderDatabase:
    """The error of a file that an earlier version of this program wrote."""
    return OlderDatabase(f"{path}: was written by an earlier version of this program; bring it up to date with: scrapy reindex {path}")


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"pragma {name}").fetchone()[0])


def ensure(connection: sqlite3.Connection) -> None:
    """Bring the file to the layout of this program in one transaction. Writes nothing where it is up to date."""
    wanted = _fingerprint()
    if _pragma(connection, "application_id") == APPLICATION_ID and _stored_fingerprint(connection) == wanted:
        return
    from sqlite_utils import Database  # 0.3 s to import, and only needed here

    database = Database(connection, execute_plugins=False, recursive_triggers=False)
    before = _pragma(connection, "user_version")
    with database.atomic():
        for table in all_tables():
            _ensure_table(database, table)
        for name, select in views().items():
            database.create_view(name, select, replace=True)
        connection.execute(KEEP_DISPOSITION)
        for statement in VIOLATED:
            connection.execute(statement)
        if before < SEARCH_VERSION:
            search.rebuild(connection)
        _fill_dictionaries(database)
        connection.execute(FINGERPRINT)
        connection.execute("delete from schema_fingerprint")
        connection.execute("insert into schema_fingerprint values (?)", [wanted])
        connection.execute(f"pragma application_id = {APPLICATION_ID}")
        connection.execute(f"pragma user_version = {SCHEMA_VERSION}")


def _fingerprint() -> str:
    return sha256(repr((SCHEMA_VERSION, all_tables(), views(), dictionary(), KEEP_DISPOSITION, VIOLATED)).encode()).hexdigest()


def _stored_fingerprint(connection: sqlite3.Connection) -> str:
    return str(connection.execute("select sha256 from schema_fingerprint").fetchone()[0])


def _ensure_table(database: Database, table: Table) -> None:
    """Create the table, or add the columns and indexes that an older file lacks."""
    existing = database.table(table.name)
    if not existing.exists():
        database.execute(_create_statement(database, table))
    for column in table.columns.keys() - existing.columns_dict.keys():
        existing.add_column(column, SQLITE_UTILS_TYPES[table.columns[column]])
    for columns, unique in [*((one, False) for one in table.indexes), *((one, True) for one in table.unique)]:
        existing.create_index(columns, unique=unique, if_not_exists=True)


def _create_statement(database: Database, table: Table) -> str:
    foreign = [(column, other, key) for column, (other, key) in table.foreign.items()]
    columns = {name: SQLITE_UTILS_TYPES[kind] for name, kind in table.columns.items()}
    key = table.key[0] if len(table.key) == 1 else table.key
    statement = database.create_table_sql(table.name, columns, pk=key, foreign_keys=foreign, not_null=set(table.not_null)).strip()
    statement = statement.replace(" FLOAT", " NUMERIC")
    return statement if table.rowid else statement.removesuffix(";") + " WITHOUT ROWID;"


def _fill_dictionaries(database: Database) -> None:
    """The rows of the dictionaries as the domain files have them now; an id that they dropped stays while reports use it."""
    database.execute("pragma defer_foreign_keys = on")
    for name, rows in dictionary().items():
        table = database.table(name)
        table.upsert_all(rows, pk=table.pks if len(table.pks) > 1 else table.pks[0])
        _drop_unused(database, name, rows)


def _drop_unused(database: Database, name: str, rows: list[dict[str, Any]]) -> None:
    users = [(table.name, column) for table in all_tables() for column, (other, _) in table.foreign.items() if other == name]
    keys = database.table(name).pks
    kept = {tuple(row[key] for key in keys) for row in rows}
    stored = [tuple(found.values()) for found in database.query(f"select {', '.join(keys)} from {name}")]
    for key in set(stored) - kept:
        used = [user for user, column in users if database.execute(f"select 1 from {user} where {column} = ? limit 1", [key[0]]).fetchone()]
        if not used:
            database.table(name).delete(key if len(key) > 1 else key[0])
