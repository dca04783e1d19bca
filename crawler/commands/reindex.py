"""`scrapy reindex`: the full-text index of a database made anew. Exit status 1 where it could not be done."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

if TYPE_CHECKING:
    import argparse


class Command(ScrapyCommand):
    """Brings the file to the layout of this program, then makes its index anew."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The one argument: a database, where it is not REPORTS_DB."""
        return "[database]"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Make the full-text index of the database anew"

    def long_desc(self) -> str:
        """The text of `scrapy reindex --help`."""
        return (
            "Make the full-text index over all sections anew, and bring a file of an older version to the layout of this one. The index is "
            "kept in step by every crawl: this is for a file that was damaged, or that something else wrote to."
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's signature
        """Does it."""
        from crawler.store import Store, StoreError

        if len(args) > 1:
            raise UsageError("one database at most")
        assert self.settings is not None  # set by Scrapy before it runs a command
        path = Path(args[0] if args else self.settings["REPORTS_DB"])
        if not path.is_file():
            sys.stderr.write(f"error: {path}: there is no database; make one with scrapy crawl\n")
            self.exitcode = 1
            return
        try:
            with Store(path) as store:
                count = store.reindex()
        except StoreError as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = 1
        else:
            sys.stdout.write(f"{path}: {count} sections in the index\n")
