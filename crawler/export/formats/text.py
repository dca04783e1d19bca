"""CSV and JSON Lines, in UTF-8."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from io import TextIOWrapper
    from pathlib import Path

    from crawler.export.tables import Exported

# What makes a spreadsheet take a text for a formula (OWASP, CSV injection), also behind spaces and as full-width characters.
FORMULA = re.compile("^[ \u3000]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_FIRST = frozenset(" \u3000=+-@\uff1d\uff0b\uff0d\uff20")  # what a formula may begin with, beside what is not printable
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Text:
    """A file a table."""

    suffix = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: TextIOWrapper | None = None

    def begin(self, table: Exported) -> None:
        """A new file."""
        self._file = (self._folder / f"{table.name}.{self.suffix}").open("w", encoding="utf-8", newline="")

    def end_table(self) -> None:
        """Closes the file."""
        self.drop()

    def end(self) -> None:
        """Nothing is left open."""

    def drop(self) -> None:
        """Closes the file."""
        if self._file is not None:
            self._file.close()


class Csv(_Text):
    """RFC 4180 with a head line; NULL is an empty field. A text that a spreadsheet would run as a formula begins with an apostrophe."""

    suffix = "csv"

    def begin(self, table: Exported) -> None:
        """A new file with its head."""
        super().begin(table)
        assert self._file is not None
        self._csv = csv.writer(self._file)
        self._csv.writerow(table.fields)

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """A line a row."""
        self._csv.writerows(map(_safe, rows))


def _safe(row: Iterable[Any]) -> list[Any]:
    return [_plain(value) if type(value) is str else value for value in row]


def _plain(text: str) -> str:
    if text.isprintable() and text[:1] not in _FIRST:  # nearly all texts, at a tenth of the cost
        return text
    text = f"'{text}" if FORMULA.match(text) or text[:1] == "\0" else text
    return CONTROL.sub("", text)


class JsonLines(_Text):
    """An object a line, with every field; NULL is null, texts are as they are."""

    suffix = "jsonl"

    def begin(self, table: Exported) -> None:
        """A new file."""
        super().begin(table)
        self._fields = tuple(table.fields)

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """A line a row."""
        lines = (json.dumps(dict(zip(self._fields, row, strict=True)), ensure_ascii=False, separators=(",", ":")) for row in rows)
        assert self._file is not None
        self._file.writelines(f"{line}\n" for line in lines)
