"""A measure over the years: points, what joins them, and where the line breaks because the forms asked something else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

SELECT = (
    "select series.year, series.value, series.state, series.origin, series.approx, series.comparability, series.source, series.report_id, "
    "reports.era from series left join reports on reports.id = series.report_id "
    "where series.agency_id = ? and series.metric = ? order by series.year"
)
LEVELS = ("same", "close", "loose")  # how far values may be compared across a break, as in `series.comparability`
_FORM = re.compile(r"^form20\d\d_")


@dataclass(frozen=True, slots=True)
class Point:
    """A year of a measure. `value` is None where the report gives none; `state` says how. `source` is the cells or the metric of prose."""

    year: int
    value: float | None
    state: str
    origin: str | None = None
    comparability: str | None = None
    source: str | None = None
    report_id: str | None = None
    era: str | None = None
    approx: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """What joins the points of two years that follow one another; `broken` where they may not be compared as they stand."""

    first: Point
    second: Point
    broken: bool


def points(connection: sqlite3.Connection, agency_id: str, metric: str) -> list[Point]:
    """The years of a measure of an agency, in order."""
    return [Point(**row) for row in map(dict, connection.execute(SELECT, [agency_id, metric]))]


def segments(line: Sequence[Point]) -> list[Segment]:
    """What joins the points that have a value. Over a year that is missing nothing does."""
    told = [point for point in line if point.value is not None]
    return [Segment(one, other, breaks(one, other)) for one, other in pairwise(told) if other.year == one.year + 1]


def breaks(one: Point, other: Point) -> bool:
    """Whether two points were asked for differently: by other cells, by prose, or under another form.

    A measure that the crosswalk calls the same goes on. The parts that both national forms share go on too (DOMAIN.md section 6).
    """
    if one.comparability == other.comparability == "same":
        return False
    return _asked(one) != _asked(other)


def _asked(point: Point) -> tuple[str | None, str]:
    """What was counted, whichever of the two national forms it stands in; prose counts as the law of its year asked."""
    era = "forms" if str(point.era).startswith("form") else str(point.era)
    return (_FORM.sub("", point.source) if point.source else None), era


def break_years(lines: Iterable[Sequence[Point]]) -> list[int]:
    """The years from which on a line is another one, in order."""
    return sorted({segment.second.year for line in lines for segment in segments(line) if segment.broken})


def shares(line: Sequence[Point], whole: Sequence[Point]) -> list[Point]:
    """A measure in percent of another of the same report; no value where either has none, or the whole is 0."""
    wholes = {point.year: point for point in whole}
    return [_share(point, wholes.get(point.year)) for point in line]


def _share(point: Point, whole: Point | None) -> Point:
    value = None
    if point.value is not None and whole is not None and whole.value:
        value = round(100 * point.value / whole.value, 2)
    state = point.state if value is not None or point.value is None else "no_whole"
    looser = max((point.comparability or "loose", (whole and whole.comparability) or "loose"), key=LEVELS.index)
    source = f"{point.source} / {whole.source}" if whole else point.source
    origin = "prose" if whole and "prose" in (point.origin, whole.origin) else point.origin
    return Point(point.year, value, state, origin, looser, source, point.report_id, point.era, point.approx)
