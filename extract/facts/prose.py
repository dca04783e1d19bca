"""Prose as the rules read it: parts of one kind, sentences, and what a place in a sentence is about, when and for whom."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extract.data import sections
from extract.facts.counts import SIGNS, Marked
from extract.normalize import Folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extract.model import Section

MOST = 100_000
"""Characters of a part that are read: whole reports are shorter, and what is longer is no prose."""

LONGEST = 1000
"""A sentence longer than this is cut at its commas: patterns are bounded by sentences, so that no text can make them slow."""

_SENTENCE = re.compile(r"[^。!?\n]+")
_CUT = re.compile(r"[;,]")
_SAYS_SOMETHING = re.compile(rf"[{SIGNS}未无零均没免都全不](?:(?<![全不])|(?<=全)部|(?<=不)存在)")
_HEADING = re.compile(r"\(?[一二三四五六七八九十]{1,3}[)、.]|\(?\d{1,2}[)、.](?!\d)|第[一二三四五六七八九十]{1,3}部分")


class Sentence(NamedTuple):
    """A sentence of marked text, without its end mark; `start` is where it begins."""

    start: int
    text: str


class Part:
    """A stretch of a top-level section that belongs to one kind. `offset` is where it begins in the section's text."""

    __slots__ = ("_spans", "folded", "kind", "marked", "offset", "position")

    def __init__(self, kind: str, position: int, offset: int, text: str) -> None:
        self.kind, self.position, self.offset = kind, position, offset
        self.folded = Folded(text[:MOST])
        self.marked = Marked(self.folded.text)
        self._spans = _spans(self.marked.text)

    def live(self) -> dict[int, Sentence]:
        """The sentences that hold a count, a negation or a word like 全部, by their number: no other can say how many."""
        text = self.marked.text
        return {
            index: Sentence(start, text[start:end])
            for index, (start, end) in enumerate(self._spans)
            if _SAYS_SOMETHING.search(text, start, end)
        }

    def before(self, index: int) -> Iterator[tuple[str, bool]]:
        """Sentence `index`, those before it in its paragraph, and the headings above, nearest first; with each whether it is a heading."""
        text = self.marked.text
        line = self.line_start(self._spans[index][0])
        for start, end in reversed(self._spans[max(0, index - 200) : index + 1]):
            heading = end - start <= 45 and text[end : end + 1] in {"", "\n"} and (start == 0 or text[start - 1] == "\n")
            if heading or start >= line:
                yield text[start:end], heading

    def line_start(self, index: int) -> int:
        """Where the line of a place begins, at most 1,000 characters before it."""
        return max(self.marked.text.rfind("\n", 0, index) + 1, index - 1000)

    def sentence_at(self, index: int) -> Sentence:
        """The sentence that a place of the marked text lies in."""
        start, end = self._spans[bisect_right(self._spans, (index, len(self.marked.text) + 1)) - 1]
        return Sentence(start, self.marked.text[start:end])

    def printed(self, start: int, end: int) -> tuple[str, int, int]:
        """The print of `marked.text[start:end]`, and where it stands in the section's text."""
        first, last = self.folded.span(self.marked.folded(start), self.marked.folded(end))
        return self.folded.original[first:last], self.offset + first, self.offset + last


def _spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end."""
    spans: list[tuple[int, int]] = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        if end - start > LONGEST:
            spans.extend(_pieces(text, start, end))
        else:
            spans.append((start, end))
    return spans


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST:
        cuts = [match.end() for match in _CUT.finditer(text, start + LONGEST // 2, start + LONGEST)]
        cut = cuts[-1] if cuts else start + LONGEST
        yield start, cut
        start = cut
    yield start, end


def parts(section: Section) -> Iterator[Part]:
    """The children's stretches under their own kinds, what stands between them under the section's kind; nothing without text."""
    text, done = section.text or "", 0
    for child in section.children:
        at = text.find(child.text, done) if child.text else -1
        if at < 0 or child.text is None:
            continue
        if text[done:at].strip():
            yield Part(section.kind, section.position, done, text[done:at])
        yield Part(child.kind, section.position, at, child.text)
        done = at + len(child.text)
    if text[done:].strip():
        yield Part(section.kind, section.position, done, text[done:])


# ------------------------------------------------------------------------------------------------ about what


@cache
def _subject(prefix: str) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    subject = sections().subjects.get(prefix)
    return (re.compile(subject.own), re.compile(subject.foreign)) if subject else None


def about(part: Part, index: int, prefix: str, own_kind: bool) -> bool:
    """True where sentence `index` speaks of the subject of `prefix`: it names it, or the sentences before it in its paragraph do.

    Inside its own kind only a foreign subject is refused. 办结515件 of a mayor's mailbox is no answered request.
    """
    patterns = _subject(prefix)
    if patterns is None:
        return True
    own, foreign = patterns
    for text, heading in part.before(index):
        if own.search(text):
            return True
        if foreign.search(text):
            return False
        if heading and _HEADING.match(text):
            break
    return own_kind


# ------------------------------------------------------------------------------------------------ when, and how

_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)年")
_TITLE = re.compile(r"《[^《》]{0,80}》|[〔\[(](?:19|20)\d\d[〕\])]")
_RELATIVE = re.compile(r"明年|来年|去年|上年|上一年|往年|前年|同期|历年|(?:比|较|与|同)(?:19|20)\d\d年")
_RATE = re.compile(r"每(?:年|季|月|周|天|日|半年|次|期|人|个|两)|[日月人]均|(?<![本全])年均|平均")
_PLANNED = re.compile(r"(?:计划|预计|力争|(?<!模)拟)(?:于|在|将|再|开展|组织|举办|召开|公开|发布|完成|新增|收)[^。;,№㍘㏕]{0,12}$")
_CHANGED = re.compile(r"(?:增加|增长|减少|下降|上升|回落|提高|降低|增幅|降幅|压缩|净增)(?:了|为|达|约)?$")
_NOW = re.compile(r"(?<!\d)(?:19|20)\d\d年|今年|本年|全年|年内|一年来|本报告期")
_PERIOD = re.compile(
    r"(?=[\d今本全年上下一二三四])"  # what it may begin with: elsewhere the search need not try ten words one by one
    r"(?:(?<!\d)(?:19|20)\d\d年(?:度)?|今年|本年|全年|年内|上半年|下半年|[一二三四1-4]季度|\d{1,2}月份|\d{1,2}[-—~至]\d{1,2}月)"
)
_THIS_YEAR = frozenset({"今年", "本年", "全年", "年内"})
_SINCE = re.compile(r"以来|历年|近[三四五两几]年|[三四五]年来|历史")
_BYGONE = re.compile(r"[^。;,]{0,25}基础上|(?:新)?修订|(?:印发|出台|制定|颁布|公布|建成|成立|开通)")


def clause_start(text: str, at: int) -> int:
    """Where the clause of a place begins: behind the last of ; , : ( before it."""
    return max(text.rfind(";", 0, at), text.rfind(",", 0, at), text.rfind(":", 0, at), text.rfind("(", 0, at)) + 1


def of_this_year(before: str, sentence_start: int, year: int | None) -> bool:
    """True where a number that stands behind `before` counts something of the year reported on.

    `before` is the paragraph up to the number, `sentence_start` where its sentence begins. Numbers of other years, changes, rates, plans,
    parts of the year and running totals are not of this year.
    """
    sentence = _TITLE.sub("", before[sentence_start:])
    clause = sentence[clause_start(sentence, len(sentence)) :]
    if _RELATIVE.search(clause) or _RATE.search(clause) or _PLANNED.search(clause) or _CHANGED.search(clause) or _SINCE.search(sentence):
        return False
    if "累计" in clause and ("截至" in sentence or "截止" in sentence or not _NOW.search(before)):
        return False
    return _in_period(sentence, year)


def _in_period(sentence: str, year: int | None) -> bool:
    """The last period that the sentence names before the number governs it."""
    last = None
    for match in _PERIOD.finditer(sentence):
        if not _BYGONE.match(sentence, match.end()) and not sentence.endswith(("比", "较", "与", "同"), 0, match.start()):
            last = match[0]
    if last is None or last in _THIS_YEAR:
        return True
    return last[:4].isdecimal() and (year is None or int(last[:4]) == year)


def usual_year(texts: Iterable[str]) -> int | None:
    """The year that the texts name most often outside titles; None where they name none."""
    years = Counter(int(match[1]) for text in texts for match in _YEAR.finditer(_TITLE.sub("", text[:20_000])))
    return max(years, key=lambda year: (years[year], year)) if years else None
