"""What is printed on a page picture, apart from paper, shade, seals and specks.

Ink is what differs from its surroundings, darker or lighter: white figures in a blue head are ink as well. A red seal is taken out by
colour: in the red channel it is as bright as the paper, and the black text below it stays.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from extract.sources.image.shapes import Box, Pixels

_FAINTEST = 30
"""Grey levels by which ink differs at least from the paper around it."""

_SHARE = 0.35
"""The same as a share of what the darkest strokes differ by: blurred edges and the text of the back side differ less."""


_STEEP, _SHADE = 1.4, 18
"""How much the contrast is raised, and the grey that becomes white: with them no 0 of a blurred or noisy scan was read as O."""

_BRIGHT, _RED = 0.7, 0.3
"""Shares of the red of a seal: what is as bright as the first in red, or by the second redder than blue and green, is no black print."""


class Page(NamedTuple):
    """A page picture: `grey` is dark on white whatever it was, `ink` has 255 where something is printed; `text` is its character height."""

    grey: Pixels
    ink: Pixels
    text: float


def page(picture: Pixels) -> Page:
    """The page of a colour picture: seals out, background white."""
    return of_grey(_without_seals(picture))


def of_grey(grey: Pixels) -> Page:
    """The page of a grey picture; `text` is 0 where nothing like a character is printed."""
    contrast = cv2.absdiff(grey, _background(grey))
    darkest = _darkest(contrast)
    ink = _mask(contrast, max(_FAINTEST, _SHARE * darkest))
    dark = cv2.convertScaleAbs(contrast, alpha=_STEEP * 255 / max(darkest, _FAINTEST * 2))
    clean = cv2.bitwise_not(cv2.subtract(dark, np.full_like(dark, _SHADE)))
    return Page(clean, ink, text_height(ink))


def _darkest(contrast: Pixels) -> float:
    """The contrast of the darkest two hundredth of the page: strokes, on a page with any print."""
    counts = np.cumsum(np.bincount(contrast.reshape(-1), minlength=256))
    return float(np.searchsorted(counts, 0.995 * counts[-1]))


def _background(grey: Pixels) -> Pixels:
    """Each pixel's surroundings: the median of a field some lines high, found in a small copy."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(width // 4, 1), max(height // 4, 1)), interpolation=cv2.INTER_AREA)
    return cv2.resize(cv2.medianBlur(small, 31), (width, height), interpolation=cv2.INTER_LINEAR)


def text_height(ink: Pixels) -> float:
    """The height of most characters in pixels; 0 where there are none.

    The parts of Chinese characters are smaller than the character, so that the tall ones among the marks count.
    """
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    marks = height[(height >= 7) & (height <= 160) & (width <= 1.6 * height) & (width >= 0.2 * height)]
    return float(np.percentile(marks, 85)) if len(marks) else 0.0


# ------------------------------------------------------------------------------------------------ seals


def _without_seals(picture: Pixels) -> Pixels:
    """The picture in grey, without the red of seals; red print that is no seal (a letterhead, a title) stays."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    blue, green, red = cv2.split(picture)
    redness = cv2.subtract(red, cv2.max(blue, green))
    reddish = _mask(redness, 30)
    for figure in _seals(reddish):
        seal = figure.grown(4, grey)  # its blurred rim is no longer red
        level = float(np.median(seal.of(red)[seal.of(reddish) > 0]))
        stamped = (seal.of(red) > _BRIGHT * level) | (seal.of(redness) > _RED * level)
        seal.of(grey)[stamped] = 255
    return grey


def _mask(levels: Pixels, over: float) -> Pixels:
    """255 where a level is higher than `over`, 0 elsewhere."""
    return cv2.threshold(levels, over, 255, cv2.THRESH_BINARY)[1]


def _seals(red: Pixels) -> list[Box]:
    """Round or oval red figures of the size of a seal: about 4 cm across, so from a twelfth of the page's width on; text is longer."""
    if not red.any():
        return []
    reach = max(min(red.shape) // 80, 3)
    joined = cv2.morphologyEx(red, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes = [Box(left, top, left + width, top + height) for left, top, width, height, _ in stats[1:].tolist()]
    smallest = min(red.shape) / 12
    return [box for box in boxes if min(box.width, box.height) >= smallest and max(box.width, box.height) < 2 * min(box.width, box.height)]
