"""Opening a PDF: what is refused before a page is read, and why.

PDFium mends what it can: a file cut off in transfer still gives its first pages. Such a file must not pass for a whole one, so the
end mark and the length a linearised file states are checked first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from extract.errors import Corrupt, Encrypted, TooLarge, Unsupported

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MAX_PAGES = 400
"""Pages of a file. The longest annual reports have some 40."""

_HEAD = 1024
_LINEARISED = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,12})")


def opened(body: bytes) -> PdfDocument:
    """The file, to be closed by the caller.

    Raises Encrypted for one that asks for a password, Corrupt for one that is broken or cut off, TooLarge over `MAX_PAGES`, Unsupported
    where pypdfium2 is not installed.
    """
    try:
        from pypdfium2 import PdfDocument, PdfiumError  # heavy, and only documents need it
    except ImportError:
        raise Unsupported("pdf: pypdfium2 is not installed") from None
    if b"%PDF-" not in body[:_HEAD]:
        raise Corrupt("pdf: no %PDF- at the start")
    _check_end(body)
    try:
        document = PdfDocument(body)
        pages = len(document)
    except PdfiumError as error:
        raise _refusal(error) from None
    if not 0 < pages <= MAX_PAGES:
        document.close()
        raise TooLarge(f"pdf: {pages:,} pages; the bound is {MAX_PAGES}") if pages else Corrupt("pdf: no page")
    return document


@contextmanager
def page_of(document: PdfDocument, index: int) -> Iterator[tuple[PdfPage, PdfTextPage]]:
    """A page and its text layer. Raises Corrupt where it cannot be read: a report without one of its pages is none."""
    from pypdfium2 import PdfiumError  # heavy, and only documents need it

    try:
        page = document[index]
        text = page.get_textpage()
    except PdfiumError:
        raise Corrupt(f"pdf: page {index + 1} of {len(document)} cannot be read") from None
    try:
        yield page, text
    finally:
        text.close()
        page.close()


def is_mended(document: PdfDocument) -> bool:
    """Whether the file's own table of objects was useless, so that PDFium put together what it found."""
    from pypdfium2 import raw as pdfium  # heavy, and only documents need it

    return not pdfium.FPDF_DocumentHasValidCrossReferenceTable(document.raw)


def _check_end(body: bytes) -> None:
    """Raises Corrupt for a file that was cut off."""
    if b"%%EOF" not in body:
        raise Corrupt("pdf: cut off: the end mark is missing")
    stated = _LINEARISED.search(body, 0, 2 * _HEAD)
    if stated and int(stated[1]) > len(body):
        raise Corrupt(f"pdf: cut off: {len(body):,} bytes of {int(stated[1]):,}")


def _refusal(error: Exception) -> Corrupt | Encrypted:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return Encrypted("pdf: a password is needed")
    return Corrupt("pdf: broken: neither its table of objects nor its pages can be found")
