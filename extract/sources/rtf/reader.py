"""The walk over an RTF file: groups with their state, text in its code page, paragraphs, cells and rows (RTF specification 1.9.1)."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar

from extract.errors import Corrupt
from extract.html import Element
from extract.model import Carried
from extract.sources.markup import Tree
from extract.sources.rtf.tables import Cell, Edge, Paragraph, Row, Rows, placed
from extract.sources.rtf.tokens import Token, tokens
from extract.sources.rtf.words import CODE_PAGES, HEADING, KEPT, PLACES, SIGNS, SKIPPED, SYMBOLS
from extract.sources.spans import table

MAX_DEPTH = 2_000
"""Groups inside one another."""
MAX_NESTED = 20
"""Tables inside one another."""


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it and gives up at its end. `where` is what its text is part of."""

    where: str = "body"
    font: int | None = None
    skip: int = 1
    bold: bool = False
    hidden: bool = False


@dataclass(slots=True)
class _Look:
    """The properties of a paragraph."""

    in_table: bool = False
    depth: int = 0
    centred: bool = False
    heading: bool = False


@dataclass(slots=True)
class _Level:
    """A table that is open: its rows, the cells of the row being read, the content of the cell being read, definitions."""

    rows: Rows = field(default_factory=Rows)
    cells: list[Cell] = field(default_factory=list)
    cell: Cell = field(default_factory=Cell)
    edges: list[Edge] = field(default_factory=list)
    edge: Edge = field(default_factory=lambda: Edge(0))


def read(body: bytes) -> Carried:
    """Paragraphs and tables of an RTF file, without deleted and hidden text; lists with the numbers that the file prints for old readers.

    Raises Corrupt for a file that breaks off, TooLarge over the bounds of `markup`.
    """
    walk = _Walk()
    for token in tokens(body.decode("latin-1").rstrip("\0 \r\n")):
        walk.take(token)
    return walk.finish()


class _Walk:
    """The state of one pass over the tokens."""

    def __init__(self) -> None:
        self.state = _State()
        self.stack: list[_State] = []
        self.look = _Look()
        self.code_page = "gb18030"
        self.fonts: dict[int, str] = {}
        self.headings: set[int] = set()
        self.style_name = ""
        self.style = 0
        self.starred = self.opened = False
        self.to_skip = 0
        self.raw = bytearray()
        self.text: list[str] = []
        self.plain = False
        self.out: list[Paragraph | Rows] = []
        self.levels: list[_Level] = []
        self.pictures = 0
        self.deleted = self.ended = False

    # -------------------------------------------------------------------------------- tokens

    def take(self, token: Token) -> None:
        """One token further."""
        kind = token.kind
        if kind == "byte":
            self._byte(token.number or 0)
            return
        if kind == "text" and not self.to_skip:
            self._plain_text(token.text)
            return
        if kind == "text":
            self._plain_text(token.text[self._skipped(len(token.text)) :])
            return
        self._flush_bytes()
        if kind == "open":
            self._open()
        elif kind == "close":
            self._close()
        elif kind == "sign":
            self._sign(token.text)
        else:
            self._word(token.text, token.number)

    def _open(self) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise Corrupt(f"groups are nested deeper than {MAX_DEPTH:,}")
        self.stack.append(self.state)
        self.state = replace(self.state)
        self.to_skip, self.starred, self.opened = 0, False, True

    def _close(self) -> None:
        self.to_skip, self.starred, self.opened = 0, False, False
        ended = self.state.where
        if not self.stack:
            return
        self.state = self.stack.pop()
        if not self.stack:
            self.ended = True
        if ended == "number" != self.state.where and self.text and self.text[-1].isspace():
            self.text.pop()  # the tab between a number and its text
        if ended == "box" != self.state.where and self.text:
            self._end_paragraph()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.starred = True
        elif not self._skipped(1):
            self._add(SYMBOLS.get(sign, ""))

    def _word(self, word: str, number: int | None) -> None:
        first, self.opened = self.opened, False
        if first and self._is_destination(word):
            return
        self.starred = False
        if word == "u":
            self._unicode(number or 0)
        elif word in SIGNS:
            if not self._skipped(1):
                self._printed(word)
        elif self.state.where in ("fonts", "styles"):
            self._defined(word, number)
        elif self.state.where != "skipped" and word in self._WORDS:
            self._WORDS[word](self, number)

    def _is_destination(self, word: str) -> bool:
        """Whether the first word of a group says that it is no text, or text of another kind; the group is set to that."""
        where = self.state.where
        if where in ("fonts", "styles"):
            if self.starred:
                self.state.where = "skipped"
            return False
        if word == "pict" and where != "skipped":
            self.pictures += 1
        if word in PLACES and (where != "skipped" or PLACES[word] == "box"):
            self.state.where = PLACES[word]
        elif word in SKIPPED or (self.starred and word not in KEPT):
            self.state.where = "skipped"
        elif word in ("footnote", "shpinst", "do"):
            self.state.where = "skipped"  # but the text of a shape, which is a group inside
        else:
            return False
        return True

    # -------------------------------------------------------------------------------- text

    def _byte(self, number: int) -> None:
        self.opened = False
        if not self._skipped(1):
            self.raw.append(number)

    def _plain_text(self, text: str) -> None:
        self.opened = False
        if self.state.where in ("fonts", "styles"):
            self._name(text)
        elif self.state.where != "skipped":
            # bytes over 0x7F may stand unescaped, and the second byte of a character may be ASCII
            if self.raw or not text.isascii():
                self.raw += text.encode("latin-1")
            else:
                self._add(text)

    def _flush_bytes(self) -> None:
        if self.raw:
            raw, self.raw = bytes(self.raw), bytearray()
            if self.state.where != "skipped":
                self._add(raw.decode(self.fonts.get(self.state.font or 0, self.code_page), "replace"))

    def _unicode(self, number: int) -> None:
        code = number + 0x10000 if number < 0 else number
        if 0xF000 <= code <= 0xF0FF or not 0 < code <= 0x10FFFF:
            code = 0x20
        if self.state.where not in ("fonts", "styles"):
            self._add(chr(code))
        self.to_skip = self.state.skip

    def _skipped(self, count: int) -> int:
        """How many of the next characters only stand in for the Unicode character before them."""
        taken = min(count, self.to_skip)
        self.to_skip -= taken
        return taken

    def _add(self, text: str) -> None:
        if text and self.state.where not in ("skipped", "fonts", "styles") and not self.state.hidden:
            self.text.append(text)
            self.plain = self.plain or not (self.state.bold or text.isspace())

    def _printed(self, word: str) -> None:
        if self.state.where in ("skipped", "fonts", "styles"):
            return
        if word == "par":
            self._end_paragraph()
        else:
            self._add(SIGNS[word])

    # -------------------------------------------------------------------------------- paragraphs

    def _end_paragraph(self) -> None:
        text = "".join(self.text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        paragraph = Paragraph(text, self.look.heading or self.style in self.headings, self.look.centred, not self.plain)
        self.text, self.plain = [], False
        self._content().append(paragraph)

    def _content(self) -> list[Paragraph | Rows]:
        """Where a paragraph goes: the cell that is open at its depth, else the body, where it ends the table before it."""
        depth = self.look.depth if self.look.in_table or self.look.depth else 0
        if depth == 0:
            self._close_levels(0)
            return self.out
        self._open_levels(depth)
        return self.levels[-1].cell.content

    def _open_levels(self, depth: int) -> None:
        """Makes the table at `depth` the innermost one."""
        self._close_levels(min(depth, MAX_NESTED))
        while len(self.levels) < min(depth, MAX_NESTED):
            self.levels.append(_Level())

    def _close_levels(self, depth: int) -> None:
        """Ends the tables deeper than `depth`: each becomes content of the cell, or the body, around it."""
        while len(self.levels) > depth:
            level = self.levels.pop()
            if level.cells:
                level.rows.rows.append(Row(level.cells, level.edges))
            if level.rows.rows:
                (self.levels[-1].cell.content if self.levels else self.out).append(level.rows)

    def _end_cell(self, depth: int) -> None:
        self.look.in_table, self.look.depth = True, depth
        self._end_paragraph()
        level = self.levels[-1]
        level.cells.append(level.cell)
        level.cell = Cell()

    def _end_row(self, depth: int) -> None:
        self._open_levels(depth)
        level = self.levels[-1]
        if level.cells:
            level.rows.rows.append(Row(level.cells, level.edges))
        level.cells, level.cell = [], Cell()

    # -------------------------------------------------------------------------------- tables

    def _define_row(self, _: int | None) -> None:
        level = self._defining()
        level.edges, level.edge = [], Edge(0)

    def _define_cell(self, number: int | None) -> None:
        level = self._defining()
        level.edge.right = number or 0
        level.edges.append(level.edge)
        level.edge = Edge(0)

    def _merge(self, across: str | None = None, down: str | None = None) -> None:
        edge = self._defining().edge
        edge.across, edge.down = across or edge.across, down or edge.down

    def _defining(self) -> _Level:
        """The table that definitions are for; they come before the first cell, or behind the last."""
        if not self.levels:
            self.levels.append(_Level())
        return self.levels[-1]

    def _in_table(self, _: int | None) -> None:
        self.look.in_table = True
        self.look.depth = max(self.look.depth, 1)

    def _depth(self, number: int | None) -> None:
        self.look.depth = min(max(number or 0, 0), MAX_NESTED)
        self.look.in_table = self.look.depth > 0

    # -------------------------------------------------------------------------------- definitions

    def _defined(self, word: str, number: int | None) -> None:
        if word == "f":
            self.state.font = number
        elif word == "fcharset" and number in CODE_PAGES and self.state.font is not None:
            self.fonts[self.state.font] = CODE_PAGES[number]
        elif word == "s":
            self.style = number or 0

    def _name(self, text: str) -> None:
        if self.state.where == "styles" and HEADING.fullmatch(text.strip()):
            self.headings.add(self.style)

    def _set_code_page(self, number: int | None) -> None:
        name = "gb18030" if number in (936, 54936) else f"cp{number}"
        try:
            codecs.lookup(name)
        except LookupError:
            return
        # a document whose system was Western, or which does not say, may hold Chinese only in a font that says so
        self.code_page = name

    def _reset_paragraph(self, _: int | None) -> None:
        self.look = _Look()
        self.style = 0

    def _delete(self, number: int | None) -> None:
        self.state.hidden = number != 0
        self.deleted = True

    def _outline(self, number: int | None) -> None:
        self.look.heading = number is not None and number < 9

    def _style(self, number: int | None) -> None:
        self.style = number or 0

    def _plain(self, _: int | None) -> None:
        self.state.bold = self.state.hidden = False

    _WORDS: ClassVar[dict[str, Callable[[_Walk, int | None], None]]] = {
        "ansicpg": _set_code_page,
        "uc": lambda walk, number: setattr(walk.state, "skip", min(max(number or 0, 0), 16)),
        "f": lambda walk, number: setattr(walk.state, "font", number),
        "b": lambda walk, number: setattr(walk.state, "bold", number != 0),
        "v": lambda walk, number: setattr(walk.state, "hidden", number != 0),
        "deleted": _delete,
        "plain": _plain,
        "pard": _reset_paragraph,
        "s": _style,
        "qc": lambda walk, _: setattr(walk.look, "centred", True),
        "outlinelevel": _outline,
        "intbl": _in_table,
        "itap": _depth,
        "cell": lambda walk, _: walk._end_cell(1),
        "nestcell": lambda walk, _: walk._end_cell(max(walk.look.depth, 2)),
        "row": lambda walk, _: walk._end_row(1),
        "nestrow": lambda walk, _: walk._end_row(max(walk.look.depth, 2)),
        "trowd": _define_row,
        "cellx": _define_cell,
        "clmgf": lambda walk, _: walk._merge(across="restart"),
        "clmrg": lambda walk, _: walk._merge(across="continue"),
        "clvmgf": lambda walk, _: walk._merge(down="restart"),
        "clvmrg": lambda walk, _: walk._merge(down="continue"),
        "page": lambda walk, _: walk._add("\n"),
        "sect": lambda walk, _: walk._end_paragraph(),
    }
    """What the control words of text do."""

    # -------------------------------------------------------------------------------- the whole

    def finish(self) -> Carried:
        """The blocks of the file."""
        self._flush_bytes()
        if not self.ended:
            raise Corrupt("the file breaks off: its groups are not closed")
        if self.text:
            self._end_paragraph()
        self._close_levels(0)
        tree = Tree()
        _fill(tree, self.out, tree.body)
        warnings = ["the file holds tracked changes, which were read as accepted"] * self.deleted
        return tree.carried(pictures=self.pictures, warnings=warnings)


def _fill(tree: Tree, content: list[Paragraph | Rows], parent: Element) -> None:
    for one in content:
        if isinstance(one, Rows):
            table(tree, parent, placed(one), lambda cell, element: _fill(tree, cell.content, element))
        else:
            tree.paragraph(parent, one.text, heading=one.heading, centred=one.centred, bold=one.bold)
