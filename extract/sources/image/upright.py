"""A page picture as if it had been laid straight on the glass: size, quarter turns and small angles put right.

The recogniser and the search for lines know pixels only, so that a page is scaled until its characters have the size they know. Which
side is up is asked of the recogniser: lines that stand upright give a page on its side away, lines that read badly one upside down.
"""

from __future__ import annotations

from statistics import median

import cv2
import numpy as np

from extract.sources.image import engine, ink
from extract.sources.image.ink import Page
from extract.sources.image.shapes import Box, Pixels

_SMALLEST, _LARGEST, _WANTED = 26.0, 52.0, 32.0
"""Character heights in pixels that are read as they are, and the height that others are scaled to; 11 points at 200 dpi are 28."""

_MOST_PIXELS = 24_000_000
"""Pixels of a scaled page; beyond that characters stay small."""

_STEEPEST = 6.0
"""Degrees of the largest angle that is looked for."""

_READS_WELL = 0.8
"""Median confidence of lines that stand upright; upside down they reach half of it."""


def page(picture: Pixels) -> Page:
    """The page of a colour picture, scaled, turned and straightened; `text` is 0 where it shows no text."""
    found = _scaled(ink.page(picture))
    if not found.text:
        return found
    turned = _turned(_straightened(found))
    on_its_side = turned.grey.shape != found.grey.shape
    return _straightened(turned) if on_its_side else turned  # an angle shows in the rows of text


def _scaled(page: Page) -> Page:
    if not page.text or _SMALLEST <= page.text <= _LARGEST:
        return page
    scale = min(_WANTED / page.text, 4.0, (_MOST_PIXELS / page.grey.size) ** 0.5)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return ink.of_grey(cv2.resize(page.grey, None, fx=scale, fy=scale, interpolation=way))


# ------------------------------------------------------------------------------------------------ small angles


def _straightened(page: Page) -> Page:
    angle = skew(page.ink)
    return page if abs(angle) < 0.04 else ink.of_grey(_rotated(page.grey, angle))


def skew(print_: Pixels) -> float:
    """Degrees by which a page is to be turned, anticlockwise counted positive, so that its lines lie level; 0 where no angle is better.

    Lines and text lie in rows: at the right angle the sums over rows of pixels differ most from row to row.
    """
    height, width = print_.shape
    scale = min(1.0, 1000 / max(height, width))
    small = cv2.resize(print_, (max(int(width * scale), 1), max(int(height * scale), 1)), interpolation=cv2.INTER_AREA)
    angle = 0.0
    for span, step in ((_STEEPEST, 0.5), (0.5, 0.1), (0.1, 0.02)):
        tries = np.arange(angle - span, angle + span + step / 2, step)
        angle = float(max(tries, key=lambda one: (round(_relief(small, float(one)), 6), -abs(float(one)))))
    return angle if _relief(small, angle) > 1.02 * _relief(small, 0.0) else 0.0


def _relief(small: Pixels, angle: float) -> float:
    rows = _rotated(small, angle, paper=0).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum() / max(np.square(rows).sum(), 1.0))


def _rotated(picture: Pixels, angle: float, paper: int = 255) -> Pixels:
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(paper,))


# ------------------------------------------------------------------------------------------------ quarter turns


def _turned(page: Page) -> Page:
    """The page with its top up, as lines of text show it; as it is where there are none."""
    lines = _lines(page)
    if not lines:
        return page
    if sum(_lies(box) for box in lines) * 2 >= len(lines):
        best, well = page, _legibility(page, lines)
        other = _quarter(page, 2) if well < _READS_WELL else None
        return other if other is not None and _legibility(other, _lines(other)) > well else best
    sideways = [_quarter(page, 1), _quarter(page, 3)]
    return max(sideways, key=lambda one: _legibility(one, _lines(one)))


def _quarter(page: Page, times: int) -> Page:
    return page._replace(grey=np.ascontiguousarray(np.rot90(page.grey, times)), ink=np.ascontiguousarray(np.rot90(page.ink, times)))


def _lines(page: Page) -> list[Box]:
    """Lines of text long enough to show which way they run."""
    boxes = engine.detect(page.grey, page.text * 1.4)
    return [box for box in boxes if max(box.width, box.height) > 2.5 * min(box.width, box.height)]


def _lies(box: Box) -> bool:
    return box.width > box.height


def _legibility(page: Page, lines: list[Box]) -> float:
    """Median confidence of some lines, of the first ten characters of each; 0 where there are none."""
    chosen = sorted(filter(_lies, lines), key=lambda box: -box.width)[:5]
    short = [box._replace(right=min(box.right, box.left + 10 * box.height)) for box in chosen]
    return median([reading.confidence for reading in engine.recognise([box.of(page.grey) for box in short])] or [0.0])
