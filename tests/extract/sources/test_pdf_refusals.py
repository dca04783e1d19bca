"""PDF: what is refused and why, text that cannot be believed, broken bytes; and what the mechanical parts promise."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.errors import Corrupt, Encrypted, NeedsOcr, Rejected, TooLarge
from extract.model import Paragraph
from extract.sources.pdf import read
from extract.sources.pdf.frame import Frame
from extract.sources.pdf.glyphs import Glyph
from extract.sources.pdf.lattice import lattices
from extract.sources.pdf.lines import reading
from extract.sources.pdf.quality import check
from extract.sources.pdf.rules import Rule
from tests.extract.sources.pdfs import LEFT, PENS, Press, ReportLab, Text
from tests.extract.sources.test_pdf import texts
from tests.extract.sources.test_pdf_text import LONG


def test_a_password() -> None:
    with pytest.raises(Encrypted, match="password"):
        read(Press(ReportLab(encrypt="secret")).print([Text("总体情况")]))


def test_a_file_that_only_forbids_copying_is_read() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    rules = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert texts(read(Press(ReportLab(encrypt=rules)).print([Text("总体情况")]))) == ["总体情况"]


WHOLE = Press(ReportLab()).print([Text("　　" + LONG)] * 40)


@pytest.mark.parametrize(
    "body",
    [b"", b"%PDF-1.4", b"%PDF-1.4\n%%EOF", b"<html>404</html>", WHOLE[: len(WHOLE) // 2], b"%PDF-1.7\n" + b"\0" * 5000 + b"%%EOF"],
    ids=["empty", "only a mark", "no objects", "a page", "cut off", "rubbish"],
)
def test_broken_files(body: bytes) -> None:
    with pytest.raises(Corrupt, match="pdf"):
        read(body)


def many_pages(count: int) -> bytes:
    kids = " ".join(["3 0 R"] * count)
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{kids}]>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    ]
    body = "".join(f"{number} 0 obj {text} endobj\n" for number, text in enumerate(objects, 1))
    return f"%PDF-1.4\n{body}trailer <</Root 1 0 R/Size 4>>\n%%EOF".encode()


def test_a_file_put_together_again_says_so() -> None:
    start = WHOLE.rindex(b"startxref")
    carried = read(WHOLE[:start] + b"startxref\n1\n%%EOF")
    assert texts(carried) == [LONG] * 40
    assert any("damaged" in warning for warning in carried.warnings)
    assert read(WHOLE).warnings == ()


def test_too_many_pages() -> None:
    with pytest.raises(TooLarge, match="5,000 pages"):
        read(many_pages(5000))


def scan(text: str = "", hidden: str = "") -> bytes:
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    pen = ReportLab()
    pen.canvas.drawImage(ImageReader(Image.new("L", (60, 80), 200)), 0, 0, 595, 842)
    if hidden:
        layer = pen.canvas.beginText(LEFT, 600)
        layer.setFont("STSong-Light", 15)
        layer.setTextRenderMode(3)
        layer.textLine(hidden)
        pen.canvas.drawText(layer)
    if text:
        pen.page()
        pen.text(LEFT, 200, 15, text)
    return pen.body()


def test_a_scan_needs_to_be_recognised() -> None:
    with pytest.raises(NeedsOcr, match="1 of 1 pages"):
        read(scan())


def test_a_scan_beside_text_is_counted() -> None:
    carried = read(scan("本机关全年没有收到政府信息公开申请，也没有发生行政复议。"))
    assert (carried.pictures, carried.by_ocr) == (1, False)
    assert carried.warnings == ("page 1 is a picture that was not read",)


def test_text_that_somebody_laid_under_a_scan_is_in_doubt() -> None:
    carried = read(scan(hidden="本机关全年没有收到政府信息公开申请，也没有发生行政复议。"))
    assert carried.by_ocr
    assert all(block.confidence < 1 for block in carried.blocks if isinstance(block, Paragraph))
    assert len(carried.warnings) == 1


def test_text_drawn_as_shapes_and_pages_without_anything() -> None:
    pen = ReportLab()
    pen.canvas.circle(300, 400, 50)
    with pytest.raises(NeedsOcr, match="shapes"):
        read(pen.body())
    with pytest.raises(Corrupt, match="empty"):
        read(many_pages(1))


def glyph(char: str, broken: bool = False) -> Glyph:
    return Glyph(char, 0, 0, 1, 1, 1, 1, 0, 0, False, False, broken)


COMMON = "本机关坚持以公开为常态不公开为例外及时公布群众关心的事项全年主动公开政府信息并按时答复申请" * 2


@pytest.mark.parametrize(
    "wrong",
    [
        [glyph("\ue123") for _ in range(100)],
        [glyph(char, broken=True) for char in COMMON],
        [*map(glyph, COMMON), *(glyph("\ufffd", broken=True) for _ in range(9))],
        [glyph(chr(0x3400 + 37 * number)) for number in range(100)],
        [glyph(char) for char in "Õþ¸®ÐÅÏ¢¹«¿ª¹¤×÷Äê¶È±¨¸æ" * 5],
    ],
    ids=["private use", "unmapped", "some unmapped", "rare", "accents"],
)
def test_fonts_that_name_wrong_characters(wrong: list[Glyph]) -> None:
    with pytest.raises(NeedsOcr, match="fonts"):
        check(wrong)


@pytest.mark.parametrize(
    "right", [COMMON, COMMON + "\uf06c\uf06c", "Annual report 2023 " * 30, "一二三" * 5, "喆珺"], ids=lambda text: text[:6]
)
def test_fonts_that_name_the_right_ones(right: str) -> None:
    check(list(map(glyph, right)))


def test_a_broken_map_is_noticed_in_a_file() -> None:
    pen = PENS["fpdf2"]()
    pen.pdf.set_compression(False)  # type: ignore[attr-defined]
    body = Press(pen).print([Text("　　" + LONG)] * 3)
    assert read(body).blocks
    wrong = re.sub(rb"(<[0-9A-Fa-f]{4}> )<[4-9][0-9A-Fa-f]{3}>", rb"\1<E0FF>", body)
    assert wrong != body
    with pytest.raises(NeedsOcr, match="fonts"):
        read(wrong)


# ------------------------------------------------------------------------------------------------ the mechanical parts


@st.composite
def partitions(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """A grid of up to 6 by 6 places cut into rectangles: row, column, rows, columns."""
    whole = [(0, 0, draw(st.integers(2, 6)), draw(st.integers(2, 6)))]
    for _ in range(draw(st.integers(3, 20))):
        row, column, height, width = whole.pop(draw(st.integers(0, len(whole) - 1)))
        if width > 1 and draw(st.booleans()):
            cut = draw(st.integers(1, width - 1))
            whole += [(row, column, height, cut), (row, column + cut, height, width - cut)]
        elif height > 1:
            cut = draw(st.integers(1, height - 1))
            whole += [(row, column, cut, width), (row + cut, column, height - cut, width)]
        else:
            whole.append((row, column, height, width))
    return whole


@given(partitions())
def test_the_cells_that_lines_enclose(cut: list[tuple[int, int, int, int]]) -> None:
    level = [Rule(y * 20.0, column * 30.0, (column + width) * 30.0) for row, column, height, width in cut for y in (row, row + height)]
    upright = [Rule(x * 30.0, row * 20.0, (row + height) * 20.0) for row, column, height, width in cut for x in (column, column + width)]
    found = lattices(level, upright)
    boxes = sorted((region.box.y0, region.box.x0, region.box.height, region.box.width) for one in found for region in one.regions)
    assert boxes == sorted((row * 20.0, column * 30.0, height * 20.0, width * 30.0) for row, column, height, width in cut)


@given(st.lists(st.tuples(st.sampled_from("政府信息公开2023 年ab,。"), st.floats(0, 90), st.floats(0, 40), st.integers(0, 3)), max_size=12))
def test_reading_a_cell_loses_no_character(placed: list[tuple[str, float, float, int]]) -> None:
    glyphs = [Glyph(char, x, y, x + 9, y + 9, y + 8, 9, turn, 0, False, False, False) for char, x, y, turn in placed if char != " "]
    text = reading(glyphs, 100, 50)
    assert sorted(text.replace(" ", "")) == sorted(glyph.char for glyph in glyphs)


@given(st.floats(0, 500), st.floats(0, 700), st.integers(0, 3))
def test_a_frame_keeps_points_on_the_page(x: float, y: float, quarters: int) -> None:
    frame = Frame(0, 0, 500, 700, quarters)
    across, down = frame.point(x, y)
    assert 0 <= across <= frame.width
    assert 0 <= down <= frame.height


def fuzz(count: int, timeout: float) -> list[str]:
    """Reads broken files in a process of its own; what came of each."""
    script = Path(__file__).with_name("broken_pdfs.py")
    done = subprocess.run([sys.executable, str(script), str(count)], capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def test_broken_bytes_cost_no_more_than_their_file() -> None:
    assert_outcomes(fuzz(100, 120), 100)


@pytest.mark.soak
def test_so_do_two_thousand() -> None:
    assert_outcomes(fuzz(2000, 2400), 2000)


def assert_outcomes(found: list[str], count: int) -> None:
    allowed = {"ok", *(error.__name__ for error in Rejected.__subclasses__())}
    assert len(found) == count
    assert set(found) <= allowed
    assert {"ok", "Corrupt"} <= set(found)
