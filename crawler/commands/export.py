"""`scrapy export`: the database as CSV, JSON Lines, Parquet or Excel files. Exit status 1 where they could not be made."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.errors import CrawlError

if TYPE_CHECKING:
    import argparse

    from crawler.export import Exported, Selection

_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?")


class Command(ScrapyCommand):
    """Exports, then prints how many rows each table has."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """No argument."""
        return "[options]"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Write the database to CSV, JSON Lines, Parquet or Excel files"

    def long_desc(self) -> str:
        """The text of `scrapy export --help`."""
        return (
            "Write the database, or the reports of a province or of some years, to a folder: a file a table, with the address and the time "
            "of fetching beside every row, a description of all fields (datapackage.json) and a citation (CITATION.cff). The files "
            "appear when all are complete; an earlier export in the folder is replaced. A crawl may write meanwhile."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and our own."""
        super().add_options(parser)
        parser.add_argument("--into", metavar="DIR", help="the folder to write, default: export beside the database")
        parser.add_argument("--format", metavar="F", action="append", help="csv (the default), jsonl, parquet, xlsx; several with commas")
        parser.add_argument("--province", metavar="NAME", help="only reports of a province, by the name in reports.province")
        parser.add_argument("--year", metavar="Y", help="only reports on a year, as 2023, or on some, as 2019-2023")
        parser.add_argument("--table", metavar="NAME", action="append", help="only some tables, as reports,table_cells")
        parser.add_argument("--database", metavar="FILE", help="the database, where it is not REPORTS_DB")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Exports."""
        from crawler.export import EXPORTED, export

        if args:
            raise UsageError("export takes options only")
        assert self.settings is not None  # set by Scrapy before it runs a command
        database = Path(opts.database or self.settings["REPORTS_DB"])
        folder = Path(opts.into) if opts.into else database.parent / "export"
        try:
            done = export(
                database, folder, formats=_list(opts.format) or ["csv"], tables=_list(opts.table) or EXPORTED, selection=_selection(opts)
            )
        except CrawlError as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = 1
        else:
            _print(done)


def _list(given: list[str] | None) -> list[str]:
    return [name for one in given or () for name in one.replace(" ", "").split(",") if name]


def _selection(opts: argparse.Namespace) -> Selection:
    from crawler.export import ExportError, Selection

    if opts.year is None:
        return Selection(opts.province)
    found = _YEARS.fullmatch(opts.year)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if first > last:
        raise ExportError(f"--year {opts.year}: must be a year, as 2023, or a range, as 2019-2023")
    return Selection(opts.province, first, last)


def _print(done: Exported) -> None:
    width = max(map(len, done.rows))
    for name, count in done.rows.items():
        sys.stdout.write(f"{name:{width}} {count:>12,}\n")
    sys.stdout.write(f"written to {done.folder}\n")
