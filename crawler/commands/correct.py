"""`scrapy correct WHAT WHERE... [VALUE] --reason TEXT --by NAME`: notes what a person corrects in `corrections.yaml`.

    scrapy correct finding REPORT RULE [SUBJECT [POSITION]] source_error|accepted|extraction_error
    scrapy correct agency PAGE NAME              scrapy correct year PAGE YEAR
    scrapy correct not_report PAGE               scrapy correct cell REPORT TABLE.ROW.COLUMN misread|misprinted|confirmed

Without arguments it checks the file and prints what it holds. Exit status 1 where something is wrong, in one line that says what.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler import corrections
from crawler.corrections import CorrectionsError
from crawler.errors import CrawlError
from crawler.extensions.log import CONSOLE
from crawler.store.errors import translated

if TYPE_CHECKING:
    import argparse

# By what is corrected: the keys that the arguments before the value give, and how many of them there must be.
_ARGUMENTS = {
    "finding": (("report", "rule", "subject", "position"), 2),
    "agency": (("page",), 1),
    "year": (("page",), 1),
    "not_report": (("page",), 1),
    "cell": (("report", "cell"), 2),
}
_EXISTS = {
    "page": ("select 1 from pages where url = :page", "holds no page {page}"),
    "report": ("select 1 from reports where id = :report", "holds no report {report}"),
    "rule": (
        "select 1 from findings where report_id = :report and rule_id = :rule and subject = :subject and position = :position",
        "the report {report} has no finding {rule} on '{subject}' ({position})",
    ),
    "cell": (
        "select 1 from table_cells where report_id = :report and table_id || '.' || row_id || '.' || column_id = :cell",
        "the report {report} has no cell {cell}",
    ),
}


class Command(ScrapyCommand):
    """Checks a correction against the database, adds it to the file."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What is corrected, where, and its value."""
        return "[finding | agency | year | not_report | cell] [where...] [value] --reason TEXT --by NAME"

    def short_desc(self) -> str:
        """A line for `scrapy --help`."""
        return "Note what a person corrects: an agency, a year, a page that is no report, a finding"

    def long_desc(self) -> str:
        """The text of `scrapy correct --help`."""
        return (
            "Note a correction in corrections.yaml (setting CORRECTIONS): `finding REPORT RULE [SUBJECT [POSITION]] VALUE`, `agency PAGE "
            "NAME`, `year PAGE YEAR`, `not_report PAGE`, `cell REPORT TABLE.ROW.COLUMN VALUE`. It is applied whenever pages are read: by "
            "the next crawl that fetches the page, or at once by `scrapy reextract`. Without arguments: check the file and list it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options and our own."""
        super().add_options(parser)
        parser.add_argument("--reason", metavar="TEXT", help="why, for those who read the file later")
        parser.add_argument("--by", metavar="NAME", help="who corrects")
        parser.add_argument("--date", metavar="DATE", default=date.today().isoformat(), help="when (default: today)")
        parser.add_argument("--report", metavar="ID", help="which report, for a page that holds several: its id without correction")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Adds, or lists."""
        assert self.settings is not None  # set by Scrapy before it runs a command
        path, database = Path(self.settings["CORRECTIONS"]), Path(self.settings["REPORTS_DB"])
        try:
            if not args:
                _list(corrections.read(path), path, database)
                return
            raw = {**_raw(args), "reason": opts.reason, "by": opts.by, "date": opts.date}
            if opts.report:
                raw = {"what": raw.pop("what"), "page": raw.pop("page", None), "report": opts.report, **raw}
            entry = corrections.correction(raw)
            _check(entry, database)
            corrections.add(path, raw)
        except CrawlError as error:
            sys.stderr.write(f"error: {error}\n")
            self.exitcode = 1
            return
        CONSOLE.print(f"{path}: noted; `scrapy reextract` applies it to {database}", highlight=False, soft_wrap=True)


def _raw(args: list[str]) -> dict[str, Any]:
    """The entry that the arguments write. Raises UsageError where there are too few or too many."""
    what, *rest = args
    if what not in _ARGUMENTS:
        raise UsageError(f"what is corrected is one of {', '.join(_ARGUMENTS)}")
    keys, least = _ARGUMENTS[what]
    value = rest.pop() if what != "not_report" and rest else None
    if not least <= len(rest) <= len(keys) or (value is None) != (what == "not_report"):
        raise UsageError(f"scrapy correct {what} {' '.join(map(str.upper, keys))}{'' if what == 'not_report' else ' VALUE'}")
    where: dict[str, Any] = dict(zip(keys, rest, strict=False))
    for name, number in (("position", where.get("position")), ("value", value if what == "year" else None)):
        if number is not None and number.isdecimal():
            where[name] = int(number)
    return {"what": what, **where, "value": where.get("value", value)}


def _check(entry: corrections.Correction, database: Path) -> None:
    """Raises CorrectionsError for something that the database does not hold, or a name that names no agency."""
    if entry.what == "agency":
        from extract.correcting import agency_named

        if agency_named(str(entry.value)) is None:
            raise CorrectionsError(f"value: {entry.value} names no agency; write its full name, as 云溪县人民政府")
    if problem := _unknown(entry, database):
        raise CorrectionsError(problem)


def _unknown(entry: corrections.Correction, database: Path) -> str | None:
    """What of an entry the database does not hold; None where it holds all of it."""
    if not database.is_file():
        return f"{database}: there is no database to correct"
    values = {name: getattr(entry, name) for name in ("page", "report", "rule", "subject", "position", "cell")}
    # of a page with several reports the id is the one without correction, which is gone once the correction is applied
    names = [name for name in _EXISTS if values[name] and not (name == "report" and entry.page)]
    try:
        with contextlib.closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            for name in names:
                query, problem = _EXISTS[name]
                if connection.execute(query, values).fetchone() is None:
                    return f"{database}: {problem.format(**values)}"
    except sqlite3.Error as error:
        raise translated(error, database) from None
    return None


def _list(held: corrections.Corrections, path: Path, database: Path) -> None:
    """The corrections, and what of them the database does not know."""
    table = Table(title=f"{path}: {len(held.entries)} corrections", title_justify="left")
    for name in ("what", "where", "value", "reason", "by", "date", "problem"):
        table.add_column(name, overflow="fold")
    for entry in held.entries:
        where = " ".join(str(one) for one in (entry.page, entry.report, entry.rule, entry.subject, entry.cell) if one)
        value = "" if entry.value is None else str(entry.value)
        table.add_row(entry.what, where, value, entry.reason, entry.by, entry.date, _unknown(entry, database) or "")
    CONSOLE.print(table)
