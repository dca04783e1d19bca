"""Run as a program: reads PDFs with flipped, lost and cut bytes and prints what came of each, a word a file."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from extract.errors import Rejected
from extract.sources.pdf import read
from tests.extract.sources.pdfs import Cell, Press, ReportLab, Text


def whole() -> bytes:
    text = [Text("　　本机关全年主动公开政府信息1136条，办理申请21件，均在法定期限内答复。" * 3)] * 6
    table = [
        [Cell("本年度办理结果", 1, 30), Cell("指标"), Cell("1")],
        *([Cell(f"指标{number}"), Cell(str(number))] for number in range(29)),
    ]
    pen = ReportLab(pageCompression=0)
    return Press(pen, furniture=True).print([*text, table, *text])


def broken(body: bytes, random: Random) -> bytes:
    """The bytes cut off, with some of them flipped, or with a piece lost."""
    kind = random.randrange(4)
    if kind == 0:
        return body[: random.randrange(len(body))]
    if kind == 1:
        start = random.randrange(len(body))
        return body[:start] + body[start + random.randrange(1, 400) :]
    changed = bytearray(body)
    for _ in range(random.choice((1, 5, 50, 500))):
        changed[random.randrange(len(changed))] = random.randrange(256) if kind == 2 else random.choice(b"0123456789 []<>/")
    return bytes(changed)


def outcome(body: bytes) -> str:
    try:
        read(body)
    except Rejected as error:
        return type(error).__name__
    return "ok"


def main(count: int) -> None:
    body = whole()
    for seed in range(count):
        sys.stdout.write(outcome(broken(body, Random(seed))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
