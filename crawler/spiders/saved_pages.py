"""`scrapy crawl saved_pages -a folder=DIR`: files somebody already has go the way of fetched pages.

A file's address is not known, so it is `saved:` and its path inside the folder, as a person reads it: names from Chinese ZIP files are
GB18030 (a ZIP file's names are in the encoding of the system that packed it), others UTF-8. Hidden files and folders are passed over;
links are followed as long as they stay inside.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from crawler.archive import Capture
from crawler.errors import ConfigurationError
from crawler.extensions.run import now
from crawler.items import CapturedPage
from crawler.spiders import ReportSpider
from crawler.worker import QUEUED, cores, digest
from extract.model import Page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file to read and the address it is stored under."""

    path: Path
    url: str


class SavedPages(ReportSpider):
    """Yields the files of a folder, in the order of their paths, no more at a time than the workers can take."""

    name = "saved_pages"
    takes = ("folder",)
    files: tuple[SavedFile, ...] = ()

    async def prepare(self) -> None:
        """Finds the files. Raises ConfigurationError where there is no folder, or nothing in it."""
        await super().prepare()
        if not self.given.get("folder"):
            raise ConfigurationError("saved_pages needs the folder that holds the files: -a folder=DIR")
        self.files = await asyncio.to_thread(files_in, Path(self.given["folder"]).expanduser())
        self.expected = len(self.files)

    async def start(self) -> AsyncIterator[Any]:
        """Sends the files through the pipelines itself and yields nothing: what start() yields, Scrapy takes without bound, and a run
        that is broken off meanwhile never ends (2.19)."""
        room = asyncio.Semaphore((self.settings.getint("WORKERS") or cores()) * (QUEUED + 1))
        async with asyncio.TaskGroup() as group:
            for file in self.files:
                await room.acquire()
                if self.run.problem:
                    break
                group.create_task(self._send(file)).add_done_callback(lambda _: room.release())
        for item in list[CapturedPage]():
            yield item

    async def _send(self, file: SavedFile) -> None:
        item = await asyncio.to_thread(read, file, self.settings.getint("PAGE_SIZE_LIMIT"))
        try:
            await self.crawler.engine.scraper.itemproc.process_item_async(item)
        except DropItem:  # known, or the run was ended; both are counted where it is raised
            pass
        except Exception:
            self.run.error()
            self.logger.exception("%s: cannot be stored", file.url)


def files_in(folder: Path) -> tuple[SavedFile, ...]:
    """The files below a folder. Raises ConfigurationError where there are none, in one line that says why."""
    if not folder.exists():
        raise ConfigurationError(f"{folder}: there is no such folder")
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: is a file; -a folder= takes the folder it stands in")
    root = folder.resolve()
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and _is_ours(path, folder, root))
    except OSError as error:
        raise ConfigurationError(f"{folder}: cannot be listed: {error.strerror}") from error
    if not paths:
        raise ConfigurationError(f"{folder}: holds no file (hidden ones are passed over)")
    taken: dict[str, Path] = {}
    for path in paths:
        taken[next(name for name in _names(path.relative_to(folder)) if name not in taken)] = path
    return tuple(SavedFile(path, f"saved:{name}") for name, path in taken.items())


def _names(path: Path) -> Iterator[str]:
    """How a path may be shown, best first: as UTF-8, as GB18030, with every byte beyond ASCII escaped, which always is possible."""
    raw = os.fsencode(path.as_posix())
    for encoding in ("utf-8", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            yield raw.decode(encoding)
    yield "".join(chr(byte) if byte < 128 else f"%{byte:02X}" for byte in raw)


def _is_ours(path: Path, folder: Path, root: Path) -> bool:
    """Whether no part of the path is hidden, and no link on the way leads out of the folder."""
    return not any(part.startswith(".") for part in path.relative_to(folder).parts) and path.resolve().is_relative_to(root)


def read(file: SavedFile, limit: int) -> CapturedPage:
    """The file as a captured page. One above the limit is not read, one that cannot be read is an outcome."""
    try:
        size = file.path.stat().st_size
        body = file.path.read_bytes() if size <= limit else b""
    except OSError as error:
        return _unread(file, "corrupt", f"cannot be read: {error.strerror}", None)
    if size > limit:
        return _unread(file, "too_large", f"{size} bytes, more than PAGE_SIZE_LIMIT ({limit})", size)
    return CapturedPage(Capture(Page(body, file.url), digest(body), now()))


def _unread(file: SavedFile, outcome: str, reason: str, size: int | None) -> CapturedPage:
    return CapturedPage(Capture(Page(b"", file.url), digest(b""), now()), outcome=outcome, reason=reason, byte_count=size)
