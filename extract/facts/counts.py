"""The numbers of prose that count something: a value with a unit, in digits or in characters (DOMAIN.md section 9).

A count is found once, by one pass over the text. In the text that patterns search (`Marked`) it is one sign, so that a pattern sees
neither digits nor dates, and no pattern reads a number twice.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from extract.data import sections
from extract.numbers import chinese_number, scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.model import Number

SIGN, ZERO, RANGED = "№", "㍘", "㏕"
"""A count in marked text, one that is a printed zero, a bound of a range, which no pattern takes. NFKC leaves none of them in a text."""

SIGNS = SIGN + ZERO + RANGED

MOST = 2000
"""A section with more counts than this is no prose; the rest of it is not read."""

_CN = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
_NO_COUNT_BEHIND = frozenset("第〔[【×xX*/+.∶·“\"'‘%°#")
_ONE_BEHIND = frozenset("生理到有共计办开织展为请案讼议训会布行了件")
"""一 counts behind a verb or a noun (发生一起, 会议一次); elsewhere it is part of a word (一起, 一批, 一个)."""
_WORDS = frozenset({"队伍", "入伍", "退伍", "大陆", "收拾"})
"""They end like a numeral."""
_BARE, _MONEY = frozenset("百千万"), frozenset({"万", "亿"})
_SOME, _APPROXIMATELY = frozenset("数几成若"), frozenset("近超逾约上")
_BEFORE_BOUND = frozenset("-—–~至到\n")
_RANGE = re.compile(r"(?<![\d.])(\d{1,9}(?:\.\d{1,4})?)[-—–~至到]{1,2}$")
_BETWEEN = re.compile(r"[-—–~至到]{1,2}")


class Count(NamedTuple):
    """A counted number. `start` to `end` is the number with its markers, `unit_end` lies behind the unit and a marker behind that.

    `spelled`: in characters. `ranged`: a bound of a range (30%-50%), which no metric may take.
    """

    start: int
    end: int
    unit_end: int
    value: Number
    unit: str
    approx: str | None = None
    spelled: bool = False
    ranged: bool = False


class _Grammar(NamedTuple):
    run: re.Pattern[str]
    number: re.Pattern[str]
    before: tuple[str, ...]
    before_a_count: frozenset[str]
    not_before: tuple[str, ...]
    behind: tuple[str, ...]
    not_unit: dict[str, str]
    not_counted: tuple[str, ...]
    first_of_not_counted: frozenset[str]
    names: tuple[str, ...]
    first_of_names: frozenset[str]


@cache
def _grammar() -> _Grammar:
    data = sections()
    numerals = data.numerals
    units = "|".join(map(re.escape, sorted(data.units, key=len, reverse=True)))
    first = "".join({unit[0] for unit in data.units})
    return _Grammar(
        re.compile(
            rf"[0-9{_CN}](?:(?<=[0-9])[0-9,.]{{0,20}}+(?=[余多几来百千万亿大{first}])|(?<=[{_CN}])[{_CN}]{{0,11}}+(?=[余多几来大{first}]))"
        ),
        re.compile(rf"{numerals.macro_n}(?:大(?=类))?(?P<unit>{units})"),
        tuple(sorted(numerals.approx_before, key=len, reverse=True)),
        frozenset(marker[-1] for marker in (*numerals.approx_before, "上")),
        numerals.approx_not,
        tuple(marker for marker in numerals.approx_after if len(marker) > 1),
        dict(numerals.unit_not_before),
        numerals.not_counted_before,
        frozenset(word[0] for word in numerals.not_counted_before),
        numerals.names,
        frozenset(name[0] for name in numerals.names),
    )


def scan(text: str) -> list[Count]:
    """The counts of folded `text` in order, at most `MOST`. What is never a quantity (sections.yaml) is not among them."""
    found: list[Count] = []
    position, grammar = 0, _grammar()
    while len(found) < MOST and (run := grammar.run.search(text, position)):
        count = _count(text, run.start(), grammar) or _behind_comma(text, run, grammar)
        position = max(run.end(), count.unit_end if count else 0)
        if count:
            found.extend(_bounds(text, count))
    return _joined_ranges(text, found)


def _behind_comma(text: str, run: re.Match[str], grammar: _Grammar) -> Count | None:
    """5,12件 is no number of its own: the comma parts two."""
    comma = text.rfind(",", run.start(), run.end())
    return _count(text, comma + 1, grammar) if 0 <= comma < run.end() - 1 else None


def _count(text: str, start: int, grammar: _Grammar) -> Count | None:
    match = grammar.number.match(text, start)
    if not match or _is_no_count(text, match, grammar):
        return None
    value, unit = _value(match)
    if value is None:
        return None
    spelled = not match["num"][0].isdecimal()
    if spelled and not _counts_in_words(text, match, value):
        return None
    marker = _marker_before(text, start, grammar)
    end = match.end()
    behind = next(word for word in grammar.behind if text.startswith(word, end)) if text.startswith(grammar.behind, end) else None
    approx = match["mid"] or match["after"] or behind or marker
    return Count(
        start - len(marker or ""),
        match.start("unit"),
        end + len(behind or ""),
        value,
        unit,
        approx,
        spelled,
    )


def _is_no_count(text: str, match: re.Match[str], grammar: _Grammar) -> bool:
    start, unit = match.start(), match.start("unit")
    before = text[start - 1] if start else ""
    if before in _NO_COUNT_BEHIND or (before.isascii() and before.isalpha()):
        return True
    if start and text[start - 1 : start + 1] in _WORDS:
        return True
    following = text[match.end() : match.end() + 1]
    if following and following in grammar.not_unit.get(match["unit"], ""):
        return True
    if text[unit] in grammar.first_of_not_counted and text.startswith(grammar.not_counted, unit):
        return True
    return text[start] in grammar.first_of_names and text.startswith(grammar.names, start)


def _value(match: re.Match[str]) -> tuple[Number | None, str]:
    """Value and unit. 1.2万余元 is 1.2 in 万元 like 1.2万元; 3亿5000万元 is in 元, for it is in neither 亿元 nor 万元."""
    number, scale, unit = match["num"].replace(",", ""), match["scale"] or "", match["unit"].removeprefix("个") or "个"
    if not scale and number.isdecimal():
        return int(number), unit
    mixed = any(char.isdecimal() for char in scale)
    if unit == "元" and scale in _MONEY:
        scale, unit = "", scale + unit
    elif mixed and unit.endswith("元"):
        scale, unit = scale + unit[:-1], "元"
    if mixed or not number[0].isdecimal():
        return chinese_number(("一" if number[0] in _BARE else "") + number + scale), unit
    return scaled(number, scale), unit


def _counts_in_words(text: str, match: re.Match[str], value: Number) -> bool:
    """A numeral in characters counts, unless it is a bare scale (千家万户) or a 一 that belongs to a word."""
    number, before = match["num"], text[match.start() - 1 : match.start()]
    if number[0] in "零〇" or "几" in (match["mid"], match["after"]):
        return False
    if before in _SOME:
        return False
    if number in _BARE:
        return bool(match["mid"] or match["after"]) or before in _APPROXIMATELY
    return value != 1 or before in _ONE_BEHIND


def _marker_before(text: str, start: int, grammar: _Grammar) -> str | None:
    if text[start - 1 : start] not in grammar.before_a_count:
        return None
    head = text[max(0, start - 4) : start]
    if head.endswith("上") and text[start] in _BARE:
        return "上"
    if not head.endswith(grammar.before) or head.endswith(grammar.not_before):
        return None
    return next(marker for marker in grammar.before if head.endswith(marker))


# ------------------------------------------------------------------------------------------------ ranges


def _bounds(text: str, count: Count) -> tuple[Count, ...]:
    """5-10件 gives both bounds; a lone lower bound has no unit of its own."""
    if count.spelled or text[count.start - 1 : count.start] not in _BEFORE_BOUND:
        return (count,)
    match = _RANGE.search(text, max(0, count.start - 16), count.start)
    if not match or float(match[1]) >= count.value:
        return (count,)
    low = Count(match.start(1), match.end(1), count.unit_end, scaled(match[1], ""), count.unit, ranged=True)
    return low, count._replace(ranged=True)


def _joined_ranges(text: str, counts: list[Count]) -> list[Count]:
    """30%-50%: two counts with nothing but a dash between them."""
    ranged = set()
    for index, (left, right) in enumerate(pairwise(counts)):
        near = left.unit_end < right.start <= left.unit_end + 2 and left.unit == right.unit
        if near and _BETWEEN.fullmatch(text, left.unit_end, right.start):
            ranged |= {index, index + 1}
    if not ranged:
        return counts
    return [one._replace(ranged=True) if index in ranged else one for index, one in enumerate(counts)]


# ------------------------------------------------------------------------------------------------ marked text


class Marked:
    """Folded text in which every count is one sign; its unit stands behind the sign as printed."""

    __slots__ = ("_at", "_shift", "counts", "text")

    def __init__(self, text: str) -> None:
        self.counts = tuple(scan(text))
        self._shift = [0, *accumulate(count.end - count.start - 1 for count in self.counts)]
        self._at = [count.start - shift for count, shift in zip(self.counts, self._shift, strict=False)]
        self.text = "".join(self._pieces(text)) if self.counts else text

    def _pieces(self, text: str) -> Iterator[str]:
        done = 0
        for count in self.counts:
            yield text[done : count.start]
            yield RANGED if count.ranged else SIGN if count.value else ZERO
            done = count.end
        yield text[done:]

    def count(self, index: int) -> Count:
        """The count whose sign is at `index` of the marked text."""
        return self.counts[bisect_left(self._at, index)]

    def folded(self, index: int) -> int:
        """Where `text[index]` begins in the folded text; of an end, where what stands before it ends."""
        return index + self._shift[bisect_left(self._at, index)]

    def signs(self) -> Iterator[tuple[int, Count]]:
        """Every count with the place of its sign."""
        return zip(self._at, self.counts, strict=True)

    def counts_between(self, start: int, end: int) -> tuple[Count, ...]:
        """The counts whose signs stand in `text[start:end]`."""
        return self.counts[bisect_left(self._at, start) : bisect_left(self._at, end)]
