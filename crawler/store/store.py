"""The database of a crawl: opened by one writer at a time, changed by one transaction a page, never left half written.

A page that is known writes nothing; what a second run over an unchanged web adds stands in `runs`, `run_portals` and `fetches` alone.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from crawler import titles
from crawler.archive.model import Place
from crawler.store import attachments, contents, corrections, schema, search, sql
from crawler.store.errors import BadRows, NoSuchVersion, translated
from crawler.store.health import record, weigh
from crawler.store.lock import lock
from crawler.store.prepare import Prepared, prepare
from crawler.store.replays import Replays
from crawler.store.reports import Reports
from crawler.store.summary import Summary, summary
from crawler.store.tables import FETCHES, LISTING_ENTRIES, PAGES, PORTALS, RUN_PORTALS, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import TracebackType

    from crawler.health import Found

BUSY_SECONDS = 10  # how long a write waits for a reader or a person with a database browser
WAL_PAGES = 4000  # 16 MB; with the default of 1000 the same index pages are copied into the file every ten reports
STATEMENTS = 1024  # compiled ones that are kept: those of an insertion differ by how many rows they take (see `sql.insert_all`)
CACHE_KIB = 16_000  # SQLite's page cache; the default of 2 MB is too small for the indexes of a large file


@dataclass(frozen=True, slots=True)
class Written:
    """What a page changed: ids of reports that are new, changed, as they were, or linked (the page is not the one they are read from).

    `reread` are reports whose rows were made anew though they are in no new state: other rules read the same bytes.
    `retired` are reports that the page held before and no longer holds. `outcome` is the page's.
    """

    outcome: str
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    reread: tuple[str, ...] = ()


class Store:
    """The database at `path`, made where it is missing, with its folder. A context manager; closing leaves one file without a WAL.

    Raises UnusablePath, NotOurDatabase, NewerDatabase or DatabaseLocked (a child of StoreError, one line) where it cannot be used.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = lock(self.path)
        try:
            self._connection = self._open()
        except BaseException:
            self._lock.close()
            raise
        self._reports = Reports(self._connection)
        self.replays = Replays(self._connection, self._transaction, self._errors)
        self._tally: Counter[str] = Counter()

    def _open(self) -> sqlite3.Connection:
        with self._errors():
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=STATEMENTS)
            try:
                schema.check_owner(connection, self.path)
                connection.execute("pragma journal_mode = wal")
                connection.execute("pragma synchronous = normal")
                connection.execute(f"pragma wal_autocheckpoint = {WAL_PAGES}")
                connection.execute("pragma foreign_keys = on")
                connection.execute(f"pragma cache_size = -{CACHE_KIB}")
                schema.ensure(connection)
            except BaseException:
                connection.close()
                raise
        return connection

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Fold the WAL into the file and let others write. Closing twice does nothing."""
        with contextlib.suppress(sqlite3.Error):  # a reader may hold the WAL open; what is committed is safe there
            self._connection.execute("pragma wal_checkpoint(truncate)")
        self._connection.close()
        self._lock.close()

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise translated(error, self.path) from error
        except UnicodeEncodeError as error:
            raise BadRows(f"{self.path}: text with half a character cannot be stored ({error.reason})") from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: an error, also one of our own, leaves the database as it was."""
        with self._errors():
            self._connection.execute("begin immediate")
            try:
                yield self._connection
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    # ---------------------------------------------------------------------------------------- runs

    def start_run(self, command: str, arguments: Mapping[str, Any], versions: Mapping[str, Any]) -> int:
        """Note that a run begins now; returns its id."""
        self._tally.clear()
        insert = "insert into runs (command, started_at, arguments, versions) values (?, ?, ?, ?)"
        with self._transaction() as connection:
            cursor = connection.execute(insert, [command, _now(), _json(arguments), _json(versions)])
        return int(cursor.lastrowid or 0)

    def started_at(self, run_id: int) -> str:
        """When a run began, as `runs` has it."""
        with self._errors():
            return str(self._connection.execute("select started_at from runs where id = ?", [run_id]).fetchone()[0])

    def finish_run(self, run_id: int, reason: str, counts: Mapping[str, Any]) -> None:
        """Note that the run ended now, and why. What this store wrote since the run began is added to `counts`."""
        update = "update runs set finished_at = ?, finish_reason = ?, counts = ? where id = ?"
        with self._transaction() as connection:
            connection.execute(update, [_now(), reason, _json({**counts, "written": dict(self._tally)}), run_id])

    def record_portal(self, run_id: int, portal_id: str, **counts: Any) -> None:
        """What a run found at a portal; keys are the columns of run_portals, those not given stay as they are."""
        with self._transaction() as connection:
            _upsert(connection, RUN_PORTALS, {"run_id": run_id, "portal_id": portal_id, **counts})

    def record_fetch(self, run_id: int, url: str, **answer: Any) -> None:
        """An answer of a server; keys are the columns of fetches, `fetched_at` is now where it is not given."""
        row = {"fetched_at": _now(), **answer, "run_id": run_id, "url": url}
        with self._transaction() as connection:
            _insert_fetch(connection, row)

    # ---------------------------------------------------------------------------------------- portals and listings

    def add_portal(self, portal: Mapping[str, Any], *, keep: bool = False) -> None:
        """Store a portal, or what its file says of it now; keys are the columns of portals. `keep`: what is stored of it stays."""
        with self._transaction() as connection:
            _upsert(connection, PORTALS, portal, once=tuple(portal) if keep else ())

    def portal_differs(self, portal: Mapping[str, Any], *, keep: bool = False) -> bool:
        """Whether `add_portal` would write something."""
        with self._errors():
            found = self._connection.execute(f"select {sql.names(portal)} from portals where id = ?", [portal["id"]]).fetchone()
        if found is None:
            return True
        return any(
            one != other and not (keep and (one is not None or other is None)) for one, other in zip(found, portal.values(), strict=True)
        )

    def entries_that_differ(
        self, portal_id: str, entries: Iterable[Mapping[str, Any]], *, complete: bool = False
    ) -> tuple[list[Mapping[str, Any]], list[str]]:
        """Which of a listing's entries `record_entries` would write, and the addresses that it would mark as gone."""
        rows = {entry["url"]: entry for entry in entries}
        find = f"select {sql.names(_ENTRY)} from listing_entries where portal_id = ? and url = ? and gone_run is null"
        with self._errors():
            stored = {url: self._connection.execute(find, [portal_id, url]).fetchone() for url in rows}
            gone = [url for url in self._listed(portal_id) if url not in rows] if complete else []
        return [row for url, row in rows.items() if stored[url] != tuple(row.get(name) for name in _ENTRY)], gone

    def _listed(self, portal_id: str) -> list[str]:
        find = "select url from listing_entries where portal_id = ? and gone_run is null order by url"
        return [url for (url,) in self._connection.execute(find, [portal_id])]

    def mark_gone(self, run_id: int | None, portal_id: str, urls: Iterable[str]) -> None:
        """Note that a portal's listings name these addresses no more, since this run."""
        with self._transaction() as connection:
            self._mark_gone(connection, run_id, portal_id, urls)

    def _mark_gone(self, connection: sqlite3.Connection, run_id: int | None, portal_id: str, urls: Iterable[str]) -> None:
        rows = [(run_id, portal_id, url) for url in urls]
        connection.executemany("update listing_entries set gone_run = ? where portal_id = ? and url = ?", rows)

    def record_entries(self, run_id: int | None, portal_id: str, entries: Iterable[Mapping[str, Any]], *, complete: bool = False) -> None:
        """Store what a listing named: url, title, listed_on, agency_hint, verdict, reason. An entry that is as it was writes nothing.

        `complete`: the whole listing was walked, so that an entry of this portal that is not among them is gone since this run.
        """
        rows = {entry["url"]: entry for entry in entries}
        with self._transaction() as connection:
            for entry in rows.values():
                row = {**entry, "portal_id": portal_id, "gone_run": None, **_said(entry["title"])}
                if _upsert(connection, LISTING_ENTRIES, row, fixed={"first_run": run_id}) and entry["verdict"] == "accepted":
                    self._reports.listed(portal_id, entry["url"])
            if complete:
                self._mark_gone(connection, run_id, portal_id, [url for url in self._listed(portal_id) if url not in rows])

    # ---------------------------------------------------------------------------------------- pages and reports

    def write(
        self,
        page_rows: Prepared | Mapping[str, Any],
        *,
        portal_id: str | None = None,
        archive_file: str | None = None,
        archive_offset: int | None = None,
        fetch: Mapping[str, Any] | None = None,
    ) -> Written:
        """Store a page with its reports, in one transaction. `page_rows` as `extract` makes them, or `prepare`d by a worker.

        Fetches decide which of two captures of one address is the later one, so the fetch that brought the page is stored before it:
        by `record_fetch`, or as `fetch`, a row of fetches.
        Raises a StoreError; then nothing of the page is stored.
        """
        prepared = page_rows if isinstance(page_rows, Prepared) else prepare(page_rows)
        page = {**prepared.page, "archive_file": archive_file, "archive_offset": archive_offset}
        with self._transaction() as connection:
            if fetch is not None:
                _insert_fetch(connection, fetch)
            held = self._write_page(connection, page, prepared)
            written = self._write_reports(prepared, held, portal_id)
        self._count(prepared, written)
        return written

    def _write_page(self, connection: sqlite3.Connection, page: dict[str, Any], prepared: Prepared) -> list[str]:
        """Store the page with its attachments; the ids of the reports that it held before."""
        stored = _upsert(connection, PAGES, page, once=("archive_file", "archive_offset"))
        attachments.write(connection, page["id"], prepared.attachments)
        attachments.link(connection, page["url"])
        if stored == "new":
            return []
        held = "select report_id from report_pages where page_id = ? order by report_id"
        return [report_id for (report_id,) in connection.execute(held, [page["id"]])]

    def _write_reports(self, prepared: Prepared, held: list[str], portal_id: str | None) -> Written:
        page_id, url = prepared.page["id"], prepared.page["url"]
        found: dict[str, list[str]] = {"new": [], "changed": [], "reread": [], "unchanged": [], "linked": []}
        for report in prepared.reports:
            found[self._reports.take(report, page_id, url, portal_id)].append(report.report_id)
        retired = [report_id for report_id in held if all(report_id != report.report_id for report in prepared.reports)]
        for report_id in retired:
            self._reports.retire(report_id, page_id)
        return Written(prepared.page["outcome"], **{key: tuple(ids) for key, ids in found.items()}, retired=tuple(retired))

    def _count(self, prepared: Prepared, written: Written) -> None:
        """Add to the run's tally what the summary says of it."""
        self._tally["pages"] += 1
        for name in ("new", "changed", "reread", "unchanged", "linked", "retired"):
            self._tally[f"reports_{name}"] += len(getattr(written, name))
        if not prepared.reports:
            self._tally[f"rejected: {written.outcome}: {prepared.page['reason']}"] += 1

    def reindex(self) -> int:
        """Make the full-text index anew; how many sections it holds. It is kept in step by every write: this mends a damaged one."""
        with self._transaction() as connection:
            return search.rebuild(connection)

    # ---------------------------------------------------------------------------------------- reading

    def holds_pages(self) -> bool:
        """Whether any page is stored."""
        with self._errors():
            return self._connection.execute("select 1 from pages limit 1").fetchone() is not None

    def look_up(self, url: str, sha256: str, rules: str, corrected: str | None = None) -> tuple[bool, bool]:
        """Whether these bytes of this address are stored, read by these rules and with these corrections, so that reading them again would
        change nothing; and whether the archive has them. An article on several pages is never known by its first.

        The first is False for a page that ran out of time, for one that shows again what it had shown before something else, and for
        one without year or agency: a listing that names it later may say them.
        """
        with self._errors():
            found = self._connection.execute(_LOOK_UP, {"url": url, "sha256": sha256, "rules": rules, "corrected": corrected}).fetchone()
        return (bool(found[0]), bool(found[1])) if found else (False, False)

    def take_corrections(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Store what people corrected, rows of `corrections`, in the place of what was stored of it; findings get their dispositions."""
        with self._transaction() as connection:
            corrections.take(connection, rows)

    def archived(self, url: str, sha256: str) -> Place | None:
        """Where the archive has what this address gave, by the latest fetch that brought these bytes; None where it has them not."""
        with self._errors():
            found = self._connection.execute(_ARCHIVED, {"url": url, "sha256": sha256}).fetchone()
        return Place(*found) if found else None

    def rebuild(self, report_id: str, version: int) -> dict[str, list[dict[str, Any]]]:
        """All rows of a version of a report, by table, the current one or an earlier one. Raises NoSuchVersion."""
        with self._errors():
            current = self._connection.execute("select version from reports where id = ?", [report_id]).fetchone()
            if current == (version,):
                return contents.readable(contents.current(self._connection, report_id))
            find = "select content from report_versions where report_id = ? and version = ?"
            row = self._connection.execute(find, [report_id, version]).fetchone()
        if row is None:
            raise NoSuchVersion(f"{self.path}: holds no version {version} of the report {report_id}")
        return contents.readable(contents.from_json(row[0]))

    def weigh(self, run_id: int, portal_id: str, found: Found) -> tuple[Found, list[str]]:
        """What a run found at a portal, with what the database knows of it, and why it is doubtful (crawler.health)."""
        with self._errors():
            return weigh(self._connection, run_id, portal_id, found)

    def record(self, run_id: int) -> dict[str, Any]:
        """All that is told of a finished run, beside the run before and the season a year ago (store.health)."""
        with self._errors():
            return record(self._connection, run_id)

    def summary(self, run_id: int) -> Summary:
        """What a run did and what the database holds, for the table at its end."""
        with self._errors():
            return summary(self._connection, run_id, dict(self._tally))


_LOOK_UP = """
select rules_fingerprint = :rules and corrected is :corrected and outcome not in ('timeout', 'no_year', 'no_agency') and not exists (
  select 1 from report_pages mine join report_pages later on later.report_id = mine.report_id and later.url = mine.url
  where mine.page_id = pages.id and later.arrival > mine.arrival) and not exists (
  select 1 from reports join findings on findings.report_id = reports.id and rule_id = 'article_parts'
  where reports.page_id = pages.id), archive_file is not null
from pages where url = :url and sha256 = :sha256
"""


_ENTRY = ("url", "title", "listed_on", "agency_hint", "verdict", "reason")

_ARCHIVED = """
select archive_file, archive_offset from (
  select archive_file, archive_offset, fetched_at as at, id from fetches where url = :url and sha256 = :sha256
  union all select archive_file, archive_offset, '', 0 from pages where url = :url and sha256 = :sha256)
where archive_file is not null order by at desc, id desc limit 1
"""


def _said(title: str | None) -> dict[str, Any]:
    """Year and agency as a title prints them: whose report is lacking where its page cannot be read."""
    return {"year": titles.year(title), "agency": titles.agency(title)} if title else {"year": None, "agency": None}


def _upsert(
    connection: sqlite3.Connection,
    table: Table,
    row: Mapping[str, Any],
    *,
    once: tuple[str, ...] = (),
    fixed: Mapping[str, Any] | None = None,
) -> Literal["new", "changed"] | None:
    """Insert a row, or update the columns that differ; None where none does and nothing is written.

    Columns of `once` keep the first value that is not NULL, those of `fixed` are set on insertion only.
    """
    new = {**row, **(fixed or {})}
    columns, key = _known(table, new), [row[one] for one in table.key]
    found = connection.execute(f"select {sql.names(columns)} from {table.name} where {sql.equal(table.key)}", key).fetchone()
    if found is None:
        connection.execute(sql.insert(table.name, columns), list(new.values()))
        return "new"
    old = dict(zip(columns, found, strict=True))
    changed = {one: row[one] for one in row if row[one] != old[one] and not (one in once and (old[one] is not None or row[one] is None))}
    if not changed:
        return None
    statement = f"update {table.name} set {sql.equal(changed, ', ')} where {sql.equal(table.key)}"
    connection.execute(statement, [*changed.values(), *key])
    return "changed"


def _insert_fetch(connection: sqlite3.Connection, row: Mapping[str, Any]) -> None:
    connection.execute(sql.insert(FETCHES.name, _known(FETCHES, row)), list(row.values()))


def _known(table: Table, row: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of a row; raises BadRows for one that the table does not have."""
    unknown = row.keys() - table.columns.keys()
    if unknown:
        raise BadRows(f"rows for {table.name}: no column is called {', '.join(sorted(unknown))}")
    return tuple(row)


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
