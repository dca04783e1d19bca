"""What a page of an OFD draws: characters one by one, level and upright lines, pictures. Millimetres become points of a PDF.

A text object has a box on the page, a matrix inside it, and codes: a string with the place of its first character and the steps to the
others (`DeltaX="4.9 g 3 4.9"`: the step 4.9, then three of 4.9).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extract.errors import TooLarge
from extract.html import Element
from extract.sources.ofd.package import Ofd, Page, numbers
from extract.sources.pdf.frame import Box
from extract.sources.pdf.glyphs import MAX_ON_PAGE, Glyph
from extract.sources.pdf.rules import MAX_OBJECTS, MAX_RULES, Rule, merged
from extract.sources.zipped import local

_POINT = 72 / 25.4
_THIN = 3.5
_SLOPE = 0.7
_PICTURE = 0.08
_ASCENT = 0.86
_PATH = re.compile(r"[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEPS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7}
"""Numbers behind each letter of a path; a curve or an arc is no line."""
_BOLD_WEIGHT = 600


class _Matrix(NamedTuple):
    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 1
    e: float = 0
    f: float = 0

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f


class _Place(NamedTuple):
    """Where an object stands: its own matrix, then the corner of its box on the page."""

    matrix: _Matrix
    x: float
    y: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the object on the page, in points."""
        inner_x, inner_y = self.matrix.point(x, y)
        return (inner_x + self.x) * _POINT, (inner_y + self.y) * _POINT


@dataclass(slots=True)
class Drawn:
    """A page as drawn: lines in points from its top left corner, characters in the order of drawing."""

    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    level: Sequence[Rule] = ()
    upright: Sequence[Rule] = ()
    pictures: list[Box] = field(default_factory=list)


def read(page: Page, ofd: Ofd) -> Drawn:
    """The characters, lines and pictures of a page with its templates. Raises TooLarge over the bounds of a page."""
    walk = _Walk(page, ofd.bold)
    for content in page.contents:
        walk.objects(content)
    drawn = walk.drawn
    if len(walk.level) + len(walk.upright) <= 10 * MAX_RULES:
        drawn.level, drawn.upright = merged(walk.level), merged(walk.upright)
    if len(drawn.level) + len(drawn.upright) > MAX_RULES:
        drawn.level = drawn.upright = ()  # a drawing, no table
    return drawn


class _Walk:
    """Walks the layers of a page."""

    def __init__(self, page: Page, bold: set[str]) -> None:
        left, top, width, height = page.box
        self.left, self.top = left, top
        self.drawn = Drawn(width * _POINT, height * _POINT)
        self.level: list[Rule] = []
        self.upright: list[Rule] = []
        self.bold = bold
        self.count = self.runs = 0

    def objects(self, container: Element) -> None:
        """Text, paths and pictures of a layer and of the blocks in it."""
        for element in container:
            name = local(element)
            if element.get("Visible") == "false":
                continue
            self.count += 1
            if self.count > MAX_OBJECTS:
                raise TooLarge(f"more than {MAX_OBJECTS:,} objects on a page")
            if name in ("Layer", "PageBlock"):
                self.objects(element)
            elif name == "TextObject":
                self._text(element)
            elif name == "PathObject":
                self._path(element)
            elif name == "ImageObject":
                self._picture(element)

    def _place(self, element: Element) -> _Place:
        box = numbers(element.get("Boundary"))
        values = numbers(element.get("CTM"))
        matrix = _Matrix(*values) if len(values) == 6 else _Matrix()
        return _Place(matrix, (box[0] if len(box) == 4 else 0) - self.left, (box[1] if len(box) == 4 else 0) - self.top)

    # -------------------------------------------------------------------------------- text

    def _text(self, element: Element) -> None:
        place = self._place(element)
        size = next(iter(numbers(element.get("Size"))), 0.0)
        if size <= 0:
            return
        self.runs += 1
        turn = _turn(place.matrix, element.get("CharDirection"))
        if turn is None:
            return  # a watermark
        weight = next(iter(numbers(element.get("Weight"))), 0.0)
        style = _Style(
            size=size * _POINT * math.hypot(place.matrix.c, place.matrix.d),
            step=size,
            turn=turn,
            run=self.runs,
            bold=weight >= _BOLD_WEIGHT or element.get("Font") in self.bold,
            hidden=element.get("Alpha") == "0" or (element.get("Fill") == "false" and element.get("Stroke") != "true"),
        )
        self.drawn.glyphs += [glyph for code in element if local(code) == "TextCode" for glyph in self._code(code, place, style)]
        if len(self.drawn.glyphs) > MAX_ON_PAGE:
            raise TooLarge(f"more than {MAX_ON_PAGE:,} characters on a page")

    def _code(self, code: Element, place: _Place, style: _Style) -> Iterator[Glyph]:
        text = code.text or ""
        if not text.strip():
            return
        across, down = _deltas(code.get("DeltaX"), len(text)), _deltas(code.get("DeltaY"), len(text))
        x, y = (next(iter(numbers(code.get(name))), 0.0) for name in ("X", "Y"))
        for index, char in enumerate(text):
            advance = across[index] if index < len(across) else 0.0 if down else style.width(char)
            if not char.isspace():
                yield style.glyph(char, place.point(x, y), advance * _POINT * math.hypot(place.matrix.a, place.matrix.b))
            x += advance
            y += down[index] if index < len(down) else 0.0

    # -------------------------------------------------------------------------------- lines and pictures

    def _path(self, element: Element) -> None:
        place = self._place(element)
        filled = element.get("Fill") == "true"
        stroked = element.get("Stroke") != "false"
        data = next((one.text for one in element if local(one) == "AbbreviatedData"), None) or ""
        for points in _outlines(data[:200_000]):
            corners = [place.point(x, y) for x, y in points]
            xs, ys = [x for x, _ in corners], [y for _, y in corners]
            thin = self._take_thin(Box(min(xs), min(ys), max(xs), max(ys))) if filled or stroked else True
            if not thin and stroked:
                for (ax, ay), (bx, by) in itertools.pairwise(corners):
                    self._take_side(ax, ay, bx, by)

    def _take_thin(self, box: Box) -> bool:
        """Whether something is thin enough to be a line, which is then kept."""
        if box.height <= _THIN and box.width > box.height:
            self.level.append(Rule((box.y0 + box.y1) / 2, box.x0, box.x1))
        elif box.width <= _THIN and box.height > box.width:
            self.upright.append(Rule((box.x0 + box.x1) / 2, box.y0, box.y1))
        return min(box.width, box.height) <= _THIN

    def _take_side(self, ax: float, ay: float, bx: float, by: float) -> None:
        if abs(ay - by) <= _SLOPE < abs(ax - bx):
            self.level.append(Rule((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif abs(ax - bx) <= _SLOPE < abs(ay - by):
            self.upright.append(Rule((ax + bx) / 2, min(ay, by), max(ay, by)))

    def _picture(self, element: Element) -> None:
        box = numbers(element.get("Boundary"))
        if len(box) == 4 and box[2] * box[3] * _POINT * _POINT >= _PICTURE * self.drawn.width * self.drawn.height:
            x, y = (box[0] - self.left) * _POINT, (box[1] - self.top) * _POINT
            self.drawn.pictures.append(Box(x, y, x + box[2] * _POINT, y + box[3] * _POINT))


class _Style(NamedTuple):
    """What the characters of a text object have in common: size in points, `step` the advance of a full character in its own units."""

    size: float
    step: float
    turn: int
    run: int
    bold: bool
    hidden: bool

    def width(self, char: str) -> float:
        """The advance of a character of which none is stated: a Latin letter takes half of a Chinese one."""
        return self.step * (0.5 if char.isascii() else 1.0)

    def glyph(self, char: str, origin: tuple[float, float], advance: float) -> Glyph:
        """A character that stands on its base line at `origin`; one with a large step takes no more room than its size."""
        x, y = origin
        width = min(advance, self.size * (0.6 if char.isascii() else 1.05)) if advance > 0 else self.size * (0.5 if char.isascii() else 1)
        rise = self.size * _ASCENT
        box = {
            0: Box(x, y - rise, x + width, y - rise + self.size),
            1: Box(x - rise, y - width, x - rise + self.size, y),
            2: Box(x - width, y + rise - self.size, x, y + rise),
            3: Box(x + rise - self.size, y, x + rise, y + width),
        }[self.turn]
        base = x if self.turn % 2 else y
        return Glyph(char, *box, base, self.size, self.turn, self.run, self.bold, self.hidden, char == "\ufffd")


def _turn(matrix: _Matrix, direction: str | None) -> int | None:
    """Quarters counter-clockwise that characters are turned; None for a slant. The y axis of OFD goes down."""
    quarters = -math.atan2(matrix.b, matrix.a) / (math.pi / 2) - (int(direction) // 90 if direction in ("90", "180", "270") else 0)
    return round(quarters) % 4 if abs(quarters - round(quarters)) <= 0.1 else None


def _deltas(text: str | None, most: int) -> list[float]:
    """The steps between characters; `g 3 4.9` stands for three of 4.9. What makes no sense ends them."""
    found: list[float] = []
    parts = iter((text or "").split())
    try:
        for part in parts:
            if part == "g":
                count, step = int(next(parts)), float(next(parts))
                found += [step] * max(0, min(count, most))
            else:
                found.append(float(part))
            if len(found) >= most:
                break
    except (ValueError, StopIteration):
        pass
    return [step for step in found if abs(step) < 1e5]


def _outlines(data: str) -> Iterator[list[tuple[float, float]]]:
    """The corners of each part of a path; a closed part ends where it began, a curve breaks a part."""
    points: list[tuple[float, float]] = []
    for letter, values in _commands(data):
        if letter == "C" and points:
            points.append(points[0])
        elif letter == "L" and points:
            points.append((values[0], values[1]))
        elif len(values) >= 2:
            if len(points) > 1:
                yield points
            points = [(values[-2], values[-1])]
    if len(points) > 1:
        yield points


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    """The letters of a path with their numbers; a letter is not repeated for more points of its kind."""
    letter = ""
    values: list[float] = []
    for part in _PATH.findall(data):
        if part.isalpha():
            letter, values = part, []
            if letter == "C":
                yield letter, values
            continue
        values.append(float(part))
        if len(values) == _STEPS.get(letter):
            yield letter, values
            values = []
