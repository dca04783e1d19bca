"""Which lines are the top-level headings of a report: numbering and position decide, not the words alone.

All lines that could be headings are collected; the style of numbering that carries the outline is chosen; then the best run of numbers
through its lines. A list that restarts at 一、 inside a section does not fit into that run, a skipped or doubled number does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.data import templates
from extract.headings import LONGEST, MAY_BE_NUMBER, MINOR_KINDS, Heading, read_heading, read_unnumbered
from extract.model import Block, Grid, Paragraph
from extract.normalize import fold, label_key

_TOP_CLASSES: tuple[tuple[str, ...], ...] = (("part",), ("cn_comma", "cn_bare"))
_CLASSES: tuple[tuple[str, ...], ...] = (*_TOP_CLASSES, ("cn_paren",), ("ar_dot",), ("ar_paren",))
_KNOWN, _MINOR, _UNKNOWN = 3.0, 2.0, 1.0
_NEXT, _SKIP, _AGAIN, _BACK = 2.0, -0.5, -2.5, -30.0
_FEW_KINDS = 2
_OUTLINE = frozenset(
    {"overview", "proactive_disclosure", "requests", "fees", "review_litigation", "problems_improvements", "other_matters"}
)
_MOST_OF_IT = 4
_UNNUMBERED_BEFORE = 2
"""Unnumbered headings in front of the first number: then the numbers are lists inside a section (Quzhou 2010)."""
_FIGURE_LINE = re.compile(r"^(?:[+\-—\d.,]+|[条件次篇个人项元期]|万元|人次|-+|—+)$")
_BROKEN = re.compile("[、,，和与及]$")
_SHORT = 30
_REACH = 300
"""Numbered lines that are looked back on: a page of thousands of them is no report."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may be a heading. It covers blocks[start:end]; `marked` is the page's own opinion (bold, h2, a one-cell table)."""

    start: int
    end: int
    heading: Heading
    marked: bool

    @property
    def weight(self) -> float:
        """How much the line looks like a heading of a section, for the best run."""
        kind = self.heading.kind
        base = _UNKNOWN if kind == "other" else _MINOR if kind in MINOR_KINDS else _KNOWN
        return base + 0.5 * self.marked - (0.7 if self.heading.rest and self.heading.kind == "other" else 0)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A top-level heading that was chosen, with what is unusual about it."""

    candidate: Candidate
    warnings: tuple[str, ...] = ()


def top_headings(blocks: Sequence[Block], year: int) -> tuple[Boundary, ...]:
    """The top-level headings in printed order; empty where the report has none."""
    numbered, unnumbered = _candidates(blocks, year)
    runs = {styles: _without_strays(_best_run([one for one in numbered if one.heading.style in styles])) for styles in _CLASSES}
    for styles, chain in runs.items():
        if _carries_outline(chain, styles) and not any(_encloses(other, chain) for other in runs.values()):
            if _is_nested(chain, unnumbered, _UNNUMBERED_BEFORE if styles in _TOP_CLASSES else 1):
                break
            return _with_gaps_filled(chain, [one for one in numbered if one.heading.style in styles], unnumbered, year)
    return tuple(Boundary(one) for one in _unnumbered_outline(unnumbered, year))


def _carries_outline(chain: Sequence[Candidate], styles: Sequence[str]) -> bool:
    known = {one.heading.kind for one in chain} - {"other"}
    if styles == ("cn_comma", "cn_bare") and len(chain) >= 2 and known:
        return True
    return len(known) >= _FEW_KINDS


def _encloses(outer: Sequence[Candidate], chain: Sequence[Candidate]) -> bool:
    """Whether `chain` numbers the sub-headings of another run, whatever the styles: 1. over (一) over 1."""
    kinds = {one.heading.kind for one in outer} & _OUTLINE
    return (
        len(kinds) >= _MOST_OF_IT and outer[0].start < chain[0].start and len(kinds) > len({one.heading.kind for one in chain} & _OUTLINE)
    )


def _is_nested(chain: Sequence[Candidate], unnumbered: Sequence[Candidate], enough: int) -> bool:
    """Numbers that begin behind unnumbered headings of several kinds are lists inside a section."""
    before = {one.heading.kind for one in unnumbered if one.start < chain[0].start} - MINOR_KINDS
    return len(before) >= enough


# ------------------------------------------------------------------------------------------------ lines that may be headings


def _candidates(blocks: Sequence[Block], year: int) -> tuple[list[Candidate], list[Candidate]]:
    """Numbered lines, and unnumbered lines that name a kind."""
    numbered: list[Candidate] = []
    unnumbered: list[Candidate] = []
    for index, block in enumerate(blocks):
        text = _heading_text(block)
        if not text or (len(text) > 2 * LONGEST and text.lstrip()[0] not in MAY_BE_NUMBER):
            continue
        line, end = _whole_line(blocks, index, text)
        marked = isinstance(block, Grid) or (isinstance(block, Paragraph) and block.heading)
        if heading := read_heading(line, year):
            if not _is_row_label(blocks, index, heading):
                numbered.append(Candidate(index, end, heading, marked))
        elif (heading := read_unnumbered(line, year)) and not _is_row_label(blocks, index, heading):
            unnumbered.append(Candidate(index, end, heading, marked))
    return numbered, unnumbered


def _heading_text(block: Block) -> str:
    """The text of a paragraph, or of a table of one cell: some pages frame their headings."""
    if isinstance(block, Paragraph):
        return block.text
    printed = (cell.text for row in block.rows for cell in row if cell.text.strip())
    first, second = next(printed, ""), next(printed, "")
    return first if not second and not block.flat else ""


_NUMBER_ALONE = re.compile("^(?:[一二三四五六七八九十]{1,3}[、,.]?|第[一二三四五六七八九十]{1,3}部分[、:]?)$")


def _whole_line(blocks: Sequence[Block], index: int, text: str) -> tuple[str, int]:
    """A heading whose number stands alone on its line, or that breaks behind 、, is joined with the line below."""
    if len(text) > _SHORT or index + 1 >= len(blocks):
        return text, index + 1
    below = blocks[index + 1]
    if not isinstance(below, Paragraph) or not 0 < len(below.text.strip()) <= _SHORT:
        return text, index + 1
    key = fold(text)
    if _NUMBER_ALONE.match(key):
        mark = "" if key[-1] in "、,.:" else "、"
        return key + mark + below.text.strip(), index + 2
    if _BROKEN.search(key) and read_heading(text) and not read_heading(below.text) and below.text.strip()[-1] not in "。;；":
        return text.strip() + below.text.strip(), index + 2
    return text, index + 1


def _is_row_label(blocks: Sequence[Block], index: int, heading: Heading) -> bool:
    """Row labels of a table that a page prints line by line: 一、本年新收…, or any label with a unit or a figure on the next line."""
    if _is_matrix_label(heading.text):
        return True
    below = blocks[index + 1] if index + 1 < len(blocks) else None
    return isinstance(below, Paragraph) and bool(_FIGURE_LINE.match(fold(below.text))) and not heading.rest


@lru_cache(maxsize=4096)
def _is_matrix_label(text: str) -> bool:
    return label_key(text) in _matrix_labels()


@cache
def _matrix_labels() -> frozenset[str]:
    rows = [row for template in templates().tables.values() if template.layout == "matrix" for row in template.rows]
    return frozenset(label_key(label) for row in rows for label in (row.label, *row.aliases))


# ------------------------------------------------------------------------------------------------ the best run of numbers


def _best_run(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The subsequence of the highest score: known kinds and numbers that follow each other count, repeats and restarts cost."""
    scores: list[float] = []
    previous: list[int] = []
    for index, one in enumerate(candidates):
        start = one.weight + (_NEXT if one.heading.ordinal == 1 else _SKIP * ((one.heading.ordinal or 1) - 1))
        best, origin = start, -1
        for before in range(max(0, index - _REACH), index):
            score = scores[before] + one.weight + _step(candidates[before], one)
            if score > best:
                best, origin = score, before
        scores.append(best)
        previous.append(origin)
    return _trace(candidates, scores, previous)


def _without_strays(chain: Sequence[Candidate]) -> list[Candidate]:
    """The run without lines of a list inside a section: a number printed twice whose kind has a section of its own elsewhere."""
    kinds = Counter(one.heading.kind for one in chain)
    numbers = Counter(one.heading.ordinal for one in chain)
    return [one for one in chain if numbers[one.heading.ordinal] == 1 or one.heading.kind == "other" or kinds[one.heading.kind] == 1]


def _step(one: Candidate, other: Candidate) -> float:
    distance = (other.heading.ordinal or 0) - (one.heading.ordinal or 0)
    if distance == 0 and one.heading.kind == other.heading.kind:
        return _BACK  # the same heading again, over its table
    if distance == 1:
        return _NEXT
    if distance > 1:
        return _SKIP * (distance - 1)
    return _AGAIN if distance == 0 and other.heading.ordinal != 1 else _BACK


def _trace(candidates: Sequence[Candidate], scores: Sequence[float], previous: Sequence[int]) -> list[Candidate]:
    chain: list[Candidate] = []
    index = max(range(len(scores)), key=scores.__getitem__, default=-1)
    while index >= 0:
        chain.append(candidates[index])
        index = previous[index]
    return chain[::-1]


def _with_gaps_filled(
    chain: Sequence[Candidate], numbered: Sequence[Candidate], unnumbered: Sequence[Candidate], year: int
) -> tuple[Boundary, ...]:
    """The run with its holes filled: where a number is missing, a heading of a kind not yet seen may stand under a wrong number or none."""
    found: list[Boundary] = []
    kinds = {one.heading.kind for one in chain}
    last = len(chain) - 1
    for index, one in enumerate(chain):
        before = chain[index - 1] if index else None
        missing = (one.heading.ordinal or 0) - (before.heading.ordinal or 0 if before else 0) - 1
        start = before.end if before else 0
        fillers = _fillers(start, one.start, missing, [*numbered, *unnumbered], kinds)
        found.extend(fillers)
        found.append(Boundary(one, _number_warning(before, one) if missing != len(fillers) else ()))
        if index == last and year >= _FIRST_FORM_YEAR:
            found.extend(_fillers(one.end, 10**9, _PARTS - (one.heading.ordinal or _PARTS), unnumbered, kinds))
    return tuple(found)


_FIRST_FORM_YEAR, _PARTS = 2019, 6
"""Both national forms have six parts."""


def _fillers(start: int, end: int, missing: int, candidates: Sequence[Candidate], kinds: set[str]) -> list[Boundary]:
    if missing < 1:
        return []
    fitting = [one for one in candidates if start <= one.start < end and _can_fill(one, kinds)]
    chosen: list[Boundary] = []
    for one in sorted(fitting, key=lambda one: one.start):
        if one.heading.kind not in kinds and len(chosen) < missing:
            kinds.add(one.heading.kind)
            chosen.append(Boundary(one, ("heading without its number" if one.heading.number is None else "number out of order",)))
    return chosen


def _can_fill(one: Candidate, kinds: set[str]) -> bool:
    kind = one.heading.kind
    return (
        kind not in kinds and kind not in MINOR_KINDS and kind not in {"other", "front_matter", "statistics_table"} and not one.heading.rest
    )


def _number_warning(before: Candidate | None, one: Candidate) -> tuple[str, ...]:
    last = before.heading.ordinal or 0 if before else 0
    if one.heading.ordinal == last + 1:
        return ()
    printed = before.heading.number if before else "the beginning"
    return (f"number {one.heading.number} follows {printed}",)


def _unnumbered_outline(candidates: Sequence[Candidate], year: int) -> list[Candidate]:
    """Headings of a report without numbers: each names a kind of the outline; minor kinds only where the page marks the line.

    In the national forms part one may head its aspects 主动公开 and 依申请公开 before the parts of these kinds: the last line counts there.
    """
    form = year >= _FIRST_FORM_YEAR
    fitting = [
        one for one in candidates if one.heading.kind != "front_matter" and (_is_marked(one, form) or one.heading.kind not in MINOR_KINDS)
    ]
    last = {one.heading.kind if form else one.heading.text: one for one in (fitting if form else reversed(fitting))}
    chosen = sorted(last.values(), key=lambda one: one.start)
    return chosen if len({one.heading.kind for one in chosen}) >= _FEW_KINDS else []


def _is_marked(one: Candidate, form: bool) -> bool:
    return one.marked and not form
