"""The charts of the site: what is read for each, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from extract.data import templates
from share import series
from share.drawing import Chart, Line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from share.words import Words

MOST_LINES = 8  # of a chart; more colours cannot be told apart
OUTCOMES = ("granted", "granted_in_part", "refused", "not_available")
REASON_TABLES = ("form2021_requests", "form2019_requests", "stats_2014")
REASONS = """select reports.year, reports.era, cells.table_id, cells.row_id, cells.value, cells.state
from reports join table_cells cells on cells.report_id = reports.id
where reports.agency_id = ? and cells.table_id in (?, ?, ?) and cells.row_id like 'refused%' and cells.column_id in ('total', 'value')
order by reports.year"""
METRIC = "select metric, title_zh, title_en, unit, comparability, definition from metrics where metric = ?"
NAME = "select name from agencies where id = ?"
DUE = """select reports.year, reports.published_on, (reports.year + 1) || '-' || deadlines.due as deadline, reports.id as report_id
from reports join deadlines
  on deadlines.level = reports.level and reports.year between deadlines.first_year and coalesce(deadlines.last_year, 9999)
where reports.agency_id = ? order by reports.year"""


def title_of(connection: sqlite3.Connection, metric: str, words: Words) -> str | None:
    """The name of a measure in the language of the page; None for one that is none."""
    row = connection.execute(METRIC, [metric]).fetchone()
    return str(row[f"title_{words.language}"] or row["title_en"]) if row else None


def lines(
    connection: sqlite3.Connection,
    words: Words,
    agencies: Sequence[str],
    metrics: Sequence[str],
    *,
    of: str = "",
    years: tuple[int | None, int | None] = (None, None),
) -> Chart | None:
    """Measures of agencies over the years, as they are or (`of`) in percent of another; None where a measure or agency is none of ours."""
    titles = {metric: title_of(connection, metric, words) for metric in (*metrics, *([of] if of else []))}
    names = {agency: (connection.execute(NAME, [agency]).fetchone() or [None])[0] for agency in agencies}
    if not agencies or not metrics or None in titles.values() or None in names.values():
        return None
    drawn = []
    for agency in agencies:
        for metric in metrics:
            points = series.points(connection, agency, metric)
            if of:
                points = series.shares(points, series.points(connection, agency, of))
            drawn.append(Line(_label(names[agency], titles[metric], len(agencies), len(metrics)), _within(points, years), agency))
    title = words.joined.join(str(titles[metric]) for metric in metrics) + (f" / {titles[of]}" if of else "")
    pairs = (
        *(("agency", one) for one in agencies),
        *(("metric", one) for one in metrics),
        ("of", of),
        ("from", years[0]),
        ("to", years[1]),
    )
    return _line_chart(words, drawn[:MOST_LINES], title, pairs, "%" if of else words.cases, (agencies[0], metrics[0]))


def _label(agency: str | None, metric: str | None, agencies: int, metrics: int) -> str:
    if agencies == 1:
        return str(metric)
    return str(agency) if metrics == 1 else f"{agency} · {metric}"


def _within(points: Sequence[series.Point], years: tuple[int | None, int | None]) -> list[series.Point]:
    return [point for point in points if (years[0] or 0) <= point.year <= (years[1] or 9999)]


def _line_chart(
    words: Words, drawn: list[Line], title: str, pairs: tuple[tuple[str, Any], ...], unit: str, values: tuple[Any, ...]
) -> Chart:
    found = [point.year for line in drawn for point in line.points]
    years = min(found, default=2008), max(found, default=2008)
    breaks = series.break_years(line.points for line in drawn)
    return Chart(
        "series",
        pairs,
        title,
        words.alt_lines.format(title=title, first=years[0], last=years[1]),
        (words.who, words.year, words.value, words.state, words.origin, words.comparability, words.counted_as),
        tuple(_line_row(words, line.label, point) for line in drawn for point in line.points),
        series.SELECT,
        values,
        "lines",
        {"lines": drawn, "years": years, "breaks": breaks, "break_note": words.break_note},
        _break_notes(words, drawn),
        axis={"y": unit},
    )


def _line_row(words: Words, label: str, point: series.Point) -> tuple[Any, ...]:
    """A point as a row of the table beside its chart."""
    told = words.states[point.state], words.origins[point.origin or "none"], words.comparabilities[point.comparability or "none"]
    return label, point.year, _shown(point), *told, counted(point.source, words) if point.source else ""


def _shown(point: series.Point) -> Any:
    return point.value if point.value is not None else ""


def _break_notes(words: Words, drawn: Sequence[Line]) -> tuple[str, ...]:
    """A sentence for each year at which a line breaks: what was counted before, and what since."""
    broken = [one for line in drawn for one in series.segments(line.points) if one.broken]
    return tuple(dict.fromkeys(_break_note(words, one) for one in sorted(broken, key=lambda one: one.second.year)))


def _break_note(words: Words, one: series.Segment) -> str:
    looser = max(one.first.comparability or "loose", one.second.comparability or "loose", key=series.LEVELS.index)
    before, since = counted(one.first.source, words), counted(one.second.source, words)
    level = words.comparabilities[looser]
    return str(words.break_sentence.format(first=one.first.year, last=one.second.year, before=before, since=since, level=level))


def counted(source: str | None, words: Words) -> str:
    """What a line of `series` was counted from, in the words of the form: `stats_2014: requests_answered` is 申请答复数 of its table.

    A metric of prose goes by its id; so does what no template knows.
    """
    parts = []
    for one in (source or "").split(" / "):
        table, _, terms = one.partition(": ")
        template = templates().tables.get(table)
        if template is None:
            parts.append(f"{words.origins.prose} {one}")
            continue
        labels = {row.id: row.label for row in template.rows} | {
            column.id: f"{column.group or ''}{column.label}" for column in template.columns
        }
        named = [labels.get(term.removesuffix(".*"), term) for term in terms.split(" + ")]
        parts.append(f"《{template.title}》{'+'.join(named)}")
    return " / ".join(parts)


def outcomes(connection: sqlite3.Connection, words: Words, agency: str) -> Chart | None:
    """What became of the requests of each year."""
    found = {metric: series.points(connection, agency, metric) for metric in OUTCOMES}
    titles = {metric: title_of(connection, metric, words) or metric for metric in OUTCOMES}
    told = [(metric, point) for metric, points in found.items() for point in points]
    bars = Bars(
        parts=[titles[metric] for metric in OUTCOMES],
        values=[_bar(point.year, titles[metric], point.value, OUTCOMES.index(metric)) for metric, point in told if point.value is not None],
        rows=tuple((point.year, titles[metric], _shown(point), words.states[point.state]) for metric, point in told),
        breaks=series.break_years(found.values()),
        columns=(words.year, words.outcome, words.value, words.state),
    )
    return _bar_chart("outcomes", words.chart_outcomes, agency, words, bars, words.outcomes_note, (series.SELECT, (agency, OUTCOMES[0])))


@dataclass(frozen=True, slots=True)
class Bars:
    """What a chart of bars is made of: its parts in order, its bars, the rows of its table, the years from which on it is another one."""

    parts: list[str]
    values: list[dict[str, Any]]
    rows: tuple[tuple[Any, ...], ...]
    breaks: list[int]
    columns: tuple[str, ...]


def _bar(year: int, part: str, value: float, order: int) -> dict[str, Any]:
    return {"year": year, "part": part, "y": value, "order": order}


def _bar_chart(name: str, title: str, agency: str, words: Words, bars: Bars, note: str, sql: tuple[str, tuple[Any, ...]]) -> Chart | None:
    years = [one["year"] for one in bars.values]
    if not years:
        return None
    alt = words.alt_bars.format(title=title, first=min(years), last=max(years))
    data = {
        "values": bars.values,
        "parts": bars.parts,
        "years": (min(years), max(years)),
        "breaks": bars.breaks,
        "break_note": words.break_note,
    }
    return Chart(name, (("agency", agency),), title, alt, bars.columns, bars.rows, *sql, "bars", data, (note,), axis={"y": words.cases})


def reasons(connection: sqlite3.Connection, words: Words, agency: str) -> Chart | None:
    """On what grounds requests were refused, as the forms since 2014 list them."""
    labels = {
        (table, row.id): row.label
        for table in REASON_TABLES
        for row in templates().tables[table].rows
        if row.parent in ("refused", "answered_refused")
    }
    found = [
        (row, labels[row["table_id"], row["row_id"]])
        for row in connection.execute(REASONS, [agency, *REASON_TABLES])
        if (row["table_id"], row["row_id"]) in labels
    ]
    sums: dict[str, float] = {}
    for row, label in found:
        sums[label] = sums.get(label, 0) + (row["value"] or 0)
    most = sorted((label for label, n in sums.items() if n), key=lambda label: -sums[label])
    named, rest = most[: MOST_LINES - 1], most[MOST_LINES - 1 :]
    eras = {row["year"]: "forms" if row["era"].startswith("form") else row["era"] for row, _ in found}
    bars = Bars(
        parts=[*named, *([words.rest] if rest else [])],
        values=[
            _bar(row["year"], words.rest if label in rest else label, row["value"], most.index(label))
            for row, label in found
            if row["value"]
        ],
        rows=tuple((row["year"], label, "" if row["value"] is None else row["value"], words.states[row["state"]]) for row, label in found),
        breaks=[year for year in eras if year - 1 in eras and eras[year] != eras[year - 1]],
        columns=(words.year, words.reason, words.value, words.state),
    )
    sql = (REASONS, (agency, *REASON_TABLES))
    return _bar_chart("reasons", words.chart_reasons, agency, words, bars, words.reasons_note, sql)


def punctuality(connection: sqlite3.Connection, words: Words, agency: str) -> Chart | None:
    """How many days before or after its deadline each report was published, by the date that the page states."""
    found = [(row, _days(row["published_on"], row["deadline"])) for row in connection.execute(DUE, [agency])]
    values = [{"year": row["year"], "y": days, "late": days > 0} for row, days in found if days is not None]
    if not values:
        return None
    rows = tuple((row["year"], row["published_on"] or "", row["deadline"], "" if days is None else days) for row, days in found)
    years = (min(row["year"] for row, _ in found), max(row["year"] for row, _ in found))
    alt = words.alt_dots.format(title=words.chart_punctuality, first=years[0], last=years[1])
    columns = (words.year, words.published, words.deadline, words.days)
    return Chart(
        "punctuality", (("agency", agency),), words.chart_punctuality, alt, columns, rows, DUE, (agency,), "dots",
        {"values": values, "years": years}, (words.punctuality_note,), 180, {"y": words.days},
    )  # fmt: skip


def _days(published: str | None, deadline: str) -> int | None:
    try:
        return (date.fromisoformat(published or "") - date.fromisoformat(deadline)).days
    except ValueError:
        return None


AGENCY_CHARTS: dict[str, Callable[[sqlite3.Connection, Words, str], Chart | None]] = {
    "outcomes": outcomes,
    "reasons": reasons,
    "punctuality": punctuality,
}
