"""Which of several readings of some cells agree with the identities of the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.equations import BLANKS, Equation, Figure, Figures, Sum, Term, compare, equations, tidy
from extract.model import Number, State, Status

Key = tuple[str, str]
COMBINATIONS_MAX = 5_000
"""Combinations of readings that are tried in a table; what needs more stays undecided."""


class Value(NamedTuple):
    """What a cell would hold in a reading; a `Figure` of equations."""

    value: Number | None
    state: State


class Question(NamedTuple):
    """Cells that are read together, and the readings between which to decide: different values, one for each place."""

    places: tuple[Key, ...]
    options: tuple[tuple[Value, ...], ...]


class Answer(NamedTuple):
    """The options that some combination without a contradiction holds; `complete` is False where the search was given up.

    `row` and `column`: whether an equation within one row, or over several, holds whatever else is still open.
    """

    options: tuple[int, ...]
    complete: bool
    row: bool
    column: bool

    @property
    def taken(self) -> int | None:
        """The only reading that is left and confirmed; None where several are, or none, or where nothing confirms it."""
        return self.options[0] if self.complete and len(self.options) == 1 and (self.row or self.column) else None


@dataclass(frozen=True, slots=True)
class Held:
    """The cells that are beyond doubt, and what is known to be lacking.

    `lost` are rows on the page that were not read. `gaps`: the page prints rows that nothing knows, so that no sum over rows is sure.
    """

    table_id: str
    cells: Mapping[Key, Figure]
    lost: frozenset[str] = frozenset()
    gaps: bool = False


class _Part(NamedTuple):
    """A cell in doubt within a side: the question, the place of the cell in it, and its sign."""

    question: int
    place: int
    sign: int


@dataclass(slots=True)
class _Side:
    """A side of an equation: what is known of it, and the cells in doubt."""

    known: Number = 0
    numbers: int = 0
    grows: bool = False
    shrinks: bool = False
    lost: bool = False
    parts: list[_Part] = field(default_factory=list)

    def add(self, value: Number | None, state: State, sign: int) -> None:
        """Adds a cell whose value is known."""
        if value is not None:
            self.known += sign * value
            self.numbers += 1
        elif state in BLANKS:
            self.hide(sign)
        elif state != "header":
            self.lost = True

    def hide(self, sign: int) -> None:
        """Something may stand here that is not printed."""
        self.grows = self.grows or sign > 0
        self.shrinks = self.shrinks or sign < 0

    def sum(self, questions: Sequence[Question], chosen: Sequence[int]) -> Sum:
        """What the side adds up to where option `chosen[n]` is the answer to question n.

        A cell that is taken for a dash hides nothing: else a dash would agree with every total.
        """
        whole = _Side(self.known, self.numbers, self.grows, self.shrinks, self.lost)
        for question, place, sign in self.parts:
            value, state = questions[question].options[chosen[question]][place]
            if state != "dash":
                whole.add(value, state, sign)
        return Sum(tidy(whole.known) if whole.numbers else None, whole.grows, whole.shrinks, whole.lost, {})


class _Relation(NamedTuple):
    """An equation that touches cells in doubt."""

    op: str
    left: _Side
    right: _Side
    within_row: bool

    @property
    def touched(self) -> set[int]:
        return {part.question for side in (self.left, self.right) for part in side.parts}

    def status(self, questions: Sequence[Question], chosen: Sequence[int]) -> Status:
        return compare(self.left.sum(questions, chosen), self.op, self.right.sum(questions, chosen))


def decide(held: Held, questions: Sequence[Question]) -> list[Answer]:
    """An answer for each question. Questions that share an equation are decided together."""
    relations = list(_relations(held, questions))
    answers = [Answer(tuple(range(len(question.options))), True, False, False) for question in questions]
    budget = [COMBINATIONS_MAX]
    for group in _groups(len(questions), relations):
        own = [relation for relation in relations if relation.touched & group]
        for question, answer in _Search(questions, sorted(group, key=lambda one: len(questions[one].options)), own, budget).answers():
            answers[question] = answer
    return answers


def statuses(held: Held) -> dict[Key, list[tuple[str, Status]]]:
    """For each cell the equations that touch it: the operator, and whether it holds."""
    figures = _figures(held, ())
    found: dict[Key, list[tuple[str, Status]]] = {}
    for equation in equations(held.table_id):
        relation = _relation(equation, figures, held, {})
        if relation is not None:
            status = relation.status((), ())
            for key in _keys(equation, figures):
                found.setdefault(key, []).append((relation.op, status))
    return found


# ------------------------------------------------------------------------------------------------ equations over the cells of a table


def _figures(held: Held, questions: Iterable[Question]) -> Figures:
    """All cells of the table, those in doubt with a number: their rows are on the page and carry figures."""
    doubted = {place: Value(0, "number") for question in questions for place in question.places}
    return Figures(held.table_id, {**held.cells, **doubted}, held.lost)


def _keys(equation: Equation, figures: Figures) -> Iterator[Key]:
    return (place.key for term in (*equation.left, *equation.right) for place in figures.places(term))


def _relations(held: Held, questions: Sequence[Question]) -> Iterator[_Relation]:
    figures = _figures(held, questions)
    doubted = {place: (number, index) for number, question in enumerate(questions) for index, place in enumerate(question.places)}
    for equation in equations(held.table_id):
        relation = _relation(equation, figures, held, doubted)
        if relation is not None and relation.touched:
            yield relation


def _relation(equation: Equation, figures: Figures, held: Held, doubted: Mapping[Key, tuple[int, int]]) -> _Relation | None:
    """The equation over what is known; None where a cell of it is lost, so that it says nothing."""
    within_row = len({key[0] for key in _keys(equation, figures)}) <= 1
    if held.gaps and not within_row:
        return None
    left, right = (_side(terms, figures, doubted) for terms in (equation.left, equation.right))
    return None if left.lost or right.lost else _Relation(equation.identity.op or "==", left, right, within_row)


def _side(terms: tuple[Term, ...], figures: Figures, doubted: Mapping[Key, tuple[int, int]]) -> _Side:
    """A side of an equation. A row that the page leaves out may be a row that was lost: it hides something, as a blank does."""
    side = _Side()
    for term in terms:
        sign = -1 if term.subtracted else 1
        for key in [place.key for place in figures.places(term)]:
            cell = figures.cells.get(key)
            if key in doubted:
                side.parts.append(_Part(*doubted[key], sign))
            elif cell is not None:
                side.add(cell.value, cell.state, sign)
            elif key[0] in figures.rows or key[0] in figures.lost:
                side.lost = True
            else:
                side.hide(sign)
    return side


def _groups(count: int, relations: Iterable[_Relation]) -> list[set[int]]:
    """Questions that hang together by their equations."""
    groups = [{question} for question in range(count)]
    for relation in relations:
        joined = [group for group in groups if group & relation.touched]
        groups = [group for group in groups if not group & relation.touched] + [set().union(*joined)]
    return groups


# ------------------------------------------------------------------------------------------------ the search


@dataclass(slots=True)
class _Search:
    """All combinations of the options of `order` that contradict no relation, as far as the budget reaches."""

    questions: Sequence[Question]
    order: list[int]
    relations: list[_Relation]
    budget: list[int]
    found: dict[int, set[int]] = field(default_factory=dict)
    sure: set[int] | None = None

    def answers(self) -> Iterator[tuple[int, Answer]]:
        """Each question with its answer."""
        last: dict[int, list[int]] = {}
        for number, relation in enumerate(self.relations):
            last.setdefault(max(self.order.index(question) for question in relation.touched), []).append(number)
        complete = self._try(0, [0] * len(self.questions), last)
        holding = [self.relations[number] for number in self.sure or ()]
        for question in self.order:
            own = [relation for relation in holding if question in relation.touched]
            options = tuple(sorted(self.found.get(question, ())))
            row, column = (any(one.within_row is within for one in own) for within in (True, False))
            yield question, Answer(options, complete, row, column)

    def _try(self, depth: int, chosen: list[int], last: Mapping[int, list[int]]) -> bool:
        """Goes through the options from `depth` on. False where the budget is used up."""
        if depth == len(self.order):
            self._note(chosen)
            return True
        question = self.order[depth]
        for option in range(len(self.questions[question].options)):
            self.budget[0] -= 1
            if self.budget[0] < 0:
                return False
            chosen[question] = option
            agrees = all(self.relations[number].status(self.questions, chosen) != "violated" for number in last.get(depth, ()))
            if agrees and not self._try(depth + 1, chosen, last):
                return False
        return True

    def _note(self, chosen: list[int]) -> None:
        for question in self.order:
            self.found.setdefault(question, set()).add(chosen[question])
        holds = {
            number
            for number, relation in enumerate(self.relations)
            if relation.op == "==" and relation.status(self.questions, chosen) == "holds"
        }
        self.sure = holds if self.sure is None else self.sure & holds
