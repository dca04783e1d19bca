"""The archive read again: a database rebuilt from it, or the pages of one that other rules read, without a request.

A database that holds no page is rebuilt record by record, in the order in which they were archived: portals, entries of listings, fetches
and pages. In one that holds pages those are read again that today's rules did not read. Either goes on where it was broken off: what is
stored is known by the place of its record. What the archive lost or what is damaged is named, and costs only its own pages.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import extract
from crawler.archive import Damage, Record, capture_of, names, record_at, records
from crawler.archive.ledger import ENTRIES, PORTAL, SILENCE
from crawler.archive.reading import path_of
from crawler.corrections import as_text
from crawler.errors import ArchiveError
from crawler.items import too_large
from crawler.store.errors import BadRows
from crawler.store.replays import REBUILD

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
    from pathlib import Path

    from crawler.archive import Capture
    from crawler.corrections import Corrections
    from crawler.store import Store, Writer
    from crawler.store.replays import StoredPage
    from crawler.worker import Work, Workers

    Call = Callable[[Store], Any]

logger = logging.getLogger(__name__)

T = TypeVar("T")

FETCHED = ("page", "part", "listing", "robots")  # kinds of records that are fetches
AHEAD = 8  # pages read from the archive and not yet stored, a worker


@dataclass(slots=True)
class Progress:
    """How far it is: `done` of `total` things of a kind (`of`), what was read, what changed, and what could not be read."""

    total: int = 0
    done: int = 0
    of: str = "pages"
    pages: int = 0
    reports: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    lost: int = 0

    def begin(self, total: int, of: str) -> None:
        """Another part of the work begins, `total` things of a kind long."""
        self.total, self.done, self.of = total, 0, of

    def problem(self, text: str, pages: int = 0) -> None:
        """Names what could not be read, and the pages that it cost."""
        self.problems.append(text)
        self.lost += pages
        logger.warning("%s", text)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads archived pages in worker processes, with the corrections of people.

    `limit` is PAGE_SIZE_LIMIT, `ahead` how many pages are in work at a time.
    """

    folder: Path
    workers: Workers
    limit: int
    ahead: int
    corrections: Corrections

    async def capture(self, record: Record) -> Capture:
        """The capture of a record. Raises ArchiveError where the archive lacks a part of it."""
        found = await asyncio.to_thread(capture_of, self.folder, record)
        return replace(found, corrected=self.corrections.of_page(found.page.address))

    def stale(self, page: StoredPage) -> bool:
        """Whether the page was read by other rules than today's, or people say something else of it today."""
        return page.rules != extract.fingerprint() or page.corrected != as_text(self.corrections.of_page(page.url))

    async def work(self, capture: Capture) -> Work:
        """The page as today's rules read it."""
        if unread := capture.unread:
            return await self.workers.failure(capture, unread.outcome, unread.reason, unread.byte_count)
        if problem := too_large(len(capture.page.body), self.limit):
            return await self.workers.failure(capture, *problem)
        return await self.workers.extract(capture)

    async def in_order(self, todo: AsyncIterator[Callable[[], Coroutine[Any, Any, T]]]) -> AsyncIterator[T]:
        """The results of what is done side by side, in the order in which it was begun."""
        waiting: deque[asyncio.Task[T]] = deque()
        try:
            async for one in todo:
                waiting.append(asyncio.ensure_future(one()))
                if len(waiting) >= self.ahead:
                    yield await waiting.popleft()
            while waiting:
                yield await waiting.popleft()
        finally:
            for task in waiting:
                task.cancel()

    def to_be_had(self, pages: Iterable[StoredPage], progress: Progress) -> list[StoredPage]:
        """The pages whose archive file is there; each file that is not is named."""
        found: dict[bool, list[StoredPage]] = {True: [], False: []}
        for page in pages:
            found[page.place is not None and path_of(self.folder, page.place.file).exists()].append(page)
        for file, count in sorted(Counter(page.place.file if page.place else "" for page in found[False]).items()):
            what = f"{self.folder / file}: is missing" if file else "not in the archive"
            progress.problem(f"{what}: {count} page{'' if count == 1 else 's'} not read again", pages=count)
        return found[True]

    async def record_of(self, page: StoredPage, progress: Progress) -> Record | None:
        """The record of a page; None where it is damaged, which is named."""
        assert page.place is not None
        try:
            return await asyncio.to_thread(record_at, self.folder, page.place)
        except ArchiveError as error:
            progress.problem(f"{error} ({page.url})", pages=1)
            return None


class Reextraction:
    """Brings the database of `writer` to what `reader` reads."""

    def __init__(self, reader: Reader, writer: Writer, progress: Progress) -> None:
        self.progress = progress
        self._reader = reader
        self._folder = reader.folder
        self._writer = writer

    async def run(self, arguments: dict[str, Any], *, rebuild: bool, everything: bool) -> None:
        """Rebuilds where `rebuild` or the database holds no page, then reads again what other rules read; `everything` again."""
        blank = await self._writer.run(lambda store: not store.holds_pages() or store.replays.unfinished())
        runs = await self.restore_runs() if blank or rebuild else {}
        arguments = {**arguments, "rebuild": bool(runs)}
        versions = {"rules": extract.fingerprint()}
        run_id = await self._writer.run(lambda store: store.start_run(REBUILD, arguments, versions))
        await self._writer.run(lambda store: store.take_corrections(self._reader.corrections.rows()))
        reason = "broken_off"
        try:
            if runs:
                await self.rebuild(runs)
            if not blank or not everything:
                await self.renew(lambda page: everything or self._reader.stale(page))
            reason = "finished"
        finally:
            counts = {"reports": dict(self.progress.reports), "pages": self.progress.pages, "lost": self.progress.lost}
            await self._writer.run(lambda store: store.finish_run(run_id, reason, counts))

    # ---------------------------------------------------------------------------------------- a database from nothing

    async def restore_runs(self) -> dict[str, int | None]:
        """The runs that wrote the archive, put into the database: for each file the id of its run, None where the file does not say."""
        return {name: await self._run_of(name) for name in await asyncio.to_thread(names, self._folder)}

    async def _run_of(self, name: str) -> int | None:
        first = await asyncio.to_thread(lambda: next(records(self._folder, name), None))
        said = first.facts if isinstance(first, Record) else {}
        if "run" not in said:
            return None
        run_id, command, started_at = int(said["run"]), str(said.get("command")), str(said.get("started_at"))
        return await self._writer.run(lambda store: store.replays.run(run_id, command, started_at))

    async def rebuild(self, runs: dict[str, int | None]) -> None:
        """Stores all that the archive holds and the database does not."""
        self.progress.begin(sum(path_of(self._folder, name).stat().st_size for name in runs), "bytes of archive")
        await self._store(self._replayed(runs))

    async def _replayed(self, runs: dict[str, int | None]) -> AsyncIterator[Callable[[], Coroutine[Any, Any, Call | None]]]:
        """What is to be done, record by record."""
        before = 0
        for name, run_id in runs.items():
            held = await self._writer.run(partial(_held, name))
            walk = records(self._folder, name)
            while record := await asyncio.to_thread(next, walk, None):
                self.progress.done = before + (record.offset if isinstance(record, Damage) else record.place.offset)
                if isinstance(record, Damage):
                    self.progress.problem(str(record), pages=1)
                elif record.place.offset not in held:
                    yield partial(self._replay, record, run_id)
            before += path_of(self._folder, name).stat().st_size
            self.progress.done = before

    async def _replay(self, record: Record, run_id: int | None) -> Call | None:
        """What a record has to say to the store, read in a worker where it is a page; None for one that says nothing."""
        kind, said = record.facts.get("kind"), record.facts
        if kind == PORTAL:
            return lambda store: store.add_portal(said["row"], keep=said["keep"])
        if kind == ENTRIES:
            return partial(_restore_entries, said, run_id)
        if kind == "page":
            return await self._page(record, fetch_row(record, run_id))
        row = fetch_row(record, run_id)
        return (lambda store: store.replays.fetch(row)) if row else None

    # ---------------------------------------------------------------------------------------- pages of a database

    async def renew(self, wanted: Callable[[StoredPage], bool]) -> None:
        """Reads the pages again that are `wanted`."""
        pages = [page for page in await self._writer.run(lambda store: store.replays.pages()) if wanted(page)]
        self.progress.begin(len(pages), "pages")
        found = self._reader.to_be_had(pages, self.progress)
        self.progress.done = len(pages) - len(found)
        await self._store(self._again(found))

    async def _again(self, pages: list[StoredPage]) -> AsyncIterator[Callable[[], Coroutine[Any, Any, Call | None]]]:
        for page in pages:
            yield partial(self._renewed, page)

    async def _renewed(self, page: StoredPage) -> Call | None:
        record = await self._reader.record_of(page, self.progress)
        self.progress.done += 1
        return await self._page(record, None) if record else None

    # ---------------------------------------------------------------------------------------- one page

    async def _page(self, record: Record, fetch: dict[str, Any] | None) -> Call | None:
        try:
            capture = await self._reader.capture(record)
        except ArchiveError as error:
            self.progress.problem(f"{error} (needed by {record.place.file} at {record.place.offset})", pages=1)
            return None
        work = await self._reader.work(capture)
        self.progress.pages += 1
        return partial(self._write, record, capture, work, fetch)

    def _write(self, record: Record, capture: Capture, work: Work, fetch: dict[str, Any] | None, store: Store) -> None:
        file, offset = record.place
        written = store.write(work.prepared, portal_id=capture.portal_id, archive_file=file, archive_offset=offset, fetch=fetch)
        for name in ("new", "changed", "reread", "unchanged", "linked", "retired"):
            self.progress.reports[name] += len(getattr(written, name))

    async def _store(self, todo: AsyncIterator[Callable[[], Coroutine[Any, Any, Call | None]]]) -> None:
        """Stores what was read one after the other, in the order of the archive: a rebuild is the crawl once more."""
        async for call in self._reader.in_order(todo):
            if call is not None:
                try:
                    await self._writer.run(call)
                except BadRows as error:
                    self.progress.problem(str(error), pages=1)


def fetch_row(record: Record, run_id: int | None) -> dict[str, Any] | None:
    """The row of `fetches` that a record tells of; None for one that was no fetch (a file, a note)."""
    said, unread = record.facts, record.facts.get("unread", {})
    silent, address = record.kind == "metadata", record.warc.get("WARC-Target-URI", "")
    asked = unread.get("asked") if unread else address.startswith(("http://", "https://"))
    if said.get("kind") not in (*FETCHED, SILENCE) or not asked:
        return None
    url = unread.get("address") or said.get("asked") or said.get("url") or address
    row = {"run_id": run_id, "url": url, "fetched_at": record.warc["WARC-Date"], "status": record.status}
    if not silent:
        row |= {"etag": _header(record, "etag"), "last_modified": _header(record, "last-modified"), "sha256": record.payload_digest}
        row["bytes"] = said.get("bytes", len(record.body))
    return {**row, "archive_file": record.place.file, "archive_offset": record.place.offset}


def _header(record: Record, name: str) -> str | None:
    return next((value for one, value in reversed(record.headers) if one.lower() == name), None)


def _held(name: str, store: Store) -> frozenset[int]:
    return store.replays.held(name)


def _restore_entries(said: Mapping[str, Any], run_id: int | None, store: Store) -> None:
    store.record_entries(run_id, said["portal"], said["entries"])
    store.mark_gone(run_id, said["portal"], said["gone"])
