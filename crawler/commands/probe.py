"""`scrapy probe URL|FILE|sample:ID`: what a page is, who made its CMS, what its listing holds; and its entry for the list of portals.

Nothing is stored. Exit status 1 where nothing could be read, with one line that says why.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import portals
from crawler.errors import ConfigurationError
from crawler.middlewares.addresses import is_loopback

if TYPE_CHECKING:
    import argparse

    from crawler.probing.findings import Found

_SAMPLE = "sample:"


class Command(ScrapyCommand):
    """Finds out, prints, sets the exit status."""

    requires_project = True

    def syntax(self) -> str:
        """What may be probed."""
        return "[options] <URL | saved file | sample:ID>"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Say what a listing or an article is, and what a crawl would make of it"

    def long_desc(self) -> str:
        """The text of `scrapy probe --help`."""
        return (
            "Say what a listing or an article is: the family of its CMS and the evidence, its encoding, what robots.txt says, its entries "
            "with the verdict on each, whether it was walked to its end, and the entry for the list of portals. Takes a web address, a "
            "saved page, or sample:ID for one of the sample sites (crawler/samples/sites). Stores nothing."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and our own."""
        super().add_options(parser)
        parser.add_argument("--pages", metavar="N", help="ask for N pages of the listing at most, and walk no listing below it")
        parser.add_argument("--url", metavar="URL", help="the address that a saved file had")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Probes."""
        if len(args) != 1:
            raise UsageError("one web address, saved file or sample:ID")
        try:
            found = self._find(args[0], opts)
        except ConfigurationError as error:
            self._end(str(error))
            return
        self._show(found, args[0])

    def _find(self, target: str, opts: argparse.Namespace) -> Found:
        if opts.pages is not None and not re.fullmatch(r"[1-9]\d{0,5}", opts.pages):
            raise ConfigurationError(f"--pages {opts.pages}: must be a whole number from 1, as --pages 3")
        if opts.url is not None and (target.startswith(_SAMPLE) or "://" in target):
            raise ConfigurationError("--url tells the address of a saved file; what is probed here has one")
        if target.startswith(_SAMPLE):
            return self._of_sample(target.removeprefix(_SAMPLE), opts.pages)
        return self._of_url(target, opts.pages) if "://" in target else self._of_file(Path(target), opts.url)

    def _of_url(self, url: str, pages: str | None) -> Found:
        """Walks the listing at a web address."""
        from crawler.spiders.probe import Probe
        from crawler.spiders.walking import require_contact

        assert self.settings is not None
        assert self.crawler_process is not None
        portals.from_listing(url)
        if not is_loopback(url):
            require_contact(self.settings)
        crawler = self.crawler_process.create_crawler(Probe)
        self.crawler_process.crawl(crawler, url=url, **({"pages": pages} if pages else {}))
        self.crawler_process.start()
        if not isinstance(crawler.spider, Probe):
            raise ConfigurationError(f"{url}: the probe cannot start; see the log above")
        return crawler.spider.found

    def _of_sample(self, name: str, pages: str | None) -> Found:
        """Serves a sample site while its first listing is walked."""
        from crawler import samples
        from crawler.samples import sites

        if not name:
            raise ConfigurationError(f"sample: needs the name of a site: {', '.join(site.id for site in sites.load())}")
        (site,) = sites.load(name)
        with samples.serve(sites=(site,)) as served:
            return self._of_url(site.portal(served.port).url, pages)

    def _of_file(self, path: Path, url: str | None) -> Found:
        from crawler.probing import saved
        from crawler.probing.offline import probe

        assert self.settings is not None
        if url is not None:
            portals.from_listing(url)
        body = saved.read(path, self.settings.getint("PAGE_SIZE_LIMIT"))
        return asyncio.run(probe(body, url or saved.address_in(body), self.settings.getfloat("PAGE_TIME_LIMIT")))

    def _show(self, found: Found, target: str) -> None:
        from crawler.probing.showing import show

        assert self.settings is not None
        look = found.look
        if look is not None and not look.says_nothing:
            width: dict[str, Any] = {} if sys.stdout.isatty() else {"width": 120}
            show(found, Console(**width), self.settings.getfloat("CRAWL_DELAY_MAX"))
        self._end(found.failure(target))

    def _end(self, problem: str | None) -> None:
        sys.stdout.flush()
        if problem is not None:
            sys.stderr.write(f"error: {' '.join(problem.split())}\n")
        self.exitcode = 0 if problem is None else 1
