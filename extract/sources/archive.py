"""ZIP archives: which member is the report, and what else they hold.

Names are only ever shown and compared, never used as paths. They come in UTF-8 where the archive says so, else in the encoding of the
system that packed it, which in China is GB 18030 (the same bytes shown as CP437 are what other programs make of them).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from extract import sources
from extract.errors import Encrypted, NotReport, Rejected, Unsupported
from extract.hanzi import plausibility
from extract.model import Attachment
from extract.sources.zipped import Package

MAX_MEMBER = sources.MAX_BYTES
"""Bytes of the member that is read."""

_REPORT = re.compile("信息公开.{0,20}(?:年度?报告?|年报)|(?:年度?报告|年报).{0,20}信息公开|信息公开|年度?报告|年报")
_OTHER = re.compile("通知|格式|模板|样表|指南|说明|目录|统计表|附表")
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.(?!\.?/)|~\$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_PLAIN = ("docx", "doc", "wps", "pdf", "ofd", "html", "rtf", "xlsx", "xls", "text", "image")
"""Formats that a report comes in, likelier ones first: of two members with equal names the better carrier counts."""


class Member(NamedTuple):
    """The member that is read: its name as a person reads it, its format and bytes; `attachments` are all members, each with its format."""

    name: str
    kind: str
    body: bytes
    attachments: tuple[Attachment, ...]


class _Found(NamedTuple):
    name: str
    kind: str
    size: int
    source: Package
    member: str


def choose(body: bytes, url: str) -> Member:
    """The report in an archive: the member whose name says so, else the largest that can be read. Archives inside are opened once.

    Raises Encrypted where all that could be read is behind a password, NotReport where nothing can be read, TooLarge for a bomb.
    """
    package = Package(body)
    found = list(_members(package, 1))
    attachments = tuple(Attachment(f"{url}#{quote(one.name)}", one.name, one.kind) for one in found)
    readable = [one for one in found if one.kind in sources.READABLE and one.kind != "zip"]
    if not readable:
        _refuse(found)
    best = max(readable, key=_rank)
    return Member(best.name, best.kind, best.source.read(best.member, MAX_MEMBER), attachments)


def _rank(one: _Found) -> tuple[int, int, int]:
    """Names that name a report before others, then text before pictures, then size."""
    name = one.name.rpartition("/")[2]
    match = _REPORT.search(name)
    named = (2 if match and "公开" in match[0] and "年" in match[0] else 1 if match else 0) - bool(_OTHER.search(name))
    return named, -(_PLAIN.index(one.kind) == len(_PLAIN) - 1), one.size


def _members(package: Package, depth: int) -> Iterator[_Found]:
    """The members of an archive and of those in it, `depth` levels deep, with their formats; what systems leave behind is left out."""
    for key, info in package.members.items():
        name = _name(info)
        if _JUNK.search(name) or not info.file_size:
            continue
        if info.flag_bits & 0x1:
            yield _Found(name, "encrypted", info.file_size, package, key)
            continue
        kind = _kind(package, key, name)
        yield _Found(name, kind, info.file_size, package, key)
        if kind == "zip" and depth:
            yield from _inside(package, key, name, depth)


def _inside(package: Package, key: str, name: str, depth: int) -> Iterator[_Found]:
    try:
        inner = Package(package.read(key, MAX_MEMBER))
        for one in _members(inner, depth - 1):
            yield one._replace(name=f"{name}/{one.name}")
    except Rejected:
        return  # the archive itself is listed; what is in it stays unread


def _kind(package: Package, key: str, name: str) -> str:
    try:
        return sources.sniff(package.read(key, MAX_MEMBER), None, quote(name))
    except Rejected:
        return "binary"


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name as a person reads it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" or plausibility(text)[0] > 0.5 or text.isascii():
            return text
    return info.filename


def _refuse(found: list[_Found]) -> None:
    if any(one.kind == "encrypted" for one in found):
        raise Encrypted("the members of the archive open only with a password")
    kinds = sorted({one.kind for one in found})
    if kinds and kinds != ["binary"]:
        raise Unsupported(f"the archive holds nothing that is read here, only {', '.join(kinds)}")
    raise NotReport("the archive holds no file that can be read")
