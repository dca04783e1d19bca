"""Pictures and scans: the same cells as the report they were made from, and no wrong figure without a mark.

The quick tests read one or two pages; the matrix of forms and wear is marked soak. All need the extra `ocr`, and a font to draw with.
"""

from __future__ import annotations

import builtins
import io
import sys
from typing import Any

import lxml.html as lxml_html
import pytest
from PIL import Image, ImageDraw

from extract import documents, sections, tables
from extract.blocks import assemble
from extract.errors import Corrupt, NeedsOcr, NotReport, Rejected, TooLarge
from extract.model import Article, Block, Carried, Grid, GridCell, Metadata, Page, Paragraph
from extract.sources import image
from extract.sources.html import read as read_html
from tests.extract import forms
from tests.extract.sources import made, scans

pytest.importorskip("rapidocr", reason="the extra `ocr` is not installed")
pytest.importorskip("onnxruntime", reason="the extra `ocr` is not installed")

SURE = 0.6
"""Confidence under which a value cell is not relied on."""

Values = dict[tuple[str, str, str], tuple[object, str]]


def values(blocks: tuple[Block, ...]) -> tuple[Values, dict[tuple[str, str, str], str]]:
    """The cells of the one report in blocks, and where each stands."""
    (document,) = documents.split(Article(Metadata(), blocks), Page(b"", "http://www.qinghe.example/a.pdf"))
    found = tables.read(sections.split(document), document.year)
    cells = {(cell.table_id, cell.row_id, cell.column_id): cell for table in found for cell in table.cells}
    return {key: (cell.value, cell.state) for key, cell in cells.items()}, {key: cell.locator for key, cell in cells.items()}


def printed(parts: list[made.Part]) -> tuple[Block, ...]:
    """The blocks of a report as a page of HTML gives them."""
    markup = "".join(
        f"<p>{part.number}{part.text}</p>"
        if isinstance(part, made.Text)
        else f"<table>{''.join('<tr>' + ''.join(map(forms._td, row)) + '</tr>' for row in part.rows)}</table>"
        for part in parts
    )
    return assemble(read_html(lxml_html.fromstring(f"<div>{markup}</div>")))


def grid_cells(carried: Carried) -> list[GridCell]:
    return [cell for block in carried.blocks if isinstance(block, Grid) for row in block.rows for cell in row]


def texts(carried: Carried) -> list[str]:
    return [block.text for block in carried.blocks if isinstance(block, Paragraph)]


def page_of(*parts: made.Part, **press: Any) -> Image.Image:
    (page,) = scans.Press(**press).set(list(parts))
    return page


def table(*rows: str) -> made.Form:
    return made.Form(tuple(tuple((text, 1, 1) for text in row.split("|")) for row in rows))


TITLE = made.Text("青禾市水利局2022年政府信息公开工作年度报告", heading=True)


# ------------------------------------------------------------------------------------------------ a page


def test_cells_keep_blank_zero_one_and_dash_apart() -> None:
    form = table("信息内容|甲|乙|丙|丁", "行政许可|0|1||-", "行政处罚||11|-3|10", "行政强制|1.5|——|0|8.07")
    carried = image.read(scans.file([page_of(TITLE, form)]))
    (grid,) = (block for block in carried.blocks if isinstance(block, Grid))
    assert [[cell.text for cell in row] for row in grid.rows] == [
        ["信息内容", "甲", "乙", "丙", "丁"],
        ["行政许可", "0", "1", "", "-"],
        ["行政处罚", "", "11", "-3", "10"],
        ["行政强制", "1.5", "——", "0", "8.07"],
    ]
    assert all(cell.confidence > SURE for row in grid.rows for cell in row)
    assert carried.by_ocr
    assert carried.pictures == 0
    assert carried.warnings == ()
    assert grid.locator == "page 1 table 1"
    assert grid.rows[1][2].locator.startswith("page 1 table 1 row 2 column 3 box ")


def test_paragraphs_are_joined_and_furniture_is_dropped() -> None:
    long = "全年主动公开政府信息312条，其中规范性文件5件，政策解读27件，通过新媒体公开32条，受理政府信息公开申请40件，均按期答复。"
    title = made.Text("水利局年度报告", heading=True)
    parts = [title, made.Text("总体情况", "一、", True), made.Text(long), made.Text("存在的问题", "二、", True)]
    carried = image.read(scans.file([page_of(*parts)]))
    assert texts(carried) == [title.text, "一、总体情况", long, "二、存在的问题"]  # and no - 1 -
    first = carried.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.heading


def test_spans_and_letters_one_below_the_other() -> None:
    stacked = "<br/>".join("结果维持")
    form = made.Form(((("行政复议", 2, 1), ("总计", 1, 2)), ((stacked, 1, 1), ("结果纠正", 1, 1)), (("1", 1, 1), ("0", 1, 1), ("1", 1, 1))))
    cells = grid_cells(image.read(scans.file([page_of(TITLE, form)])))
    assert [(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in cells] == [
        ("行政复议", 0, 0, 1, 2),
        ("总计", 0, 2, 2, 1),
        ("结果维持", 1, 0, 1, 1),
        ("结果纠正", 1, 1, 1, 1),
        ("1", 2, 0, 1, 1),
        ("0", 2, 1, 1, 1),
        ("1", 2, 2, 1, 1),
    ]


def test_a_seal_an_angle_and_a_quarter_turn_change_no_cell() -> None:
    form = table("信息内容|上一年项目数量|本年增/减|处理决定数量", "行政许可|294|-3|1260", "其他对外管理服务事项|117|4|1120")
    page = scans.turned(scans.sealed(page_of(TITLE, form), (0.6, 0.19)), 1.3).rotate(90, expand=True)
    found = [cell.text for cell in grid_cells(image.read(scans.file([page])))]
    assert found == [
        "信息内容",
        "上一年项目数量",
        "本年增/减",
        "处理决定数量",
        "行政许可",
        "294",
        "-3",
        "1260",
        "其他对外管理服务事项",
        "117",
        "4",
        "1120",
    ]


def test_sides_of_a_table_may_be_open() -> None:
    form = table("信息内容|甲|乙", "行政许可|294|3", "行政处罚|117|0")
    cells = grid_cells(image.read(scans.file([page_of(TITLE, form, sides=False)])))
    assert [cell.text for cell in cells] == ["信息内容", "甲", "乙", "行政许可", "294", "3", "行政处罚", "117", "0"]


def test_a_figure_broken_over_two_lines_is_in_doubt() -> None:
    form = table("信息内容|甲|乙", "行政许可|12<br/>34|56")
    by_text = {cell.text: cell.confidence for cell in grid_cells(image.read(scans.file([page_of(TITLE, form)])))}
    assert by_text["1234"] < SURE < by_text["56"]


# ------------------------------------------------------------------------------------------------ files


def test_a_table_over_pages_of_a_pdf() -> None:
    report = [part for part in made.report("form2021") if isinstance(part, made.Text) or part.width == 10]
    pages = scans.Press(dpi=150).set(report)
    assert len(pages) > 1
    carried = image.read_pdf(scans.file(pages, "PDF"))
    assert len([block for block in carried.blocks if isinstance(block, Grid)]) == 1
    assert values(carried.blocks)[0] == values(printed(report))[0]


def test_a_picture_without_text_is_no_report() -> None:
    cat = Image.new("RGB", (900, 700), (120, 160, 90))
    pen = ImageDraw.Draw(cat)
    pen.ellipse((250, 200, 650, 600), fill=(200, 140, 60))
    pen.polygon([(280, 260), (330, 90), (420, 220)], fill=(200, 140, 60))
    pen.polygon([(620, 260), (570, 90), (480, 220)], fill=(200, 140, 60))
    carried = image.read(scans.file([cat], "JPEG"))
    assert not grid_cells(carried)
    assert not texts(carried)
    assert carried.pictures == 1
    with pytest.raises(NotReport):
        documents.split(Article(Metadata(), carried.blocks), Page(b"", "http://www.qinghe.example/cat.jpg"))


@pytest.mark.parametrize("body", [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0junk", b"BM\0\0", b"II*\0\xff\xff\xff\xff"])
def test_rubbish_is_corrupt(body: bytes) -> None:
    with pytest.raises(Corrupt):
        image.read(body)


def test_a_picture_cut_off_is_corrupt() -> None:
    body = scans.file([Image.effect_noise((400, 400), 60)])
    with pytest.raises(Corrupt):
        image.read(body[: len(body) // 2])


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    with pytest.raises(TooLarge, match="pixels"):
        image.read(scans.file([Image.new("1", (12_000, 12_000), 1)]))
    with pytest.raises(TooLarge, match="frames"):
        image.read(scans.file([Image.new("L", (8, 8), shade) for shade in range(70)], "TIFF"))


def test_without_the_recogniser_the_outcome_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith(("rapidocr", "extract.sources.image."))]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("pages", "pictures", "engine"):
        monkeypatch.delattr(image, name, raising=False)
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "rapidocr":
            raise ModuleNotFoundError("No module named 'rapidocr'", name="rapidocr")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NeedsOcr, match=r"gongkai\[ocr\].*rapidocr is missing"):
        image.read(scans.file([Image.new("L", (60, 60), 255)]))


# ------------------------------------------------------------------------------------------------ the whole matrix


HARD = {"sealed, askew, grain"}
"""Wear under which a cell in ten may be lost (none may be wrong and sure)."""

REPORTS = {
    "2021": lambda: made.report("form2021"),
    "2019": lambda: made.report("form2019"),
    "2014": lambda: scans.list_report("stats_2014", 3),
    "2013": lambda: scans.list_report("stats_2013", 4),
}


@pytest.mark.soak
@pytest.mark.parametrize("wear", scans.WEAR)
@pytest.mark.parametrize("era", REPORTS)
def test_scans_of_all_forms(era: str, wear: str) -> None:
    """99 of 100 cells, and none that is wrong with a number for a number and sure of it."""
    report = REPORTS[era]()
    wrong, silent, _ = judged(report, [scans.WEAR[wear](page) for page in scans.Press().set(report)])
    assert len(wrong) <= max(len(values(printed(report))[0]) * (0.1 if wear in HARD else 0.01), 1), wrong
    assert not silent


@pytest.mark.soak
def test_a_seal_in_a_scan_without_colour_makes_its_report_doubtful() -> None:
    """Nothing tells the seal from the print below it: cells are lost, and some may be wrong, but never without a mark on the report."""
    report = made.report("form2021")
    wrong, _, doubtful = judged(report, [scans.noisy(scans.sealed(page).convert("L")) for page in scans.Press().set(report)])
    assert wrong
    assert len(doubtful) > 3


Keys = list[tuple[str, str, str]]


def judged(report: list[made.Part], pages: list[Image.Image]) -> tuple[Keys, Keys, Keys]:
    """The cells of a report that its scan gives otherwise, those of them with a number that passes for sure, and the cells in doubt."""
    carried = image.read(scans.file(pages, "TIFF"))
    want, (got, places) = values(printed(report))[0], values(carried.blocks)
    sure = {cell.locator: cell.confidence for cell in grid_cells(carried)}
    wrong = [key for key in want if got.get(key) != want[key]]
    doubtful = [key for key in got if sure[places[key]] < SURE]
    return wrong, [key for key in wrong if key in got and isinstance(got[key][0], int | float) and key not in doubtful], doubtful


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF"])
def test_damaged_pictures_have_an_outcome(kind: str) -> None:
    """Flipped and cut bytes: blocks or a named outcome, never another exception."""
    buffer = io.BytesIO()
    Image.effect_noise((200, 120), 50).save(buffer, kind)
    body = buffer.getvalue()
    for step in range(0, len(body), max(len(body) // 500, 1)):
        flipped = body[:step] + bytes([body[step] ^ 0x5A]) + body[step + 1 :]
        for damaged in (flipped, body[:step]):
            try:
                image.read(damaged)
            except Rejected:
                continue
