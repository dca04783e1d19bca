"""Tables whose cells no line shows: rows of figures that stand below each other.

The columns are what figures and other short parts behind the first one of a row take of the page. A row is a base on which figures stand;
the pieces of a broken label belong to the nearest one, or to the one between the same two level lines where such lines are drawn.
Known labels without figures are rows of their own, what stands over the first figures is the head. Two rows with figures in one column
are needed, or one under a head of the forms: else it is text that happens to stand apart.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.blocks import is_label
from extract.headings import read_heading
from extract.model import GridCell
from extract.sources.pdf.frame import Box
from extract.sources.pdf.glyphs import Glyph
from extract.sources.pdf.lines import Line, broken_text, line_of
from extract.sources.pdf.tables import Table

_VALUE = re.compile(r"[-+－]?\d[\d,，]*(?:\.\d+)?\s*(?:%|％)?|[-‐–—―－/／]+|无")
_LONGEST = 40
_PIECES = 5
_STEP = 2.4
_APART, _FROM_TEXT = 0.4, 1.0
_SEVERAL = 3
_WORD = 0.4
_CLOSE = 1.45
_SIZE = 0.15
_HEAD_ROWS = 8
_HEAD = -1
MAX_ROWS = 300
"""Rows of a table without lines. A page has some 60."""
_SENTENCE = "。；：！？"

Row = Sequence[Line]
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A table without lines: the first row of the page that belongs to it, and the row behind its last."""

    start: int
    end: int
    table: Table


def tables(rows: Sequence[Row], level: Sequence[float], page: int) -> Iterator[Found]:
    """The tables among the rows of a page, from top to bottom. `level` are the heights of lines drawn across it."""
    split = [_split(row) for row in rows]
    done, number = 0, 0
    while number < len(split):
        run = _run(split, number)
        start = _head(split, run[0], done) if run else 0
        if run and (len(run) > 1 or _is_head(split[start : run[0]])):
            end = _tail(split, run)
            table = _table(split[start:end], [row - start for row in run], level, page)
            yield Found(start, end, table)
            done = number = end
        else:
            number += 1


def _split(row: Row) -> list[Line]:
    """The parts of a row, cut beside its figures too: columns of figures stand closer than columns of text.

    Stretched prose has such gaps around its figures, so a gap beside text counts from the width of a character on, unless the row ends
    in several figures that nothing but gaps part.
    """
    fine = [part for line in row for part in _cut(line, _APART)]
    figures = next((number for number, part in enumerate(reversed(fine)) if not _is_value(part)), len(fine))
    if figures >= _SEVERAL:
        return fine
    return [part for line in row for part in _cut(line, _FROM_TEXT)] if len(row) > 1 else list(row)


def _cut(line: Line, from_text: float) -> Iterator[Line]:
    group: list[Glyph] = []
    for glyph in line.glyphs:
        figures = bool(group) and _is_figure(group[-1].char) + _is_figure(glyph.char)
        if figures and glyph.x0 - group[-1].x1 > (_APART if figures == 2 else from_text) * glyph.size:
            yield line_of(group)
            group = []
        group.append(glyph)
    yield line_of(group)


def _is_figure(char: str) -> bool:
    return char.isdecimal() or char in "-—－/"


def _is_value(line: Line) -> bool:
    return bool(_VALUE.fullmatch(line.text.strip()))


def _is_row(row: Row) -> bool:
    """Whether figures stand behind a label, or alone with other figures."""
    return len(row) > 1 and all(len(line.text) <= _LONGEST for line in row) and any(map(_is_value, row[1:]))


def _run(rows: Sequence[Row], start: int) -> list[int]:
    """The rows with figures from `start` on whose columns are the same; between them stand pieces of labels only."""
    if not _is_row(rows[start]):
        return []
    run, spans = [start], _spans([rows[start]])
    for number in range(start + 1, len(rows)):
        if (
            len(run) == MAX_ROWS
            or number - run[-1] > _PIECES
            or _is_far(rows[number - 1], rows[number])
            or any(_ends_table(line) for line in rows[number])
        ):
            break
        if _is_row(rows[number]) or (rows[number] and all(map(_is_value, rows[number]))):
            if not _fits(rows[number], spans):
                break
            run.append(number)
            spans = _spans([rows[one] for one in run])
    return run


def _is_far(above: Row, below: Row) -> bool:
    return below[0].base - above[0].base > _STEP * max(above[0].size, below[0].size)


def _ends_table(line: Line) -> bool:
    return len(line.text) > _LONGEST or line.text.rstrip()[-1:] in _SENTENCE


def _spans(rows: Sequence[Row]) -> list[Span]:
    """What the parts of rows behind the labels take of the width of the page: the columns."""
    taken: list[Span] = []
    for x0, x1 in sorted((line.box.x0, line.box.x1) for row in rows for number, line in enumerate(row) if number or _is_value(line)):
        if taken and x0 < taken[-1][1]:
            taken[-1] = (taken[-1][0], max(taken[-1][1], x1))
        else:
            taken.append((x0, x1))
    return taken


def _fits(row: Row, spans: Sequence[Span]) -> bool:
    """Whether a row goes on in the columns so far: a figure in one of them at least, none over two. Blank columns fill only later."""
    touched = [sum(_touches(line, span) for span in spans) for line in row if _is_value(line)]
    return max(touched) == 1


def _touches(line: Line, span: Span) -> bool:
    return line.box.x0 < span[1] and span[0] < line.box.x1


def _head(rows: Sequence[Row], first: int, done: int) -> int:
    """The first row of the head over the row `first`: set in the same size, close together, no heading of a section."""
    start = first
    while start > max(done, first - _HEAD_ROWS):
        above, below = rows[start - 1], rows[start]
        if _is_far(above, below) or abs(above[0].size - rows[first][0].size) > _SIZE * rows[first][0].size:
            break
        if any(_ends_table(line) and not line.text.startswith(("（", "(")) for line in above) or read_heading(above[0].text) is not None:
            break
        start -= 1
    return start


def _is_head(rows: Sequence[Row]) -> bool:
    """Whether a head says that a single row of figures is a table: two labels of the forms on one base."""
    return any(len(row) > 1 and all(is_label(line.text) for line in row) for row in rows)


def _tail(rows: Sequence[Row], run: list[int]) -> int:
    """Behind the last row with figures and the rest of its label."""
    end = run[-1] + 1
    spans = _spans([rows[one] for one in run])
    while end < len(rows) and end - run[-1] <= 2:
        piece = rows[end][0]
        if len(rows[end]) > 1 or piece.box.x1 > spans[0][0] or piece.base - rows[end - 1][0].base > _CLOSE * piece.size:
            break
        if read_heading(piece.text) is not None or _ends_table(piece):
            break
        end += 1
    return end


# ------------------------------------------------------------------------------------------------ rows and columns into cells


def _table(rows: Sequence[Row], run: list[int], level: Sequence[float], page: int) -> Table:
    xs = _places(rows, run)
    owners = _owners(rows, run, sorted(level))
    cells: list[list[GridCell]] = []
    for owner in dict.fromkeys(owners):
        own = [line for number, row in zip(owners, rows, strict=True) if number == owner for line in row]
        cells += _cells(own, xs, len(cells), is_head=owner == _HEAD)
    lines = [line for row in rows for line in row]
    box = Box(xs[0], min(line.box.y0 for line in lines), xs[-1], max(line.box.y1 for line in lines))
    return Table(tuple(map(tuple, cells)), xs, box, page, ruled=False)


def _places(rows: Sequence[Row], run: list[int]) -> tuple[float, ...]:
    """The sides of the columns: the middles between what stands in them; the first column is that of the labels, if there are any."""
    spans = _with_blank_columns(_spans([rows[number] for number in run]), rows[: run[0]])
    lines = [line for row in rows for line in row]
    left, right = min(line.box.x0 for line in lines), max(line.box.x1 for line in lines)
    labels = [line.box.x1 for number in run for line in rows[number] if line.box.x1 <= spans[0][0]]
    columns = [(left, max(labels)), *spans] if labels else spans
    between = ((before[1] + after[0]) / 2 for before, after in pairwise(columns))
    return (min(left, columns[0][0]), *between, max(right, columns[-1][1]))


def _with_blank_columns(spans: list[Span], head: Sequence[Row]) -> list[Span]:
    """The columns, with those that only the head names because no row has a figure there."""
    found = list(spans)
    for row in reversed(head):
        for word in (word for line in row for word in _words(line)):
            if word.box.x0 > spans[0][0] and not any(_touches(word, span) for span in found):
                found.append((word.box.x0, word.box.x1))
    return sorted(found)


def _owners(rows: Sequence[Row], run: list[int], level: Sequence[float]) -> list[int]:
    """For each base the row of the table it belongs to: one with figures, itself for a label alone, -1 for the head."""
    bands = [bisect_right(level, (row[0].box.y0 + row[0].box.y1) / 2) for row in rows]
    owners = []
    for number, row in enumerate(rows):
        if number in run:
            owners.append(number)
        elif number < run[0] and not (bands[number] == bands[run[0]] and _is_piece(row, rows[run[0]])):
            owners.append(_HEAD)
        else:
            owners.append(_owner(rows, number, [other for other in run if bands[other] == bands[number]]))
    return owners


def _is_piece(row: Row, first: Row) -> bool:
    """Whether a base right above the first figures is a piece of their label and no head."""
    return len(row) == 1 and not is_label(row[0].text) and first[0].base - row[0].base < first[0].size


def _owner(rows: Sequence[Row], number: int, run: list[int]) -> int:
    row = rows[number]
    if all(is_label(line.text) for line in row):
        return number
    steps = {other: abs(rows[other][0].base - row[0].base) for other in run}
    near = [other for other, step in steps.items() if step <= _PIECES * row[0].size]
    return min(near, key=steps.__getitem__, default=number)


def _cells(lines: list[Line], xs: Sequence[float], row: int, is_head: bool) -> list[list[GridCell]]:
    """A row of cells; for a head, above it, what stands over several columns or is no part of a column's own words."""
    columns: list[list[Line]] = [[] for _ in xs[1:]]
    over: list[Line] = []
    for piece in [word for line in lines for word in _words(line)] if is_head else lines:
        if is_head and _is_over_several(piece, xs):
            over.append(piece)
        else:
            columns[_column_at(xs, (piece.box.x0 + piece.box.x1) / 2)].append(piece)
    if is_head:
        own = [_own_words(column) for column in columns]
        over += [line for column, words in zip(columns, own, strict=True) for line in column if line not in words]
        columns = own
    upper = [[_over(line, xs, row + number) for line in base] for number, base in enumerate(_by_base(over))]
    leaves = [GridCell(broken_text(column, xs[at + 1] - xs[at]), row + len(upper), at, "") for at, column in enumerate(columns)]
    return [*upper, leaves] if any(cell.text for cell in leaves) else upper


def _is_over_several(line: Line, xs: Sequence[float]) -> bool:
    """Whether a line covers the middles of more than one column."""
    return sum(line.box.x0 <= (start + end) / 2 <= line.box.x1 for start, end in pairwise(xs)) > 1


def _column_at(xs: Sequence[float], x: float) -> int:
    return next((number for number, end in enumerate(xs[1:]) if x <= end), len(xs) - 2)


def _words(line: Line) -> Iterator[Line]:
    """A line of a head cut at every gap: its columns stand close together."""
    group: list[Glyph] = []
    for glyph in line.glyphs:
        if group and glyph.x0 - group[-1].x1 > _WORD * glyph.size:
            yield line_of(group)
            group = []
        group.append(glyph)
    yield line_of(group)


def _own_words(column: list[Line]) -> list[Line]:
    """The lowest lines of a column's head that are its own: the most that make a label of the forms, else those that stand close."""
    for count in range(len(column), 1, -1):
        if is_label("".join(line.text for line in column[-count:])):
            return column[-count:]
    kept = column[-1:]
    for line in reversed(column[:-1]):
        if kept[0].base - line.base > _CLOSE * line.size or is_label(kept[0].text):
            break
        kept.insert(0, line)
    return kept


def _by_base(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.base, line.box.x0)):
        if rows and line.base - rows[-1][0].base <= _WORD * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _over(line: Line, xs: Sequence[float], row: int) -> GridCell:
    """What stands over columns, as a cell over those that it touches."""
    first, last = _column_at(xs, line.box.x0), _column_at(xs, line.box.x1)
    return GridCell(line.text, row, first, "", 1, last - first + 1)
