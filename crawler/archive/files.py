"""The files of the archive: records are appended to numbered files in one folder.

A run that archives something opens a file of its own, so a killed run leaves at most one torn record, at the end of a file that nobody
appends to again. While it is written a file is called `….warc.gz.open`, as Heritrix does it; one that a killed run left so is looked
through by the next run that opens a file, its torn end is named and cut off, and it gets its name.
"""

from __future__ import annotations

import fcntl
import logging
import os
from typing import IO, TYPE_CHECKING, Any

from crawler.archive.model import Place
from crawler.archive.reading import OPEN, Damage, names, record_at, records
from crawler.archive.records import member, revisit, warcinfo
from crawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crawler.archive.model import Capture
    from crawler.archive.records import Original

logger = logging.getLogger(__name__)

MAX_BYTES = 1 << 30  # of a file before the next one is begun: small enough to copy, large enough to stay few


class Archive:
    """Appends records to the files of a folder. No file is made before the first record. Not for use by two threads at once.

    `about` says which run writes: it stands in the first record of each file.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES, about: Mapping[str, Any] | None = None) -> None:
        self.folder = folder
        self._max_bytes = max_bytes
        self._about = about or {}
        self._file: IO[bytes] | None = None
        self._name = ""

    def add(self, capture: Capture, known: Place | None = None, made: bytes | None = None) -> Place:
        """Where the capture now lies. `known` is where its payload was archived before: then a revisit of a few hundred bytes is enough,
        unless that record is lost or damaged. `made` are its records where a worker has made them. Raises ArchiveError."""
        original = self._original(known) if known and _answered(capture) else None
        return self.append(revisit(capture, original) if original else made or member(capture))

    def append(self, record: bytes) -> Place:
        """Where the records now lie, as one piece. Raises ArchiveError where they cannot be written."""
        try:
            if self._file is None or self._file.tell() >= self._max_bytes:
                self._open_next()
            return self._write(record)
        except OSError as error:
            raise ArchiveError(f"{self.folder}: the archive cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Closes the file in use, if any, and gives it its name."""
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                os.fsync(file.fileno())
                _named(self.folder / f"{self._name}{OPEN}")

    def _original(self, known: Place) -> Original | None:
        """The record with the payload at `known`, or the one that a revisit there refers to; None where it cannot be read any more."""
        try:
            record = record_at(self.folder, known)
            if record.kind == "revisit":
                record = record_at(self.folder, Place(*record.facts["of"]))
        except (ArchiveError, KeyError) as error:
            logger.warning("%s: archived anew: %s", known.file, error)
            return None
        return record.original() if record.kind in ("response", "resource") else None

    def _write(self, record: bytes) -> Place:
        assert self._file is not None
        place = Place(self._name, self._file.tell())
        try:
            _write_all(self._file, record)
        except OSError:
            self._drop(place.offset)
            raise
        return place

    def _drop(self, offset: int) -> None:
        """Takes back what a full disk let through of a record, so that the file ends whole."""
        assert self._file is not None
        file, self._file = self._file, None
        with file:
            file.truncate(offset)

    def _open_next(self) -> None:
        """A new file, its number one above the highest there is; made exclusively, so that two runs never share one."""
        self.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._mend_left()
        number = max((int(name[8:13]) for name in names(self.folder) if name[8:13].isdecimal()), default=0)
        while self._file is None:
            number += 1
            self._name = f"gongkai-{number:05d}.warc.gz"
            try:
                self._file = (self.folder / f"{self._name}{OPEN}").open("xb", buffering=0)
            except FileExistsError:
                continue
            if (self.folder / self._name).exists():  # another run was quicker
                self._file.close()
                self._file = None
                (self.folder / f"{self._name}{OPEN}").unlink()
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._write(warcinfo(self._name, self._about))

    def _mend_left(self) -> None:
        """Files that a killed run left: what a kill tore is named and cut off, and they get their names."""
        for path in sorted(self.folder.glob(f"*.warc.gz{OPEN}")):
            with path.open("r+b") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue  # another run writes it
                name = path.name.removesuffix(OPEN)
                torn = [one for one in records(self.folder, name) if isinstance(one, Damage) and one.torn]
                if torn:
                    logger.warning("%s: a run was killed while it wrote; %d bytes cut off", torn[0], path.stat().st_size - torn[0].offset)
                    file.truncate(torn[0].offset)
                _named(path)


def _write_all(file: IO[bytes], data: bytes) -> None:
    """An unbuffered file takes on a full disk what fits, and says so only when asked again."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _named(path: Path) -> None:
    """Gives a file that is whole the name that records are found under."""
    path.rename(path.with_name(path.name.removesuffix(OPEN)))


def _answered(capture: Capture) -> bool:
    """Whether a server answered, be it with something else than the page."""
    return capture.status is not None or bool(capture.unread and capture.unread.answer)
