"""Coverage as text: counted by province, level, year or agency for people, line by line for programs."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from rich.table import Table

from crawler.coverage.reading import Line
from crawler.errors import ConfigurationError
from crawler.portals.areas import PROVINCES, title_of
from crawler.store.coverage import content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_AREAS = {code[:2]: area for area, code in PROVINCES.items()}
_FORMULA = tuple("=+-@\t\r\0\uff1d\uff0b\uff0d\uff20")  # what a spreadsheet may run (OWASP ASVS 1.2.10), full width too


def province(line: Line) -> str:
    """The province in Chinese, by the division code where there is one; 国务院部门 for ministries, 未知 where nothing says it."""
    if line.level == "ministry":
        return "国务院部门"
    area = _AREAS.get((line.division_code or "")[:2])
    return title_of(area) if area else line.province or "未知"


GROUPS: Mapping[str, Callable[[Line], str]] = {
    "province": province,
    "level": lambda line: line.level or "unknown",
    "year": lambda line: str(line.year),
    "agency": lambda line: line.agency,
}


def groups(given: str) -> tuple[str, ...]:
    """The names in `province,level`. Raises ConfigurationError for an unknown one."""
    found = tuple(name.strip() for name in given.split(",") if name.strip())
    if not found or not set(found) <= GROUPS.keys():
        raise ConfigurationError(f"--by {given}: name one or several of {', '.join(GROUPS)}, separated by commas")
    return found


def as_table(lines: Iterable[Line], by: tuple[str, ...]) -> Table:
    """Agency-years by status: a row per group, a column per status that occurs, and the share that is held of what was due."""
    lines = list(lines)
    counts: dict[tuple[str, ...], Counter[str]] = {}
    for line in lines:
        counts.setdefault(tuple(GROUPS[name](line) for name in by), Counter())[line.status] += 1
    total = sum(counts.values(), Counter[str]())
    statuses = [status for status in content()["statuses"] if total[status]]
    table = Table(title=_title(lines), title_justify="left", show_footer=True)
    for place, name in enumerate(by):
        table.add_column(name, "all" if place == 0 else "")
    for status in statuses:
        table.add_column(status.replace("_", " "), str(total[status]), justify="right")
    table.add_column("held of due", _share(total), justify="right")
    for group, counted in sorted(counts.items()):
        table.add_row(*group, *(str(counted[status] or "") for status in statuses), _share(counted))
    return table


def _title(lines: list[Line]) -> str:
    day = next((line.as_of for line in lines), None)
    return f"Coverage, agency-years {f'as of {day}' if day else '(no run has finished yet)'}"


def _share(counted: Counter[str]) -> str:
    """Of what was due, what is held; one year that is not due yet is neither."""
    held = counted["held"] + counted["revised"] + counted["withdrawn"]
    due = counted.total() - counted["not_yet_due"]
    return f"{held / due:.1%}" if due else ""


def as_csv(lines: Iterable[Line]) -> str:
    """A line per agency and year; texts that a spreadsheet would take for a formula begin with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(Line))
    writer.writerows([_harmless(value) for value in asdict(line).values()] for line in lines)
    return out.getvalue()


def _harmless(value: str | int | None) -> str | int | None:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def as_json(lines: Iterable[Line]) -> str:
    """A list of objects with the columns of the view."""
    return json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=1) + "\n"
