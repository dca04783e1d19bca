"""Workbooks: what cells show, merged cells, hidden sheets."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from extract.errors import Corrupt
from extract.model import Carried, Grid, Paragraph
from extract.sources import sheet
from tests.extract.sources import writers


def xlsx(*rows: list[object], merged: tuple[str, ...] = ()) -> Carried:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for span in merged:
        book.active.merge_cells(span)
    return read(book)


def read(book: openpyxl.Workbook) -> Carried:
    buffer = io.BytesIO()
    book.save(buffer)
    return sheet.read(buffer.getvalue())


def texts(carried: Carried) -> list[list[str]]:
    (grid,) = carried.blocks
    assert isinstance(grid, Grid)
    return [[cell.text for cell in row] for row in grid.rows]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"), (5.0, "5"), (0, "0"), (0.35, "0.35"), (-3, "-3"), (27042.62, "27042.62"), (0.1 + 0.2, "0.3"), (1234567890, "1234567890"),
        ("-", "-"), (" 规章 ", "规章"), ("12件", "12件"), (date(2023, 1, 31), "2023-01-31"),
        (datetime(2023, 1, 31, 8, 30), "2023-01-31 08:30:00"),
        (True, "TRUE"), (None, ""),
    ],
)  # fmt: skip
def test_values_as_a_person_reads_them(value: object, text: str) -> None:
    assert texts(xlsx(["规章", value, "x"], ["文件", 1, "x"]))[0] == ["规章", text, "x"]


def test_blank_cells_stay_and_the_empty_frame_goes() -> None:
    assert texts(xlsx([None, None], ["甲", None, 0], ["乙", None, None], [None])) == [["甲", "", "0"], ["乙", "", ""]]


def test_merged_cells_are_anchored_and_print_once() -> None:
    (grid,) = xlsx(["组", "头", None], [None, 1, 2], ["尾", 3, 4], merged=("A1:A2", "B1:C1")).blocks
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.row_span, cell.column_span) for cell in row] for row in grid.rows] == [
        [("组", 2, 1), ("头", 1, 2)], [("1", 1, 1), ("2", 1, 1)], [("尾", 1, 1), ("3", 1, 1), ("4", 1, 1)],
    ]  # fmt: skip


def test_places_are_those_of_the_sheet() -> None:
    (grid,) = xlsx([None, None], [None, "规章", 1]).blocks
    assert isinstance(grid, Grid)
    assert grid.rows[0][-1].locator.endswith("Sheet!C2")


def test_every_sheet_but_the_hidden_ones() -> None:
    book = openpyxl.Workbook()
    book.active.append(["甲", 1])
    for name, state in (("二", "visible"), ("三", "hidden"), ("四", "veryHidden")):
        other = book.create_sheet(name)
        other.append([name, 2])
        other.sheet_state = state
    found = read(book)
    assert [block.rows[0][0].text for block in found.blocks if isinstance(block, Grid)] == ["甲", "二"]
    assert [warning.split()[3] for warning in found.warnings] == ["三", "四"]


def test_the_stored_result_of_a_formula_counts() -> None:
    book = openpyxl.Workbook()
    book.active.append(["规章", 3])
    book.active.append(["合计", "=B1+4"])
    buffer = io.BytesIO()
    book.save(buffer)
    package = zipfile.ZipFile(buffer)
    members = {name: package.read(name) for name in package.namelist()}
    members["xl/worksheets/sheet1.xml"] = members["xl/worksheets/sheet1.xml"].replace(b"<v/>", b"<v>7</v>").replace(b"<v></v>", b"<v>7</v>")
    assert texts(sheet.read(writers.zipped(dict(members)))) == [["规章", "3"], ["合计", "7"]]


def test_a_report_typed_into_a_sheet_is_prose() -> None:
    rows = [["一、总体情况", None], ["全年公开信息。" * 40, None], ["规章", 1], ["文件", 2]]
    found = xlsx(*rows, merged=("A1:B1", "A2:B2")).blocks
    assert [type(block) for block in found] == [Paragraph, Paragraph, Grid]


@pytest.mark.parametrize("body", [b"PK\x03\x04" + b"\0" * 100, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000])
def test_broken_workbooks_are_corrupt(body: bytes) -> None:
    with pytest.raises(Corrupt):
        sheet.read(body)
