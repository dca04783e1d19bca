"""Readings of a damaged row that its own sums allow: run-together digits and lost gaps.

A sum shows which reading is right, it never changes a number: a row is restored only where one reading alone adds up, and the caller
marks what was restored (ARCHITECTURE.md, "What this material forces", no. 5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

DIGITS_MAX = 40
"""Digits of a row that is taken apart; 15 numbers of a county have fewer than 30."""
STEPS_MAX = 50_000


def split(texts: Sequence[str], shape: Sequence[int]) -> list[str] | None:
    """Run-together digits cut into numbers, in groups of `shape` numbers whose last is the sum of the others; None if not exactly one way.

    The borders between `texts` stay borders, and no number begins with a 0 but 0 itself.
    """
    if not texts or not all(text.isascii() and text.isdecimal() for text in texts) or sum(map(len, texts)) > DIGITS_MAX:
        return None
    if len(texts) >= sum(shape):
        return None
    found: list[list[str]] = []
    budget = [STEPS_MAX]
    for reading in _split("\0".join(texts), 0, tuple(shape), [], budget):
        found.append(reading)
        if len(found) > 1:
            return None
    return found[0] if found and budget[0] > 0 else None


def _split(digits: str, start: int, shape: tuple[int, ...], taken: list[str], budget: list[int]) -> Iterator[list[str]]:
    """All readings of `digits` from `start` on; `shape` is what is left, its first group counting from the end of `taken`."""
    if not shape:
        if start == len(digits):
            yield list(taken)
        return
    size = shape[0]
    done = len(taken) - _before(taken, shape, size)
    for end in _ends(digits, start):
        budget[0] -= 1
        if budget[0] <= 0:
            return
        number = digits[start:end]
        after = end + (digits[end : end + 1] == "\0")
        rest = shape
        if done + 1 == size:
            if int(number) != sum(map(int, taken[len(taken) - done :])):
                continue
            rest = shape[1:]
        yield from _split(digits, after, rest, [*taken, number], budget)


def _before(taken: list[str], shape: tuple[int, ...], size: int) -> int:
    """Numbers of the groups that are complete: groups of a form have one size."""
    return len(taken) // size * size if shape else len(taken)


def _ends(digits: str, start: int) -> Iterator[int]:
    """Where a number that begins at `start` may end."""
    border = digits.find("\0", start)
    limit = len(digits) if border < 0 else border
    if start >= limit:
        return
    if digits[start] == "0":
        yield start + 1
        return
    yield from range(start + 1, limit + 1)


def fill(values: Sequence[float], count: int, bounds: Sequence[float | None]) -> list[int] | None:
    """The columns of `values` in a row of `count` whose last is the sum of the others; all other cells are blank there.

    `bounds` are the most that each column can hold (None: not known). None where the sum fails, or more than one placing is possible.
    """
    if not 2 <= len(values) < count or values[-1] != sum(values[:-1]):
        return None
    parts = list(values[:-1])
    fitting = [
        columns
        for columns in combinations(range(count - 1), len(parts))
        if all((bound := bounds[column]) is None or value <= bound for column, value in zip(columns, parts, strict=True))
    ]
    return [*fitting[0], count - 1] if len(fitting) == 1 else None
