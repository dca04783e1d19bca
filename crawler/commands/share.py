"""`scrapy share [DB]`: the database in the browser, for oneself or (`--immutable`) for everybody. Exit status 1 where it cannot start."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse

HOST, PORT = "127.0.0.1", 8001  # Datasette's own


class Command(ScrapyCommand):
    """Looks whether the file can be shown, says where it is shown, and serves until it is stopped."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The one argument: a database, where it is not REPORTS_DB."""
        return "[database]"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Show the database in the browser"

    def long_desc(self) -> str:
        """The text of `scrapy share --help`."""
        return (
            "Serve a site on the database: agencies, reports, comparisons, checks, search, and the archived page behind every number. "
            "A crawl may go on writing to the file. --immutable is for the open internet: the file must be at rest, arbitrary SQL and "
            "pages about the server are off (docs/sharing.md)."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Where to listen, and for whom."""
        super().add_options(parser)
        parser.add_argument("--host", default=HOST, help=f"address to listen on (default: {HOST}, this machine only)")
        parser.add_argument("--port", type=int, default=PORT, help=f"port to listen on (default: {PORT}; 0: a free one)")
        parser.add_argument("--immutable", action="store_true", help="for the open internet: the file does not change, limits are strict")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Serves; returns when it is stopped."""
        if len(args) > 1:
            raise UsageError("one database at most")
        assert self.settings is not None  # set by Scrapy before it runs a command
        database = Path(args[0] if args else self.settings["REPORTS_DB"])
        sample = database.resolve() == Path(self.settings["SAMPLE_DB"]).resolve()
        archive = Path(self.settings["SAMPLE_ARCHIVE_DIR" if sample else "ARCHIVE_DIR"])
        try:
            from share import serving
        except ImportError as error:
            self._end(f"the site needs {error.name}: pip install 'gongkai[share]'")
            return
        try:
            serving.serve(database, archive, opts.host, opts.port, public=opts.immutable)
        except ConfigurationError as error:
            self._end(str(error))

    def _end(self, problem: str) -> None:
        sys.stderr.write(f"error: {problem}\n")
        self.exitcode = 1
