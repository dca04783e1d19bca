"""Counted phrases of a paragraph in printed order, for the rules that recompute what prose says about itself."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from extract.model import Number, Quantity, Section, Status
from extract.normalize import Folded
from extract.numbers import COUNTERS, MONEY, SCALES, scaled

_UNITS = "|".join(
    sorted(
        (re.escape(unit) for unit in (*COUNTERS, *MONEY) if unit not in {"%", "‰", "日", "月", "天", "字", "本", "间"}),
        key=len,
        reverse=True,
    )
)
COUNT = rf"(?P<num>\d[\d,]*(?:\.\d+)?)(?P<mid>余|多)?(?P<scale>[百千万亿]{{1,2}}(?!元))?(?P<after>余|多|几)?(?P<unit>{_UNITS})"
_COUNT = re.compile(rf"(?<![\d.第〔\[]){COUNT}")
_BASE = re.compile(r"(?:上一?年|去年|前年|往年|同期|\d{4}年)(?:度|同期)?[的(]?$")
_APPROXIMATE = re.compile(r"(?:近|约|超|超过|逾|不到|不足|突破|至少)$")
_RECOMPUTABLE = ("%", "％", "其中")
_BRACKET = re.compile(r"[()]")
_END = re.compile("。")
_LONGEST = 20_000
LOOKBACK = 600
"""So many characters in front of a share, a breakdown or a change a total is looked for."""


class Count(NamedTuple):
    """A count in a folded paragraph. `slack` is half of its last printed place; `exact` is False beside 余, 近 and the like.

    `base`: the number of another year that something is compared with. `bracketed`: it stands inside brackets.
    """

    value: Number
    unit: str
    start: int
    end: int
    slack: float
    exact: bool
    base: bool
    bracketed: bool


class Passage:
    """A paragraph as patterns read it, with its counts; `section` and `offset` say where it stands."""

    __slots__ = ("_previous", "_sentences", "counts", "folded", "offset", "section")

    def __init__(self, section: Section, offset: int, line: str, previous: str) -> None:
        self.section, self.offset, self._previous = section, offset, previous
        self.folded = Folded(line)
        self.counts = tuple(counts(self.folded.text))
        self._sentences = [0, *(match.end() for match in _END.finditer(self.folded.text))]

    def before(self) -> tuple[Count, ...]:
        """The counts of the paragraph before this one in the same section."""
        return tuple(counts(Folded(self._previous[-_LONGEST:]).text))

    def sentence_start(self, index: int) -> int:
        """Where the sentence begins that holds `index`."""
        return self._sentences[bisect_right(self._sentences, index) - 1]

    def within(self, start: int, stop: int) -> tuple[Count, ...]:
        """The counts that begin in that stretch."""
        return self.counts[bisect_left(self.counts, start, key=_start) : bisect_left(self.counts, stop, key=_start)]

    def phrase(self, start: int, end: int) -> str:
        """The print of that stretch."""
        return self.folded.cut(start, end)

    def metric(self, start: int, end: int, quantities: Iterable[Quantity]) -> str:
        """The metric that claims a number inside that stretch, "" where none does."""
        first, last = self.offset + self.folded.start(start), self.offset + self.folded.end(end)
        position = self.section.position
        inside = (one for one in quantities if one.section_position == position and one.start < last and one.end > first)
        return next((one.metric for one in inside if one.metric), "")


def passages(sections: Iterable[Section]) -> Iterator[Passage]:
    """The paragraphs of top-level sections that print a share or a breakdown. Longer lines than any paragraph are left alone."""
    for section in sections:
        offset, previous = 0, ""
        for line in (section.text or "").split("\n"):
            if len(line) <= _LONGEST and any(mark in line for mark in _RECOMPUTABLE):
                yield Passage(section, offset, line, previous)
            offset, previous = offset + len(line) + 1, line or previous


def _start(count: Count) -> int:
    return count.start


def counts(text: str) -> Iterator[Count]:
    """The counts of a folded paragraph. Numbers in characters are left to the metrics: too many of them count nothing."""
    brackets = [match.start() for match in _BRACKET.finditer(text)]
    for match in _COUNT.finditer(text):
        start = match.start()
        head = text[max(0, start - 12) : start]
        exact = not (match["mid"] or match["after"] or _APPROXIMATE.search(head))
        nearest = bisect_left(brackets, start) - 1
        bracketed = nearest >= 0 and text[brackets[nearest]] == "("
        value = scaled(match["num"], match["scale"])
        yield Count(value, match["unit"], start, match.end(), _slack(match), exact, bool(_BASE.search(head)), bracketed)


def _slack(match: re.Match[str]) -> float:
    """Half of the last printed place where a scale or decimals leave something open (25.78万), else 0: 515 is 515."""
    decimals = len(match["num"].partition(".")[2])
    scale = 1
    for char in match["scale"] or "":
        scale *= SCALES[char]
    return 0.5 * scale * 10.0**-decimals if decimals or scale > 1 else 0.0


def half_of_last_place(printed: str) -> float:
    """Half of the last printed decimal: what rounding to it leaves open."""
    return 0.5 * 10.0 ** -len(printed.partition(".")[2]) + 1e-9


def status_of(holds: bool) -> Status:
    """The status of a check that could be made."""
    return "holds" if holds else "violated"


def shares_fit(part: Count, total: Number, slack: float, percent: str) -> bool:
    """Whether part/total is `percent`, rounded half up to the decimals printed."""
    half = half_of_last_place(percent)
    if total - slack <= 0:
        return False
    low, high = 100 * (part.value - part.slack) / (total + slack), 100 * (part.value + part.slack) / (total - slack)
    return low <= float(percent) + half and high >= float(percent) - half
