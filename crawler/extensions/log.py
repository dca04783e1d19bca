"""The log: rich on a terminal, so that lines do not cut the progress bar; no line that repeats a whole page."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from scrapy.logformatter import LogFormatter
from scrapy.utils.log import install_scrapy_root_handler

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

CONSOLE = Console(
    stderr=True, width=None if sys.stderr.isatty() else 120
)  # one for log, progress and summary: rich keeps lines and bar apart on it

# They print tracebacks for what outcomes name in words: a host that does not answer, a download that fails.
_LOUD = ("scrapy.downloadermiddlewares.robotstxt", "scrapy.downloadermiddlewares.retry", "scrapy.core.scraper.download")


class Formatter(LogFormatter):
    """Scrapy's lines without those that repeat what is stored: a crawled, scraped or dropped page is a row of the database."""

    def crawled(self, *_: Any) -> None:  # type: ignore[override]
        """No line."""

    def scraped(self, *_: Any) -> None:  # type: ignore[override]
        """No line."""

    def dropped(self, *_: Any) -> None:  # type: ignore[override]
        """No line."""

    def item_error(self, item: Any, exception: BaseException, response: Any, spider: Any) -> Any:  # noqa: ARG002 - Scrapy's signature
        """One line and the traceback: a pipeline broke, which is ours to mend."""
        page = getattr(item, "capture", None)
        return {
            "level": logging.ERROR,
            "msg": "%(what)s: cannot be stored",
            "args": {"what": page.page.url if page else type(item).__name__},
        }


class TerminalLog:
    """Installs rich's handler where stderr is a terminal (there settings leave Scrapy's out), unless a log file was asked for."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy before the crawl begins."""
        settings = crawler.settings
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if settings.getbool("LOG_ENABLED") and not settings.getbool("LOG_INSTALL_ROOT_HANDLER"):
            if settings["LOG_FILE"] or not sys.stderr.isatty():
                install_scrapy_root_handler(settings)
            else:
                from rich.logging import RichHandler

                logging.root.addHandler(RichHandler(settings["LOG_LEVEL"], CONSOLE, show_path=False, log_time_format="%H:%M:%S"))
        return cls()
