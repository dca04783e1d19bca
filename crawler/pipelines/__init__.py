"""From a capture to rows of the database, one duty a pipeline, in the order of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.extensions.run import Run

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class Pipeline:
    """Base of the pipelines: `run` is what the run holds open."""

    def __init__(self, crawler: Crawler, run: Run) -> None:
        self.crawler = crawler
        self.run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy, after the extensions."""
        run = crawler.get_extension(Run)
        assert run is not None
        return cls(crawler, run)
