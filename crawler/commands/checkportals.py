"""`scrapy checkportals [FOLDER]`: whether the portal files are right, without a request. Exit status 1 where they are not."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import portals
from crawler.errors import ConfigurationError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable


class Command(ScrapyCommand):
    """Prints what the files hold, then every problem on one line: file, entry, key, what is wrong, the cure."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """The one argument: a folder of portal files, where it is not this project's."""
        return "[folder]"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Check the list of portals (offline)"

    def long_desc(self) -> str:
        """The text of `scrapy checkportals --help`."""
        return "Check the portal files: names, codes, hosts, duplicates, unknown keys. Sends no request. Exit status 1 where one is wrong."

    def run(self, args: list[str], opts: argparse.Namespace) -> None:  # noqa: ARG002 - Scrapy's signature
        """Checks, prints, sets the exit status."""
        if len(args) > 1:
            raise UsageError("one folder at most")
        try:
            contents = portals.read(Path(args[0])) if args else portals.read()
        except ConfigurationError as error:
            self._end([str(error)], "error: ")
            return
        _print(contents)
        self._end([*map(str, contents.problems)])

    def _end(self, problems: list[str], mark: str = "") -> None:
        sys.stdout.flush()
        sys.stderr.writelines(f"{mark}{problem}\n" for problem in problems)
        self.exitcode = 1 if problems else 0


def _print(contents: portals.Contents) -> None:
    found = [placed.portal for placed in contents.placed]
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(_files(contents))
    for head, values in (
        ("by level", [portal.level for portal in found]),
        ("by family", [portal.family or "found on the page" for portal in found]),
    ):
        console.print(f"{head}: {_counted(values)}", highlight=False, soft_wrap=True)
    problems = len(contents.problems)
    console.print(f"{problems} problem{'' if problems == 1 else 's'}", highlight=False)


def _files(contents: portals.Contents) -> Table:
    """A line per file, with its entries that are right by status, and its problems."""
    table = Table(title="Portals", title_justify="left", show_footer=True)
    rows = [
        (path.name, [placed.portal.status for placed in contents.placed if placed.path == path], _problems(contents, path))
        for path in contents.files
    ]
    table.add_column("file", f"{len(rows)} files")
    table.add_column("entries", str(len(contents.placed)), justify="right")
    for status in portals.STATUSES:
        table.add_column(status, str(sum(statuses.count(status) for _, statuses, _ in rows)), justify="right")
    table.add_column("problems", str(len(contents.problems)), justify="right")
    for name, statuses, problems in rows:
        table.add_row(name, str(len(statuses)), *(str(statuses.count(status) or "") for status in portals.STATUSES), str(problems or ""))
    return table


def _problems(contents: portals.Contents, path: Path) -> int:
    return sum(problem.path == path for problem in contents.problems)


def _counted(values: Iterable[str]) -> str:
    return ", ".join(f"{count} {value}" for value, count in Counter(values).most_common()) or "none"
