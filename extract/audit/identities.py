"""The identities of the forms, compiled once into lists of places and applied to every table on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from extract.audit import worded
from extract.data import Identity, Template, templates
from extract.equations import Equation, Sheet, applications, compare, stands_for
from extract.errors import DataFileError
from extract.model import Finding

ELSEWHERE: Mapping[str, str] = {
    "yoy_pending_cases": "part four has no row for cases carried over, so nothing in two reports can prove or refute it",
    "hierarchy_sum": "needs the reports of all lower governments: a check of the whole database, not of one report",
    "text_percentages": "extract.audit.shares",
    "text_category_sum": "extract.audit.breakdowns",
    "text_yoy_change": "extract.audit.changes",
    "text_parts_count": "extract.audit.outline",
}
"""Rules that the data gives in words and that no table proves alone: where they are made, or why they cannot be."""

Check = Equation | worded.Rule


def check(era: str, sheets: Mapping[str, Sheet]) -> Iterator[Finding]:
    """Every identity of the tables on the page, once per row or column on the page."""
    for identity, checks in compiled().values():
        found = [sheets[table_id] for table_id in checks if table_id in sheets]
        for sheet in own(found, era) if identity.table else found:
            for one in checks[sheet.table_id]:
                yield from _equation(one, sheet) if isinstance(one, Equation) else one(identity, sheet)


def own(found: list[Sheet], era: str) -> list[Sheet]:
    """Of tables of one name the one of the report's own era, else the first: "requests" is the matrix of either form."""
    return [sheet for sheet in found if sheet.table_id.startswith(era)][:1] or found[:1]


def _equation(equation: Equation, sheet: Sheet) -> Iterator[Finding]:
    identity, subject = equation.identity, equation.subject
    if not _applies(equation, sheet):
        return
    left, right = sheet.sum(equation.left), sheet.sum(equation.right)
    status = compare(left, identity.op or "==", right)
    evidence = {"table": sheet.table_id, "op": identity.op, "lhs": left.cells, "rhs": right.cells}
    yield Finding(identity.id, subject, status, identity.basis, left.value, right.value, evidence)


def _applies(equation: Equation, sheet: Sheet) -> bool:
    """A column or row must be on the page; a row that is a mere label has no figures to check."""
    if equation.identity.per == "column":
        return equation.subject in sheet.columns
    if equation.identity.per == "row":
        return equation.subject in sheet.rows and (not equation.label or sheet.carries_figures(equation.subject))
    return True


# ------------------------------------------------------------------------------------------------ compiling


@cache
def compiled() -> Mapping[str, tuple[Identity, Mapping[str, tuple[Check, ...]]]]:
    """By id: the identity, and what it checks in each table it may stand for. Raises DataFileError for a rule that nothing implements."""
    result = {}
    for identity in templates().identities:
        if identity.rule and identity.id not in worded.RULES and identity.id not in ELSEWHERE:
            raise DataFileError(f"templates.yaml: identities.{identity.id}: a rule in words that extract.audit does not implement")
        if identity.scope is None and identity.id not in ELSEWHERE:
            by_table = {template.id: _compile(identity, template) for template in stands_for(identity)}
            result[identity.id] = identity, by_table
    return result


def _compile(identity: Identity, template: Template) -> tuple[Check, ...]:
    return (worded.RULES[identity.id],) if identity.rule else applications(identity, template)
