"""Tables of a page: characters into the cells that lines enclose, cells into rows.

A piece of text that one operation draws stays together, whatever line it runs over: a number wider than its column is not shared out
among its neighbours. A table that only frames other things (one cell, one column, prose, another table) is no table: its text is read
as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extract.blocks import is_label
from extract.model import GridCell
from extract.sources.pdf.frame import Box
from extract.sources.pdf.glyphs import Glyph
from extract.sources.pdf.lattice import Lattice, Region
from extract.sources.pdf.lines import reading

Row = tuple[GridCell, ...]

_PROSE = 150
_SENTENCES = 3
_RUN_GAP = 0.5
_CUT = 0.25
_TABLES, _BOXES = 100, 20
"""Tables of a page, and boxes of a single cell: a page over it is a drawing or a form to tick."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the part of one that stands on a page. `xs` are the places of its columns; `ruled` says that lines show its cells.

    `page` is that of its last row. `open_above` and `open_below` are the columns that no line closes at the top and at the bottom.
    """

    rows: tuple[Row, ...]
    xs: tuple[float, ...]
    box: Box
    page: int
    locator: str = ""
    ruled: bool = True
    open_above: frozenset[int] = frozenset()
    open_below: frozenset[int] = frozenset()

    def numbered(self, number: int) -> Table:
        """The table as the `number`th of its page, with the places of its cells."""
        rows = tuple(
            tuple(
                cell._replace(locator=f"page {self.page} table {number} row {row_number} column {position}")
                for position, cell in enumerate(row, 1)
            )
            for row_number, row in enumerate(self.rows, 1)
        )
        return replace(self, rows=rows, locator=f"page {self.page} table {number}")


def ruled(lattices: Sequence[Lattice], glyphs: Sequence[Glyph], page: int) -> tuple[list[Table], list[Glyph]]:
    """The ruled tables of a page, and the characters that stand in none of them."""
    single = [one for one in lattices if len(one.regions) == 1]
    candidates = [one for one in lattices if len(one.regions) > 1 or len(single) <= _BOXES][:_TABLES]
    chosen = [one for one in candidates if not any(_frames(one, other) for other in candidates if other is not one)]
    tables: list[Table] = []
    free: list[Glyph] = []
    held, free = _shared_out(chosen, glyphs)
    for lattice, contents in zip(chosen, held, strict=True):
        table = _table(lattice, contents, page)
        if table is None:
            free += [glyph for glyphs in contents.values() for glyph in glyphs]
        else:
            tables.append(table)
    return tables, free


def _frames(outer: Lattice, inner: Lattice) -> bool:
    """Whether a table stands in a cell of another: the outer one lays out the page."""
    return any(region.box.around(inner.box) == region.box for region in outer.regions)


Contents = dict[Region, list[Glyph]]


def _shared_out(lattices: Sequence[Lattice], glyphs: Sequence[Glyph]) -> tuple[list[Contents], list[Glyph]]:
    """The characters of each region of each table, in the order of drawing, and the others."""
    held: list[Contents] = [{region: [] for region in lattice.regions} for lattice in lattices]
    free: list[Glyph] = []
    for run in _runs(glyphs):
        for lattice, contents in zip(lattices, held, strict=True):
            if sum(lattice.at(glyph.x, glyph.y) is not None for glyph in run) * 2 > len(run):
                for piece in _pieces(run, lattice):
                    contents[_home(piece, lattice)] += piece
                break
        else:
            free += run
    return held, free


def _runs(glyphs: Sequence[Glyph]) -> Iterable[list[Glyph]]:
    """Characters that one operation draws side by side."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _is_beside(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _is_beside(before: Glyph, after: Glyph) -> bool:
    if before.run != after.run or abs(before.base - after.base) > 0.1 * after.size or before.turn != after.turn:
        return False
    gap = after.x0 - before.x1 if after.turn == 0 else max(after.y0 - before.y1, before.y0 - after.y1)
    return -_RUN_GAP * after.size < gap < _RUN_GAP * after.size


def _pieces(run: list[Glyph], lattice: Lattice) -> Iterable[list[Glyph]]:
    """The run cut where a place of a column falls between two characters; whole where one falls into a character (text over its cell)."""
    if run[0].turn or not any(_cuts(x, glyph) for glyph in run for x in lattice.xs):
        yield from _cut_between(run, lattice.xs)
    else:
        yield run


def _cuts(x: float, glyph: Glyph) -> bool:
    margin = _CUT * (glyph.x1 - glyph.x0)
    return glyph.x0 + margin < x < glyph.x1 - margin


def _cut_between(run: list[Glyph], xs: Sequence[float]) -> Iterable[list[Glyph]]:
    piece = [run[0]]
    for before, after in pairwise(run):
        if any(before.x < x < after.x for x in xs) and after.turn == 0 and after.x0 - before.x1 > 0.02 * after.size:
            yield piece
            piece = []
        piece.append(after)
    yield piece


def _home(piece: list[Glyph], lattice: Lattice) -> Region:
    """The region that holds most of a piece's characters."""
    votes = Counter(region for glyph in piece if (region := lattice.at(glyph.x, glyph.y)) is not None)
    if votes:
        return votes.most_common(1)[0][0]
    glyph = piece[0]
    return min(lattice.regions, key=lambda region: abs(region.box.x0 - glyph.x) + abs(region.box.y0 - glyph.y))


def _table(lattice: Lattice, contents: Contents, page: int) -> Table | None:
    """The table of a lattice; None where it holds too little, or prose."""
    texts = {region: reading(glyphs, region.box.width, region.box.height) for region, glyphs in contents.items() if glyphs}
    if any(_is_prose(text) for text in texts.values()):
        return None
    rows: list[list[GridCell]] = [[] for _ in lattice.ys[1:]]
    for region in lattice.regions:
        cell = GridCell(texts.get(region, ""), region.row, region.column, "", region.rows, region.columns)
        rows[region.row].append(cell)
    if not _is_table(lattice, rows, list(texts.values())):
        return None
    return Table(tuple(map(tuple, rows)), lattice.xs, lattice.box, page, open_above=lattice.open_above, open_below=lattice.open_below)


def _is_table(lattice: Lattice, rows: list[list[GridCell]], texts: list[str]) -> bool:
    """Whether cells are a table: two in a row with text, or the part of one that a page break cut off (a caption, a row, a label)."""
    widest = max(map(len, rows))
    if widest < 2:
        return len(lattice.regions) == len(texts) == 1 and is_label(texts[0])
    is_cut = bool(lattice.open_above or lattice.open_below)
    return len(texts) >= (1 if widest > 2 or is_cut else 2)


def _is_prose(text: str) -> bool:
    return len(text) > _PROSE and text.count("。") >= _SENTENCES
