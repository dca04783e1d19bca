"""Everything that a folder holds of saved pages: files, mirrors, pages that a browser saved, zip and WARC files, collections of pywb.

A file whose address nobody noted is `saved:` and its path inside the folder, as a person reads it: names from Chinese ZIP files are
GB18030 (a ZIP file's names are in the encoding of the system that packed it), others UTF-8. Hidden files and folders are passed over;
links are followed as long as they stay inside.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from crawler.errors import ConfigurationError
from crawler.items import too_large
from crawler.saved import addresses, pages, warcs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.items import CapturedPage

MEMBERS = 200_000  # of a zip file: more is an attack
_MARKUP = (".html", ".htm", ".shtml", ".mht", ".mhtml", ".xhtml")


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file to read and its path inside the folder, as a person reads it."""

    path: Path
    name: str


class Collection:
    """The files at `source`, a folder or one zip or WARC file. Raises ConfigurationError where there are none, in one line that says why.

    `schemes` are those of hosts that portals name: a mirror does not say http or https. `limit` is PAGE_SIZE_LIMIT.
    """

    def __init__(self, source: Path, limit: int, schemes: dict[str, str]) -> None:
        self.files = files_in(source)
        self._limit = limit
        self._schemes = schemes

    def pages(self) -> Iterator[CapturedPage]:
        """Every page, in the order of the files' paths, read when it is asked for."""
        for file in self.files:
            yield from self._pages_of(file)

    def _pages_of(self, file: SavedFile) -> Iterator[CapturedPage]:
        url = f"saved:{file.name}"
        try:
            state = file.path.stat()
            date = pages.iso(state.st_mtime)
            with file.path.open("rb") as stream:
                if warcs.is_warc(file.name):
                    yield from warcs.pages_in(stream, url, date, self._limit)
                elif file.name.lower().endswith((".zip", ".wacz")) and (members := _members(stream)):
                    yield from self._zipped(stream, members, file.name, date)
                elif problem := too_large(state.st_size, self._limit):
                    yield pages.unread(url, date, *problem, state.st_size)
                else:
                    stream.seek(0)
                    yield from self._page(stream.read(), file.name, date)
        except OSError as error:
            yield pages.unread(url, "1970-01-01T00:00:00Z", "corrupt", f"cannot be read: {error.strerror}")

    def _page(self, body: bytes, name: str, date: str) -> Iterator[CapturedPage]:
        """A saved file as a page, under the address that it notes, or that its place in a mirror says, or its own name."""
        noted, saved_on = addresses.noted_in(body)
        mirrored = addresses.of_mirror(name, self._schemes)
        if mirrored and not noted and not pages.may_be_page(name):
            return
        yield pages.page(body, noted or mirrored or f"saved:{name}", saved_on or date, self._limit)

    def _zipped(self, stream: IO[bytes], members: list[tuple[str, zipfile.ZipInfo]], name: str, date: str) -> Iterator[CapturedPage]:
        with zipfile.ZipFile(stream) as packed:
            for path, info in members:
                url, saved_on = f"saved:{name}/{path}", _zip_date(info)
                try:
                    if warcs.is_warc(path):
                        with packed.open(info) as inner:
                            yield from warcs.pages_in(inner, url, date, self._limit)
                    elif problem := too_large(info.file_size, self._limit):
                        yield pages.unread(url, saved_on, *problem, info.file_size)
                    elif pages.may_be_page(path):
                        with packed.open(info) as inner:
                            body = inner.read(self._limit + 1)  # the directory of the file may lie about sizes
                        yield from self._member(body, path, name, saved_on)
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
                    outcome = "encrypted" if info.flag_bits & 1 else "corrupt"
                    yield pages.unread(url, saved_on, outcome, f"cannot be unpacked: {error}")

    def _member(self, body: bytes, path: str, name: str, date: str) -> Iterator[CapturedPage]:
        for found in self._page(body, path, date):
            address = found.capture.page.url
            own = f"saved:{name}/{address.removeprefix('saved:')}" if address.startswith("saved:") else address
            yield pages.page(body, own, found.capture.captured_at, self._limit)


def files_in(source: Path) -> tuple[SavedFile, ...]:
    """The files of a folder that may hold pages, or the one zip or WARC file. Raises ConfigurationError where there are none."""
    if not source.exists():
        raise ConfigurationError(f"{source}: there is no such folder")
    if not source.is_dir():
        if warcs.is_warc(source.name) or source.name.lower().endswith((".zip", ".wacz")):
            return (SavedFile(source, source.name),)
        raise ConfigurationError(f"{source}: is a file; -a folder= takes the folder it stands in")
    root = source.resolve()
    try:
        paths = sorted(path for path in source.rglob("*") if path.is_file() and _is_ours(path, source, root))
    except OSError as error:
        raise ConfigurationError(f"{source}: cannot be listed: {error.strerror}") from error
    if not paths:
        raise ConfigurationError(f"{source}: holds no file (hidden ones are passed over)")
    taken: dict[str, Path] = {}
    for path in paths:
        taken[next(name for name in _names(os.fsencode(path.relative_to(source).as_posix())) if name not in taken)] = path
    kept = set(addresses.without_parts(taken)) - _of_pywb(taken)
    return tuple(SavedFile(path, name) for name, path in taken.items() if name in kept)


def _of_pywb(names: dict[str, Path]) -> set[str]:
    """Files of a collection of pywb that are no WARC files: its indexes, settings, templates. Its folder is the one with `archive`
    and `indexes` in it."""
    roots = {name.partition("archive/")[0] for name in names if warcs.is_warc(name) and "archive/" in name}
    roots = {root for root in roots if any(name.startswith(f"{root}indexes/") for name in names)}
    return {name for name in names for root in roots if name.startswith(root) and not name.startswith(f"{root}archive/")}


def _names(raw: bytes) -> Iterator[str]:
    """How a path may be shown, best first: as UTF-8, as GB18030, with every byte beyond ASCII escaped, which always is possible."""
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            yield raw.decode(encoding)
    yield "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in raw)


def _is_ours(path: Path, folder: Path, root: Path) -> bool:
    """Whether no part of the path is hidden, and no link on the way leads out of the folder."""
    return not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.resolve().is_relative_to(root)


def _members(stream: IO[bytes]) -> list[tuple[str, zipfile.ZipInfo]]:
    """The members of a zip file of pages by their paths, sorted; [] for one without a page in it, which is a document like others."""
    try:
        with zipfile.ZipFile(stream) as packed:
            infos = [info for info in packed.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return []
    found = {_zip_name(info): info for info in infos[:MEMBERS]}
    if not any(name.lower().endswith(_MARKUP) or warcs.is_warc(name) for name in found):
        return []
    shown = [name for name in addresses.without_parts(found) if not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))]
    return sorted((name, found[name]) for name in shown)


def _zip_name(info: zipfile.ZipInfo) -> str:
    """A member's name: a zip file says only of UTF-8 that it is; what Python took for code page 437 is read as the bytes it was."""
    return info.filename if info.flag_bits & 0x800 else next(_names(info.filename.encode("cp437", "replace")))


def _zip_date(info: zipfile.ZipInfo) -> str:
    try:
        return datetime(*info.date_time, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return "1980-01-01T00:00:00Z"
