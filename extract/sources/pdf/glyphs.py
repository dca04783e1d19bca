"""The characters of a page with their places, as the text layer has them, in the order in which the page draws them.

PDFium says where each character stands and which text object drew it. Blanks are left out (gaps say more, `lines.py`), so are
characters that stand off the page, at a slant (watermarks), or twice in one place (bold made by printing twice).
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from extract.errors import TooLarge
from extract.sources.pdf.frame import Box, Frame

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

MAX_ON_PAGE = 40_000
"""Characters of a page. A page full of 5-point print has some 20,000."""

_SLANT = 0.1
_TALL = 1.8
_BOLD_NAMES = ("bold", "black", "heavy", "hei", "黑", "小标宋", "xbs", "xiaobiao")
_BOLD_WEIGHT = 600
_INVISIBLE = 3
_SAME_PLACE = 0.3
_SQUARE = 8.0
_NEAR = 20
_MOST = 0.6


class Glyph(NamedTuple):
    """A character on an upright page. `turn`: quarters that it is itself turned counter-clockwise; `run`: number of its text object.

    `x0` to `x1` is its advance, `base` the line it stands on, `size` the height of its font. `broken`: the font does not say which
    character it is. `hidden`: drawn without ink, as under the scan that it was recognised from.
    """

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    size: float
    turn: int
    run: int
    bold: bool
    hidden: bool
    broken: bool

    @property
    def box(self) -> Box:
        """Where it stands."""
        return Box(self.x0, self.y0, self.x1, self.y1)

    @property
    def x(self) -> float:
        """The middle from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """The middle from top to bottom."""
        return (self.y0 + self.y1) / 2


class _Run(NamedTuple):
    """What the characters of a text object have in common."""

    number: int
    size: float
    turn: int | None
    bold: bool
    hidden: bool


class _Raw(NamedTuple):
    char: str
    corners: tuple[float, float, float, float]
    origin: tuple[float, float]
    run: _Run
    broken: bool


def read(page: PdfPage, text: PdfTextPage) -> tuple[list[Glyph], Frame]:
    """The characters of a page and the frame in which they are upright. Raises TooLarge over `MAX_ON_PAGE`."""
    if text.count_chars() > MAX_ON_PAGE:
        raise TooLarge(f"{text.count_chars():,} characters on a page; the bound is {MAX_ON_PAGE:,}")
    raw = _Reader(text.raw, text.count_chars()).read()
    frame = Frame.of(page.get_bbox(), page.get_rotation())
    turns = Counter(((one.run.turn or 0) - frame.quarters) % 4 for one in raw)
    turn, count = turns.most_common(1)[0] if turns else (0, 0)
    if turn and count > _MOST * len(raw):
        frame = frame.turned(turn)
    return _once([glyph for one in raw if (glyph := _placed(one, frame)) is not None]), frame


def _placed(raw: _Raw, frame: Frame) -> Glyph | None:
    """The character on the upright page; None where it stands off the page."""
    box = frame.box(*raw.corners)
    if not Box(0, 0, frame.width, frame.height).holds((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2):
        return None
    turn = ((raw.run.turn or 0) - frame.quarters) % 4
    x, y = frame.point(*raw.origin)
    run = raw.run
    return Glyph(raw.char, *box, x if turn % 2 else y, run.size, turn, run.number, run.bold, run.hidden, raw.broken)


def _once(glyphs: list[Glyph]) -> list[Glyph]:
    """The characters without those printed again a hair beside themselves."""
    seen: dict[tuple[str, int, int], list[Glyph]] = {}
    kept: list[Glyph] = []
    for glyph in glyphs:
        column, row = round(glyph.x / _SQUARE), round(glyph.y / _SQUARE)
        places = [(glyph.char, x, y) for x in (column - 1, column, column + 1) for y in (row - 1, row, row + 1)]
        if not any(_is_same_place(glyph, other) for place in places for other in seen.get(place, ())[-_NEAR:]):
            seen.setdefault((glyph.char, column, row), []).append(glyph)
            kept.append(glyph)
    return kept


def _is_same_place(glyph: Glyph, other: Glyph) -> bool:
    reach = _SAME_PLACE * min(glyph.x1 - glyph.x0, other.x1 - other.x0, glyph.size)
    return abs(glyph.x - other.x) <= reach and abs(glyph.y - other.y) <= reach


class _Reader:
    """Reads the characters of a text page through PDFium's C functions: a call each, so what a text object shares is asked once."""

    def __init__(self, text: Any, count: int) -> None:
        from pypdfium2 import raw as pdfium  # heavy, and only documents need it

        self._pdfium: Any = pdfium
        self._text = text
        self._count = count
        self._runs: dict[int, _Run] = {}
        self._loose = pdfium.FS_RECTF()
        self._matrix = pdfium.FS_MATRIX()
        self._tight = [ctypes.c_double() for _ in range(4)]
        self._origin = (ctypes.c_double(), ctypes.c_double())
        self._name = ctypes.create_string_buffer(256)

    def read(self) -> list[_Raw]:
        """All characters that are drawn and no blanks."""
        return [raw for index in range(self._count) if (raw := self._one(index)) is not None]

    def _one(self, index: int) -> _Raw | None:
        pdfium, text = self._pdfium, self._text
        drawn = pdfium.FPDFText_GetTextObject(text, index)
        code = pdfium.FPDFText_GetUnicode(text, index)
        if not drawn or (code in _BLANKS and not (code == 0 and self._has_ink(index))):
            return None
        address = ctypes.addressof(drawn.contents)
        run = self._runs.get(address) or self._run(index, address, drawn)
        if run.turn is None or not run.size:
            return None
        broken = bool(pdfium.FPDFText_HasUnicodeMapError(text, index)) or code in _NOT_TEXT
        pdfium.FPDFText_GetCharOrigin(text, index, *self._origin)
        return _Raw(_character(code), self._corners(index, run.size), (self._origin[0].value, self._origin[1].value), run, broken)

    def _corners(self, index: int, size: float) -> tuple[float, float, float, float]:
        """The advance box; the ink where it is no such box (PDFium multiplies that of vertical writing by the font's scale)."""
        box = self._loose
        self._pdfium.FPDFText_GetLooseCharBox(self._text, index, box)
        width, height = box.right - box.left, box.top - box.bottom
        if 0 < width <= _TALL * 2 * size and 0 < height <= _TALL * 2 * size:
            return box.left, box.bottom, box.right, box.top
        left, right, bottom, top = self._tight
        self._pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        return left.value, bottom.value, right.value, top.value

    def _has_ink(self, index: int) -> bool:
        left, right, bottom, top = self._tight
        self._pdfium.FPDFText_GetCharBox(self._text, index, left, right, bottom, top)
        return bool(right.value > left.value and top.value > bottom.value)

    def _run(self, index: int, address: int, drawn: Any) -> _Run:
        pdfium, matrix = self._pdfium, self._matrix
        pdfium.FPDFText_GetMatrix(self._text, index, matrix)
        size = abs(pdfium.FPDFText_GetFontSize(self._text, index)) * math.hypot(matrix.c, matrix.d)
        hidden = pdfium.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE
        run = _Run(len(self._runs), size, _quarters(matrix), self._is_bold(index), hidden)
        self._runs[address] = run
        return run

    def _is_bold(self, index: int) -> bool:
        flags = ctypes.c_int()
        length = self._pdfium.FPDFText_GetFontInfo(self._text, index, self._name, len(self._name), flags)
        name = self._name.raw[: max(0, min(length, len(self._name)) - 1)].decode("utf-8", "replace").lower()
        return any(word in name for word in _BOLD_NAMES) or self._pdfium.FPDFText_GetFontWeight(self._text, index) >= _BOLD_WEIGHT


def _quarters(matrix: Any) -> int | None:
    """Quarters counter-clockwise that a text matrix turns; None for a slant."""
    quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    return round(quarters) % 4 if abs(quarters - round(quarters)) <= _SLANT else None


_BLANKS = frozenset(map(ord, "\0\t\n\v\f\r \xa0\xad\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff")) | set(range(0x2000, 0x2010))
_NOT_TEXT = frozenset({*range(0x20), *range(0x7F, 0xA0), 0xFFFD, 0xFFFE, 0xFFFF})


def _character(code: int) -> str:
    return chr(code) if code not in _NOT_TEXT and code <= 0x10FFFF and not 0xD800 <= code < 0xE000 else "\ufffd"
