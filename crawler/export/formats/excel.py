"""Excel, by XlsxWriter: one workbook, a sheet a table. Texts are written as texts: none is ever a formula or a link."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import xlsxwriter
import xlsxwriter.exceptions

from crawler.export.formats.text import CONTROL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.export.tables import Exported

NAME = "gongkai.xlsx"
ROWS = 1_048_576  # of a sheet, with its head; what goes beyond stands in another sheet: table_cells (2)
CHARACTERS = 32_767  # of a cell
CUT = "…[cut]"
WHOLE = 10**15  # larger whole numbers lose digits in Excel and are written as texts


class Excel:
    """One workbook. Rows go to the disk as they come, so that no sheet stands in memory."""

    suffix = "xlsx"

    def __init__(self, folder: Path) -> None:
        options: dict[str, Any] = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        options |= {"constant_memory": True, "tmpdir": str(folder)}
        self._book = xlsxwriter.Workbook(folder / NAME, options)
        self._head = self._book.add_format({"bold": True})

    def begin(self, table: Exported) -> None:
        """A sheet with its head."""
        self._table, self._sheets = table, 0
        self._next_sheet()

    def _next_sheet(self) -> None:
        self._sheets += 1
        name = self._table.name if self._sheets == 1 else f"{self._table.name} ({self._sheets})"
        self._sheet = self._book.add_worksheet(name)
        self._sheet.freeze_panes(1, 0)
        for column, field in enumerate(self._table.fields):
            self._sheet.write_string(0, column, field, self._head)
        self._row = 1

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Rows of the sheet, and of another one where it is full."""
        for row in rows:
            if self._row == ROWS:
                self._next_sheet()
            for column, value in enumerate(row):
                if value is not None:
                    self._write(column, value)
            self._row += 1

    def _write(self, column: int, value: Any) -> None:
        if isinstance(value, str):
            text = CONTROL.sub("", value)
            self._sheet.write_string(self._row, column, text if len(text) <= CHARACTERS else text[: CHARACTERS - len(CUT)] + CUT)
        elif abs(value) < WHOLE:
            self._sheet.write_number(self._row, column, value)
        else:
            self._sheet.write_string(self._row, column, str(value))

    def end_table(self) -> None:
        """Sheets are written when the workbook ends."""

    def end(self) -> None:
        """Puts the workbook together."""
        self._book.close()

    def drop(self) -> None:
        """Closes the workbook; one that is not whole may refuse, and goes with its folder."""
        if not self._book.fileclosed:
            with contextlib.suppress(OSError, xlsxwriter.exceptions.XlsxWriterException):
                self._book.close()
