"""What a change of rules moves: the reports, sections and cells that a re-extraction would change, before it is done."""

from __future__ import annotations

import contextlib
import sqlite3
from functools import partial
from typing import TYPE_CHECKING, Any

from crawler.errors import ArchiveError, ConfigurationError
from crawler.store import contents
from crawler.store.errors import translated
from crawler.store.replays import stored_pages
from crawler.store.tables import REPORTS, content_tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from pathlib import Path

    from crawler.reextraction import Progress, Reader
    from crawler.store.prepare import Content, Prepared, PreparedReport
    from crawler.store.replays import StoredPage

_READ_FROM = "select id, agency, year from reports where page_id = ? order by id"
_KNOWN = "select 1 from report_pages where report_id = ? and page_id = ?"


async def differences(reader: Reader, database: Path, progress: Progress, *, everything: bool) -> AsyncIterator[str]:
    """Lines that say, report by report, what today's rules would change in the database; `everything`: also for pages that they read.

    Writes nothing. A report is compared with the page that it is read from. Raises ConfigurationError where there is no database.
    """
    with contextlib.closing(_opened(database)) as connection:
        pages = [page for page in stored_pages(connection) if everything or reader.stale(page)]
        progress.begin(len(pages), "pages")
        found = reader.to_be_had(pages, progress)
        async for page, prepared in reader.in_order(_todo(reader, found, progress)):
            if prepared is not None:
                for line in _of_page(connection, page, prepared, progress):
                    yield line


def _opened(database: Path) -> sqlite3.Connection:
    """The database, for reading only: a crawl may be writing to it meanwhile."""
    if not database.is_file():
        raise ConfigurationError(f"{database}: there is no database to compare with")
    try:
        connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
        connection.execute("select 1 from pages limit 1")
    except sqlite3.Error as error:
        raise translated(error, database) from None
    return connection


async def _todo(
    reader: Reader, pages: list[StoredPage], progress: Progress
) -> AsyncIterator[Callable[[], Coroutine[Any, Any, tuple[StoredPage, Prepared | None]]]]:
    for page in pages:
        yield partial(_read, reader, page, progress)


async def _read(reader: Reader, page: StoredPage, progress: Progress) -> tuple[StoredPage, Prepared | None]:
    record = await reader.record_of(page, progress)
    progress.done += 1
    if record is None:
        return page, None
    try:
        work = await reader.work(await reader.capture(record))
    except ArchiveError as error:
        progress.problem(f"{error} ({page.url})", pages=1)
        return page, None
    progress.pages += 1
    return page, work.prepared


def _of_page(connection: sqlite3.Connection, page: StoredPage, prepared: Prepared, progress: Progress) -> Iterator[str]:
    before = connection.execute("select outcome from pages where id = ?", [page.id]).fetchone()[0]
    if before != prepared.page["outcome"]:
        yield f"{page.url}: outcome {before} -> {prepared.page['outcome']}"
    held = {report_id: f"{agency} {year}" for report_id, agency, year in connection.execute(_READ_FROM, [page.id])}
    now = {report.report_id: report for report in prepared.reports}
    for report_id in sorted(held.keys() - now.keys()):
        progress.reports["gone"] += 1
        yield f"- {report_id} {held[report_id]}: no longer on {page.url}"
    for report_id, report in sorted(now.items()):
        if report_id in held:
            yield from _of_report(contents.current(connection, report_id), report, f"{report_id} {held[report_id]}", progress)
        elif connection.execute(_KNOWN, [report_id, page.id]).fetchone() is None:
            progress.reports["new"] += 1
            yield f"+ {report_id} {_named(report)}: found on {page.url}"


def _named(report: PreparedReport) -> str:
    row = dict(zip(content_tables()[REPORTS.name], report.content[REPORTS.name][0], strict=True))
    return f"{row['agency']} {row['year']}"


def _of_report(before: Content, report: PreparedReport, title: str, progress: Progress) -> Iterator[str]:
    lines = [*_fields(before, report.content), *_sections(before, report.content), *_cells(before, report.content)]
    lines = lines or _others(before, report.content)
    progress.reports["changed" if lines else "unchanged"] += 1
    if lines:
        yield f"~ {title}"
        yield from (f"    {line}" for line in lines)


def _fields(before: Content, after: Content) -> Iterator[str]:
    columns = content_tables()[REPORTS.name]
    old, new = (dict(zip(columns, content[REPORTS.name][0], strict=True)) for content in (before, after))
    for name in contents.changed_fields(before, after):
        yield f"{name}: {old[name]} -> {new[name]}"


def _sections(before: Content, after: Content) -> Iterator[str]:
    for kind in contents.changed_sections(before, after):
        yield f"section {kind}: {_length(before, kind)} -> {_length(after, kind)} characters"


def _length(content: Content, kind: str) -> int:
    place = content_tables()[kind].index("text")
    return sum(len(row[place] or "") for row in content[kind])


def _cells(before: Content, after: Content) -> Iterator[str]:
    old, new = contents.cells(before), contents.cells(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield f"cell {'.'.join(key)}: {_cell(old.get(key))} -> {_cell(new.get(key))}"


def _cell(cell: tuple[Any, Any, Any, Any] | None) -> str:
    """A cell as a person reads it: its figure, or its state and what is printed."""
    if cell is None:
        return "none"
    value, state, raw, unit = cell
    return f"{value}{unit or ''}" if state == "number" else f"{state} ({raw})" if raw else str(state)


def _others(before: Content, after: Content) -> list[str]:
    """Tables that differ where neither fields nor sections nor cells do: quantities, findings, unknown labels, series."""
    silent = {REPORTS.name}
    changed = [
        table for table in content_tables() if table not in silent and sorted(map(repr, before[table])) != sorted(map(repr, after[table]))
    ]
    return [f"{table}: {len(before[table])} -> {len(after[table])} rows" for table in changed]
