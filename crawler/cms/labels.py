"""Whose report a row is, as the listing says it: a column 发布机构, a label in the row, the nearest heading (PORTALS.md sections 1, 13).

A hint only: the name is matched to an agency later.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import html

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "caption", "legend")
SOFT = ("div", "span", "p", "strong", "b")  # stand above a list as often as a heading does
_CELLS = frozenset(("li", "td", "th", "tr", "dd", "a", "option"))  # what stands in these is a row's own, or a menu's

_AGENCY = re.compile(
    r"^(?!各|其[他它]|(?:新闻|下载|帮助|服务|数据|资料|互动|媒体|信息)中心$)[\u4e00-\u9fff]{2,24}"
    r"(?:人民政府|政府|办公厅|办公室|委员会|管委会|(?<![大展客])厅|(?<![格布全大结时])局|(?<![市县区党])委|(?<![上么要通快好])办|(?<![小古])镇|乡|街道|街道办事处"
    r"|苏木|中心|总队|支队)$"
)
_MAYBE = re.compile(r"[府厅室会局委办镇乡道处木心队]")  # what the names above end in: most texts need no closer look
_ABOUT = re.compile(r"(?:20\d\d年?度?)?(?:政府)?信息公开(?:工作)?(?:年度)?(?:报告|年报)$|[（(]\d+[）)]?$")
_NAMED = re.compile(r"^(?:发布机构|发布单位|公开机构|公开单位|发文机关|信息来源|来源|单位|机构)\s*[:：]\s*")
_AGENCY_COLUMN = re.compile(r"^(?:发布机构|发布单位|发布部门|公开机构|公开单位|发文机关|发文单位|信息来源|来源|单位|部门|机构)$")
_DATE_COLUMN = re.compile(r"^(?:发布|公开|上网)(?:日期|时间)$")
_BRACKETS = "[]【】()（）〔〕 \u3000\t\r\n·•"
_SPACE = re.compile(r"\s+")
_LONGEST = 60  # characters of a label
_TEXTS = 40  # texts or cells of a row; rows of listings have some ten


class Headings:
    """The agency named by the nearest heading, while a page is read from the top.

    Several labels in a row are the tabs of a bar and head nothing; a heading that names no agency ends the one before.
    """

    def __init__(self) -> None:
        self.agency: str | None = None
        self._bar = False

    def see(self, element: html.HtmlElement) -> None:
        """Takes note of a heading or of a label that may be one."""
        if element.tag in HEADINGS:
            self.agency, self._bar = agency(" ".join(islice(element.itertext(), _TEXTS))), False
        elif len(element) == 0 and (name := agency(element.text or "")) and not _in_row(element):
            self.agency, self._bar = (None if self._bar else name), True

    def see_link(self) -> None:
        """Takes note that the heading is followed by a link."""
        self._bar = False


def agency(text: str) -> str | None:
    """The agency that a label names and nothing else; None for other words. What it is about may follow (云溪县水利局信息公开年报)."""
    if len(text) > _LONGEST or not _MAYBE.search(text):
        return None
    name = _ABOUT.sub("", _NAMED.sub("", _SPACE.sub("", text.strip(_BRACKETS)))).strip(_BRACKETS)
    return name if _AGENCY.match(name) else None


def in_row(row: html.HtmlElement, link: html.HtmlElement) -> str | None:
    """The agency a row names beside its title; None where it names none, or several."""
    own = set(link.itertext())
    names = {name for text in islice(row.itertext(), _TEXTS) if text not in own and (name := agency(text))}
    return names.pop() if len(names) == 1 else None


def cells(link: html.HtmlElement) -> tuple[str | None, str | None]:
    """Agency and date of the table row a link stands in, by the heads of their columns; None where there is no such column."""
    line, table = next(link.iterancestors("tr"), None), next(link.iterancestors("table"), None)
    head = None if table is None else _first_line(table)
    if line is None or head is None or line is head or len(line) != len(head) or len(line) > _TEXTS:
        return None, None
    heads, values = (list(one.iterchildren("th", "td")) for one in (head, line))
    if len(heads) != len(values):
        return None, None
    return _under(_AGENCY_COLUMN, heads, values), _under(_DATE_COLUMN, heads, values)


def _first_line(table: html.HtmlElement) -> html.HtmlElement | None:
    """The first row of a table. By its children, for an iterator over all rows looks ahead, through the whole table if it has one row."""
    for child in table:
        if child.tag == "tr":
            return child
        if child.tag in ("thead", "tbody") and len(child):
            return child[0] if child[0].tag == "tr" else None
    return None


def _under(label: re.Pattern[str], heads: list[html.HtmlElement], values: list[html.HtmlElement]) -> str | None:
    pairs = zip(heads, values, strict=True)
    found = (value.text_content() for head, value in pairs if label.match(_SPACE.sub("", head.text_content())))
    return _SPACE.sub(" ", next(found, "")).strip() or None


def _in_row(element: html.HtmlElement) -> bool:
    return any(parent.tag in _CELLS for parent in islice(element.iterancestors(), 6))
