"""What a finding is about: the cells it compares, in words of the form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extract.data import templates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.data import Template

Place = tuple[str, str, str]  # table, row, column
SHORT = 5  # terms of a sum that are all shown
_SIDES = ("lhs", "rhs", "cells")


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding as a page shows it: the row of the table, its evidence read, the cells it touches, and its number on the page."""

    number: int
    stored: Mapping[str, Any]
    evidence: Mapping[str, Any]
    places: tuple[Place, ...]

    def terms(self, side: str) -> list[tuple[str, Any]]:
        """What is added up on one side, in words of the form, with its figures; of a long sum what is not 0. [] where none is told."""
        terms = self.evidence.get(side)
        table = self.evidence.get("table")
        if not isinstance(terms, dict) or not isinstance(table, str):
            return []
        told = [(_term(table, key), value) for key, value in terms.items()]
        return told if len(told) <= SHORT else [one for one in told if one[1]]

    @property
    def phrase(self) -> str | None:
        """The words of the prose that were compared, None where none were."""
        phrase = self.evidence.get("phrase")
        return phrase if isinstance(phrase, str) else None


def read(number: int, finding: Mapping[str, Any]) -> Checked:
    """The finding with what its evidence says. Evidence that cannot be read is shown as none."""
    try:
        evidence = json.loads(finding["evidence"] or "{}")
    except ValueError:
        evidence = {}
    if not isinstance(evidence, dict):
        evidence = {}
    return Checked(number, finding, evidence, tuple(dict.fromkeys(_places(finding, evidence))))


def _places(finding: Mapping[str, Any], evidence: Mapping[str, Any]) -> Iterator[Place]:
    """The cells of this report that a finding compares; those of another year are left out."""
    table = evidence.get("table")
    template = templates().tables.get(table) if isinstance(table, str) else None
    if template is None:
        parts = str(finding["subject"]).split(".")
        if len(parts) == 3 and parts[0] in templates().tables:  # a figure that another page prints otherwise
            yield parts[0], parts[1], parts[2]
        return
    for key, year in _keys(evidence):
        place = _place(template, key)
        if place and year in (None, _last_year(evidence)):
            yield place


def _keys(evidence: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """`row.column`, `row` or `column` of each compared cell, with the year in front where two years are compared."""
    for side in _SIDES:
        terms = evidence.get(side)
        for term in terms if isinstance(terms, dict) else ():
            first, _, rest = term.partition(".")
            yield (rest, first) if first.isdecimal() else (term, None)


def _last_year(evidence: Mapping[str, Any]) -> str | None:
    return max((year for _, year in _keys(evidence) if year), default=None)


def _place(template: Template, key: str) -> Place | None:
    rows, columns = {row.id for row in template.rows}, [column.id for column in template.columns]
    row, _, column = key.partition(".")
    if column:
        return (template.id, row, column) if row in rows and column in columns else None
    if row in rows:
        return template.id, row, columns[0] if len(columns) == 1 else "total"
    return (template.id, template.rows[0].id, row) if row in columns else None


def _term(table: str, key: str) -> str:
    """A term of a sum in words of the form, with its year in front where two years are compared."""
    first, _, rest = key.partition(".")
    year, key = (first, rest) if first.isdecimal() else ("", key)
    template = templates().tables.get(table)
    place = _place(template, key) if template else None
    return " ".join(filter(None, (year, label(place) if place else key)))


def label(place: Place) -> str:
    """A cell in the words of the form: 一、本年新收… · 总计. The ids where no template knows them."""
    table, row, column = place
    template = templates().tables.get(table)
    if template is None:
        return f"{row} · {column}"
    named = next((f"{one.number}{one.label}" for one in template.rows if one.id == row), row)
    head = next((_head(one) for one in template.columns if one.id == column), column)
    return " · ".join(part for part in (named, head if len(template.columns) > 1 else "") if part) or head


def _head(column: Any) -> str:
    return "".join(filter(None, (column.group if column.group_parent or column.group == "行政复议" else "", column.label)))
