"""A long article cut over several pages, or over pictures: its parts put together in order (PORTALS.md sections 2 and 13)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from extract.model import Grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.model import Article, Block, GridCell


def joined(first: Article, further: Mapping[str, Article]) -> Article:
    """The article with the blocks of its further parts, which are given by address; `more_pages` are then those that are still lacking.

    Places in them begin with the number of the part: `part 2: p[3], line 40`.
    """
    blocks = [*first.blocks]
    attachments = dict.fromkeys(first.attachments)
    for number, part in enumerate(further.values(), 2):
        blocks += [_placed(block, f"part {number}: ") for block in part.blocks]
        attachments.update(dict.fromkeys(part.attachments))
    more = tuple(url for url in first.more_pages if url not in further)
    return replace(first, blocks=tuple(blocks), attachments=tuple(attachments), more_pages=more, parts=1 + len(further))


def _placed(block: Block, part: str) -> Block:
    if not isinstance(block, Grid):
        return replace(block, locator=part + block.locator)

    def cell(one: GridCell) -> GridCell:
        return one._replace(locator=part + one.locator)

    return replace(block, locator=part + block.locator, rows=tuple(tuple(map(cell, row)) for row in block.rows))
