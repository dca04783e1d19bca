"""The crosswalk over the eras: from the figures of one report to its lines in `series`.

`templates.yaml` writes each source as an expression over rows and columns (`answered_granted + answered_already_public`,
`sum(refused.*)`); here it becomes the cells of one table, read as `sum_policy` says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from extract.data import templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extract.data import Measure, Template

Place = tuple[str, str]

# Measure to the metric of prose that stands in for it where no table gives a figure: always loose, since prose may count otherwise
# (DOMAIN.md section 7). Measures without a metric that means the same are left out.
PROSE = {
    "requests_received": "requests.received",
    "requests_finished": "requests.answered",
    "granted": "requests.granted",
    "granted_in_part": "requests.granted_in_part",
    "refused": "requests.refused",
    "not_available": "requests.unavailable",
    "reviews": "reviews.total",
    "litigations": "litigations.total",
    "reviews_corrected": "reviews.corrected",
}
_SPLIT = re.compile(r"\s*\+\s*")
_SUM = re.compile(r"^sum\((.*)\)$")


@dataclass(frozen=True, slots=True)
class Term:
    """Cells of one table that are added up; `whole` is read where none of them is on the page ((六) left unsplit)."""

    places: tuple[Place, ...]
    whole: Place | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a measure stands in one table; `text` says it in the words of the column `source`."""

    table_id: str
    terms: tuple[Term, ...]
    text: str


# ------------------------------------------------------------------------------------------------ the crosswalk as cells


@cache
def sources() -> dict[str, tuple[Source, ...]]:
    """For each measure the tables that give it, those of the newest form first."""
    return {measure.id: tuple(_sources(measure)) for measure in templates().crosswalk}


def _sources(measure: Measure) -> Iterator[Source]:
    for key in ("forms", "stats2014", "pre2014"):
        expression = measure.sources.get(key)
        for part in expression.split(" / ") if expression else ():
            yield from _part(part, key, measure.id)


def _part(expression: str, key: str, measure: str) -> Iterator[Source]:
    """The sources of one expression: one for each table that may hold it (requests is form2021_requests and form2019_requests)."""
    era, _, rest = expression.rpartition(" ") if expression.startswith("form") else ("", "", expression)
    terms = [_SUM.sub(r"\1", term) for term in _SPLIT.split(rest)]
    prefix, _, first = terms[0].partition(".") if _is_table(terms[0].partition(".")[0]) else ("", "", terms[0])
    names = (first, *terms[1:])
    for template in _candidates(prefix, key, era):
        made = [_term(template, name, measure) for name in names]
        if all(made):
            yield Source(template.id, tuple(term for term in made if term), f"{template.id}: {' + '.join(names)}")


def _is_table(name: str) -> bool:
    return name == "requests" or name in templates().tables


def _candidates(prefix: str, key: str, era: str) -> list[Template]:
    """Templates an expression may mean: the named one, that of the name in each form, or any of the era's own."""
    tables = templates().tables
    if prefix in tables:
        return [tables[prefix]]
    forms = [era] if era else ["form2021", "form2019"]
    if key != "forms":
        return [template for template in tables.values() if key in template.eras and prefix in ("", template.id)]
    own = [template for form in forms for template in tables.values() if template.id.startswith(f"{form}_{prefix}")]
    return own if prefix else [*own, tables["review_litigation"]]


def _term(template: Template, name: str, measure: str) -> Term | None:
    """The cells a name means in a table: a row, all rows below a row (`refused.*`), or a column; None where it is none of them."""
    rows, columns = {row.id: row for row in template.rows}, [column.id for column in template.columns]
    head = name.removesuffix(".*")
    if head in rows:
        column = "total" if "total" in columns else columns[0]
        below = tuple((row.id, column) for row in template.rows if row.parent == head) if name != head else ()
        return Term(below, (head, column)) if below else Term(((head, column),))
    if name in columns:
        row = next((row for row in rows if measure.startswith(row)), next(iter(rows)))
        return Term(((row, name),))
    return None


# ------------------------------------------------------------------------------------------------ the lines of a report


def series_rows(
    report: Mapping[str, Any], cells: Iterable[Mapping[str, Any]], quantities: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """A row for each measure that the report's era knows: the figure of its table, else of its prose, else how it is missing."""
    tables: dict[str, dict[Place, tuple[Any, str]]] = {}
    for cell in cells:
        tables.setdefault(cell["table_id"], {})[cell["row_id"], cell["column_id"]] = (cell["value"], cell["state"])
    spoken = _spoken(quantities)
    era = "forms" if str(report["era"]).startswith("form") else report["era"]
    key = {"agency_id": report["agency_id"], "year": report["year"], "report_id": report["id"]}
    known = [measure for measure in templates().crosswalk if era in measure.sources or _has_table(measure, tables)]
    return [{**key, "metric": measure.id, **_line(measure, tables, spoken)} for measure in known]


def _has_table(measure: Measure, tables: Mapping[str, object]) -> bool:
    return any(source.table_id in tables for source in sources()[measure.id])


def counts_all(scope: str | None) -> bool:
    """Whether a scope is the whole that the report covers (全市, 全县各级行政机关), not its own level or a part (DOMAIN.md section 9)."""
    return not scope or scope.startswith("全")


def _spoken(quantities: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The first figure of each metric that counts the whole."""
    first: dict[str, Mapping[str, Any]] = {}
    for quantity in quantities:
        if quantity["metric"] and counts_all(quantity["scope"]):
            first.setdefault(quantity["metric"], quantity)
    return first


def _line(
    measure: Measure, tables: Mapping[str, Mapping[Place, tuple[Any, str]]], spoken: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    printed = _printed(measure, tables)
    if printed["state"] != "number":
        quantity = spoken.get(PROSE.get(measure.id, ""))
        if quantity:
            return {
                "value": quantity["value"],
                "state": "number",
                "origin": "prose",
                "approx": quantity["approx"],
                "comparability": "loose",
                "source": quantity["metric"],
            }
    return printed


def _printed(measure: Measure, tables: Mapping[str, Mapping[Place, tuple[Any, str]]]) -> dict[str, Any]:
    for source in sources()[measure.id]:
        if source.table_id in tables:
            value, state = _sum(source.terms, tables[source.table_id])
            if state != "not_reported":
                return {"value": value, "state": state, "origin": "table", "comparability": measure.comparability, "source": source.text}
    return {"value": None, "state": "not_reported", "comparability": measure.comparability}


def _sum(terms: tuple[Term, ...], cells: Mapping[Place, tuple[Any, str]]) -> tuple[Any, str]:
    """Value and state of a sum as `sum_policy` says: a blank counts as 0 beside a number, a row that is not on the page is left out.

    A cell that was lost from a row that is there leaves the whole unknown.
    """
    found: list[tuple[Any, str]] = []
    rows = {row for row, _ in cells}
    for term in terms:
        places = term.places if any(row in rows for row, _ in term.places) or not term.whole else (term.whole,)
        if any(row in rows and (row, column) not in cells for row, column in places):
            return None, "not_reported"
        found += [cells[place] for place in places if place in cells]
    numbers = [value for value, state in found if state == "number"]
    if numbers and not any(state == "text" for _, state in found):
        return round(sum(numbers), 6), "number"
    states = [state for _, state in found if state != "number"]
    return None, states[0] if states else "not_reported"
