"""The pages of a picture file or a scan, read one after the other and put together to one sequence of blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract import blocks
from extract.model import Block, Carried, Grid, GridCell, Paragraph
from extract.sources.image import cells, furniture, prose, ruling, upright
from extract.sources.image.joining import Part, joined
from extract.sources.image.prose import Column, Line
from extract.sources.image.shapes import Pixels


class Placed(NamedTuple):
    """A table and the height on its page where it begins."""

    top: int
    part: Part


class Sheet(NamedTuple):
    """What stands on a page: tables, and lines outside of them. `height` and `width` in pixels; `unsound` names crooked tables."""

    lines: list[Line]
    tables: list[Placed]
    height: int
    width: int
    unsound: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no text was found on it."""
        return not self.lines and not self.tables


Item = Line | Part


def read(pictures: Iterable[Pixels]) -> Carried:
    """The blocks of page pictures in reading order."""
    sheets = [_sheet(picture, number) for number, picture in enumerate(pictures, 1)]
    kept = furniture.without([sheet.lines for sheet in sheets], [sheet.height for sheet in sheets])
    sheets = [sheet._replace(lines=lines) for sheet, lines in zip(sheets, kept, strict=True)]
    columns = prose.columns([sheet.lines for sheet in sheets], [sheet.width for sheet in sheets])
    warnings = tuple(f"{place}: its lines do not part its cells cleanly" for sheet in sheets for place in sheet.unsound)
    pieces = list(_pieces(_items(sheets), columns))
    return Carried(_blocks(pieces), by_ocr=True, pictures=sum(sheet.is_empty for sheet in sheets), warnings=warnings)


def _sheet(picture: Pixels, number: int) -> Sheet:
    page = upright.page(picture)
    height, width = page.grey.shape
    if not page.text:
        return Sheet([], [], height, width, ())
    tables, lines = ruling.tables(page.ink, page.text)
    grids = cells.read(page, tables, f"page {number}")
    placed = [Placed(table.box.top, Part(grid, _shares(table.columns))) for table, grid in zip(tables, grids, strict=True)]
    unsound = tuple(grid.locator for table, grid in zip(tables, grids, strict=True) if not table.sound)
    return Sheet(prose.lines(page, [table.box for table in tables], lines, number), placed, height, width, unsound)


def _shares(edges: Sequence[int]) -> tuple[float, ...]:
    left, width = edges[0], max(edges[-1] - edges[0], 1)
    return tuple((edge - left) / width for edge in edges)


def _items(sheets: Sequence[Sheet]) -> Iterator[Item]:
    """Lines and tables in reading order, tables cut by a page break as one."""
    open_table: Part | None = None
    for sheet in sheets:
        ordered: list[tuple[float, Item]] = [(line.box.top, line) for line in sheet.lines]
        ordered += [(placed.top, placed.part) for placed in sheet.tables]
        for index, (_, item) in enumerate(sorted(ordered, key=lambda one: one[0])):
            if isinstance(item, Part) and index == 0 and open_table and (whole := joined(open_table, item)):
                open_table = whole
                continue
            if open_table:
                yield open_table
            open_table = item if isinstance(item, Part) else None
            if open_table is None:
                yield item
    if open_table:
        yield open_table


Piece = prose.Paragraph | Grid


def _pieces(items: Iterable[Item], columns: Sequence[Column]) -> Iterator[Piece]:
    run: list[Line] = []
    for item in items:
        if isinstance(item, Line):
            run.append(item)
            continue
        yield from prose.paragraphs(run, columns)
        run = []
        yield item.grid
    yield from prose.paragraphs(run, columns)


# ------------------------------------------------------------------------------------------------ blocks


def _blocks(pieces: Sequence[Piece]) -> tuple[Block, ...]:
    """The pieces as blocks: unruled tables become flat grids, as from every other source."""
    items = [piece if isinstance(piece, Grid) else blocks.Line(piece.text, piece.locator, heading=piece.heading) for piece in pieces]
    sure = {piece.locator: piece.confidence for piece in pieces if isinstance(piece, prose.Paragraph)}
    return tuple(_with_confidence(block, sure) for block in blocks.assemble(items))


def _with_confidence(block: Block, sure: dict[str, float]) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, confidence=sure[block.locator])
    if not block.flat:
        return block
    return replace(block, rows=tuple(tuple(_sure_cell(cell, sure) for cell in row) for row in block.rows))


def _sure_cell(cell: GridCell, sure: dict[str, float]) -> GridCell:
    return cell._replace(confidence=sure[cell.locator.partition(", cell ")[0]])
