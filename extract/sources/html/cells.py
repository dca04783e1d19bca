"""A table cell as markup prints it: most hold one line and are read at once, without a walk through their elements."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.html import Element
from extract.model import Grid
from extract.sources.html.lines import Collected, Text, unbroken
from extract.sources.html.roles import DIVIDERS
from extract.sources.text import parts

MAX_SPAN = 1000
"""The largest rowspan or colspan that is believed, as in browsers; 99999 stands for "all of them"."""

PROSE = 160
"""Characters from which on a cell with two sentences is prose in a layout; labels and notes of the forms are shorter."""
_LONG = 400

_ODD = re.compile("[\\s<&\u200b-\u200d\u2060\ufeff\u00ad]")
"""What a plain cell does not hold: white space, remains of markup, invisible marks."""
_DIGIT_END = re.compile(r"[\d.%％]$|[-—－/]$")
_DIGIT_START = re.compile(r"^[+\-—－]?\.?\d|^[-—－/]+$")


@dataclass(slots=True)
class Cell:
    """A cell with what was collected in it. A plain one, which is one line, has `raw`, its text, and collected nothing."""

    element: Element
    column_span: int
    row_span: int
    line: int
    raw: str | None
    collected: list[Collected]


_NOTHING: list[Collected] = []


def opened(element: Element) -> Cell:
    """The cell of an element, in which nothing was collected yet."""
    return Cell(element, _span(element.get("colspan")), _span(element.get("rowspan")), element.sourceline or 0, None, [])


def plain_row(row: Element) -> list[Cell] | None:
    """The cells of a row in which each is plain; None for a row to be walked through."""
    cells: list[Cell] = []
    for element in row:
        tag = element.tag
        raw = _one_line(element) if tag == "td" or tag == "th" else None
        if raw is None:
            return None
        columns, rows = element.get("colspan"), element.get("rowspan")
        cells.append(
            Cell(element, _span(columns) if columns else 1, _span(rows) if rows else 1, element.sourceline or 0, raw, _NOTHING)
        )
    return cells or None


def _one_line(cell: Element) -> str | None:
    """The text of a cell that is one line, whatever inline elements cut it; None where blocks, breaks or a table divide it."""
    inner = cell
    if len(cell) == 1:
        child = cell[0]
        if child.tag == "p" and _blank(cell.text) and _blank(child.tail):
            inner = child
    while len(inner) == 1 and not inner.text:
        child = inner[0]
        if child.tail or child.tag in DIVIDERS:
            break
        inner = child
    if not len(inner):
        return inner.text or ""
    if any([element.tag in DIVIDERS for element in inner.iterdescendants()]):
        return None
    return "".join(inner.itertext(with_tail=False))


def _blank(text: str | None) -> bool:
    return not text or text.isspace()


def _span(value: str | None) -> int:
    """A rowspan or colspan as printed: at least 1; over `MAX_SPAN` is kept as one more, so that it can be told apart."""
    if value is None:
        return 1
    digits = value.strip()
    return min(max(int(digits[:6]), 1), MAX_SPAN + 1) if digits.isascii() and digits.isdigit() else 1


def text_of(cell: Cell) -> str:
    """A cell's lines joined without blanks (本年新<br/>制作数量), but with one between two figures, so that 3 and 5 never become 35."""
    if cell.raw is not None:
        text = cell.raw.strip()
        if text.isalnum() or not _ODD.search(text):
            return text
        pieces = list(parts(" ".join(unbroken(text).split())))
    else:
        pieces = [part for one in cell.collected if isinstance(one, Text) for part in parts(" ".join(unbroken(one.raw).split()))]
    text = pieces[0] if pieces else ""
    for piece in pieces[1:]:
        text += f" {piece}" if _DIGIT_END.search(text) and _DIGIT_START.search(piece) else piece
    return text


def is_prose(cell: Cell) -> bool:
    """Whether a cell lays out text: it holds a table, or two sentences at some length."""
    if cell.raw is None:
        if any(isinstance(one, Grid) for one in cell.collected):
            return True
        length = sum(len(one.raw) for one in cell.collected if isinstance(one, Text))
    else:
        length = len(cell.raw)
    if length < PROSE:
        return False
    text = text_of(cell)
    return len(text) >= _LONG or (len(text) >= PROSE and text.count("。") > 1)
