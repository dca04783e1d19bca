"""Stretches of rows that belong to one kind of table.

One HTML table often holds all of part two, or the matrix and part four together, and one table of the form is often cut in several
(page breaks, editors). So grids are not tables: rows are taken in printed order, and a head or a caption opens a stretch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from extract.tables.labels import LONGEST, Mention, mention
from extract.tables.lines import Cell, Line

Kind = Literal["articles", "matrix", "reviews", "list", "unknown"]
SHARED = frozenset({"其他", "总计", "合计"})
"""Labels that several tables carry; they tell nothing about the kind of a row."""


@dataclass(slots=True)
class Segment:
    """Rows of one kind, possibly out of several grids. `articles` is part two, `reviews` part four, `list` indicator by indicator."""

    kind: Kind
    lines: list[Line] = field(default_factory=list)


def segments(grids: Iterable[list[Line]]) -> list[Segment]:
    """The stretches of all grids of a section, in printed order."""
    found: list[Segment] = []
    for lines in _rejoined_across(map(_rejoined, grids)):
        kinds = _openings(lines)
        start = next((index for index, kind in enumerate(kinds) if kind), len(lines))
        _add_prefix(found, lines[:start], whole=start == len(lines))
        for line, kind in zip(lines[start:], kinds[start:], strict=True):
            _add(found, line, kind)
    return found


def _openings(lines: list[Line]) -> list[Kind | None]:
    """The kind of table that each row opens. A group of part four alone (行政复议) opens it where its results follow."""
    kinds = [_opening(line) for line in lines]
    for index, line in enumerate(lines[:-1]):
        if (
            kinds[index] is None
            and kinds[index + 1] == "reviews"
            and not line.has_figures
            and any(cell.mention.group for cell in line.cells)
        ):
            kinds[index] = "reviews"
    return kinds


def _rejoined(lines: list[Line]) -> list[Line]:
    """The rows with labels put together that a page break cut: (四)政府信息公开专项经费(不包括用于政府公报编辑 | 管理及...的经费)."""
    joined: list[Line] = []
    for line in lines:
        whole = _joined(joined[-1], line) if joined and not line.flat else None
        if whole:
            joined[-1] = whole
        else:
            joined.append(line)
    return joined


def _rejoined_across(grids: Iterable[list[Line]]) -> list[list[Line]]:
    """The same from the last row of a grid to the first of the next; the row stays in the grid that prints its values."""
    pieces = [lines for lines in grids if lines]
    for before, after in pairwise(pieces):
        whole = _joined(before[-1], after[0]) if before and not before[-1].flat and not after[0].flat else None
        if whole and whole.grid == after[0].grid:
            before.pop()
            after[0] = whole
        elif whole:
            before[-1] = whole
            after.pop(0)
    return [lines for lines in pieces if lines]


def _joined(first: Line, second: Line) -> Line | None:
    """Both rows as one, where their labels are known only together and one of them alone prints anything behind its label."""
    upper = _own_label(first)
    if upper is None or upper.mention.is_known:
        return None
    lower = _own_label(second)
    if lower is None or lower.mention.is_known or len(lower.text) > LONGEST:
        return None
    text = upper.text + lower.text
    filled = [line for line, label in ((first, upper), (second, lower)) if any(cell.text for cell in _behind(line, label))]
    if len(filled) > 1 or not mention(text).is_row:
        return None
    line, label = (second, lower) if filled and filled[0] is second else (first, upper)
    whole = replace(label, text=text, mention=mention(text))
    return replace(line, cells=tuple(whole if cell is label else cell for cell in line.cells))


def _own_label(line: Line) -> Cell | None:
    for cell in reversed(line.cells):
        if not cell.is_value and not cell.mention.is_unit:
            return cell
    return None


def _behind(line: Line, label: Cell) -> list[Cell]:
    return [cell for cell in line.cells if cell.column > label.column]


def _add(found: list[Segment], line: Line, opening: Kind | None) -> None:
    kind = opening or _switch(found[-1], line)
    if not found or (kind and kind != found[-1].kind):
        found.append(Segment(kind or "unknown"))
    found[-1].lines.append(line)


def _switch(current: Segment, line: Line) -> Kind | None:
    """A table may follow another without a head of its own: its rows tell."""
    if current.kind not in ("articles", "reviews", "matrix"):
        return None
    mentions = [cell.mention for cell in line.cells if cell.mention.is_row]
    matrix = any(mention.matrix_row and mention.key not in SHARED for mention in mentions)
    article = any(mention.article_row for mention in mentions)
    if matrix == article:
        return None
    kind: Kind = "matrix" if matrix else "articles"
    return kind if (kind == "articles") == (current.kind == "matrix") else None


def _add_prefix(found: list[Segment], lines: list[Line], *, whole: bool) -> None:
    """Rows of a grid before its first head: the rest of a table that a page break cut, a table without a head, or titles."""
    if not lines:
        return
    hits = Counter(kind for line in lines for kind in _kinds(line))
    figures = any(line.has_figures for line in lines)
    last = found[-1] if found else None
    if hits:
        best = hits.most_common(1)[0][0]
        kind: Kind = last.kind if last and hits[last.kind] * 2 >= hits[best] else best
    elif last and last.kind == "reviews" and figures and not any(line.has_figures for line in last.lines):
        kind = "reviews"
    elif last and last.kind == "matrix" and figures and all(_has_shared_label(line) for line in lines):
        kind = "matrix"
    elif not (whole or figures):
        return
    else:
        kind = "unknown"
    if last is None or last.kind != kind or kind == "unknown":
        found.append(Segment(kind))
    found[-1].lines += lines


def _has_shared_label(line: Line) -> bool:
    return any(cell.mention.key in SHARED for cell in line.cells)


def _kinds(line: Line) -> set[Kind]:
    kinds: set[Kind] = set()
    for cell in line.cells:
        kinds.update(_kinds_of(cell.mention))
    return kinds


def _kinds_of(mention: Mention) -> Iterable[Kind]:
    if mention.key in SHARED:
        return
    if mention.list_rows:
        yield "list"
    if mention.article_row:
        yield "articles"
    if mention.matrix_row:
        yield "matrix"


def _opening(line: Line) -> Kind | None:
    """The kind of table whose caption or head the row is; None for every other row."""
    mentions = [cell.mention for cell in line.cells if cell.mention.is_column or cell.mention.caption]
    if not mentions:
        return None
    if any(mention.caption for mention in mentions):
        return "articles"
    if line.has_figures:
        return None
    if any(mention.article_columns for mention in mentions):
        return "articles"
    named = [mention for mention in mentions if mention.key not in SHARED]
    if any(mention.matrix_head or mention.matrix_column for mention in named):
        return "matrix"
    if any(mention.result for mention in named) or len([mention for mention in named if mention.group]) > 1:
        return "reviews"
    return "list" if _is_list_head(mentions) else None


def _is_list_head(mentions: list[Mention]) -> bool:
    heads = [mention for mention in mentions if mention.head or mention.list_columns]
    return len(heads) > 1 and any(mention.head in ("indicator", "unit") for mention in heads)
