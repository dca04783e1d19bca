"""The identities of the forms as equations over cells, and what their sides add up to under `sum_policy` of templates.yaml.

    equations(table_id)     what the form itself says about a table
    compare(left, op, right)  whether two sides agree

Two stages need them: reading, where they decide between the possible readings of a damaged cell, and the audit, which stores them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from extract.data import Identity, Template, templates
from extract.errors import DataFileError
from extract.model import Number, State, Status, TableCell

BLANKS = frozenset({"blank", "dash"})
"""States that count as 0 beside a number, and that may hide the rest of a sum."""


@dataclass(frozen=True, slots=True)
class Place:
    """A cell's row and column, and its name in the evidence: only the part that the layout of the table does not fix."""

    key: tuple[str, str]
    name: str


@dataclass(frozen=True, slots=True)
class Term:
    """A summand. `instead` stands for X itself where "X.*" finds no row of X on the page; `subtracted` is the term -x.

    `signed`: a change, so that a blank in it may hide a loss as well as a gain.
    """

    places: tuple[Place, ...]
    instead: Place | None = None
    subtracted: bool = False
    signed: bool = False


@dataclass(slots=True)
class Sum:
    """A side of an identity. `value` is what the numbers in it add up to, None where there is none.

    `may_grow` and `may_shrink`: a blank in it may hide something. `lost`: a cell of it could not be read, so nothing can be said.
    `cells` are the cells by name: the number, or the name of the state.
    """

    value: Number | None
    may_grow: bool
    may_shrink: bool
    lost: bool
    cells: Mapping[str, Any]


class Figure(Protocol):
    """What a sum needs of a cell."""

    @property
    def value(self) -> Number | None:
        """The number, None in every state but number."""

    @property
    def state(self) -> State:
        """What the cell holds."""


class Figures:
    """The figures of one table by row and column; `rows` and `columns` are those on the page, in printed order.

    `lost` are rows that are on the page but could not be read: what needs them cannot be assessed (`sum_policy`, cell_lost).
    """

    __slots__ = ("cells", "columns", "lost", "rows", "table_id")

    def __init__(self, table_id: str, cells: Mapping[tuple[str, str], Figure], lost: frozenset[str] = frozenset()) -> None:
        self.table_id = table_id
        self.cells = cells
        self.lost = lost
        self.rows = dict.fromkeys([row for row, _ in cells])
        self.columns = dict.fromkeys([column for _, column in cells])

    def carries_figures(self, row: str) -> bool:
        """Whether any cell of that row holds a number."""
        return any((cell := self.cells.get((row, column))) is not None and cell.state == "number" for column in self.columns)

    def sum(self, terms: tuple[Term, ...]) -> Sum:
        """What `terms` add up to. A row that is not on the page is left out; a row with this cell missing makes the sum lost."""
        known: Number = 0
        numbers, may_grow, may_shrink, lost = 0, False, False, False
        cells: dict[str, Any] = {}
        for term in terms:
            subtracted = term.subtracted
            for place in self.places(term) if term.instead else term.places:
                cell = self.cells.get(place.key)
                if cell is None:
                    if place.key[0] in self.rows or place.key[0] in self.lost:
                        cells[place.name], lost = "lost", True
                elif (value := cell.value) is not None:
                    known = known - value if subtracted else known + value
                    numbers += 1
                    cells[place.name] = value
                elif (state := cell.state) != "header":
                    cells[place.name] = state
                    if state not in BLANKS:
                        lost = True
                    else:
                        may_grow = may_grow or term.signed or not subtracted
                        may_shrink = may_shrink or term.signed or subtracted
        return Sum(tidy(known) if numbers else None, may_grow, may_shrink, lost, cells)

    def places(self, term: Term) -> tuple[Place, ...]:
        """The cells that a term stands for: its own, or X itself where the page has no row of X."""
        if term.instead is None or any(place.key[0] in self.rows or place.key[0] in self.lost for place in term.places):
            return term.places
        return (term.instead,) if self.carries_figures(term.instead.key[0]) else ()


class Sheet(Figures):
    """The cells of one table of a report, with all that was read of them."""

    __slots__ = ()
    cells: Mapping[tuple[str, str], TableCell]


def tidy(value: Number) -> Number:
    """`value` without what binary fractions add to money: 0.1 + 0.2 is 0.3."""
    return value if isinstance(value, int) else round(value, 6)


def compare(left: Sum, op: str, right: Sum) -> Status:
    """Whether `left` op `right` holds. Where it does not, but a blank may hide what is missing, it cannot be assessed."""
    if left.value is None or right.value is None or left.lost or right.lost:
        return "not_assessable"
    difference = tidy(left.value - right.value)
    if _holds(op, difference, max(abs(left.value), abs(right.value))):
        return "holds"
    hidden = (left.may_grow or right.may_shrink) if difference < 0 else (left.may_shrink or right.may_grow)
    return "not_assessable" if hidden else "violated"


def _holds(op: str, difference: Number, larger: Number) -> bool:
    if op == "==":
        return difference == 0
    if op == "<=":
        return difference <= 0
    return abs(difference) <= 1 or abs(difference) <= larger / 10


# ------------------------------------------------------------------------------------------------ compiling


@dataclass(frozen=True, slots=True)
class Equation:
    """One application of an identity: the row or column it is applied to, and both sides. `label`: the form has no figures in that row."""

    identity: Identity
    subject: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    label: bool


@cache
def equations(table_id: str) -> tuple[Equation, ...]:
    """What must hold within a table of the form: its identities in figures, without those that are merely probable."""
    template = templates().tables[table_id]
    return tuple(
        equation
        for identity in templates().identities
        if identity.op and identity.scope is None and identity.basis != "plausibility" and template in stands_for(identity)
        for equation in applications(identity, template)
    )


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


def applications(identity: Identity, template: Template) -> tuple[Equation, ...]:
    """The identity in every row or column of a table it is applied to; once where it names single cells."""
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
