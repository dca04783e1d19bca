"""`scrapy crawl` with an exit status: 0 the run finished, 1 it could not start, broke off or met an error of its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import crawl

from crawler.extensions.run import Run

if TYPE_CHECKING:
    import argparse

    from scrapy import Spider
    from scrapy.crawler import Crawler


class Command(crawl.Command):
    """Scrapy's command; a run with a problem ends with one line that names it."""

    crawler: Crawler | None = None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs the spider, then sets the exit status by the finish reason."""
        super().run(args, opts)
        run = self.crawler.get_extension(Run) if self.crawler is not None and self.crawler.spider is not None else None
        if run is None or run.finish_reason != "finished" or run.errors:
            self.exitcode = 1
        if run is not None and run.problem:
            sys.stderr.write(f"error: {run.problem}\n")

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self.crawler = super()._create_crawler(spidercls)
        return self.crawler
