"""Made-up scans: reports drawn on A4 pages with Pillow, and what paper, glass and stamps do to them.

The pages show what `made.report` prints. Drawing needs a font with Chinese characters, found through fontconfig; tests skip without one.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFont

from crawler.samples import figures
from tests.extract import forms
from tests.extract.sources.made import Form, Part, Span, Text

_NOT_FIRST = "，。、；：！？）》”"


@cache
def font_files(pattern: str = ":lang=zh-cn") -> tuple[str, ...]:
    """Font files that fontconfig knows for a pattern, in a fixed order."""
    if shutil.which("fc-list") is None:
        return ()
    listed = subprocess.run(["fc-list", pattern, "file"], capture_output=True, text=True, check=False).stdout
    return tuple(sorted(line.split(":")[0] for line in listed.splitlines() if line.strip()))


def chinese_font() -> str:
    """A font with Chinese characters; the test skips where there is none."""
    files = [name for name in font_files() if "Bold" not in name and "Black" not in name]
    if not files:
        pytest.skip("no font with Chinese characters: fc-list :lang=zh-cn names none")
    return next((name for name in files if "Serif" in name or "song" in name.lower()), files[0])


# ------------------------------------------------------------------------------------------------ the press


class Press:
    """Sets parts of a report on white pages. `latin` names another font for figures, `rules` how thick lines are in points."""

    def __init__(self, dpi: int = 200, font: str | None = None, latin: str | None = None, rules: float = 0.5, sides: bool = True) -> None:
        self.dpi, self.sides = dpi, sides
        self.font, self.latin = font or chinese_font(), latin
        self.rules = max(round(rules * dpi / 72), 1)
        self.width, self.height = round(8.27 * dpi), round(11.69 * dpi)
        self.left, self.right = self.points(72), self.width - self.points(66)
        self.top, self.bottom = self.points(80), self.height - self.points(80)
        self.pages: list[Image.Image] = []
        self._turn()

    def points(self, size: float) -> int:
        return round(size * self.dpi / 72)

    def set(self, parts: Sequence[Part]) -> list[Image.Image]:
        """The pages, each with its number at the foot."""
        for part in parts:
            if isinstance(part, Text):
                self._text(part, part is parts[0])
            else:
                self._form(part)
        for number, page in enumerate(self.pages, 1):
            foot = f"- {number} -"
            self._print(ImageDraw.Draw(page), (self.width - self._wide(foot, 11)) // 2, self.height - self.points(50), foot, 11)
        return self.pages

    def _turn(self) -> None:
        self.pages.append(Image.new("L", (self.width, self.height), 255))
        self.pen, self.y = ImageDraw.Draw(self.pages[-1]), self.top

    def _of(self, char: str, size: float) -> ImageFont.FreeTypeFont:
        return _font(self.latin if self.latin and char.isascii() else self.font, self.points(size))

    def _wide(self, text: str, size: float) -> int:
        return round(sum(self._of(char, size).getlength(char) for char in text))

    def _print(self, pen: ImageDraw.ImageDraw, x: float, y: float, text: str, size: float) -> None:
        for char in text:
            pen.text((x, y + self.points(size)), char, 0, font=self._of(char, size), anchor="ls")
            x += self._of(char, size).getlength(char)

    def _broken(self, text: str, size: float, room: int) -> list[str]:
        """The text in lines; marks that may not begin a line hang over, a number is not broken."""
        lines = [""]
        for char in text.replace("<br/>", "\n"):
            over = char != "\n" and self._wide(lines[-1] + char, size) > room and char not in _NOT_FIRST
            if char == "\n" or (over and not (char.isdigit() and lines[-1][-1:].isdigit())):
                lines.append("")
            lines[-1] += char if char != "\n" else ""
        return lines

    def _text(self, part: Text, title: bool) -> None:
        size, step = (20.0, 34) if title else (15.0, 26)
        indent = "" if title else "　　"
        for line in self._broken(indent + part.number + part.text, size, self.right - self.left):
            if self.y + self.points(step) > self.bottom:
                self._turn()
            x = (self.width - self._wide(line, size)) // 2 if title else self.left
            self._print(self.pen, x, self.y, line, size)
            self.y += self.points(step)

    def _form(self, form: Form) -> None:
        columns = self._columns(form)
        heights = self._heights(form, columns)
        placed, row = form.placed(), 0
        while row < len(placed):
            end = row
            while end < len(placed) and self.y + sum(heights[row : end + 1]) <= self.bottom:
                end += 1
            while row < end < len(placed) and self._in_head(placed, end):
                end -= 1
            if end == row:
                self._turn()
                continue
            self._rows(placed, heights, columns, (row, end))
            row = end
        self.y += self.points(10)

    def _in_head(self, placed: list[list[tuple[int, Span]]], row: int) -> bool:
        """Whether a break before that row would cut a cell of two or three rows: a head."""
        return any(number + down > row for number in range(max(row - 2, 0), row) for _, (_, _, down) in placed[number] if 1 < down < 4)

    def _columns(self, form: Form) -> list[int]:
        """The left edges of the columns, and the right edge of the last: wide as what stands in them."""
        weights = [2.2] * form.width
        for row in form.placed():
            for column, (text, across, _) in row:
                if across == 1:
                    weights[column] = max(weights[column], min(max(map(len, text.split("<br/>"))) ** 0.8, 6.0))
        unit = (self.right - self.left) / sum(weights)
        return [self.left + round(sum(weights[:index]) * unit) for index in range(form.width + 1)]

    def _heights(self, form: Form, columns: Sequence[int]) -> list[int]:
        heights = [self.points(19)] * len(form.rows)
        for number, row in enumerate(form.placed()):
            for column, (text, across, down) in row:
                lines = self._broken(text, 10.5, columns[column + across] - columns[column] - self.points(5))
                need = self.points(14) * len(lines) + self.points(6) - sum(heights[number : number + down])
                heights[number + down - 1] += max(need, 0)
        return heights

    def _rows(self, placed: list[list[tuple[int, Span]]], heights: list[int], columns: Sequence[int], part: tuple[int, int]) -> None:
        """The rows of a table that stand on this page; labels that have no room before the break go on behind it."""
        first, end = part
        for number, row in enumerate(placed[:end]):
            for column, (text, across, down) in row:
                upper, lower = max(number, first), min(number + down, end)
                if lower > upper:
                    top = self.y + sum(heights[first:upper])
                    box = (columns[column], top, columns[column + across], top + sum(heights[upper:lower]))
                    lines = self._broken(text, 10.5, box[2] - box[0] - self.points(5))
                    before = sum(heights[number:first]) // self.points(14) if number < first else 0
                    self._cell(lines[before : before + max((box[3] - top) // self.points(14), 1)], box)
        self.y += sum(heights[first:end])

    def _cell(self, lines: list[str], box: tuple[int, int, int, int]) -> None:
        left, top, right, bottom = box
        for line in ((left, top, right, top), (left, bottom, right, bottom), (left, top, left, bottom), (right, top, right, bottom)):
            if self.sides or line[0] != line[2] or self.left < line[0] < self.right:
                self.pen.line(line, 0, self.rules)
        y = (top + bottom - self.points(14) * len(lines)) // 2
        for number, line in enumerate(lines):
            self._print(self.pen, (left + right - self._wide(line, 10.5)) // 2, y + number * self.points(14), line, 10.5)


@lru_cache(64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(name, size)


# ------------------------------------------------------------------------------------------------ reports of the older forms


def list_report(table_id: str, seed: int) -> list[Part]:
    """A report of 2013 to 2018: prose, and the list table of its year behind it."""
    year = 2013 if table_id == "stats_2013" else 2017
    found = figures.list_table(table_id, Random(seed), 60)
    printed = {(row, column): "" if value is None else str(value) for row, line in found.items() for column, value in line.items()}
    lines = forms._rows(table_id, printed, forms.Layout())
    return [
        Text(f"青禾市水利局{year}年政府信息公开{'工作' if year > 2013 else ''}年度报告", heading=True),
        Text(f"根据《中华人民共和国政府信息公开条例》，现公布青禾市水利局{year}年政府信息公开年度报告。"),
        Text("概述", "一、", True),
        Text("全年主动公开政府信息312条，受理政府信息公开申请40件，均按期答复。"),
        Text("主动公开政府信息情况", "二、", True),
        Text("公开内容不够细，下一步将逐项补齐。"),
        Text(f"{year}年政府信息公开情况统计表", heading=True),
        Form(tuple(tuple(line.cells) for line in lines)),
    ]


# ------------------------------------------------------------------------------------------------ wear


def file(pages: Sequence[Any], kind: str = "PNG") -> bytes:
    """Pages as one file: a picture, a TIFF or GIF of several frames, or a PDF of pictures."""
    buffer = io.BytesIO()
    first, *more = [
        page if isinstance(page, Image.Image) else Image.fromarray(page[:, :, ::-1] if page.ndim == 3 else page) for page in pages
    ]
    first.save(
        buffer, kind, **({"save_all": True, "append_images": more} if more else {}), **({"resolution": 200} if kind == "PDF" else {})
    )
    return buffer.getvalue()


def turned(page: Image.Image, degrees: float) -> Image.Image:
    """The page laid askew on the glass."""
    return page.rotate(degrees, Image.Resampling.BICUBIC, fillcolor="white" if page.mode != "L" else 255)


def noisy(page: Image.Image, level: float = 8, quality: int = 50) -> Image.Image:
    """The page with the grain of a scanner, as a JPEG of that quality."""
    grain = Image.effect_noise(page.size, level * 2)
    worn = Image.blend(page, grain.convert(page.mode), 0.12)
    buffer = io.BytesIO()
    worn.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def shaded(page: Image.Image) -> Image.Image:
    """The page on grey paper, darker to one side."""
    shade = Image.linear_gradient("L").resize(page.size).point(lambda level: 165 + level * 70 // 255)
    return Image.composite(page.convert("L"), Image.new("L", page.size, 20), shade)


def sealed(page: Image.Image, at: tuple[float, float] = (0.72, 0.5)) -> Image.Image:
    """The page with a red seal: a ring, a star and a name bent along the ring, over whatever stands there."""
    width, height = page.size
    size = round(width * 42 / 210)
    seal = Image.new("RGB", (size, size), "white")
    pen = ImageDraw.Draw(seal)
    pen.ellipse((2, 2, size - 3, size - 3), outline=(215, 40, 45), width=max(size // 40, 2))
    letters = ImageFont.truetype(chinese_font(), size // 9)
    pen.text((size * 0.5, size * 0.5), "★", (215, 40, 45), ImageFont.truetype(chinese_font(), size // 3), anchor="mm")
    for number, letter in enumerate("青禾市水利局印"):
        tile = Image.new("RGB", (size, size), "white")
        ImageDraw.Draw(tile).text((size * 0.5, size * 0.12), letter, (215, 40, 45), letters, anchor="mm")
        seal = _multiplied(seal, tile.rotate(105 - 35 * number, fillcolor="white"))
    sheet = Image.new("RGB", page.size, "white")
    sheet.paste(seal, (round(width * at[0] - size / 2), round(height * at[1] - size / 2)))
    return _multiplied(page.convert("RGB"), sheet)


def _multiplied(one: Image.Image, other: Image.Image) -> Image.Image:
    from PIL import ImageChops

    return ImageChops.multiply(one, other)


WEAR: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda page: page,
    "askew": lambda page: turned(page, 1.3),
    "askew the other way": lambda page: turned(page, -2.0),
    "grain": lambda page: noisy(page),
    "grey paper": lambda page: noisy(shaded(page), 4, 70),
    "sealed": lambda page: sealed(page),
    "sealed, askew, grain": lambda page: noisy(turned(sealed(page), 0.8), 5, 60),
    "on its side": lambda page: page.rotate(90, expand=True),
    "upside down": lambda page: page.rotate(180),
}
