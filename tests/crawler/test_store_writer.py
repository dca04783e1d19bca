"""The store in its thread: order, back-pressure, errors."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from crawler.store import BadRows, DatabaseFull, Store, UnusablePath, Writer
from crawler.store import writer as writer_module
from tests.crawler.store_pages import HOME, page, report

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

T = TypeVar("T")


def in_a_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine in an event loop of its own; the test's thread has the reactor's."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def test_pages_are_written_in_the_order_of_the_calls(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "reports.db")
    futures = [writer.submit(lambda store, year=year: store.write(page(f"{HOME}/{year}.html", report(year)))) for year in range(2019, 2024)]
    writer.close()
    assert [future.result().new[0].split("-")[1] for future in futures] == [str(year) for year in range(2019, 2024)]
    with Store(tmp_path / "reports.db") as store:
        assert store.summary(1).held == 5


def test_the_event_loop_runs_on_while_pages_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "ROOM", 2)

    async def crawl() -> float:
        writer = Writer(tmp_path / "reports.db")
        longest, last, ready = 0.0, time.monotonic(), asyncio.Event()

        async def watch() -> None:
            nonlocal longest, last
            while not ready.is_set():
                await asyncio.sleep(0.001)
                longest, last = max(longest, time.monotonic() - last), time.monotonic()

        def slow(store: Store) -> None:
            time.sleep(0.05)

        watching = asyncio.create_task(watch())
        await asyncio.gather(*(writer.run(slow) for _ in range(12)))
        ready.set()
        await watching
        await asyncio.to_thread(writer.close)
        return longest

    assert in_a_loop(crawl()) < 0.05


def test_what_waits_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "ROOM", 3)

    async def crawl() -> int:
        writer, go = Writer(tmp_path / "reports.db"), threading.Event()
        tasks = [asyncio.create_task(writer.run(lambda store: go.wait(10))) for _ in range(20)]
        await asyncio.sleep(0.05)
        waiting = writer._queue.qsize()
        go.set()
        await asyncio.gather(*tasks)
        await asyncio.to_thread(writer.close)
        return waiting

    assert in_a_loop(crawl()) <= 3


def test_a_bad_page_costs_its_own_call_only(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "reports.db")
    bad = page(f"{HOME}/1.html", report())
    bad["page"]["colour"] = "red"
    failed, fine = writer.submit(lambda store: store.write(bad)), writer.submit(lambda store: store.write(page(f"{HOME}/1.html", report())))
    with pytest.raises(BadRows):
        failed.result()
    assert fine.result().new
    writer.close()


def test_a_full_disk_ends_the_writer_and_every_later_call(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "reports.db")
    writer.submit(lambda store: store._connection.execute("pragma max_page_count = 1")).result()
    long = page(f"{HOME}/1.html", report(text="长" * 1_000_000))
    for _ in range(2):
        with pytest.raises(DatabaseFull):
            writer.submit(lambda store: store.write(long)).result()
    with pytest.raises(DatabaseFull):
        writer.close()
    writer.close()


def test_an_error_in_opening_is_raised_where_the_writer_is_made(tmp_path: Path) -> None:
    with pytest.raises(UnusablePath):
        Writer(tmp_path)


def test_a_call_that_was_given_up_is_not_done(tmp_path: Path) -> None:
    writer, go = Writer(tmp_path / "reports.db"), threading.Event()
    first = writer.submit(lambda store: go.wait(10))
    second = writer.submit(lambda store: store.write(page(f"{HOME}/1.html", report())))
    assert second.cancel()
    go.set()
    first.result()
    writer.close()
    with Store(tmp_path / "reports.db") as store:
        assert store.summary(1).held == 0
