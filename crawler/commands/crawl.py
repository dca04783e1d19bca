"""`scrapy crawl` with an exit status: 0 the run finished, 3 it finished and what a portal gave is not to be believed (crawler.health),
1 it could not start, broke off or met an error of its own, or every portal (or the one page it was asked for) failed."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from scrapy.commands import crawl

from crawler import settings as defaults
from crawler.errors import ConfigurationError
from crawler.extensions.health import verdict
from crawler.extensions.run import Run

if TYPE_CHECKING:
    import argparse

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

STATUS = {"fine": 0, "failed": 1, "suspect": 3}  # 2 is what a wrong command line ends with
_SECONDS = re.compile("DELAY|TIMEOUT|TIME_LIMIT")  # settings that may be fractions though they are not here


class Command(crawl.Command):
    """Scrapy's command; a run with a problem ends with one line that names it."""

    crawler: Crawler | None = None

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs the spider, then sets the exit status by the finish reason."""
        assert self.settings is not None  # set by Scrapy before it runs a command
        try:
            check_numbers(self.settings)
        except ConfigurationError as error:
            self.exitcode = 1
            sys.stderr.write(f"error: {error}\n")
            return
        opts.spargs.pop("_job", None)  # scrapyd's name of the run, which it gives every spider
        super().run(args, opts)
        run = self.crawler.get_extension(Run) if self.crawler is not None and self.crawler.spider is not None else None
        self.exitcode = STATUS[verdict(run)] if run is not None else 1
        if run is not None and run.problem:
            sys.stderr.write(f"error: {run.problem}\n")

    def _create_crawler(self, spidercls: type[Spider] | str) -> Crawler:
        self.crawler = super()._create_crawler(spidercls)
        return self.crawler


def check_numbers(settings: BaseSettings) -> None:
    """Raises ConfigurationError for a setting that is a number here and was given as something else, or below zero."""
    for name, default in vars(defaults).items():
        if name.isupper() and type(default) in (int, float):
            given, number = settings[name], float if isinstance(default, float) or _SECONDS.search(name) else int
            try:
                fits = number(given) >= 0
            except (TypeError, ValueError):
                fits = False
            if not fits:
                raise ConfigurationError(f"-s {name}={given}: must be a {'whole ' if number is int else ''}number, as -s {name}={default}")
