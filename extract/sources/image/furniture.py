"""What a page prints around its text: page numbers, running heads and feet.

A page number says so by its dress (- 3 -, 第 3 页 共 9 页) or is a bare number at the edge; a running head stands at the edge of several
pages with the same words. A recogniser reads the dashes beside a page number as 一 or as a dot.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extract.sources.image.prose import Line

_EDGE = 0.12
_LINES = 2
_DASH = "[-－—–―_~·•.|一]"
_NUMBER = re.compile(
    rf"{_DASH}*\s*\d{{1,3}}\s*{_DASH}*|第\s*\d{{1,3}}\s*页(?:\s*[,，/]?\s*[(（]?\s*共\s*\d{{1,3}}\s*页\s*[)）]?)?"
    r"|共\s*\d{1,3}\s*页\s*[,，/]?\s*第\s*\d{1,3}\s*页|\d{1,3}\s*[/／]\s*\d{1,3}|[ivxIVX]{1,6}"
)
_DIGITS = re.compile(r"\d+")


def without(pages: Sequence[Sequence[Line]], heights: Sequence[int]) -> list[list[Line]]:
    """The lines of each page without its furniture; `heights` are those of the page pictures."""
    edges = [_at_edge(lines, height) for lines, height in zip(pages, heights, strict=True)]
    seen = Counter(text for edge in edges for text in {_masked(line.text) for line in edge})
    running = {text for text, count in seen.items() if count >= max(2, len(pages) / 3)}
    return [
        [line for line in lines if not (line in edge and (_NUMBER.fullmatch(line.text) or _masked(line.text) in running))]
        for lines, edge in zip(pages, edges, strict=True)
    ]


def _at_edge(lines: Sequence[Line], height: int) -> list[Line]:
    """The first and last lines of a page as far as they stand in its margins."""
    outer = [*lines[:_LINES], *lines[_LINES:][-_LINES:]]
    return [line for line in outer if line.box.bottom < _EDGE * height or line.box.top > (1 - _EDGE) * height]


def _masked(text: str) -> str:
    return _DIGITS.sub("0", "".join(text.split()))
