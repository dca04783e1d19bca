"""One walk over an element: where a line begins and ends, and which table a cell belongs to."""

from __future__ import annotations

import re
from typing import ClassVar, NamedTuple

from lxml import etree

from extract.html import Element
from extract.sources.html import cells, tables
from extract.sources.html.lines import Collected, Text
from extract.sources.html.roles import BLOCKS, HEADINGS

_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_CENTRE = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_PRE = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_PARAGRAPH_INDENT = re.compile(r"\n[ \t\r]*(?:\u3000{2,}|\xa0{4,})")


class _Style(NamedTuple):
    """What a style attribute says about its lines: `marks` are counted while the element is open."""

    marks: tuple[str, ...]
    centred: bool


class _Styles(dict[str, _Style]):
    """Style attributes by their print; a page has few and repeats them for every cell."""

    def __missing__(self, style: str) -> _Style:
        marks = [kind for kind, pattern in (("bold", _BOLD), ("pre", _PRE)) if pattern.search(style)]
        self[style] = read = _Style(tuple(marks), bool(_CENTRE.search(style)))
        return read


def collect(element: Element) -> list[Collected]:
    """Lines and grids of an element in reading order, its own tail left out."""
    walk = _Walk(element)
    walk.run()
    return walk.sink


class _Walk:
    """The state of one walk: where lines go (`sink`), the line being collected, and what is open around it."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.events = etree.iterwalk(root, events=("start", "end"))
        self.sink: list[Collected] = []
        self.outer: list[tuple[Element, list[Collected]]] = []
        self.tables: list[tables.Table] = []
        self.count = 0
        self.styles = _Styles()
        self.marks: list[tuple[Element, str]] = []
        self.bold = self.links = self.pre = 0
        self.block: Element | None = None
        self.buffer: list[str] = []
        self.line = 0
        self.plain = self.unlinked = False

    def run(self) -> None:
        """Walks the element once, from its first to its last text."""
        opening, closing, root = self._OPENING, self._CLOSING, self.root
        for event, element in self.events:
            tag = element.tag
            if event == "start":
                if tag in opening:
                    opening[tag](self, element)
                text = element.text
            else:
                if tag in closing:
                    closing[tag](self, element)
                text = element.tail if element is not root else None
            if text:
                self._add(text, element)
        self.flush()

    # -------------------------------------------------------------------------------- what opens

    def _open_block(self, element: Element) -> None:
        if self.buffer:
            self.flush()
        self.block = element
        if element.tag == "pre":
            self._mark(element, "pre")
        self._open_styled(element)

    def _open_styled(self, element: Element) -> None:
        style = element.get("style")
        if style and (marks := self.styles[style].marks):
            for kind in marks:
                self._mark(element, kind)

    def _open_bold(self, element: Element) -> None:
        self._mark(element, "bold")

    def _open_link(self, element: Element) -> None:
        if element.get("href"):
            self._mark(element, "links")

    def _break(self, _: Element) -> None:
        self.flush()

    def _open_table(self, element: Element) -> None:
        self.flush()
        self.count += 1
        self.tables.append(tables.Table(element, self.count, element.sourceline or 0))

    def _open_row(self, element: Element) -> None:
        if self.buffer:
            self.flush()
        self.block = element
        if not self.tables:
            return
        row = cells.plain_row(element)
        self.tables[-1].rows.append(row or [])
        if row:
            # most rows are nothing but figures: read at once, they cost a third of a walk through them
            self.events.skip_subtree()

    def _open_cell(self, element: Element) -> None:
        if not self.tables:
            self._open_block(element)
            return
        self.flush()
        rows = self.tables[-1].rows
        if not rows:
            rows.append([])
        self.outer.append((element, self.sink))
        self.sink = []
        rows[-1].append(cells.opened(element, self.sink))
        self.block = element
        self._open_styled(element)

    def _mark(self, element: Element, kind: str) -> None:
        self.marks.append((element, kind))
        setattr(self, kind, getattr(self, kind) + 1)

    # -------------------------------------------------------------------------------- what closes

    def _close_marks(self, element: Element) -> None:
        while self.marks and self.marks[-1][0] is element:
            kind = self.marks.pop()[1]
            setattr(self, kind, getattr(self, kind) - 1)

    def _close_block(self, element: Element) -> None:
        if self.buffer:
            self.flush()
        self.block = None
        if self.marks:
            self._close_marks(element)

    def _close_cell(self, element: Element) -> None:
        self._close_block(element)
        if self.outer and self.outer[-1][0] is element:
            self.sink = self.outer.pop()[1]

    def _close_table(self, _: Element) -> None:
        self.flush()
        self.sink.extend(tables.resolve(self.tables.pop(), collect))

    _OPENING: ClassVar = {
        **dict.fromkeys(BLOCKS, _open_block),
        **dict.fromkeys(["b", "strong"], _open_bold),
        **dict.fromkeys(["span", "font"], _open_styled),
        **dict.fromkeys(["td", "th"], _open_cell),
        "a": _open_link,
        "br": _break,
        "table": _open_table,
        "tr": _open_row,
    }
    """What each element does to the line that is being collected; those that are not here are inline and do nothing."""
    _CLOSING: ClassVar = {
        **dict.fromkeys([*BLOCKS, "tr"], _close_block),
        **dict.fromkeys(["b", "strong", "span", "font", "a"], _close_marks),
        **dict.fromkeys(["td", "th"], _close_cell),
        "table": _close_table,
    }

    # -------------------------------------------------------------------------------- text

    def _add(self, text: str, element: Element) -> None:
        if not text.isspace():
            if not self.line:
                self.line = element.sourceline or 1
            if not self.bold:
                self.plain = True
            if not self.links:
                self.unlinked = True
        elif element is self.block and not self.buffer and not self.pre:
            return
        self.buffer.append(text)

    def flush(self) -> None:
        """Ends the line that is being collected."""
        if self.line:
            raw = "".join(self.buffer)
            heading = self.block is not None and self._is_heading(self.block)
            said = self.line, heading, not self.plain, not self.unlinked, self.pre > 0
            if "\n" in raw:
                lines = raw.split("\n") if self.pre else _PARAGRAPH_INDENT.split(raw)
                self.sink += [Text(line, *said) for line in lines if line and not line.isspace()]
            else:
                self.sink.append(Text(raw, *said))
            self.line = 0
            self.plain = self.unlinked = False
        if self.buffer:
            self.buffer = []

    def _is_heading(self, block: Element) -> bool:
        """h1 to h6, or a block that is centred itself."""
        if block.tag in HEADINGS or (block.get("align") or "").lower() == "center":
            return True
        style = block.get("style")
        return bool(style) and self.styles[style or ""].centred
