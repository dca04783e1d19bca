"""PDF: paragraphs, titles, columns, turned pages, and what a page prints around its text."""

from __future__ import annotations

import io
import re

import pytest

from extract.model import Paragraph
from extract.sources.pdf import read
from tests.extract.sources.pdfs import LEFT, Press, ReportLab, Text, contents
from tests.extract.sources.test_pdf import grids, markup, printed, texts

LONG = "本机关坚持以公开为常态、不公开为例外，及时公布群众关心的事项，全年主动公开政府信息1136条，办理申请21件，均在法定期限内答复。"


def test_a_paragraph_over_lines_and_pages_is_one() -> None:
    found = [Text("一、总体情况"), *[Text("　　" + LONG * 3)] * 9, Text("二、存在的问题"), Text("　　" + LONG)]
    assert texts(printed(*found, furniture=True)) == ["一、总体情况", *[LONG * 3] * 9, "二、存在的问题", LONG]


def test_paragraphs_without_an_indent_end_where_their_line_does() -> None:
    found = [
        Text("一、总体情况"),
        Text(LONG),
        Text("（一）主动公开"),
        Text(LONG * 2),
        Text("青禾市水利局", "right"),
        Text("2024年1月20日", "right"),
    ]
    assert texts(printed(*found)) == [one.text for one in found]


def test_a_title_of_two_lines_is_one() -> None:
    carried = printed(
        Text("青禾市人民政府办公室", "centre", 22), Text("2023年政府信息公开工作年度报告", "centre", 22), *[Text("　　" + LONG)] * 3
    )
    title = carried.blocks[0]
    assert isinstance(title, Paragraph)
    assert (title.text, title.heading) == ("青禾市人民政府办公室2023年政府信息公开工作年度报告", True)
    assert not any(block.heading for block in carried.blocks[1:] if isinstance(block, Paragraph))


def test_head_foot_and_numbers_of_pages_are_left_out() -> None:
    found = [Text("　　" + LONG * 2)] * 14
    assert "政府信息公开年度报告" not in "".join(texts(printed(*found, furniture=True)))
    assert not any(re.search(r"- \d -", text) for text in texts(printed(*found, furniture=True)))


def test_a_number_on_a_line_of_its_own_is_kept() -> None:
    assert texts(printed(Text("　　全年办理的件数为："), Text("21"), Text("　　" + LONG))) == ["全年办理的件数为：", "21", LONG]


def test_bare_numbers_that_count_with_the_pages_go() -> None:
    pen = ReportLab()
    for number in range(1, 4):
        for line in range(10):
            pen.text(LEFT, 120 + 20 * line, 15, "政府信息公开工作情况通报说明材料汇编一二三四五六七八九")
        pen.text(290, 800, 10, str(number))
        pen.page()
    pen.text(LEFT, 120, 15, "完")
    assert not any(re.search(r"\d", text) for text in texts(read(pen.body())))


def test_contents_are_left_out() -> None:
    listed = [Text(f"{number}、{name}…………………………{page}") for number, name, page in (("一", "总体情况", 1), ("二", "主动公开", 3))]
    found = texts(printed(Text("目 录", "centre"), *listed, Text("一、总体情况"), Text("　　" + LONG)))
    assert found == ["一、总体情况", LONG]


def test_two_columns_are_read_one_after_the_other() -> None:
    pen = ReportLab()
    left = "全年共收到申请二十一件其中自然人申请二十件法人申请一件均已在法定期限内作出答复没有超期" * 3
    right = "全年未发生行政复议案件和行政诉讼案件各单位负责同志按时参加培训业务能力有了新的提高进步" * 3
    for x, text in ((80, left), (320, right)):
        for number in range(0, len(text), 16):
            pen.text(x, 120 + 1.5 * number, 12, text[number : number + 16])
    assert "".join(texts(read(pen.body()))) == left + right


def test_figures_in_prose_are_no_table_however_far_apart_a_line_is_stretched() -> None:
    pen = ReportLab()
    for number in range(6):
        x = LEFT
        for piece in ("全年共收到申请", "21", "件其中自然人", "20", "件法人", f"{number}", "件均已答复并公开。"):
            pen.text(x, 120 + 27 * number, 15, piece)
            x += pen.width(piece, 15) + 9
    carried = read(pen.body())
    assert grids(carried) == []
    assert "".join(texts(carried)) == "".join(f"全年共收到申请21件其中自然人20件法人{number}件均已答复并公开。" for number in range(6))


def test_a_watermark_is_no_text() -> None:
    pen = ReportLab()
    pen.text(LEFT, 200, 15, "本机关全年没有收到政府信息公开申请。")
    pen.text(150, 600, 60, "仅供参考", angle=45)
    assert texts(read(pen.body())) == ["本机关全年没有收到政府信息公开申请。"]


def test_bold_by_printing_twice_is_read_once() -> None:
    pen = ReportLab()
    for shift in (0, 0.4):
        pen.text(LEFT + shift, 200, 15, "二、主动公开政府信息情况")
    assert texts(read(pen.body())) == ["二、主动公开政府信息情况"]


def test_a_gap_of_chinese_and_latin_print_is_no_blank() -> None:
    pen = ReportLab()
    x = LEFT
    for piece in ("截至", "2023", "年底共", "21", "件 见", "www.qinghe.example", "首页"):
        pen.text(x, 200, 15, piece)
        x += pen.width(piece, 15) + 4
    assert texts(read(pen.body())) == ["截至2023年底共21件见www.qinghe.example首页"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_read_as_upright_ones(turn: int) -> None:
    import pypdfium2

    body = Press(ReportLab(), labels="turned").print(contents(markup("form2021")))
    document = pypdfium2.PdfDocument(body)
    for page in document:
        page.set_rotation(turn)
    turned = io.BytesIO()
    document.save(turned)
    assert [block if isinstance(block, Paragraph) else block.rows for block in read(turned.getvalue()).blocks] == [
        block if isinstance(block, Paragraph) else block.rows for block in read(body).blocks
    ]
