"""The reading order of a page: lines and tables from top to bottom, column after column, and tables that no line rules.

Rows whose parts stand in the same columns, with figures or labels of the forms in them, are a table. Rows of two long parts are text in
two columns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extract.sources.pdf import unruled
from extract.sources.pdf.frame import Box
from extract.sources.pdf.glyphs import Glyph
from extract.sources.pdf.lines import Line, bases, line_of, parts
from extract.sources.pdf.tables import Table

_COLUMN_ROWS = 5
_COLUMN_TEXT = 8
_GUTTER = 1.2


@dataclass(frozen=True, slots=True)
class Column:
    """Lines that are read one after the other, down to a table: those of a page, or of one of two columns `beside` each other."""

    lines: tuple[Line, ...]
    beside: bool = False


Part = Column | Table


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of the characters that stand in no table, cut where columns stand apart, by base and then from left to right."""
    straight = [glyph for glyph in glyphs if glyph.turn == 0]
    return [part for base in bases(straight) for part in parts(base)]


def in_order(lines: Sequence[Line], tables: Sequence[Table], level: Sequence[float], page: int) -> list[Part]:
    """What a page holds in reading order: ruled tables, and between them columns of text and tables without lines.

    `level` are the heights of lines drawn across the page.
    """
    stops = sorted(tables, key=lambda table: (table.box.y0, table.box.x0))
    out: list[Part] = []
    rest = list(lines)
    for table in stops:
        above = [line for line in rest if _middle(line.box) < table.box.y0]
        rest = [line for line in rest if _middle(line.box) >= table.box.y0]
        out += _band(above, level, page)
        out.append(table)
    out += _band(rest, level, page)
    return _numbered(out)


def _middle(box: Box) -> float:
    return (box.y0 + box.y1) / 2


def _numbered(found: list[Part]) -> list[Part]:
    numbers = iter(range(1, len(found) + 1))
    return [one.numbered(next(numbers)) if isinstance(one, Table) else one for one in found]


def _band(lines: list[Line], level: Sequence[float], page: int) -> Iterator[Part]:
    """The parts of a band of lines without ruled tables."""
    rows = rows_of(lines)
    start = 0
    for found in unruled.tables(rows, level, page):
        yield from _columns(rows[start : found.start])
        yield found.table
        start = found.end
    yield from _columns(rows[start:])


def rows_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines by base from top to bottom, each row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.box.x0)):
        if rows and line.base - rows[-1][0].base <= 0.4 * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box.x0) for row in rows]


# ------------------------------------------------------------------------------------------------ columns of text


def _columns(rows: list[list[Line]]) -> Iterator[Column]:
    """Rows of text as one column or, where a gutter runs through them, as two."""
    if not rows:
        return
    gutter = _gutter(rows)
    if gutter is None:
        yield Column(tuple(_whole(row) for row in rows))
        return
    first, last = _rows_beside(rows, gutter)
    if first:
        yield Column(tuple(_whole(row) for row in rows[:first]))
    beside = [line for row in rows[first:last] for line in row]
    yield Column(tuple(line for line in beside if line.box.x1 <= gutter), beside=True)
    yield Column(tuple(line for line in beside if line.box.x1 > gutter), beside=True)
    if rows[last:]:
        yield from _columns(rows[last:])


def _whole(row: list[Line]) -> Line:
    """The parts of a row as one line again."""
    if len(row) == 1:
        return row[0]
    return line_of([glyph for line in row for glyph in line.glyphs])


def _gutter(rows: list[list[Line]]) -> float | None:
    """Where a white strip parts long lines on both sides; None where text runs over the whole width."""
    right = [row[1] for row in rows if len(row) == 2 and all(len(line.glyphs) >= _COLUMN_TEXT for line in row)]
    if len(right) < _COLUMN_ROWS:
        return None
    starts = sorted(line.box.x0 for line in right)
    start = starts[len(starts) // 2]
    beside = sum(abs(line.box.x0 - start) <= 2.5 * line.size for line in right)
    return start - _GUTTER / 2 * right[0].size if beside >= max(_COLUMN_ROWS, len(right) * 2 // 3) else None


def _rows_beside(rows: list[list[Line]], gutter: float) -> tuple[int, int]:
    """The first and behind the last of the rows that keep the gutter free around those with text on both sides."""
    both = [number for number, row in enumerate(rows) if len(row) == 2 and row[0].box.x1 <= gutter <= row[1].box.x0 + row[1].size]
    free = [not any(line.box.x0 < gutter - 1 < gutter + 1 < line.box.x1 for line in row) for row in rows]
    first = last = both[len(both) // 2] if both else 0
    while first and free[first - 1]:
        first -= 1
    while last < len(rows) and free[last]:
        last += 1
    return first, last
