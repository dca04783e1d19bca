"""Bytes become page pictures, one at a time: the frames of a picture file, the pages of a scanned PDF.

What a picture would take in memory is known from its head, so that a bomb (a small file of a million by a million pixels) is refused before
it is unpacked.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps
from pypdfium2 import PdfiumError, PdfPage

from extract.errors import Corrupt, TooLarge
from extract.sources.image.shapes import Pixels
from extract.sources.pdf import files

MAX_PIXELS = 60_000_000
"""Pixels of a picture or a frame. A page of A4 has 35 million at 600 dpi."""

MAX_PAGES = 60
"""Frames of a picture file, pages of a scanned PDF. Reading one takes seconds; the longest annual reports have some 40."""

_DPI = 200
_MAX_RENDERED = 24_000_000
_POINTS = 72
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")


def frames(body: bytes) -> Iterator[Pixels]:
    """The frames of a picture file in colour, upright as its EXIF says, on white where it is transparent.

    Raises Corrupt for bytes that are no picture or break off, TooLarge over `MAX_PIXELS` or `MAX_PAGES`.
    """
    picture = _opened(body)
    count = getattr(picture, "n_frames", 1)
    if count > MAX_PAGES:
        raise TooLarge(f"image: {count:,} frames; the bound is {MAX_PAGES}")
    for index in range(count):
        yield _frame(picture, index)


def _opened(body: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the bound here is `MAX_PIXELS`
        try:
            picture = Image.open(BytesIO(body), formats=_FORMATS)
        except Image.DecompressionBombError as error:
            raise TooLarge(f"image: {error}") from None
        except Exception as error:  # Pillow's readers raise whatever their format's code raises
            raise Corrupt(f"image: {type(error).__name__}: cannot be read") from None
    _check_size(picture)
    return picture


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > MAX_PIXELS:
        raise TooLarge(f"image: {picture.width:,} by {picture.height:,} pixels; the bound is {MAX_PIXELS:,}")


def _frame(picture: Image.Image, index: int) -> Pixels:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # broken EXIF and the like: the pixels count
        try:
            picture.seek(index)
            _check_size(picture)
            upright = _opaque(ImageOps.exif_transpose(picture))
        except TooLarge:
            raise
        except Exception as error:  # Pillow's readers raise whatever their format's code raises
            raise Corrupt(f"image: {type(error).__name__}: frame {index + 1} cannot be read") from None
    return cv2.cvtColor(np.asarray(upright), cv2.COLOR_RGB2BGR)


def _opaque(picture: Image.Image) -> Image.Image:
    if picture.mode not in ("RGBA", "LA", "PA") and "transparency" not in picture.info:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def pages(body: bytes) -> Iterator[Pixels]:
    """The pages of a PDF as pictures of 200 dpi, those of very large pages coarser.

    Raises as `pdf.files.opened`, TooLarge over `MAX_PAGES`.
    """
    document = files.opened(body)
    try:
        if len(document) > MAX_PAGES:
            raise TooLarge(f"pdf: {len(document):,} pages to recognise; the bound is {MAX_PAGES}")
        for index in range(len(document)):
            try:
                page = document[index]
            except PdfiumError:
                raise Corrupt(f"pdf: page {index + 1} of {len(document)} cannot be read") from None
            yield _rendered(page)
            page.close()
    finally:
        document.close()


def _rendered(page: PdfPage) -> Pixels:
    width, height = page.get_size()
    bitmap = page.render(scale=min(_DPI / _POINTS, (_MAX_RENDERED / max(width * height, 1.0)) ** 0.5))
    pixels: Pixels = bitmap.to_numpy()
    colours: Pixels = pixels.copy() if bitmap.n_channels == 3 else cv2.cvtColor(pixels, _COLOURS[bitmap.n_channels])
    bitmap.close()
    return colours


_COLOURS = {1: cv2.COLOR_GRAY2BGR, 4: cv2.COLOR_BGRA2BGR}
