"""What the links and trees beside a listing are called: columns of annual reports, and other agencies (PORTALS.md sections 1 and 13)."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from crawler.cms import links, pagers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.cms.model import ListingPage

_SPACE = re.compile(r"\s+")
_REPORTS = re.compile(r"年报|年度报告")
_OTHER_REPORTS = re.compile(r"网站|新媒体|统计|企业|法人|公积金|财政|决算|法治|事业单位|社会组织|解读|图解")
_NAME = re.compile(r"[\u4e00-\u9fff（）()·、]{2,30}")
_NO_NAME = re.compile(r"信息公开|政务公开(?!办)|依申请|年报|年度报告|指南|目录|制度|更多|首页|返回|查看|上一|下一|栏目|导航")


def names_reports(text: str) -> bool:
    """Whether a column is called one of annual reports, and not of other reports (网站工作年度报表, 统计年报)."""
    return bool(_REPORTS.search(text)) and not _OTHER_REPORTS.search(text)


def agency(text: str) -> str | None:
    """The name that a link in a tree of agencies bears, blanks dropped; None for a link of the menu. Not only authorities stand in such
    a tree (schools, hospitals, companies), so what a name ends in decides nothing.
    """
    name = _SPACE.sub("", text[:100])
    return name if _NAME.fullmatch(name) and not _NO_NAME.search(name) else None


def beside(page: ListingPage, *marks: str) -> Iterator[tuple[str, str]]:
    """Where the links lead whose address bears one of some marks, with what each says (its title, else its text); an address once."""
    seen: set[str] = set()
    for link in islice(() if page.tree is None else page.tree.iter("a"), links.MAX_LINKS):
        href, text = link.get("href", ""), _SPACE.sub("", (link.get("title") or link.text_content())[:200])
        if text and href not in seen and any(mark in href for mark in marks):
            seen.add(href)
            if url := pagers.resolved(href, page.url):
                yield url, text
