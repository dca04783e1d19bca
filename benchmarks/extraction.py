"""How long a report takes: the whole extraction against a bare parse of the same bytes, and against trafilatura.

All see the same pages in turn, in one run on one core; medians of the CPU time are printed, for other work on the machine does not count.
The bar is for the extraction; the rows for the database are made of it on top.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import lxml.html
import trafilatura

from benchmarks.page import page
from extract import Extraction, Page, extract
from extract.rows import page_rows

ROUNDS = 60
BAR = 10.0


def bare(body: bytes) -> object:
    """The least anybody can do: decode, parse, take the text."""
    return lxml.html.fromstring(body.decode()).text_content()


def extraction(body: bytes) -> Extraction:
    """Everything a page says: decoded, repaired, read and checked."""
    return extract(Page(body, "http://qinghe.example/art/2024/1/25/art_1_1.html", "text/html; charset=utf-8"))


def rows(body: bytes) -> object:
    """The same, down to the rows of the database."""
    return page_rows(extraction(body))


def trafilatura_text(body: bytes) -> object:
    """Main text with tables: the general tool for the first third of the job."""
    return trafilatura.extract(body.decode(), include_tables=True)


def main() -> bool:
    """Print the table of medians. Returns whether the bar is held."""
    pages = [page(seed) for seed in range(5)]
    contenders: dict[str, Callable[[bytes], object]] = {
        "bare parse + text": bare,
        "gongkai": extraction,
        "gongkai, with rows": rows,
        "trafilatura": trafilatura_text,
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for work in contenders.values():
        work(pages[0])  # imports and caches are start-up, measured elsewhere
    for turn in range(ROUNDS):
        for name, work in contenders.items():
            started = time.process_time()
            work(pages[turn % len(pages)])
            times[name].append(time.process_time() - started)
    base = statistics.median(times["bare parse + text"])
    print(f"extraction of a report: {len(pages[0]) // 1000} KB of HTML, form of 2021, medians of {ROUNDS}")
    for name, values in times.items():
        print(f"  {name:<20}{statistics.median(values) * 1000:8.2f} ms{statistics.median(values) / base:8.1f} x bare")
    return statistics.median(times["gongkai"]) <= BAR * base
