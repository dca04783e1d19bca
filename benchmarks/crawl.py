"""What a crawl costs the crawl process: 500 sample reports against a bare Scrapy spider that fetches the same addresses and stores nothing.

The samples are served by a process of their own, on any core; each crawl is a new process (`benchmarks.crawling`) that measures
itself. CPU is all that the crawl process used from its start to its end, imports and database writes counted, worker processes apart. A
first run of each kind is not counted: it compiles, fills the caches, and tells which addresses the bare spider must fetch. The reactor is
watched in a last run of each kind, so that watching is not among the costs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

AGENCIES = 47  # of the sample world: some 500 reports
ROUNDS = 3
BAR_CPU, BAR_BLOCKED, BAR_CRAWLER, BAR_WORKER = 3.0, 50.0, 250, 300  # times bare, ms, MB, MB
_SERVER = (
    "import json, os, sys\nfrom threading import Event\nfrom crawler import samples\n"
    "if hasattr(os, 'sched_setaffinity'): os.sched_setaffinity(0, range(os.cpu_count()))\n"
    "with samples.serve(agencies=int(sys.argv[1])) as served:\n"
    "    print(json.dumps([[p.id, p.name, p.level, p.division_code, p.listings, p.hosts, p.family] for p in served.portals]), flush=True)\n"
    "    Event().wait()\n"
)
Run = dict[str, Any]


def main() -> bool:
    """Print the comparison. Returns whether every bar is held."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    server = subprocess.Popen([sys.executable, "-c", _SERVER, str(AGENCIES)], env=environment, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        portals = json.loads(server.stdout.readline())
        addresses = run("whole", {"portals": portals}, environment)["addresses"]
        given = {"bare": {"addresses": addresses}, "whole": {"portals": portals}}
        run("bare", given["bare"], environment)
        costs = [{kind: run(kind, given[kind], environment) for kind in given} for _ in range(ROUNDS)]
        watched = {kind: run(kind, given[kind], environment, watch=True) for kind in given}
    finally:
        server.kill()
        server.wait()
    return _report([run["bare"] for run in costs], [run["whole"] for run in costs], watched)


def _report(bare: list[Run], whole: list[Run], watched: dict[str, Run]) -> bool:
    ratio = statistics.median(one["cpu"] / other["cpu"] for one, other in zip(whole, bare, strict=True))
    slowest = watched["whole"]["blocked"]
    crawler, worker = (max(run[key] for run in whole) for key in ("memory", "worker"))
    print(f"a crawl of {len(whole[0]['addresses'])} addresses, {whole[0]['reports']} reports stored, medians of {len(whole)}")
    print(f"  bare spider      {_cpu(bare)}")
    print(f"  crawl process    {_cpu(whole)}: {ratio:.1f} x bare (bar {BAR_CPU:g})")
    print(f"  longest callback {slowest['own']:6.0f} ms (bar {BAR_BLOCKED:g}), {slowest['name']}")
    print(f"    by the clock   {_clock(watched['whole'])}; bare spider {_clock(watched['bare'])}")
    print(f"  memory           {crawler:6.0f} MB crawl process (bar {BAR_CRAWLER}), {worker:.0f} MB largest worker (bar {BAR_WORKER})")
    return ratio <= BAR_CPU and slowest["own"] <= BAR_BLOCKED and crawler <= BAR_CRAWLER and worker <= BAR_WORKER


def _cpu(runs: list[Run]) -> str:
    cpu, start = (statistics.median(run[key] for run in runs) for key in ("cpu", "start"))
    return f"{cpu:6.1f} s CPU, {start:.1f} s of it before the spider opens"


def _clock(run: Run) -> str:
    """On a busy machine a callback also waits for the core, which is not its fault: told, not judged."""
    return f"{run['wall']['longest']:6.0f} ms, {run['wall']['over']} over {BAR_BLOCKED:g}"


def run(kind: str, given: dict[str, Any], environment: dict[str, str], *, watch: bool = False) -> Run:
    """One crawl in a process of its own; what it measured of itself, and the memory of its largest descendant."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.crawling", kind, folder, *([str(BAR_BLOCKED)] if watch else [])]
        pipe = subprocess.PIPE
        child = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        memory = _Memory(child.pid)
        memory.start()
        printed, said = child.communicate(json.dumps(given) + "\n")
        memory.stop()
    if child.returncode:
        raise RuntimeError(f"the {kind} crawl failed: {said}")
    return {**json.loads(printed.splitlines()[-1]), "worker": memory.largest}


class _Memory(threading.Thread):
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
