"""OFD: steps between characters, matrices, templates, paths; what is encrypted or broken."""

from __future__ import annotations

import pytest

from extract.errors import Corrupt, Encrypted
from extract.model import Carried, Grid, Paragraph
from extract.sources import ofd
from extract.sources.ofd.drawing import _deltas, _outlines
from tests.extract.sources import writers
from tests.extract.sources.writers import _OFD


def page(objects: str, more: str = "") -> dict[str, str | bytes]:
    return {
        "OFD.xml": f"<ofd:OFD {_OFD}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData>{more}<ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
        '</ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/Pages/Page_0/Content.xml": f"<ofd:Page {_OFD}>{objects}</ofd:Page>",
    }


def read(objects: str) -> Carried:
    return ofd.read(writers.zipped(page(f"<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>")))


def text(words: str, attributes: str = 'Boundary="30 40 120 6" Size="4"', code: str = 'X="0" Y="4" DeltaX="g 40 4"') -> str:
    return f"<ofd:TextObject {attributes}><ofd:TextCode {code}>{words}</ofd:TextCode></ofd:TextObject>"


def lines(carried: Carried) -> list[str]:
    return [block.text for block in carried.blocks if isinstance(block, Paragraph)]


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        (text("青禾市水利局"), ["青禾市水利局"]),
        (text("青禾市水利局", code='X="0" Y="4" DeltaX="4 4 4 4 4"'), ["青禾市水利局"]),
        (text("青禾市水利局", code='X="0" Y="4"'), ["青禾市水利局"]),
        (text("青禾市水利局", 'Boundary="30 40 120 6" CTM="0.5 0 0 0.5 0 0" Size="8"', 'X="0" Y="8" DeltaX="g 9 8"'), ["青禾市水利局"]),
        (text("青禾市水利局") + text("水印", 'Boundary="50 90 50 50" CTM="0.7 0.7 -0.7 0.7 0 0" Size="9"'), ["青禾市水利局"]),
        (text("青禾市水利局") + text("看不见", 'Boundary="30 60 50 6" Size="4" Visible="false"'), ["青禾市水利局"]),
        ("<ofd:PageBlock>" + text("青禾市水利局") + "</ofd:PageBlock>", ["青禾市水利局"]),
    ],
)  # fmt: skip
def test_lines_of_a_page(objects: str, expected: list[str]) -> None:
    assert lines(read(objects)) == expected


def test_text_in_drawn_cells_is_a_table() -> None:
    def cell(words: str, x: int, y: int) -> str:
        path = "<ofd:AbbreviatedData>M 0 0 L 40 0 L 40 8 L 0 8 C</ofd:AbbreviatedData>"
        rule = f'<ofd:PathObject Boundary="{x} {y} 40 8">{path}</ofd:PathObject>'
        return rule + (text(words, f'Boundary="{x + 2} {y + 2} 36 5" Size="3"', 'X="0" Y="3" DeltaX="g 20 3"') if words else "")

    (grid,) = read(cell("规章", 30, 50) + cell("1", 70, 50) + cell("文件", 30, 58) + cell("", 70, 58)).blocks
    assert isinstance(grid, Grid)
    assert [[one.text for one in row] for row in grid.rows] == [["规章", "1"], ["文件", ""]]


def test_the_template_of_a_page_is_drawn_with_it() -> None:
    members = page(
        f'<ofd:Template TemplateID="7"/><ofd:Content><ofd:Layer>{text("青禾市水利局")}</ofd:Layer></ofd:Content>',
        '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>',
    )
    over = text("桐原县水利局", 'Boundary="30 20 120 6" Size="4"')
    members["Doc_0/Tpls/Tpl_0/Content.xml"] = f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{over}</ofd:Layer></ofd:Content></ofd:Page>"
    assert "桐原县水利局" in "".join(lines(ofd.read(writers.zipped(members))))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [("4 5", [4, 5]), ("g 3 4 5", [4, 4, 4, 5]), ("g 999999999 4", [4] * 10), ("4 x 5", [4]), ("g", []), (None, []), ("", [])],
)
def test_steps_between_characters(steps: str | None, expected: list[float]) -> None:
    assert _deltas(steps, 10) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M 0 0 L 5 0", [[(0, 0), (5, 0)]]),
        ("S 0 0 L 5 0 L 5 5 C", [[(0, 0), (5, 0), (5, 5), (0, 0)]]),
        ("M 0 0 L 5 0 M 1 1 L 1 9", [[(0, 0), (5, 0)], [(1, 1), (1, 9)]]),
        ("M 0 0 B 1 1 2 2 3 3 L 9 3", [[(3, 3), (9, 3)]]),
        ("M0,0L5,0", [[(0, 0), (5, 0)]]),
        ("L", []), ("", []), ("M 1", []), ("x y z", []),
    ],
)  # fmt: skip
def test_paths(path: str, expected: list[list[tuple[float, float]]]) -> None:
    assert list(_outlines(path)) == expected


def test_what_is_encrypted_or_lacks_its_parts() -> None:
    members = page("<ofd:Content/>")
    with pytest.raises(Encrypted):
        ofd.read(writers.zipped({**members, "Doc_0/Encryptions.xml": "<x/>"}))
    with pytest.raises(Corrupt):
        ofd.read(writers.zipped({"OFD.xml": str(members["OFD.xml"])}))
