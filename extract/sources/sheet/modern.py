"""XLSX by calamine."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from extract.errors import Corrupt, Encrypted
from extract.sources.sheet import extents
from extract.sources.sheet.model import Sheet, shown

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook


def read(body: bytes) -> tuple[list[Sheet], list[str]]:
    """The sheets, those of charts and macros left out, and warnings. Raises as `sheet.read`."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    warnings = list(extents.check(body))
    try:
        return _sheets(CalamineWorkbook.from_filelike(io.BytesIO(body))), warnings
    except PasswordError as error:
        raise Encrypted("the workbook opens only with a password") from error
    except (CalamineError, OSError, ValueError, OverflowError) as error:
        raise Corrupt(f"the workbook cannot be read: {str(error)[:200]}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the library's Rust comes as no Exception
            raise
        raise Corrupt("the workbook cannot be read: its structure makes no sense") from error


def _sheets(workbook: CalamineWorkbook) -> list[Sheet]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = []
    for number, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet:
            hidden = sheet.visible != SheetVisibleEnum.Visible
            found.append(Sheet(sheet.name, True) if hidden else _sheet(workbook.get_sheet_by_index(number)))
    return found


def _sheet(sheet: CalamineSheet) -> Sheet:
    values = [[shown(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    merged = [(*first, *last) for first, last in sheet.merged_cell_ranges or []]
    return Sheet(sheet.name, False, values, merged)
