"""Files from their bytes to their outcome: what is chosen, what is refused, and with which words."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import quote

import pytest

from extract import sources
from extract.errors import Corrupt, Encrypted, NeedsOcr, NotReport, TooLarge, Unsupported
from extract.model import Carried, Paragraph
from extract.sources import archive, word
from tests.extract.sources import made, writers
from tests.extract.sources.compound import compound

URL = "http://www.qinghe.example/2023/"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The made-up report in each format."""
    parts = made.report()
    return {kind: write(parts) for kind, write in writers.WRITERS.items()}


# ------------------------------------------------------------------------------------------------ which format it is


@pytest.mark.parametrize("kind", writers.WRITERS)
@pytest.mark.parametrize("name", ["a.pdf", "a.html", "download.jsp?id=7", "a.xls", "a"])
def test_bytes_decide_whatever_the_name(files: dict[str, bytes], kind: str, name: str) -> None:
    assert sources.sniff(files[kind], "text/html", URL + name) == kind


def test_wps_is_told_by_its_name_and_read_as_doc(files: dict[str, bytes]) -> None:
    assert sources.sniff(files["doc"], None, URL + "a.wps") == "wps"
    assert made.cells(files["doc"], URL + "a.wps") == made.cells(files["doc"], URL + "a.doc")


def test_a_package_within_a_plain_zip_does_not_make_it_a_word_file(files: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("word/附件.docx", files["docx"])
    assert sources.sniff(buffer.getvalue(), None, URL) == "zip"


def test_an_error_page_called_pdf_is_named_as_such() -> None:
    page = "<html><head><title>404 Not Found</title></head><body>您访问的页面不存在</body></html>".encode()
    found = made.read(page, URL + "P020230131.pdf")
    assert (found.outcome, found.reports) == ("soft_404", ())
    assert found.reason is not None
    assert found.reason.startswith("an HTML page called .pdf")
    assert not str(made.read(page, URL + "a.html").reason).startswith("an HTML")


# ------------------------------------------------------------------------------------------------ what a file says about itself


@pytest.mark.parametrize("kind", writers.WRITERS)
def test_a_file_has_no_encoding_and_says_how_it_was_read(files: dict[str, bytes], kind: str) -> None:
    found = made.read(files[kind], URL + "a")
    assert found.decoded.encoding is None
    assert found.decoded.evidence[0] == f"read as {kind}"
    assert found.article is not None
    assert found.article.container == "file"


@pytest.mark.parametrize(
    ("name", "agency", "year"),
    [
        ("白榆区民政局2021年政府信息公开工作年度报告.docx", "白榆区民政局", 2021),
        ("附件1：白榆区民政局2021年度政府信息公开年报.docx", "白榆区民政局", 2021),
        (quote("白榆区民政局2021年政府信息公开年度报告.docx"), "白榆区民政局", 2021),
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_its_title_where_the_text_has_none(name: str, agency: str, year: int) -> None:
    parts = [part for part in made.report()[2:] if not (isinstance(part, made.Text) and part.text[:3] in ("青禾市", "202"))]
    (report,) = made.read(writers.rtf(parts), URL + name).reports
    assert (report.document.agency.name, report.document.year) == (agency, year)


def test_the_title_in_the_file_goes_before_its_name(files: dict[str, bytes]) -> None:
    (report,) = made.read(files["docx"], URL + "桐原县2011年政府信息公开年报.docx").reports
    assert (report.document.agency.name, report.document.year) == (made.AGENCY, made.YEAR)


# ------------------------------------------------------------------------------------------------ archives

NAME = "青禾市水利局2022年政府信息公开工作年度报告"


def test_the_best_named_member_is_read_and_all_are_listed(files: dict[str, bytes]) -> None:
    other = writers.docx([made.Text("说明" * 5000)])
    body = writers.zipped({"填报说明.docx": other, f"{NAME}.docx": files["docx"], "图.png": b"\x89PNG\r\n\x1a\n", "__MACOSX/x": b"x"})
    found = made.read(body, URL + "a.zip")
    assert (found.outcome, len(found.reports)) == ("ok", 1)
    assert found.article is not None
    assert [(one.file_name, one.kind) for one in found.article.attachments] == [
        ("填报说明.docx", "docx"), (f"{NAME}.docx", "docx"), ("图.png", "image"),
    ]  # fmt: skip
    assert all(one.url.startswith(URL + "a.zip#") for one in found.article.attachments)


def test_without_a_telling_name_the_largest_is_read(files: dict[str, bytes]) -> None:
    body = writers.zipped({"1.rtf": writers.rtf([made.Text("说明")]), "2.docx": files["docx"]})
    assert made.cells(body, URL + "a.zip") == made.cells(files["docx"])


@pytest.mark.parametrize("kind", ["docx", "ofd", "xls", "html"])
def test_a_zip_of_any_format_gives_the_same_cells(files: dict[str, bytes], kind: str) -> None:
    body = files[kind] if kind in files else writers.html(made.report())
    assert made.cells(writers.zipped({f"{NAME}.{kind}": body}), URL + "a.zip") == made.cells(body)


def test_an_archive_within_an_archive_is_opened_once(files: dict[str, bytes]) -> None:
    inner = writers.zipped({f"{NAME}.docx": files["docx"]})
    assert made.cells(writers.zipped({"附件.zip": inner}), URL + "a.zip") == made.cells(files["docx"])
    deeper = made.read(writers.zipped({"a.zip": writers.zipped({"b.zip": inner})}), URL + "a.zip")
    assert deeper.outcome in ("unsupported", "not_report")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_without_a_mark_are_read_in_the_encoding_of_the_packer(files: dict[str, bytes], encoding: str) -> None:
    body = writers.zipped({"A" * len(f"{NAME}.docx".encode(encoding)): files["docx"]})
    body = body.replace(b"A" * len(f"{NAME}.docx".encode(encoding)), f"{NAME}.docx".encode(encoding))
    assert archive.choose(body, URL).name == f"{NAME}.docx"


def test_names_are_never_paths(files: dict[str, bytes]) -> None:
    found = archive.choose(writers.zipped({"../../etc/年报.docx": files["docx"], "/abs/x.txt": b"x y z"}), URL)
    assert found.name == "../../etc/年报.docx"
    assert all(one.url.startswith(URL + "#") for one in found.attachments)


def _locked(body: bytes) -> bytes:
    """The same ZIP with the mark of encryption on every member."""
    raw = bytearray(body)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = raw.find(magic)
        while position >= 0:
            raw[position + at] |= 1
            position = raw.find(magic, position + 4)
    return bytes(raw)


# ------------------------------------------------------------------------------------------------ bad input


def bomb(name: str) -> bytes:
    """A package whose member unpacks to a gigabyte: a compressed megabyte a thousand times over."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = press.compress(b" " * 2**20) + press.flush(zlib.Z_FULL_FLUSH)
    raw = bytearray(_stored({"[Content_Types].xml": b"<Types/>", name: block * 1024 + zlib.compressobj(9, zlib.DEFLATED, -15).flush()}))
    for magic, method in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        header = raw.rindex(magic)
        struct.pack_into("<H", raw, header + method, zipfile.ZIP_DEFLATED)
        struct.pack_into("<I", raw, header + method + 14, 2**30)
    return bytes(raw)


def _stored(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def sheets_apart(*cells: str) -> bytes:
    """A workbook with cells at these places."""
    rows = "".join(f'<row r="{cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{cell}"><v>1</v></c></row>' for cell in cells)
    package = zipfile.ZipFile(io.BytesIO(writers.xlsx(made.report())))
    members = {name: package.read(name) for name in package.namelist()}
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return writers.zipped({**members, "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{rows}</sheetData></worksheet>"})


def circle() -> bytes:
    """An XLS whose first chain of sectors has no end."""
    body = bytearray(writers.xls(made.report()))
    (table,) = struct.unpack_from("<I", body, 76)
    struct.pack_into("<I", body, (table + 1) * 512, 0)
    return bytes(body)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("make", "url", "outcome", "words"),
    [
        (lambda: b"", "a.docx", "corrupt", "empty"),
        (lambda: b"PK\x03\x04" + b"\0" * 50, "a.docx", "corrupt", "cannot be opened"),
        (lambda: b"PK\x05\x06" + b"\0" * 18, "a.zip", "not_report", "no file"),
        (lambda: writers.zipped({"a.exe": b"MZ\0\0\x01\x02\x03" * 50}), "a.zip", "not_report", "no file"),
        (lambda: writers.zipped({"a.rar": b"Rar!\x1a\x07\0" * 9}), "a.zip", "unsupported", "rar"),
        (lambda: _locked(writers.zipped({"a.docx": b"x"})), "a.zip", "encrypted", "password"),
        (lambda: b"Rar!\x1a\x07\0", "a.rar", "unsupported", "RAR"),
        (lambda: b"7z\xbc\xaf\x27\x1c", "a.7z", "unsupported", "7z"),
        (lambda: compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "a.docx", "encrypted", "password"),
        (lambda: compound({"PowerPoint Document": b"x"}), "a.doc", "unsupported", "ppt"),
        (lambda: compound({"Contents": b"x"}), "a.wps", "corrupt", "Word"),
        (lambda: OLE + b"\0" * 600, "a.doc", "corrupt", "Word"),
        (lambda: OLE + b"\0" * 600, "a.xls", "corrupt", "workbook"),
        (lambda: b"{\\rtf1", "a.rtf", "corrupt", "breaks off"),
        (lambda: b"{\\rtf1}", "a.rtf", "not_report", "no text"),
        (lambda: writers.zipped({"[Content_Types].xml": "", "word/x": ""}), "a.docx", "corrupt", "main document"),
        (lambda: writers.zipped({"[Content_Types].xml": "", "word/document.xml": "<w"}), "a.docx", "corrupt", "broken XML"),
        (lambda: writers.zipped({"[Content_Types].xml": "", "word/document.xml": "<document/>"}), "a.docx", "corrupt", "no body"),
        (lambda: writers.docx([]), "a.docx", "not_report", "no text"),
        (lambda: sheets_apart("A1", "XFD1048576"), "a.xlsx", "too_large", "1,048,576"),
        (circle, "a.xls", "corrupt", "workbook"),
        (lambda: writers.zipped({"[Content_Types].xml": "", "xl/workbook.bin": b"x"}), "a.xlsb", "unsupported", "xlsb"),
    ],
)  # fmt: skip
def test_bad_input_has_an_outcome_and_a_reason(make: Callable[[], bytes], url: str, outcome: str, words: str) -> None:
    found = made.read(make(), URL + url)
    assert (found.outcome, found.reports) == (outcome, ())
    assert words in (found.reason or "")


@pytest.mark.parametrize("name", ["word/document.xml", "xl/workbook.xml", "Doc_0/Document.xml", "年报.txt"])
def test_a_bomb_is_too_large_at_once(name: str) -> None:
    body = bomb(name)
    assert len(body) < 2_000_000
    start = time.process_time()
    assert made.read(body, URL + "a.zip").outcome == "too_large"
    assert time.process_time() - start < 1


def test_a_member_that_lies_about_its_size_is_counted() -> None:
    body = bytearray(writers.zipped({"[Content_Types].xml": "", "word/document.xml": b" " * (30 * 1024 * 1024)}))
    for magic, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", body, bytes(body).rindex(magic) + at, 1000)
    assert made.read(bytes(body), URL + "a.docx").outcome in ("too_large", "corrupt")


def test_a_missing_package_says_what_to_install(files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    found = made.read(files["xlsx"], URL + "a.xlsx")
    assert found.outcome == "unsupported"
    assert "pip install 'gongkai'" in (found.reason or "")
    assert "python_calamine" in (found.reason or "")


def test_errors_of_the_archive_are_its_own() -> None:
    with pytest.raises(NotReport):
        archive.choose(writers.zipped({}), URL)
    with pytest.raises(Unsupported):
        archive.choose(writers.zipped({"a.7z": b"7z\xbc\xaf\x27\x1c"}), URL)
    with pytest.raises(Encrypted):
        archive.choose(_locked(writers.zipped({"a.txt": b"x"})), URL)
    with pytest.raises(TooLarge):
        archive.choose(bomb("a.txt"), URL)
    with pytest.raises(Corrupt):
        archive.choose(b"PK\x03\x04", URL)


# ------------------------------------------------------------------------------------------------ scans in office files


def scanned(text: str = "") -> bytes:
    """A Word file with two pictures and next to no text."""
    drawing = '<w:r><w:drawing><a:blip r:embed="r1"/></w:drawing></w:r>'
    spaces = 'xmlns:w="urn:w" xmlns:a="urn:a" xmlns:r="urn:r"'
    body = f"<w:p><w:r><w:t>{text}</w:t></w:r>{drawing}{drawing}</w:p>"
    return writers.zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
            "word/media/image10.png": b"second" * 5000,
            "word/media/image2.png": b"first" * 5000,
            "word/media/image1.png": b"seal",
        }
    )


def test_pictures_of_a_file_without_text_are_read_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    from extract.sources import image

    def shown(body: bytes) -> Carried:
        return Carried((Paragraph(f"图中文字{body[:6].decode()}", "line 1", confidence=0.9),), by_ocr=True)

    monkeypatch.setattr(image, "read", shown)
    found = word.read_docx(scanned("标题"))
    assert [(block.text, block.locator) for block in found.blocks if isinstance(block, Paragraph)] == [
        ("标题", "p[1]"),
        ("图中文字firstf", "picture 1, line 1"),
        ("图中文字second", "picture 2, line 1"),
    ]
    assert (found.by_ocr, found.pictures) == (True, 0)
    long = word.read_docx(scanned("正文。" * 100))
    assert (long.by_ocr, long.pictures, len(long.blocks)) == (False, 2, 1)


def test_pictures_need_the_recogniser_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from extract.sources import image

    def missing(_: bytes) -> Carried:
        raise NeedsOcr("pip install 'gongkai[ocr]'")

    monkeypatch.setattr(image, "read", missing)
    found = made.read(scanned(), URL + "a.docx")
    assert (found.outcome, found.reason) == ("needs_ocr", "pip install 'gongkai[ocr]'")


def test_a_picture_that_cannot_be_read_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    from extract.sources import image

    def broken(_: bytes) -> Carried:
        raise Corrupt("no picture")

    monkeypatch.setattr(image, "read", broken)
    found = word.read_docx(scanned())
    assert (found.blocks, found.pictures, len(found.warnings)) == ((), 2, 2)
    assert made.read(scanned(), URL + "a.docx").outcome == "needs_ocr"


# ------------------------------------------------------------------------------------------------ damage

OUTCOMES = {
    "ok",
    "corrupt",
    "too_large",
    "encrypted",
    "not_report",
    "blank_form",
    "no_year",
    "no_agency",
    "unsupported",
    "needs_ocr",
    "unparsed",
}


def damaged(body: bytes, seed: int) -> bytes:
    """The bytes with a few flipped, a stretch removed or doubled, or the end cut off."""
    chance = random.Random(seed)
    raw = bytearray(body)
    kind = chance.randrange(4)
    if kind == 0:
        return bytes(raw[: chance.randrange(1, len(raw))])
    for _ in range(chance.choice((1, 3, 20, 200))):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    if kind == 1:
        start = chance.randrange(len(raw))
        del raw[start : start + chance.randrange(1, 400)]
    if kind == 2:
        start = chance.randrange(len(raw))
        raw[start:start] = raw[start : start + chance.randrange(1, 400)]
    return bytes(raw)


def damaged_inside(body: bytes, seed: int) -> bytes:
    """A package whole in itself, with one member damaged: what its parser makes of that, and not the checksum of the ZIP."""
    package = zipfile.ZipFile(io.BytesIO(body))
    members = {name: package.read(name) for name in package.namelist()}
    parts = sorted(name for name in members if name.endswith(".xml") and len(members[name]) > 1)
    name = random.Random(seed).choice(parts)
    return _stored({**members, name: damaged(members[name], seed)})


def _survives(body: bytes, kind: str, seed: int) -> None:
    inside = body.startswith(b"PK") and seed % 2
    found = made.read((damaged_inside if inside else damaged)(body, seed), URL + f"a.{kind}")
    assert found.outcome in OUTCOMES, (kind, seed)
    assert (found.outcome == "ok") == bool(found.reports), (kind, seed)
    assert found.outcome == "ok" or found.reason, (kind, seed)


@pytest.mark.parametrize("kind", writers.WRITERS)
def test_damaged_files_have_an_outcome(files: dict[str, bytes], kind: str) -> None:
    for seed in range(100):
        _survives(files[kind], kind, seed)


@pytest.mark.soak
@pytest.mark.parametrize("kind", writers.WRITERS)
def test_thousands_of_damaged_files_have_an_outcome(files: dict[str, bytes], kind: str) -> None:
    for seed in range(2000):
        _survives(files[kind], kind, 1000 + seed)
