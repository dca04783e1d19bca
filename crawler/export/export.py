"""The export itself: a snapshot of the database, row by row into a temporary folder, which takes its place when it is complete."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.export import package
from crawler.export.errors import ExportError
from crawler.export.formats import FORMATS, writer
from crawler.export.personal import masked
from crawler.export.tables import EXPORTED, Selection, choose, exported_tables
from crawler.store import schema
from crawler.store.errors import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from crawler.export.formats import Writer
    from crawler.export.tables import Exported as Table

BATCH = 1000  # rows that are in memory at a time
MASKED = {  # fields that hold what a page prints at length
    "sections": ("heading", "text", "original_text"),
    "table_cells": ("raw",),
    "unknown_labels": ("label", "raw_row"),
    "quantities": ("phrase",),
}
MARK = "datapackage.json"  # what tells a folder of an earlier export from another one


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, and the rows of each table."""

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)


def export(
    database: Path, folder: Path, *, formats: Sequence[str] = ("csv",), tables: Iterable[str] = EXPORTED, selection: Selection | None = None
) -> Exported:
    """Write the tables of a database into `folder`, which is made, or replaced where it holds an earlier export.

    All files appear at once, when they are complete. Raises ExportError or StoreError, one line each, and then leaves everything as it was.
    """
    selection, names = selection or Selection(), list(dict.fromkeys(tables))
    chosen = [exported_tables()[name] for name in names if name in exported_tables()]
    if len(chosen) < len(names):
        unknown = next(name for name in names if name not in exported_tables())
        raise ExportError(f"--table {unknown}: must be one of {', '.join(EXPORTED)}")
    for format_ in formats:
        if format_ not in FORMATS:
            raise ExportError(f"--format {format_}: must be one of {', '.join(FORMATS)}")
    _check_target(folder)
    with _opened(database) as connection, _temporary(folder) as temporary:
        choose(connection, selection)
        with _writers(formats, temporary) as open_writers:
            given = {"first": selection.first_year, "last": selection.last_year}
            counts = {table.name: _write(connection, table, given, open_writers) for table in chosen}
            for one in open_writers:
                one.end()
        as_of = connection.execute("select max(finished_at) from runs").fetchone()[0]
        package.write(temporary, package.Contents(chosen, counts, selection, tuple(dict.fromkeys(formats)), as_of))
    return Exported(folder, counts)


@contextlib.contextmanager
def _writers(formats: Sequence[str], folder: Path) -> Iterator[list[Writer]]:
    with contextlib.ExitStack() as stack:
        made = []
        for format_ in dict.fromkeys(formats):
            one = writer(format_, folder)
            stack.callback(one.drop)
            made.append(one)
        yield made


def _write(connection: sqlite3.Connection, table: Table, given: dict[str, Any], writers: list[Writer]) -> int:
    mask = _masking(table)
    count = 0
    for one in writers:
        one.begin(table)
    for statement in table.statements:
        cursor = connection.execute(statement, given)
        while rows := cursor.fetchmany(BATCH):
            count += len(rows)
            rows = list(map(mask, rows)) if mask else rows
            for one in writers:
                one.rows(rows)
    for one in writers:
        one.end_table()
    return count


def _masking(table: Table) -> Callable[[tuple[Any, ...]], tuple[Any, ...]] | None:
    """What masks a row of the table; None where no field needs it."""
    fields = list(table.fields)
    places = [fields.index(name) for name in MASKED.get(table.name, ())]
    if not places:
        return None
    kind = fields.index("kind") if "kind" in fields else None

    def mask(row: tuple[Any, ...]) -> tuple[Any, ...]:
        made = list(row)
        for place in places:
            if made[place]:
                made[place] = masked(made[place], row[kind] if kind is not None else None)
        return tuple(made)

    return mask


# ------------------------------------------------------------------------------------------------ the database


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The database for reading, as it is now, whatever a crawl writes meanwhile."""
    if not path.is_file():
        raise ExportError(f"{path}: there is no database; make one with scrapy crawl, or name another with --database")
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            schema.check_readable(connection, path)
            connection.execute("begin")
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        if str(error).startswith("no such"):  # a table or column that this version reads and another one did not write
            raise schema.older(path) from error
        raise translated(error, path) from error


# ------------------------------------------------------------------------------------------------ the folder


def _check_target(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise ExportError(f"{folder}: is a file; name a folder with --into")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise ExportError(f"{folder}: holds other files; name an empty or a new folder with --into")


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder`, which takes its place when the block ends well, and is gone when it does not."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        temporary.chmod(0o755)
    except OSError as error:
        raise ExportError(f"{folder.parent}: cannot be written ({error.strerror}); name another folder with --into") from error
    try:
        yield temporary
        _replace(temporary, folder)
    except OSError as error:
        raise ExportError(f"{folder}: cannot be written ({error.strerror}); free some space or name another folder with --into") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _replace(temporary: Path, folder: Path) -> None:
    old = temporary.with_name(f"{temporary.name}-old")
    if folder.exists():
        folder.rename(old)
    try:
        temporary.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
