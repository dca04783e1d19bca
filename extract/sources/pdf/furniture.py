"""What a page prints around its text: page numbers, running heads and feet, and the lines of a table of contents.

A page number says so by its dress (- 3 -, 第 3 页 共 9 页, 3/9) or by counting on from page to page. A running head stands at the same
height on several pages with the same words. Both are looked for at the edges only, outside of tables.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from extract.sources.pdf.lines import Line

_EDGE = 0.13
_LINES = 3
_SAME_HEIGHT = 3.0
_DRESSED = re.compile(
    r"[-－—–_~·•|]+\s*\d{1,4}\s*[-－—–_~·•|]+|第\s*[\d一二三四五六七八九十百]{1,5}\s*页(?:\s*[,，/]?\s*[(（]?\s*共\s*[\d一二三四五六七八九十百]{1,5}\s*页\s*[)）]?)?"
    r"|共\s*\d{1,4}\s*页\s*[,，/]?\s*第\s*\d{1,4}\s*页|\d{1,4}\s*[/／]\s*\d{1,4}|(?:page|p\.?)\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_BARE = re.compile(r"\d{1,4}|[ivxlcIVXLC]{1,7}")
_LEADERS = re.compile(r"[.．·…⋯•]{4,}\s*[(（]?\d{1,4}[)）]?\s*$|(?:\.\s){3,}\s*\d{1,4}\s*$")
_CONTENTS = re.compile(r"\s*(?:目\s*录|目\s*次|contents)\s*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


def without(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The lines of each page without its furniture."""
    edges = [_at_edge(lines, height) for lines, height in zip(pages, heights, strict=True)]
    running = _running(edges)
    counting = _counting(edges)
    return [
        _without_contents([line for line in lines if not (line in edge and _is_furniture(line, number, running, counting))])
        for number, (lines, edge) in enumerate(zip(pages, edges, strict=True))
    ]


def _at_edge(lines: Sequence[Line], height: float) -> list[Line]:
    """The first and last lines of a page as far as they stand in its margins."""
    ordered = sorted(lines, key=lambda line: line.box.y0)
    outer = [*ordered[:_LINES], *ordered[_LINES:][-_LINES:]]
    return [line for line in outer if line.box.y1 < _EDGE * height or line.box.y0 > (1 - _EDGE) * height]


def _is_furniture(line: Line, page: int, running: frozenset[tuple[str, int]], counting: frozenset[tuple[int, int]]) -> bool:
    text, heights = line.text.strip(), _heights(line)
    if _DRESSED.fullmatch(text) or any((_masked(text), height) in running for height in heights):
        return True
    return bool(_BARE.fullmatch(text)) and (not text.isdecimal() or any((int(text) - page, height) in counting for height in heights))


def _heights(line: Line) -> tuple[int, int]:
    """Its height on the page, as two steps of which lines within `_SAME_HEIGHT` share one."""
    return round(line.box.y0 / _SAME_HEIGHT / 2) * 2, round(line.box.y0 / _SAME_HEIGHT / 2 + 0.5) * 2 + 1


def _masked(text: str) -> str:
    return _DIGITS.sub("0", "".join(text.split()))


def _running(edges: Sequence[Sequence[Line]]) -> frozenset[tuple[str, int]]:
    """Words that stand at one height on a third of the pages, and on two at least."""
    seen = Counter(key for edge in edges for key in {(_masked(line.text), height) for line in edge for height in _heights(line)})
    return frozenset(key for key, count in seen.items() if count >= max(2, len(edges) / 3) and not key[0].isdecimal())


def _counting(edges: Sequence[Sequence[Line]]) -> frozenset[tuple[int, int]]:
    """Bare numbers that count with the pages at one height: what they are over the number of the page."""
    numbers = [(page, line) for page, edge in enumerate(edges) for line in edge if _BARE.fullmatch(line.text) and line.text.isdecimal()]
    seen = Counter((int(line.text) - page, height) for page, line in numbers for height in _heights(line))
    return frozenset(key for key, count in seen.items() if count >= max(2, len(edges) / 3) or len(edges) == 1 == key[0])


def _without_contents(lines: list[Line]) -> list[Line]:
    """Lines without those of a table of contents: a heading, dots and a page; the line 目录 goes with them."""
    listed = [bool(_LEADERS.search(line.text)) for line in lines]
    if sum(listed) < 2:
        return lines
    return [line for line, is_listed in zip(lines, listed, strict=True) if not is_listed and not _CONTENTS.fullmatch(line.text)]
