"""Texts as a page shows them: numbers as links, two texts side by side with what differs marked."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

LONGEST_COMPARED = 4000  # characters of a paragraph that is compared character by character; difflib takes the square of it
MOST_PARAGRAPHS = 400  # of two texts that are aligned; longer ones are paired one by one


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `quantity` is the number it is the phrase of, None for the text between."""

    text: str
    quantity: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a paragraph; `differs` where the other text says something else."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """Two paragraphs side by side; one is empty where the other text has none."""

    left: tuple[Run, ...]
    right: tuple[Run, ...]
    differs: bool


def pieces(text: str, quantities: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    """A text cut at the phrases of its numbers. Of phrases that overlap the first is kept: a link within a link is none."""
    return tuple(_pieces(text, quantities))


def _pieces(text: str, quantities: Iterable[Mapping[str, Any]]) -> Iterator[Piece]:
    done = 0
    for quantity in quantities:
        start, end = quantity["start_offset"], quantity["end_offset"]
        if start is None or end is None or not done <= start < end <= len(text):
            continue
        if start > done:
            yield Piece(text[done:start])
        yield Piece(text[start:end], quantity)
        done = end
    if done < len(text):
        yield Piece(text[done:])


def beside(text: str, original: str | None) -> tuple[Pair, ...]:
    """A text and what was served; () where nothing was repaired."""
    return compared(text, original) if original is not None and original != text else ()


def compared(left: str, right: str) -> tuple[Pair, ...]:
    """Two texts paragraph by paragraph."""
    one, other = left.split("\n"), right.split("\n")
    if len(one) == len(other) or max(len(one), len(other)) > MOST_PARAGRAPHS:
        return tuple(_pair(*both) for both in zip_longest(one, other, fillvalue=""))
    matched: list[Pair] = []
    for _, start, end, other_start, other_end in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        matched += [_pair(*both) for both in zip_longest(one[start:end], other[other_start:other_end], fillvalue="")]
    return tuple(matched)


def _pair(left: str, right: str) -> Pair:
    if left == right:
        return Pair((Run(left),), (Run(right),), differs=False)
    if len(left) == len(right):
        changed = [one != other for one, other in zip(left, right, strict=True)]
        return Pair(_runs(left, changed), _runs(right, changed), differs=True)
    if max(len(left), len(right)) > LONGEST_COMPARED:
        return Pair((Run(left, differs=True),), (Run(right, differs=True),), differs=True)
    return _aligned(left, right)


def _runs(text: str, changed: Sequence[bool]) -> tuple[Run, ...]:
    """The text in runs of characters that are the same, or are not."""
    runs, start = [], 0
    for place in range(1, len(text) + 1):
        if place == len(text) or changed[place] != changed[start]:
            runs.append(Run(text[start:place], changed[start]))
            start = place
    return tuple(runs)


def _aligned(left: str, right: str) -> Pair:
    runs: tuple[list[Run], list[Run]] = ([], [])
    for tag, start, end, other_start, other_end in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for side, piece in zip(runs, (left[start:end], right[other_start:other_end]), strict=True):
            if piece:
                side.append(Run(piece, tag != "equal"))
    return Pair(tuple(runs[0]), tuple(runs[1]), differs=True)
