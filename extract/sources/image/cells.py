"""What stands in the fields of a ruled table: ink decides whether a field is blank, the recogniser only what its lines say.

Text detection misses single figures in wide fields, so that it is not asked: inside a field the lines of text are bands of ink, and each
band is recognised for itself. Letters that stand one below the other are put side by side first, since a recogniser reads words better
than letters. A field with ink that no character was seen in has the text "" with confidence 0; a blank field has confidence 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from extract.model import Grid, GridCell
from extract.sources.image import engine
from extract.sources.image.ink import Page, text_height
from extract.sources.image.ruling import Field, Ruled
from extract.sources.image.shapes import Box, Pixels, Reading

_SPECK = 0.22
"""Character heights of a mark that is no print: dust. The dash of a form is wider; the point in 1.5 stands beside figures and stays."""

_GRAIN = 0.1
"""Character heights of the largest grain of a scanner; a decimal point is larger."""

_RESIDUE = 0.4
"""Confidence of a blank where a thin mark on the edge of the field was taken for a rest of its line: it may be a 1 that touches it."""

_FLAT = 0.25
"""Character heights of the thickest stroke that is a dash and nothing else in its line."""

_HYPHEN, _DASH = 0.7, 1.15
"""Character heights: a flat stroke narrower than the first is a hyphen, one wider than the second a dash; between them it may be 一."""

_MEASURED = 0.95
_BROKEN = 0.4
"""Confidence of a figure that goes on in a second line: it may be two figures."""

_CROOKED = 0.4
"""Highest confidence of a cell in a table whose lines do not part it cleanly."""


class Print(NamedTuple):
    """The print in a field: crops to recognise, one a line; `sure` is how sure it is that they are all, and what they seem to be.

    `known` is what the shape of the ink says where that is enough: a blank, a dash.
    """

    crops: tuple[Pixels, ...]
    sure: float = 1.0
    known: Reading | None = None


def read(page: Page, tables: Sequence[Ruled], where: str) -> list[Grid]:
    """The grids of ruled tables. `where` names the page in locators: `page 3 table 1 row 2 column 4 box 96,319,341,360`."""
    prints = [[_print(page, field, height) for field in table.fields] for table in tables for height in [_height(page, table)]]
    readings = iter(engine.recognise([crop for table in prints for one in table for crop in one.crops]))
    cells = [[one.known or _joined([next(readings) for _ in one.crops], one.sure) for one in table] for table in prints]
    return [_grid(table, read, f"{where} table {number}") for number, (table, read) in enumerate(zip(tables, cells, strict=True), 1)]


def _height(page: Page, table: Ruled) -> float:
    """The height of characters in a table, which are often smaller than those of the prose."""
    inside = np.zeros_like(page.ink)
    for field in table.fields:
        box = _inside(field.box)
        box.of(inside)[:] = box.of(page.ink)
    return text_height(table.box.of(inside)) or page.text


def _inside(box: Box) -> Box:
    """A field without the seam of its lines."""
    return Box(box.left + 1, box.top + 1, max(box.right - 1, box.left + 2), max(box.bottom - 1, box.top + 2))


def _joined(lines: Sequence[Reading], sure: float) -> Reading:
    text = "".join(line.text.strip() for line in lines)
    confidence = min([sure, *(line.confidence for line in lines)])
    if any(one.text[-1:].isdigit() and two.text[:1].isdigit() for one, two in pairwise(lines)):
        confidence = min(confidence, _BROKEN)
    return Reading(text, confidence)


def _grid(table: Ruled, readings: Sequence[Reading], where: str) -> Grid:
    rows: dict[int, list[GridCell]] = {}
    for field, reading in zip(table.fields, readings, strict=True):
        place = f"{where} row {field.row + 1} column {field.column + 1} box {','.join(map(str, field.box))}"
        confidence = reading.confidence if table.sound else min(reading.confidence, _CROOKED)
        cell = GridCell(reading.text, field.row, field.column, place, field.row_span, field.column_span, confidence=round(confidence, 3))
        rows.setdefault(field.row, []).append(cell)
    return Grid(tuple(tuple(rows[row]) for row in sorted(rows)), where)


# ------------------------------------------------------------------------------------------------ the ink of a field


def _print(page: Page, field: Field, height: float) -> Print:
    box = _inside(field.box)
    ink, residue = _without_lines(box.of(page.ink), height)
    bands = [_tight(ink, band) for band in _bands(ink, height)]
    if not bands:
        return Print((), known=Reading("", _RESIDUE if residue else 1.0))
    flat = len(bands) == 1 and bands[0].height < _FLAT * height
    if flat and (known := _stroke(bands[0].width / height)):
        return Print((), known=known)
    if len(bands) > 2 and all(band.width < 1.4 * height for band in bands):
        return Print((_side_by_side(page, [band.moved(box.left, box.top) for band in bands], height),))
    return Print(tuple(_crop(page, band.moved(box.left, box.top), box, height) for band in bands), _BROKEN if flat else 1.0)


def _stroke(width: float) -> Reading | None:
    """What a flat stroke is that stands alone in its field, by its width in character heights; None where it may be a dash or 一."""
    if width < _HYPHEN:
        return Reading("-", _MEASURED)
    return Reading("—" * max(round(width), 1), _MEASURED) if width > _DASH else None


def _without_lines(ink: Pixels, height: float) -> tuple[Pixels, bool]:
    """The ink of a field without what is left of its lines at the edge, none where but specks remain; whether a rest might be a figure."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    kept = np.zeros(count, np.uint8)
    residue, largest = False, 0
    for index, (left, top, width, down, _) in enumerate(stats[1:].tolist(), 1):
        on_side = left <= 1 or left + width >= ink.shape[1] - 1
        on_end = top <= 1 or top + down >= ink.shape[0] - 1
        if (on_side and width < _SPECK * height) or (on_end and down < _SPECK * height):
            residue |= on_side and 0.6 * height < down < min(1.3 * height, 0.9 * ink.shape[0])
            continue
        if max(width, down) < _GRAIN * height:
            continue
        kept[index] = 255
        largest = max(largest, width, down)
    picked: Pixels = kept[labels]
    return (picked if largest >= _SPECK * height else np.zeros_like(ink)), residue


def _bands(ink: Pixels, height: float) -> list[tuple[int, int]]:
    """Top and bottom of the lines of text: bands of ink, joined while together they are no higher than a character (三 is three)."""
    rows = np.flatnonzero(ink.any(axis=1))
    if not len(rows):
        return []
    cuts = np.flatnonzero(np.diff(rows) > 1)
    spans = list(zip(rows[[0, *(cuts + 1)]].tolist(), (rows[[*cuts, len(rows) - 1]] + 1).tolist(), strict=True))
    joined = [spans[0]]
    for top, bottom in spans[1:]:
        if bottom - joined[-1][0] <= 1.2 * height:
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    return joined


def _tight(ink: Pixels, band: tuple[int, int]) -> Box:
    """The box of the ink in a band."""
    top, bottom = band
    columns = np.flatnonzero(ink[top:bottom].any(axis=0))
    return Box(int(columns[0]), top, int(columns[-1]) + 1, bottom)


def _crop(page: Page, box: Box, field: Box, height: float) -> Pixels:
    """The picture of a line as high as a line of text, however flat its ink is (a dash), with paper around it."""
    lacking = max(int(height) - box.height, 0)
    tall = Box(box.left, max(box.top - lacking // 2, field.top), box.right, min(box.bottom + (lacking + 1) // 2, field.bottom))
    around_it = int(0.2 * height)
    inner = Box(
        max(tall.left - around_it, field.left),
        max(tall.top - around_it // 2, field.top),
        min(tall.right + around_it, field.right),
        min(tall.bottom + around_it // 2, field.bottom),
    )
    part = inner.of(page.grey)
    missing = max(int(1.2 * height) - part.shape[0], 0)
    return cv2.copyMakeBorder(part, missing // 2, (missing + 1) // 2, around_it, around_it, cv2.BORDER_CONSTANT, value=255)


def _side_by_side(page: Page, letters: Sequence[Box], height: float) -> Pixels:
    """Letters that stand one below the other as one line."""
    size = int(1.2 * height)
    strip = np.full((size, 0), 255, np.uint8)
    for letter in letters:
        part = letter.grown(1, page.grey).of(page.grey)[:size]
        lacking, gap = size - part.shape[0], int(0.1 * height)
        part = cv2.copyMakeBorder(part, lacking // 2, (lacking + 1) // 2, gap, gap, cv2.BORDER_CONSTANT, value=255)
        strip = np.hstack([strip, part])
    return strip
