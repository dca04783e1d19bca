"""Printed lines become paragraphs, over columns and pages.

A line goes on in the next where it is full (what comes next would not have fitted on it) and the next one is not indented. Headings,
dates and signatures end before their line does. Titles in the middle of the page are put together where they are set alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.blocks import Line as Piece
from extract.headings import read_heading
from extract.normalize import leading_number
from extract.sources.pdf.lines import Line, is_wide

_INDENT = 1.2
_DEEPEST = 4.6
_CENTRED = 2.6
_ROOM = 0.7
_OTHER_SIZE = 0.12
_LOOSE = 1.5
_SPACED = 1.12
_LARGER = 1.13
_TITLE = 80
_HEADING = 45
_LONG = 0.6
_CLOSERS = "，。、；：！？）》”’」』】〉,.;:!?)]"
_OPENERS = "（《“‘「『【〈([<"
_SENTENCE_ENDS = "。！？；：!?;:"


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with its page and the column of text it stands in (`left` to `right`)."""

    line: Line
    page: int
    left: float
    right: float

    @property
    def indent(self) -> float:
        """Characters of room before the line."""
        return (self.line.box.x0 - self.left) / self.line.size

    @property
    def is_symmetric(self) -> bool:
        """Whether the room before and behind the line is about the same."""
        before, behind = self.line.box.x0 - self.left, self.right - self.line.box.x1
        return abs(before - behind) < 1.5 * self.line.size

    @property
    def is_centred(self) -> bool:
        """Whether the room before and behind the line is the same, and more than an indent."""
        return self.indent > _CENTRED and self.is_symmetric


@dataclass(frozen=True, slots=True)
class Habits:
    """How a file sets its text: the size of most of it, whether paragraphs are indented, the usual step from line to line."""

    size: float
    indents: bool
    step: float


def margins(lines: Sequence[Line], fallback: tuple[float, float]) -> tuple[float, float]:
    """Left and right edge of a column of lines: those that most long lines keep. `fallback` where no line is long enough to say."""
    if not lines:
        return fallback
    widest = max(line.box.width for line in lines)
    long = [line for line in lines if line.box.width >= _LONG * widest]
    left, right = min(line.box.x0 for line in long), sorted(map(_last_edge, long))[-1 - len(long) // 10]
    if len(long) < 3 or right - left < _LONG * (fallback[1] - fallback[0]):
        return min(left, fallback[0]), max(right, fallback[1])
    return left, right


def _last_edge(line: Line) -> float:
    """Where a line ends; marks at its end do not count, they may hang over the edge of the text."""
    return next((glyph.x1 for glyph in reversed(line.glyphs) if glyph.char not in _CLOSERS), line.box.x1)


def habits(placed: Sequence[Placed]) -> Habits:
    """How most of the lines are set."""
    sizes = Counter(size for one in placed for size in [round(one.line.size * 2) / 2] * len(one.line.glyphs))
    size = sizes.most_common(1)[0][0] if sizes else 12.0
    body = [one for one in placed if abs(one.line.size - size) <= _OTHER_SIZE * size]
    indented = sum(_INDENT < one.indent < _DEEPEST and not one.is_centred for one in body)
    steps = [b.line.base - a.line.base for a, b in pairwise(body) if a.page == b.page and b.line.base > a.line.base]
    return Habits(size, indented >= max(2, len(body) / 14), median(steps) if steps else 2 * size)


def paragraphs(placed: Sequence[Placed], usual: Habits) -> Iterator[Piece]:
    """The paragraphs of lines in reading order between which no table stands."""
    group: list[Placed] = []
    for one in placed:
        if group and not _goes_on(group, one, usual):
            yield _piece(group, usual)
            group = []
        group.append(one)
    if group:
        yield _piece(group, usual)


def _goes_on(group: list[Placed], after: Placed, usual: Habits) -> bool:
    """Whether a paragraph goes on in a line."""
    before = group[-1]
    if abs(before.line.size - after.line.size) > _OTHER_SIZE * max(before.line.size, after.line.size):
        return False
    step = after.line.base - before.line.base if before.page == after.page else 0.0
    if before.is_symmetric and after.is_symmetric and (before.is_centred or after.is_centred):
        return _is_one_title(group, after, step, usual)
    if step > _LOOSE * usual.step or _opens(before, after, usual) or not _is_full(before, after):
        return False
    return usual.indents or before.line.text[-1] not in _SENTENCE_ENDS or step <= _SPACED * usual.step


def _is_one_title(group: list[Placed], after: Placed, step: float, usual: Habits) -> bool:
    """Whether lines in the middle of the page are one title: set alike, larger than the text or bold, close together."""
    before = group[-1]
    if before.page != after.page or before.line.bold != after.line.bold or step > 2.6 * after.line.size:
        return False
    if after.line.size < _LARGER * usual.size and not after.line.bold:
        return False
    return sum(len(one.line.text) for one in group) + len(after.line.text) <= _TITLE and not leading_number(after.line.text).style


def _opens(before: Placed, one: Placed, usual: Habits) -> bool:
    """Whether a line begins a paragraph: it is indented, in the middle, or a numbered heading of its own."""
    if one.indent > _INDENT or one.is_centred:
        return True
    heading = read_heading(one.line.text)
    if heading is None or heading.style == "ar_dot":
        return False
    return (heading.kind != "other" and before.line.text[-1] in _SENTENCE_ENDS) or not usual.indents


def _is_full(before: Placed, after: Placed) -> bool:
    """Whether what begins the next line would not have fitted on the line before."""
    return before.right - before.line.box.x1 < _first_width(after.line) + _ROOM * before.line.size


def _first_width(line: Line) -> float:
    """The width of what is not broken at the start of a line: a character with the marks around it, a number with its unit, a word."""
    end = 0
    for number, glyph in enumerate(line.glyphs[1:], 1):
        last = line.glyphs[number - 1].char
        if not (glyph.char in _CLOSERS or last in _OPENERS or not is_wide(last)):
            break
        end = number
    return line.glyphs[end].x1 - line.glyphs[0].x0


def _piece(group: list[Placed], usual: Habits) -> Piece:
    text = group[0].line.text
    for before, one in pairwise(group):
        latin = not is_wide(text[-1]) and not is_wide(one.line.text[0])
        text += (" " if latin and _parts_words(before.line.text, one.line.text) else "") + one.line.text
    return Piece(text, _place(group), heading=_is_heading(group, text, usual))


def _parts_words(before: str, after: str) -> bool:
    """Whether two lines end and begin with a word each; a number or an address broken at the end of a line is one."""
    return before[-1].isalpha() and after[0].isalpha() and "@" not in before[-40:] and "/" not in before[-40:]


def _place(group: list[Placed]) -> str:
    """`page 1 box x0,y0,x1,y1`, a box for each page."""
    places = []
    for page in dict.fromkeys(one.page for one in group):
        boxes = [one.line.box for one in group if one.page == page]
        box = boxes[0]
        for other in boxes[1:]:
            box = box.around(other)
        places.append(f"page {page} box {box}")
    return ", ".join(places)


def _is_heading(group: list[Placed], text: str, usual: Habits) -> bool:
    """Whether the print marks a short line: in the middle, bold, or larger than the text."""
    if len(text) > (_TITLE if group[0].is_centred else _HEADING) or text[-1] in "。；，、":
        return False
    return all(one.is_centred or one.line.bold or one.line.size >= _LARGER * usual.size for one in group)
