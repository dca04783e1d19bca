"""Damage that markup hid: the same repair once more over the texts of the blocks, after tags and character references are gone.

A gloss cut in two by a span (`創(ch<span>uàng)新</span>`) or a page written in character references shows its damage only here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from extract import repair
from extract.model import Article, Block, Grid, GridCell, Paragraph, Step

Piece = TypeVar("Piece", Paragraph, GridCell)


def mend(article: Article) -> tuple[Article, tuple[Step, ...]]:
    """The article with its blocks repaired, each keeping what it printed in `original`, and the steps; the same object where all is well."""
    lines = [" ".join(text.split("\n")) for text in _texts(article.blocks)]
    repaired = repair.repair("\n".join(lines))
    mended = repaired.text.split("\n")
    if not repaired.steps or len(mended) != len(lines):
        return article, ()
    texts = iter(mended)
    return replace(article, blocks=tuple(_block(block, texts) for block in article.blocks)), repaired.steps


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Every text of the blocks in reading order, as `_block` takes them back."""
    for block in blocks:
        if isinstance(block, Grid):
            yield from (cell.text for row in block.rows for cell in row)
        else:
            yield block.text


def _block(block: Block, texts: Iterator[str]) -> Block:
    if isinstance(block, Grid):
        return replace(block, rows=tuple(tuple(_piece(cell, next(texts)) for cell in row) for row in block.rows))
    return _piece(block, next(texts))


def _piece(piece: Piece, text: str) -> Piece:
    if text == piece.text:
        return piece
    return replace(piece, text=text, original=piece.original or piece.text)
