"""What a run holds open: the database's writer, the archive, the worker processes; and how it ends.

Opened when the spider opens, closed when it has closed, in this order: workers (nothing new arrives), database, archive. A problem that
ends the run is one line for a person (`problem`), never a traceback.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import signals
from scrapy.exceptions import CloseSpider, DropItem

import extract
from crawler import corrections, health
from crawler.archive import Archive, ledger
from crawler.errors import ArchiveError, ConfigurationError
from crawler.store import Writer
from crawler.store.coverage import obstacle
from crawler.store.errors import BadRows, StoreError
from crawler.worker import Workers, cores

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.corrections import Corrections
    from crawler.portals import Portal
    from crawler.spiders import ReportSpider
    from crawler.store import Store, Summary
    from crawler.walks import Walk

logger = logging.getLogger(__name__)
T = TypeVar("T")

COLLECT_AFTER = 20_000  # new objects, some six pages
_COLLECTOR = gc.get_threshold()


@dataclass(slots=True)
class PortalCount:
    """What a run found at one portal: a row of `run_portals`. `declared` is None where its listings do not say.

    `walks` counts the listings begun, `ended` those whose walk is over; `whole` is false where the run was asked for a part of the portal.
    """

    listed: int = 0
    accepted: int = 0
    declared: int | None = None
    fetched: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failed: int = 0
    requests: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    walks: int = 0
    ended: int = 0
    whole: bool = True
    doubts: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """ok; suspect where it is not to be believed (crawler.health); partial where a listing broke off or failed beside others; blocked,
        unreachable or failed where no listing named anything."""
        if not self.problems:
            return "suspect" if self.doubts else "ok"
        return "partial" if self.listed else obstacle(self.problems)

    @property
    def walked(self) -> bool:
        """Whether every listing of the portal was walked to its end."""
        return self.whole and not self.problems and 0 < self.walks == self.ended

    @property
    def complete(self) -> bool:
        """Whether every listing of the portal was walked to its end, so that an entry which is not there is gone."""
        return self.walked and bool(self.entries) and not self.doubts


class Run:
    """The resources of a run, for pipelines and spiders: `crawler.get_extension(Run)`."""

    writer: Writer
    workers: Workers
    archive: Archive
    corrections: Corrections

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._opened = False
        self._closing = False
        self.id = 0
        self.database = Path(crawler.settings["REPORTS_DB"])
        self.problem: str | None = None
        self.finish_reason: str | None = None
        self.summary: Summary | None = None
        self.record: dict[str, Any] | None = None
        self.rules = ""
        self.blank = False  # whether the database held no page when the run began: then none has to be looked up
        self.errors = 0
        self.page_failure: str | None = None
        self.portals: dict[str, PortalCount] = {}
        self.names: dict[str, str] = {}
        self.outcomes: Counter[str] = Counter()
        self.rejects: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy."""
        run = cls(crawler)
        crawler.signals.connect(run.spider_opened, signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        crawler.signals.connect(run.error, signals.item_error)
        crawler.signals.connect(run.error, signals.spider_error)
        return run

    @property
    def spider(self) -> ReportSpider:
        """The spider of the run."""
        return self._crawler.spider  # type: ignore[return-value]

    async def spider_opened(self) -> None:
        """Checks what was asked for and opens everything. Closes the spider with a problem where that fails."""
        _calm_collector()
        try:
            await self.spider.prepare()
            await self._open()
            _calm_collector()
        except (ConfigurationError, StoreError, ArchiveError) as error:
            self.problem = str(error)
            raise CloseSpider("cannot_start") from None
        except Exception as error:
            logger.exception("the run cannot start")
            self.problem = f"the run cannot start: {type(error).__name__}: {error}"
            raise CloseSpider("cannot_start") from None

    async def spider_closed(self, reason: str) -> None:
        """Closes everything, whatever failed; the run's row says how it ended."""
        self.finish_reason, self._closing = reason, True
        gc.unfreeze()
        gc.set_threshold(*_COLLECTOR)
        if not self._opened:
            return
        await self.workers.close()
        try:
            await self._finish(reason)
        except (StoreError, ArchiveError) as error:
            self.problem = self.problem or str(error)
            self.finish_reason = "store_failed"
        await asyncio.to_thread(self.archive.close)
        self.problem = self.problem or self._nothing_came()

    def error(self) -> None:
        """Counts an error of this program, whose traceback is in the log."""
        self.errors += 1

    def counts(self, portal_id: str | None) -> PortalCount:
        """The counts of a portal; those of pages without one stand under the empty id."""
        return self.portals.setdefault(portal_id or "", PortalCount())

    async def add_portal(self, portal: Portal, *, whole: bool = True) -> None:
        """Makes the portal known to the database and to the summary. One that is not `whole` (made of an address, or reduced to a
        listing) changes nothing of what is stored of a portal with its id, and tells of no entry that it is gone."""
        self.names[portal.id] = portal.name
        self.counts(portal.id).whole = whole
        row = {name: getattr(portal, name) for name in ("id", "name", "level", "division_code", "family", "url", "note")}
        row |= {"enabled": int(portal.enabled), "expect_agencies": portal.expect.agencies, "expect_since": portal.expect.since}
        await self.stored(lambda store: ledger.add_portal(store, self.archive, row, now(), keep=not whole), portal.id)

    def walked(self, walk: Walk) -> None:
        """Counts a walk that is over."""
        counts = self.counts(walk.portal.id)
        counts.ended += 1
        counts.problems += walk.problems
        if walk.declared is not None:
            counts.declared = (counts.declared or 0) + walk.declared

    async def stored(self, call: Callable[[Store], T], what: str) -> T:
        """What the store answers. Rows that fit no table cost their page (`what`); any other error of database or archive ends the run."""
        try:
            return await self.writer.run(call)
        except BadRows as error:
            self.outcomes["not_stored"] += 1
            self.error()
            logger.error("%s: cannot be stored: %s", what, error)
            raise DropItem(str(error)) from None
        except StoreError as error:
            self.fail(str(error), "store_failed")
            raise DropItem(str(error)) from None
        except ArchiveError as error:
            self.fail(str(error), "archive_failed")
            raise DropItem(str(error)) from None

    def fail(self, problem: str, reason: str) -> None:
        """Ends the run: no further requests, what is in work is let go."""
        if self.problem is None and not self._closing:
            self._closing = True
            self.problem = problem
            self._end = asyncio.ensure_future(self._crawler.engine.close_spider_async(reason=reason))

    def _nothing_came(self) -> str | None:
        """Why the run has nothing to show: every portal failed, or the one page it was asked for. None where it has."""
        walked = {portal_id: counts for portal_id, counts in self.portals.items() if portal_id}
        if walked and all(counts.problems and not counts.listed for counts in walked.values()):
            first = next(iter(walked.values())).problems[0]
            return first if len(walked) == 1 else f"all of the {len(walked)} portals failed, the first one so: {first}"
        return self.page_failure if self.spider.given.get("article") else None

    async def _open(self) -> None:
        settings = self._crawler.settings
        self.database = Path(settings["REPORTS_DB"])
        self.rules = await asyncio.to_thread(extract.fingerprint)
        self.writer = await asyncio.to_thread(Writer, self.database)
        self.corrections = corrections.read(Path(settings["CORRECTIONS"]))
        self.workers = Workers(settings.getint("WORKERS") or cores(), settings.getfloat("PAGE_TIME_LIMIT"))
        self._opened = True
        command, given, rules = f"scrapy crawl {self.spider.name}", self.spider.given, self.rules
        self.id = await self.writer.run(lambda store: store.start_run(command, given, _versions(rules)))
        about = {"run": self.id, "command": command, "started_at": await self.writer.run(lambda store: store.started_at(self.id))}
        self.archive = Archive(Path(settings["ARCHIVE_DIR"]), about=about)
        await self.writer.run(lambda store: store.take_corrections(self.corrections.rows()))
        self.blank = not await self.writer.run(lambda store: store.holds_pages())
        await self.workers.open()

    async def _finish(self, reason: str) -> None:
        """The run's last rows. A listing walked to its end tells which entries are gone."""
        for portal_id, counts in self.portals.items():
            if portal_id:
                await self.writer.run(partial(_record_portal, run=self, portal_id=portal_id, counts=counts, finished=reason == "finished"))
        totals = {"outcomes": dict(self.outcomes), "rejects": dict(self.rejects)}
        await self.writer.run(lambda store: store.finish_run(self.id, reason, totals))
        self.summary = await self.writer.run(lambda store: store.summary(self.id))
        self.record = await self.writer.run(lambda store: store.record(self.id))
        await asyncio.to_thread(self.writer.close)


def _calm_collector() -> None:
    """Keep garbage collection from blocking the reactor: one over all that Scrapy imports takes 100 ms, so what is there now is left
    out of it; and rows are thousands of objects a page, none of them in a cycle, so it need not look after every 700."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def _record_portal(store: Store, run: Run, portal_id: str, counts: PortalCount, finished: bool) -> None:
    found = health.Found(counts.listed, counts.whole, counts.walked, health.entries_fill(counts.entries))
    if finished:
        found, counts.doubts = store.weigh(run.id, portal_id, found)
    row = {name: getattr(counts, name) for name in _COLUMNS}
    reasons = [*counts.doubts, *counts.problems]
    said = {"fill": json.dumps(found.fill) if found.fill else None, "reasons": json.dumps(reasons, ensure_ascii=False) if reasons else None}
    store.record_portal(run.id, portal_id, **row, **said, walked=int(counts.walked))
    if finished and counts.complete:
        ledger.record_entries(store, run.archive, run.id, portal_id, counts.entries, now(), complete=True)


_COLUMNS = ("outcome", "listed", "declared", "fetched", "new", "changed", "unchanged", "failed", "requests", "bytes")


def _versions(rules: str) -> dict[str, str]:
    """What made the rows of this run: the rules, and the libraries that decide what a page says."""
    libraries = {name: version(name) for name in ("scrapy", "lxml", "chardet", "opencc-pyo3")}
    return {"rules": rules, "python": python_version(), **libraries}


def now() -> str:
    """The time in UTC as ISO text to the second: what `fetches` and the archive are stamped with."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
