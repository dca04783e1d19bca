"""Files become the small tree of HTML that the reader of pages knows: what makes a table a table is written once, for all formats.

A Word table can lay out a whole report, a sheet can hold its prose, a cell may hold a table: all that is decided in
`extract.sources.html`. A format only says what is a paragraph, a cell with its spans, bold, centred, a heading; and each place has a
name of its own (`page 2`, `sheet 1, B5`), which the blocks carry instead of the line of a markup that nobody sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from extract.blocks import Item, Line, assemble
from extract.errors import TooLarge
from extract.html import MAX_CELLS, MAX_MARKUP, Element
from extract.model import Carried, Grid
from extract.sources import html

MAX_PARAGRAPHS = 200_000
"""Paragraphs and cells of a file, counted while they are made."""

_PLACES_MAX = 65_535
"""libxml2 keeps the line of an element, which holds the number of its place, in 16 bits."""

_LOCATOR = re.compile(r"(?P<path>[^,]*), line (?P<number>\d+)(?P<rest>.*)", re.DOTALL)
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML cannot hold: no text either."""

_SMALL = ("table", "tr", "td")


class Tree:
    """A body being filled. `place` of a method is the name of where the text stands in the file; None: its number in the order suffices."""

    def __init__(self) -> None:
        self.body: Element = etree.Element("body")
        self._places: list[str | None] = [None]
        self._characters = 0

    def table(self, parent: Element) -> Element:
        """A table below `parent`, to be filled with `row` and `cell`."""
        return etree.SubElement(parent, "table")

    def row(self, table: Element) -> Element:
        """A row of a table."""
        return etree.SubElement(table, "tr")

    def cell(self, row: Element, text: str = "", columns: int = 1, rows: int = 1, place: str | None = None) -> Element:
        """A cell with its spans. Its text may also be put into it as paragraphs."""
        cell = self._placed(row, "td", place)
        if text:
            self._write(cell, text)
        if columns > 1:
            cell.set("colspan", str(columns))
        if rows > 1:
            cell.set("rowspan", str(rows))
        return cell

    def paragraph(
        self, parent: Element, text: str, *, place: str | None = None, heading: bool = False, centred: bool = False, bold: bool = False
    ) -> None:
        """A paragraph; line feeds in `text` are breaks of its line, tabs inside part the cells of a flattened table."""
        if not text or text.isspace():
            return
        paragraph = self._placed(parent, "h2" if heading else "p", place)
        if centred:
            paragraph.set("align", "center")
        if "\t" in text.strip() and parent is self.body:
            paragraph.set("style", "white-space: pre")
        if bold:
            inner = etree.SubElement(paragraph, "b")
            _number(inner, paragraph.sourceline or 0)
            paragraph = inner
        self._write(paragraph, text)

    def carried(self, *, pictures: int = 0, warnings: Iterable[str] = ()) -> Carried:
        """The blocks of the body. The tree is not to be used again."""
        items = [self._named(item) for item in html.read(self.body)]
        return Carried(assemble(items), pictures=pictures, warnings=tuple(warnings))

    def _placed(self, parent: Element, tag: str, place: str | None) -> Element:
        element = etree.SubElement(parent, tag)
        self._places.append(place)
        number = len(self._places) - 1
        if number > MAX_PARAGRAPHS:
            raise TooLarge(f"more than {MAX_PARAGRAPHS:,} paragraphs and cells; the bound of cells is {MAX_CELLS:,}")
        if number <= _PLACES_MAX:
            _number(element, number)
        return element

    def _write(self, element: Element, text: str) -> None:
        """The text with `<br>` for its line feeds."""
        self._characters += len(text)
        if self._characters > MAX_MARKUP:
            raise TooLarge(f"more than {MAX_MARKUP:,} characters")
        first, *others = _UNPRINTED.sub("", text).split("\n")
        element.text = first
        for line in others:
            etree.SubElement(element, "br").tail = line

    def _named(self, item: Item) -> Item:
        """An item with the names of its places."""
        if isinstance(item, Line):
            return item._replace(locator=self._name(item.locator))
        rows = tuple(tuple(cell._replace(locator=self._name(cell.locator)) for cell in row) for row in item.rows)
        return Grid(rows, rows[0][0].locator if rows and rows[0] else item.locator.partition(",")[0], item.flat)

    def _name(self, locator: str) -> str:
        """`p[3]`, `table[1]/tr[2]/td[5]`; with the name of the place behind it where it has one."""
        match = _LOCATOR.fullmatch(locator)
        if not match:
            return locator
        number = int(match["number"])
        place = self._places[number] if number < len(self._places) else None
        return f"{match['path']}, {place}" if place else match["path"]


def _number(element: Element, number: int) -> None:
    """The line that an element says it stands on is the number of its place."""
    element.sourceline = number  # type: ignore[misc]  # lxml lets it be set, its stubs do not
