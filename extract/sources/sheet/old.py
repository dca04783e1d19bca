"""XLS, and ET of WPS, which is the same: by xlrd."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from extract.errors import Corrupt, Encrypted, TooLarge
from extract.sources.sheet.model import Sheet, Value, shown

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell
    from xlrd.sheet import Sheet as OldSheet


def read(body: bytes) -> tuple[list[Sheet], list[str]]:
    """The sheets and warnings, of which there are none. Raises Corrupt for a broken file, Encrypted behind a password."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=body, logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
        return [_sheet(book, sheet) for sheet in book.sheets()], []
    except MemoryError as error:
        raise TooLarge("the workbook needs more memory than there is") from error
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise Encrypted("the workbook opens only with a password") from error
        raise Corrupt(f"the workbook cannot be read: {str(error)[:200]}") from error
    except Exception as error:  # xlrd raises whatever a damaged record leads it to
        raise Corrupt(f"the workbook cannot be read: {type(error).__name__}: {str(error)[:200]}") from error


def _sheet(book: Book, sheet: OldSheet) -> Sheet:
    if sheet.visibility:
        return Sheet(sheet.name, True)
    values = [[shown(_value(book, cell)) for cell in sheet.row(number)] for number in range(sheet.nrows)]
    merged = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    return Sheet(sheet.name, False, values, merged)


def _value(book: Book, cell: Cell) -> Value:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            found: Value = xlrd.xldate.xldate_as_datetime(cell.value, book.datemode)
        except (ValueError, OverflowError):
            return float(cell.value)
        return found
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
    value: Value = None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
    return value
