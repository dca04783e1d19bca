"""What a rebuild from the archive asks of the database: which records it holds, which pages were read by other rules than today's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.archive.model import Place
from crawler.store import sql
from crawler.store.tables import FETCHES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

_HELD = """
select archive_offset from fetches where archive_file = :file union select archive_offset from pages where archive_file = :file
"""
# The latest fetch of the same bytes: the parts of a long article and what its listing says may be newer than the bytes.
_PAGES = """
select pages.id, pages.url, coalesce(latest.archive_file, pages.archive_file) as file,
  coalesce(latest.archive_offset, pages.archive_offset) as offset,
  rules_fingerprint, corrected
from pages left join fetches latest on latest.id = (
  select one.id from fetches one where one.url = pages.url and one.sha256 = pages.sha256 and one.archive_file is not null
  order by one.fetched_at desc, one.id desc limit 1)
order by file, offset, pages.id
"""


_LAST_REBUILD = """
select finish_reason from runs where command = ? and json_extract(arguments, '$.rebuild') = 1 order by started_at desc, id desc limit 1
"""
REBUILD = "scrapy reextract"  # the command of a run that reads the archive


class StoredPage(NamedTuple):
    """A page of the database: `place` is where the archive has its latest capture, None where it has none; `rules` read it.

    `corrected` is what people had said of it then, as JSON; None for nothing.
    """

    id: str
    url: str
    place: Place | None
    rules: str
    corrected: str | None


def stored_pages(connection: sqlite3.Connection) -> list[StoredPage]:
    """Every page of a database, in the order in which the archive has them."""
    rows = connection.execute(_PAGES)
    return [StoredPage(page, url, Place(file, offset) if file else None, *read_by) for page, url, file, offset, *read_by in rows]


class Replays:
    """Part of a `Store`, in whose transactions it writes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        errors: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._connection = connection
        self._transaction = transaction
        self._errors = errors

    def held(self, file: str) -> frozenset[int]:
        """Offsets of the records of an archive file that the database holds."""
        with self._errors():
            return frozenset(offset for (offset,) in self._connection.execute(_HELD, {"file": file}))

    def pages(self) -> list[StoredPage]:
        """Every page, in the order in which the archive has them."""
        with self._errors():
            return stored_pages(self._connection)

    def unfinished(self) -> bool:
        """Whether the last rebuild of this database was broken off."""
        with self._errors():
            found = self._connection.execute(_LAST_REBUILD, [REBUILD]).fetchone()
        return found is not None and found[0] != "finished"

    def run(self, run_id: int, command: str, started_at: str) -> int:
        """The id of a run that an archive file names, put into the database where it is not there; another id where its own is taken."""
        with self._transaction() as connection:
            known = "select id from runs where command = ? and started_at = ? order by id <> ?"
            found = connection.execute(known, [command, started_at, run_id]).fetchone()
            taken = connection.execute("select 1 from runs where id = ?", [run_id]).fetchone()
            if found and (taken or found[0] == run_id):
                return int(found[0])
            insert = "insert into runs (id, command, started_at) values (?, ?, ?)"
            cursor = connection.execute(insert, [None if taken else run_id, command, started_at])
            return int(cursor.lastrowid or 0)

    def has_fetch(self, url: str, sha256: str | None, fetched_at: str) -> bool:
        """Whether this very fetch is stored: these bytes of this address at this time."""
        find = "select 1 from fetches where url = ? and fetched_at = ? and sha256 is ?"
        with self._errors():
            return self._connection.execute(find, [url, fetched_at, sha256]).fetchone() is not None

    def fetch(self, row: Mapping[str, Any]) -> None:
        """Store a fetch as the archive tells of it; keys are the columns of fetches."""
        with self._transaction() as connection:
            connection.execute(sql.insert(FETCHES.name, tuple(row)), list(row.values()))
