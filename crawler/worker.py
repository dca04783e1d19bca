"""The worker processes: everything that parses a page runs here, so that the reactor never waits and a poisoned page costs one page.

`work`, `failure` and `read_listing` run in a worker; `Workers` hands them out from the event loop. A worker that hangs, crashes or runs
out of memory is replaced, and its page gets an outcome of its own. Workers end with the crawl process, even one that is killed.

What only a worker needs is imported by these functions: the crawl process imports this module too, to hand them out.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import logging
import multiprocessing
import os
import resource
import signal
import sys
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from hashlib import sha256
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

from pebble import ProcessExpired, ProcessPool

import extract
from crawler.errors import AmbiguousFamilyError, WorkersError
from extract.errors import ExtractError
from extract.model import Decoded, Extraction, Page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler import cms, titles
    from crawler.archive import Capture
    from crawler.probing.looking import Look
    from crawler.store.prepare import Prepared
    from extract.model import Article

logger = logging.getLogger(__name__)
T = TypeVar("T")

MEMORY = 2 << 30  # address space of a worker; a page of a million cells needs 1 GiB
TASKS = 500  # a worker is replaced after so many pages, against slow leaks in C libraries
QUEUED = 2  # tasks handed out per worker: one in work, one waiting
CPU_GRACE = 5  # seconds of CPU over the time limit after which the kernel ends a worker that nobody ends


# ------------------------------------------------------------------------------------------------ what runs in a worker


@dataclass(frozen=True, slots=True)
class Work:
    """What a page gave: rows ready for the store, its records for the archive, and in words why there is no report (None: there is).

    `parts` are the addresses of what it is read from beside itself and did not come with: the further pages of a long article, or the
    pictures that are all there is of it. `files` are the attachments that may hold the report.
    """

    prepared: Prepared
    record: bytes
    outcome: str
    reason: str | None
    parts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """An entry of a listing with the verdict on it."""

    entry: cms.ListingEntry
    verdict: titles.Verdict


@dataclass(frozen=True, slots=True)
class Reading:
    """A listing page, read and judged. `listing` is None where no family knows the page, `reason` then says so."""

    listing: cms.Listing | None
    judged: tuple[Judged, ...] = ()
    reason: str | None = None


def work(capture: Capture, seconds: float) -> Work:
    """Extracts a page and makes its archive record."""
    from crawler import carriers, corrections
    from crawler.store.prepare import prepare
    from extract.rows import page_rows

    _limit_cpu(seconds)
    page = replace(capture.page, parts=tuple(part.page for part in capture.parts))
    extraction = corrections.extracted(page, capture.corrected)
    article = extraction.article
    rows = page_rows(extraction)
    rows["page"]["corrected"] = corrections.as_text(capture.corrected)
    for report in rows["reports"]:
        report["findings"] += _parts_found(report["report"]["id"], article)
    return Work(
        prepare(rows), _record(capture), extraction.outcome, extraction.reason, carriers.parts(extraction), carriers.files(extraction)
    )


def read_listing(page: Page, family: str | None, state: str, seconds: float) -> Reading:
    """Decodes a listing, has its family read it and judges each entry by its title."""
    from crawler import cms, titles

    _limit_cpu(seconds)
    try:
        decoded = extract.decode(page.body, page.content_type)
        listing = cms.read(cms.ListingPage(page.url, decoded.text, state), family)
    except AmbiguousFamilyError as error:
        return Reading(None, reason=str(error))
    except ExtractError as error:
        return Reading(None, reason=f"{page.url}: {error.outcome}: {error}")
    if listing is None:
        return Reading(None, reason=f"{page.url}: no CMS family knows this listing")
    context = f"{listing.column or ''} {page.url}"
    return Reading(listing, tuple(Judged(entry, titles.judge(entry.title, context)) for entry in listing.entries))


def _parts_found(report_id: str, article: Article | None) -> list[dict[str, Any]]:
    """For a report on several pages, the finding that all of them were read, or how many were."""
    if article is None or (article.parts == 1 and not article.more_pages):
        return []
    evidence = json.dumps({"more_pages": article.more_pages}, ensure_ascii=False)
    status, whole = "violated" if article.more_pages else "holds", article.parts + len(article.more_pages)
    finding = {"report_id": report_id, "rule_id": "article_parts", "subject": "parts", "status": status, "basis": "structural"}
    return [{**finding, "lhs": article.parts, "rhs": whole, "delta": article.parts - whole, "evidence": evidence}]


def failure(capture: Capture, outcome: str, reason: str, byte_count: int | None = None) -> Work:
    """The rows of a page that could not be read: its outcome and nothing else. `byte_count` is the size of a file left unread."""
    from crawler.corrections import as_text
    from crawler.store.prepare import prepare
    from extract.rows import page_rows

    rows = page_rows(Extraction(capture.page, outcome, reason, Decoded("", None, None, ())))
    rows["page"]["corrected"] = as_text(capture.corrected)
    if byte_count is not None:
        rows["page"]["byte_count"] = byte_count
    return Work(prepare(rows), _record(capture), outcome, reason)


def _record(capture: Capture) -> bytes:
    """The records of a capture; none of one that came out of the archive."""
    from crawler.archive import member

    return b"" if capture.place else member(capture)


def _start_worker() -> None:
    """Limits of a worker, set before it sees a page."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the crawl process, which ends its workers
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    bound = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (bound, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        _die_with_the_crawl()


def _die_with_the_crawl() -> None:
    """No worker goes on when the crawl process is killed. Each holds a pipe that keeps the fork server alive; without it the server ends
    with the crawl process, and the kernel ends a worker with its parent (PR_SET_PDEATHSIG), even one stuck in C code."""
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _limit_cpu(seconds: float) -> None:
    """CPU time from now on; the pool ends a slow worker by the clock, this ends one whose pool is gone or stuck."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds + CPU_GRACE) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


# ------------------------------------------------------------------------------------------------ the crawl process's side


class _Process(ForkServerProcess):
    """A process that does not import the main script again: `scrapy` in a worker would cost a second and 60 MB."""

    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - the name of multiprocessing
        with _hidden_main():
            return ForkServerProcess._Popen(process_obj)


class _Context(ForkServerContext):
    """Processes forked from a small server: a fork of the crawl process would copy its threads' locks, sockets and database."""

    Process = _Process


@contextlib.contextmanager
def _hidden_main() -> Iterator[None]:
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


class Workers:
    """A pool of worker processes for an event loop. `seconds` is the time limit of a page."""

    def __init__(self, count: int, seconds: float) -> None:
        context = _Context()
        context.set_forkserver_preload([__name__, "crawler.preload"])
        self._seconds = seconds
        self._pool = ProcessPool(max_workers=count, max_tasks=TASKS, initializer=_start_worker, context=context)
        self._slots = asyncio.Semaphore(count * QUEUED)

    async def open(self) -> None:
        """Starts the processes, in a thread: forking waits until the server has imported what it preloads."""
        await asyncio.to_thread(lambda: self._pool.active)

    async def close(self) -> None:
        """Ends every process; work that has not ended is lost."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        await asyncio.to_thread(self._pool.join)

    async def extract(self, capture: Capture) -> Work:
        """The page's rows and record. A hang, a crash or too much memory is its outcome; raises WorkersError where the pool is gone."""
        try:
            return await self._run(work, capture, self._seconds)
        except WorkersError:
            raise
        except Exception as error:
            outcome, reason = _outcome(error, self._seconds)
            logger.warning("%s: %s: %s%s", capture.page.url, outcome, reason, _trace(error))
            return await self.failure(capture, outcome, reason)

    async def failure(self, capture: Capture, outcome: str, reason: str, byte_count: int | None = None) -> Work:
        """The rows of a page that could not be read, and its record: made by a worker as well, for bodies may be large."""
        return await self._run(failure, capture, outcome, reason, byte_count)

    async def listing(self, page: Page, family: str | None, state: str = "") -> Reading:
        """A listing page, read and judged; a page that ends its worker is a listing without a family."""
        try:
            return await self._run(read_listing, page, family, state, self._seconds)
        except WorkersError:
            raise
        except Exception as error:
            outcome, reason = _outcome(error, self._seconds)
            return Reading(None, reason=f"{page.url}: {outcome}: {reason}")

    async def look(self, page: Page, family: str | None, *, whole: bool) -> Look:
        """All that a page says of itself as a listing and, where it is to be looked at as a `whole`, as an article; of one that ends its
        worker, why."""
        from crawler.probing.looking import Look, look

        try:
            return await self._run(look, page, family, whole, self._seconds)
        except WorkersError:
            raise
        except Exception as error:
            outcome, reason = _outcome(error, self._seconds)
            return Look(page.url, Reading(None, reason=f"{page.url}: {outcome}: {reason}"))

    async def _run(self, function: Callable[..., T], *arguments: Any) -> T:
        async with self._slots:
            try:
                future = self._pool.schedule(function, args=arguments, timeout=self._seconds)
            except RuntimeError as error:  # what pebble raises once its pool is stopped or broken
                raise WorkersError(f"the worker processes have ended: {error}") from None
            try:
                return await asyncio.wrap_future(future)
            except BrokenProcessPool as error:
                raise WorkersError(f"the worker processes have ended: {error}") from None


def _outcome(error: BaseException, seconds: float) -> tuple[str, str]:
    """The outcome of a page whose worker did not answer, and why."""
    if isinstance(error, TimeoutError):
        return "timeout", f"not read within {seconds:g} s"
    if isinstance(error, MemoryError):
        return "too_large", f"needs more than {MEMORY >> 20} MB of memory to read"
    if isinstance(error, ProcessExpired):
        code = error.exitcode
        return (
            ("timeout", f"not read within {seconds:g} s of CPU") if code == -signal.SIGXCPU else ("corrupt", f"ended its worker ({code})")
        )
    return "corrupt", f"{type(error).__name__}: {error}"


def _trace(error: BaseException) -> str:
    """The worker's traceback where extraction itself broke: ours to read, so that it can be mended; else nothing."""
    return f"\n{error.__cause__}" if type(error.__cause__).__name__ == "RemoteTraceback" and not isinstance(error, MemoryError) else ""


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else multiprocessing.cpu_count()


def digest(body: bytes) -> str:
    """SHA-256 of a body, in hexadecimal digits."""
    return sha256(body).hexdigest()
