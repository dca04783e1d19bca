"""Places on a page: points from the top left corner of the page as it is read, x to the right, y down.

A PDF counts from the bottom left, may be turned by its `/Rotate`, and a table drawn across a page is turned by its text alone. `Frame`
undoes all three, so that the other modules only see upright pages.
"""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle on an upright page; `y1` is below `y0`."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.y1 - self.y0

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in the box or on its edge."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def around(self, other: Box) -> Box:
        """The box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def __str__(self) -> str:
        return ",".join(f"{round(value)}" for value in self)


class Frame(NamedTuple):
    """The page in the file's own coordinates, and how many quarters it is turned clockwise to be read."""

    left: float
    bottom: float
    right: float
    top: float
    quarters: int

    @classmethod
    def of(cls, box: tuple[float, float, float, float], degrees: int) -> Frame:
        """The frame of a page with this box (left, bottom, right, top) that is shown turned so many degrees clockwise."""
        left, bottom, right, top = box
        return cls(left, bottom, right, top, degrees // 90 % 4)

    @property
    def width(self) -> float:
        """Width of the upright page."""
        return self.top - self.bottom if self.quarters % 2 else self.right - self.left

    @property
    def height(self) -> float:
        """Height of the upright page."""
        return self.right - self.left if self.quarters % 2 else self.top - self.bottom

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the file on the upright page."""
        if self.quarters == 0:
            return x - self.left, self.top - y
        if self.quarters == 1:
            return y - self.bottom, x - self.left
        if self.quarters == 2:
            return self.right - x, y - self.bottom
        return self.top - y, self.right - x

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Box:
        """A rectangle of the file on the upright page."""
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    def turned(self, quarters: int) -> Frame:
        """The frame with so many more quarters."""
        return self._replace(quarters=(self.quarters + quarters) % 4)
