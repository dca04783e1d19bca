"""Reading one part of a report: every metric that the rules find in it, then what is counted beside them."""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from extract.facts.counts import SIGN, SIGNS, ZERO
from extract.facts.phrases import is_own, is_whole, scopes, stretch
from extract.facts.prose import about, clause_start, of_this_year
from extract.facts.rules import by_word, events, own_kinds, rules, without_words
from extract.model import Quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extract.facts.counts import Count
    from extract.facts.prose import Part, Sentence
    from extract.facts.rules import Printed, Rule
    from extract.model import Number

    _Flags = tuple[str | None, bool, bool, str | None, str | None, float | None]
    """The fields of a quantity from `approx` to `percent`."""

_SHARE = re.compile(rf"[,(、]?(?:约)?占(?:比|[^。;,{SIGNS}]{{0,12}})(?:的|为|达|约)?(?P<percent>[{SIGNS}])%")
_DOWN = frozenset({"下降", "减少", "回落", "降低"})
_ITEMS = frozenset({"件", "条", "份", "宗", "起", "次"})
_STRETCH = re.compile(rf"复议(?:(?!诉讼|后)[^。;,{SIGNS}]){{0,10}}[{SIGNS}]|(?:诉讼(?!请求)|应诉)[^。;,{SIGNS}]{{0,14}}[{SIGNS}]")


_OWN = re.compile(
    r"[,;(、](?:其中)?[:,]?(?P<own>(?:[我本](?:局(?:机关)?|委|厅|中心|单位)|我办(?:公室)?|本机关)"
    r"(?P<verb>受理|收到|接到|办理|发生|主动公开|公开|发布|答复|办结|收取)?(?:共计|共|为|有|各)?"
    rf"(?P<n>[{SIGN}{ZERO}])(?P<unit>件|条|份|宗|起|次|元|万元|期|场|人次|人))(?=[;,、)。\n]|$)"
)
_LEAST = frozenset({"不少于", "不低于", "至少", "最多", "不超过"})


class Hit(NamedTuple):
    """A quantity with its place in the marked text of its part: `start` to `end` is the phrase, `sign` the count (-1: none printed)."""

    start: int
    end: int
    sign: int
    quantity: Quantity


def _is_item(count: Count) -> bool:
    return bool(count.value) and count.unit in _ITEMS


class Reader:
    """The quantities of one part, metric by metric. `year` is the year reported on, None where it is not known."""

    def __init__(self, part: Part, year: int | None) -> None:
        self.part, self.year = part, year
        self._hits: list[Hit] = []
        self._taken: set[int] = set()
        self._claimed: set[tuple[str, int]] = set()
        self._scopes: dict[int, list[tuple[int, str]]] = {}
        self._subjects: dict[tuple[str, int], bool] = {}
        self._live = part.live()
        self._with_counts = {index for index, sentence in self._live.items() if SIGN in sentence.text or ZERO in sentence.text}

    def read(self) -> list[Quantity]:
        """All quantities of the part in the order of the text."""
        if not self._live:
            return []
        found = rules(self.part.kind)
        for place, at in self._called(self.part.kind):
            self._metric(found[place], at)
        self._events()
        self._others()
        return [hit.quantity for hit in sorted(self._hits, key=lambda hit: (hit.start, hit.end))]

    def _called(self, kind: str) -> list[tuple[int, list[int]]]:
        """The rules that live sentences can answer, by their places, each with the sentences that hold a word it needs; all in order."""
        text, ends, numbers = self._said()
        called: dict[int, set[int]] = {place: set() for place in without_words(kind)}
        for word, places in by_word(kind).items():
            at = text.find(word)
            if at < 0:
                continue
            indexes = set()
            while at >= 0:
                sentence = bisect_right(ends, at)
                indexes.add(numbers[sentence])
                at = text.find(word, ends[sentence])
            for place in places:
                called.setdefault(place, set()).update(indexes)
        return [(place, sorted(called[place])) for place in sorted(called)]

    def _said(self) -> tuple[str, list[int], list[int]]:
        """The live sentences in one text, where each ends there, and their numbers."""
        texts = [sentence.text for sentence in self._live.values()]
        return "\n".join(texts), list(accumulate(len(text) + 1 for text in texts)), list(self._live)

    # -------------------------------------------------------------------------------------------- one metric

    def _metric(self, rule: Rule, at: Sequence[int]) -> None:
        """The first hit of its patterns; then a sentence that says none; then 均 or 全部. Every hit where `multi`.

        Behind a first hit for many agencies (全县) also the first that a department says of itself, in its own words and not by 均.
        """
        whole = False
        for find, patterns in ((self._printed, rule.patterns), (self._none, rule.zero or rule.own_zero), (self._all_of, rule.all_of)):
            for hit in find(rule, at) if patterns else ():
                if whole and (hit.quantity.derived or not is_own(hit.quantity.scope)):
                    continue
                self._take(hit)
                if rule.metric.multi:
                    continue
                if whole or not is_whole(hit.quantity.scope) or self._own_share(hit):
                    return
                whole = True

    def _take(self, hit: Hit) -> None:
        self._hits.append(hit)
        self._taken.add(hit.sign)
        self._claimed.add((str(hit.quantity.metric), hit.sign))

    def _own_share(self, hit: Hit) -> bool:
        """Takes a department's own number right behind one for many agencies: 全县受理申请35件,我局受理2件. A verb must be the same."""
        text = self.part.marked.text
        match = _OWN.match(text, hit.end)
        if not match or match.start("n") in self._taken or match["unit"] != hit.quantity.unit:
            return False
        sentence = self.part.sentence_at(hit.start)
        clause = sentence.text[clause_start(sentence.text, hit.start - sentence.start) : hit.end - sentence.start]
        if match["verb"] and match["verb"] not in clause:
            return False
        self._take(self._counted(hit.quantity.metric, sentence, (match.start("own"), match.end(), match.start("n"))))
        return True

    def _printed(self, rule: Rule, at: Sequence[int]) -> Iterator[Hit]:
        counted = [(index, self._live[index]) for index in at if index in self._with_counts]
        anywhere = rule.metric.clause is None
        for pattern in rule.patterns if counted else ():
            search = pattern.regex.search
            for index, sentence in counted:
                if anywhere and search(sentence.text) is None:
                    continue  # most sentences: what follows costs more than the search
                for match in self._matches(rule, pattern.regex, sentence):
                    sign = match.start(pattern.value)
                    if self._is_new(rule, sentence.start + sign) and self._holds(rule, index, match, sign):
                        yield self._hit(rule, sentence, match, pattern)

    def _matches(self, rule: Rule, regex: re.Pattern[str], sentence: Sentence) -> Iterable[re.Match[str]]:
        return (match for start, end in self._stretches(rule, sentence) for match in regex.finditer(sentence.text, start, end))

    def _is_new(self, rule: Rule, sign: int) -> bool:
        """A phrase gives a metric once; a leftover is what nothing else has claimed, and no threshold."""
        if rule.metric.leftover:
            return sign not in self._taken and self.part.marked.count(sign).approx not in _LEAST
        return not rule.metric.multi or (rule.metric.id, sign) not in self._claimed

    def _hit(self, rule: Rule, sentence: Sentence, match: re.Match[str], pattern: Printed) -> Hit:
        value, groups = pattern.value, pattern.groups
        start, end = match.span("phrase" if "phrase" in groups else 0)
        category = match["category"].removeprefix("其中") if "category" in groups else None
        if rule.metric.leftover:
            start, end = stretch(sentence.text, match.start(value))
            category = sentence.text[start : match.start(value)]
        negative = rule.metric.signed and match["dir"] in _DOWN
        share = sentence.start + match.start("percent") if value == "n" and "percent" in groups else None
        place = sentence.start + start, sentence.start + end, sentence.start + match.start(value)
        return self._counted(rule.metric.id, sentence, place, category=category, negative=negative, share=share)

    def _counted(
        self,
        metric: str | None,
        sentence: Sentence,
        place: tuple[int, int, int],
        *,
        category: str | None = None,
        negative: bool = False,
        share: int | None = None,
    ) -> Hit:
        """A hit whose value is a count: `place` is start, end and sign. A share printed behind it is part of the phrase."""
        marked, (start, end, sign) = self.part.marked, place
        count = marked.count(sign)
        end = max(end, sign + 1 + count.unit_end - count.end)
        if share is None and count.unit != "%" and (found := _SHARE.match(marked.text, end)):
            end, share = found.end(), found.start("percent")
        if share is not None:
            self._taken.add(share)
        percent = None if share is None else float(marked.count(share).value)
        value = -count.value if negative else count.value
        where = self._scope(sentence, sign - sentence.start)
        flags = count.approx, False, False, where, category, percent
        return self._made(metric, value, count.unit, (start, end, sign), flags)

    def _made(self, metric: str | None, value: Number, unit: str | None, place: tuple[int, int, int], flags: _Flags) -> Hit:
        """`place` is start, end and sign in the marked text."""
        part, (start, end, sign) = self.part, place
        phrase, first, last = part.printed(start, end)
        return Hit(start, end, sign, Quantity(metric, value, unit, phrase, first, last, part.kind, part.position, *flags))

    def _scope(self, sentence: Sentence, at: int) -> str | None:
        """The last words before a place of a sentence that say for whom it counts; None where none do."""
        if sentence.start not in self._scopes:
            self._scopes[sentence.start] = scopes(sentence.text)
        last = None
        for end, words in self._scopes[sentence.start]:
            if end > at:
                break
            last = words
        return last

    # -------------------------------------------------------------------------------------------- what makes a hit none

    def _holds(self, rule: Rule, index: int, match: re.Match[str], at: int) -> bool:
        """No excluded clause, no other subject, no other year. `at` is where the number stands, or the end of a negative phrase."""
        sentence = self._live[index]
        if rule.unless and rule.unless.search(sentence.text[clause_start(sentence.text, match.start()) : at]):
            return False
        if not self._about(rule, index):
            return False
        if rule.metric.past:
            return True
        line = self.part.line_start(sentence.start)
        return of_this_year(self.part.marked.text[line : sentence.start + at], sentence.start - line, self.year)

    def _about(self, rule: Rule, index: int) -> bool:
        key = rule.prefix, index
        if key not in self._subjects:
            self._subjects[key] = about(self.part, index, rule.prefix, self.part.kind in own_kinds(rule.metric.id))
        return self._subjects[key]

    def _stretches(self, rule: Rule, sentence: Sentence) -> Iterator[tuple[int, int]]:
        """Where in a sentence a metric may stand: anywhere, or (`clause`) behind 行政复议 or 行政诉讼 with a count, up to the other."""
        length = len(sentence.text)
        if rule.metric.clause is None:
            yield 0, length
            return
        review = rule.metric.clause.endswith("复议")
        line, end = self.part.line_start(sentence.start), sentence.start + length
        marks = [(match.start(), match[0].startswith("复议")) for match in _STRETCH.finditer(self.part.marked.text, line, end)]
        for (start, is_review), (stop, _) in zip(marks, [*marks[1:], (end, False)], strict=False):
            if is_review == review and stop > sentence.start:
                yield max(start - sentence.start, 0), min(stop - sentence.start, length)

    # -------------------------------------------------------------------------------------------- negative sentences, 均 and 全部

    def _none(self, rule: Rule, at: Sequence[int]) -> Iterator[Hit]:
        """Own negative sentences need not hold a word of the metric: 本年度无此类情况 under the heading is enough."""
        own = rule.own_zero if rule.metric.kind == self.part.kind else ()
        for patterns, indexes in ((rule.zero, at), (own, self._live)):
            for pattern in patterns:
                for index in indexes:
                    match = pattern.search(self._live[index].text)
                    if match and self._holds(rule, index, match, match.end()) and not self._in_part(rule, index):
                        yield self._negated(rule.metric.id, rule.metric.unit, self._live[index], match)

    def _in_part(self, rule: Rule, index: int) -> bool:
        """True where a sentence that denies one thing counts another of the same: 未收到书面申请,网上申请8件."""
        return rule.zero_unless is not None and rule.zero_unless.search(self._live[index].text) is not None

    def _negated(self, metric: str | None, unit: str, sentence: Sentence, match: re.Match[str]) -> Hit:
        flags = None, True, False, self._scope(sentence, match.start()), None, None
        return self._made(metric, 0, unit, (sentence.start + match.start(), sentence.start + match.end(), -1), flags)

    def _all_of(self, rule: Rule, at: Sequence[int]) -> Iterator[Hit]:
        for pattern in rule.all_of:
            for index in at:
                sentence = self._live[index]
                match = pattern.search(sentence.text)
                if match and self._holds(rule, index, match, match.end()) and (of := self._antecedent(rule, sentence, match)):
                    flags = of.approx, False, True, self._scope(sentence, match.start()), None, None
                    place = sentence.start + match.start(), sentence.start + match.end(), -1
                    yield self._made(rule.metric.id, of.value, of.unit, place, flags)

    def _antecedent(self, rule: Rule, sentence: Sentence, match: re.Match[str]) -> Quantity | Count | None:
        """The count that 均 or 全部 speaks of: a metric of `of` before it in its paragraph, else the only count of items there.

        A zero is none while a count of items stands nearer.
        """
        here, line = sentence.start + match.start(), self.part.line_start(sentence.start)
        for metric in rule.metric.of:
            for hit in reversed(self._hits):
                if hit.quantity.metric != metric or not line <= hit.start < here:
                    continue
                if hit.quantity.value or not any(map(_is_item, self.part.marked.counts_between(hit.end, here))):
                    return hit.quantity
        counts = [count for count in self.part.marked.counts_between(line, here) if count.unit in _ITEMS]
        return counts[0] if len(counts) == 1 else None

    # -------------------------------------------------------------------------------------------- what no metric claims

    def _events(self) -> None:
        """Zeros that no metric asks for: 投诉率为零, 未发生失泄密事件."""
        text = self.part.marked.text
        for unit, word, pattern in events():
            for sentence in self._live.values() if word in text else ():
                for match in pattern.finditer(sentence.text) if word in sentence.text else ():
                    start, end = sentence.start + match.start(), sentence.start + match.end()
                    if not any(hit.quantity.negated and hit.start < end and start < hit.end for hit in self._hits):
                        self._hits.append(self._negated(None, unit, sentence, match))

    def _others(self) -> None:
        """Counts that are in no hit, each with the words around it. 一 alone counts only where a metric says so."""
        for sign, count in self.part.marked.signs():
            if sign not in self._taken and not (count.spelled and count.value == 1):
                sentence = self.part.sentence_at(sign)
                start, end = stretch(sentence.text, sign - sentence.start)
                self._hits.append(self._counted(None, sentence, (sentence.start + start, sentence.start + end, sign)))
