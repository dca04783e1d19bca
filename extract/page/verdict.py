"""Pages that hold no article: what stands in their place, as an outcome with a reason in words (PORTALS.md section 16)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from extract import html
from extract.blocks import Item, Line
from extract.data.pages import pages
from extract.errors import NotReport, Obstacle, Unparsed
from extract.html import Element
from extract.model import Grid

_PROSE = re.compile(r"[\u4e00-\u9fff]{2,}[，。；：、,;:]")
_LINK_SHARE = 0.6
_MENU_TEXT = 300


def check(container: Element, body: Element, items: Sequence[Item], markup: str, *, has_files: bool) -> None:
    """Returns for an article. Raises Obstacle for a challenge, a soft 404, a script shell; NotReport for menus without an article;
    Unparsed where the markup has text and the tree has none.

    Fingerprints count only on a page with next to no text of its own: a report that mentions a captcha stays a report.
    """
    length = _length(items)
    if length < pages().text_below:
        text = "".join(html.text(body).split())
        _check_obstacles(markup, bare=len(text) < pages().text_below)
        if not text and not has_files:
            _check_empty(body, markup)
    if not has_files and _is_menu(container, items, length):
        raise NotReport("navigation only: the page has links and no article")


def _length(items: Sequence[Item]) -> int:
    return sum(len(item.text) if isinstance(item, Line) else sum([len(cell.text) for row in item.rows for cell in row]) for item in items)


def _check_obstacles(markup: str, bare: bool) -> None:
    """`bare`: the whole page has next to no text, menus counted; only then does a script say anything about it."""
    start = markup[:200_000]
    for obstacle in pages().obstacles:
        if (bare or not obstacle.bare) and obstacle.pattern.search(start):
            raise Obstacle(obstacle.outcome, obstacle.reason)


def _check_empty(body: Element, markup: str) -> None:
    if body.find(".//img") is not None:
        return
    if "<script" in markup.lower():
        raise Obstacle("js_only", "the page has scripts and no text")
    if len(markup) > 1024 or html.visible(markup):
        raise Unparsed("the page is not empty, but the parser found no text in it")
    raise NotReport("the page holds no text")


def _is_menu(container: Element, items: Sequence[Item], length: int) -> bool:
    """Whether links are most of the text and hardly a sentence stands between them."""
    if any(isinstance(item, Grid) and len(item.rows) > 2 for item in items):
        return False
    sentences = (item for item in items if isinstance(item, Line) and len(item.text) > 30 and _PROSE.search(item.text))
    few = len(list(islice(sentences, 3)))
    if few == 3:
        return False
    linked = sum(len("".join(html.text(link).split())) for link in container.iter("a") if link.get("href"))
    share = linked / (len("".join(html.text(container).split())) or 1)
    return share > _LINK_SHARE or (length < _MENU_TEXT and few == 0 and share > _LINK_SHARE / 2)
