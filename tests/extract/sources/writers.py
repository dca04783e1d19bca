"""The made-up report written in each format, with the writers that programs use where there is one."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from html import escape

from tests.extract.sources.compound import doc
from tests.extract.sources.made import Form, Part, Span, Text

Writer = Callable[[list[Part]], bytes]


def html(parts: list[Part]) -> bytes:
    """A page."""
    return ("<html><meta charset=utf-8><body>" + "".join(map(_html, parts)) + "</body></html>").encode()


def _html(part: Part) -> str:
    if isinstance(part, Text):
        return f"<p{' align=center' if part.heading else ''}>{escape(part.number + part.text)}</p>"
    rows = ("".join(f"<td colspan={c} rowspan={r}>{escape(text)}</td>" for text, c, r in row) for row in part.rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


# ------------------------------------------------------------------------------------------------ office formats


def docx(parts: list[Part]) -> bytes:
    """By python-docx; numbers of headings are typed."""
    import docx as library

    document = library.Document()
    for part in parts:
        if isinstance(part, Text):
            document.add_paragraph(part.number + part.text)
            continue
        table = document.add_table(len(part.rows), part.width)
        for number, row in enumerate(part.placed()):
            for column, (text, columns, rows) in row:
                cell = table.cell(number, column)
                if columns > 1 or rows > 1:
                    cell = cell.merge(table.cell(number + rows - 1, column + columns - 1))
                cell.text = text
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def xlsx(parts: list[Part]) -> bytes:
    """By openpyxl, all on one sheet; figures are numbers, lines are merged over the width."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for row, column, value, columns, rows in _laid_out(parts):
        sheet.cell(row + 1, column + 1, value)
        if columns * rows > 1:
            sheet.merge_cells(start_row=row + 1, start_column=column + 1, end_row=row + rows, end_column=column + columns)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(parts: list[Part]) -> bytes:
    """By xlwt."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("年报")
    for row, column, value, columns, rows in _laid_out(parts):
        if columns * rows > 1:
            sheet.write_merge(row, row + rows - 1, column, column + columns - 1, value)
        else:
            sheet.write(row, column, value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WIDE = 15


def _laid_out(parts: list[Part]) -> Iterable[tuple[int, int, str | int | float, int, int]]:
    """Row, column, value, columns and rows of every cell of a sheet."""
    line = 0
    for part in parts:
        if isinstance(part, Text):
            yield line, 0, part.number + part.text, WIDE, 1
            line += 1
            continue
        for row in part.placed():
            for column, (text, columns, rows) in row:
                yield line, column, _value(text), columns, rows
            line += 1


def _value(text: str) -> str | int | float:
    try:
        return float(text) if "." in text else int(text)
    except ValueError:
        return text


# ------------------------------------------------------------------------------------------------ RTF


def rtf(parts: list[Part]) -> bytes:
    """As Word writes it: GBK bytes in a Chinese font, `\\u` with a substitute elsewhere, rows with their definitions in front."""
    head = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}{\colortbl;\red0\green0\blue0;}\uc1 "
    return (head + "\n".join(map(_rtf, parts)) + "}").encode("ascii")


def _rtf(part: Part) -> str:
    if isinstance(part, Text):
        look = r"\qc\b" if part.heading else ""
        return rf"\pard\plain{look} {_rtf_text(part.number + part.text)}\par"
    below: dict[int, tuple[int, int]] = {}  # column: the row behind a merged cell, its columns
    return "\n".join(_rtf_row(number, row, below) for number, row in enumerate(part.placed())) + r"\pard "


def _rtf_row(number: int, row: list[tuple[int, Span]], below: dict[int, tuple[int, int]]) -> str:
    cells = {column: (text, columns, r"\clvmgf" if rows > 1 else "") for column, (text, columns, rows) in row}
    cells |= {column: ("", columns, r"\clvmrg") for column, (end, columns) in below.items() if end > number and column not in cells}
    below.update({column: (number + rows, columns) for column, (_, columns, rows) in row})
    ordered = sorted(cells.items())
    edges = "".join(rf"{merge}\clbrdrt\brdrs\cellx{(column + columns) * 900}" for column, (_, columns, merge) in ordered)
    texts = (_rtf_text(text) for _, (text, _, _) in ordered)
    return rf"\trowd\trgaph108{edges}" + "".join(rf"\pard\intbl {text}\cell" for text in texts) + r"\row"


def _rtf_text(text: str) -> str:
    pieces = []
    for number, char in enumerate(text):
        if char.isascii():
            pieces.append("\\" + char if char in "\\{}" else char)
        elif number % 3:
            pieces.append("".join(rf"\'{byte:02x}" for byte in char.encode("gb18030")))
        else:
            pieces.append(rf"\u{ord(char) if ord(char) < 0x8000 else ord(char) - 0x10000}?")
    return "".join(pieces)


# ------------------------------------------------------------------------------------------------ OFD

_OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
SIZE, LEFT, ROW = 4.2, 25.0, 8.8
"""Millimetres: characters, left margin, rows of a table."""


def ofd(parts: list[Part]) -> bytes:
    """Pages of text objects and ruled tables, a new page where one is full; tables are not cut."""
    pages: list[list[str]] = [[]]
    y = 25.0
    for part in parts:
        height = 8.0 if isinstance(part, Text) else ROW * len(part.rows) + 4
        if y + height > 285:
            pages.append([])
            y = 25.0
        pages[-1] += _ofd_line(part, y) if isinstance(part, Text) else list(_ofd_table(part, y))
        y += height
    content = [f"<ofd:Page {_OFD}><ofd:Content><ofd:Layer>{''.join(one)}</ofd:Layer></ofd:Content></ofd:Page>" for one in pages]
    return zipped(
        {
            "OFD.xml": f'<ofd:OFD {_OFD} Version="1.0"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>',
            "Doc_0/Document.xml": f"<ofd:Document {_OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            "</ofd:PageArea></ofd:CommonData><ofd:Pages>"
            + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
            + "</ofd:Pages></ofd:Document>",
            **{f"Doc_0/Pages/Page_{number}/Content.xml": one for number, one in enumerate(content)},
        }
    )


def _ofd_line(part: Text, y: float) -> list[str]:
    text = part.number + part.text
    left = (210 - SIZE * len(text)) / 2 if part.heading and not part.number else LEFT + (0 if part.number else 2 * SIZE)
    return [_ofd_text(text, left, y)]


def _ofd_text(text: str, x: float, y: float, size: float = SIZE) -> str:
    """One text object; the steps between characters are those of a Chinese font: half for a Latin one."""
    steps = " ".join(f"{size * (0.5 if char.isascii() else 1):.2f}" for char in text[:-1])
    delta = f' DeltaX="{steps}"' if steps else ""
    width = size * (len(text) + 1)
    return (
        f'<ofd:TextObject ID="2" Boundary="{x:.2f} {y:.2f} {width:.2f} {size + 1:.2f}" Font="3" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size * 0.9:.2f}"{delta}>{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def _ofd_table(part: Form, top: float) -> Iterable[str]:
    step = 160 / part.width
    for number, row in enumerate(part.placed()):
        for column, (text, columns, rows) in row:
            x, y = LEFT + column * step, top + number * ROW
            w, h = columns * step, rows * ROW
            yield (
                f'<ofd:PathObject ID="9" Boundary="{x:.2f} {y:.2f} {w:.2f} {h:.2f}" LineWidth="0.25">'
                f"<ofd:AbbreviatedData>M 0 0 L {w:.2f} 0 L {w:.2f} {h:.2f} L 0 {h:.2f} C</ofd:AbbreviatedData></ofd:PathObject>"
            )
            size = 1.5
            across = max(1, int((w - 1) / size))
            for line, start in enumerate(range(0, len(text), across)):
                yield _ofd_text(text[start : start + across], x + 0.6, y + 0.3 + line * 1.9, size)


# ------------------------------------------------------------------------------------------------ ZIP


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A package of members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


WRITERS: dict[str, Writer] = {"docx": docx, "doc": doc, "xlsx": xlsx, "xls": xls, "rtf": rtf, "ofd": ofd}
