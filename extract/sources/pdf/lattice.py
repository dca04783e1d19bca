"""Ruled tables: the cells that the drawn lines of a page enclose.

Lines that touch make one table. Its columns and rows are the places of its lines; two neighbours are one cell where no line parts them
(merged cells). Sides that a page break or the style of a table leaves open are closed at its outermost lines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.sources.pdf.frame import Box
from extract.sources.pdf.rules import Rule

_TOUCH = 3.0
_NARROW = 4.0
_OPEN = 8.0
_HANGING = 14.0
_COVERED = 0.5
MAX_PLACES = 20_000
"""Rows times columns of a table. The largest statutory table has 31 times 10."""


@dataclass(frozen=True, slots=True)
class Region:
    """A cell that lines enclose: first row and column, how many of each, and its box."""

    row: int
    column: int
    rows: int
    columns: int
    box: Box


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table: its regions row by row, the places of its columns and rows, the columns that no line closes above and below."""

    regions: tuple[Region, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    taken: Mapping[tuple[int, int], Region]
    open_above: frozenset[int]
    open_below: frozenset[int]

    def at(self, x: float, y: float) -> Region | None:
        """The region at a point of the page; None outside the table. A cell without a floor holds what hangs right below it."""
        column = bisect_right(self.xs, x) - 1
        if column in self.open_below and self.ys[-1] <= y < self.ys[-1] + _HANGING:
            return self.taken.get((len(self.ys) - 2, column))
        return self.taken.get((bisect_right(self.ys, y) - 1, column))

    @property
    def box(self) -> Box:
        """The box of the whole table."""
        return Box(self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])


def lattices(level: Sequence[Rule], upright: Sequence[Rule]) -> list[Lattice]:
    """The ruled tables of a page from top to bottom; one of a single cell may be a frame."""
    found = [_lattice(levels, uprights) for levels, uprights in _touching(level, upright)]
    return sorted((one for one in found if one is not None), key=lambda one: (one.box.y0, one.box.x0))


def _touching(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Lines by the table they belong to."""
    parent = list(range(len(level) + len(upright)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for number, line in enumerate(level):
        for other, post in enumerate(upright, len(level)):
            if _cross(line, post):
                parent[root(number)] = root(other)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate((*level, *upright)):
        groups.setdefault(root(index), ([], []))[index >= len(level)].append(rule)
    yield from groups.values()


def _cross(line: Rule, post: Rule) -> bool:
    return line.start - _TOUCH <= post.at <= line.end + _TOUCH and post.start - _TOUCH <= line.at <= post.end + _TOUCH


def _lattice(level: list[Rule], upright: list[Rule]) -> Lattice | None:
    if not level or not upright:
        return None
    xs = _places(upright, level)
    ys = _places(level, upright)
    if len(xs) < 2 or len(ys) < 2 or len(xs) * len(ys) > MAX_PLACES:
        return None
    walls = _walls(upright, xs, ys)
    floors = _walls(level, ys, xs)
    taken = _regions(walls, floors, xs, ys)
    regions = tuple(dict.fromkeys(taken.values()))
    return Lattice(regions, xs, ys, taken, _unclosed(floors[0]), _unclosed(floors[-1]))


def _unclosed(sides: Sequence[bool]) -> frozenset[int]:
    return frozenset(column for column, is_closed in enumerate(sides) if not is_closed)


def _places(rules: list[Rule], across: list[Rule]) -> tuple[float, ...]:
    """Where lines of one direction stand; with the ends of those across them where two of these end together beyond (open sides)."""
    ats = [rule.at for rule in rules]
    for ends, beyond in (([rule.start for rule in across], min), ([rule.end for rule in across], max)):
        outermost = beyond(ends)
        together = [end for end in ends if abs(end - outermost) <= _TOUCH]
        if len(together) > 1 and all(abs(outermost - rule.at) > _OPEN for rule in rules):
            ats.append(outermost)
    ats.sort()
    places = [ats[0]]
    for at in ats[1:]:
        if at - places[-1] > _NARROW:
            places.append(at)
    return tuple(places)


def _walls(rules: Iterable[Rule], places: Sequence[float], across: Sequence[float]) -> list[list[bool]]:
    """For each place, whether a line stands there along each step of the other direction."""
    walls = [[0.0] * (len(across) - 1) for _ in places]
    for rule in rules:
        number = min(range(len(places)), key=lambda index: abs(places[index] - rule.at))
        for step, (start, end) in enumerate(pairwise(across)):
            if (covered := min(rule.end, end) - max(rule.start, start)) > 0:
                walls[number][step] += covered / (end - start)
    return [[share >= _COVERED for share in row] for row in walls]


def _regions(walls: list[list[bool]], floors: list[list[bool]], xs: Sequence[float], ys: Sequence[float]) -> dict[tuple[int, int], Region]:
    """The cell at each row and column: the largest rectangle that no line parts from each free place on, row by row."""
    taken: dict[tuple[int, int], Region] = {}
    rows, columns = len(ys) - 1, len(xs) - 1
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            width = 1
            while column + width < columns and not walls[column + width][row] and (row, column + width) not in taken:
                width += 1
            height = 1
            while row + height < rows and _is_open(walls, floors, row + height, column, width):
                height += 1
            region = Region(row, column, height, width, Box(xs[column], ys[row], xs[column + width], ys[row + height]))
            taken.update(dict.fromkeys(((row + down, column + right) for down in range(height) for right in range(width)), region))
    return taken


def _is_open(walls: list[list[bool]], floors: list[list[bool]], row: int, column: int, width: int) -> bool:
    """Whether nothing parts the places of a row from those above, nor from each other."""
    if any(floors[row][column + step] for step in range(width)):
        return False
    return not any(walls[column + step][row] for step in range(1, width))
