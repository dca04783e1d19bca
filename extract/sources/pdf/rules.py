"""The drawn lines of a page, upright and level ones only: what tables are ruled with.

A rule is a stroke, a side of a stroked rectangle, a filled rectangle thin as a line (Word draws borders as such), or a picture thin as
a line. Pieces of one line are put together. Forms (`/Form` objects) are looked into.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.sources.pdf.frame import Box, Frame

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

MAX_OBJECTS = 30_000
MAX_RULES = 1_200
"""Drawn objects and lines of a page that are looked at. A page over it is a map or a drawing, its lines are no table."""

_THIN = 3.5
_SHORT = 3.0
_SLOPE = 0.7
_BESIDE = 1.6
_GAP = 3.0
_DEEP = 4
_PICTURE = 0.08


class Rule(NamedTuple):
    """A line at `at` (x of an upright one, y of a level one) from `start` to `end`."""

    at: float
    start: float
    end: float


class Drawn(NamedTuple):
    """What a page draws beside text: rules, the boxes of pictures worth reading, and whether it draws anything else."""

    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]
    pictures: tuple[Box, ...]
    others: int


class _Matrix(NamedTuple):
    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def inside(self, outer: _Matrix) -> _Matrix:
        return _Matrix(
            self.a * outer.a + self.b * outer.c,
            self.a * outer.b + self.b * outer.d,
            self.c * outer.a + self.d * outer.c,
            self.c * outer.b + self.d * outer.d,
            *outer.point(self.e, self.f),
        )


def read(page: PdfPage, frame: Frame) -> Drawn:
    """The drawn lines of a page on the upright page; none where it draws more than the bounds."""
    walk = _Walk(frame)
    walk.page(page.raw)
    if walk.objects > MAX_OBJECTS:
        return Drawn((), (), tuple(walk.pictures), walk.objects)
    level, upright = merged(walk.level), merged(walk.upright)
    if len(level) + len(upright) > MAX_RULES:
        return Drawn((), (), tuple(walk.pictures), walk.objects)
    return Drawn(level, upright, tuple(walk.pictures), walk.objects)


def merged(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules with those of one line put together."""
    found: list[Rule] = []
    for group in _beside(sorted(rules)):
        at = sum(rule.at for rule in group) / len(group)
        found += (Rule(at, start, end) for start, end in _joined(sorted((rule.start, rule.end) for rule in group)))
    return tuple(rule for rule in found if rule.end - rule.start > _SHORT)


def _beside(rules: list[Rule]) -> Iterator[list[Rule]]:
    group: list[Rule] = []
    for rule in rules:
        if group and rule.at - group[0].at > _BESIDE:
            yield group
            group = []
        group.append(rule)
    if group:
        yield group


def _joined(spans: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    start, end = spans[0]
    for next_start, next_end in spans[1:]:
        if next_start > end + _GAP:
            yield start, end
            start, end = next_start, next_end
        end = max(end, next_end)
    yield start, end


class _Walk:
    """Walks the objects of a page and collects their lines."""

    def __init__(self, frame: Frame) -> None:
        from pypdfium2 import raw as pdfium  # heavy, and only documents need it

        self._pdfium: Any = pdfium
        self._frame = frame
        self.level: list[Rule] = []
        self.upright: list[Rule] = []
        self.pictures: list[Box] = []
        self.objects = 0

    def page(self, page: Any) -> None:
        for index in range(min(self._pdfium.FPDFPage_CountObjects(page), MAX_OBJECTS * 2)):
            self._object(self._pdfium.FPDFPage_GetObject(page, index), _Matrix(), 0)

    def _object(self, drawn: Any, outer: _Matrix, depth: int) -> None:
        pdfium = self._pdfium
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT or self.objects > MAX_OBJECTS:
            return
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth < _DEEP:
                matrix = self._matrix(drawn).inside(outer)
                for index in range(pdfium.FPDFFormObj_CountObjects(drawn)):
                    self._object(pdfium.FPDFFormObj_GetObject(drawn, index), matrix, depth + 1)
            return
        self.objects += 1
        box = self._bounds(drawn, outer)
        if box is None:
            return
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE and self._is_picture(box):
            self.pictures.append(box)
        elif not self._take_thin(box) and kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(drawn, outer)

    def _is_picture(self, box: Box) -> bool:
        return box.width * box.height >= _PICTURE * self._frame.width * self._frame.height

    def _bounds(self, drawn: Any, outer: _Matrix) -> Box | None:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if not self._pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            return None
        a, b = outer.point(left.value, bottom.value), outer.point(right.value, top.value)
        return self._frame.box(*a, *b)

    def _matrix(self, drawn: Any) -> _Matrix:
        matrix = self._pdfium.FS_MATRIX()
        if not self._pdfium.FPDFPageObj_GetMatrix(drawn, matrix):
            return _Matrix()
        return _Matrix(matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)

    def _take_thin(self, box: Box) -> bool:
        """Whether something is thin enough to be a line, which is then kept; a dot is neither kept nor looked into."""
        if box.height <= _THIN and box.width > box.height:
            self.level.append(Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
        elif box.width <= _THIN and box.height > box.width:
            self.upright.append(Rule((box.x0 + box.x1) / 2, box.y0, box.y1))
        return min(box.width, box.height) <= _THIN

    def _path(self, drawn: Any, outer: _Matrix) -> None:
        """The lines of a path that is larger than a line: the sides it strokes, or the thin parts it fills."""
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        self._pdfium.FPDFPath_GetDrawMode(drawn, filled, stroked)
        if not filled.value and not stroked.value:
            return
        for points in self._outlines(drawn, self._matrix(drawn).inside(outer)):
            if stroked.value:
                for (ax, ay), (bx, by) in pairwise(points):
                    self._take_side(ax, ay, bx, by)
            else:
                xs, ys = [x for x, _ in points], [y for _, y in points]
                self._take_thin(Box(min(xs), min(ys), max(xs), max(ys)))

    def _take_side(self, ax: float, ay: float, bx: float, by: float) -> None:
        if abs(ay - by) <= _SLOPE < abs(ax - bx):
            self.level.append(Rule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif abs(ax - bx) <= _SLOPE < abs(ay - by):
            self.upright.append(Rule((ax + bx) / 2, min(ay, by), max(ay, by)))

    def _outlines(self, drawn: Any, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
        """The corners of each part of a path on the upright page; a closed part ends where it began, a curve breaks a part."""
        pdfium = self._pdfium
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        for index in range(min(pdfium.FPDFPath_CountSegments(drawn), MAX_OBJECTS)):
            segment = pdfium.FPDFPath_GetPathSegment(drawn, index)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = self._frame.point(*matrix.point(x.value, y.value))
            if pdfium.FPDFPathSegment_GetType(segment) != pdfium.FPDF_SEGMENT_LINETO and points:
                yield points
                points = []
            points.append(point)
            if pdfium.FPDFPathSegment_GetClose(segment):
                points.append(points[0])
            self.objects += 1
        if points:
            yield points
