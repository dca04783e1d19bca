"""Formats: which one the bytes are, and one module for each that turns it into lines and grids.

A format is recognised by its first bytes and by what a package holds; what a server calls it and what the address ends in only matter
where bytes leave it open (PORTALS.md section 15: the content type of files is unreliable). Markup and text are decoded and read by the
stages that follow; every other format is a file, which `read` turns into blocks. A new format is a module here, a line in `_READERS`
and, where its first bytes are not yet known, one in `_MAGIC`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from importlib import import_module
from typing import NoReturn
from urllib.parse import urlsplit

from extract.errors import Corrupt, Encrypted, NeedsOcr, TooLarge, Unsupported
from extract.model import Carried

MARKUP = frozenset({"html", "text"})
"""Formats that are text, and are decoded and repaired before they are read."""

_READERS = {
    "pdf": ("extract.sources.pdf", "read"),
    "image": ("extract.sources.image", "read"),
    "docx": ("extract.sources.word", "read_docx"),
    "doc": ("extract.sources.word", "read_doc"),
    "wps": ("extract.sources.word", "read_doc"),
    "rtf": ("extract.sources.rtf", "read"),
    "xls": ("extract.sources.sheet", "read"),
    "xlsx": ("extract.sources.sheet", "read"),
    "ofd": ("extract.sources.ofd", "read"),
}
"""The module and function that read a file of each format; imported when a file of it comes."""

_EXTRAS = {"image": "ocr", "scan": "ocr"}
"""The optional extra of this package that brings what a format needs."""

READABLE = MARKUP | _READERS.keys() | {"zip"}
"""Formats that a module of this package reads."""

MAX_BYTES = 40 * 1024 * 1024
"""Bytes of a page that are worth decoding. Markup has its own, smaller bound in characters (`extract.html.MAX_MARKUP`)."""

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
)
_ZIPPED = (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx"), ("OFD.xml", "ofd"))
_OLE = {"doc": "doc", "xls": "xls", "et": "xls", "wps": "wps", "ppt": "ppt"}
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_MARKUP = re.compile(
    rb"<(?:!doctype|\?xml|html|head|body|div|p|table|tbody|tr|td|span|meta|title|font|section|article|ul|li|h[1-6]|ucapcontent)\b",
    re.IGNORECASE,
)
_MARKUP_TEXT = re.compile(_MARKUP.pattern.decode(), re.IGNORECASE)
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 65536


def sniff(body: bytes, content_type: str | None, url: str) -> str:
    """The format of the bytes: html, text, pdf, docx, doc, wps, xls, xlsx, pptx, ppt, image, zip, rar, 7z, gzip, rtf, ofd or binary.

    `encrypted` is an office file behind a password. First bytes decide; the address tells WPS from Word, and files of the old kind apart
    whose directory is damaged. An empty body is text.
    """
    head = body[:_LOOKED_AT]
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if kind == "zip":
        return _zip(body)
    if kind == "ole":
        return _ole(body, url)
    if kind and not (kind == "image" and head.startswith(b"BM") and _is_text(head)):
        return kind
    if not _is_text(head):
        return "pdf" if b"%PDF-" in head[:1024] else "binary"
    flat = head.replace(b"\0", b"")
    return "html" if _MARKUP.search(flat) or ((content_type or "").lower().startswith("text/html") and b"<" in flat) else "text"


def unpacked(body: bytes) -> bytes:
    """The bytes of a page that came compressed without a word of it; any other bytes as they are. Raises TooLarge, Corrupt."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    from extract.sources import gzipped

    return gzipped.plain(body, MAX_BYTES)


def admit(body: bytes, content_type: str | None, url: str) -> str:
    """The format of a page or file that can be read, one of `READABLE`.

    Raises Corrupt for an empty page and for bytes that are no text, Encrypted behind a password, Unsupported for a format without a
    module, TooLarge over `MAX_BYTES`; nothing is decoded for it.
    """
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Corrupt("empty: the page has no content")
    kind = sniff(body, content_type, url)
    if kind not in READABLE:
        _refuse(kind)
    if len(body) > MAX_BYTES:
        raise TooLarge(f"{len(body):,} bytes; the bound is {MAX_BYTES:,}")
    return kind


def read(body: bytes, kind: str) -> Carried:
    """What a file carries; `kind` is one of `admit` that is neither markup nor zip. A PDF of scans is read by OCR.

    Raises a child of Rejected for a file that cannot be read, Unsupported or NeedsOcr where an optional package is missing.
    """
    try:
        return _reader(kind, *_READERS[kind])(body)
    except NeedsOcr:
        if kind != "pdf":
            raise
    return _reader("scan", "extract.sources.image", "read_pdf")(body)


def _reader(kind: str, module: str, function: str) -> Callable[[bytes], Carried]:
    """The function that reads a format; what it needs may not be installed."""
    try:
        reader: Callable[[bytes], Carried] = getattr(import_module(module), function)
    except ImportError as error:
        raise _missing(kind, error) from error

    def guarded(body: bytes) -> Carried:
        try:
            return reader(body)
        except ImportError as error:
            raise _missing(kind, error) from error

    return guarded


def _missing(kind: str, error: ImportError) -> Unsupported | NeedsOcr:
    """What to install, in words."""
    extra = _EXTRAS.get(kind)
    name = f"gongkai[{extra}]" if extra else "gongkai"
    reason = f"{kind}: reading it needs {error.name or error}, which is not installed: pip install '{name}'"
    return NeedsOcr(reason) if extra == "ocr" else Unsupported(reason)


def called(kind: str, url: str) -> str | None:
    """What a page of markup is whose address says that it is a file ("an HTML page called .pdf"); None for any other."""
    extension = _extension(url)
    if kind not in MARKUP or extension not in _FILES:
        return None
    return f"{'an HTML page' if kind == 'html' else 'a text'} called .{extension}"


def is_markup(text: str) -> bool:
    """Whether decoded text is HTML; a text that only prints `<br/>` is none (DOMAIN.md section 12 no. 4)."""
    return bool(_MARKUP_TEXT.search(text, 0, _LOOKED_AT) or (len(text) > _LOOKED_AT and _MARKUP_TEXT.search(text)))


_REFUSALS = {
    "rar": "a RAR archive; no free library reads it, so unpack it and give the file inside",
    "7z": "a 7z archive is not read; unpack it and give the file inside",
    "gzip": "a gzip file is not read; unpack it and give the file inside",
}
_FILES = frozenset([
    "pdf", "doc", "docx", "wps", "et", "xls", "xlsx", "rtf", "ofd", "zip", "rar", "7z", "ppt", "pptx", "jpg", "jpeg", "png", "tif", "tiff",
])  # fmt: skip


def _refuse(kind: str) -> NoReturn:
    if kind == "binary":
        raise Corrupt("binary rubbish: the bytes are neither text nor a format known here")
    if kind == "encrypted":
        raise Encrypted("the file opens only with a password")
    raise Unsupported(f"{kind}: {_REFUSALS.get(kind, 'no module reads this format yet')}")


def _zip(body: bytes) -> str:
    """What a package is by the names of its members; by those in its bytes where its directory is damaged."""
    try:
        names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        ends = body[:_LOOKED_AT] + body[-_LOOKED_AT:]
        return next((kind for name, kind in _ZIPPED if name.encode() in ends), "zip")
    if "OFD.xml" not in names and "[Content_Types].xml" not in names:
        return "zip"
    return next((kind for part, kind in _ZIPPED if any(name.startswith(part) for name in names)), "zip")


def _ole(body: bytes, url: str) -> str:
    """What a compound file is by its streams; by its address where it has none that is known."""
    extension = _OLE.get(_extension(url))
    streams = _streams(body)
    kind = next((kind for name, kind in _OLE_STREAMS if name in streams), extension or "doc")
    return "wps" if (kind, extension) == ("doc", "wps") else kind


def _streams(body: bytes) -> set[str]:
    """The names of the streams that stand at the root of a compound file; those in its bytes where its directory is damaged."""
    try:
        from olefile import OleFileIO

        with OleFileIO(body) as file:
            return {entry[0] for entry in file.listdir()}
    except Exception:  # olefile raises whatever a damaged directory leads it to
        return {name for name, _ in _OLE_STREAMS if name.encode("utf-16-le") in body}


def _extension(url: str) -> str:
    return urlsplit(url).path.rpartition(".")[2].lower()


def _is_text(head: bytes) -> bool:
    """Whether bytes may be text in an encoding of Chinese pages: next to no control characters, NUL only in wide encodings or strays."""
    if not head:
        return True
    if head.startswith(_WIDE_BOMS) or not any(map(head.__contains__, _CONTROLS)):
        return True  # nearly every page; to look for each of the characters is far faster than to count them all
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls <= len(head) // 100 or _is_wide(head) or bool(_MARKUP.search(head))


_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


def _is_wide(head: bytes) -> bool:
    """UTF-16 without a mark: markup or ASCII blanks with a NUL beside each character."""
    return (b"<\0" in head and b">\0" in head) or (b"\0<" in head and b"\0>" in head)
