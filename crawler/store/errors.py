"""What can go wrong with the database file: one base, a named child for each case, every message one line with file and cure."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from crawler.errors import CrawlError

if TYPE_CHECKING:
    from pathlib import Path


class StoreError(CrawlError):
    """Base of every error of the store. `str(error)` names the file, what is wrong with it and what to do.

    `fatal` says that no later write can succeed either.
    """

    fatal = True


class UnusablePath(StoreError):
    """The path cannot hold a database: no folder, no right to write, a folder where a file is meant; raised on opening."""


class NotOurDatabase(StoreError):
    """The file is no SQLite database, or one that something else made; raised on opening, before anything is changed."""


class NewerDatabase(StoreError):
    """The file was written by a later version of this program; raised on opening, before anything is changed."""


class OlderDatabase(StoreError):
    """The file was written by an earlier version of this program; raised by what only reads it. Any command that writes updates it."""


class DatabaseLocked(StoreError):
    """Another crawl writes this file, or another program holds its write lock; raised on opening and on writing."""


class DatabaseFull(StoreError):
    """No room left to write; what was committed before is safe. Raised on writing."""


class DatabaseFailed(StoreError):
    """The disk or the file gave an error while reading or writing; raised at any time."""


class BadRows(StoreError):
    """Rows that do not fit the tables: a key no column knows, a value SQLite cannot hold; costs that page only."""

    fatal = False


class NoSuchVersion(StoreError):
    """A version of a report that the database does not hold; raised by `rebuild`."""

    fatal = False


def translated(error: sqlite3.Error, path: Path) -> StoreError:
    """The error of this module that says what `error` means for the file at `path`."""
    code = (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF
    match code:
        case sqlite3.SQLITE_NOTADB:
            return NotOurDatabase(f"{path}: is no SQLite database; move it away or name another file in REPORTS_DB")
        case sqlite3.SQLITE_CORRUPT:
            return DatabaseFailed(f"{path}: the database is damaged ({error}); restore a copy or rebuild it from the archive")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatabaseLocked(f"{path}: another program is writing to it; close that program and start again")
        case sqlite3.SQLITE_FULL:
            return DatabaseFull(f"{path}: no room left on the disk; what was stored is safe, free some space and start again")
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return UnusablePath(
                f"{path}: cannot be written ({error}); change the rights of file and folder or name another file in REPORTS_DB"
            )
        case sqlite3.SQLITE_IOERR:
            return DatabaseFailed(
                f"{path}: the disk refused a write or a read ({error}); check its free space and health, then start again"
            )
        case _:
            return BadRows(f"{path}: {error}")
