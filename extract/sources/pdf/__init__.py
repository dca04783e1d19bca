"""PDF with a text layer: the places of its characters and lines give paragraphs and tables.

    files       opening, and what is refused at once
    frame       upright pages, whatever their turn
    glyphs      characters with their places;  quality: whether they can be believed
    rules       drawn lines;  lattice: the cells they enclose;  tables: characters into cells
    lines       characters into lines and text;  furniture: page numbers, running heads and feet
    layout      reading order, columns;  unruled: tables without lines
    joins       tables over pages;  paragraphs: lines into paragraphs

PDFium reads the file (through pypdfium2); what the file says of itself (tags, order of drawing, blanks) is not believed. PDFium is not
made for two threads at once and may end its process on a hostile file: run this in a worker process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extract.blocks import Item, assemble
from extract.errors import Corrupt, NeedsOcr, TooLarge
from extract.model import Block, Carried, Grid, Paragraph
from extract.sources.pdf import files, furniture, glyphs, layout, quality, rules, tables
from extract.sources.pdf.frame import Box
from extract.sources.pdf.glyphs import Glyph
from extract.sources.pdf.joins import go_together, joined
from extract.sources.pdf.lattice import lattices
from extract.sources.pdf.lines import Line
from extract.sources.pdf.paragraphs import Habits, Placed, habits, margins, paragraphs

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

__all__ = ["read"]

MAX_CHARACTERS = 1_000_000
"""Characters of a file that are worth reading."""

_FEW = 12
_ACROSS = 0.3
_LEFT, _RIGHT = 28 / 210, 184 / 210
HIDDEN_CONFIDENCE = 0.6
"""How sure characters are that another program recognised and laid under the scan: we do not know what it was unsure of."""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as read: its tables, its other lines, the pictures without text on it."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph]
    tables: list[tables.Table]
    lines: list[Line]
    pictures: int
    scanned: bool
    drawn: int
    level: tuple[float, ...]


def read(body: bytes) -> Carried:
    """What a PDF carries, in reading order: `page 3 box x0,y0,x1,y1` and `page 3 table 1 row 2 column 4` are the places.

    Boxes are in points from the top left corner of the page as it is read. Raises Encrypted, Corrupt, TooLarge, Unsupported (pypdfium2
    is missing), and NeedsOcr where pages are pictures or the text layer cannot be believed.
    """
    document = files.opened(body)
    try:
        sheets = _sheets(document)
        is_mended = files.is_mended(document)
    finally:
        document.close()
    drawn = [glyph for sheet in sheets for glyph in sheet.glyphs]
    _check(sheets, drawn)
    blocks = _blocks(sheets)
    by_ocr = sum(glyph.hidden for glyph in drawn) * 2 > len(drawn)
    warnings = tuple(_warnings(sheets, by_ocr, is_mended))
    return Carried(_doubted(blocks) if by_ocr else blocks, by_ocr, sum(sheet.pictures for sheet in sheets), warnings)


def _sheets(document: PdfDocument) -> list[_Sheet]:
    """All pages. Raises TooLarge as soon as they hold more than `MAX_CHARACTERS`."""
    sheets: list[_Sheet] = []
    count = 0
    for index in range(len(document)):
        sheets.append(_sheet(document, index))
        count += len(sheets[-1].glyphs)
        if count > MAX_CHARACTERS:
            raise TooLarge(f"pdf: over {MAX_CHARACTERS:,} characters on {index + 1} of {len(document)} pages")
    return sheets


def _sheet(document: PdfDocument, index: int) -> _Sheet:
    """A page. PDFium's objects are closed before the next page is opened, so that memory stays that of one page."""
    with files.page_of(document, index) as (page, text):
        found, frame = glyphs.read(page, text)
        drawn = rules.read(page, frame)
    inside, free = tables.ruled(lattices(drawn.level, drawn.upright), found, index + 1)
    bare = [box for box in drawn.pictures if not _is_written_on(box, found)]
    scanned = len(found) < _FEW and bool(bare)
    level = tuple(rule.at for rule in drawn.level if rule.end - rule.start > _ACROSS * frame.width)
    return _Sheet(index + 1, frame.width, frame.height, found, inside, layout.lines_of(free), len(bare), scanned, drawn.others, level)


def _is_written_on(picture: Box, found: Sequence[Glyph]) -> bool:
    """Whether text stands on a picture: a background, or a scan with its text under it."""
    return sum(picture.holds(glyph.x, glyph.y) for glyph in found) >= _FEW


def _check(sheets: Sequence[_Sheet], drawn: Sequence[Glyph]) -> None:
    """Raises where the text layer is missing, or is none."""
    if len(drawn) < _FEW * len(sheets) and any(sheet.scanned for sheet in sheets):
        raise NeedsOcr(f"pdf: {sum(sheet.scanned for sheet in sheets)} of {len(sheets)} pages are pictures without a text layer")
    if not drawn:
        raise NeedsOcr("pdf: the text is drawn as shapes") if any(sheet.drawn for sheet in sheets) else Corrupt("pdf: the pages are empty")
    quality.check(drawn)


def _blocks(sheets: Sequence[_Sheet]) -> tuple[Block, ...]:
    lines = furniture.without([sheet.lines for sheet in sheets], [sheet.height for sheet in sheets])
    parts = [layout.in_order(found, sheet.tables, sheet.level, sheet.number) for sheet, found in zip(sheets, lines, strict=True)]
    flow = _flow(parts, sheets)
    usual = habits([one for run in flow if not isinstance(run, tables.Table) for one in run])
    return assemble(list(_items(flow, usual)))


Run = list[Placed] | tables.Table


def _flow(parts: Sequence[Sequence[layout.Part]], sheets: Sequence[_Sheet]) -> list[Run]:
    """Lines and tables over all pages, with the tables that a page break cuts put together."""
    flow: list[Run] = []
    columns = [[part for part in found if isinstance(part, layout.Column) and not part.beside] for found in parts]
    usual = margins([line for found in columns for part in found for line in part.lines], _sides(sheets))
    for sheet, found, own in zip(sheets, parts, columns, strict=True):
        sides = margins([line for part in own for line in part.lines], usual)
        for part in found:
            last = flow[-1] if flow else None
            if isinstance(part, tables.Table):
                if isinstance(last, tables.Table) and go_together(last, part):
                    flow[-1] = joined(last, part)
                else:
                    flow.append(part)
            elif isinstance(last, list):
                last += _placed(part, sheet, sides)
            else:
                flow.append(_placed(part, sheet, sides))
    return [run for run in flow if run]


def _sides(sheets: Sequence[_Sheet]) -> tuple[float, float]:
    """The sides of the text where no page has enough of it: those of an A4 page by the standard for official documents (GB/T 9704)."""
    return _LEFT * sheets[0].width, _RIGHT * sheets[0].width


def _placed(column: layout.Column, sheet: _Sheet, sides: tuple[float, float]) -> list[Placed]:
    """The lines of a column with the sides of their text: its own, or those of the page's text."""
    if column.beside:
        sides = margins(column.lines, (min(line.box.x0 for line in column.lines), max(line.box.x1 for line in column.lines)))
    return [Placed(line, sheet.number, *sides) for line in column.lines]


def _items(flow: Sequence[Run], usual: Habits) -> Iterator[Item]:
    for run in flow:
        if isinstance(run, tables.Table):
            yield Grid(run.rows, run.locator)
        else:
            yield from paragraphs(run, usual)


def _doubted(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks of a text that was recognised from pictures by somebody else."""
    return tuple(
        replace(block, confidence=HIDDEN_CONFIDENCE)
        if isinstance(block, Paragraph)
        else replace(block, rows=tuple(tuple(cell._replace(confidence=HIDDEN_CONFIDENCE) for cell in row) for row in block.rows))
        for block in blocks
    )


def _warnings(sheets: Sequence[_Sheet], by_ocr: bool, is_mended: bool) -> Iterator[str]:
    yield from (f"page {sheet.number} is a picture that was not read" for sheet in sheets if sheet.scanned)
    yield from (f"page {sheet.number} holds a picture that was not read" for sheet in sheets if sheet.pictures and not sheet.scanned)
    if by_ocr:
        yield "the text was recognised from scans by the program that made the file"
    if is_mended:
        yield "the file is damaged: its objects were searched for, and some may be missing"
