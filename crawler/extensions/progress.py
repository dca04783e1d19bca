"""How far the run is: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

from crawler.extensions.log import CONSOLE
from crawler.extensions.run import Run

if TYPE_CHECKING:
    from typing import Self

    from rich.progress import Progress
    from scrapy.crawler import Crawler

BAR_INTERVAL = 0.5  # seconds; each draw costs the crawl process a millisecond
LINE_INTERVAL = 5.0


class ProgressBar:
    """Shows pages read of pages known, and what they held. Nothing is shown before the first item, nor by a run that cannot start."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._bar: Progress | None = None
        self._shown = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy."""
        progress = cls(crawler)
        crawler.signals.connect(progress.engine_started, signals.engine_started)
        crawler.signals.connect(progress.spider_closed, signals.spider_closed)
        return progress

    def engine_started(self) -> None:
        """Begins to show."""
        if CONSOLE.is_terminal:
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=CONSOLE, transient=True, auto_refresh=False)
            self._bar.start()
            self._task = self._bar.add_task("pages", total=None)
        self._loop = create_looping_call(self.show)
        self._loop.start(BAR_INTERVAL if self._bar else LINE_INTERVAL, now=False)

    def spider_closed(self) -> None:
        """Takes the bar away; the summary follows."""
        if hasattr(self, "_loop") and self._loop.running:
            self._loop.stop()
        if self._bar is not None:
            self._bar.stop()

    def show(self) -> None:
        """Draws the bar, or prints a line where something changed."""
        run = self._crawler.get_extension(Run)
        assert run is not None
        counts = run.portals.values()
        done, reports = sum(count.fetched for count in counts), sum(count.new + count.changed for count in counts)
        total = max(done, getattr(run.spider, "expected", 0))
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total or None, description=f"{reports} reports new or changed")
            self._bar.refresh()
        elif (line := f"{done} of {total} pages, {reports} reports new or changed") != self._shown:
            self._shown = line
            CONSOLE.print(line, highlight=False)
