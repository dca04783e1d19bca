"""How long the questions take that the site asks of a large database: search, home, agency and report, the canned queries.

    python -m benchmarks.queries [FILE] [REPORTS]

Makes the database first where FILE (default: output/bench.db) is missing, of REPORTS reports (default: 200,000, some 10 GB and half an
hour). Every question is asked several times with other values on one connection; the CPU time is judged, since other work on the machine
does not count; the exit status is 1 where a bar is not held.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from benchmarks import database
from share.queries import queries
from share.search import prepare
from share.search_hits import Filters, search

ROUNDS = 20
MEDIAN, PERCENTILE, SEARCH = 300.0, 1000.0, 200.0  # ms: pages at the median and at the 95th percentile, search at the median
COMMON = ("政府信息公开", "申请", "行政复议", "的", "公开 条例", "複議")
RARE = (*database.RARE, "不存在的词语")
Question = Callable[[Random], object]


def main(path: Path, reports: int) -> bool:
    """Print medians and 95th percentiles. Returns whether every bar is held."""
    if not path.exists():
        print(f"making {path}: {database.make(path, reports)}", flush=True)
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    prepare(connection)
    search(connection, "预热")
    held = [_ask(name, question, bar) for name, question, bar in _questions(connection)]
    connection.close()
    return all(held)


def _ask(name: str, question: Question, bar: float) -> bool:
    taken = []
    for number in range(ROUNDS):
        started = time.process_time()
        question(Random(number))
        taken.append((time.process_time() - started) * 1000)
    median, slow = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    held = median <= bar and slow <= PERCENTILE
    print(f"  {name:32} {median:7.1f} ms, 95 % {slow:7.1f} ms (bar {bar:g}){'' if held else '  NOT HELD'}", flush=True)
    return held


def _questions(connection: sqlite3.Connection) -> Iterator[tuple[str, Question, float]]:
    agencies = connection.execute("select max(rowid) from agencies").fetchone()[0]
    yield "search, common words", lambda random: search(connection, random.choice(COMMON)), SEARCH
    yield "search, common words, filtered", lambda random: search(connection, random.choice(COMMON), _filters(random)), SEARCH
    yield "search, rare words", lambda random: search(connection, random.choice(RARE)), SEARCH
    box = "select * from overview where id in (select rowid from search_overview where search_overview match escape_fts(?)) limit 101"
    yield "Datasette's box, rare word", lambda random: connection.execute(box, [random.choice(RARE)]).fetchall(), MEDIAN
    for name, statements in PAGES.items():

        def page(random: Random, statements: tuple[str, ...] = statements) -> None:
            agency = f"agency-{random.randrange(agencies):06d}"
            values = {"agency": agency, "report": f"{agency[7:]}-{random.choice(database.YEARS)}", "year": random.choice(database.YEARS)}
            for statement in statements:
                connection.execute(statement, values).fetchall()

        yield name, page, MEDIAN
    for name, query in queries().items():
        given = dict.fromkeys(query.parameters, "") | {key: "第7县人民政府" for key in ("agency", "other") if key in query.parameters}
        yield f"canned: {name}", lambda _, sql=query.sql, given=given: connection.execute(sql, given).fetchall(), PERCENTILE  # type: ignore[misc]


def _filters(random: Random) -> Filters:
    return Filters(random.choice([2012, 2023, None]), level=random.choice(database.LEVELS), province="甲省")


PAGES = {
    "home": (
        "select year, count(*) from reports group by year",
        "select count(*) from agencies",
        "select * from runs order by id desc limit 1",
    ),
    "agency": (
        "select * from agencies where id = :agency",
        "select * from reports where agency_id = :agency order by year",
        "select * from series where agency_id = :agency order by metric, year",
        "select findings.* from reports cross join findings on findings.report_id = reports.id where agency_id = :agency "
        "and findings.status = 'violated'",
    ),
    "report": (
        "select * from reports where id = :report",
        "select * from sections where report_id = :report order by position, sub_position",
        "select * from table_cells where report_id = :report order by table_id, position",
        "select * from quantities where report_id = :report",
        "select * from findings where report_id = :report",
    ),
    "province and year": (
        "select reports.agency, series.value from series join reports on reports.id = series.report_id "
        "where series.metric = 'requests_received' and series.year = :year and reports.province = '甲省' order by 2 desc limit 100",
    ),
}

if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    arguments = [*sys.argv[1:], *("output/bench.db", str(database.REPORT_COUNT))[len(sys.argv) - 1 :]]
    sys.exit(0 if main(Path(arguments[0]), int(arguments[1])) else 1)
