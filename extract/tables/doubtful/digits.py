"""Ways to read a damaged row that its own sums allow: run-together digits and lost gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, islice

DIGITS_MAX = 40
"""Digits of a row that is taken apart; 15 numbers of a county have fewer than 30."""
STEPS_MAX = 50_000
WAYS_MAX = 400
"""Ways of one row; a row with more says too little to be read."""


def splits(texts: Sequence[str], shape: Sequence[int]) -> list[list[str]] | None:
    """The ways to cut run-together digits into numbers, in groups of `shape` numbers whose last is the sum of the others.

    The borders between `texts` stay borders, and no number begins with a 0 but 0 itself. None where there are too many ways to try.
    """
    if not texts or not all(text.isascii() and text.isdecimal() for text in texts) or len(texts) >= sum(shape):
        return []
    if sum(map(len, texts)) > DIGITS_MAX:
        return None
    budget = [STEPS_MAX]
    found = list(islice(_split("\0".join(texts), 0, tuple(shape), [], budget), WAYS_MAX + 1))
    return found if budget[0] > 0 and len(found) <= WAYS_MAX else None


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


def fills(values: Sequence[float], count: int) -> list[tuple[int, ...]]:
    """The columns in which `values` may stand in a row of `count` whose last is the sum of the others, all other cells being blank."""
    if not 2 <= len(values) < count or values[-1] != sum(values[:-1]):
        return []
    return [(*columns, count - 1) for columns in combinations(range(count - 1), len(values) - 1)]
