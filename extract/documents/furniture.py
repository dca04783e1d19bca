"""Lines around a report that are none of its text: metadata under a title, a table of contents, what a page prints below the report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.agencies import is_organisation
from extract.headings import MINOR_KINDS, TOP_STYLES, Heading, read_heading, read_unnumbered
from extract.model import Block, Grid, Paragraph
from extract.normalize import fold

_META = re.compile(
    "^(?:(?:发布|公布|发文|成文|生成|公开|更新|编制|录入)?(?:日期|时间)[:：]|(?:信息|文章|稿件)?来源[:：]|索引号|索取号|信息索引|主题分类|发布机构|发布单位|公开方式|文号[:：]|名称[:：]"
    "|浏览|阅读|点击|访问|字[体号]|【?字|【?打印|分享|作者[:：]|责任编辑|编辑[:：]|有效性|关键词|信息分类|组配分类|体裁分类|您?当前位置|视力保护)"
)
_DATE = re.compile(
    r"^[(\[]?(?:20\d\d|[二2][〇○零O0][〇○零一二三四五六七八九]{2})[年.\-/]?(?:[\d一二三四五六七八九十]{1,3}[月.\-/]?(?:[\d一二三四五六七八九十]{1,3}日?)?)?(?:\d\d:\d\d(?::\d\d)?)?[)\]]?$"
)
_YEAR_LINE = re.compile("^[(\\[]?20\\d\\d年?度?[)\\]]?$")
_FURNITURE = re.compile(
    "^(?:上一[篇条页]|下一[篇条页]|【?\\[?打印|【?\\[?关闭|分享|扫一扫|扫码|责任编辑|责编|编辑[:：]|来源[:：]|信息来源|稿件来源|相关(?:阅读|链接|文章|附件|新闻|信息|解读|政策)"
    "|附件下载|浏览次?数|阅读次?数|阅读量|点击[数率]|访问[量次]|返回|收藏|字[号体][:：]|主办[单:：]|承办[单:：]|版权所有|网站标识码|备案|.{0,4}ICP备|您是第|微信|二维码"
    "|当前位置|网站地图|联系我们|关于我们|加入收藏|设为首页|政府网站找错|无障碍|回到顶部|附件[:：]$|附件$|\\d+$|首页$)"
)
_CONTENTS = re.compile("^目录$")
_DOTTED = re.compile("[.…·\\-—\\s]*\\d*$")
_PREAMBLE = re.compile(
    '^[(\\[]?(?:编制说明|引言|前言|导语|导言|说明|根据|按照|依据|遵照|为|本年度|本报告|本年报|本机关|本单位|现[将公发予]|以下[为是]|下面[为是]|兹|特向|特此|今年|一年来|我[省市县区局委办镇乡厅院街]|在|20\\d\\d年|.{2,60}(?:年度?报告|年报)[("《]'
    '|.{0,60}(?:(?:根据|按照|依据|为贯彻(?:落实|执行)?)"?《|现将|特向社会)|.{0,12}公布)'
)
_POINTER = re.compile(
    r"\.(?:pdf|docx?|wps|ofd|xlsx?|et|ceb|rtf|zip|rar)(?:\(.{0,20}\))?$|^(?:附件|附:|附$|相关附件|(?:具体|全文|内容)?(?:请?(?:详?见|点击|查看|下载|阅读)))",
    re.IGNORECASE,
)
_LONG = 60


def is_meta(key: str) -> bool:
    """A folded line that says something about the page: a date, a source, a counter."""
    return len(key) <= _LONG and bool(_META.match(key) or _DATE.match(key))


def is_pointer(key: str) -> bool:
    """A folded line that only points to a file or signs the page: a file's name, 详见附件, a date, an agency."""
    return not key or is_meta(key) or (len(key) <= _LONG and bool(_POINTER.search(key))) or (len(key) <= 30 and is_organisation(key))


def is_date(key: str) -> bool:
    """A folded line that is a date and nothing else."""
    return bool(_DATE.match(key))


def opens(blocks: Sequence[Block], with_form: bool = True) -> bool:
    """Does a report begin here: a preamble, a first heading or (`with_form`) a table, after lines that only speak about the page?"""
    for block in blocks:
        if isinstance(block, Grid):
            return with_form
        key = fold(block.text)
        if not key or is_meta(key) or _is_cover(key):
            continue
        return bool(_PREAMBLE.match(key)) or is_top_heading(block.text) is not None or bool(_CONTENTS.match(key))
    return False


def _is_cover(key: str) -> bool:
    return len(key) <= 30 and (is_organisation(key) or bool(_YEAR_LINE.match(key)) or key in {"(公示稿)", "报告", "年度报告"})


def is_top_heading(line: str) -> str | None:
    """The kind of a top-level heading that names one; None for every other line. Numbers of any style count, (一) too."""
    heading = read_heading(line) or read_unnumbered(line)
    if (
        heading is None
        or heading.kind == "other"
        or (heading.style is None and _is_no_section(heading))
        or heading.style not in (*TOP_STYLES, "ar_dot", "cn_paren", None)
    ):
        return None
    return heading.kind


def _is_no_section(heading: Heading) -> bool:
    """网站地图 and 相关解读 below a report, or 平台建设 inside one."""
    return heading.kind in MINOR_KINDS or bool(_FURNITURE.match(fold(heading.text)))


def without_head(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The report from its first word of text on: without dates, metadata, cover lines and the table of contents."""
    start = 0
    for start, block in enumerate(blocks):  # noqa: B007
        if isinstance(block, Grid):
            break
        key = fold(block.text)
        if key and not is_meta(key) and not _is_cover(key):
            break
    else:
        return ()
    return _without_contents(tuple(blocks[start:]))


def _without_contents(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """目录 and the headings it lists are left out: the report begins where its first heading comes again."""
    first = blocks[0]
    if not isinstance(first, Paragraph) or not _CONTENTS.match(fold(first.text)):
        return blocks
    keys = [_DOTTED.sub("", fold(block.text)) if isinstance(block, Paragraph) else "" for block in blocks]
    listed = next((key for key in keys[1:] if key), "")
    again = [index for index, key in enumerate(keys[2:], 2) if key == listed]
    return blocks[_back_to_preamble(blocks, keys, again[0]) :] if again else blocks[1:]


def _back_to_preamble(blocks: tuple[Block, ...], keys: Sequence[str], index: int) -> int:
    """Paragraphs of prose between the contents and the first heading belong to the report."""
    while index > 1 and isinstance(blocks[index - 1], Paragraph) and len(keys[index - 1]) > _LONG:
        index -= 1
    return index


def without_tail(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The report without what the page prints below it. Furniture counts only behind the last heading and the last grid."""
    for index in range(last_core(blocks) + 1, len(blocks)):
        block = blocks[index]
        if isinstance(block, Paragraph) and len(block.text) <= _LONG and _FURNITURE.match(fold(block.text)):
            return blocks[:index]
    return blocks


def last_core(blocks: Sequence[Block]) -> int:
    """The place of the last heading or grid: a report goes on at least that far."""
    for index in range(len(blocks) - 1, 0, -1):
        block = blocks[index]
        if isinstance(block, Grid) or is_top_heading(block.text):
            return index
    return 0
