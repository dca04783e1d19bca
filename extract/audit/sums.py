"""Cells by their place, and what a side of an identity adds up to under `sum_policy` of templates.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from extract.model import Number, State, Status, TableCell

BLANKS = frozenset({"blank", "dash"})
"""States that count as 0 beside a number, and that may hide the rest of a sum."""


class Place(NamedTuple):
    """A cell's row and column, and its name in the evidence: only the part that the layout of the table does not fix."""

    key: tuple[str, str]
    name: str


class Term(NamedTuple):
    """A summand. `instead` stands for X itself where "X.*" finds no row of X on the page; `subtracted` is the term -x.

    `signed`: a change, so that a blank in it may hide a loss as well as a gain.
    """

    places: tuple[Place, ...]
    instead: Place | None = None
    subtracted: bool = False
    signed: bool = False


class Sum(NamedTuple):
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
            _, instead, subtracted, signed = term
            for key, name in self._places(term) if instead else term.places:
                cell = self.cells.get(key)
                if cell is None:
                    if key[0] in self.rows or key[0] in self.lost:
                        cells[name], lost = "lost", True
                elif cell.value is not None:
                    known = known - cell.value if subtracted else known + cell.value
                    numbers += 1
                    cells[name] = cell.value
                elif (state := cell.state) != "header":
                    cells[name] = state
                    if state not in BLANKS:
                        lost = True
                    else:
                        may_grow = may_grow or signed or not subtracted
                        may_shrink = may_shrink or signed or subtracted
        return Sum(tidy(known) if numbers else None, may_grow, may_shrink, lost, cells)

    def _places(self, term: Term) -> tuple[Place, ...]:
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
