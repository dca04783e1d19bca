"""Files with a made-up report in them, written with no library: what matters here is how they are linked, labelled and served."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from html import unescape

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"</p>|</tr>|<br\s*/?>")
_CELL = re.compile(r"<td([^>]*)>(.*?)</td>", re.DOTALL)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_STAMP = (2020, 1, 2, 0, 0, 0)  # the same bytes on every machine


def lines(markup: str) -> list[str]:
    """The paragraphs of a body and the rows of its tables as text."""
    texts = (" ".join(unescape(_TAG.sub(" ", part)).split()) for part in _BREAK.split(markup))
    return [text for text in texts if text]


def docx(markup: str) -> bytes:
    """A Word document: paragraphs, and each table as a table."""
    body = "".join(_block(part) for part in re.split(r"(<table.*?</table>)", markup, flags=re.DOTALL))
    held = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {_W}><w:body>{body}</w:body></w:document>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in held.items():
            archive.writestr(zipfile.ZipInfo(name, _STAMP), text)
    return file.getvalue()


def _block(markup: str) -> str:
    if not markup.startswith("<table"):
        return "".join(f"<w:p><w:r><w:t>{_escaped(line)}</w:t></w:r></w:p>" for line in lines(markup))
    open_below: dict[int, tuple[int, int]] = {}  # by column: how many rows a cell still goes down, how many columns it has
    rows = [cells for row in markup.split("</tr>") if (cells := _CELL.findall(row))]
    grid = "<w:gridCol/>" * sum(_span("col", attributes) for attributes, _ in rows[0])
    table = "".join(f"<w:tr>{''.join(_row(cells, open_below))}</w:tr>" for cells in rows)
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{table}</w:tbl>"


def _row(cells: list[tuple[str, str]], open_below: dict[int, tuple[int, int]]) -> Iterator[str]:
    """The cells of a row, with those between them that go on from the row above (a Word table names them again)."""
    column, waiting = 0, list(cells)
    while waiting or column in open_below:
        if column in open_below:
            left, columns = open_below.pop(column)
            yield _cell("", columns, "<w:vMerge/>")
        else:
            attributes, inner = waiting.pop(0)
            left, columns = _span("row", attributes) - 1, _span("col", attributes)
            yield _cell(inner, columns, '<w:vMerge w:val="restart"/>' if left else "")
            left += 1
        if left > 1:
            open_below[column] = (left - 1, columns)
        column += columns


def _span(kind: str, attributes: str) -> int:
    found = re.search(rf'{kind}span="(\d+)"', attributes)
    return int(found[1]) if found else 1


def _cell(inner: str, columns: int, merge: str) -> str:
    text = _escaped(" ".join(unescape(_TAG.sub("", inner)).split()))
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/>{merge}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def rtf(markup: str) -> bytes:
    """Rich text, which portals also serve under the names .doc and .wps (PORTALS.md section 15: the magic bytes decide)."""
    paragraphs = ("".join(_signed(ord(one)) for one in line) + r"\par" for line in lines(markup))
    return ("{\\rtf1\\ansi\\ansicpg936\\uc1 " + "\n".join(paragraphs) + "}").encode("ascii")


def _signed(code: int) -> str:
    return chr(code) if 32 <= code < 127 and chr(code) not in "\\{}" else f"\\u{code if code < 32768 else code - 65536}?"


_PER_SHEET, _WIDTH = 48, 38  # lines on a sheet, characters on a line


def pdf(markup: str) -> bytes:
    """A PDF with a text layer, in the predefined Chinese font that needs no embedding."""
    cut = [line[at : at + _WIDTH] for line in lines(markup) for at in range(0, len(line), _WIDTH)]
    sheets = [cut[at : at + _PER_SHEET] for at in range(0, len(cut), _PER_SHEET)]
    numbers = [6 + 2 * place for place in range(len(sheets))]
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{' '.join(f'{number} 0 R' for number in numbers)}]/Count {len(sheets)}>>".encode(),
        3: b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        4: b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo"
        b"<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>/FontDescriptor 5 0 R/DW 1000>>",
        5: b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 4/FontBBox[-25 -254 1000 880]/ItalicAngle 0"
        b"/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    }
    for number, sheet in zip(numbers, sheets, strict=True):
        stream = _sheet(sheet)
        page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {} 0 R>>"
        objects[number] = page.format(number + 1).encode()
        objects[number + 1] = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream)
    return _pdf_file(objects)


def _sheet(sheet: list[str]) -> bytes:
    drawn = "".join(f"<{line.encode('utf-16-be').hex()}> Tj T*\n" for line in sheet)
    return zlib.compress(f"BT /F1 12 Tf 16 TL 60 790 Td\n{drawn}ET".encode())


def _pdf_file(objects: Mapping[int, bytes]) -> bytes:
    file, places = bytearray(b"%PDF-1.4\n"), []
    for number in sorted(objects):
        places.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, objects[number])
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return bytes(file + end % (size, table, size, len(file)))


def png(markup: str) -> bytes:
    """A scanned sheet: black bars where lines would be, nothing that a parser of text could read."""
    width, height = 620, 877
    inked = {60 + 16 * place + more for place in range(min(48, len(lines(markup)))) for more in range(8)}
    black, white = b"\x00" + b"\xff" * 8 + b"\x00" * 62 + b"\xff" * 8, b"\x00" + b"\xff" * 78
    data = b"".join(black if row in inked else white for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(data)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


FORMS: Mapping[str, tuple[Callable[[str], bytes], str]] = {
    "docx": (docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "rtf": (rtf, "application/msword"),
    "pdf": (pdf, "application/pdf"),
    "png": (png, "image/png"),
}
"""How a report becomes a file, and as what a careful server labels it."""
