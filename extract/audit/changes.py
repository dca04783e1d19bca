"""`text_yoy_change`: 比上年N件下降P% recomputes from the two counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extract.audit.counts import COUNT, LOOKBACK, Count, Passage, counts, half_of_last_place
from extract.data import Identity
from extract.model import Finding, Number, Quantity, Status

_DOWN = "下降|减少|降低|回落|下滑|降幅"
_UP = "增长|增加|上升|提高|提升|增幅"
_YEAR = r"(?:上一?年|去年|前一年|\d{4}年)(?:度|同期)?"
_FROM = re.compile(
    rf"[比较]{_YEAR}的?\(?(?P<count>{COUNT})\)?[,、]?(?:同比|相比)?(?:(?P<down>{_DOWN})|{_UP})了?(?:约|为|达)?(?P<percent>\d+(?:\.\d+)?)%"
)
_BY = re.compile(
    rf"(?:[比较]{_YEAR}|同比)[^,;。%\d]{{0,6}}?(?:(?P<down>{_DOWN})|{_UP})了?(?P<count>{COUNT})"
    rf"[,、(](?:同比)?(?:{_DOWN}|{_UP})(?:率|比例|幅度)?(?:为|达|约|了)*(?P<percent>\d+(?:\.\d+)?)%"
)


class Change(NamedTuple):
    """A printed change: between which offsets, how much, which way, and the count of the year before, or the difference to it."""

    start: int
    end: int
    percent: str
    down: bool
    other: Count
    difference: bool


def check(identity: Identity, passages: Iterable[Passage], quantities: Sequence[Quantity]) -> Iterator[Finding]:
    """A finding for every change in percent that is printed with the count of the year before, or with the difference."""
    for passage in passages:
        for change in _changes(passage):
            if now := _now(passage, change):
                yield _judge(identity, passage, change, now, quantities)


def _changes(passage: Passage) -> Iterator[Change]:
    for pattern in (_FROM, _BY):
        for match in pattern.finditer(passage.folded.text):
            count = next(counts(match["count"]))
            yield Change(match.start(), match.end(), match["percent"], match["down"] is not None, count, pattern is _BY)


def _now(passage: Passage, change: Change) -> list[Count]:
    """What may be this year's count, nearest first: those of the same unit in front of the change, in its sentence."""
    here = [
        one
        for one in passage.within(max(change.start - LOOKBACK, passage.sentence_start(change.start)), change.start)
        if one.unit == change.other.unit
    ]
    return [one for one in reversed(here) if one.exact and not one.base]


def _judge(identity: Identity, passage: Passage, change: Change, now: list[Count], quantities: Sequence[Quantity]) -> Finding:
    """One count that fits is enough: 收到 and 答复 may both stand in front of the change."""
    recomputed = [(value, count) for count in now if (value := _recompute(change, count.value)) is not None]
    printed = -float(change.percent) if change.down else float(change.percent)
    half = half_of_last_place(change.percent)
    fitting = [(value, count) for value, count in recomputed if abs(value - printed) <= half]
    status: Status = "holds" if fitting else "violated" if recomputed and change.other.exact else "not_assessable"
    value, count = (fitting or recomputed or [(0.0, now[0])])[0]
    evidence = {"phrase": passage.phrase(count.start, change.end), "now": count.value, "before": _before(change, count.value)}
    subject = passage.metric(change.start, change.end, quantities)
    return Finding(identity.id, subject, status, identity.basis, printed, round(value, 2) if recomputed else None, evidence)


def _before(change: Change, now: Number) -> Number:
    if not change.difference:
        return change.other.value
    return now + change.other.value if change.down else now - change.other.value


def _recompute(change: Change, now: Number) -> float | None:
    """The change in percent, negative for less; None where the year before had nothing to compare with."""
    before = _before(change, now)
    return 100 * (now - before) / before if before > 0 else None
