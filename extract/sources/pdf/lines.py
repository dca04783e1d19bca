"""Characters become lines, and lines become text: only places count, never the order of drawing or the blanks in the file.

Word processors stretch lines, space the letters of heads apart (本 年) and set a gap between Chinese and Latin print. None of that is a
blank: between Chinese characters a gap counts from the width of a character on, between letters and figures from that of a blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extract.sources.pdf.frame import Box
from extract.sources.pdf.glyphs import Glyph

_SAME_BASE = 0.4
_BLANK = 0.19
_CJK_BLANK = 1.2
_STRETCHED = 1.8
_APART = 1.6
_BOLD = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or the part of one that stands apart. `size` is that of most of its characters."""

    glyphs: tuple[Glyph, ...]
    box: Box
    text: str
    size: float
    bold: bool

    @property
    def base(self) -> float:
        """Where its characters stand."""
        return self.glyphs[0].base


def line_of(glyphs: Sequence[Glyph]) -> Line:
    """A line of characters that stand on one base, from left to right."""
    ordered = tuple(sorted(glyphs, key=lambda glyph: glyph.x))
    box = Box(min(g.x0 for g in ordered), min(g.y0 for g in ordered), max(g.x1 for g in ordered), max(g.y1 for g in ordered))
    return Line(ordered, box, text_of(ordered), median(glyph.size for glyph in ordered), _is_bold(ordered))


def _is_bold(glyphs: Sequence[Glyph]) -> bool:
    return sum(glyph.bold for glyph in glyphs) >= _BOLD * len(glyphs)


def bases(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """The characters by the base they stand on, from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.base, glyph.x)):
        if rows and glyph.base - rows[-1][0].base <= _SAME_BASE * min(glyph.size, rows[-1][0].size):
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return rows


def parts(glyphs: Sequence[Glyph], apart: float = _APART) -> list[Line]:
    """The characters of one base as lines: cut where the gap is over `apart` times their size, unless the whole line is as stretched."""
    ordered = sorted(glyphs, key=lambda glyph: glyph.x)
    usual = _usual_gap(ordered)
    groups: list[list[Glyph]] = [[ordered[0]]]
    for before, after in pairwise(ordered):
        gap, size = after.x0 - before.x1, min(before.size, after.size)
        if gap > max(apart * size, _STRETCHED * usual):
            groups.append([])
        groups[-1].append(after)
    return [line_of(group) for group in groups]


def text_of(ordered: Sequence[Glyph]) -> str:
    """The text of characters from left to right, with a blank where the print has one."""
    usual = _usual_gap(ordered)
    out = [ordered[0].char]
    for before, after in pairwise(ordered):
        if _is_blank(before, after, usual):
            out.append(" ")
        out.append(after.char)
    return "".join(out)


def _usual_gap(ordered: Sequence[Glyph]) -> float:
    """The gap between Chinese characters in a line: over zero where it is stretched or its letters are spaced apart."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(ordered) if is_wide(a.char) and is_wide(b.char)]
    return max(median(gaps), 0.0) if len(gaps) > 1 else 0.0


def _is_blank(before: Glyph, after: Glyph, usual: float) -> bool:
    gap, size = after.x0 - before.x1, min(before.size, after.size)
    if is_wide(before.char) or is_wide(after.char):
        return gap > max(_CJK_BLANK * size, _STRETCHED * usual)
    return gap > _BLANK * size


def is_wide(char: str) -> bool:
    """Whether a character is one of those that are set without blanks: Chinese characters and their punctuation."""
    return char >= "\u2e80" or char in "“”‘’—…·①②③④⑤⑥⑦⑧⑨⑩"


def broken_text(lines: Sequence[Line], width: float) -> str:
    """The text of the lines of a cell `width` points wide, put together as one.

    A number that fills its line goes on in the next (narrow columns); figures of a line with room left are another number, so a blank
    keeps them apart. Latin words are parted, Chinese text is not.
    """
    text = lines[0].text if lines else ""
    for before, after in pairwise(lines):
        last, first = before.text[-1], after.text[0]
        if is_wide(last) or is_wide(first):
            glue = ""
        else:
            full = before.box.width + after.glyphs[0].x1 - after.glyphs[0].x0 > width - _PADDING
            glue = "" if full and _goes_on(last, first) else " "
        text += glue + after.text
    return text


_PADDING = 2 * 5.6
"""Word leaves 5.4 points on each side of a cell."""


def _goes_on(last: str, first: str) -> bool:
    return last in "0123456789.," and first in "0123456789.,%"


def reading(glyphs: Sequence[Glyph], width: float, height: float) -> str:
    """The text of a cell: its lines put together, turned text read along itself, upright letters one below the other read downwards."""
    straight = [glyph for glyph in glyphs if glyph.turn == 0]
    out = _upright(straight, width) if straight else ""
    for turn in (1, 3, 2):
        if turned := [_unturned(glyph) for glyph in glyphs if glyph.turn == turn]:
            out += _joined(turned, height if turn != 2 else width)
    return out


def _upright(glyphs: list[Glyph], width: float) -> str:
    return "".join(glyph.char for glyph in glyphs) if _is_stacked(glyphs) else _joined(glyphs, width)


def _joined(glyphs: list[Glyph], width: float) -> str:
    return broken_text([line_of(base) for base in bases(glyphs)], width)


def _unturned(glyph: Glyph) -> Glyph:
    """A turned character where it would stand if the cell were turned for reading."""
    if glyph.turn == 1:
        x0, x1, y0, y1, base = -glyph.y1, -glyph.y0, glyph.x0, glyph.x1, glyph.base
    elif glyph.turn == 3:
        x0, x1, y0, y1, base = glyph.y0, glyph.y1, -glyph.x1, -glyph.x0, -glyph.base
    else:
        x0, x1, y0, y1, base = -glyph.x1, -glyph.x0, -glyph.y1, -glyph.y0, -glyph.base
    return glyph._replace(x0=x0, x1=x1, y0=y0, y1=y1, base=base, turn=0)


def _is_stacked(glyphs: list[Glyph]) -> bool:
    """Whether letters stand one below the other in several columns, drawn downwards: then the order of drawing says how to read."""
    steps = list(pairwise(glyphs))
    if len(steps) < 3:
        return False
    down = sum(abs(a.x - b.x) <= 0.3 * a.size and 0.7 * a.size <= b.y - a.y <= 2 * a.size for a, b in steps)
    columns = len({round(glyph.x / glyph.size) for glyph in glyphs})
    return columns > 1 and down >= len(steps) - columns and all(is_wide(glyph.char) for glyph in glyphs)
