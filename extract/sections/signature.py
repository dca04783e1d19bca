"""The last lines of a report: the agency alone, a date, 附件: and 单位负责人 lines (kind sign_off of sections.yaml)."""

from __future__ import annotations

import re

from extract.agencies import is_organisation
from extract.model import Block, Grid, Paragraph
from extract.normalize import fold
from extract.sections.prose import is_footer

_DATE = re.compile(
    "^(?:时间|日期)?:?(?:20\\d\\d|[二2][〇○零OΟ0][〇○零一二三四五六七八九]{2})[年.\\-/](?:[\\d一二三四五六七八九十]{1,3}[月.\\-/])(?:[\\d一二三四五六七八九十]{1,3}日?)?$"
)
_SIGNED_DATE = re.compile("^(?P<who>[一-鿿]{3,30}?)(?P<date>(?:20\\d\\d|二[〇○零][〇○零一二三四五六七八九]{2})年.{1,3}月.{1,3}日)$")
_ATTACHMENT = re.compile(
    "^(?:附件|附表|附)\\d*[:：]|^\\d[.、].{2,40}(?:统计表|报告)$|^\\([此附][^()]{2,20}\\)$|^(?:附件|附表)[一二三四五六七八九十\\d]*$"
)
_NO_NAME = re.compile("[,。:;、)\\d]|公开|情况|工作")
_LONGEST = 45


def cut_signature(blocks: tuple[Block, ...], agency: str, keep_footer: bool = False) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The blocks without the lines that sign the report, and those lines. `keep_footer`: lines that sign a table stay with it."""
    end = len(blocks)
    while end > 0 and _signs(blocks[end - 1], agency, keep_footer):
        end -= 1
    while end < len(blocks) and _is_blank(blocks[end]):
        end += 1
    return blocks[:end], blocks[end:]


def _is_blank(block: Block) -> bool:
    return isinstance(block, Paragraph) and not block.text.strip()


def _signs(block: Block, agency: str, keep_footer: bool) -> bool:
    if isinstance(block, Grid):
        return False
    key = fold(block.text)
    if not key:
        return True
    if len(key) > _LONGEST:
        return is_footer(key) and not keep_footer and len(key) < 2 * _LONGEST
    if is_footer(key):
        return not keep_footer
    return bool(_DATE.match(key) or _ATTACHMENT.match(key)) or _is_agency(key, agency)


def _is_agency(key: str, agency: str) -> bool:
    """The agency's name and nothing else, with the date on the same line or without; 县财政局, the short form, too."""
    signed = _SIGNED_DATE.match(key)
    name = (signed["who"] if signed else key).strip(":。,()")
    if name.endswith(agency) or (agency.endswith(name) and len(name) >= 3):
        return True
    return len(name) <= 30 and len(name) >= 4 and is_organisation(name) and not _NO_NAME.search(name)
