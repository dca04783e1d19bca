"""A database of many reports of real shapes and sizes, made without a crawl: `python -m benchmarks.database FILE [REPORTS]`.

The made-up reports of the samples are read once by the real extraction; every report of the database is one of them for another agency:
its own ids, figures multiplied by a whole number (which keeps every identity of the forms as it was), and text lengthened to the mean of
2,155 characters that was measured on real reports, now and then with a rare word. Rows go in by the thousand, in the order of their keys;
the index is made at the end, which tells how fast that is.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from crawler import samples
from crawler.samples.writing import texts
from crawler.store import Store, prepare, search, sql
from crawler.store.prepare import Content, Row
from crawler.store.tables import PAGES, REPORTS, content_tables, section_tables
from extract import Page, extract
from extract.rows import page_rows

REPORT_COUNT = 200_000
YEARS = range(2008, 2026)
TRANSACTION = 500  # reports
LENGTH = 2155  # characters of text of a report (STACK: measured)
RARE = {"政府信息不存在": 50, "白鹤湾": 10_000}  # word: one report in so many has it
PROVINCES = [f"{name}省" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地玄黄宇宙洪荒盈"]
IDS = ("report_id", "agency_id", "page_id", "year")
FIGURES = ("value", "lhs", "rhs", "delta")
LEVELS = ["county", "department", "department", "township", "township", "prefecture"]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: counts, bytes of the texts and of the index, seconds for the index."""

    reports: int
    sections: int
    text_bytes: int
    index_bytes: int
    index_seconds: float

    def __str__(self) -> str:
        share, speed = self.index_bytes / self.text_bytes, self.sections / self.index_seconds
        return f"{self.reports} reports, {self.sections} sections; index {share:.2f} times the text, {speed:.0f} sections a second"


def make(path: Path, reports: int = REPORT_COUNT) -> Made:
    """Make the database at `path`, which must not exist."""
    templates = _templates()
    with Store(path) as store:
        store.finish_run(store.start_run("benchmark", {}, {}), "finished", {})
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = off", "synchronous = off", "cache_size = -400000", "foreign_keys = off"):
        connection.execute(f"pragma {pragma}")
    for start in range(0, reports, TRANSACTION):
        connection.execute("begin")
        _insert(connection, [_report(templates, number) for number in range(start, min(start + TRANSACTION, reports))])
        connection.execute("commit")
    started = time.process_time()
    connection.execute("begin")
    sections = search.rebuild(connection)
    connection.execute("commit")
    seconds = time.process_time() - started
    connection.execute("analyze")
    connection.execute("pragma journal_mode = wal")
    made = Made(reports, sections, _text_bytes(connection), _index_bytes(connection), seconds)
    connection.close()
    return made


def _templates() -> dict[int, list[Content]]:
    """The contents of the sample reports by year; a year without one has those of its neighbours."""
    found: dict[int, list[Content]] = {year: [] for year in YEARS}
    for page in samples.pages():
        prepared = prepare(page_rows(extract(Page(page.body, f"http://www.qinghe.gov.cn{page.path}"))))
        for report in prepared.reports:
            year = dict(zip(content_tables()[REPORTS.name], report.content[REPORTS.name][0], strict=True))["year"]
            found.setdefault(year, []).append(report.content)
    held = [year for year, contents in found.items() if contents]
    return {year: found[year] or found[min(held, key=lambda one: abs(one - year))] for year in YEARS}


# ------------------------------------------------------------------------------------------------ one report


def _report(templates: dict[int, list[Content]], number: int) -> tuple[dict[str, Any], Content]:
    """The page and the content of a report; reports of an agency follow each other."""
    agency, year = number // len(YEARS), YEARS[number % len(YEARS)]
    random = Random(number)
    ids: dict[str, Any] = {
        "report_id": f"{agency:06d}-{year}",
        "agency_id": f"agency-{agency:06d}",
        "page_id": f"{number:016x}",
        "year": year,
    }
    content = random.choice(templates[year])
    made = {table: [_row(table, row, ids, 1 + agency % 7) for row in rows] for table, rows in content.items()}
    made[REPORTS.name] = [_own(content[REPORTS.name][0], ids, agency)]
    _lengthen(made, random, number)
    page: dict[str, Any] = dict.fromkeys(PAGES.columns) | {
        "id": ids["page_id"],
        "url": f"http://www.a{agency}.gov.cn/{year}.html",
        "sha256": sha256(ids["page_id"].encode()).hexdigest(),
        "outcome": "ok",
        "content_type": "text/html",
        "byte_count": 60_000,
        "encoding": "utf-8",
        "repairs": "[]",
    }
    return page, made


def _row(table: str, row: Row, ids: dict[str, Any], factor: int) -> Row:
    """A row of the template as one of the report: with its ids, a section with its own, a figure times the factor."""
    plan = _plan(table)
    values = list(row)
    for place, name in plan.ids:
        values[place] = ids[name]
    if plan.section:
        place_of = f"{ids['report_id']}/{row[plan.section[0]]}/{row[plan.section[1]] or 0}"
        values[0] = int.from_bytes(sha256(place_of.encode()).digest()[:8]) % 2**53
    for place in plan.figures:
        if values[place]:
            values[place] *= factor
    if plan.raw and row[plan.raw[1]] == "number":
        values[plan.raw[0]] = str(values[plan.raw[2]])
    return tuple(values)


class Plan(NamedTuple):
    """Which places of a table's rows change: ids with their names, figures; position and sub_position; raw, state and value."""

    ids: tuple[tuple[int, str], ...]
    figures: tuple[int, ...]
    section: tuple[int, int] | None
    raw: tuple[int, int, int] | None


@cache
def _plan(table: str) -> Plan:
    columns = content_tables()[table]
    return Plan(
        tuple((place, name) for place, name in enumerate(columns) if name in IDS),
        tuple(place for place, name in enumerate(columns) if name in FIGURES),
        (columns.index("position"), columns.index("sub_position")) if table in section_tables() else None,
        (columns.index("raw"), columns.index("state"), columns.index("value")) if "raw" in columns else None,
    )


def _own(row: Row, ids: dict[str, Any], agency: int) -> Row:
    level = LEVELS[agency % len(LEVELS)]
    name = f"第{agency}县人民政府"
    values = dict(zip(content_tables()[REPORTS.name], row, strict=True))
    values |= {"id": ids["report_id"], "agency_id": ids["agency_id"], "page_id": ids["page_id"], "year": ids["year"], "agency": name}
    values |= {"level": level, "province": PROVINCES[agency % len(PROVINCES)], "division_code": f"{990000 + agency % 9999}"}
    month, day = divmod(agency % 150, 30)
    values |= {
        "url": f"http://www.a{agency}.gov.cn/{ids['year']}.html",
        "published_on": f"{ids['year'] + 1}-{month + 1:02d}-{day % 28 + 1:02d}",
    }
    return tuple(values.values())


def _lengthen(content: Content, random: Random, number: int) -> None:
    """Add sentences to the longest section until the report is as long as one is, from a third of the mean to three times it."""
    kind, place = max(
        ((kind, place) for kind in section_tables() for place, _ in enumerate(content[kind])), key=lambda at: len(_text(content, *at) or "")
    )
    have = sum(len(_text(content, one, at) or "") for one in section_tables() for at, _ in enumerate(content[one]))
    wanted = LENGTH * random.choice((0.4, 0.6, 0.8, 1.0, 1.2, 2.0))
    pool = [sentence for subject in ("overview", "supervision", "platforms", "problems") for sentence in texts()[subject]]
    added = [word for word, every in RARE.items() if number % every == 0]
    while have < wanted:
        sentence = random.choice(pool).format(we="我县", agency="本机关", year=2000 + number % 25)
        added.append(sentence)
        have += len(sentence)
    row = list(content[kind][place])
    text = content_tables()[kind].index("text")
    row[text] = "\n".join((row[text] or "", *added))
    content[kind][place] = tuple(row)


def _text(content: Content, kind: str, place: int) -> str | None:
    text: str | None = content[kind][place][content_tables()[kind].index("text")]
    return text


# ------------------------------------------------------------------------------------------------ many rows


def _insert(connection: sqlite3.Connection, made: list[tuple[dict[str, Any], Content]]) -> None:
    fetch = "insert into fetches (run_id, url, fetched_at, status, bytes, sha256) values (1, ?, '2026-03-31T08:00:00+00:00', 200, 60000, ?)"
    connection.executemany(fetch, [(page["url"], page["sha256"]) for page, _ in made])
    connection.executemany(sql.insert(PAGES.name, tuple(PAGES.columns)), [tuple(page.values()) for page, _ in made])
    connection.executemany(
        "insert or ignore into agencies (id, name, level, division_code, province, aggregates) values (?, ?, ?, ?, ?, 1)", _agencies(made)
    )
    for table, columns in content_tables().items():
        rows = (row for _, content in made for row in content[table])
        if table == REPORTS.name:
            connection.executemany(sql.insert(table, (*columns, "version")), ((*row, 1) for row in rows))
        elif table == "findings":
            connection.executemany(sql.insert(table, (*columns, "scope")), ((*row, "report") for row in rows))
        else:
            connection.executemany(sql.insert(table, columns), rows)


def _agencies(made: list[tuple[dict[str, Any], Content]]) -> Iterator[tuple[Any, ...]]:
    columns = content_tables()[REPORTS.name]
    for _, content in made:
        row = dict(zip(columns, content[REPORTS.name][0], strict=True))
        yield tuple(row[name] for name in ("agency_id", "agency", "level", "division_code", "province"))


def _text_bytes(connection: sqlite3.Connection) -> int:
    return sum(
        connection.execute(f'select coalesce(sum(length(cast(text as blob))), 0) from "{kind}"').fetchone()[0] for kind in section_tables()
    )


def _index_bytes(connection: sqlite3.Connection) -> int:
    """The bytes of the index as it is kept: FTS5's blocks, and 40 bytes for each row that says which section it is."""
    blocks: int = connection.execute(f"select sum(length(block)) from {search.INDEX}_data").fetchone()[0]
    docs: int = connection.execute(f"select count(*) from {search.DOCS}").fetchone()[0]
    return blocks + 40 * docs


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), *map(int, sys.argv[2:3])))
