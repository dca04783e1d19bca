"""Pictures and scanned PDFs: the same blocks as from any other file, recognised.

A page is laid straight (`upright`), its seals and shades are taken out (`ink`), tables are found by their lines (`ruling`) and read cell by
cell (`cells`), the rest becomes paragraphs (`prose`) without page numbers and running heads (`furniture`), and tables that a page break
cut are put together (`joining`).

No character is corrected: what was recognised stands in the block, with the lowest probability among its characters. Whether a figure can
be relied on is decided later, by that and by the sums of the form.
"""

from __future__ import annotations

from extract.errors import NeedsOcr
from extract.model import Carried

_NEEDED = "a picture: reading it needs the extra `ocr` (pip install 'gongkai[ocr]': rapidocr and onnxruntime)"


def read(body: bytes) -> Carried:
    """The blocks of a picture (PNG, JPEG, GIF, BMP, TIFF, WebP), a page for each frame; no block where it shows no text.

    Raises NeedsOcr where the recogniser is not installed, Corrupt for bytes that are no whole picture, TooLarge over the bounds of
    `pictures`.
    """
    try:
        from extract.sources.image import pages, pictures  # heavy, and only pictures need it
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    return pages.read(pictures.frames(body))


def read_pdf(body: bytes) -> Carried:
    """The blocks of a PDF whose pages are pictures; what it holds as text is not looked at.

    Raises as `read`, and Encrypted for a PDF that asks for a password.
    """
    try:
        from extract.sources.image import pages, pictures  # heavy, and only pictures need it
    except ModuleNotFoundError as error:
        raise _missing(error) from None
    return pages.read(pictures.pages(body))


def _missing(error: ModuleNotFoundError) -> NeedsOcr:
    """The outcome for a missing package; a module of our own that is missing is a defect and raised as it is."""
    if (error.name or "").startswith("extract"):
        raise error
    return NeedsOcr(f"{_NEEDED}; {error.name} is missing")
