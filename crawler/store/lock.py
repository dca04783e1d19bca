"""One writer at a time: the right to write a database, held by a process."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from crawler.store.errors import DatabaseLocked, UnusablePath

if TYPE_CHECKING:
    from pathlib import Path


class Lock:
    """The right to write a database, held by one process; the system takes it back when the process ends, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor

    def close(self) -> None:
        """Give the right back."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def lock(path: Path) -> Lock:
    """Take the right to write: a file beside the database, since SQLite's own locks on the database must not be touched."""
    if path.is_dir():
        raise UnusablePath(f"{path}: is a folder; name a file in it, for example {path / 'reports.db'}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnusablePath(
            f"{path.parent}: the folder cannot be made ({error.strerror}); make it or name another file in REPORTS_DB"
        ) from error
    try:
        descriptor = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UnusablePath(
            f"{path.parent}: cannot be written ({error.strerror}); change its rights or name another file in REPORTS_DB"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise DatabaseLocked(f"{path}: another crawl is writing to it; wait until it ends, or name another file in REPORTS_DB") from error
    return Lock(descriptor)
