"""PDF with a text layer: the same report as PDF and as HTML gives the same cells and text, whatever the producer and the layout."""

from __future__ import annotations

import re
from functools import cache

import pytest
import yaml

from crawler import samples
from crawler.samples import articles
from extract import Page, documents, extract, sections, tables
from extract.model import Article, Carried, Grid, Metadata, Paragraph, Section, Table
from extract.normalize import fold
from extract.sources.pdf import read
from tests.extract.sources.pdfs import BOTTOM, LEFT, PENS, RIGHT, TOP, Cell, Content, Press, ReportLab, Rows, Text, contents, platypus
from tests.shared import shared

ERAS = ("pre2014", "stats2014", "form2019", "form2021")


@cache
def markup(era: str) -> str:
    """The body of a made-up report of an era, with its title."""
    sites = (page for page in samples.pages() if page.sample.kind == "report" and len(page.sample.reports) == 1)
    page = next(page for page in sites if page.sample.reports[0].era == era and page.sample.reports[0].tables)
    title = page.sample.reports[0].title
    blocks = [block for block in articles.blocks(page.sample) if title not in block]
    return f'<p align="center"><strong>{title}</strong></p>' + "\n".join(blocks)


def parts(carried: Carried) -> tuple[tuple[Section, ...], tuple[Table, ...]]:
    (document,) = documents.split(Article(Metadata(), carried.blocks), Page(b"", "http://www.qinghe.example/1.pdf"))
    found = sections.split(document)
    return found, tables.read(found, document.year)


def cells(found: tuple[Table, ...]) -> dict[tuple[str, str, str], tuple[object, str]]:
    return {(table.table_id, cell.row_id, cell.column_id): (cell.value, cell.state) for table in found for cell in table.cells}


@cache
def expected(era: str) -> tuple[dict[tuple[str, str, str], tuple[object, str]], list[tuple[str, str | None, str | None, str | None]]]:
    (report,) = extract(Page(f"<html><body>{markup(era)}</body></html>".encode(), "http://www.qinghe.example/1.html")).reports
    return cells(report.tables), [outline(section) for section in report.sections]


def outline(section: Section) -> tuple[str, str | None, str | None, str | None]:
    return section.kind, section.number, section.heading, None if section.text is None else fold(section.text)


def texts(carried: Carried) -> list[str]:
    return [block.text for block in carried.blocks if isinstance(block, Paragraph)]


def grids(carried: Carried) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in block.rows] for block in carried.blocks if isinstance(block, Grid)]


def printed(*found: Content, **options: object) -> Carried:
    return read(Press(ReportLab(), **options).print(found))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------------------------ reports

LAYOUTS: dict[str, dict[str, object]] = {
    "plain": {},
    "head and foot": {"furniture": True},
    "open breaks": {"open_breaks": True, "furniture": True},
    "stacked labels": {"labels": "stacked"},
    "turned labels": {"labels": "turned", "open_breaks": True},
    "large cells": {"cell_size": 10.5},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("era", ERAS)
def test_a_report_reads_as_its_page_does(era: str, layout: str) -> None:
    found, read_tables = parts(read(Press(ReportLab(), **LAYOUTS[layout]).print(contents(markup(era)))))  # type: ignore[arg-type]
    assert cells(read_tables) == expected(era)[0]
    assert [outline(section) for section in found] == expected(era)[1]


@pytest.mark.parametrize("layout", ["head and foot", "turned labels"])
@pytest.mark.parametrize("era", ERAS)
def test_so_it_does_from_another_producer(era: str, layout: str) -> None:
    found, read_tables = parts(read(Press(PENS["fpdf2"](), **LAYOUTS[layout]).print(contents(markup(era)))))  # type: ignore[arg-type]
    assert cells(read_tables) == expected(era)[0]
    assert [outline(section) for section in found] == expected(era)[1]


@pytest.mark.parametrize("era", ["pre2014", "stats2014", "form2019"])
def test_and_from_a_layout_of_its_own(era: str) -> None:
    _, read_tables = parts(read(platypus(contents(markup(era)))))
    assert cells(read_tables) == expected(era)[0]


@pytest.mark.parametrize(("era", "heads"), [("stats2014", 1), ("form2019", 3), ("form2021", 3)])
def test_a_head_that_is_printed_again_is_no_row(era: str, heads: int) -> None:
    _, read_tables = parts(printed(*contents(markup(era)), heads=heads))
    assert cells(read_tables) == expected(era)[0]


@pytest.mark.parametrize("rules", ["none", "level"])
@pytest.mark.parametrize("era", ["pre2014", "stats2014", "form2021"])
def test_without_lines_between_the_cells(era: str, rules: str) -> None:
    """Nothing is read wrong; what a page break cuts off from its head may be left unread."""
    _, read_tables = parts(printed(*contents(markup(era)), rules=rules))
    assert cells(read_tables).items() <= expected(era)[0].items()
    assert len(cells(read_tables)) >= 0.9 * len(expected(era)[0])


def test_a_real_report() -> None:
    carried = read(shared("real/hongze-2023.pdf").read_bytes())
    gold = yaml.safe_load(shared("real/gold/hongze-2023.yaml").read_text("utf-8"))
    have = cells(parts(carried)[1])
    columns = ("natural_person", "org_business", "org_research", "org_public_interest", "org_legal_service", "org_other", "total")
    for table_id, table in gold["tables"].items():
        for row, values in table["cells"].items():
            pairs = values.items() if isinstance(values, dict) else zip(columns, values, strict=True)
            for column, value in pairs:
                assert have[table_id, row, column] == (value["value"] if isinstance(value, dict) else value, "number"), (row, column)
    assert len(have) == sum(len(row) for table in gold["tables"].values() for row in table["cells"].values())
    assert texts(carried)[0] == gold["title"]


# ------------------------------------------------------------------------------------------------ tables


def rows(*lines: str) -> Rows:
    """`a|b>2|c^3`: cells, over two columns, over three rows."""
    return [[_cell(cell) for cell in line.split("|")] for line in lines]


def _cell(text: str) -> Cell:
    found = re.fullmatch(r"(.*?)(?:>(\d+))?(?:\^(\d+))?", text)
    assert found is not None
    return Cell(found[1], int(found[2] or 1), int(found[3] or 1))


FEES = rows("信息内容|本年收费金额（单位：万元）", "行政事业性收费|7730.28")
LIST = rows("指标名称|单位|统计数", *(f"指标{number}|件|{number * 3}" for number in range(1, 60)))


def test_places() -> None:
    carried = printed(Text("　　本年度没有收到申请。"), FEES, *[Text("　　" + "工作" * 16 + "。")] * 15)
    (grid,) = (block for block in carried.blocks if isinstance(block, Grid))
    assert grid.locator == "page 1 table 1"
    assert [cell.locator for row in grid.rows for cell in row] == [
        f"page 1 table 1 row {row} column {column}" for row in (1, 2) for column in (1, 2)
    ]
    places = [block.locator for block in carried.blocks if isinstance(block, Paragraph)]
    assert all(re.fullmatch(r"page \d+ box (\d+,){3}\d+(, page \d+ box (\d+,){3}\d+)?", place) for place in places)
    x0, y0, x1, y1 = map(int, places[0].split()[-1].split(","))
    assert LEFT <= x0 < x1 <= RIGHT
    assert TOP <= y0 < y1 <= BOTTOM
    assert {place.split()[1] for place in places} == {"1", "2"}


def test_merged_cells_are_anchored_once() -> None:
    (grid,) = grids(printed(rows("甲^2|乙>2", "丙|丁", "戊>2|1")))
    assert grid == [["甲", "乙"], ["丙", "丁"], ["戊", "1"]]
    (block,) = printed(rows("甲^2|乙>2", "丙|丁", "戊>2|1")).blocks
    assert isinstance(block, Grid)
    assert [(c.row, c.column, c.row_span, c.column_span) for row in block.rows for c in row] == [
        (0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 2), (2, 2, 1, 1),
    ]  # fmt: skip


def test_a_table_over_three_pages_is_one() -> None:
    (grid,) = grids(printed(LIST * 2, furniture=True))
    assert grid == [[cell.text for cell in row] for row in LIST * 2]


def test_cells_keep_the_page_they_stand_on() -> None:
    (grid,) = (block for block in printed(LIST).blocks if isinstance(block, Grid))
    assert grid.rows[0][0].locator == "page 1 table 1 row 1 column 1"
    assert grid.rows[-1][-1].locator.startswith("page 2 table 1 row ")
    assert [cell.row for row in grid.rows for cell in row[:1]] == list(range(60))


def test_two_tables_with_other_columns_stay_two() -> None:
    other = rows("行政复议|行政诉讼|合计|其他", "1|2|3|4")
    found = grids(printed(LIST[:38], other))
    assert [len(grid) for grid in found] == [38, 2]


def test_text_between_two_pages_parts_their_tables() -> None:
    found = grids(printed(LIST[:35], Text("二、其他情况"), Text("　　" + "无" * 200), LIST[:10]))
    assert [len(grid) for grid in found] == [35, 10]


def test_an_empty_value_over_the_break_stays_empty() -> None:
    table = [*LIST[:36], *rows(*(f"指标{name}|件|{'7' if name == '戊' else ''}" for name in "甲乙丙丁戊己"))]
    (grid,) = grids(printed(table))
    assert grid[36:] == [[f"指标{name}", "件", "7" if name == "戊" else ""] for name in "甲乙丙丁戊己"]


def test_a_table_without_its_outer_lines() -> None:
    pen = ReportLab()
    for y in (100, 120, 140):
        pen.line(80, y, 380, y)
    for x in (180, 280):
        pen.line(x, 100, x, 140)
    for y, values in ((114, ("信息内容", "制发件数", "废止件数")), (134, ("规章", "", "5"))):
        for x, value in zip((90, 190, 290), values, strict=True):
            pen.text(x, y, 9, value)
    assert grids(read(pen.body())) == [[["信息内容", "制发件数", "废止件数"], ["规章", "", "5"]]]


def test_a_drawing_of_a_thousand_lines_is_no_table() -> None:
    pen = ReportLab()
    for number in range(1300):
        pen.line(80 + number % 37, 100 + number / 2.4, 110 + number % 41, 100 + number / 2.4)
    pen.text(LEFT, 80, 9, "本机关地图")
    assert texts(read(pen.body())) == ["本机关地图"]


def test_a_frame_around_text_is_no_table() -> None:
    carried = printed([[Cell("本机关全年没有收到政府信息公开申请。")]])
    assert texts(carried) == ["本机关全年没有收到政府信息公开申请。"]
    assert grids(carried) == []


def test_a_caption_that_a_page_break_cuts_off_belongs_to_its_table() -> None:
    found = grids(printed(Text("无", size=330), rows("第二十条第（八）项>2") + FEES, cell_size=12))
    assert found == [[["第二十条第（八）项"], *[[cell.text for cell in row] for row in FEES]]]


def test_a_number_wider_than_its_column_stays_whole() -> None:
    pen = ReportLab()
    for x in (80, 100, 112, 124):
        pen.line(x, 100, x, 140)
    for y in (100, 120, 140):
        pen.line(80, y, 124, y)
    for y, values in ((115, ("a", "0", "5")), (135, ("b", "11360", ""))):
        for x, value in zip((90, 106, 118), values, strict=True):
            pen.text(x - pen.width(value, 9) / 2, y, 9, value)
    assert grids(read(pen.body())) == [[["a", "0", "5"], ["b", "11360", ""]]]


@pytest.mark.parametrize(("lines", "text"), [(("123", "45"), "12345"), (("12", "34"), "12 34"), (("政府信息", "公开"), "政府信息公开")])
def test_a_number_goes_on_only_in_a_full_line(lines: tuple[str, str], text: str) -> None:
    pen = ReportLab()
    width = {"12345": 26, "12 34": 60}.get(text, 50)
    for x in (80, 80 + width, 300):
        pen.line(x, 100, x, 140)
    for y in (100, 140):
        pen.line(80, y, 300, y)
    pen.text(200, 120, 9, "件")
    for number, line in enumerate(lines):
        pen.text(84, 115 + 12 * number, 9, line)
    assert grids(read(pen.body()))[0][0][0] == text


def test_spaced_letters_are_a_word_and_spaced_figures_are_not_a_number() -> None:
    pen = ReportLab()
    for x in (80, 200, 300, 400):
        pen.line(x, 100, x, 130)
    for y in (100, 130):
        pen.line(80, y, 400, y)
    pen.text(90, 118, 9, "本年", spacing=9)
    pen.text(210, 118, 9, "总计", spacing=9)
    pen.text(310, 118, 9, "1")
    pen.text(330, 118, 9, "2")
    assert grids(read(pen.body())) == [[["本年", "总计", "1 2"]]]


def test_upright_letters_in_two_columns_are_read_as_drawn() -> None:
    pen = ReportLab()
    for x in (80, 120, 200):
        pen.line(x, 100, x, 180)
    for y in (100, 180):
        pen.line(80, y, 200, y)
    for column, word in ((104, "本年度办"), (88, "理结果数")):  # from right to left
        for number, char in enumerate(word):
            pen.text(column, 115 + 11 * number, 9, char)
    pen.text(150, 140, 9, "3")
    assert grids(read(pen.body())) == [[["本年度办理结果数", "3"]]]
