"""The table at the end of a run: what was found, what was turned away and why, what to do next."""

from __future__ import annotations

import asyncio
import shlex
from typing import TYPE_CHECKING

from rich.table import Table
from scrapy import signals

from crawler.extensions.health import page_of
from crawler.extensions.log import CONSOLE
from crawler.extensions.run import Run

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.store import Summary as Counts

_REPORTS = "select agency, year, era, title from reports order by agency, year"
_VIOLATED = "select report_id, rule_id, subject, lhs, rhs from findings where status is 'violated'"
_REJECTED = "select outcome, reason, url from pages where outcome is not 'ok'"
_WORDS = {"reread": "read again"}
SHOWN = 12  # portals and reasons shown; the database has all of them


class Summary:
    """Prints the table once everything is closed."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy."""
        summary = cls(crawler)
        crawler.signals.connect(summary.engine_stopped, signals.engine_stopped)
        return summary

    async def engine_stopped(self) -> None:
        """Prints the summary of a run that began, in a thread: loading and drawing tables takes a while."""
        run = self._crawler.get_extension(Run)
        if run is not None and run.summary is not None:
            await asyncio.to_thread(self._print, run, run.summary)

    def _print(self, run: Run, counts: Counts) -> None:
        for table in (_portals(run), _totals(run, counts), _reasons(run, counts)):
            if table.row_count:
                CONSOLE.print(table)
        for line in _next_steps(run, counts):
            CONSOLE.print(line, highlight=False, soft_wrap=True)


def _portals(run: Run) -> Table:
    """A line per portal, those that need a look first."""
    table = Table(title="Portals", title_justify="left")
    for head in ("portal", "outcome"):
        table.add_column(head)
    for head in ("entries", "accepted", "pages", "new", "changed", "unchanged", "failed"):
        table.add_column(head, justify="right")
    counted = sorted(((name, counts) for name, counts in run.portals.items() if name), key=lambda pair: (pair[1].outcome == "ok", pair[0]))
    for name, counts in counted[:SHOWN]:
        numbers = (counts.listed, counts.accepted, counts.fetched, counts.new, counts.changed, counts.unchanged, counts.failed)
        table.add_row(f"{run.names.get(name, name)} ({name})", counts.outcome, *map(str, numbers))
    if len(counted) > SHOWN:
        table.add_row(f"and {len(counted) - SHOWN} more", *[""] * 8)
    return table


def _totals(run: Run, counts: Counts) -> Table:
    table = Table(title=f"Run {run.id}: {run.finish_reason}", title_justify="left")
    table.add_column("")
    table.add_column("this run", justify="right")
    table.add_column("database", justify="right")
    listed = sum(portal.listed for portal in run.portals.values())
    found = [f"{count} {_WORDS.get(name, name)}" for name, count in counts.reports.items() if count]
    entries = ", ".join(f"{count} {verdict}" for verdict, count in counts.entries.items())
    if listed or entries:
        table.add_row("entries", str(listed), entries)
    table.add_row("pages", str(sum(portal.fetched for portal in run.portals.values())), "")
    table.add_row("reports", ", ".join(found) or "none new", str(counts.held))
    table.add_row("sections", "", str(counts.sections))
    table.add_row("table cells", "", str(counts.cells))
    table.add_row("quantities in prose", "", str(counts.quantities))
    for status, count in counts.findings.items():
        table.add_row(f"findings: {status.replace('_', ' ')}", "", str(count))
    return table


def _reasons(run: Run, counts: Counts) -> Table:
    """Why entries were not fetched and pages gave no report."""
    table = Table(title="Turned away", title_justify="left")
    for head in ("what", "outcome", "reason"):
        table.add_column(head)
    table.add_column("how many", justify="right")
    for reason, count in run.rejects.most_common(SHOWN):
        table.add_row("entry", "not fetched", reason, str(count))
    for (outcome, reason), count in list(counts.rejects.items())[:SHOWN]:
        table.add_row("page", outcome, reason, str(count))
    return table


def _next_steps(run: Run, counts: Counts) -> list[str]:
    """Commands a person may want now."""
    database = shlex.quote(_shown(run))
    lines = [f"{portal}: {problem}" for portal, found in run.portals.items() for problem in (*found.doubts, *found.problems)]
    if run.errors:
        lines.append(f"Errors of this program: {run.errors}. See the log above; what they touched is not stored")
    lines.append(f"Look at the reports:   datasette {database}   or   sqlite3 {database} {_quoted(_REPORTS)}")
    if counts.findings.get("violated"):
        lines.append(f"Figures that disagree: sqlite3 {database} {_quoted(_VIOLATED)}")
    lines.append(f"Who is late, who blocked: scrapy coverage -s REPORTS_DB={database}")
    lines.append(f"This run in a browser: {shlex.quote(str(page_of(run.database, run.id)))}")
    if counts.rejects or run.rejects:
        lines.append(f"Pages without report:  sqlite3 {database} {_quoted(_REJECTED)}")
    return lines


def _quoted(query: str) -> str:
    """The query as one word of a shell, in quotes a person can read."""
    return f'"{query}"'


def _shown(run: Run) -> str:
    """The database's path, relative to where the person stands if it lies below."""
    try:
        return run.database.relative_to(run.database.cwd()).as_posix()
    except ValueError:
        return str(run.database)
