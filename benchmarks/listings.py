"""What walking listings costs: 600 pages of several families against a bare Scrapy spider that fetches them and parses each once.

Nothing is extracted: pages are read by their family, their entries judged and stored. CPU is that of all processes, workers too. Start-up
(Scrapy, the worker processes) is measured with a single page and taken off on both sides, for it does not grow with the pages. The reactor
is watched while one page of 1 MB with 5,000 links is read.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import Any

from benchmarks.crawl import Run, run

COUNT = 600
ROUNDS = 3
BAR_CPU, BAR_BLOCKED = 2.5, 50.0  # times bare, ms


def main() -> bool:
    """Print the comparison. Returns whether every bar is held."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "benchmarks.listing_pages", str(COUNT)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            served = json.loads(server.stdout.readline())
            return _report(*_measured(served, environment))
        finally:
            server.kill()


def _measured(served: dict[str, Any], environment: dict[str, str]) -> tuple[list[dict[str, Run]], Run, dict[str, Run]]:
    """The rounds, a run over a single page of each kind, and the run over the large page. The first run only compiles."""
    portals = [_portal(place, url) for place, url in enumerate(served["listings"])]
    addresses = run("walk", {"portals": portals}, environment)["addresses"]
    given = {"parse": {"addresses": addresses}, "walk": {"portals": portals}}
    one = {"parse": {"addresses": addresses[:2]}, "walk": {"portals": portals[:1]}}
    starts = [{kind: run(kind, one[kind], environment) for kind in one} for _ in range(ROUNDS)]
    start = {kind: sorted((each[kind] for each in starts), key=_cpu)[ROUNDS // 2] for kind in one}
    rounds = [{kind: run(kind, given[kind], environment) for kind in given} for _ in range(ROUNDS)]
    large = run("walk", {"portals": [_portal(0, served["large"])]}, environment, watch=True)
    return rounds, large, start


def _portal(place: int, url: str) -> list[Any]:
    return [f"listing-{place}", "青禾市", "county", "999901", [url], ["127.0.0.1"], None]


def _cpu(one: Run) -> float:
    return float(one["cpu"] + one["workers"])


def _report(rounds: list[dict[str, Run]], large: Run, start: dict[str, Run]) -> bool:
    costs = {kind: [_cpu(each[kind]) - _cpu(start[kind]) for each in rounds] for kind in start}
    ratio = statistics.median(walk / parse for walk, parse in zip(costs["walk"], costs["parse"], strict=True))
    last, slowest = rounds[-1]["walk"], large["blocked"]
    pages = len(last["addresses"]) - 1
    print(f"a walk of {pages} listing pages, {last['entries']} entries stored, medians of {len(rounds)}")
    print(f"  bare spider, each page parsed once {_of(costs['parse'], pages)}; start-up {_cpu(start['parse']):.1f} s")
    print(f"  walk with its workers              {_of(costs['walk'], pages)}; start-up {_cpu(start['walk']):.1f} s")
    print(f"    {ratio:.2f} x bare (bar {BAR_CPU:g})")
    print(
        f"  a page of 1 MB, {large['entries']} entries: longest callback {slowest['own']:.0f} ms (bar {BAR_BLOCKED:g}), {slowest['name']}"
    )
    return ratio <= BAR_CPU and slowest["own"] <= BAR_BLOCKED


def _of(costs: list[float], pages: int) -> str:
    cost = statistics.median(costs)
    return f"{cost:6.2f} s CPU, {cost / pages * 1000:.1f} ms a page"
