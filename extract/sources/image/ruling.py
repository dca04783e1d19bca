"""Tables from their ruling lines: long strokes across and down, the fields they enclose, and the row and column of each field.

A field is what lines enclose, so a merged cell needs no rule of its own. A page break or the habit of a house may leave a side of the
table open: where strokes of one direction end at one edge together, the edge is drawn in. Where only a part of a line survived the
scanner, the fields on its two sides run together: a line that crosses part of a field is drawn through it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from extract.sources.image.shapes import Box, Pixels, around

_LONG = 2.2
"""Character heights of the shortest stroke across that may be a line; a dash is two characters long."""

_TALL = 1.3
"""The same for strokes down: no lower than a row, higher than the strokes of a character."""

_HOLE = 0.08
"""Character heights of a hole in a line that noise makes; the strokes of neighbouring characters are further apart."""

_GAP = 0.4
"""Character heights of a gap between two parts of a line, and between a line and the one that it ends on."""

_BROKEN_OFF = 3.0
"""Character heights of the shortest part of a broken line that is believed to be one."""

_SURVIVED = 0.3
"""Share of a line that must be left for it to part two fields."""


class Field(NamedTuple):
    """A cell of a ruled table: its inside in pixels, and its place in the grid."""

    box: Box
    row: int
    column: int
    row_span: int
    column_span: int


class Ruled(NamedTuple):
    """A ruled table. `columns` are its column edges in pixels; `sound` is false where fields overlap or leave gaps."""

    box: Box
    fields: tuple[Field, ...]
    columns: tuple[int, ...]
    sound: bool


class Strokes(NamedTuple):
    """Masks of the strokes across and down."""

    across: Pixels
    down: Pixels

    @property
    def both(self) -> Pixels:
        """All strokes in one mask."""
        return cv2.bitwise_or(self.across, self.down)

    def of(self, box: Box) -> Strokes:
        """A copy of the strokes in a box."""
        return Strokes(box.of(self.across).copy(), box.of(self.down).copy())


def tables(ink: Pixels, text: float) -> tuple[list[Ruled], Pixels]:
    """The ruled tables of a page from top to bottom, and the mask of their lines; `text` is the height of characters in pixels.

    A box round a text is no table: two fields are the least. An outer frame round the page is none either.
    """
    strokes = _strokes(ink, text)
    found: list[Ruled] = []
    mask = np.zeros_like(ink)
    for box in _regions(strokes.both, text):
        ruled = _table(strokes.of(box), box, text)
        if ruled is not None:
            found.append(ruled)
            part = box.of(mask)
            part |= box.of(strokes.both)
    return found, mask


def _strokes(ink: Pixels, text: float) -> Strokes:
    hole, reach = max(int(_HOLE * text), 1), int(_GAP * text) // 2 * 2 + 1
    across = _runs(ink, (int(_LONG * text), 1), (hole, 1), (reach, 1))
    down = _runs(ink, (1, int(_TALL * text)), (1, hole), (1, reach))
    return Strokes(across, down)


def _runs(ink: Pixels, shortest: tuple[int, int], hole: tuple[int, int], reach: tuple[int, int]) -> Pixels:
    """Runs of ink in one direction (sizes are width and height), over specks of a noisy scan, lengthened so that corners meet."""
    whole = cv2.morphologyEx(_thin(ink, shortest), cv2.MORPH_CLOSE, np.ones(hole[::-1], np.uint8))
    runs = cv2.morphologyEx(whole, cv2.MORPH_OPEN, np.ones(shortest[::-1], np.uint8))
    return cv2.dilate(runs, np.ones(reach[::-1], np.uint8))


def _thin(ink: Pixels, shortest: tuple[int, int]) -> Pixels:
    """Ink without what is as thick as a line is long in the other direction: pictures and filled fields."""
    thick = max(shortest) // 2 * 2 + 1
    solid = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((thick // 3, thick // 3), np.uint8))
    return cv2.subtract(ink, cv2.dilate(solid, np.ones((3, 3), np.uint8)))


def _regions(lines: Pixels, text: float) -> list[Box]:
    """Boxes of strokes that hang together, from top to bottom, large enough for two fields."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(lines)
    boxes = [Box(left, top, left + width, top + height) for left, top, width, height, _ in stats[1:].tolist()]
    return sorted((box for box in boxes if box.width > 6 * text and box.height > 1.2 * text), key=lambda box: box.top)


# ------------------------------------------------------------------------------------------------ one table


def _table(strokes: Strokes, box: Box, text: float) -> Ruled | None:
    strokes = _anchored(_closed(strokes, text), text)
    boxes = _enclosed(strokes.both, text)
    if len(boxes) < 2:
        return None
    healed = _healed(strokes, boxes, text)
    boxes = _enclosed(healed.both, text)
    rows = _edges([edge for one in boxes for edge in (one.top, one.bottom)], text)
    columns = _edges([edge for one in boxes for edge in (one.left, one.right)], text)
    fields = sorted((_field(one, rows, columns) for one in boxes), key=lambda field: (field.row, field.column))
    placed = tuple(field._replace(box=field.box.moved(box.left, box.top)) for field in fields)
    sound = _is_partition(fields, len(rows) - 1, len(columns) - 1)
    return Ruled(around([field.box for field in placed]), placed, tuple(edge + box.left for edge in columns), sound)


def _closed(strokes: Strokes, text: float) -> Strokes:
    """The strokes with the open sides of the table drawn in."""
    down = _with_sides(strokes.across, strokes.down, text)
    across = _with_sides(down.T, strokes.across.T, text).T
    return Strokes(np.ascontiguousarray(across), down)


def _with_sides(across: Pixels, down: Pixels, text: float) -> Pixels:
    """`down` with a stroke at the left and the right end of `across`, as far as strokes across end there."""
    drawn = down.copy()
    for columns in (slice(0, max(int(text), 2)), slice(-max(int(text), 2), None)):
        rows = np.flatnonzero(across[:, columns].any(axis=1))
        if len(rows) and rows[-1] - rows[0] > text:
            edge = 1 if columns.start == 0 else down.shape[1] - 2
            cv2.line(drawn, (edge, int(rows[0])), (edge, int(rows[-1])), 255, 2)
    return drawn


def _anchored(strokes: Strokes, text: float) -> Strokes:
    """Strokes without those that end in the middle of nowhere: the tall strokes of large characters, underlines."""
    down = _ending_on(strokes.down, strokes.across, text)
    across = _ending_on(strokes.across.T, down.T, text).T
    return Strokes(np.ascontiguousarray(across), down)


def _ending_on(down: Pixels, across: Pixels, text: float) -> Pixels:
    """The strokes of `down` that have a stroke of `across` at both ends, or at one end where they are long: a seal took the rest."""
    down, reach = np.ascontiguousarray(down), max(int(0.5 * text), 2)
    near = cv2.dilate(np.ascontiguousarray(across), np.ones((2 * reach + 1, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(down)
    kept = np.zeros(len(stats), np.uint8)
    for index, (left, top, width, height, _) in enumerate(stats[1:].tolist(), 1):
        upper, lower = near[top : top + 2, left : left + width], near[top + height - 2 : top + height, left : left + width]
        ends = bool(upper.any()) + bool(lower.any())
        kept[index] = 255 if ends == 2 or (ends and height > _BROKEN_OFF * text) else 0
    picked: Pixels = kept[labels]
    return picked


def _enclosed(lines: Pixels, text: float) -> list[Box]:
    """The fields that lines enclose: what is not connected with the outside and has room for a character."""
    padded = cv2.copyMakeBorder(lines, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    _, _, stats, _ = cv2.connectedComponentsWithStats(cv2.bitwise_not(padded), connectivity=4)
    height, width = padded.shape
    boxes = []
    for left, top, across, down, area in stats[1:].tolist():
        outside = left == 0 or top == 0 or left + across == width or top + down == height
        if not outside and across > 0.4 * text and down > 0.5 * text and area > 0.4 * across * down:
            boxes.append(Box(left - 1, top - 1, left - 1 + across, top - 1 + down))
    return boxes


def _healed(strokes: Strokes, boxes: list[Box], text: float) -> Strokes:
    """The strokes with broken lines drawn through: where part of one stands at an edge of other fields within a field."""
    healed = Strokes(strokes.across.copy(), strokes.down.copy())
    columns = _edges([edge for box in boxes for edge in (box.left, box.right)], text)
    rows = _edges([edge for box in boxes for edge in (box.top, box.bottom)], text)
    reach = max(int(0.3 * text), 2)
    for box in boxes:
        for edge in _within(columns, box.left, box.right, text):
            if _share(strokes.down[box.top : box.bottom, max(edge - reach, 0) : edge + reach], axis=1) > _SURVIVED:
                cv2.line(healed.down, (edge, box.top), (edge, box.bottom), 255, 2)
        for edge in _within(rows, box.top, box.bottom, text):
            if _share(strokes.across[max(edge - reach, 0) : edge + reach, box.left : box.right], axis=0) > _SURVIVED:
                cv2.line(healed.across, (box.left, edge), (box.right, edge), 255, 2)
    return healed


def _within(edges: Iterable[int], low: int, high: int, text: float) -> Iterator[int]:
    return (edge for edge in edges if low + 0.5 * text < edge < high - 0.5 * text)


def _share(strokes: Pixels, axis: int) -> float:
    """The part of a line's length that is marked in a strip along it; `axis` runs across the line."""
    return float((strokes.max(axis=axis, initial=0) > 0).mean()) if strokes.size else 0.0


# ------------------------------------------------------------------------------------------------ rows and columns


def _edges(places: Iterable[int], text: float) -> list[int]:
    """The edges of a grid: places no further apart than half a character are one edge, in their middle."""
    ordered = sorted(places)
    cuts = [0, *(index for index, (one, two) in enumerate(pairwise(ordered), 1) if two - one > 0.4 * text), len(ordered)]
    return [round(sum(ordered[start:end]) / (end - start)) for start, end in pairwise(cuts) if end > start]


def _field(box: Box, rows: list[int], columns: list[int]) -> Field:
    row, below = _nearest(rows, box.top), _nearest(rows, box.bottom)
    column, behind = _nearest(columns, box.left), _nearest(columns, box.right)
    return Field(box, row, column, max(below - row, 1), max(behind - column, 1))


def _nearest(edges: list[int], place: int) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - place))


def _is_partition(fields: list[Field], rows: int, columns: int) -> bool:
    """Whether each place of the grid belongs to exactly one field."""
    covered = np.zeros((rows + 1, columns + 1), np.uint8)
    for field in fields:
        covered[field.row : field.row + field.row_span, field.column : field.column + field.column_span] += 1
    return bool((covered[:rows, :columns] == 1).all())
