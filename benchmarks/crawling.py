"""The process that crawls and measures itself: `python -m benchmarks.crawling KIND FOLDER [MILLISECONDS]`, told by standard input what to
crawl. Its last line is what it cost, as JSON. With a number of milliseconds it watches the reactor, which costs some CPU itself.

`whole` crawls portals with all their reports, `walk` their listings only; `bare` fetches addresses with Scrapy and nothing of ours,
`parse` too, and parses each page once.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

LOCAL = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "CONCURRENT_REQUESTS": 8}  # as in every run over this machine


class Watch:
    """Times every callback of the event loop from the moment the spider opens; imports before it are the same for every Scrapy project.

    `own` is what this process spent during the longest callback (all its threads, in ms of CPU), `longest` and `over` are by the clock:
    the longest callback in ms and how many took longer than `bar`. Without a bar nothing is timed but the start.
    """

    def __init__(self, bar: float | None) -> None:
        self.bar = bar or 0.0
        self.own, self.name, self.longest, self.over = 0.0, "", 0.0, 0
        self.start: float | None = None
        self._began = self._spent = 0.0
        self._run = asyncio.Handle._run
        if bar:
            asyncio.Handle._run = lambda handle: self._timed(handle)  # type: ignore[method-assign]

    def spider_opens(self) -> None:
        """From now on callbacks count, the one that is running from here."""
        self.start = time.process_time()
        self._began, self._spent = time.perf_counter(), self.start

    def _timed(self, handle: asyncio.Handle) -> None:
        self._began, self._spent = time.perf_counter(), time.process_time()
        self._run(handle)
        if self.start is None:
            return
        wall, own = (time.perf_counter() - self._began) * 1000, (time.process_time() - self._spent) * 1000
        self.longest, self.over = max(self.longest, wall), self.over + (wall > self.bar)
        if min(wall, own) > self.own:
            self.own, self.name = min(wall, own), _name(handle)


def _name(handle: asyncio.Handle) -> str:
    """What ran: the coroutine of a task's step, else the function."""
    callback = handle._callback  # type: ignore[attr-defined]
    task = getattr(callback, "__self__", None)
    return str(task.get_coro().__qualname__ if isinstance(task, asyncio.Task) else getattr(callback, "__qualname__", callback))


def main(kind: str, folder: Path, bar: float | None) -> None:
    """Crawl, then print what it cost."""
    given = json.loads(sys.stdin.readline())
    watch = Watch(bar)
    if kind in ("bare", "parse"):
        found = _bare(given["addresses"], watch, parse=kind == "parse")
    else:
        found = _whole(given["portals"], folder, watch, articles=kind == "whole")
    cost = {"cpu": _cpu(resource.RUSAGE_SELF), "workers": _of_workers(), "memory": _memory(), "start": watch.start}
    blocked, wall = {"own": watch.own, "name": watch.name}, {"longest": watch.longest, "over": watch.over}
    print(json.dumps({**found, **cost, "blocked": blocked, "wall": wall}))


def _cpu(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _of_workers() -> float:
    """The CPU of the worker processes and of the server that forks them, which must have ended to be counted."""
    from multiprocessing import forkserver

    forkserver._forkserver._stop()  # type: ignore[attr-defined]
    return _cpu(resource.RUSAGE_CHILDREN)


def _crawl(spider: type[Any], watch: Watch, settings: dict[str, Any]) -> None:
    from scrapy.core.engine import ExecutionEngine
    from scrapy.crawler import AsyncCrawlerProcess

    opened = ExecutionEngine.open_spider_async

    async def open_spider(engine: ExecutionEngine, **options: Any) -> None:
        watch.spider_opens()
        await opened(engine, **options)

    ExecutionEngine.open_spider_async = open_spider  # type: ignore[method-assign]
    process = AsyncCrawlerProcess({**settings, **LOCAL})
    process.crawl(spider)
    process.start()


def _settings() -> dict[str, Any]:
    from crawler import settings

    return {name: getattr(settings, name) for name in dir(settings) if name.isupper()}


def _bare(addresses: list[str], watch: Watch, *, parse: bool) -> dict[str, Any]:
    """Scrapy with the same settings and nothing of ours: no module of this project but the settings is imported."""
    import scrapy
    from lxml import html

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self) -> AsyncIterator[Any]:
            for url in addresses:
                yield scrapy.Request(url, dont_filter=True)

        def parse(self, response: Any) -> None:
            """Nothing, or what no reader of a page can do without."""
            if parse:
                html.document_fromstring(response.body)

    settings = {name: value for name, value in _settings().items() if "crawler." not in str(value)}
    _crawl(Bare, watch, {**settings, "ROBOTSTXT_OBEY": False})
    return {}


def _whole(portals: list[Any], folder: Path, watch: Watch, *, articles: bool) -> dict[str, Any]:
    from crawler.middlewares.addresses import GuardedResolver
    from crawler.portals import Portal
    from crawler.spiders.annual_reports import AnnualReports

    class Samples(AnnualReports):
        async def prepare(self) -> None:
            self.portals = tuple(
                Portal(one, name, level, division, tuple(listings), tuple(hosts), family, True, "made up")
                for one, name, level, division, listings, hosts, family in portals
            )

        def listed(self, walk: Any, judged: Any) -> Iterator[Any]:
            """The articles of accepted entries, where they are asked for."""
            return super().listed(walk, judged) if articles else iter(())

    database = folder / "reports.db"
    GuardedResolver.loopback = True
    _crawl(Samples, watch, {**_settings(), "REPORTS_DB": str(database), "ARCHIVE_DIR": str(folder / "archive")})
    with sqlite3.connect(database) as connection:
        addresses = [url for (url,) in connection.execute("select url from fetches order by id")]
        reports, entries = (connection.execute(f"select count(*) from {table}").fetchone()[0] for table in ("reports", "listing_entries"))
    return {"addresses": [urljoin(addresses[0], "/robots.txt"), *addresses], "reports": reports, "entries": entries}


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else None)
