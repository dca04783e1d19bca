"""RTF as Word, WPS and LibreOffice write it: code pages, substitutes, fields, shapes, tables with spans and tables within tables."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from extract.errors import Corrupt, TooLarge
from extract.model import Carried, Grid, Paragraph
from extract.sources import rtf

HEAD = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset0 Arial;}{\f2\fcharset136 MingLiU;}}"


def read(text: str) -> Carried:
    return rtf.read((HEAD + text + "}").encode("latin-1"))


def hexed(text: str, encoding: str = "gbk") -> str:
    return "".join(rf"\'{byte:02x}" for byte in text.encode(encoding))


def lines(text: str) -> list[str]:
    return [block.text for block in read(text).blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (hexed("规章") + r"\par " + hexed("文件") + r"\par", ["规章", "文件"]),
        (r"{\f1 " + hexed("规章") + r"}\par", ["规章"]),
        (r"{\f2 " + hexed("條例", "big5") + r"}\par", ["條例"]),
        ("规章".encode("gbk").decode("latin-1") + r"\par", ["规章"]),
        (r"\uc1\u25919?\u24220?12\par", ["政府12"]),
        (r"\uc2\u25919" + hexed("政") + r"\u24220" + hexed("府") + r"2023\par", ["政府2023"]),
        (r"\uc0\u25919\u24220\par", ["政府"]),
        (r"\uc1\u-28160?\par", [chr(65536 - 28160)]),
        (r"\uc1\u-10179?\u-8704?x\par", ["😀x"]),
        (r"{\field{\*\fldinst HYPERLINK x}{\fldrslt result}}\par", ["result"]),
        (r"a{\v hidden}b{\deleted gone}c\par", ["abc"]),
        (r"{\header head\par}{\footer foot\par}{\pict\pngblip 89504e47}text\par", ["text"]),
        (r"{\*\unknown secret}{\info{\title t}}text\par", ["text"]),
        (r"{\listtext\pard\plain 1.\tab}item\par", ["1.item"]),
        (r"a\bin5 {}{}{b\par", ["ab"]),
        (r"\{a\}\\\~b\par", ["{a}\\ b"]),
        (r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt box\par}}{\shprslt box again\par}}text\par", ["box", "text"]),
        ("one\r\ntwo\\par", ["onetwo"]),
    ],
)
def test_text(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


def test_a_western_code_page_without_a_chinese_font_is_kept() -> None:
    (found,) = rtf.read(rb"{\rtf1\ansi\ansicpg1252 caf\'e9\par}").blocks
    assert isinstance(found, Paragraph)
    assert found.text == "café"


def test_headings_by_look_outline_and_style() -> None:
    sheet = r"{\stylesheet{\s0 Normal;}{\s1 heading 1;}}"
    body = sheet + r"\pard\qc centre\par\pard\outlinelevel0 outline\par\pard\s1 style\par\pard{\b bold}\par\pard plain\par"
    found = {block.text: block.heading for block in read(body).blocks if isinstance(block, Paragraph)}
    assert found == {"centre": True, "outline": True, "style": True, "bold": True, "plain": False}


def row(*cells: str, edges: str) -> str:
    return rf"\trowd{edges}" + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row"


def grid(text: str) -> list[list[tuple[str, int, int]]]:
    (found,) = (block for block in read(text).blocks if isinstance(block, Grid))
    return [[(cell.text, cell.row_span, cell.column_span) for cell in line] for line in found.rows]


def test_spans_by_edges_and_merges() -> None:
    text = (
        row("g", "head", edges=r"\clvmgf\cellx1000\cellx3010")
        + row("", "1", "", edges=r"\clvmrg\cellx1000\cellx2000\cellx3000")
        + row("t", "x", "2", edges=r"\cellx990\clmgf\cellx2000\clmrg\cellx3000")
    )
    assert grid(text) == [[("g", 2, 1), ("head", 1, 2)], [("1", 1, 1), ("", 1, 1)], [("t", 1, 1), ("x", 1, 2)]]


def test_definitions_may_stand_behind_the_cells() -> None:
    text = r"\pard\intbl a\cell b\cell\trowd\cellx1000\cellx2000\row\pard\intbl wide\cell\trowd\cellx2000\row\pard after\par"
    assert grid(text) == [[("a", 1, 1), ("b", 1, 1)], [("wide", 1, 2)]]


def test_a_row_with_fewer_definitions_than_cells_keeps_its_cells() -> None:
    assert [cell[0] for cell in grid(row("a", "b", "c", edges=r"\cellx1000"))[0]] == ["a", "b", "c"]


def test_a_table_within_a_table_keeps_its_content_in_order() -> None:
    inner = r"\pard\intbl\itap2 in1\nestcell in2\nestcell{\*\nesttableprops\trowd\cellx500\cellx900\nestrow}{\nonesttables\par}"
    text = r"\trowd\cellx3000\pard\intbl before\par" + inner + r"\pard\intbl\itap1 after\cell\row\pard end\par"
    found = read(text).blocks
    assert [block.text if isinstance(block, Paragraph) else [cell.text for cell in block.rows[0]] for block in found] == [
        "before", ["in1", "in2"], "after", "end",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [rb"{\rtf1 text", rb"{\rtf1 {\b text}", rb"{\rtf1" + b"{" * 5000 + b"}" * 5001])
def test_what_breaks_off_or_has_no_bottom_is_corrupt(text: bytes) -> None:
    with pytest.raises(Corrupt):
        rtf.read(text)


@pytest.mark.parametrize("piece", [r"\u25919?", r"\'b9", "x", r"\cell", r"\row", r"{\b x}", r"\trowd\cellx9", "\\", "{}", r"\par "])
def test_a_million_of_anything_takes_seconds_at_most(piece: str) -> None:
    body = rb"{\rtf1\ansi " + piece.encode("latin-1") * (600_000 // len(piece)) + b"}"
    start = time.process_time()
    with suppress(TooLarge, Corrupt):
        rtf.read(body)
    assert time.process_time() - start < 8
