"""The archive: raw captures as WARC 1.1, one gzip member a record, so that each can be read alone at its offset.

Records are made in worker processes (`member`), the crawl process only appends them. A run that archives something opens a file of its
own, so a killed run leaves at most one torn member, at the end of a file that nobody appends to again.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.errors import ArchiveError

if TYPE_CHECKING:
    from pathlib import Path

    from extract.model import Page

VERSION = "WARC/1.1"
MAX_BYTES = 1 << 30  # of a file before the next one is begun: small enough to copy, large enough to stay few
# The body is archived as it was read, so what described its transfer no longer fits.
_TRANSFER_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class Capture:
    """A page and how it came: `status` and `headers` of the answer (None and empty for a file), `captured_at` as ISO text in UTC.

    `parts` are the captures of the further pages (or pictures) of a long article, in order.
    """

    page: Page
    sha256: str
    captured_at: str
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    parts: tuple[Capture, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record lies: the name of its file in the archive folder, and the offset of its gzip member."""

    file: str
    offset: int


def member(capture: Capture) -> bytes:
    """The capture as one gzip member: a response record, or a resource record for a saved file."""
    writer = _Writer()
    headers = {"WARC-Date": capture.captured_at, "WARC-Record-ID": _record_id(capture)}
    body = BytesIO(capture.page.body)
    if capture.status is None:
        content_type = capture.page.content_type or "application/octet-stream"
        record = writer.create_warc_record(
            _target(capture), "resource", payload=body, warc_content_type=content_type, warc_headers_dict=headers
        )
    else:
        kept = [(name, value) for name, value in capture.headers if name.lower() not in _TRANSFER_HEADERS]
        status = StatusAndHeaders(str(capture.status), [*kept, ("Content-Length", str(len(capture.page.body)))], protocol="HTTP/1.1")
        record = writer.create_warc_record(_target(capture), "response", payload=body, http_headers=status, warc_headers_dict=headers)
    return writer.compressed(record)


def read(folder: Path, place: Place) -> bytes:
    """The body of an archived capture. Raises ArchiveError where there is none at that place."""
    try:
        with (folder / place.file).open("rb") as file:
            file.seek(place.offset)
            record = next(iter(ArchiveIterator(file)))
            return bytes(record.content_stream().read())
    except (OSError, StopIteration, ArchiveLoadFailed) as error:
        raise ArchiveError(f"{folder / place.file}: no record at {place.offset}: {error}") from error


class Archive:
    """Appends members to numbered files in a folder. No file is made before the first member. Not for use by two threads at once."""

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._file: IO[bytes] | None = None
        self._name = ""

    def append(self, record: bytes) -> Place:
        """Where the member now lies. Raises ArchiveError where it cannot be written."""
        try:
            if self._file is None or self._file.tell() >= self._max_bytes:
                self._open_next()
            return self._write(record)
        except OSError as error:
            raise ArchiveError(f"{self._folder}: the archive cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Closes the file in use, if any."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, record: bytes) -> Place:
        assert self._file is not None
        place = Place(self._name, self._file.tell())
        self._file.write(record)
        self._file.flush()
        return place

    def _open_next(self) -> None:
        """A new file, its number one above the highest there is; made exclusively, so that two runs never share one."""
        self.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        number = max((int(path.name[8:13]) for path in self._folder.glob("gongkai-[0-9][0-9][0-9][0-9][0-9].warc.gz")), default=0)
        while self._file is None:
            number += 1
            self._name = f"gongkai-{number:05d}.warc.gz"
            try:
                self._file = (self._folder / self._name).open("xb")
            except FileExistsError:
                continue
        self._file.write(_warcinfo(self._name))


class _Writer(WARCWriter):
    """warcio's writer for one record at a time, in memory: its own buffer is a temporary file that it leaves open."""

    _create_temp_file = staticmethod(BytesIO)

    def __init__(self) -> None:
        super().__init__(BytesIO(), gzip=False, warc_version=VERSION)

    def compressed(self, record: Any) -> bytes:
        """The record as one gzip member; at level 6, a third of the time of warcio's 9 for 1 % more."""
        self.write_record(record)
        return gzip.compress(self.out.getvalue(), 6, mtime=0)


def _target(capture: Capture) -> str:
    """The address in ASCII: a file name may hold anything, a line feed too."""
    return quote(capture.page.url, safe="%/:=&?~#+!$,;'@()*[]")


def _record_id(capture: Capture) -> str:
    """The same capture has the same id wherever it is archived."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'{capture.page.url}#{capture.sha256}')}>"


def _warcinfo(name: str) -> bytes:
    writer = _Writer()
    return writer.compressed(writer.create_warcinfo_record(name, {"software": "gongkai", "format": "WARC File Format 1.1"}))
