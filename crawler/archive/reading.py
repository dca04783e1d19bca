"""Records read back: one at its place, or a whole file, where what is damaged is named and costs only itself."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from crawler.archive import facts
from crawler.archive.model import Capture, Place, Unread
from crawler.archive.records import Original
from crawler.errors import ArchiveError
from extract.model import Page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

OPEN = ".open"  # behind the name of a file that is being written
_CHUNK = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_MAX_RECORD = 256 << 20  # bytes of one record: more is no record of ours, whose largest answer is DOWNLOAD_MAXSIZE
_EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of nothing


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the archive. `kind` is its WARC type, `body` its payload (None where it was not read), `headers` those of the answer."""

    place: Place
    kind: str
    warc: Mapping[str, str]
    facts: Mapping[str, Any]
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @property
    def payload_digest(self) -> str:
        """SHA-256 of the payload in hexadecimal digits; of a body that was cut that of the whole."""
        return str(self.facts.get("sha256") or self.warc.get("WARC-Payload-Digest", "").removeprefix("sha256:"))

    def original(self) -> Original:
        """What a revisit of this record refers to."""
        warc = self.warc
        named = (warc["WARC-Record-ID"], warc.get("WARC-Target-URI", ""), warc["WARC-Date"], warc["WARC-Payload-Digest"])
        return Original(self.place, *named, self.facts)


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a file that holds no whole record: from `offset`, and why. `torn`: it is the end of a file, as a kill leaves it."""

    file: str
    offset: int
    reason: str
    torn: bool = False

    def __str__(self) -> str:
        return f"{self.file}: {'ends within a record' if self.torn else 'damaged'} at {self.offset}: {self.reason}"


def path_of(folder: Path, name: str) -> Path:
    """The file of that name, under the name that it has while it is written if it has that still."""
    path = folder / name
    return path if path.exists() else path.with_name(name + OPEN)


def names(folder: Path) -> list[str]:
    """The names of the archive's files, in the order in which they were begun; [] where there is no folder."""
    found = {path.name.removesuffix(OPEN) for path in folder.glob("*.warc.gz*") if path.name.endswith((".warc.gz", f".warc.gz{OPEN}"))}
    return sorted(found)


def read(folder: Path, place: Place) -> bytes:
    """The body of an archived capture. Raises ArchiveError where there is none at that place."""
    return record_at(folder, place).body


def record_at(folder: Path, place: Place) -> Record:
    """The record at a place. Raises ArchiveError, which names file and offset, where there is none or it is damaged."""
    path = path_of(folder, place.file)
    try:
        with path.open("rb") as file:
            file.seek(place.offset)
            return _parsed(_inflated(file), place)
    except (OSError, ValueError, EOFError, zlib.error, ArchiveLoadFailed, StopIteration) as error:
        raise ArchiveError(f"{folder / place.file}: no record at {place.offset}: {_words(error)}") from error


def records(folder: Path, name: str, start: int = 0) -> Iterator[Record | Damage]:
    """Every record of a file from `start`; in the place of what cannot be read its damage. Raises ArchiveError where there is no file."""
    try:
        file = path_of(folder, name).open("rb")
    except OSError as error:
        raise ArchiveError(f"{folder / name}: cannot be read: {error.strerror}") from error
    with file:
        offset: int | None = start
        while offset is not None:
            file.seek(offset)
            try:
                record = _parsed(_inflated(file), Place(name, offset))
            except EOFError as error:
                if str(error):
                    yield Damage(name, offset, str(error), torn=True)
                    offset = _next_member(file, offset + 1)
                    continue
                return
            except (ValueError, zlib.error, ArchiveLoadFailed, StopIteration) as error:
                yield Damage(name, offset, _words(error))
                offset = _next_member(file, offset + 1)
                continue
            end = file.tell()
            yield record
            offset = end


def _words(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error).strip().split("\n")[0] or type(error).__name__


def _inflated(file: IO[bytes]) -> bytes:
    """The gzip member that begins here; the file stands behind it afterwards. Raises EOFError without words at the end of the file, with
    words where it ends within the member, and zlib.error or ValueError for what is none."""
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    parts, size, begun = [], 0, False
    while not inflate.eof:
        chunk = file.read(_CHUNK)
        if not chunk:
            raise EOFError("the file ends before the record does" if begun else "")
        begun = True
        part = inflate.decompress(chunk, _MAX_RECORD)
        parts.append(part)
        size += len(part)
        if size >= _MAX_RECORD:
            raise ValueError(f"more than {_MAX_RECORD >> 20} MB in one record")
    file.seek(-len(inflate.unused_data), 1)
    return b"".join(parts)


def _next_member(file: IO[bytes], offset: int) -> int | None:
    """Where behind a damaged stretch the next record begins: the next gzip member that opens with a WARC version."""
    file.seek(offset)
    window, base = b"", offset
    while chunk := file.read(1 << 20):
        window += chunk
        found = window.find(_MAGIC)
        while found >= 0:
            if _opens_record(file, base + found):
                return base + found
            found = window.find(_MAGIC, found + 1)
        keep = window[-(len(_MAGIC) - 1) :]
        base += len(window) - len(keep)
        window = keep
    return None


def _opens_record(file: IO[bytes], offset: int) -> bool:
    here = file.tell()
    file.seek(offset)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(512), 16).startswith(b"WARC/1.")
    except zlib.error:
        return False
    finally:
        file.seek(here)


def _parsed(data: bytes, place: Place) -> Record:
    """The record in an inflated member. Raises ArchiveLoadFailed, StopIteration or ValueError where it is none, or not what it was."""
    record = next(iter(ArchiveIterator(BytesIO(data), check_digests=True)))
    body = record.content_stream().read() if record.rec_type != "revisit" else b""
    if record.digest_checker.passed is False:
        raise ValueError("; ".join(record.digest_checker.problems))
    warc = dict(record.rec_headers.headers)
    http = record.http_headers
    answered = http is not None and record.rec_type in ("response", "revisit")
    return Record(
        place,
        record.rec_type,
        warc,
        facts.from_header(warc.get(facts.HEADER)),
        _status(http.get_statuscode()) if answered else None,
        tuple(http.headers) if answered else (),
        body,
    )


def _status(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


# ------------------------------------------------------------------------------------------------ captures as they were


def capture_of(folder: Path, record: Record) -> Capture:
    """The capture that a record was made of, its payload and its parts fetched from where they lie.

    Raises ArchiveError where one of these cannot be read.
    """
    original = _original(folder, record)
    record = replace(record, facts=facts.completed(record.facts, original.facts) if record.facts.get("like") else record.facts)
    said, unread = record.facts, record.facts.get("unread")
    if unread:
        return _unread(record, unread)
    page = Page(original.body, _url(record), _content_type(record), facts.entry(said), said.get("asked"))
    parts = tuple(capture_of(folder, record_at(folder, place)) for place in facts.places(said, "parts"))
    kind, portal_id = str(said.get("kind", "page")), said.get("portal")
    answer = Capture(page, record.payload_digest, record.warc["WARC-Date"], record.status, record.headers, parts, kind, portal_id)
    return replace(answer, place=record.place)


def _original(folder: Path, record: Record) -> Record:
    """The record with the payload: the one that a revisit refers to, else the record itself."""
    if record.kind != "revisit":
        return record
    file, offset = record.facts.get("of", ("", 0))
    original = record_at(folder, Place(file, offset))
    if original.payload_digest != record.payload_digest:
        raise ArchiveError(f"{folder / file}: the record at {offset} is not the one that {record.place.file} refers to")
    return original


def _unread(record: Record, said: Mapping[str, Any]) -> Capture:
    """A page of which nothing was read; the answer that stands in its place is evidence, not content."""
    unread = Unread(said["outcome"], said["reason"], said.get("byte_count"), asked=said.get("asked", False))
    page = Page(b"", said["address"], None, facts.entry(record.facts))
    found = Capture(page, _EMPTY, record.warc["WARC-Date"], portal_id=record.facts.get("portal"), unread=unread, place=record.place)
    if record.status is None:
        return found
    answer = Capture(Page(record.body, _url(record)), record.payload_digest, found.captured_at, record.status, record.headers)
    return replace(found, unread=replace(unread, answer=answer))


def _url(record: Record) -> str:
    return str(record.facts.get("url") or record.warc.get("WARC-Target-URI", ""))


def _content_type(record: Record) -> str | None:
    """As the server sent it: the last header of that name, as Scrapy reads it."""
    if "content_type" in record.facts:
        return str(record.facts["content_type"])
    return next((value for name, value in reversed(record.headers) if name.lower() == "content-type"), None)
