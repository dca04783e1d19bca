"""DOC files by hand: a compound file with the two streams that Word 97 cannot do without ([MS-CFB], [MS-DOC])."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

from tests.extract.sources.made import Part, Span, Text

SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_TEXT_AT = 2048
_IN_TABLE, _ROW_END, _ROW = 0x2416, 0x2417, 0xD608
_DELETED, _HIDDEN = 0x0800, 0x083C

Piece = tuple[str, bytes]  # characters and the properties (grpprl) of the paragraph that they end


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file of version 3; streams are padded so that none lies in the mini stream."""
    padded = {name: data.ljust(max(4096, -(-len(data) // SECTOR) * SECTOR), b"\0") for name, data in streams.items()}
    directory = -(-(len(padded) + 1) // 4)
    counts = [directory, *(len(data) // SECTOR for data in padded.values())]
    fats = -(-(sum(counts) + 1) // 127)
    chains = [_FAT] * fats
    starts = []
    for count in counts:
        starts.append(len(chains))
        chains += [*range(len(chains) + 1, len(chains) + count), _END]
    chains += [_FREE] * (fats * 128 - len(chains))
    difat = [*range(fats), *[_FREE] * (109 - fats)]
    header = bytearray(bytes.fromhex("d0cf11e0a1b11ae1").ljust(24, b"\0"))
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fats, starts[0], 0, 4096, _END, 0, _END, 0) + struct.pack("<109I", *difat)
    entries = [_entry("Root Entry", 5, child=1 if padded else _FREE)]
    for number, name in enumerate(padded, 1):
        entries.append(_entry(name, 2, right=number + 1 if number < len(padded) else _FREE, start=starts[number], size=len(streams[name])))
    folder = b"".join(entries).ljust(directory * SECTOR, b"\0")
    return bytes(header) + struct.pack(f"<{len(chains)}I", *chains) + folder + b"".join(padded.values())


def _entry(name: str, kind: int, right: int = _FREE, child: int = _FREE, start: int = _END, size: int = 0) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    head = raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, _FREE, right, child)
    return head.ljust(116, b"\0") + struct.pack("<IQ", start, max(size, 4096) if kind == 2 else 0)


def doc(parts: list[Part]) -> bytes:
    """The report as a DOC."""
    return word([piece for part in parts for piece in _pieces(part)])


def word(pieces: list[Piece], flags: int = 0) -> bytes:
    """A DOC of paragraphs, each with its properties; `flags` are added to those of the FIB (0x0100: encrypted)."""
    text = "".join(characters for characters, _ in pieces)
    body = text.encode("utf-16-le")
    pages = -(-(_TEXT_AT + len(body)) // SECTOR)
    formatted = list(_formatted(pieces))
    stream = bytearray(_TEXT_AT) + body.ljust(pages * SECTOR - _TEXT_AT, b"\0") + b"".join(page for _, _, page in formatted)
    table = struct.pack("<B", 2) + struct.pack("<IIIHIH", 16, 0, len(text), 0, _TEXT_AT, 0)
    clx = (0, len(table))
    papx = struct.pack(f"<{len(formatted) + 1}I", *(start for start, _, _ in formatted), formatted[-1][1])
    papx += struct.pack(f"<{len(formatted)}I", *range(pages, pages + len(formatted)))
    stream[:1024] = _fib(len(text), flags, {33: clx, 13: (len(table), len(papx))})
    return compound({"WordDocument": bytes(stream), "1Table": table + papx})


def _fib(characters: int, flags: int, places: dict[int, tuple[int, int]]) -> bytes:
    fib = bytearray(1024)
    struct.pack_into("<HHHHHH", fib, 0, 0xA5EC, 0xC1, 0, 0x0804, 0, 0x1200 | flags)
    struct.pack_into("<H", fib, 12, 0xBF)
    struct.pack_into("<H", fib, 32, 14)
    struct.pack_into("<H", fib, 62, 22)
    struct.pack_into("<I", fib, 64 + 3 * 4, characters)
    struct.pack_into("<H", fib, 152, 93)
    for number, place in places.items():
        struct.pack_into("<II", fib, 154 + 8 * number, *place)
    return bytes(fib)


def _formatted(pieces: Iterable[Piece]) -> Iterator[tuple[int, int, bytes]]:
    """Pages of paragraph properties (PapxFkp): where their text begins and ends, and their bytes."""
    start = position = _TEXT_AT
    held: list[tuple[int, bytes]] = []
    for characters, properties in pieces:
        body = struct.pack("<H", 0) + properties
        body += b"\0" * (len(body) % 2)
        papx = struct.pack("<BB", 0, len(body) // 2) + body
        if sum(len(one) for _, one in held) + len(papx) + (len(held) + 2) * 17 + 5 > SECTOR - 1:
            yield start, position, _page([start, *(end for end, _ in held)], [one for _, one in held])
            start, held = position, []
        position += 2 * len(characters)
        held.append((position, papx))
    yield start, position, _page([start, *(end for end, _ in held)], [one for _, one in held])


def _page(places: list[int], papxs: list[bytes]) -> bytes:
    page = bytearray(SECTOR)
    struct.pack_into(f"<{len(places)}I", page, 0, *places)
    at = SECTOR - 1
    for number, papx in enumerate(papxs):
        at = (at - len(papx)) // 2 * 2
        page[at : at + len(papx)] = papx
        page[4 * len(places) + 13 * number] = at // 2
    page[SECTOR - 1] = len(papxs)
    return bytes(page)


def _pieces(part: Part) -> Iterator[Piece]:
    if isinstance(part, Text):
        yield part.number + part.text + "\r", b""
        return
    below: dict[int, tuple[int, int]] = {}  # column: the row behind a merged cell, its columns
    for number, row in enumerate(part.placed()):
        yield from _row(number, row, below, 9000 // part.width)
    yield "\r", b""


def _row(number: int, row: list[tuple[int, Span]], below: dict[int, tuple[int, int]], step: int) -> Iterator[Piece]:
    cells = {column: (text, columns, 0x60 if rows > 1 else 0) for column, (text, columns, rows) in row}
    cells |= {column: ("", columns, 0x20) for column, (end, columns) in below.items() if end > number and column not in cells}
    below.update({column: (number + rows, columns) for column, (_, columns, rows) in row})
    ordered = sorted(cells.items())
    for _, (text, _, _) in ordered:
        yield text + "\x07", struct.pack("<HB", _IN_TABLE, 1)
    edges = [ordered[0][0] * step, *((column + columns) * step for column, (_, columns, _) in ordered)]
    merges = b"".join(struct.pack("<HH16x", flags, 0) for _, (_, _, flags) in ordered)
    definition = struct.pack("<B", len(ordered)) + struct.pack(f"<{len(edges)}h", *edges) + merges
    row_end = struct.pack("<HBHB", _IN_TABLE, 1, _ROW_END, 1) + struct.pack("<HH", _ROW, len(definition) + 1) + definition
    yield "\x07", row_end
