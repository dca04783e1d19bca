"""Formats: which one the bytes are, and one module for each that turns it into lines and grids.

A format is recognised by its first bytes; what a server calls it and what the address ends in only matter where bytes leave it open
(PORTALS.md section 15: the content type of files is unreliable). A new format is a module here, a line in `READABLE` and, where its
first bytes are not yet known, one in `_MAGIC`.
"""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import urlsplit

from extract.errors import Corrupt, TooLarge, Unsupported

READABLE = frozenset({"html", "text"})
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
_ZIPPED = ((b"word/", "docx"), (b"xl/", "xlsx"), (b"ppt/", "pptx"), (b"OFD.xml", "ofd"))
_OLE = {"doc": "doc", "xls": "xls", "et": "xls", "wps": "wps", "ppt": "ppt"}
_OLE_STREAMS = ((b"W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0", "doc"), (b"W\0o\0r\0k\0b\0o\0o\0k\0", "xls"), (b"W\0p\0s\0", "wps"))
_MARKUP = re.compile(
    rb"<(?:!doctype|\?xml|html|head|body|div|p|table|tbody|tr|td|span|meta|title|font|section|article|ul|li|h[1-6]|ucapcontent)\b",
    re.IGNORECASE,
)
_MARKUP_TEXT = re.compile(_MARKUP.pattern.decode(), re.IGNORECASE)
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LOOKED_AT = 65536


def sniff(body: bytes, content_type: str | None, url: str) -> str:
    """The format of the bytes: html, text, pdf, docx, doc, wps, xls, xlsx, pptx, ppt, image, zip, rar, 7z, gzip, rtf, ofd or binary.

    First bytes decide; the address tells Word, Excel and WPS files of the old kind apart. An empty body is text.
    """
    head = body[:_LOOKED_AT]
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), None)
    if kind == "zip":
        return next((inner for name, inner in _ZIPPED if name in head or name in body[-_LOOKED_AT:]), "zip")
    if kind == "ole":
        return _ole(body, url)
    if kind and not (kind == "image" and head.startswith(b"BM") and _is_text(head)):
        return kind
    if not _is_text(head):
        return "binary"
    flat = head.replace(b"\0", b"")
    return "html" if _MARKUP.search(flat) or ((content_type or "").lower().startswith("text/html") and b"<" in flat) else "text"


def admit(body: bytes, content_type: str | None, url: str) -> str:
    """The format of a page that can be read, html or text.

    Raises Corrupt for an empty page and for bytes that are no text, Unsupported for a format without a module, TooLarge over
    `MAX_BYTES`; nothing is decoded for it.
    """
    if not body.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Corrupt("empty: the page has no content")
    kind = sniff(body, content_type, url)
    if kind not in READABLE:
        _refuse(kind)
    if len(body) > MAX_BYTES:
        raise TooLarge(f"{len(body):,} bytes; the bound is {MAX_BYTES:,}")
    return kind


def is_markup(text: str) -> bool:
    """Whether decoded text is HTML; a text that only prints `<br/>` is none (DOMAIN.md section 12 no. 4)."""
    return bool(_MARKUP_TEXT.search(text, 0, _LOOKED_AT) or (len(text) > _LOOKED_AT and _MARKUP_TEXT.search(text)))


def _refuse(kind: str) -> NoReturn:
    if kind == "binary":
        raise Corrupt("binary rubbish: the bytes are neither text nor a format known here")
    raise Unsupported(f"{kind}: no module reads this format yet")


def _ole(body: bytes, url: str) -> str:
    extension = urlsplit(url).path.rpartition(".")[2].lower()
    return _OLE.get(extension) or next((kind for name, kind in _OLE_STREAMS if name in body), "doc")


def _is_text(head: bytes) -> bool:
    """Whether bytes may be text in an encoding of Chinese pages: next to no control characters, NUL only in wide encodings or strays."""
    if not head:
        return True
    if head.startswith(_WIDE_BOMS):
        return True
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls <= len(head) // 100 or _is_wide(head) or bool(_MARKUP.search(head))


_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b"))


def _is_wide(head: bytes) -> bool:
    """UTF-16 without a mark: markup or ASCII blanks with a NUL beside each character."""
    return (b"<\0" in head and b">\0" in head) or (b"\0<" in head and b"\0>" in head)
