"""How far a command is that reads the archive: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from crawler.extensions.log import CONSOLE
from crawler.extensions.progress import BAR_INTERVAL, LINE_INTERVAL

if TYPE_CHECKING:
    from typing import Self

    from rich.progress import Progress as Bar

    from crawler.reextraction import Progress


class Watch:
    """Shows `progress` while the block lasts, from a thread of its own."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bar: Bar | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
        self._shown = ""

    def __enter__(self) -> Self:
        if CONSOLE.is_terminal:
            from rich.progress import (
                BarColumn,
                Progress,
                SpinnerColumn,
                TaskProgressColumn,
                TextColumn,
                TimeElapsedColumn,
                TimeRemainingColumn,
            )

            times = (TimeElapsedColumn(), TimeRemainingColumn())
            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), *times)
            self._bar = Progress(*columns, console=CONSOLE, transient=True, auto_refresh=False)
            self._bar.start()
            self._task = self._bar.add_task("", total=None)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        if self._bar is not None:
            self._bar.stop()

    def _watch(self) -> None:
        while not self._ended.wait(BAR_INTERVAL if self._bar else LINE_INTERVAL):
            self.show()

    def show(self) -> None:
        """Draws the bar, or prints a line where something changed."""
        progress = self._progress
        told = f"{progress.pages} pages read, {progress.reports['new'] + progress.reports['changed']} reports new or changed"
        if self._bar is not None:
            self._bar.update(self._task, completed=progress.done, total=progress.total or None, description=told)
            self._bar.refresh()
        elif (line := f"{progress.done} of {progress.total} {progress.of}: {told}") != self._shown:
            self._shown = line
            CONSOLE.print(line, highlight=False)
