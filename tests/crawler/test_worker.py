"""A poisoned page costs one page: the pool goes on, and no process is left behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from crawler import worker
from crawler.archive import Capture
from crawler.errors import WorkersError
from crawler.worker import Work, Workers
from extract.model import Article, Metadata, Page
from tests.crawler.loop import in_loop
from tests.shared import ROOT

LISTING = '<li><a href="./202001/t20200102_1.html">云溪县2019年政府信息公开工作年度报告</a> 2020-01-02</li>'


def capture(body: bytes) -> Capture:
    return Capture(Page(body, f"saved:{body.decode()}"), worker.digest(body), "2026-01-02T03:04:05Z")


def poisoned_work(taken: Capture, _: float) -> Work:
    """Stands in for `worker.work`: does what the body says."""
    match taken.page.body:
        case b"sleep":
            time.sleep(60)
        case b"crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case b"memory":
            bytearray(worker.MEMORY)
        case b"burn":
            os.kill(os.getpid(), signal.SIGXCPU)
        case b"bug":
            raise KeyError("a mistake of ours")
    return worker.failure(taken, "ok", str(os.getpid()))


@asynccontextmanager
async def pool(seconds: float = 20) -> AsyncIterator[Workers]:
    workers = Workers(1, seconds)
    await workers.open()
    try:
        yield workers
    finally:
        await workers.close()


@pytest.mark.parametrize(
    ("body", "outcome", "reason"),
    [
        (b"sleep", "timeout", "not read within 1 s"),
        (b"crash", "corrupt", "ended its worker (-11)"),
        (b"memory", "too_large", "needs more than 2048 MB of memory to read"),
        (b"burn", "timeout", "not read within 1 s of CPU"),
        (b"bug", "corrupt", "KeyError: 'a mistake of ours'"),
    ],
)
@in_loop
async def test_poison(monkeypatch: pytest.MonkeyPatch, body: bytes, outcome: str, reason: str) -> None:
    monkeypatch.setattr(worker, "work", poisoned_work)
    async with pool(seconds=1) as workers:
        before, poisoned, after = await asyncio.gather(*(workers.extract(capture(part)) for part in (b"a", body, b"b")))
    assert before.outcome == after.outcome == "ok"
    assert (poisoned.outcome, poisoned.reason) == (outcome, reason)
    assert poisoned.record  # what poisons can be read again from the archive
    for process in (before.reason, after.reason):
        with pytest.raises(ProcessLookupError):
            os.kill(int(process or 0), 0)


@in_loop
async def test_real_work_and_listings() -> None:
    async with pool() as workers:
        work = await workers.extract(capture("<title>首页</title>".encode()))
        reading = await workers.listing(Page(LISTING.encode("gb18030"), "http://www.yunxi.example/xxgknb/"), None)
        unknown = await workers.listing(Page(b"<p>nothing</p>", "http://www.yunxi.example/"), None)
    assert work.outcome != "ok"
    assert work.reason
    assert work.prepared.page["url"].startswith("saved:")
    assert reading.listing is not None
    (judged,) = reading.judged
    assert (judged.verdict.accepted, judged.verdict.year) == (True, 2019)
    assert (unknown.listing, unknown.reason) == (None, "http://www.yunxi.example/: no CMS family knows this listing")


@in_loop
async def test_a_closed_pool_blames_no_page() -> None:
    async with pool() as workers:
        pass
    with pytest.raises(WorkersError):
        await workers.extract(capture(b"a"))


def test_unread_parts_are_a_finding() -> None:
    whole = Article(Metadata(), ())
    assert worker._parts_found("r", None) == worker._parts_found("r", whole) == []
    (finding,) = worker._parts_found("r", replace(whole, more_pages=("http://a.example/t1_1.html", "http://a.example/t1_2.html")))
    assert (finding["status"], finding["lhs"], finding["rhs"], finding["delta"]) == ("violated", 1, 3, -2)
    (finding,) = worker._parts_found("r", replace(whole, parts=3))
    assert (finding["status"], finding["lhs"], finding["rhs"], finding["delta"]) == ("holds", 3, 3, 0)


def test_what_is_loaded_before_the_fork_starts_no_thread() -> None:
    code = "import os, crawler.preload; print(len(os.listdir('/proc/self/task')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True).stdout == "1\n"
