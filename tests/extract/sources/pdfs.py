"""Made-up PDFs: a small press that sets paragraphs and tables on pages, with two pens (ReportLab and fpdf2), and ReportLab's own layout.

The press takes the same markup as the HTML reader, so that one report can be read in both forms and compared. ReportLab prints with a
font that every reader of PDF has; fpdf2 needs a font file with Chinese characters, its tests skip without one.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import lxml.html as lxml_html
import pytest

WIDTH, HEIGHT = 595.0, 842.0
LEFT, RIGHT, TOP, BOTTOM = 80.0, 515.0, 105.0, 740.0
_LONG_TABLE = 8
_NOT_FIRST = "，。、；：！？）》”"
_FONTS = ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "/usr/share/fonts/truetype/arphic/uming.ttc", "C:/Windows/Fonts/simsun.ttc")


# ------------------------------------------------------------------------------------------------ what is printed


class Cell(NamedTuple):
    text: str
    across: int = 1
    down: int = 1


class Text(NamedTuple):
    text: str
    align: str = "left"
    size: float = 15.0


Rows = list[list[Cell]]
Placed = list[tuple[int, int, Cell]]
Content = Text | Rows


def contents(markup: str) -> list[Content]:
    """The paragraphs and tables of a body of HTML, `<br/>` a line feed, two ideographic blanks in front an indent."""
    found: list[Content] = []
    for element in lxml_html.fromstring(f"<div>{markup}</div>").iter("p", "table"):
        if element.tag == "table":
            found.append([[_cell(cell) for cell in row.iter("td")] for row in element.iter("tr")])
        elif element.getparent().tag != "td":
            centred = "center" in (element.get("align") or "")
            right = "right" in (element.get("style") or "")
            found.append(Text(_text(element), "centre" if centred else "right" if right else "left", 22.0 if centred else 15.0))
    return found


def _cell(element: Any) -> Cell:
    return Cell(_text(element).strip(), int(element.get("colspan", 1)), int(element.get("rowspan", 1)))


def _text(element: Any) -> str:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    return element.text_content().strip(" \n\xa0")


# ------------------------------------------------------------------------------------------------ pens


class Pen(Protocol):
    def text(self, x: float, y: float, size: float, text: str, angle: float = 0, spacing: float = 0) -> None: ...
    def line(self, x0: float, y0: float, x1: float, y1: float) -> None: ...
    def width(self, text: str, size: float) -> float: ...
    def page(self) -> None: ...
    def body(self) -> bytes: ...


class ReportLab:
    """ReportLab's canvas, with the font STSong-Light that no file needs to carry."""

    def __init__(self, **options: Any) -> None:
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfgen.canvas import Canvas

        registerFont(UnicodeCIDFont("STSong-Light"))
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=(WIDTH, HEIGHT), **options)
        self.canvas.setLineWidth(0.5)

    def text(self, x: float, y: float, size: float, text: str, angle: float = 0, spacing: float = 0) -> None:
        canvas = self.canvas
        canvas.saveState()
        canvas.translate(x, HEIGHT - y)
        canvas.rotate(angle)
        canvas.setFont("STSong-Light", size)
        canvas.drawString(0, 0, text, charSpace=spacing)
        canvas.restoreState()

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.canvas.line(x0, HEIGHT - y0, x1, HEIGHT - y1)

    def width(self, text: str, size: float) -> float:
        return float(self.canvas.stringWidth(text, "STSong-Light", size))

    def page(self) -> None:
        self.canvas.showPage()
        self.canvas.setLineWidth(0.5)

    def body(self) -> bytes:
        self.canvas.save()
        return self.stream.getvalue()


class Fpdf:
    """fpdf2 with a font of this machine; the test skips where there is none."""

    def __init__(self) -> None:
        from fpdf import FPDF

        font = next((path for path in _FONTS if Path(path).exists()), None)
        if font is None:
            pytest.skip("no font file with Chinese characters is here")
        self.pdf = FPDF(unit="pt", format="A4")
        self.pdf.add_font("print", fname=font)
        self.pdf.set_auto_page_break(False)
        self.pdf.set_font("print", size=15)
        self.pdf.add_page()
        self.pdf.set_line_width(0.5)

    def text(self, x: float, y: float, size: float, text: str, angle: float = 0, spacing: float = 0) -> None:
        self.pdf.set_font("print", size=size)
        self.pdf.set_char_spacing(spacing)
        if angle:
            with self.pdf.rotation(angle, x, y):
                self.pdf.text(x, y, text)
        else:
            self.pdf.text(x, y, text)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        self.pdf.line(x0, y0, x1, y1)

    def width(self, text: str, size: float) -> float:
        self.pdf.set_font("print", size=size)
        self.pdf.set_char_spacing(0)
        return float(self.pdf.get_string_width(text))

    def page(self) -> None:
        self.pdf.add_page()
        self.pdf.set_line_width(0.5)

    def body(self) -> bytes:
        return bytes(self.pdf.output())


PENS: dict[str, Callable[[], Pen]] = {"reportlab": ReportLab, "fpdf2": Fpdf}


# ------------------------------------------------------------------------------------------------ the press


@dataclass
class Press:
    """Sets contents on pages.

    `rules`: all, none, or level (no upright lines). `heads`: so many rows are printed again where a table goes on. `open_breaks`: a page
    break leaves the cells it cuts without a line. `furniture` prints a running head and a page number. `labels`: how cells of several
    rows print their text: level, stacked or turned.
    """

    pen: Pen
    rules: str = "all"
    heads: int = 0
    open_breaks: bool = False
    furniture: bool = False
    labels: str = "level"
    cell_size: float = 9.0
    y: float = TOP
    number: int = 0
    _started: bool = field(default=False, repr=False)

    def print(self, found: Sequence[Content]) -> bytes:
        for one in found:
            if isinstance(one, Text):
                self.paragraph(one)
            else:
                self.table(one)
                self.y += 14
        self._furniture()
        return self.pen.body()

    def next_page(self) -> None:
        self._furniture()
        self.pen.page()
        self.y = TOP

    def _furniture(self) -> None:
        self.number += 1
        if self.furniture:
            self.pen.text(LEFT, 60, 9, "政府信息公开年度报告")
            label = f"- {self.number} -"
            self.pen.text((WIDTH - self.pen.width(label, 9)) / 2, 795, 9, label)

    def paragraph(self, one: Text) -> None:
        for line in self.lines(one.text.replace("\n", ""), one.size, RIGHT - LEFT):
            if self.y + one.size * 1.8 > BOTTOM:
                self.next_page()
            self.y += one.size * 1.8
            room = RIGHT - LEFT - self.pen.width(line, one.size)
            shift = {"left": 0.0, "centre": room / 2, "right": room}[one.align]
            self.pen.text(LEFT + shift, self.y, one.size, line)

    def lines(self, text: str, size: float, width: float) -> Iterator[str]:
        """`text` in lines no wider than `width`; no line begins with a closing mark, numbers stay whole where they fit."""
        for part in text.split("\n"):
            line = ""
            for piece in _pieces(part):
                if line and self.pen.width(line + piece, size) > width and piece[0] not in _NOT_FIRST:
                    yield line
                    line = ""
                line += piece
            yield line

    # tables

    def table(self, rows: Rows) -> None:
        placed = _placed(rows)
        xs = self._columns(placed)
        heights = self._heights(rows, placed, xs)
        start = 0
        heads = self.heads if len(rows) > _LONG_TABLE else 0
        printed: dict[int, int] = {}
        while start < len(rows):
            head = list(range(heads)) if start else []
            room = BOTTOM - self.y - sum(heights[row] for row in head)
            end = start + 1
            while end < len(rows) and sum(heights[start : end + 1]) <= room:
                end += 1
            if (sum(heights[start:end]) > room or (not start and end <= heads)) and self.y > TOP:
                self.next_page()
                continue
            self._part(placed, [*head, *range(start, end)], xs, heights, printed)
            start = end
            if start < len(rows):
                self.next_page()

    def _columns(self, placed: Placed) -> list[float]:
        count = max(column + cell.across for _, column, cell in placed)
        wants = [2.0] * count
        for _, column, cell in placed:
            if cell.across == 1:
                longest = max(map(len, cell.text.split("\n")))
                wants[column] = max(wants[column], min(12.0, longest if cell.text[:1].isdecimal() else longest / 2 + 1))
        step = (RIGHT - LEFT) / sum(wants)
        return [LEFT + step * sum(wants[:column]) for column in range(count + 1)]

    def _heights(self, rows: Rows, placed: Placed, xs: list[float]) -> list[float]:
        heights = [16.0] * len(rows)
        for row, column, cell in sorted(placed, key=lambda one: one[2].down):
            lines = list(self.lines(cell.text, self.cell_size, xs[column + cell.across] - xs[column] - 6))
            need = len(lines) * self.cell_size * 1.2 + 5
            if self.labels != "level" and cell.down > 2 and column < 2:
                need = len(cell.text) * self.cell_size * 1.1 + 8
            last = row + cell.down - 1
            heights[last] += max(0.0, need - sum(heights[row : last + 1]))
        return heights

    def _part(self, placed: Placed, rows: list[int], xs: list[float], heights: list[float], printed: dict[int, int]) -> None:
        """The rows of a table that stand on this page. Letters of an upright label that do not fit go on where its cell goes on."""
        tops = {}
        for row in rows:
            tops[row] = self.y
            self.y += heights[row]
        tops[rows[-1] + 1] = self.y
        for number, (row, column, cell) in enumerate(placed):
            shown = [one for one in range(row, row + cell.down) if one in tops and one in rows]
            if not shown:
                continue
            y0, y1 = tops[shown[0]], tops[shown[-1]] + heights[shown[-1]]
            x0, x1 = xs[column], xs[column + cell.across]
            first, last = shown[0] == row, shown[-1] == row + cell.down - 1
            rest = cell if first else cell._replace(text=cell.text[printed.get(number, len(cell.text)) :])
            printed[number] = len(cell.text) - len(rest.text) + self._print_cell(rest, column, x0, y0, x1, y1)
            self._rule(x0, y0, x1, y1, top=first or not self.open_breaks, bottom=last or not self.open_breaks)

    def _rule(self, x0: float, y0: float, x1: float, y1: float, top: bool, bottom: bool) -> None:
        if self.rules == "none":
            return
        if top:
            self.pen.line(x0, y0, x1, y0)
        if bottom:
            self.pen.line(x0, y1, x1, y1)
        if self.rules == "all":
            self.pen.line(x0, y0, x0, y1)
            self.pen.line(x1, y0, x1, y1)

    def _print_cell(self, cell: Cell, column: int, x0: float, y0: float, x1: float, y1: float) -> int:
        """Prints a cell; how many of its letters there was room for."""
        size = self.cell_size
        if self.labels != "level" and cell.down > 2 and column < 2 and "\n" not in cell.text:
            fitting = cell.text[: int((y1 - y0 - 4) / (size * 1.1))]
            if fitting:
                self._print_upright(fitting, (x0 + x1) / 2, (y0 + y1) / 2)
            return len(fitting)
        lines = list(self.lines(cell.text, size, x1 - x0 - 6))
        y = (y0 + y1) / 2 - size * 1.2 * len(lines) / 2 + size
        for line in lines:
            if line:
                x = x0 + 3 if len(cell.text) > 8 else (x0 + x1 - self.pen.width(line, size)) / 2
                self.pen.text(x, y, size, line)
            y += size * 1.2
        return len(cell.text)

    def _print_upright(self, text: str, x: float, y: float) -> None:
        size = self.cell_size
        if self.labels == "turned":
            self.pen.text(x + size * 0.35, y + self.pen.width(text, size) / 2, size, text, angle=90)
            return
        y -= len(text) * size * 1.1 / 2 - size
        for number, char in enumerate(text):
            self.pen.text(x - self.pen.width(char, size) / 2, y + number * size * 1.1, size, char)


def _pieces(text: str) -> Iterator[str]:
    """Characters, and numbers whole."""
    number = ""
    for char in text:
        if char.isascii() and (char.isalnum() or char == "."):
            number += char
            continue
        if number:
            yield number
            number = ""
        yield char
    if number:
        yield number


def _placed(rows: Rows) -> Placed:
    """Each cell with its row and column."""
    taken: set[tuple[int, int]] = set()
    placed = []
    for row, cells in enumerate(rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + down, column + across) for down in range(cell.down) for across in range(cell.across)}
            placed.append((row, column, cell))
    return placed


# ------------------------------------------------------------------------------------------------ ReportLab's own layout


def platypus(found: Sequence[Content]) -> bytes:
    """The contents as ReportLab lays them out itself: tables cut where the page ends, cells wrapped by its rules."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

    registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    flow: list[Any] = []
    small = ParagraphStyle("cell", fontName="STSong-Light", fontSize=8, leading=10, wordWrap="CJK")
    for one in found:
        if isinstance(one, Text):
            align = {"left": 0, "centre": 1, "right": 2}[one.align]
            indent = 2 * one.size if one.text.startswith("\u3000") else 0
            style = ParagraphStyle(
                "p",
                fontName="STSong-Light",
                fontSize=one.size,
                leading=one.size * 1.7,
                wordWrap="CJK",
                alignment=align,
                firstLineIndent=indent,
            )
            flow.append(Paragraph(one.text.strip("\u3000"), style))
        else:
            flow += [_grid(one, small), Spacer(1, 12)]
    SimpleDocTemplate(
        stream, pagesize=(WIDTH, HEIGHT), leftMargin=LEFT, rightMargin=WIDTH - RIGHT, topMargin=TOP, bottomMargin=HEIGHT - BOTTOM
    ).build(flow)
    return stream.getvalue()


def _grid(rows: Rows, style: Any) -> Any:
    from reportlab.platypus import Paragraph, Table

    placed = _placed(rows)
    width = max(column + cell.across for _, column, cell in placed)
    data: list[list[Any]] = [[""] * width for _ in rows]
    commands: list[Any] = [
        ("GRID", (0, 0), (-1, -1), 0.5, (0, 0, 0)),
        *((f"{side}PADDING", (0, 0), (-1, -1), 2) for side in ("LEFT", "RIGHT")),
    ]
    for row, column, cell in placed:
        data[row][column] = Paragraph(cell.text.replace("\n", "<br/>"), style)
        commands.append(("SPAN", (column, row), (column + cell.across - 1, row + cell.down - 1)))
    long = max(len(cell.text) for _, _, cell in placed) > 12 and width > 4
    labels = next((column for row, column, cell in placed if cell.text.isdecimal()), 1)
    wide = 170 / max(labels, 1)
    widths = [wide] * labels + [(RIGHT - LEFT - wide * labels) / (width - labels)] * (width - labels) if long else None
    return Table(data, colWidths=widths or [(RIGHT - LEFT) / width] * width, style=commands)
