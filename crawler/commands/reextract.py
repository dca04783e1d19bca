"""`scrapy reextract`: the archive read again by today's rules, without a request. Exit status 0, 3 where the archive lacks something, 1
where it could not be done."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.crawl import check_numbers
from crawler.commands.watching import Watch
from crawler.errors import ConfigurationError, CrawlError
from crawler.extensions.log import CONSOLE

if TYPE_CHECKING:
    import argparse

    from scrapy.settings import BaseSettings

    from crawler.reextraction import Progress, Reader

LOST = 3  # the exit status of a run that did what it could


class Command(ScrapyCommand):
    """Rebuilds a database, brings one to today's rules, or says what these would change."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """No argument."""
        return "[options]"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Read the archived pages again, by today's rules (offline)"

    def long_desc(self) -> str:
        """The text of `scrapy reextract --help`."""
        return (
            "Read the archived pages again. A database that holds no page is rebuilt from the archive alone; of another one those pages "
            "are read again that other rules than today's read. Sends no request; can be broken off and started again. Exit status: 0 "
            "all was read; 3 the archive lacks pages or is damaged, each named; 1 it could not be done."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and our own."""
        super().add_options(parser)
        parser.add_argument("--into", metavar="FILE", help="the database to make or bring up to date, where it is not REPORTS_DB")
        parser.add_argument("--archive", metavar="DIR", help="the archive to read, where it is not ARCHIVE_DIR")
        parser.add_argument("--all", action="store_true", help="read every page again, also those that today's rules read")
        parser.add_argument("--diff", action="store_true", help="say which reports, sections and cells would change, and write nothing")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Does it."""
        if args:
            raise UsageError("reextract takes options only")
        assert self.settings is not None  # set by Scrapy before it runs a command
        try:
            check_numbers(self.settings)
            progress = asyncio.run(_run(self.settings, opts))
        except CrawlError as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = 1
        except KeyboardInterrupt:
            sys.stderr.write("broken off; the same command goes on from here\n")
            self.exitcode = 1
        else:
            self.exitcode = LOST if progress.problems else 0


async def _run(settings: BaseSettings, opts: argparse.Namespace) -> Progress:
    from crawler import corrections
    from crawler.reextraction import AHEAD, Progress, Reader
    from crawler.worker import Workers, cores

    database = Path(opts.into or settings["REPORTS_DB"])
    folder = Path(opts.archive or settings["ARCHIVE_DIR"])
    if not await asyncio.to_thread(folder.is_dir):
        raise ConfigurationError(f"{folder}: there is no archive; name its folder with --archive")
    count = settings.getint("WORKERS") or cores()
    workers, progress = Workers(count, settings.getfloat("PAGE_TIME_LIMIT")), Progress()
    reader = Reader(folder, workers, settings.getint("PAGE_SIZE_LIMIT"), count * AHEAD, corrections.read(Path(settings["CORRECTIONS"])))
    await workers.open()
    try:
        with Watch(progress):
            await (_compare(reader, database, progress, opts) if opts.diff else _rebuild(reader, database, progress, opts))
    finally:
        await workers.close()
    CONSOLE.print(_summary(progress, database), highlight=False, soft_wrap=True)
    return progress


async def _rebuild(reader: Reader, database: Path, progress: Progress, opts: argparse.Namespace) -> None:
    from crawler.reextraction import Reextraction
    from crawler.store import Writer

    writer = await asyncio.to_thread(Writer, database)
    try:
        arguments = {name: value for name, value in (("into", opts.into), ("archive", opts.archive), ("all", opts.all)) if value}
        await Reextraction(reader, writer, progress).run(arguments, rebuild=bool(opts.into), everything=opts.all)
    finally:
        await asyncio.to_thread(writer.close)


async def _compare(reader: Reader, database: Path, progress: Progress, opts: argparse.Namespace) -> None:
    from crawler.differences import differences

    async for line in differences(reader, database, progress, everything=opts.all):
        print(line)  # noqa: T201 - what the command is asked for


def _summary(progress: Progress, database: Path) -> str:
    told = ", ".join(f"{count} {name}" for name, count in progress.reports.items() if count) or "none"
    lost = f"; {progress.lost} pages not read: {len(progress.problems)} problems, named above" if progress.problems else ""
    return f"{database}: {progress.pages} pages read again; reports: {told}{lost}"
