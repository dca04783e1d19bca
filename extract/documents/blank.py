"""The form of the year with nothing filled in: the official model, or an agency's page that published it by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extract.documents.furniture import is_top_heading
from extract.model import Block, Grid, Paragraph
from extract.normalize import fold

_PARTS = 3
_FIGURE = re.compile(r"^[+-]?\d[\d,.]*(?:件|条|项|次|笔|元|万元|人|个|篇|宗)?$")
_INSTRUCTION = re.compile("^[(\\[].*[)\\]]。?$|^(?:无|略|暂无|没有)?。?$")
_PROSE = 3


def is_blank_form(blocks: Sequence[Block]) -> bool:
    """True for the parts of a form with grids, no figure in any cell and no prose but instructions in brackets ((文字描述))."""
    grids = [block for block in blocks if isinstance(block, Grid)]
    if not grids or has_figures(grids):
        return False
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    parts = {kind for text in texts if (kind := is_top_heading(text))}
    return len(parts) >= _PARTS and not any(_is_prose(text) for text in texts)


def has_figures(grids: Iterable[Grid]) -> bool:
    """Whether any cell of the grids is a figure."""
    return any(_FIGURE.match(fold(cell.text)) for grid in grids for row in grid.rows for cell in row)


def _is_prose(text: str) -> bool:
    key = fold(text)
    return len(key) > _PROSE and is_top_heading(text) is None and not _INSTRUCTION.match(key) and key[-1:] in "。;;"
