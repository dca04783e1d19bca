"""`text_percentages`: a share printed beside a count is count/total to the printed decimals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extract.audit.counts import LOOKBACK, Count, Passage, shares_fit, status_of
from extract.data import Identity
from extract.model import Finding, Number, Quantity

_SHARE = re.compile(
    r"""
      [,、;(]*(?:约|分别)?占(?:比)?(?P<of>[^,;。%\d占]{0,14}?)(?:的|为|达|约)*(?P<share>\d+(?:\.\d+)?)%
    | \((?P<bare>\d+(?:\.\d+)?)%\)
    | [,、(](?P<what>[^,;。%\d]{0,8}?)率(?:为|达到|达|约)*(?P<rate>\d+(?:\.\d+)?)%
    """,
    re.VERBOSE,
)
_NEAR = 16
"""So many characters between the total and its first part leave room for no other subject."""

_CANDIDATES = 12
"""So many counts in front of a list are tried as its total."""

_CLAUSE, _CLAUSE_LENGTH = re.compile("[,;。:、]"), 80
_NOT_A_RANGE = re.compile(r"(?![-—~至]\d)")
_OF_THE_SAME = re.compile(r"^(?!.*全[国省市县区州])(?:.*(?:总|全部|所有|申请|收到|受理|答复|办理|其)|$)")


class Item(NamedTuple):
    """A count with the share printed behind it. `rate`: it is a rate of what the count says was done (办结515件,办结率91.3%).

    `named` where the print leaves no doubt what the share is of.
    """

    part: Count
    percent: str
    end: int
    rate: bool
    named: bool


def check(identity: Identity, passages: Iterable[Passage], quantities: Sequence[Quantity]) -> Iterator[Finding]:
    """A finding for every share whose total is known: the count before the list that most of its shares fit."""
    for passage in passages:
        for chain in _chains(passage):
            if total := _total(passage, chain):
                for item in chain:
                    whole = _own_total(passage, chain, item, total)
                    if item.part.exact and (item.named or _fits(item, whole)):
                        yield _finding(identity, passage, item, whole, quantities)


def _finding(identity: Identity, passage: Passage, item: Item, total: Count, quantities: Sequence[Quantity]) -> Finding:
    status = status_of(_fits(item, total))
    recomputed = round(100 * item.part.value / total.value, len(item.percent.partition(".")[2]) + 1)
    evidence = {"phrase": passage.phrase(item.part.start, item.end), "count": item.part.value, "total": total.value}
    subject = passage.metric(item.part.start, item.end, quantities)
    return Finding(identity.id, subject, status, identity.basis, _number(item.percent), recomputed, evidence)


def _fits(item: Item, total: Count) -> bool:
    return shares_fit(item.part, total.value, total.slack, item.percent)


def _own_total(passage: Passage, chain: list[Item], item: Item, total: Count) -> Count:
    """不予公开20件,占17%,其中国家秘密10件,占50%: a share inside the list may be one of another of its parts."""
    if _fits(item, total):
        return total
    text = passage.folded.text
    outer = (one.part for one in chain if one.part.start < item.part.start and "其中" in text[one.end : item.part.start])
    return next((one for one in outer if one.value >= item.part.value and _fits(item, one)), total)


def _number(printed: str) -> Number:
    return float(printed) if "." in printed else int(printed)


def _chains(passage: Passage) -> Iterator[list[Item]]:
    """Shares in a row: those of one sentence belong to one total. A rate (办结率) has a total of its own."""
    chain: list[Item] = []
    for item in _items(passage):
        if chain and (item.rate or chain[0].rate or passage.sentence_start(item.part.start) > chain[-1].part.start):
            yield chain
            chain = []
        chain.append(item)
    if chain:
        yield chain


def _items(passage: Passage) -> Iterator[Item]:
    text = passage.folded.text
    for count in passage.counts:
        match = _SHARE.match(text, count.end)
        if match and _NOT_A_RANGE.match(text, match.end()) and (match["what"] is None or _same_verb(passage, count, match["what"])):
            percent = match["share"] or match["bare"] or match["rate"]
            rate = match["what"] is not None
            yield Item(count, percent, match.end(), rate, rate or bool(_OF_THE_SAME.search(match["of"] or "")))


def _same_verb(passage: Passage, count: Count, verb: str) -> bool:
    """办结515件,办结率: the count is the part. 受理350178件,办结率: it is the whole."""
    text = passage.folded.text
    return bool(verb) and verb in _CLAUSE.split(text[max(0, count.start - _CLAUSE_LENGTH) : count.start])[-1]


def _total(passage: Passage, chain: list[Item]) -> Count | None:
    """The nearest count that most shares of the chain fit; else, where the print names it (其中), the nearest; else None.

    Counts of the paragraph before stand in where the list opens its own paragraph (全部申请办件中:...).
    """
    largest = max(item.part.value for item in chain)
    parts = {item.part.start for item in chain}
    first = chain[0].part.start
    stretch = passage.within(max(first - LOOKBACK, passage.sentence_start(first) if chain[0].rate else 0), first)
    here = [one for one in stretch if one.start not in parts]
    earlier = () if here or chain[0].rate else passage.before()
    nearest_first = [one for one in (*earlier, *here)[-_CANDIDATES:][::-1] if one.value >= max(largest, 1) and not one.base]
    if not nearest_first:
        return None
    best = max(nearest_first, key=lambda one: sum(_fits(item, one) for item in chain))
    fitting = sum(_fits(item, best) for item in chain)
    if 2 * fitting >= len(chain):
        return best
    return _named_total(passage, chain, here)


def _named_total(passage: Passage, chain: list[Item], here: list[Count]) -> Count | None:
    """收到100件,其中网上60件,占65%: no share fits, but what they are shares of is beyond doubt."""
    last = next((one for one in reversed(here) if not one.bracketed), None)
    if last is None or last.base or not last.exact or last.value < max(item.part.value for item in chain):
        return None
    between = passage.folded.text[last.end : chain[0].part.start]
    near = "其中" in between or not any(mark in between for mark in "。;")
    return last if near and len(between) <= _NEAR and all(item.named for item in chain) else None
