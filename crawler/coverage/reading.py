"""Lines of the view `coverage` out of a database that is only read, so that a crawl may write it meanwhile."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from crawler.errors import ConfigurationError
from crawler.portals.areas import CORPS, MINISTRIES, PROVINCES, area_of, title_of
from crawler.portals.model import LEVELS
from crawler.store.coverage import content
from crawler.store.errors import NewerDatabase, NotOurDatabase, translated
from crawler.store.schema import check_owner

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the view: an agency and a year. `agency_id` is None where no report of the agency was ever read, `level` where unknown;
    `as_of` is the day the statuses hold for, None where no run has finished."""

    agency_id: str | None
    agency: str
    level: str | None
    division_code: str | None
    province: str | None
    year: int
    status: str
    deadline: str | None
    report_id: str | None
    published_on: str | None
    url: str | None
    portal_id: str | None
    reason: str | None
    as_of: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None: all. `province` as areas are named (河北, hebei, 130000, ministries), `agency` a part of its name."""

    province: str | None = None
    level: str | None = None
    year: str | None = None
    agency: str | None = None
    status: str | None = None

    def condition(self) -> tuple[str, list[str | int]]:
        """The WHERE clause with its values. Raises ConfigurationError for a value that is none."""
        parts = [part for part in (self._place(), self._level(), self._year(), self._status(), self._agency()) if part]
        where = " where " + " and ".join(clause for clause, _ in parts) if parts else ""
        return where, [value for _, values in parts for value in values]

    def _place(self) -> tuple[str, list[str | int]] | None:
        if self.province is None:
            return None
        try:
            area = area_of(self.province)
        except ConfigurationError:
            known = ", ".join(f"{area} ({title_of(area)})" for area in (*PROVINCES, MINISTRIES, CORPS))
            raise ConfigurationError(f"--province {self.province}: is none; known are {known}") from None
        if area == MINISTRIES:
            return "level = ?", ["ministry"]
        if area == CORPS:
            return "(province = ? or agency like ?)", ["新疆生产建设兵团", "新疆生产建设兵团%"]
        return "division_code >= ? and division_code < ?", [PROVINCES[area], f"{int(PROVINCES[area][:2]) + 1}0000"]

    def _level(self) -> tuple[str, list[str | int]] | None:
        return None if self.level is None else ("level = ?", [_one_of("--level", self.level, LEVELS)])

    def _status(self) -> tuple[str, list[str | int]] | None:
        return None if self.status is None else ("status = ?", [_one_of("--status", self.status, tuple(content()["statuses"]))])

    def _year(self) -> tuple[str, list[str | int]] | None:
        if self.year is None:
            return None
        first, range_sign, last = self.year.partition("-")
        last = last if range_sign else first
        if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and len(first) == len(last) == 4):
            raise ConfigurationError(f"--year {self.year}: write a year or a range of years, as --year 2024 or --year 2019-2024")
        return "year between ? and ?", [int(first), int(last)]

    def _agency(self) -> tuple[str, list[str | int]] | None:
        return None if self.agency is None else ("instr(agency, ?)", [self.agency])


def _one_of(option: str, given: str, known: tuple[str, ...]) -> str:
    if given not in known:
        raise ConfigurationError(f"{option} {given}: is none of {', '.join(known)}")
    return given


def read(path: Path, wanted: Wanted) -> list[Line]:
    """The lines asked for, by place, agency and year. Raises ConfigurationError for what was asked wrongly and where there is no
    database, a StoreError where the file is none of ours or was written by a newer program."""
    where, values = wanted.condition()
    if not path.is_file():
        raise ConfigurationError(f"{path}: there is no database yet; make one with scrapy crawl, or name yours with -s REPORTS_DB=FILE")
    columns = ", ".join(field.name for field in fields(Line))
    order = " order by coalesce(division_code, ''), agency, coalesce(agency_id, portal_id), year"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{_mode(path)}", uri=True)) as connection:
            connection.execute("pragma query_only = on")
            check_owner(connection, path)
            _check_view(connection, path)
            return [Line(*row) for row in connection.execute(f"select {columns} from coverage{where}{order}", values)]  # noqa: S608
    except (NotOurDatabase, NewerDatabase):
        raise
    except sqlite3.Error as error:
        raise translated(error, path) from error


def _mode(path: Path) -> str:
    """How to open a file for reading. A connection that may write cleans up the log that SQLite keeps beside a database while it is open;
    one that may not would leave it behind, and where nothing may be written at all, the file must be said not to change."""
    return "mode=rw" if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK) else "mode=ro&immutable=1"


def _check_view(connection: sqlite3.Connection, path: Path) -> None:
    found = {name for (name,) in connection.execute("select name from pragma_table_info('coverage')")}
    if not found >= {field.name for field in fields(Line)}:
        raise ConfigurationError(
            f"{path}: was written by an older version, which knew no coverage; bring it up to date with scrapy reindex"
        )
