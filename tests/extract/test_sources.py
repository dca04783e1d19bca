"""Formats by their first bytes, and HTML as lines and grids."""

import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import html, sources
from extract.blocks import Line
from extract.errors import Corrupt, Rejected, TooLarge, Unsupported
from extract.model import Grid
from extract.normalize import squeeze
from extract.sources import html as markup
from extract.sources import text as plain


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
CHINESE = "青禾市2021年政府信息公开工作年度报告\r\n一、总体情况\r\n"


@pytest.mark.parametrize(
    ("body", "content_type", "url", "kind"),
    [
        (b"<!DOCTYPE html><html></html>", "application/octet-stream", "a.pdf", "html"),
        (b"\xef\xbb\xbf  <html>", None, "a", "html"),
        ("<p>青禾</p>".encode("gb18030"), None, "a.txt", "html"),
        ("<html><p>青禾</p></html>".encode("utf-16"), None, "a", "html"),
        ("<html><p>青禾</p></html>".encode("utf-16-le"), None, "a", "html"),
        (CHINESE.encode("gb18030"), None, "a.html", "text"),
        (CHINESE.encode("big5", "replace"), None, "a", "text"),
        (CHINESE.encode("utf-16"), None, "a", "text"),
        ("一行文字<br/>又一行".encode(), None, "a", "text"),
        (b"%PDF-1.7\n%\xe2\xe3", "text/html", "a.html", "pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "text/html", "a", "docx"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), None, "a", "xlsx"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), None, "a.ofd", "ofd"),
        (zipped("a.html"), None, "a.zip", "zip"),
        (OLE, None, "http://a.example/P020200101.doc", "doc"),
        (OLE, None, "http://a.example/x.xls?y=1", "xls"),
        (OLE, None, "http://a.example/x.wps", "wps"),
        (OLE + "Workbook\0".encode("utf-16-le"), None, "download.jsp?id=1", "xls"),
        (b"{\\rtf1\\ansi", None, "a", "rtf"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", None, "a.jpg", "image"),
        (b"\x89PNG\r\n\x1a\n\0\0", None, "a", "image"),
        (bytes(range(256)) * 40, None, "a", "binary"),
        (b"BM text that is no bitmap", None, "a", "text"),
        (b"", None, "a", "text"),
    ],
)
def test_first_bytes_decide_the_format(body, content_type, url, kind):
    assert sources.sniff(body, content_type, url) == kind


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (b"", Corrupt, "empty"),
        (b" \r\n\0\0", Corrupt, "empty"),
        (bytes(range(256)) * 40, Corrupt, "binary"),
        (b"Rar!\x1a\x07\0", Unsupported, "RAR"),
        (b"<html>" + b" " * 50_000_000 + b"x", TooLarge, "50,000,007"),
    ],
    ids=["empty", "blank", "rubbish", "rar", "50 MB"],
)
def test_what_cannot_be_read_is_refused_at_once(body, error, words):
    start = time.process_time()
    with pytest.raises(error, match=words):
        sources.admit(body, None, "http://a.example/")
    assert time.process_time() - start < 1


@given(st.binary(max_size=600))
@settings(max_examples=200, deadline=None)
def test_sniffing_never_raises(body):
    assert sources.sniff(body, None, "x")


# ------------------------------------------------------------------------------------------------ lines of HTML


def items(source: str) -> list[Line | Grid]:
    return markup.read(html.body(html.parse(source)))


def lines(source: str) -> list[str]:
    return [squeeze(item.text) for item in items(source) if isinstance(item, Line)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>1<span>2</span>3件</p>", ["123件"]),
        ("<p><font>政府</font><b>信息</b>\n  <i>公开</i></p>", ["政府信息公开"]),
        ("<p>政府信息\n    公开条例</p>", ["政府信息公开条例"]),
        ("<p>GSP\n  rules</p>", ["GSP rules"]),
        ("<div>甲<br>乙<br/>丙</div>", ["甲", "乙", "丙"]),
        ("<div>甲<div>乙<div>丙</div>丁</div>戊</div>", ["甲", "乙", "丙", "丁", "戊"]),
        ("<p>甲&lt;br/&gt;乙</p>", ["甲", "乙"]),
        ("<p>甲&amp;nbsp;乙</p>", ["甲 乙"]),
        ("<p>\u3000\u3000甲&nbsp;&nbsp;</p><p>&nbsp;</p><p>\u200b</p>", ["甲"]),
        ("<p>第一段。\u3000\u3000第二段。</p>", ["第一段。", "第二段。"]),
        ("<div>第一段\n\u3000\u3000第二段\n\u3000\u3000第三段</div>", ["第一段", "第二段", "第三段"]),
        ("<p>单位负责人：\u3000\u3000审核人：</p>", ["单位负责人： 审核人："]),
        ("<pre>甲\n乙</pre>", ["甲", "乙"]),
        ("<div style='white-space: pre-wrap'>甲\n乙</div>", ["甲", "乙"]),
        ("<p>甲<script>x</script>乙<style>y</style>丙<!-- z --><textarea>t</textarea><select><option>o</select></p>", ["甲乙丙"]),
        ("<p class=MsoNormal><!--[if !supportLists]-->一、<!--[endif]--><span lang=EN-US><o:p></o:p></span>概述</p>", ["一、概述"]),
        ("<p><![if !supportLists]>一、<![endif]>概述</p>", ["一、概述"]),
        ("<div style='display:none'>隐藏的选项卡</div>", ["隐藏的选项卡"]),
        ("<input type=hidden value=x><p>甲</p>", ["甲"]),
        ("<p>甲<font>" * 3000, ["甲"] * 3000),
    ],
)  # fmt: skip
def test_lines_of_markup(source, expected):
    assert lines(source) == expected


def test_bars_of_links_are_left_out_and_single_links_are_not():
    bar = "".join(f"<li><a href='{n}'>栏目{n}</a></li>" for n in range(3))
    assert lines(f"<p>甲</p><ul>{bar}</ul><p><a name='_Toc1'>一、概述</a></p><p><a href='#'>乙</a></p>") == ["甲", "一、概述", "乙"]


def test_headings_are_the_pages_own_opinion():
    bold = "<p><b>二</b><span style='font-weight:700'>三</span></p>"
    source = f"<h2>一</h2>{bold}<p align=center>四</p><p style='text-align: center'>五</p><p>六<b>七</b></p><p>八</p>"
    found = {item.text: item.heading for item in items(source) if isinstance(item, Line)}
    assert found == {"一": True, "二三": True, "四": True, "五": True, "六七": False, "八": False}


def test_an_article_in_bold_throughout_has_no_headings():
    assert not any(item.heading for item in items("<b>" + "<p>段落</p>" * 20 + "</b>"))


def test_places_name_paragraph_cell_and_line():
    found = items("<p>甲</p>\n<p>乙</p>\n<table>\n<tr><td>丙</td>\n<td>丁</td></tr></table>")
    assert found[1].locator == "p[2], line 2"
    assert (found[2].locator, found[2].rows[0][1].locator) == ("table[1], line 3", "table[1]/tr[1]/td[2], line 5")


# ------------------------------------------------------------------------------------------------ grids


def grid(source: str) -> list[list[tuple[str, int, int, int, int]]]:
    (found,) = (item for item in items(source) if isinstance(item, Grid))
    return [[(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in row] for row in found.rows]


def test_cells_are_anchored_where_they_begin():
    source = "<table><tr><td rowspan=2 colspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr><tr><td>乙</td><td colspan=2>3</td></tr></table>"
    assert grid(source) == [[("甲", 0, 0, 2, 2), ("1", 0, 2, 1, 1)], [("2", 1, 2, 1, 1)], [("乙", 2, 0, 1, 1), ("3", 2, 1, 1, 2)]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("本年新<br/>制作数量", "本年新制作数量"),
        ("<p>结</p><p>果</p><p>维</p><p>持</p>", "结果维持"),
        ("<p>1<span>2</span></p>", "12"),
        ("3<br>5", "3 5"),
        ("<p>3</p><p>-5</p>", "3 -5"),
        ("3<p>5</p>", "3 5"),
        ("<div>减少</div><div>5项</div>", "减少5项"),
        ("12<br>(其中修订3件)", "12(其中修订3件)"),
        ("&nbsp;", ""),
        ("\u200b", ""),
        ("<p align=center>\n  0\n</p>", "0"),
        ("<table><tr><td>7</td></tr></table>", "7"),
        ("总\n  计", "总计"),
        ("1\n2", "1 2"),
        ("&lt;b&gt;5", "<b>5"),
    ],
)
def test_text_of_a_cell(cell, text):
    assert grid(f"<table><tr><td>{cell}</td><td>x</td></tr></table>")[0][0][0] == text


def test_spans_are_bounded_by_the_table():
    source = "<table><tr><td rowspan=99999 colspan=99999>甲</td></tr><tr><td>1</td><td rowspan=0>2</td><td colspan=abc>3</td></tr></table>"
    assert grid(source)[0] == [("甲", 0, 0, 2, 3)]
    assert [cell[3:] for cell in grid(source)[1]] == [(1, 1)] * 3
    hostile = "<table>" + "<tr>" + "<td rowspan=99999 colspan=99999>1" * 100 + "</tr>" + "</table>" * 1
    assert sum(cell[3] * cell[4] for cell in grid(hostile)[0]) < 1000
    start = time.process_time()
    grid("<table>" + ("<tr>" + "<td rowspan=1000 colspan=900>1" * 20) * 500 + "</table>")
    assert time.process_time() - start < 3


def test_layout_tables_are_dissolved_and_their_data_tables_stay():
    prose = "全年主动公开政府信息若干条。" * 15
    data = "<table><tr><td>规章</td><td>1</td></tr></table>"
    found = items(f"<table><tr><td><a href=x>栏目</a></td><td><p>标题</p><p>{prose}</p>{data}</td></tr></table>")
    assert [type(item).__name__ for item in found] == ["Line", "Line", "Line", "Grid"]
    assert found[3].rows[0][1].text == "1"


def test_the_heading_of_a_part_in_the_first_row_is_a_line():
    source = (
        "<table><tr><td colspan=2>三、收到和处理政府信息公开申请情况</td></tr>"
        "<tr><td>一、本年新收政府信息公开申请数量</td><td>3</td></tr></table>"
    )
    heading, grid = items(source)
    assert heading.text == "三、收到和处理政府信息公开申请情况"
    assert [[cell.text for cell in row] for row in grid.rows] == [["一、本年新收政府信息公开申请数量", "3"]]


def test_a_numbered_row_of_a_list_over_its_whole_width_is_no_heading():
    source = "<table><tr><td>一、主动公开情况</td><td></td></tr><tr><td>(一)主动公开政府信息数</td><td>3</td></tr></table>"
    (grid,) = items(source)
    assert len(grid.rows) == 2


def test_short_prose_of_a_report_set_in_a_table_is_prose():
    source = (
        "<table><tr><td colspan=2>五、存在的主要问题及改进情况</td></tr><tr><td colspan=2>问题不多。</td></tr>"
        "<tr><td>六、其他需要报告的事项</td><td>无</td></tr></table>"
    )
    assert [one.text for one in items(source)] == ["五、存在的主要问题及改进情况", "问题不多。", "六、其他需要报告的事项", "无"]


def test_tabs_part_cells_where_white_space_is_kept():
    (line,) = items("<pre>行政许可\t31</pre>")
    assert line.text == "行政许可\t31"
    (line,) = items("<p>行政许可\t31</p>")
    assert line.text == "行政许可 31"


def test_notes_under_figures_belong_to_the_table():
    note = "注：1.本表由各单位填报。2.其中数据不含驻地单位。" * 8
    assert len(grid(f"<table><tr><td>规章</td><td>1</td></tr><tr><td colspan=2>{note}</td></tr></table>")) == 2


def test_one_column_tables_are_lines():
    assert lines("<table><tr><td>一、概述</td></tr><tr><td>没有。</td></tr></table>") == ["一、概述", "没有。"]


def test_hidden_cells_of_spreadsheets_take_no_column():
    widths = "<tr style='display:none'><td width=9></td><td></td></tr>"
    source = f"<table>{widths}<tr><td>甲</td><td style='display: none'></td><td>1</td></tr></table>"
    assert grid(source) == [[("甲", 0, 0, 1, 1), ("1", 0, 1, 1, 1)]]


def test_tables_cut_in_two_stay_two_grids():
    found = items("<table><tr><td>甲</td><td>1</td></tr></table><table><tr><td>乙</td><td>2</td></tr></table>")
    assert [type(item) for item in found] == [Grid, Grid]


CELLS = st.tuples(
    st.integers(0, 12) | st.just(99999), st.integers(0, 12) | st.just(99999), st.sampled_from(["1", "甲", "", "<p>2</p><p>3</p>"])
)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=6))
@settings(max_examples=200, deadline=None)
def test_no_two_cells_ever_share_a_place(rows):
    body = "".join("<tr>" + "".join(f"<td rowspan={r} colspan={c}>{t}</td>" for r, c, t in row) + "</tr>" for row in rows)
    for found in items(f"<table>{body}</table>"):
        if isinstance(found, Grid):
            places = [
                (cell.row + r, cell.column + c)
                for row in found.rows
                for cell in row
                for r in range(cell.row_span)
                for c in range(cell.column_span)
            ]
            assert len(places) == len(set(places))
            assert max(row for row, _ in places) < len(found.rows)
            assert all(cell.row == number for number, row in enumerate(found.rows) for cell in row)


PIECES = [
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "<td colspan=3>",
    "<th>",
    "</td>",
    "<p>",
    "</p>",
    "<br>",
    "<b>",
    "<a href=x>",
    "甲",
    "1",
    " ",
    "\n",
    "<pre>",
    "<li>",
    "<center>",
]


@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join))
@settings(max_examples=200, deadline=None)
def test_no_markup_is_too_broken(source):
    try:
        root = html.parse("<div>" + source)
    except Rejected:
        return
    shown = "".join(
        item.text if isinstance(item, Line) else "".join(cell.text for row in item.rows for cell in row)
        for item in markup.read(html.body(root))
    )
    assert set("".join(shown.split())) <= {"甲", "1"}


# ------------------------------------------------------------------------------------------------ plain text


def test_lines_of_text_keep_their_numbers():
    found = plain.read("甲\r\n\r\n\u3000\u3000乙&nbsp;丙<br/>丁\n| 1 |\n\t2\t")
    assert [(line.text, line.locator) for line in found] == [
        ("甲", "line 1"),
        ("乙 丙", "line 3"),
        ("丁", "line 3"),
        ("| 1 |", "line 4"),
        ("2", "line 5"),
    ]


def test_a_line_of_a_million_characters_takes_no_time():
    start = time.process_time()
    for line in ("一" * 1_000_000, "。\u3000" * 500_000, "| " * 500_000, "1 " * 500_000, "<br" * 300_000):
        plain.read(line)
        lines(f"<p>{line.replace('<', '&lt;')}</p>")
    assert time.process_time() - start < 10
