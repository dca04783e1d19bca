"""The identities of the forms, compiled once into lists of places and applied to every table on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from extract.audit import worded
from extract.audit.sums import Place, Sheet, Term, compare
from extract.data import Identity, Template, templates
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


class Equation(NamedTuple):
    """One application of an identity: the row or column it is applied to, and both sides. `label`: the form has no figures in that row."""

    identity: Identity
    subject: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    label: bool


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


def stands_for(identity: Identity) -> list[Template]:
    """The tables an identity names: its own, those of that name in its eras, or every table where it names none."""
    tables = templates().tables
    if identity.table is None:
        return list(tables.values())
    if identity.table in tables:
        return [tables[identity.table]]
    named = [tables[name] for era in identity.eras if (name := f"{era}_{identity.table}") in tables]
    if not named:
        raise DataFileError(f"templates.yaml: identities.{identity.id}: unknown table {identity.table}")
    return named


def _compile(identity: Identity, template: Template) -> tuple[Check, ...]:
    if identity.rule:
        return (worded.RULES[identity.id],)
    subjects = [column.id for column in template.columns] if identity.per == "column" else [row.id for row in template.rows]
    if identity.per is None:
        subjects = [template.id]
    labels = {row.id for row in template.rows if row.kind == "header"} if identity.per == "row" else set()
    return tuple(
        Equation(
            identity,
            subject,
            terms(identity.lhs, template, _placer(identity.per, subject, template)),
            terms(identity.rhs, template, _placer(identity.per, subject, template)),
            subject in labels,
        )
        for subject in subjects
    )


def _placer(per: str | None, subject: str, template: Template) -> Callable[[str], Place]:
    if per == "column":
        return lambda row: place(template, row, subject)
    if per == "row":
        return lambda column: place(template, subject, column)
    return lambda name: place(template, *_single(template, name))


def _single(template: Template, name: str) -> tuple[str, str]:
    """Row and column of a name in a table with one row, or with one column."""
    if template.layout == "one_row":
        return template.rows[0].id, name
    row, _, column = name.partition(".")
    return row, column or template.columns[0].id


def place(template: Template, row: str, column: str) -> Place:
    """A place of that table. Raises DataFileError for a row or column that the template lacks."""
    if row not in {one.id for one in template.rows} or column not in {one.id for one in template.columns}:
        raise DataFileError(f"templates.yaml: identities: {template.id} has no {row}.{column}")
    if template.layout == "one_row":
        return Place((row, column), column)
    return Place((row, column), row if len(template.columns) == 1 else f"{row}.{column}")


def terms(names: Iterable[str], template: Template, at: Callable[[str], Place]) -> tuple[Term, ...]:
    """`names` as in the data: ids, "X.*" for all rows whose parent is X (or X itself), -x for a subtracted one."""
    return tuple(_term(name.removeprefix("-"), name.startswith("-"), template, at) for name in names)


def _term(name: str, subtracted: bool, template: Template, at: Callable[[str], Place]) -> Term:
    group, star, column = name.partition(".*")
    if not star:
        return Term((at(name),), None, subtracted)
    children = tuple(at(row.id + column) for row in template.rows if row.parent == group)
    return Term(children, at(group + column), subtracted)


def single(template: Template) -> Callable[[str], Place]:
    """Places by one name: a row of a list, a column of part four, `row.column` of a matrix."""
    return _placer(None, template.id, template)
