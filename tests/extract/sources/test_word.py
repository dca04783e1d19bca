"""What Word shows: numbers of lists, accepted changes, fields, text boxes, merged and nested cells."""

from __future__ import annotations

import struct
import time

import pytest

from extract.errors import Corrupt, Encrypted
from extract.model import Carried, Grid, Paragraph
from extract.sources.word import read_doc, read_docx
from extract.sources.word.numbering import _FORMATS
from tests.extract.sources import made, writers
from tests.extract.sources.compound import word
from tests.extract.sources.made import Form, Text
from tests.shared import shared

W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="urn:mc"'
    ' xmlns:wps="urn:w" xmlns:v="urn:v" xmlns:r="urn:r" xmlns:a="urn:a" xmlns:m="urn:m"'
)


def docx(body: str, **parts: str) -> bytes:
    """A DOCX of a body, with the parts that are given (numbering, styles, footnotes)."""
    members = {"[Content_Types].xml": "<Types/>", "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>"}
    members |= {f"word/{name}.xml": f"<w:{name} {W}>{content}</w:{name}>" for name, content in parts.items()}
    return writers.zipped(members)


def carried(body: str, **parts: str) -> Carried:
    return read_docx(docx(body, **parts))


def lines(body: str, **parts: str) -> list[str]:
    return [block.text for block in carried(body, **parts).blocks if isinstance(block, Paragraph)]


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def tc(content: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content if content.startswith('<') else p(r(content))}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def fld(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


BOX = f"<w:txbxContent>{p(r('框里的话'))}</w:txbxContent>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p(r("政府"), r("信息"), r("公开")), ["政府信息公开"]),
        (p(r("甲"), "<w:r><w:br/></w:r>", r("乙")), ["甲", "乙"]),
        (p(r("1"), "<w:r><w:noBreakHyphen/></w:r>", r("2")), ["1-2"]),
        (p("<w:ins>" + r("新增") + "</w:ins>", "<w:del><w:r><w:delText>旧文</w:delText></w:r></w:del>", r("保留")), ["新增保留"]),
        (p("<w:moveFrom>" + r("移走") + "</w:moveFrom>") + p("<w:moveTo>" + r("移到") + "</w:moveTo>"), ["移到"]),
        (p(r("前半"), properties="<w:rPr><w:del/></w:rPr>") + p(r("后半")), ["前半后半"]),
        (p(r("看得见"), r("看不见", "<w:vanish/>"), r("也看得见", '<w:vanish w:val="0"/>')), ["看得见也看得见"]),
        (p(fld("begin"), "<w:r><w:instrText>PAGE</w:instrText></w:r>", fld("separate"), r("3"), fld("end"), r("页")), ["3页"]),
        (p(fld("begin"), r("指令里的字"), fld("separate"), r("结果"), fld("end")), ["结果"]),
        (p(fld("begin"), r("没有结尾")) + p(r("下一段")), ["下一段"]),
        (p('<w:fldSimple w:instr="DATE">' + r("2023年1月") + "</w:fldSimple>"), ["2023年1月"]),
        (p('<w:hyperlink r:id="r1">' + r("网址") + "</w:hyperlink>"), ["网址"]),
        (p("<w:sdt><w:sdtContent>" + r("控件") + "</w:sdtContent></w:sdt>"), ["控件"]),
        (p("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + r("请输入") + "</w:sdtContent></w:sdt>", r("甲")), ["甲"]),
        ("<w:sdt><w:sdtContent>" + p(r("块")) + "</w:sdtContent></w:sdt>", ["块"]),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>', r("有")), ["☑有"]),
        (p('<w:r><w:sym w:font="Webdings" w:char="F097"/></w:r>', r("无")), ["无"]),
        (p("<w:r><w:ruby><w:rt>" + r("hàn") + "</w:rt><w:rubyBase>" + r("汉") + "</w:rubyBase></w:ruby></w:r>"), ["汉"]),
        (p("<m:oMath><m:r><m:t>2+3</m:t></m:r></m:oMath>"), ["2+3"]),
        (p(r("正文"), f"<w:r><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict></w:r>"), ["正文", "框里的话"]),
        (
            p(
                r("正文"),
                f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
                f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
            ),
            ["正文", "框里的话"],
        ),
    ],
)
def test_what_a_paragraph_shows(body: str, expected: list[str]) -> None:
    assert lines(body) == expected


def test_a_table_of_contents_is_no_text() -> None:
    style = '<w:style w:type="paragraph" w:styleId="21"><w:name w:val="toc 2"/></w:style>'
    listed = p(r("一、总体情况"), "<w:r><w:tab/></w:r>", r("1"), properties='<w:pStyle w:val="21"/>')
    field = p(fld("begin"), "<w:r><w:instrText>TOC \\o</w:instrText></w:r>", fld("separate"), r("二、主动公开"), r("2")) + p(fld("end"))
    kind = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    gallery = f"<w:sdt>{kind}<w:sdtContent>{p(r('三'))}</w:sdtContent></w:sdt>"
    assert lines(listed + field + gallery + p(r("一、总体情况")), styles=style) == ["一、总体情况"]


def test_headings_are_known_by_style_outline_and_look() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="自定义"/><w:basedOn w:val="1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="有级别"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="z"><w:name w:val="圆圈"/><w:basedOn w:val="z"/></w:style>'
    )
    body = (
        p(r("样式"), properties='<w:pStyle w:val="1"/>')
        + p(r("继承"), properties='<w:pStyle w:val="a"/>')
        + p(r("级别"), properties='<w:pStyle w:val="b"/>')
        + p(r("居中"), properties='<w:jc w:val="center"/>')
        + p(r("加粗", "<w:b/>"))
        + p(r("半"), r("粗", "<w:b/>"))
        + p(r("圆圈"), properties='<w:pStyle w:val="z"/>')
    )
    found = {block.text: block.heading for block in carried(body, styles=styles).blocks if isinstance(block, Paragraph)}
    assert found == {"样式": True, "继承": True, "级别": True, "居中": True, "加粗": True, "半粗": False, "圆圈": False}


# ------------------------------------------------------------------------------------------------ numbers of lists


def level(number: int, style: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


NUMBERING = (
    f'<w:abstractNum w:abstractNumId="0">{level(0, "chineseCounting", "%1、")}{level(1, "chineseCountingThousand", "（%2）")}'
    f"{level(2, 'decimal', '%3.')}{level(3, 'decimal', '%1.%4', '<w:isLgl/>')}{level(4, 'bullet', '')}</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>'
)


def item(text: str, depth: int = 0, number: int = 1) -> str:
    return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbers_that_are_no_text_are_printed() -> None:
    body = (
        item("总体")
        + item("主动", 1)
        + item("申请", 1)
        + item("细", 2)
        + item("2022年", 2)
        + item("公开")
        + item("又", 1)
        + item("点", 4)
        + item("法", 3)
    )
    assert lines(body, numbering=NUMBERING) == [
        "一、总体", "（一）主动", "（二）申请", "1.细", "2. 2022年", "二、公开", "（一）又", "点", "2.1法",
    ]  # fmt: skip


def test_a_list_starts_anew_where_it_says_so() -> None:
    assert lines(item("甲") + item("乙", number=2) + item("丙", number=2), numbering=NUMBERING) == ["一、甲", "九、乙", "十、丙"]


def test_numbers_come_with_a_style_and_can_be_switched_off() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="条"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    off = '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = p(r("甲"), properties='<w:pStyle w:val="1"/>') + p(r("乙"), properties=off)
    assert lines(body, numbering=NUMBERING, styles=styles) == ["一、甲", "乙"]


def test_a_column_of_running_numbers_shows_them_and_an_empty_line_does_not() -> None:
    empty = item("")
    (grid,) = carried(empty + tbl(tc(empty) + tc("规章"), tc(empty) + tc("文件")), numbering=NUMBERING).blocks
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in row] for row in grid.rows] == [["二、", "规章"], ["三、", "文件"]]


@pytest.mark.parametrize(
    ("style", "number", "text"),
    [
        ("chineseCounting", 10, "十"), ("chineseCounting", 11, "十一"), ("chineseCounting", 20, "二十"), ("chineseCounting", 35, "三十五"),
        ("chineseCounting", 101, "一百零一"), ("chineseCounting", 110, "一百一十"), ("chineseLegalSimplified", 12, "拾贰"),
        ("ideographTraditional", 3, "丙"), ("decimalEnclosedCircle", 20, "⑳"), ("decimalEnclosedCircle", 21, "21"),
        ("decimalEnclosedParen", 1, "⑴"), ("decimalFullWidth", 12, "１２"), ("upperRoman", 14, "XIV"), ("lowerLetter", 28, "bb"),
        ("decimalZero", 5, "05"),
    ],
)  # fmt: skip
def test_formats_of_numbers(style: str, number: int, text: str) -> None:
    assert _FORMATS[style](number) == text


@pytest.mark.parametrize("style", _FORMATS)
def test_no_format_fails_on_any_number(style: str) -> None:
    for number in (-5, 0, 1, 9, 10, 99, 100, 9999):
        assert isinstance(_FORMATS[style](number), str)


# ------------------------------------------------------------------------------------------------ tables


def grid(body: str) -> list[list[tuple[str, int, int, int, int]]]:
    (found,) = (block for block in carried(body).blocks if isinstance(block, Grid))
    return [[(cell.text, cell.row, cell.column, cell.row_span, cell.column_span) for cell in row] for row in found.rows]


SPAN, START, ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def test_merged_cells_are_anchored() -> None:
    body = tbl(tc("组", START) + tc("头", SPAN), tc("看不见", ON) + tc("1") + tc("2"), tc("尾") + tc("3") + tc("4"))
    assert grid(body) == [[("组", 0, 0, 2, 1), ("头", 0, 1, 1, 2)], [("1", 1, 1, 1, 1), ("2", 1, 2, 1, 1)],
                          [("尾", 2, 0, 1, 1), ("3", 2, 1, 1, 1), ("4", 2, 2, 1, 1)]]  # fmt: skip


def test_a_cell_that_goes_on_from_nothing_stands_for_itself() -> None:
    assert [cell[0] for cell in grid(tbl(tc("甲", ON) + tc("1"), tc("乙") + tc("2")))[0]] == ["甲", "1"]


def test_cells_merged_across_in_the_old_way_are_one() -> None:
    body = tbl(tc("头", '<w:hMerge w:val="restart"/>') + tc("", "<w:hMerge/>") + tc("1"), tc("a") + tc("b") + tc("2"))
    assert grid(body)[0] == [("头", 0, 0, 1, 2), ("1", 0, 2, 1, 1)]


def test_rows_that_begin_further_in_keep_their_columns_and_slivers_do_not() -> None:
    inner = "<w:trPr><w:gridBefore w:val='1'/><w:wBefore w:w='{}' w:type='dxa'/></w:trPr>"
    assert [cell[:3] for cell in grid(tbl(tc("甲") + tc("1"), inner.format(2000) + tc("2")))[1]] == [("", 1, 0), ("2", 1, 1)]
    assert grid(tbl(tc("甲") + tc("1"), inner.format(15) + tc("乙") + tc("2")))[1][0][:3] == ("乙", 1, 0)


def test_deleted_and_hidden_rows_are_not_there() -> None:
    body = tbl(tc("甲") + tc("1"), "<w:trPr><w:del/></w:trPr>" + tc("乙") + tc("2"), "<w:trPr><w:hidden/></w:trPr>" + tc("丙") + tc("3"))
    assert [[cell[0] for cell in row] for row in grid(body)] == [["甲", "1"]]


def test_a_nested_table_keeps_its_content_in_order() -> None:
    inner = tbl(tc("规章") + tc("1"), tc("文件") + tc("2"))
    body = tbl(tc(p(r("前言")) + inner + p(r("后语"))))
    blocks = carried(body).blocks
    assert [block.text if isinstance(block, Paragraph) else [cell.text for row in block.rows for cell in row] for block in blocks] == [
        "前言", ["规章", "1", "文件", "2"], "后语",
    ]  # fmt: skip


def test_footnotes_stand_behind_their_block_and_out_of_figures() -> None:
    note = f'<w:footnote w:id="2">{p(r("注：含结转。"))}</w:footnote>'
    cell = tc(p(r("12"), '<w:r><w:footnoteReference w:id="2"/></w:r>'))
    found = carried(tbl(tc("规章") + cell), footnotes=note).blocks
    assert isinstance(found[0], Grid)
    assert [cell.text for cell in found[0].rows[0]] == ["规章", "12"]
    assert isinstance(found[1], Paragraph)
    assert found[1].text == "注：含结转。"


def test_tabs_part_the_cells_of_a_table_that_is_none() -> None:
    rows = [("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"), ("规章", "1", "2", "3"), ("行政规范性文件", "4", "", "6")]
    body = "".join(p("<w:r><w:tab/></w:r>".join(r(text) for text in row)) for row in rows)
    (found,) = carried(body).blocks
    assert isinstance(found, Grid)
    assert found.flat
    assert [tuple(cell.text for cell in row) for row in found.rows] == rows


def test_places_name_paragraph_and_cell() -> None:
    found = carried(p(r("甲")) + p(r("乙")) + tbl(tc("丙") + tc("1"))).blocks
    assert [block.locator for block in found[:2]] == ["p[1]", "p[2]"]
    assert isinstance(found[2], Grid)
    assert found[2].rows[0][1].locator == "table[1]/tr[1]/td[2]"


# ------------------------------------------------------------------------------------------------ the whole file


def test_macros_are_named_and_not_run() -> None:
    body = writers.zipped({"word/document.xml": f"<w:document {W}><w:body>{p(r('甲'))}</w:body></w:document>", "word/vbaProject.bin": b"x"})
    assert any("macros" in warning for warning in read_docx(body).warnings)


def test_tracked_changes_are_a_warning() -> None:
    assert any("tracked" in warning for warning in carried(p("<w:del/>", r("甲"))).warnings)
    assert not carried(p(r("甲"))).warnings


def test_strict_files_and_other_names_of_the_main_part_are_read() -> None:
    rels = '<Relationships><Relationship Type="http://x/officeDocument" Target="/word/document2.xml"/></Relationships>'
    namespace = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
    strict = f"<w:document {namespace}><w:body>{p(r('甲'))}</w:body></w:document>"
    (found,) = read_docx(writers.zipped({"_rels/.rels": rels, "word/document2.xml": strict})).blocks
    assert isinstance(found, Paragraph)
    assert found.text == "甲"


ENTITY = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:body>{p(r("&x;"))}</w:body></w:document>'


def test_entities_are_refused() -> None:
    with pytest.raises(Corrupt, match="document type"):
        read_docx(writers.zipped({"word/document.xml": ENTITY}))


def test_a_report_is_read_in_a_fifth_of_a_second() -> None:
    body = writers.docx(made.report())
    read_docx(body)
    start = time.process_time()
    read_docx(body)
    assert time.process_time() - start < 0.2


def test_the_official_blank_form_has_tables_and_no_figure() -> None:
    path = shared("real/blank-form-2021.docx")
    found = made.read(path.read_bytes(), "saved:blank-form-2021.docx")
    assert (found.outcome, found.reports) == ("blank_form", ())


# ------------------------------------------------------------------------------------------------ DOC


def test_doc_keeps_empty_cells_and_spans() -> None:
    form = Form(((("组", 1, 2), ("甲", 2, 1)), (("", 1, 1), ("5", 1, 1))))
    (before, grid, after) = read_doc(writers.doc([Text("前"), form, Text("后")])).blocks
    assert isinstance(grid, Grid)
    assert [[(cell.text, cell.row_span, cell.column_span) for cell in row] for row in grid.rows] == [
        [("组", 2, 1), ("甲", 1, 2)],
        [("", 1, 1), ("5", 1, 1)],
    ]
    assert isinstance(before, Paragraph)
    assert isinstance(after, Paragraph)
    assert (before.text, after.text) == ("前", "后")


def test_a_doc_behind_a_password_says_so() -> None:
    with pytest.raises(Encrypted):
        read_doc(word([("甲\r", b"")], flags=0x0100))


def test_a_doc_without_sense_is_corrupt() -> None:
    body = bytearray(writers.doc(made.report()))
    at = bytes(body).index(struct.pack("<HH", 0xA5EC, 0xC1))
    body[at : at + 2] = b"\0\0"
    with pytest.raises(Corrupt):
        read_doc(bytes(body))
