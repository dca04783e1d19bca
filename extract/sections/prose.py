"""The text of a section: its paragraphs without what belongs to a table (SCHEMA.md, section tables: `text`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.model import Block, Grid, Paragraph
from extract.normalize import fold

_CAPTION = re.compile(
    "^(?:(?:《?中华人民共和国)?《?(?:政府信息公开)?条例》?)?第[二三四五六七八九十百]+条(?:第?[(（][一二三四五六七八九十]+[)）]项)?$"
    "|^.{0,40}(?:统计表|情况表|汇总表|报表|附表)[一二三四五六七八九十\\d]*(?:[(（][^()（）]{1,20}[)）])?[:：]?$"
    "|^[(\\[]?20\\d\\d年?度?[)\\]]?$"
    "|^(?:填报|填表|编制|制表|报送)(?:单位|机关|人|日期|时间)"
    "|^[(\\[]?(?:计量|金额)?单位(?:名称)?[:：]"
    "|^[(\\[]?(?:本列数据)?的?勾稽关系|^[(\\[]?本列数据的"
    "|^表[一二三四五六七八九十\\d]"
)
_NOTE = re.compile("^(?:[(\\[]?(?:注|备注|说明|填表说明)[:：\\d]|\\*|※)")
_FOOTER = re.compile("(?:单位负责人|审核人|填报人|填表人|制表人|负责人|联系电话|填报日期|联系人|报出日期)[:：]")
_LONGEST_CAPTION = 60


def is_caption(key: str) -> bool:
    """A folded line that heads a table: its name, the year, the reporting unit, the unit of its figures, the note on its sums."""
    return len(key) <= _LONGEST_CAPTION and bool(_CAPTION.search(key))


def is_footer(key: str) -> bool:
    """A folded line that signs a table: 单位负责人, 审核人, 填报人, 联系电话, 填报日期."""
    return len(key) <= _LONGEST_CAPTION and bool(_FOOTER.search(key))


def prose(blocks: Sequence[Block], table_only: bool = False) -> tuple[Paragraph, ...]:
    """The paragraphs that are text. Captions and notes count as the table's only beside a grid; in a section of kind
    statistics_table (`table_only`) wherever they stand.
    """
    belongs = _table_lines(blocks, table_only)
    return tuple(
        block for index, block in enumerate(blocks) if isinstance(block, Paragraph) and index not in belongs and block.text.strip()
    )


def _table_lines(blocks: Sequence[Block], everywhere: bool) -> set[int]:
    found: set[int] = set()
    for index, block in enumerate(blocks):
        if isinstance(block, Grid):
            found.update(_run(blocks, range(index - 1, -1, -1), above=True))
            found.update(_run(blocks, range(index + 1, len(blocks)), above=False))
        elif everywhere and (is_caption(key := fold(block.text)) or is_footer(key)):
            found.add(index)
    return found


def _run(blocks: Sequence[Block], indices: range, above: bool) -> list[int]:
    """The lines directly above or below a grid, as long as they are the table's."""
    lines: list[int] = []
    for index in indices:
        block = blocks[index]
        if isinstance(block, Grid):
            break
        key = fold(block.text)
        if key and not (is_caption(key) or (not above and (_NOTE.match(key) or is_footer(key)))):
            break
        lines.append(index)
    return lines


def joined(paragraphs: Sequence[Paragraph]) -> tuple[str | None, str | None]:
    """The text of a section and its text as served; the second None where nothing was repaired, both None without paragraphs."""
    if not paragraphs:
        return None, None
    text = "\n".join(paragraph.text for paragraph in paragraphs)
    if all(paragraph.original is None for paragraph in paragraphs):
        return text, None
    return text, "\n".join(paragraph.text if paragraph.original is None else paragraph.original for paragraph in paragraphs)
