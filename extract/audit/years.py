"""Identities between the tables of two consecutive reports of one agency (`scope: cross_year` in templates.yaml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from extract.data import Identity, Template, templates
from extract.equations import Figures, Place, Sum, Term, compare, tidy
from extract.errors import DataFileError
from extract.model import Finding, Number, State

Cells = Mapping[tuple[str, str, str], tuple[Number | None, State]]
LEAST = 5
"""So many different figures in a matrix do not come back by chance."""


class Step(NamedTuple):
    """One application of an identity: the row or column, and by side the terms of last year and of this year.

    `tables` are the pairs (last year's, this year's) it can stand between: 2020 and 2021 have the matrix in two forms.
    """

    identity: Identity
    subject: str
    tables: tuple[tuple[str, str], ...]
    before: tuple[tuple[Term, ...], tuple[Term, ...]]
    now: tuple[tuple[Term, ...], tuple[Term, ...]]


def across_years(earlier: Cells, later: Cells, year: int) -> tuple[Finding, ...]:
    """Findings of the report on `year` against the one on the year before; keys are (table, row, column), values (number, state).

    An identity is stored where every cell it needs is on both pages, blank ones included (then it cannot be assessed).
    """
    before, now = _sheets(earlier), _sheets(later)
    found = [finding for step in _steps() if (finding := _check(step, before, now, year))]
    return (*found, *_same_matrix(before, now, year))


class _Figure(NamedTuple):
    """A cell as the database keeps it: all that a sum needs, and light, for both reports are laid out for every pair of years."""

    value: Number | None
    state: State


def _sheets(cells: Cells) -> dict[str, Figures]:
    by_table: dict[str, dict[tuple[str, str], _Figure]] = {}
    for (table, row, column), figure in cells.items():
        by_table.setdefault(table, {})[row, column] = _Figure(*figure)
    return {table: Figures(table, found) for table, found in by_table.items()}


def _check(step: Step, before: Mapping[str, Figures], now: Mapping[str, Figures], year: int) -> Finding | None:
    pair = next(((before[one], now[two]) for one, two in step.tables if one in before and two in now), None)
    if pair is None or not (_on_page(pair[0], step.before) and _on_page(pair[1], step.now)):
        return None
    left, right = (_add(pair[0].sum(old), pair[1].sum(new), year) for old, new in zip(step.before, step.now, strict=True))
    identity = step.identity
    evidence = {"table": pair[1].table_id, "earlier_table": pair[0].table_id, "op": identity.op, "lhs": left.cells, "rhs": right.cells}
    return Finding(identity.id, step.subject, compare(left, identity.op or "==", right), identity.basis, left.value, right.value, evidence)


def _on_page(sheet: Figures, sides: tuple[tuple[Term, ...], ...]) -> bool:
    return all(place.key in sheet.cells for side in sides for term in side for place in term.places)


def _add(old: Sum, new: Sum, year: int) -> Sum:
    """Both years' part of one side. A summand without a number leaves a sum over two years open: the stock of a year is no blank."""
    cells = {f"{year - 1}.{name}": value for name, value in old.cells.items()} | {
        f"{year}.{name}": value for name, value in new.cells.items()
    }
    values = [one.value for one in (old, new) if one.value is not None]
    silent = any(one.value is None and one.cells for one in (old, new))
    value = None if silent or not values else tidy(sum(values))
    return Sum(value, old.may_grow or new.may_grow, old.may_shrink or new.may_shrink, old.lost or new.lost, cells)


def _same_matrix(before: Mapping[str, Figures], now: Mapping[str, Figures], year: int) -> Iterator[Finding]:
    """The whole matrix of last year again: one page stored for two years, or a form filled by copying."""
    for table in ("form2019_requests", "form2021_requests"):
        if table in before and table in now:
            old, new = ({key: cell.value for key, cell in sheet.cells.items() if cell.value} for sheet in (before[table], now[table]))
            if old == new and len(set(new.values())) >= LEAST:
                evidence = {"years": [year - 1, year], "figures": len(new)}
                yield Finding("yoy_same_table", table, "violated", "plausibility", evidence=evidence)


# ------------------------------------------------------------------------------------------------ compiling


@cache
def _steps() -> tuple[Step, ...]:
    """Raises DataFileError for a term that is neither of this year nor of the year before, or that no table holds."""
    rules = [identity for identity in templates().identities if identity.scope == "cross_year" and not identity.rule]
    return tuple(step for identity in rules for step in _compile(identity))


def _compile(identity: Identity) -> Iterator[Step]:
    names = {_parse(term)[2] for term in (*identity.lhs, *identity.rhs)}
    tables = [template for template in templates().tables.values() if _holds(template, identity, names)]
    if not tables:
        raise DataFileError(f"templates.yaml: identities.{identity.id}: no table holds {', '.join(sorted(names))}")
    for subject, holders in _subjects(identity, tables).items():
        pairs = tuple((one.id, two.id) for one in holders for two in holders if _base(one) == _base(two))
        sides = [[_terms(identity, side, subject, last_year) for side in (identity.lhs, identity.rhs)] for last_year in (True, False)]
        yield Step(identity, subject, pairs, (sides[0][0], sides[0][1]), (sides[1][0], sides[1][1]))


def _holds(template: Template, identity: Identity, names: set[str]) -> bool:
    if identity.table not in (None, template.id) or not set(identity.eras) & set(template.eras):
        return False
    ids = [row.id for row in template.rows] if identity.per == "column" else [column.id for column in template.columns]
    return names <= set(ids)


def _subjects(identity: Identity, tables: list[Template]) -> dict[str, list[Template]]:
    found: dict[str, list[Template]] = {}
    for template in tables:
        for one in template.columns if identity.per == "column" else template.rows:
            found.setdefault(one.id, []).append(template)
    return found


def _base(template: Template) -> str:
    return template.id.removeprefix("form2019_").removeprefix("form2021_")


def _parse(term: str) -> tuple[bool, bool, str]:
    """Whether it is subtracted, whether it is last year's, and its row or column: "-year-1.in_force"."""
    when, dot, name = term.removeprefix("-").partition(".")
    if not dot or when not in {"year", "year-1"}:
        raise DataFileError(f"templates.yaml: identities: {term} names neither year nor year-1")
    return term.startswith("-"), when == "year-1", name


def _terms(identity: Identity, side: tuple[str, ...], subject: str, last_year: bool) -> tuple[Term, ...]:
    parsed = [_parse(term) for term in side]
    return tuple(
        Term((_place(identity, name, subject),), None, minus, name in _signed()) for minus, last, name in parsed if last == last_year
    )


@cache
def _signed() -> frozenset[str]:
    """Columns of changes."""
    return frozenset(column.id for template in templates().tables.values() for column in template.columns if column.signed)


def _place(identity: Identity, name: str, subject: str) -> Place:
    row, column = (name, subject) if identity.per == "column" else (subject, name)
    return Place((row, column), f"{row}.{column}")
