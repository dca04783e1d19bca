"""Flattened tables among prose: a case a table in `tests/cases/flat_tables.yaml`, then what holds for all lines."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.blocks import Line, assemble, is_label, known_labels, with_originals
from extract.model import Grid, GridCell, Paragraph
from tests.shared import shared

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "flat_tables.yaml").read_text("utf-8"))


def blocks(text: str) -> tuple:
    return assemble([Line(line.strip(" "), f"line {number}") for number, line in enumerate(text.split("\n"), 1) if line.strip()])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_flat_tables(case):
    found = blocks(case["lines"])
    grids = [block for block in found if isinstance(block, Grid)]
    assert all(grid.flat for grid in grids)
    assert [[[cell.text for cell in row] for row in grid.rows] for grid in grids] == ([case["rows"]] if case["rows"] else [])
    if "before" in case or "after" in case:
        position = found.index(grids[0])
        assert [block.text for block in found[:position]] == case.get("before", [])
        assert [block.text for block in found[position + 1 :]] == case.get("after", [])


def test_cells_of_a_flat_grid_name_their_line():
    (grid,) = blocks("收到申请数 | 件 | 4 |\n申请办结数 | 件 | 4 |")
    assert (grid.locator, grid.rows[1][2].locator) == ("line 1", "line 2, cell 3")
    assert [(cell.row, cell.column) for cell in grid.rows[1]] == [(1, 0), (1, 1), (1, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "一、本年新收政府信息公开申请数量",
        "(一)主动公开政府信息数",
        "第二十条第（一）项",
        "《中华人民共和国政府信息公开条例》第二十条第(五)项",
        "规范性文件（行政机关制定发布的）",
        "四、结转下年度继续办理",
        "总 计",
    ],
)
def test_labels_of_the_forms(text):
    assert is_label(text)


@pytest.mark.parametrize(
    "text",
    [
        "四、政府信息公开行政复议、行政诉讼情况",
        "二、主动公开政府信息情况",
        "六、其他需要报告的事项",
        "一、总体情况",
        "",
        "12",
        "规章制度建设情况",
    ],
)
def test_headings_are_no_labels(text):
    assert not is_label(text)


def test_lines_become_paragraphs_as_they_are():
    line = Line("甲 \u3000乙\t丙", "line 3", "乙 ", heading=True)
    assert assemble([line]) == (Paragraph("甲 乙 丙", "line 3", "乙", True),)


def test_grids_pass_and_part_the_lines_around_them():
    grid = Grid(((GridCell("1", 0, 0, "x"),),), "x")
    label = Line("收到申请数", "l"), Line("4", "l"), Line("申请办结数", "l")
    assert assemble([*label, grid, Line("4", "l"), Line("申请答复数", "l")])[3] is grid


def test_originals_only_where_structures_agree():
    items = [Line("甲", "a"), Line("乙", "b")]
    assert [one.original for one in with_originals(items, [Line("甲", "a"), Line("Z", "b")])] == [None, "Z"]
    assert with_originals(items, [Line("Z", "a")]) == items


@given(
    st.lists(
        st.sampled_from(
            [*sorted(known_labels())[:40], "1", "-", "条", "|", "a | 1 |", "||", "\t2", "一、概述", "结", "没有。", "五、行政诉讼数量 件 3"]
        ),
        max_size=30,
    )
)
@settings(max_examples=200, deadline=None)
def test_nothing_printed_is_ever_lost(lines):
    found = assemble([Line(line, str(number)) for number, line in enumerate(lines)])
    kept = "".join(
        block.text if isinstance(block, Paragraph) else "".join(cell.text for row in block.rows for cell in row) for block in found
    )
    assert [char for char in kept if char not in "| "] == [char for char in "".join("".join(lines).split()) if char != "|"]


@pytest.mark.parametrize(
    ("seed", "grids"),
    [
        ("000_968e3c750d246ac5", []),
        ("001_8e9574ec8ccec614", [66]),
        ("002_1b2cf31f3f3505a3", []),
        ("003_50d56351dc5d4c88", [110, 70, 223, 37]),
        ("004_918604378532686b", []),
    ],
)
def test_tables_of_the_seeds(seed, grids):
    found = blocks(shared(f"seeds/{seed}.txt").read_text("utf-8"))
    assert [len(block.rows) for block in found if isinstance(block, Grid)] == grids
