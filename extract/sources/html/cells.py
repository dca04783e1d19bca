"""A table cell as markup prints it: most hold one line and are read at once, without a walk through their elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
_GLANCE = 50 * _LONG

_ODD = re.compile("[\\s<&\u200b-\u200d\u2060\ufeff\u00ad]")
"""What a plain cell does not hold: white space, remains of markup, invisible marks."""
_DIGIT_END = re.compile(r"[\d.%％]$|[-—－/]$")
_DIGIT_START = re.compile(r"^[+\-—－]?\.?\d|^[-—－/]+$")


@dataclass(slots=True)
class Cell:
    """A cell. A plain one, which is one line, has its `text` and nothing `collected`; the text of others is made when asked for."""

    element: Element
    column_span: int
    row_span: int
    line: int
    text: str | None
    collected: list[Collected] | None


def opened(element: Element, collected: list[Collected]) -> Cell:
    """The cell of an element that is walked through, and whose lines and grids go into `collected`."""
    return Cell(element, _span(element.get("colspan")), _span(element.get("rowspan")), element.sourceline or 0, None, collected)


def plain_row(row: Element) -> list[Cell] | None:
    """The cells of a row in which each is plain; None for a row to be walked through."""
    cells: list[Cell] = []
    for element in row:
        tag = element.tag
        if tag != "td" and tag != "th":
            return None
        raw = _one_line(element, count) if (count := len(element)) else element.text or ""
        if raw is None:
            return None
        text = raw.strip()
        if not text.isalnum() and _ODD.search(text):
            text = _joined(_pieces(text))
        columns, rows = element.get("colspan"), element.get("rowspan")
        cells.append(Cell(element, _span(columns) if columns else 1, _span(rows) if rows else 1, element.sourceline or 0, text, None))
    return cells or None


def _one_line(cell: Element, count: int) -> str | None:
    """The text of a cell with `count` children that is one line, whatever inline elements cut it; None where blocks, breaks or a table
    divide it.
    """
    inner = cell
    if count == 1 and (child := cell[0]).tag == "p" and not ((cell.text or "") + (child.tail or "")).strip():
        inner, count = child, len(child)
    while count == 1 and not inner.text:  # a span in a span in a font, with nothing beside them
        child = inner[0]
        if child.tail or child.tag in DIVIDERS:
            break
        inner, count = child, len(child)
    if not count:
        return inner.text or ""
    if any(element.tag in DIVIDERS for element in inner.iterdescendants()):
        return None
    return "".join(inner.itertext(with_tail=False))


def _span(value: str | None) -> int:
    """A rowspan or colspan as printed: at least 1; over `MAX_SPAN` is kept as one more, so that it can be told apart."""
    if not value:
        return 1
    digits = value.strip()
    return min(max(int(digits[:6]), 1), MAX_SPAN + 1) if digits.isascii() and digits.isdigit() else 1


def text_of(cell: Cell) -> str:
    """A cell's lines as one, without invisible marks and the white space of the markup."""
    if cell.text is None:
        cell.text = _joined([piece for raw in _raws(cell) for piece in _pieces(raw)])
    return cell.text


def _raws(cell: Cell) -> Iterator[str]:
    return (one.raw for one in cell.collected or () if isinstance(one, Text))


def _pieces(raw: str) -> Iterator[str]:
    return parts(" ".join(unbroken(raw).split()))


def _joined(pieces: Iterable[str]) -> str:
    """Pieces without blanks between them (本年新<br/>制作数量), but with one between two figures, so that 3 and 5 never become 35."""
    found: list[str] = []
    for piece in pieces:
        if found and _DIGIT_END.search(found[-1]) and _DIGIT_START.search(piece):
            found.append(" ")
        found.append(piece)
    return "".join(found)


def is_prose(cell: Cell) -> bool:
    """Whether a cell lays out text: it holds a table, or two sentences at some length."""
    if any(isinstance(one, Grid) for one in cell.collected or ()):
        return True
    text = _beginning(cell) if cell.text is None else cell.text
    return len(text) >= _LONG or (len(text) >= PROSE and text.count("。") > 1)


def _beginning(cell: Cell) -> str:
    """Enough of a cell's text to know whether it is prose: in tables within tables each of them asks for the text of all."""
    pieces: list[str] = []
    length = 0
    for raw in _raws(cell):
        for piece in _pieces(raw[:_GLANCE]):
            pieces.append(piece)
            length += len(piece)
        if length >= _LONG:
            break
    return _joined(pieces)
