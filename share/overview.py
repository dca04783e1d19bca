"""The whole database in numbers: what the home page shows. Read once, not by every visitor."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import yaml

from share.drawing import Chart

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from share.site import Site
    from share.words import Words

FRESH = 60  # seconds; a crawl adds some reports a second
CELLS = "select province, year, count(*) as n from reports group by province, year"
LEVELS = "select level, count(*) as n from agencies group by level"
VIOLATED = "select count(*) from findings where status = 'violated'"
LATEST = (
    "select id, command, started_at, finished_at, finish_reason, counts from runs where finished_at is not null order by id desc limit 1"
)


@dataclass(frozen=True, slots=True)
class Overview:
    """Reports by province (None: not known) and year, agencies by level, and the last run that ended."""

    cells: Mapping[tuple[str | None, int], int]
    levels: Mapping[str | None, int]
    violated: int
    latest: Mapping[str, Any] | None

    @property
    def reports(self) -> int:
        """How many reports are held."""
        return sum(self.cells.values())

    @property
    def agencies(self) -> int:
        """How many agencies there are a report of."""
        return sum(self.levels.values())

    @property
    def years(self) -> list[int]:
        """The years of which a report is held."""
        return sorted({year for _, year in self.cells})

    @property
    def by_province(self) -> dict[str | None, int]:
        """Reports by province."""
        found: dict[str | None, int] = {}
        for (province, _), count in self.cells.items():
            found[province] = found.get(province, 0) + count
        return found

    @property
    def by_year(self) -> dict[int, int]:
        """Reports by year."""
        return {year: sum(n for (_, one), n in self.cells.items() if one == year) for year in self.years}


_held: WeakKeyDictionary[Site, tuple[float, Overview]] = WeakKeyDictionary()
_reading: WeakKeyDictionary[Site, asyncio.Task[Overview]] = WeakKeyDictionary()


async def of(site: Site) -> Overview:
    """The overview of a site's database: at most a minute old where a crawl may write to it, read once where none can. An old one is given
    while a new one is read."""
    held = _held.get(site)
    if held and (site.public or time.monotonic() - held[0] < FRESH):
        return held[1]
    task = _reading.get(site)
    if task is None or task.done():
        task = _reading[site] = asyncio.ensure_future(_renew(site))
    return held[1] if held else await task


async def _renew(site: Site) -> Overview:
    new: Overview = await site.get_database(site.name).execute_fn(read)  # the only reading without time limit: it goes over all reports
    _held[site] = time.monotonic(), new
    return new


def read(connection: sqlite3.Connection) -> Overview:
    """The overview as the database is now."""
    latest = connection.execute(LATEST).fetchone()
    return Overview(
        {(row["province"], row["year"]): row["n"] for row in connection.execute(CELLS)},
        {row["level"]: row["n"] for row in connection.execute(LEVELS)},
        connection.execute(VIOLATED).fetchone()[0],
        {**dict(latest), "counts": json.loads(latest["counts"] or "{}")} if latest else None,
    )


# ------------------------------------------------------------------------------------------------ the tiles and the charts


@cache
def tiles() -> list[dict[str, Any]]:
    """The provinces as tiles where they lie, roughly: name as in `reports.province`, short names, column and row."""
    found: list[dict[str, Any]] = yaml.safe_load(files("share").joinpath("tiles.yaml").read_text(encoding="utf-8"))
    return found


def short(province: str | None, words: Words) -> str:
    """A province's short name in the language of the page."""
    if province is None:
        return str(words.no_province)
    return next((str(tile[words.language]) for tile in tiles() if tile["name"] == province), province)


def heat(seen: Overview, words: Words) -> Chart | None:
    """Reports held by province and year."""
    order = [tile["name"] for tile in tiles()]
    provinces = sorted(seen.by_province, key=lambda one: (one is None, order.index(one) if one in order else len(order)))
    rows = tuple((short(one, words), year, seen.cells.get((one, year), 0)) for one in provinces for year in seen.years)
    if not rows:
        return None
    values = [{"row": row, "year": year, "n": n} for row, year, n in rows if n]
    alt = words.alt_heat.format(first=seen.years[0], last=seen.years[-1], n=len(provinces))
    data = {"values": values, "rows": [short(one, words) for one in provinces]}
    height = max(120, 19 * len(provinces))
    return Chart(
        "heat", (), words.chart_heat, alt, (words.province, words.year, words.reports), rows, CELLS, (), "heat", data, height=height
    )


def held(seen: Overview, words: Words) -> Chart | None:
    """Reports held by year."""
    rows = tuple(seen.by_year.items())
    if not rows:
        return None
    values = [{"year": year, "part": words.reports, "y": n, "order": 0} for year, n in rows]
    data = {"values": values, "parts": [words.reports], "years": (rows[0][0], rows[-1][0])}
    alt = words.alt_bars.format(title=words.chart_held, first=rows[0][0], last=rows[-1][0])
    sql = "select year, count(*) from reports group by year"
    return Chart(
        "held", (), words.chart_held, alt, (words.year, words.reports), rows, sql, (), "bars", data, height=150, axis={"y": words.reports}
    )


CHARTS: dict[str, Callable[[Overview, Words], Chart | None]] = {"heat": heat, "held": held}
