"""`text_category_sum`: a breakdown (其中: ...) that ends in 其他 adds up to the total it breaks down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from extract.audit.counts import LOOKBACK, Count, Passage, status_of
from extract.data import Identity
from extract.equations import tidy
from extract.model import Finding, Quantity

_OF_WHICH = re.compile("其中")
_REST = re.compile("其[他它]")
_LABEL = 24
"""The words in front of a count that can name what it counts."""


def check(identity: Identity, passages: Iterable[Passage], quantities: Sequence[Quantity]) -> Iterator[Finding]:
    """A finding for every breakdown that adds up, and for every one that names the rest (其他) and does not."""
    for passage in passages:
        for match in _OF_WHICH.finditer(passage.folded.text):
            total = _total(passage, match.start())
            if total and (parts := _parts(passage, match.end(), total)):
                yield from _judge(identity, passage, total, parts, quantities)


def _total(passage: Passage, at: int) -> Count | None:
    """The last count in front of 其中 that is the year's own, in this sentence or, where 其中 opens one, in the sentence before."""
    first = passage.sentence_start(at if passage.sentence_start(at) < at - 1 else max(0, at - 2))
    here = [one for one in passage.within(max(first, at - LOOKBACK), at) if not one.base and not one.bracketed]
    return here[-1] if here and here[-1].exact else None


def _parts(passage: Passage, start: int, total: Count) -> list[list[Count]]:
    """The counts behind 其中 in the unit of the total, up to the end of the sentence, in groups parted by semicolons."""
    text = passage.folded.text
    stop = min((index for mark in ("。", "其中") if (index := text.find(mark, start)) >= 0), default=len(text))
    groups: list[list[Count]] = [[]]
    last = start
    for count in passage.within(start, stop):
        if count.unit == total.unit and not count.base and not count.bracketed:
            if ";" in text[last : count.start]:
                groups.append([])
            groups[-1].append(count)
            last = count.end
    return [group for group in groups if group]


def _judge(
    identity: Identity, passage: Passage, total: Count, groups: list[list[Count]], quantities: Sequence[Quantity]
) -> Iterator[Finding]:
    whole = [count for group in groups for count in group]
    adding_up = [group for group in (whole, *groups) if len(group) > 1 and _sum(group) == total.value]
    for group in adding_up[:1] if whole in adding_up else adding_up:
        yield _finding(identity, passage, total, group, quantities)
    if not adding_up and (named := _names_the_rest(passage, groups)):
        yield _finding(identity, passage, total, named, quantities)


def _names_the_rest(passage: Passage, groups: list[list[Count]]) -> list[Count] | None:
    """The breakdown that claims to be whole: a list whose last part is 其他. None where a part is no exact number."""
    group = groups[0] if len(groups) == 1 else [count for group in groups for count in group] if _uniform(groups) else groups[0]
    label = passage.folded.text[max(group[-2].end, group[-1].start - _LABEL) : group[-1].start] if len(group) > 1 else ""
    return group if _REST.search(label) and all(count.exact for count in group) else None


def _uniform(groups: list[list[Count]]) -> bool:
    """Every part behind a semicolon of its own: one list, not several."""
    return all(len(group) == 1 for group in groups)


def _sum(group: Iterable[Count]) -> float:
    return tidy(sum(count.value for count in group))


def _finding(identity: Identity, passage: Passage, total: Count, group: list[Count], quantities: Sequence[Quantity]) -> Finding:
    parts, start, end = _sum(group), total.start, group[-1].end
    evidence = {"phrase": passage.phrase(start, end), "parts": [count.value for count in group], "total": total.value}
    status = status_of(parts == total.value)
    return Finding(identity.id, passage.metric(start, total.end, quantities), status, identity.basis, parts, total.value, evidence)
