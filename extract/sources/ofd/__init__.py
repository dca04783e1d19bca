"""OFD (GB/T 33190), the fixed layout of Chinese government offices: characters and lines with their places, as in a PDF.

    package     pages, fonts and templates of the file
    drawing     characters and lines of a page

What the places mean, lines of text, ruled tables, tables over pages, page numbers, is decided by the modules of `extract.sources.pdf`.
"""

from __future__ import annotations

from extract.errors import TooLarge
from extract.model import Carried
from extract.sources import pdf
from extract.sources.ofd import drawing
from extract.sources.ofd.package import Ofd
from extract.sources.pdf import layout, tables
from extract.sources.pdf.lattice import lattices
from extract.sources.scans import with_pictures
from extract.sources.zipped import Package

__all__ = ["read"]

MAX_PAGES = 400
"""Pages of a file, as for PDF."""

_ACROSS = 0.3
"""Share of the page's width from which on a level line parts the text from a running head, as in a PDF."""

MAX_CHARACTERS = 1_000_000
"""Characters of a file that are worth reading."""


def read(body: bytes) -> Carried:
    """What an OFD carries, in reading order, with the places that a PDF has. Seals and other annotations are left out.

    Raises Corrupt for a broken file, Encrypted for an encrypted one, TooLarge over the bounds, NeedsOcr for scans where the
    recogniser is not installed.
    """
    package = Package(body)
    ofd = Ofd(package)
    if len(ofd.pages) > MAX_PAGES:
        raise TooLarge(f"{len(ofd.pages):,} pages; the bound is {MAX_PAGES}")
    drawn: list[drawing.Drawn] = []
    for page in ofd.pages:
        drawn.append(drawing.read(page, ofd))
        if sum(len(one.glyphs) for one in drawn) > MAX_CHARACTERS:
            raise TooLarge(f"more than {MAX_CHARACTERS:,} characters")
    sheets = [_sheet(number, one) for number, one in enumerate(drawn, 1)]
    return with_pictures(Carried(pdf._blocks(sheets), pictures=sum(len(one.pictures) for one in drawn)), package)


def _sheet(number: int, drawn: drawing.Drawn) -> pdf._Sheet:
    """A page as the modules of PDF take it."""
    inside, free = tables.ruled(lattices(drawn.level, drawn.upright), drawn.glyphs, number)
    return pdf._Sheet(
        number=number,
        width=drawn.width,
        height=drawn.height,
        glyphs=drawn.glyphs,
        tables=inside,
        lines=layout.lines_of(free),
        pictures=len(drawn.pictures),
        scanned=not drawn.glyphs,
        drawn=0,
        level=tuple(rule.at for rule in drawn.level if rule.end - rule.start > _ACROSS * drawn.width),
    )
