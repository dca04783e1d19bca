"""What a report must hold: the form of the year with nothing filled in is none, nor is a notice under the title of a report."""

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
_COUNT = r"(?<![第\d,.一二两三四五六七八九十百千])(?:\d[\d,.]*|[一二两三四五六七八九十百千]+)(?:余|多)?(?:件|条|项|人?次|篇|个|期|宗|起|万)"
_DONE = "公开|公布|发布|受理|收到|办理|办结|答复|申请|复议|诉讼|收取|咨询"
_TOLD = re.compile(
    f"(?:{_DONE})[^。;]{{0,40}}?{_COUNT}|{_COUNT}[^。;]{{0,20}}?(?:{_DONE})"
    "|(?:未|没有|无|均为0|为零)[^。;]{0,12}?(?:申请|复议|诉讼|收费|费用|投诉|举报|申诉|公开事项|公开信息)"
    "|(?:申请|复议|诉讼|收费|费用|投诉|举报|申诉)[^。;]{0,16}?(?:没有|无|未|为0|为零|0件)"
)


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


def tells_of_disclosure(blocks: Sequence[Block]) -> bool:
    """A report has a statutory heading, a table, or prose that counts what was disclosed or says that nothing came in."""
    return any(isinstance(block, Grid) or is_top_heading(block.text) or _TOLD.search(fold(block.text)) for block in blocks)
