"""Bytes to text: the encoding is decided from the bytes; header, meta and XML declaration are evidence, never proof.

Portals serve GB18030 labelled gb2312, iso-8859-1 or utf-8, and Big5 labelled nothing (PORTALS.md section 15, RELIABILITY.md H14). Only
UTF-8 proves itself: a Big5 page decodes as GB18030 without an error, so the reading is chosen that gives the more plausible Chinese. The
set of encodings is closed: no single-byte set ever stands for a Chinese page, and what is none of them ends in doubt.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from extract.hanzi import plausibility
from extract.model import Decoded

_LABELS = {
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8",
    "gb18030": "gb2312 gbk gb18030 gb_2312-80 gb_2312 gb2312-80 x-gbk cp936 ms936 windows-936 euc-cn chinese csgb2312 gb18030-2022",
    "big5hkscs": "big5 big5-hkscs big5hkscs big5-eten x-x-big5 cp950 ms950 cn-big5 csbig5 big-5",
}
_CODECS = {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
"""Labels as sent; gb2312 and gbk mean gb18030, its superset, for the pages use what only it has."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"), (b"\x84\x31\x95\x33", "gb18030"))
_MAGIC = {
    b"%PDF": "pdf",
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0": "ole",
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG": "png",
    b"GIF8": "gif",
    b"\x1f\x8b": "gzip",
    b"Rar!": "rar",
    b"7z\xbc\xaf": "7z",
}
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META = re.compile(rb"<meta\b[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml\b[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATIONS = 4096

_HIGH = bytes(range(0x80, 0x100))
_BOUNDARY = re.compile(rb"[\x00-\x2f:-?]")
"""Bytes that no multi-byte character of the three sets ends with: behind one, reading may start."""
_CONTROLS = bytes(sorted({*range(1, 9), *range(0x0E, 0x1B), *range(0x1C, 0x20)}))

_WINDOW, _WINDOWS = 2048, 3
_SURE, _POSSIBLE, _MARGIN = 0.5, 0.3, 0.2
"""Plausibility from which the bytes decide alone, below which nothing does, and the lead over the other reading that is needed."""
_DAMAGED_UTF8 = 0.4
"""Share of broken characters up to which a text is damaged UTF-8; another encoding read as UTF-8 breaks three quarters of them."""
_STRAY = 0.01
"""Share of non-ASCII bytes up to which an English page or code with a stray byte is read as UTF-8."""


class _Claim(NamedTuple):
    """What header, meta and XML declaration say: as printed, and the codecs they mean."""

    printed: str | None
    codecs: tuple[str, ...]


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of `body`; `content_type` is the HTTP header as sent. Never raises.

    `encoding` is utf-8, utf-16, gb18030 or big5hkscs. It is None with an empty text where the bytes are no text, or where the evidence
    ends in doubt; `evidence` then says which. Damaged bytes become U+FFFD and are counted.
    """
    claim = _claim(body, content_type)
    bom = next(((mark, codec) for mark, codec in _BOMS if body.startswith(mark)), None)
    if bom and bom[1] == "utf-16":
        return _decoded(body, "utf-16", claim, "bom=utf-16")
    if reason := _binary(body):
        return Decoded("", None, claim.printed, (reason,))
    if bom and (decoded := _marked(body[len(bom[0]) :], bom[1], claim)):
        return decoded
    return _judged(body, claim)


def _claim(body: bytes, content_type: str | None) -> _Claim:
    head = body[:_DECLARATIONS]
    found = {
        "header": (match := _HEADER.search(content_type or "")) and match[1],
        "meta": (tag := _META.search(head)) and tag[1].decode("ascii", "replace"),
        "xml": (declaration := _XML.search(head)) and declaration[1].decode("ascii", "replace"),
    }
    named = {source: label.lower() for source, label in found.items() if label}
    printed = " ".join(f"{source}={label}" for source, label in named.items())
    return _Claim(printed or None, tuple(dict.fromkeys(_CODECS[label] for label in named.values() if label in _CODECS)))


def _binary(body: bytes) -> str | None:
    """Why `body` is no text: the mark of a file format, or too many control bytes for a page."""
    for magic, kind in _MAGIC.items():
        if body.startswith(magic):
            return f"binary: {kind}"
    sample = b"".join(body[start : start + _WINDOW] for start in _starts(body))
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls * 20 > len(sample) or sample.count(0) * 10 > len(sample) * 3:
        return "binary: control bytes"
    return None


def _starts(body: bytes) -> tuple[int, ...]:
    """Offsets of the windows that are looked at: all of a small body is in the first."""
    if len(body) <= _WINDOW * _WINDOWS:
        return tuple(range(0, len(body), _WINDOW))
    return (0, len(body) // 2, len(body) // 4 * 3)


def _marked(rest: bytes, codec: str, claim: _Claim) -> Decoded | None:
    """The text behind a byte order mark; None where the bytes are something else than it says."""
    try:
        text = rest.decode(codec)
    except UnicodeDecodeError:
        return None
    return Decoded(text, codec, claim.printed, (f"bom={codec}",), text.count("\ufffd"))


def _judged(body: bytes, claim: _Claim) -> Decoded:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _weighed(body, claim)
    evidence = "bytes=ascii" if text.isascii() else "bytes=utf-8 strict"
    lost = text.count("\ufffd") if "\ufffd" in text else 0  # to look for it is far faster than to count
    return Decoded(text, "utf-8", claim.printed, (evidence,), lost)


def _weighed(body: bytes, claim: _Claim) -> Decoded:
    """The reading that gives the most plausible text, where UTF-8 has errors."""
    sample = _sample(body)
    broken = _broken_share(sample.decode("utf-8", "replace"))
    if broken <= _DAMAGED_UTF8:
        return _decoded(body, "utf-8", claim, f"bytes=utf-8 damaged {broken:.2f}")
    scores = {codec: plausibility(sample.decode(codec, "replace"))[0] for codec in ("gb18030", "big5hkscs")}
    first, second = sorted(scores, key=lambda codec: -scores[codec])
    weights = f"bytes={first} {scores[first]:.2f} {second} {scores[second]:.2f}"
    if scores[first] >= _SURE and scores[first] - scores[second] >= _MARGIN:
        return _decoded(body, first, claim, weights)
    return _doubtful(body, claim, scores, weights)


def _broken_share(text: str) -> float:
    """Share of U+FFFD among the characters beyond ASCII."""
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    return text.count("\ufffd") / beyond if beyond else 0.0


def _doubtful(body: bytes, claim: _Claim, scores: dict[str, float], weights: str) -> Decoded:
    """Where the bytes are in doubt: what a declaration says and the bytes allow, then the second vote, then stray bytes, else doubt."""
    declared = next((codec for codec in claim.codecs if _allows(body, codec, scores)), None)
    if declared:
        return _decoded(body, declared, claim, f"{weights}, declared {declared}")
    vote, confidence = _second_vote(body)
    if vote in scores and confidence >= _SURE and scores[vote] >= _POSSIBLE:
        return _decoded(body, vote, claim, f"{weights}, chardet {vote} {confidence:.2f}")
    if len(body.translate(None, _HIGH)) >= (1 - _STRAY) * len(body):
        return _decoded(body, "utf-8", claim, f"{weights}, stray bytes")
    return Decoded("", None, claim.printed, (weights, f"chardet={vote} {confidence:.2f}", "doubt"))


def _allows(body: bytes, codec: str, scores: dict[str, float]) -> bool:
    """A declared codec stands when no other reading leads it clearly and its own has no error."""
    if codec not in scores or scores[codec] + _MARGIN < max(scores.values()):
        return False
    try:
        body.decode(codec)
    except UnicodeDecodeError:
        return scores[codec] >= _POSSIBLE
    return True


def _second_vote(body: bytes) -> tuple[str, float]:
    import chardet

    result = chardet.detect(_sample(body))
    name = str(result["encoding"] or "none").lower()
    return _CODECS.get(name, name), float(result["confidence"] or 0.0)


def _sample(body: bytes) -> bytes:
    """Windows of `body`, each cut so that it starts with a whole character, at the first one beyond ASCII."""
    return b"\n".join(_window(body, start) for start in _starts(body))


def _window(body: bytes, start: int) -> bytes:
    if start:
        boundary = _BOUNDARY.search(body, start, start + _WINDOW)
        start = boundary.end() if boundary else start
    try:
        codecs.ascii_decode(memoryview(body)[start:])
    except UnicodeDecodeError as error:
        return body[start + error.start : start + error.start + _WINDOW]
    return b""


def _decoded(body: bytes, codec: str, claim: _Claim, evidence: str) -> Decoded:
    text = body.decode(codec, "replace")
    return Decoded(text.removeprefix("\ufeff"), codec, claim.printed, (evidence,), text.count("\ufffd"))
