"""The places on a page picture: pixel boxes, arrays of pixels, and what was recognised in a box."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Pixels = np.ndarray[Any, np.dtype[Any]]
"""A picture: rows of pixels, one byte each where it is grey, three (blue, green, red) where it has colour."""


class Box(NamedTuple):
    """A rectangle in pixels; `right` and `bottom` lie just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height of its middle on the page."""
        return (self.top + self.bottom) / 2

    def grown(self, by: int, within: Pixels) -> Box:
        """The box with `by` more pixels on each side, as far as the picture reaches."""
        height, width = within.shape[:2]
        return Box(max(self.left - by, 0), max(self.top - by, 0), min(self.right + by, width), min(self.bottom + by, height))

    def of(self, picture: Pixels) -> Pixels:
        """The part of the picture in the box."""
        return picture[self.top : self.bottom, self.left : self.right]

    def moved(self, across: int, down: int) -> Box:
        """The box at another place."""
        return Box(self.left + across, self.top + down, self.right + across, self.bottom + down)


def around(boxes: list[Box]) -> Box:
    """The smallest box that holds all of `boxes`, at least one."""
    return Box(
        min(box.left for box in boxes), min(box.top for box in boxes), max(box.right for box in boxes), max(box.bottom for box in boxes)
    )


class Reading(NamedTuple):
    """What was recognised, with the lowest of its characters' probabilities: 0 for ink that no character was seen in."""

    text: str
    confidence: float
