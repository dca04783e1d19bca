"""ZIP packages (DOCX, XLSX, OFD, plain ZIP): members are read within bounds, and their XML without entities, network or huge trees.

What a member claims about its size is believed only where it speaks against reading it: what is read is counted again.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from extract.errors import Corrupt, Encrypted, TooLarge
from extract.html import Element

MAX_MEMBERS = 5_000
"""Members of a package; a report of a hundred pages with pictures has fewer than 300."""

MAX_UNPACKED = 256 * 1024 * 1024
"""Bytes that all members together may claim."""

MAX_RATIO = 250
"""How many times its packed size a member over `_RATIO_FROM` may claim; tables in XML reach some 60."""
_RATIO_FROM = 8 * 1024 * 1024

MAX_XML = 24 * 1024 * 1024
"""Bytes of one XML part: its tree takes ten times that."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError, KeyError, IndexError, OverflowError)


class Package:
    """A ZIP file opened within bounds. Raises Corrupt for a broken one, TooLarge for a bomb."""

    def __init__(self, body: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except _BROKEN as error:
            raise Corrupt(f"the package cannot be opened: {_words(error)}") from error
        self.members = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        self._check()

    def _check(self) -> None:
        if len(self.members) > MAX_MEMBERS:
            raise TooLarge(f"{len(self.members):,} members; the bound is {MAX_MEMBERS:,}")
        total = sum(info.file_size for info in self.members.values())
        if total > MAX_UNPACKED:
            raise TooLarge(f"{total:,} bytes when unpacked; the bound is {MAX_UNPACKED:,}")
        for info in self.members.values():
            if info.file_size > max(_RATIO_FROM, MAX_RATIO * info.compress_size):
                raise TooLarge(f"{info.filename[:80]} unpacks to {info.file_size // max(info.compress_size, 1):,} times its size")

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def read(self, name: str, limit: int = MAX_UNPACKED) -> bytes:
        """The bytes of a member. Raises Corrupt where it is missing or broken, Encrypted behind a password, TooLarge over `limit`."""
        info = self.members.get(name)
        if info is None:
            raise Corrupt(f"the package lacks {name}")
        if info.flag_bits & 0x1:
            raise Encrypted(f"{name} opens only with a password")
        try:
            with self._zip.open(info) as member:
                body = member.read(limit + 1)
        except (*_BROKEN, RuntimeError) as error:
            raise Corrupt(f"{name} cannot be unpacked: {_words(error)}") from error
        if len(body) > limit:
            raise TooLarge(f"{name} unpacks to more than {limit:,} bytes")
        return body

    def xml(self, name: str) -> Element:
        """The root of an XML member. Raises as `read`, and Corrupt for broken XML and for one that declares entities."""
        return parse_xml(self.read(name, MAX_XML), name)


def parse_xml(body: bytes, name: str) -> Element:
    """The root of XML that is a part of a file: office formats never declare a document type, so one that does is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, recover=False
    )
    try:
        root: Element = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Corrupt(f"{name} is broken XML: {_words(error)}") from error
    if root.getroottree().docinfo.doctype:
        raise Corrupt(f"{name} declares a document type; no office program writes one, and entities are not read")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace: strict and transitional files, and OFD of two versions, differ only in that."""
    return str(element.tag).rpartition("}")[2]


def _words(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200]
