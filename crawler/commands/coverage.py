"""`scrapy coverage`: who has published, who is late, who cannot be reached; out of the database, without a request."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.errors import ConfigurationError, CrawlError

if TYPE_CHECKING:
    import argparse

    from crawler.coverage import Line

FORMATS = ("table", "csv", "json")


class Command(ScrapyCommand):
    """Reads the view `coverage`, prints or writes it, draws it. Exit status 1 where that cannot be done."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """Options only."""
        return "[options]"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Say who has published, who is late and who cannot be reached"

    def long_desc(self) -> str:
        """The text of `scrapy coverage --help`."""
        return (
            "Every agency and year of which a report is held, listed or due, with its status and the deadline of the law, as of the end of "
            "the last finished run. The table counts them, csv and json have a line for each, the picture a square. Sends no request."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and our own."""
        super().add_options(parser)
        parser.add_argument("--province", metavar="NAME", help="河北, hebei or 130000; ministries for those of the State Council")
        parser.add_argument("--level", metavar="LEVEL", help="ministry, province, prefecture, county, township or department")
        parser.add_argument("--year", metavar="YYYY[-YYYY]", help="the year reported on, or a range")
        parser.add_argument("--agency", metavar="NAME", help="agencies whose name holds this")
        parser.add_argument("--status", metavar="STATUS", help="as in the table coverage_statuses: overdue, missing, blocked ...")
        parser.add_argument("--by", metavar="COLUMNS", help="what the table counts by: province, level, year, agency (province,level)")
        parser.add_argument("--format", metavar="FORMAT", default="table", help="table, csv or json (default: table)")
        parser.add_argument("--out", metavar="FILE", help="write there, not to the terminal")
        parser.add_argument("--picture", metavar="FILE.svg", help="draw a line per agency, a square per year")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Does what was asked for, or says in a line why not."""
        if args:
            raise UsageError("options only")
        try:
            self._run(opts)
        except CrawlError as error:
            self._end(str(error))
        except OSError as error:
            self._end(f"{error.filename}: cannot be written ({error.strerror})")

    def _run(self, opts: argparse.Namespace) -> None:
        from crawler.coverage import Wanted, picture, read

        assert self.settings is not None  # set by Scrapy before it runs a command
        _check(opts)
        wanted = Wanted(opts.province, opts.level, opts.year, opts.agency, opts.status)
        lines = read(Path(self.settings["REPORTS_DB"]), wanted)
        if opts.picture:
            Path(opts.picture).write_text(picture(lines), encoding="utf-8")
        if opts.out or not opts.picture:
            _write(lines, opts)

    def _end(self, problem: str) -> None:
        sys.stderr.write(f"error: {problem}\n")
        self.exitcode = 1


def _check(opts: argparse.Namespace) -> None:
    """Raises ConfigurationError for options that are wrong by themselves, before the database is read."""
    from crawler.coverage.showing import groups

    if opts.format not in FORMATS:
        raise ConfigurationError(f"--format {opts.format}: is none of {', '.join(FORMATS)}")
    if opts.by and opts.format != "table":
        raise ConfigurationError("--by counts, and only the table does: leave it out, or give --format table")
    if opts.picture and Path(opts.picture).suffix.lower() != ".svg":
        raise ConfigurationError(
            f"--picture {opts.picture}: pictures are SVG, as --picture coverage.svg; any browser opens one, and prints or exports it"
        )
    groups(opts.by or "province,level")


def _write(lines: list[Line], opts: argparse.Namespace) -> None:
    from crawler.coverage import as_csv, as_json, as_table
    from crawler.coverage.showing import groups

    if opts.format == "table":
        table = as_table(lines, groups(opts.by or ("agency,year" if opts.agency else "province,level")))
        if not opts.out:
            Console(width=None if sys.stdout.isatty() else 160).print(table)
            return
        with Path(opts.out).open("w", encoding="utf-8") as file:
            Console(file=file, width=160).print(table)
        return
    text = as_csv(lines) if opts.format == "csv" else as_json(lines)
    if opts.out:
        # A spreadsheet takes CSV for the local encoding unless a mark says UTF-8.
        Path(opts.out).write_text(text, encoding="utf-8-sig" if opts.format == "csv" else "utf-8")
    else:
        sys.stdout.write(text)
