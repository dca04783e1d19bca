"""The text of a page outside of its ruled tables, line by line, and lines put together to paragraphs.

A line goes on in the next where it is full (what comes next would not have fitted on it) and the next one is not indented. Titles in the
middle of the page are put together where they are set alike. Pieces of a line that stand far apart are parted by a tab: an unruled table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

import cv2
import numpy as np

from extract.normalize import leading_number
from extract.sources.image import engine
from extract.sources.image.ink import Page
from extract.sources.image.shapes import Box, Pixels, Reading, around

_APART = 2.5
"""Character heights between two pieces of a line that are cells of an unruled table and no words."""

_INDENT = 1.2
_CENTRED = 2.6
_TITLE = 80
_HEADING = 45
_LEGIBLE = 0.6
"""Confidence under which a character or two, and whatever the search for lines had overlooked, are specks and strokes of pictures."""

_WORD = re.compile(r"[0-9A-Za-z.,%]*")
_CLOSERS = "，。、；：！？）》”’」』】〉,.;:!?)]"
_SENTENCE_ENDS = "。！？；：!?;:"


class Line(NamedTuple):
    """A printed line; `page` counts from 1."""

    text: str
    box: Box
    confidence: float
    page: int

    @property
    def locator(self) -> str:
        """Its place: page, and left, top, right and bottom in pixels of the straightened picture."""
        return f"page {self.page} box {','.join(map(str, self.box))}"


class Column(NamedTuple):
    """The left and right edge of the text of a page, its character height, and the usual step from line to line."""

    left: float
    right: float
    size: float
    step: float


# ------------------------------------------------------------------------------------------------ lines


def lines(page: Page, tables: Iterable[Box], ruling: Pixels, number: int) -> list[Line]:
    """The lines of text outside of tables, from top to bottom."""
    around_lines = cv2.dilate(ruling, np.ones((5, 5), np.uint8))
    ink = np.where(around_lines > 0, 0, page.ink).astype(np.uint8)
    grey = np.where(around_lines > 0, 255, page.grey).astype(np.uint8)
    for box in tables:
        box.of(ink)[:] = 0
        box.of(grey)[:] = 255
    if not ink.any():
        return []
    found = engine.detect(grey, page.text)
    missed = _missed(ink, found, page.text)
    boxes = [*found, *missed]
    readings = engine.recognise([box.of(grey) for box in boxes])
    seen = zip(boxes, readings, [False] * len(found) + [True] * len(missed), strict=True)
    legible = [(box, one) for box, one, doubted in seen if _is_text(one, doubted)]
    return [_line(row, page.text, number) for row in _rows(legible)]


def _is_text(reading: Reading, doubted: bool) -> bool:
    text = reading.text.strip()
    return bool(text) and (reading.confidence >= _LEGIBLE or not (doubted or len(text) < 3))


def _missed(ink: Pixels, found: Sequence[Box], text: float) -> list[Box]:
    """Boxes of print that the search for lines overlooked: a single figure, a number in front of a heading."""
    rest = ink.copy()
    for box in found:
        box.grown(2, rest).of(rest)[:] = 0
    reach = max(int(0.6 * text), 1)
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8)))
    boxes = [Box(left, top, left + width, top + height) for left, top, width, height, _ in stats[1:].tolist()]
    return [box.grown(int(0.15 * text), ink) for box in boxes if 0.6 * text <= box.height <= 1.6 * text and box.width >= 0.2 * text]


Piece = tuple[Box, Reading]


def _rows(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that stand beside one another, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece[0].middle):
        row = next((row for row in rows[-3:] if all(_beside(piece[0], other) for other, _ in row)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [sorted(row, key=lambda piece: piece[0].left) for row in rows]


def _beside(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.height, other.height) and (one.left >= other.right - 8 or other.left >= one.right - 8)


def _line(row: list[Piece], text: float, number: int) -> Line:
    out = row[0][1].text.strip()
    for (before, _), (box, reading) in pairwise(row):
        out += ("\t" if box.left - before.right > _APART * text else "") + reading.text.strip()
    return Line(out, around([box for box, _ in row]), round(min(reading.confidence for _, reading in row), 3), number)


# ------------------------------------------------------------------------------------------------ paragraphs


def columns(pages: Sequence[Sequence[Line]], widths: Sequence[int]) -> list[Column]:
    """How the text of each page is set; a page of short lines only is taken to have the margins of the others, or of a ninth."""
    own = [_column(found, width) for found, width in zip(pages, widths, strict=True)]
    lefts, rights = [one.left for one in own if one], [one.right for one in own if one]
    out = []
    for found, width, one in zip(pages, widths, own, strict=True):
        left = median(lefts) if lefts else width / 9
        right = median(rights) if rights else width * 8 / 9
        size = median(line.box.height for line in found) if found else 1.0
        edges = [line.box.left for line in found], [line.box.right for line in found]
        out.append(one or Column(min([left, *edges[0]]), max([right, *edges[1]]), size, _step(found, size)))
    return out


def _column(found: Sequence[Line], width: int) -> Column | None:
    """The margins that the long lines of a page keep; None where it has none."""
    widest = max((line.box.width for line in found), default=0)
    long = [line.box for line in found if line.box.width >= 0.6 * widest and line.box.width > width / 3]
    if not long:
        return None
    size = median(line.box.height for line in found)
    return Column(min(box.left for box in long), sorted(box.right for box in long)[-1 - len(long) // 10], size, _step(found, size))


def _step(found: Sequence[Line], size: float) -> float:
    steps = [b.box.middle - a.box.middle for a, b in pairwise(found) if b.box.top < a.box.bottom + 2 * size]
    return median(steps) if steps else 2 * size


class Paragraph(NamedTuple):
    """Lines of one paragraph; `heading` where they stand in the middle of the page."""

    lines: tuple[Line, ...]
    heading: bool

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(line.text for line in self.lines)

    @property
    def locator(self) -> str:
        """The place of its first line."""
        return self.lines[0].locator

    @property
    def confidence(self) -> float:
        """That of its worst line."""
        return min(line.confidence for line in self.lines)


def paragraphs(found: Sequence[Line], columns: Sequence[Column]) -> Iterator[Paragraph]:
    """The paragraphs of lines between which no table stands, over pages too; `columns` has one for each page of the document."""
    group: list[Line] = []
    for line in found:
        if group and not _goes_on(group, line, columns):
            yield _paragraph(group, columns)
            group = []
        group.append(line)
    if group:
        yield _paragraph(group, columns)


def _goes_on(group: Sequence[Line], after: Line, columns: Sequence[Column]) -> bool:
    before, size = group[-1], columns[after.page - 1].size
    if "\t" in before.text or "\t" in after.text:
        return False
    same_page = before.page == after.page
    step = after.box.middle - before.box.middle if same_page else 0.0
    if _is_centred(before, columns) and _is_centred(after, columns):
        return same_page and step < 3 * size and _is_one_title(group, after, size)
    if step > 1.6 * columns[after.page - 1].step or _opens(after, columns):
        return False
    if not _is_full(before, after, columns):
        return False
    return not (before.text[-1] in _SENTENCE_ENDS and leading_number(after.text).style)


def _is_one_title(group: Sequence[Line], after: Line, size: float) -> bool:
    large = min(group[-1].box.height, after.box.height) > 1.12 * size
    return large and sum(len(line.text) for line in (*group, after)) <= _TITLE and not leading_number(after.text).style


def _is_centred(line: Line, columns: Sequence[Column]) -> bool:
    one = columns[line.page - 1]
    before, behind = line.box.left - one.left, one.right - line.box.right
    return before > _CENTRED * one.size and abs(before - behind) < 1.6 * one.size


def _opens(line: Line, columns: Sequence[Column]) -> bool:
    one = columns[line.page - 1]
    return line.box.left - one.left > _INDENT * one.size or _is_centred(line, columns)


def _is_full(before: Line, after: Line, columns: Sequence[Column]) -> bool:
    """Whether what begins the next line would not have fitted on the line before."""
    one = columns[before.page - 1]
    return one.right - before.box.right < (_first_width(after.text) + 0.8) * one.size


def _first_width(text: str) -> float:
    """Characters of what cannot be broken at the start of a line: one with the marks behind it, or a number, or a word."""
    word = len(_WORD.match(text[:40])[0])  # type: ignore[index]
    closing = 1 if text[max(word, 1) : max(word, 1) + 1] in _CLOSERS else 0
    return (0.55 * word if word else 1.0) + closing


def _paragraph(group: Sequence[Line], columns: Sequence[Column]) -> Paragraph:
    size = sum(len(line.text) for line in group)
    centred = all(_is_centred(line, columns) for line in group)
    return Paragraph(tuple(group), centred and size <= _TITLE and group[-1].text[-1] not in "。；，、")
