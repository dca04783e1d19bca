"""What people corrected, in one file that people read and write: `corrections.yaml` (the setting CORRECTIONS).

Each entry says what is corrected, its value, why, by whom and when:

    - what: year                    # of the report on a page
      page: http://www.qinghe.example/nb/1.html
      value: 2019
      reason: the title says 2091, the text 2019
      by: Li
      date: 2026-03-01

`finding` (report, rule, subject, position): source_error, accepted or extraction_error. `agency` and `year` (page, and report where the
page holds several: the id that extraction gives it): whose report it is, on which year. `not_report` (page): no value. `cell` (report,
cell): misread, misprinted or confirmed; a figure itself cannot be corrected here, for nobody could tell it from one that was printed.
The file is applied whenever pages are read, so that it survives every rebuild of the database.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

from crawler.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from extract.model import Extraction, Page

HEAD = """\
# Corrections by people, applied whenever pages are read. `scrapy correct` adds entries; delete one to take it back.
# What each entry may say: docs/archive.md.
"""
# By what is corrected: the keys that say where (a key in brackets may be left out), and the values that it may have.
TARGETS: Mapping[str, tuple[str, ...]] = {
    "finding": ("report", "rule", "(subject)", "(position)"),
    "agency": ("page", "(report)"),
    "year": ("page", "(report)"),
    "not_report": ("page",),
    "cell": ("report", "cell"),
}
VALUES: Mapping[str, tuple[str, ...]] = {
    "finding": ("source_error", "accepted", "extraction_error"),
    "cell": ("misread", "misprinted", "confirmed"),
}
_CELL = re.compile(r"[a-z0-9_]+\.[A-Za-z0-9_]+\.[A-Za-z0-9_]+")
_FIRST_YEAR = 2003  # the first city rules on disclosure (Guangzhou); no report is older


class CorrectionsError(ConfigurationError):
    """The file of corrections is wrong, or an entry for it; raised on reading and writing, names file, entry and key."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One entry. `page`, `report`, `rule`, `subject`, `position` and `cell` say where, as far as `what` has them."""

    what: str
    reason: str
    by: str
    date: str
    value: str | int | None = None
    page: str | None = None
    report: str | None = None
    rule: str | None = None
    subject: str = ""
    position: int = 1
    cell: str | None = None

    @property
    def target(self) -> tuple[Any, ...]:
        """What is corrected: two entries with one target contradict each other."""
        return self.what, self.page, self.report, self.rule, self.subject, self.position, self.cell

    def row(self) -> dict[str, Any]:
        """The row of the table `corrections`."""
        said: dict[str, Any] = {"what": self.what, "page_url": self.page, "report_id": self.report, "rule_id": self.rule, "cell": self.cell}
        if self.what == "finding":
            said |= {"subject": self.subject, "position": self.position}
        value = None if self.value is None else str(self.value)
        return {**said, "value": value, "reason": self.reason, "corrected_by": self.by, "corrected_on": self.date}


@dataclass(frozen=True)
class Corrections:
    """All entries of a file, in its order."""

    entries: tuple[Correction, ...] = ()
    _pages: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for entry in self.entries:
            if entry.what == "not_report":
                self._pages.setdefault(entry.page or "", {})["not_report"] = entry.reason
            elif entry.what in ("agency", "year"):
                reports = self._pages.setdefault(entry.page or "", {}).setdefault("reports", {})
                reports.setdefault(entry.report or "", {})[entry.what] = entry.value

    def of_page(self, url: str) -> dict[str, Any]:
        """What is to be done with the page of this address, {} for nothing: `not_report` with the reason, or `reports` by id ('' where the
        page holds only one) with `agency` and `year`."""
        return self._pages.get(url, {})

    def rows(self) -> list[dict[str, Any]]:
        """The rows of the table `corrections`."""
        return [entry.row() for entry in self.entries]


def as_text(said: Mapping[str, Any]) -> str | None:
    """What is done with a page as `pages.corrected` has it; None for nothing."""
    return json.dumps(said, ensure_ascii=False, sort_keys=True) if said else None


# ------------------------------------------------------------------------------------------------ the file


def read(path: Path) -> Corrections:
    """The corrections of a file, none where there is no file. Raises CorrectionsError for a file that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Corrections()
    except (OSError, UnicodeDecodeError) as error:
        raise CorrectionsError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}:" if mark else ""
        raise CorrectionsError(f"{path}:{line} is no YAML: {getattr(error, 'problem', None) or error}") from error
    if not isinstance(entries, list | None):
        raise CorrectionsError(f"{path}: must be a list of corrections, each beginning with `- what:`")
    return Corrections(tuple(_checked(entries or [], path)))


def _checked(entries: Iterable[Any], path: Path) -> Iterator[Correction]:
    seen: dict[tuple[Any, ...], int] = {}
    for number, raw in enumerate(entries, 1):
        try:
            entry = correction(raw)
        except CorrectionsError as error:
            raise CorrectionsError(f"{path}: entry {number}: {error}") from None
        if entry.target in seen:
            raise CorrectionsError(f"{path}: entry {number}: corrects the same as entry {seen[entry.target]}; keep one of them")
        seen[entry.target] = number
        yield entry


def correction(raw: Any) -> Correction:
    """An entry as the file has it, checked. Raises CorrectionsError, which names the key and what it may be."""
    if not isinstance(raw, dict):
        raise CorrectionsError("is no mapping of keys to values")
    what = str(raw.get("what", ""))
    if what not in TARGETS:
        raise CorrectionsError(f"what: {what or 'is missing, or'} is none of {', '.join(TARGETS)}")
    given = {key: value for key, value in raw.items() if value is not None}
    allowed = {name.strip("()") for name in TARGETS[what]}
    for key in ("reason", "by", "date", *(name for name in TARGETS[what] if name[0] != "(")):
        if not str(given.get(key, "")).strip():
            raise CorrectionsError(f"{key}: is missing")
    for key in given:
        if key not in {"what", "value", "reason", "by", "date", *allowed}:
            raise CorrectionsError(f"{key}: a correction of a {what} has no such key")
    texts = {key: str(given[key]).strip() for key in ("page", "report", "rule", "subject", "cell") if key in given}
    if "cell" in texts and not _CELL.fullmatch(texts["cell"]):
        raise CorrectionsError(f"cell: {texts['cell']} is no cell; write table.row.column, as --diff does")
    return Correction(
        what,
        str(given["reason"]).strip(),
        str(given["by"]).strip(),
        _date(given["date"]),
        _value(what, given.get("value")),
        position=_position(given.get("position", 1)),
        **texts,
    )


def _date(given: Any) -> str:
    try:
        return date.fromisoformat(str(given)).isoformat()
    except ValueError:
        raise CorrectionsError(f"date: {given} is no date; write it as 2026-03-01") from None


def _position(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise CorrectionsError(f"position: {given} is no whole number from 1")
    return given


def _value(what: str, given: Any) -> str | int | None:
    if what == "not_report":
        if given is not None:
            raise CorrectionsError("value: a page that is no report has none")
        return None
    if what == "year":
        if not re.fullmatch(r"20\d\d", str(given)) or not _FIRST_YEAR <= int(given) <= date.today().year:
            raise CorrectionsError(f"value: {given} is no year of a report: four digits, from {_FIRST_YEAR} to this year")
        return int(given)
    if what == "agency":
        if not isinstance(given, str) or not given.strip():
            raise CorrectionsError("value: is missing: the full name of the agency")
        return given.strip()
    if given not in VALUES[what]:
        figures = "; a figure cannot be corrected here" if what == "cell" else ""
        raise CorrectionsError(f"value: {given} is none of {', '.join(VALUES[what])}{figures}")
    return str(given)


def add(path: Path, raw: Mapping[str, Any]) -> Correction:
    """Adds an entry at the end of the file, which is made where there is none; what people wrote in it stays as it is.

    Raises CorrectionsError where the entry or the file is wrong, or the file has one for the same already.
    """
    entry, held = correction(dict(raw)), read(path)
    for number, other in enumerate(held.entries, 1):
        if other.target == entry.target:
            raise CorrectionsError(f"{path}: entry {number} of {other.date} by {other.by} corrects the same; delete or change it there")
    text = yaml.safe_dump([{key: value for key, value in raw.items() if value is not None}], allow_unicode=True, sort_keys=False, width=120)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if path.exists() else HEAD
        if before and not before.endswith("\n"):
            before += "\n"
        new = path.with_name(f".{path.name}.new")
        new.write_text(f"{before}{text}", encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise CorrectionsError(f"{path}: cannot be written: {error.strerror}") from error
    return entry


# ------------------------------------------------------------------------------------------------ applied to a page


def extracted(page: Page, said: Mapping[str, Any]) -> Extraction:
    """What a page says, with what people corrected of it: `said` as `Corrections.of_page` gives it. Runs in a worker."""
    import extract

    if not said:
        return extract.extract(page)
    from extract import correcting

    return correcting.not_a_report(page, said["not_report"]) if "not_report" in said else correcting.corrected(page, said["reports"])
