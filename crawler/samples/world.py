"""The made-up world as values: portals, their pages, the reports on them with every figure that they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import Any

import yaml

from crawler.samples import figures, quirks
from crawler.samples.figures import Rows
from extract.data import templates

NATIONAL = {"form2019": "form2019_requests", "form2021": "form2021_requests"}


@dataclass(frozen=True, slots=True)
class Agency:
    """Whose reports a portal lists. `name` is the official one, `agency` as printed: 桐花镇人民政府 stands as 云溪县桐花镇人民政府.

    `volume` is about how many requests a year brings; `quirks` what is odd, by year.
    """

    agency: str
    name: str
    level: str
    we: str
    years: range
    volume: int
    quirks: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """One report and what it must be read as: the cells of its tables, and the numbers its prose states, by metric.

    `revision` counts from 0. `quirk` names what is odd about it, None for a plain one.
    """

    agency: Agency
    year: int
    era: str
    tables: Mapping[str, Rows]
    said: Mapping[str, figures.Cell]
    quirk: str | None = None
    revision: int = 0

    @property
    def title(self) -> str:
        """The title printed over the report."""
        work = "工作" if self.year > 2013 else ""
        return f"{self.agency.agency}{self.year}年政府信息公开{work}年度报告{'（修订）' if self.revision else ''}"


@dataclass(frozen=True, slots=True)
class SamplePage:
    """A page that a listing names. `kind` is report, notice, guide or soft_404; `reports` are those on it, none for the other kinds."""

    number: int
    title: str
    listed_on: date
    kind: str
    reports: tuple[Report, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """A portal and the pages it lists, newest first. `charset` is what its bytes are, `label` what they are said to be (None: nothing)."""

    id: str
    name: str
    level: str
    division_code: str
    family: str
    charset: str
    label: str | None
    path: str
    rows: int
    pages: tuple[SamplePage, ...] = ()


def sites(agencies: int | None = None, years: range | None = None) -> tuple[Site, ...]:
    """The portals of world.yaml. `agencies`: at least so many, made from places and bodies; `years` leaves other report years out."""
    content = _content()
    extra = _more(content["more"], content["portals"], agencies)
    return tuple(_site(entry, extra.get(entry["id"], []), years) for entry in content["portals"])


def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(files("crawler.samples").joinpath("world.yaml").read_text(encoding="utf-8"))
    return content


def _more(more: Mapping[str, Any], portals: list[Any], agencies: int | None) -> dict[str, list[dict[str, Any]]]:
    """Further agencies by portal: each place with each body, until there are enough."""
    missing = (agencies or 0) - sum(len(portal["reports"]) for portal in portals)
    places = {portal["id"]: portal["name"] for portal in portals if portal["id"] in more["portals"]}
    found: dict[str, list[dict[str, Any]]] = {}
    for body in more["bodies"]:
        for portal_id, place in places.items():
            if missing > 0:
                missing -= 1
                entry = {"agency": place + body, "level": "department", "we": "我局", "years": more["years"], "volume": more["volume"]}
                found.setdefault(portal_id, []).append(entry)
    return found


def _site(entry: Mapping[str, Any], extra: list[dict[str, Any]], years: range | None) -> Site:
    bodies = [_agency(one, years) for one in (*entry["reports"], *extra)]
    found = [page for body in bodies for page in pages_of(body)]
    found += [SamplePage(0, one["title"], noise_day(one["title"]), one["kind"]) for one in entry["noise"]]
    ordered = sorted(found, key=lambda page: (page.listed_on, page.title), reverse=True)
    numbered = tuple(replace(page, number=1001 + len(ordered) - place) for place, page in enumerate(ordered))
    known = {key: entry[key] for key in ("id", "name", "level", "division_code", "family", "charset", "label", "path", "rows")}
    return Site(**known, pages=numbered)


def _agency(entry: Mapping[str, Any], years: range | None) -> Agency:
    first, last = entry["years"]
    span = range(max(first, years.start), min(last + 1, years.stop)) if years else range(first, last + 1)
    return Agency(
        entry["agency"], entry.get("name", entry["agency"]), entry["level"], entry["we"], span, entry["volume"], entry.get("quirks", {})
    )


def noise_day(title: str) -> date:
    """A day in spring; of the year that the title names, where it names one."""
    year = next((int(title[at : at + 4]) for at in range(len(title)) if title[at : at + 4].isdecimal()), 2020)
    return date(year + 1, 1, 5) + timedelta(days=Random(title).randrange(80))


# ------------------------------------------------------------------------------------------------ the reports of an agency


def pages_of(agency: Agency) -> Iterator[SamplePage]:
    """A page for every year; two for a revised report, one for those that stand on the same page."""
    together: list[Report] = []
    for report in _reports(agency):
        published = date(report.year + 1, 1, 8) + timedelta(days=Random(report.title).randrange(75))
        if report.quirk == "same_page":
            together.append(report)
        elif report.revision:
            yield SamplePage(0, report.title, published + timedelta(days=90), "report", (report,))
        else:
            yield SamplePage(0, report.title, published, "report", (report,))
    if together:
        years = "、".join(f"{report.year}年" for report in together)
        title = f"{agency.agency}{years}政府信息公开年度报告"
        yield SamplePage(0, title, date(together[-1].year + 1, 2, 20), "report", tuple(together))


def _reports(agency: Agency) -> Iterator[Report]:
    """The reports in order of their years: what one carries over, the next takes in."""
    carried: dict[str, int] = {}
    before: Mapping[str, Rows] = {}
    for year in agency.years:
        random = Random(f"{agency.agency}{year}")
        report = _report(agency, year, random, quirks.taken_in(agency.quirks.get(year), carried), before)
        before = report.tables
        matrix = report.tables.get(NATIONAL.get(report.era, ""))
        carried = figures.carried_over(matrix) if matrix else {}
        tables = quirks.applied(report.quirk, report.tables)
        yield replace(report, tables=tables)
        if report.quirk == "revised":
            revised = quirks.revised(report.tables)
            yield replace(report, tables=revised, said=_said(report.era, revised, random, report.said), revision=1)
            carried = figures.carried_over(revised[NATIONAL[report.era]])


def _report(agency: Agency, year: int, random: Random, carried: Mapping[str, int], before: Mapping[str, Rows]) -> Report:
    era = templates().era_of_year(year).id
    volume = max(0, round(agency.volume * random.uniform(0.7, 1.3)))
    tables = _tables(era, random, volume, carried, before)
    said = _said(era, tables, random, {})
    printed = tables if year > 2012 else {}
    return Report(agency, year, era, printed, said, agency.quirks.get(year))


def _tables(era: str, random: Random, volume: int, carried: Mapping[str, int], before: Mapping[str, Rows]) -> dict[str, Rows]:
    if era not in NATIONAL:
        name = "stats_2014" if era == "stats2014" else "stats_2013"
        return {name: figures.list_table(name, random, volume)}
    name = NATIONAL[era]
    matrix = figures.matrix(name, random, volume, carried)
    order = [row.id for row in templates().tables[name].rows if row.id in matrix]
    two = figures.part_two(era, random, max(volume, 1), before)
    return {**two, name: {row: matrix[row] for row in order}, "review_litigation": figures.reviews(random, min(4, volume // 20))}


# ------------------------------------------------------------------------------------------------ what the prose repeats

_FROM_LIST = {
    "proactive.published": "proactive_total",
    "proactive.website": "proactive_website",
    "proactive.wechat": "proactive_wechat",
    "requests.received": "requests_received",
    "requests.in_person": "requests_in_person",
    "requests.fax": "requests_fax",
    "requests.online": "requests_online",
    "requests.letter": "requests_letter",
    "requests.closed_on_time": "closed_on_time",
    "requests.closed_extended": "closed_extended",
    "fees.collected": "fees_collected",
    "reviews.total": "reviews",
    "litigations.total": "litigations",
    "organization.meetings": "meetings_held",
    "organization.trainings": "trainings_held",
    "organization.persons_trained": "persons_trained",
}
_FROM_MATRIX = {
    "requests.received": ("new_requests",),
    "requests.carried_over_out": ("carried_over_out",),
    "requests.granted_or_part": ("granted", "granted_in_part"),
    "requests.refused": ("refused_",),
    "requests.unavailable": ("unavailable_",),
    "requests.not_processed": ("not_processed_",),
}


def _said(era: str, tables: Mapping[str, Rows], random: Random, before: Mapping[str, figures.Cell]) -> dict[str, figures.Cell]:
    """The numbers of the prose, by metric; `before` are those of the version that this one revises."""
    if era not in NATIONAL:
        return _said_of_list(*tables.values())
    matrix, four = tables[NATIONAL[era]], tables["review_litigation"]["cases"]
    total = {row: _number(line["total"]) for row, line in matrix.items()}
    sums: dict[str, figures.Cell] = {
        metric: sum(
            value for row, value in total.items() if row in names or row.startswith(tuple(name for name in names if name[-1] == "_"))
        )
        for metric, names in _FROM_MATRIX.items()
    }
    drawn = {
        "proactive.published": random.randint(300, 6000),
        "organization.meetings": random.randint(1, 4),
        "organization.trainings": random.randint(1, 6),
        "organization.persons_trained": random.randint(20, 400),
    }
    return {
        **(before or drawn),
        **sums,
        "reviews.total": _number(four["review_total"]),
        "litigations.total": _number(four["litigation_direct_total"]) + _number(four["litigation_after_review_total"]),
    }


def _said_of_list(rows: Rows) -> dict[str, figures.Cell]:
    """The numbers of a report before 2019. Without a request nothing is said of how requests were made."""
    said = {metric: rows[row]["value"] for metric, row in _FROM_LIST.items() if row in rows}
    left_out = () if said["requests.received"] else tuple(metric for metric in said if metric.startswith("requests.") and said[metric] == 0)
    silent = {*left_out, *(() if "proactive.wechat" in said else ("proactive.website",))} - {"requests.received"}
    return {metric: value for metric, value in said.items() if metric not in silent}


def _number(cell: figures.Cell) -> int:
    """A cell that is known to hold a count."""
    if not isinstance(cell, int):
        raise TypeError(f"no count: {cell!r}")
    return cell
