"""Damage that markup hid: the repair over the texts of the blocks, once tags and character references are gone.

The first repair, over the markup, finds the article; what the blocks say is repaired here, from what they printed: a gloss cut in two by
a span (`創(ch<span>uàng)新</span>`), or a page written in character references, shows its damage only now.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from extract import repair
from extract.model import Article, Block, Grid, GridCell, Paragraph, Step


def mend(article: Article) -> tuple[Article, tuple[Step, ...]]:
    """The article with its blocks repaired, each keeping what it printed in `original`, and the steps; the same object if all is well."""
    lines = _printed(article.blocks)
    repaired = repair.repair("\n".join(lines))
    if not repaired.steps or len(mended := repaired.text.split("\n")) != len(lines):
        return article, ()
    texts = iter(mended)
    return replace(article, blocks=tuple(_block(block, texts) for block in article.blocks)), repaired.steps


def _printed(blocks: tuple[Block, ...]) -> list[str]:
    """Every text of the blocks as it was printed, on a line each, in the order in which `_block` takes them back."""
    printed: list[str] = []
    for block in blocks:
        if isinstance(block, Grid):
            printed += [cell.text if cell.original is None else cell.original for row in block.rows for cell in row]
        else:
            printed.append(block.text if block.original is None else block.original)
    return [text.replace("\n", " ") for text in printed] if "\n" in "".join(printed) else printed


def _block(block: Block, texts: Iterator[str]) -> Block:
    if isinstance(block, Grid):
        return replace(block, rows=tuple(tuple(_cell(cell, next(texts)) for cell in row) for row in block.rows))
    text = next(texts)
    return block if text == block.text else replace(block, text=text, original=_original(block, text))


def _cell(cell: GridCell, text: str) -> GridCell:
    return cell if text == cell.text else cell._replace(text=text, original=_original(cell, text))


def _original(piece: Paragraph | GridCell, text: str) -> str | None:
    """What a mended piece printed; None where it was repaired to just that."""
    printed = piece.text if piece.original is None else piece.original
    return printed if printed != text else None
