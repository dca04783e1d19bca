"""DOCX: one pass over the main part, as Word shows it with all changes accepted.

lxml on the part itself, not python-docx: that library skips what stands in text boxes, content controls and insertions, knows neither
numbers nor deletions, and takes three times as long for cells that are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, NamedTuple

from extract.errors import Corrupt
from extract.html import Element
from extract.model import Carried
from extract.sources.markup import Tree
from extract.sources.scans import with_pictures
from extract.sources.spans import table
from extract.sources.word.numbering import Numbering
from extract.sources.word.parts import NOTHING, child, child_value, content, switch, value
from extract.sources.word.styles import Style, Styles, numbered
from extract.sources.word.symbols import symbol
from extract.sources.word.tables import cells, rows
from extract.sources.zipped import Package, local

_DROPPED = frozenset(["del", "moveFrom", "delText", "instrText", "rPr", "pPr", "sectPr"])


def read_docx(body: bytes) -> Carried:
    """Paragraphs and tables of a DOCX, DOCM or DOTX in reading order.

    Raises Corrupt for a broken package, Encrypted for one behind a password, TooLarge over the bounds of `zipped`, NeedsOcr for scans
    where the recogniser is not installed. Macros are not run.
    """
    package = Package(body)
    main = _main(package)
    folder = main.rpartition("/")[0]
    part = {name: f"{folder}/{name}.xml" for name in ("styles", "numbering", "footnotes", "endnotes")}
    roots = {name: package.xml(path) if path in package else None for name, path in part.items()}
    walk = _Walk(Styles(roots["styles"]), Numbering(roots["numbering"]), [roots["footnotes"], roots["endnotes"]])
    document = child(package.xml(main), "body")
    if document is None:
        raise Corrupt(f"{main} has no body")
    walk.blocks(document, walk.tree.body)
    if any(name.endswith("vbaProject.bin") for name in package.members):
        walk.warnings["the file holds macros; none was run"] = None
    return with_pictures(walk.tree.carried(pictures=walk.pictures, warnings=walk.warnings), package)


def _main(package: Package) -> str:
    """The path of the main part, which is word/document.xml in nearly every file."""
    if "word/document.xml" in package:
        return "word/document.xml"
    if "_rels/.rels" in package:
        for one in package.xml("_rels/.rels"):
            if (value(one, "Type") or "").endswith("/officeDocument") and (target := (value(one, "Target") or "").lstrip("/")) in package:
                return target
    raise Corrupt("the package has no main document")


class _Look(NamedTuple):
    """What the properties of a paragraph come to."""

    style: Style
    list_id: str | None
    level: int
    heading: bool
    centred: bool
    joins_next: bool


class _Line:
    """A paragraph being collected: its text, and whether all of it is bold."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.plain = False

    def add(self, text: str, bold: bool = True) -> None:
        self.pieces.append(text)
        self.plain = self.plain or (not bold and not text.isspace())


class _Walk:
    """The state of one pass: what is open (fields), what has been counted (lists, pictures), what waits (text boxes, notes)."""

    def __init__(self, styles: Styles, numbering: Numbering, notes: list[Element | None]) -> None:
        self.tree = Tree()
        self.styles = styles
        self.numbering = numbering
        self.pictures = 0
        self.warnings: dict[str, None] = {}
        self.notes = {(local(note), value(note, "id")): note for root in notes if root is not None for note in root}
        self.line = _Line()
        self.style = Style()
        self.fields: list[list[str]] = []  # state (instruction, result) and instruction of each open field
        self.boxes: list[Element] = []
        self.noted: list[Element] = []

    # -------------------------------------------------------------------------------- blocks

    def blocks(self, container: Element, parent: Element) -> None:
        """Paragraphs and tables of a body, a cell, a text box, a note."""
        for element in container:
            name = local(element)
            if name == "p":
                self._paragraph(element, parent)
            elif name == "tbl":
                self._table(element, parent)
            elif name == "sdt":
                if not _is_contents(element):
                    self.blocks(content(element), parent)
            elif name in ("customXml", "ins", "moveTo", "smartTag"):
                self.blocks(element, parent)
            elif name == "AlternateContent":
                self.blocks(_alternative(element), parent)
            elif name == "altChunk":
                self.warnings["a part of the file is another document inside it, which was not read"] = None
            if parent is self.tree.body:
                self._take_notes(parent)

    def _take_notes(self, parent: Element) -> None:
        """Footnotes stand behind the block that refers to them."""
        noted, self.noted = self.noted, []
        for note in noted:
            self.blocks(note, parent)

    def _paragraph(self, element: Element, parent: Element) -> None:
        look = self._look(child(element, "pPr"))
        self.style = look.style
        number = self.numbering.number(look.list_id, look.level) if look.list_id else ""
        self._runs(element)
        self.fields = [one for one in self.fields if one[0] == "result"]  # no instruction goes on over the end of a paragraph
        if look.joins_next:
            self.line.pieces.insert(0, number)
            return
        line, self.line = self.line, _Line()
        text = "".join(line.pieces)
        if not self._is_contents_line(look, text):
            text = _joined(number, text, parent is not self.tree.body)
            self.tree.paragraph(parent, text, heading=look.heading, centred=look.centred, bold=not line.plain)
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box, parent)

    def _look(self, properties: Element | None) -> _Look:
        style = self.styles[child_value(properties, "pStyle")]
        listing = child(properties, "numPr")
        own_id, own_level = numbered(listing) if listing is not None else (None, None)
        inherited = style.numbering or (None, 0)
        list_id = own_id or inherited[0]
        level = own_level if own_level is not None else inherited[1] if own_id in (None, inherited[0]) else 0
        outline, side = child_value(properties, "outlineLvl"), child_value(properties, "jc")
        mark = child(properties, "rPr")
        return _Look(
            style,
            list_id,
            level,
            heading=style.heading if outline is None else outline != "9",
            centred=style.centred if side is None else side == "center",
            joins_next=child(mark, "del") is not None or child(mark, "moveFrom") is not None,
        )

    def _is_contents_line(self, look: _Look, text: str) -> bool:
        """A line of the table of contents repeats a heading with its page: by its style, or by the field it stands in."""
        in_field = any(state == "result" and code.split()[:1] == ["TOC"] for state, code in self.fields)
        return look.style.contents or (in_field and text[-1:].isdigit())

    # -------------------------------------------------------------------------------- runs

    def _runs(self, container: Element) -> None:
        for element in container:
            name = local(element)
            if name == "r":
                self._run(element)
            elif name in ("del", "moveFrom"):
                self.warnings["the file holds tracked changes, which were read as accepted"] = None
            elif name == "sdt":
                if not _is_placeholder(element):
                    self._runs(content(element))
            elif name == "AlternateContent":
                self._runs(_alternative(element))
            elif name in ("oMath", "oMathPara"):
                self._text("".join(one.text or "" for one in element.iter() if local(one) == "t"))
            elif name not in _DROPPED:
                if name == "ins":
                    self.warnings["the file holds tracked changes, which were read as accepted"] = None
                self._runs(element)

    def _run(self, run: Element) -> None:
        properties = child(run, "rPr")
        character = child_value(properties, "rStyle")
        hidden = switch(properties, "vanish")
        if hidden is None:
            hidden = self.style.hidden or (character is not None and self.styles[character].hidden)
        bold = switch(properties, "b")
        self._bold = self.style.bold if bold is None else bold
        self._pieces(run, hidden)

    _bold = False

    def _pieces(self, run: Element, hidden: bool) -> None:
        for element in run:
            name = local(element)
            if name == "fldChar":
                self._field(element)
            elif name == "instrText":
                if self.fields and self.fields[-1][0] == "instruction":
                    self.fields[-1][1] += element.text or ""
            elif not hidden and name in self._PIECES:
                self._PIECES[name](self, element)

    def _field(self, element: Element) -> None:
        kind = value(element, "fldCharType")
        if kind == "begin":
            self.fields.append(["instruction", ""])
        elif kind == "separate" and self.fields:
            self.fields[-1][0] = "result"
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _text(self, text: str) -> None:
        """Text that is printed: the instruction of a field is not, nor what stands in it."""
        if text and all(state == "result" for state, _ in self.fields):
            self.line.add(text, self._bold)

    def _drawing(self, element: Element) -> None:
        """A picture, or a shape with text, which comes behind its paragraph."""
        for one in element.iter():
            name = local(one)
            if name == "AlternateContent" or (name == "txbxContent" and one is not element):
                break
            if name in ("blip", "imagedata"):
                self.pictures += 1
        self.boxes += _boxes(element)

    def _note(self, element: Element) -> None:
        note = self.notes.get((local(element).removesuffix("Reference"), value(element, "id")))
        if note is not None and note not in self.noted:
            self.noted.append(note)

    _PIECES: ClassVar[dict[str, Callable[[_Walk, Element], None]]] = {
        "t": lambda walk, one: walk._text(one.text or ""),
        "tab": lambda walk, _: walk._text("\t"),
        "ptab": lambda walk, _: walk._text("\t"),
        "br": lambda walk, _: walk._text("\n"),
        "cr": lambda walk, _: walk._text("\n"),
        "noBreakHyphen": lambda walk, _: walk._text("-"),
        "sym": lambda walk, one: walk._text(symbol(value(one, "font"), value(one, "char"))),
        "ruby": lambda walk, one: walk._runs(_base(one)),
        "drawing": _drawing,
        "pict": _drawing,
        "object": _drawing,
        "AlternateContent": lambda walk, one: walk._pieces(_alternative(one), False),
        "footnoteReference": _note,
        "endnoteReference": _note,
    }
    """What the elements of a run print."""

    # -------------------------------------------------------------------------------- tables

    def _table(self, element: Element, parent: Element) -> None:
        table(self.tree, parent, map(cells, rows(element)), self.blocks)


def _joined(number: str, text: str, in_cell: bool) -> str:
    """A paragraph with its number; an empty one shows its number only in a cell, as the column of running numbers does."""
    if not number or (not text.strip() and not in_cell):
        return text
    body = text.lstrip()
    return f"{number} {body}" if body[:1].isdigit() and (number[-1].isdigit() or number[-1] == ".") else number + body


def _alternative(element: Element) -> Element:
    """The first choice with anything in it, else the fallback: both say the same, for newer and older programs."""
    return next((one for one in element if local(one) in ("Choice", "Fallback") and len(one)), NOTHING)


def _base(ruby: Element) -> Element:
    """What stands under a gloss."""
    found = child(ruby, "rubyBase")
    return NOTHING if found is None else found


def _is_placeholder(control: Element) -> bool:
    """A control that nobody filled shows what to enter (单击此处输入文字)."""
    return child(child(control, "sdtPr"), "showingPlcHdr") is not None


def _is_contents(control: Element) -> bool:
    gallery = child_value(child(child(control, "sdtPr"), "docPartObj"), "docPartGallery")
    return gallery == "Table of Contents"


def _boxes(element: Element) -> Iterator[Element]:
    """The contents of text boxes below a drawing, once each, the outermost first."""
    for one in element:
        name = local(one)
        if name == "txbxContent":
            yield one
        elif name == "AlternateContent":
            yield from _boxes(_alternative(one))
        else:
            yield from _boxes(one)
