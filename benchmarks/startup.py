"""How long `python -m extract` takes before and with its first page: a whole process each time."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.page import page

ROUNDS = 9
BAR_SECONDS = 0.6


def main() -> bool:
    """Print the medians of an empty file (start-up) and of a report. Returns whether start-up holds the bar."""
    with tempfile.TemporaryDirectory() as folder:
        empty, report = Path(folder, "empty.html"), Path(folder, "report.html")
        empty.write_bytes(b"")
        report.write_bytes(page())
        startup, first = (statistics.median(_seconds(path) for _ in range(ROUNDS)) for path in (empty, report))
    print(f"start-up of python -m extract: {startup:.2f} s (bar {BAR_SECONDS} s), with a report {first:.2f} s; medians of {ROUNDS}")
    return startup <= BAR_SECONDS


def _seconds(path: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "extract", str(path)], check=True, capture_output=True)
    return time.perf_counter() - started
