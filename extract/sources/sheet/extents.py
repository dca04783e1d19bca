"""How large an XLSX makes itself, before anything is laid out: calamine fills every cell between the corners of a sheet, and two cells a
million rows and columns apart would end the process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.errors import Corrupt, TooLarge, Unsupported
from extract.sources.zipped import Package

MAX_AREA = 4_000_000
"""Cells between the corners of a sheet, empty ones too."""

MAX_SHEET = 64 * 1024 * 1024
"""Bytes of the XML of one sheet, or of the text that the sheets share."""

_REFERENCE = re.compile(rb'<(?:\w+:)?(?:c|row)\b[^<>]{0,200}?\br="([A-Z]{0,3})(\d{1,7})"')


def check(body: bytes) -> Iterator[str]:
    """Warnings about an XLSX. Raises TooLarge for one that is, Corrupt for a broken package, Unsupported for the binary kind (XLSB)."""
    package = Package(body)
    if "xl/workbook.bin" in package:
        raise Unsupported("xlsb: no module reads this format yet")
    for name in package.members:
        if name.startswith("xl/") and name.endswith(".xml"):
            part = package.read(name, MAX_SHEET)
            if b"<!DOCTYPE" in part[:1000]:
                raise Corrupt(f"{name} declares a document type; no office program writes one, and entities are not read")
            if name.startswith("xl/worksheets/"):
                _check_area(*_corner(part))
    if any(name.endswith("vbaProject.bin") for name in package.members):
        yield "the file holds macros; none was run"


def _corner(part: bytes) -> tuple[int, int]:
    """The last row and column that a sheet's cells name."""
    rows = columns = 0
    for match in _REFERENCE.finditer(part):
        rows = max(rows, int(match[2]))
        number = 0
        for letter in match[1]:
            number = number * 26 + letter - 64
        columns = max(columns, number)
    return rows, columns


def _check_area(rows: int, columns: int) -> None:
    if rows * columns > MAX_AREA:
        raise TooLarge(f"a sheet has {rows:,} rows and {columns:,} columns")
