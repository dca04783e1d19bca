"""What a crawl costs the crawl process: 500 sample reports against a bare Scrapy spider that fetches the same addresses and stores nothing.

CPU is that of the crawl process from its start to its end, database writes counted, workers apart. The reactor is watched callback by
callback. The samples are served by a process of their own.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

REPORTS = 500
ROUNDS = 3
BAR_CPU, BAR_BLOCKED, BAR_CRAWLER, BAR_WORKER = 3.0, 50.0, 250, 300  # times bare, ms, MB, MB
_SERVER = (
    "import json, sys\nfrom threading import Event\nfrom crawler import samples\n"
    "with samples.serve(agencies=int(sys.argv[1])) as s:\n"
    "    portals = [[p.id, p.name, p.listings[0], p.family] for p in s.portals]\n"
    "    print(json.dumps({'portals': portals, 'articles': [s.url_of(p.path) for p in s.pages]}))\n"
    "    sys.stdout.flush()\n    Event().wait()\n"
)


def main() -> bool:
    """Print the comparison. Returns whether every bar is held."""
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(15 + REPORTS // 11)], stdout=subprocess.PIPE, text=True)
    try:
        addresses = server.stdout.readline()  # type: ignore[union-attr]
        runs = [(_run("bare", addresses), _run("whole", addresses)) for _ in range(ROUNDS)]
    finally:
        server.kill()
        server.wait()
    return _report(json.loads(addresses), [bare for bare, _ in runs], [whole for _, whole in runs])


def _report(addresses: dict[str, Any], bare: list[dict[str, float]], whole: list[dict[str, float]]) -> bool:
    def median(runs: list[dict[str, float]], key: str) -> float:
        return statistics.median(run[key] for run in runs)

    ratio = median(whole, "cpu") / median(bare, "cpu")
    blocked, crawler, worker = (max(run[key] for run in whole) for key in ("blocked", "memory", "worker"))
    print(f"a crawl of {len(addresses['articles'])} sample pages, {int(median(whole, 'reports'))} reports stored, medians of {ROUNDS}")
    print(f"  bare spider       {median(bare, 'cpu'):6.1f} s CPU")
    print(f"  crawl process     {median(whole, 'cpu'):6.1f} s CPU, {ratio:.1f} x bare (bar {BAR_CPU:g})")
    print(
        f"  longest callback  {blocked:6.0f} ms of the reactor (bar {BAR_BLOCKED:g}; bare spider {max(run['blocked'] for run in bare):.0f})"
    )
    print(f"  memory            {crawler:6.0f} MB crawl process (bar {BAR_CRAWLER}), {worker:.0f} MB largest worker (bar {BAR_WORKER})")
    return ratio <= BAR_CPU and blocked <= BAR_BLOCKED and crawler <= BAR_CRAWLER and worker <= BAR_WORKER


def _run(kind: str, addresses: str) -> dict[str, float]:
    """One crawl in a process of its own; what it measured of itself, and the memory of its largest descendant."""
    with tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.crawl", kind, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        watch = _Watch(child.pid)
        watch.start()
        printed, _ = child.communicate(addresses)
        watch.stop()
        if child.returncode:
            raise RuntimeError(f"the {kind} crawl failed: {printed}")
        return {**json.loads(printed.strip().splitlines()[-1]), "worker": watch.largest}


class _Watch(threading.Thread):
    """Samples the memory high-water mark (MB) of the descendants of a process."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.largest = 0.0
        self._pid, self._over = pid, threading.Event()

    def run(self) -> None:
        """Looks five times a second until stopped."""
        while not self._over.wait(0.2):
            parents = dict(_parents())
            for pid in parents:
                if pid != self._pid and self._is_below(pid, parents):
                    self.largest = max(self.largest, _high_water(pid))

    def stop(self) -> None:
        """Ends the sampling."""
        self._over.set()
        self.join()

    def _is_below(self, pid: int, parents: dict[int, int]) -> bool:
        while pid in parents:
            if pid == self._pid:
                return True
            pid = parents[pid]
        return False


def _parents() -> list[tuple[int, int]]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found.append((int(path.parent.name), int(path.read_text().rpartition(")")[2].split()[1])))
        except OSError:
            continue
    return found


def _high_water(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


# ------------------------------------------------------------------------------------------------ the process that crawls


def _child(kind: str, folder: str) -> None:
    """Crawl the addresses on standard input; print what it cost as the last line."""
    addresses = json.loads(sys.stdin.readline())
    longest = _watch_callbacks()
    reports = _bare(addresses) if kind == "bare" else _whole(addresses, Path(folder))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    result = {"cpu": usage.ru_utime + usage.ru_stime, "blocked": longest[0], "memory": usage.ru_maxrss / 1024, "reports": reports}
    print(json.dumps(result))


def _watch_callbacks() -> list[float]:
    """Times every callback of the event loop once it runs; the longest in milliseconds, in a list that grows no longer."""
    longest, run = [0.0], asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        started = time.perf_counter()
        run(handle)
        longest[0] = max(longest[0], (time.perf_counter() - started) * 1000)

    asyncio.Handle._run = timed  # type: ignore[method-assign]
    return longest


def _process(**given: Any) -> Any:
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.utils.project import get_project_settings

    os.environ.setdefault("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    settings = get_project_settings()
    for name, value in given.items():
        settings.set(name, value, priority="cmdline")
    return AsyncCrawlerProcess(settings)


def _bare(addresses: dict[str, Any]) -> int:
    import scrapy

    from crawler.middlewares.addresses import GuardedResolver

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self) -> AsyncIterator[Any]:
            for url in [listing for _, _, listing, _ in addresses["portals"]] + addresses["articles"]:
                yield scrapy.Request(url, dont_filter=True)

        def parse(self, response: Any) -> None:
            """Nothing."""

    GuardedResolver.loopback = True
    process = _process(
        DOWNLOAD_DELAY=0, AUTOTHROTTLE_ENABLED=False, EXTENSIONS={}, ITEM_PIPELINES={}, DOWNLOADER_MIDDLEWARES={}, ROBOTSTXT_OBEY=False
    )
    process.crawl(Bare)
    process.start()
    return 0


def _whole(addresses: dict[str, Any], folder: Path) -> int:
    from crawler.middlewares.addresses import GuardedResolver
    from crawler.portals import Portal
    from crawler.spiders.annual_reports import AnnualReports

    class Samples(AnnualReports):
        async def prepare(self) -> None:
            self.portals = tuple(
                Portal(one, name, "county", None, (url,), ("127.0.0.1",), family, True, None)
                for one, name, url, family in addresses["portals"]
            )

    GuardedResolver.loopback = True
    database = folder / "reports.db"
    process = _process(DOWNLOAD_DELAY=0, AUTOTHROTTLE_ENABLED=False, REPORTS_DB=str(database), ARCHIVE_DIR=str(folder / "archive"))
    process.crawl(Samples)
    process.start()
    import sqlite3

    with sqlite3.connect(database) as connection:
        return int(connection.execute("select count(*) from reports").fetchone()[0])


if __name__ == "__main__":
    _child(*sys.argv[1:3])
