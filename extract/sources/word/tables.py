"""Rows and cells of a Word table: which are printed, in which columns they stand, how they are merged."""

from __future__ import annotations

from collections.abc import Iterator

from extract.html import Element
from extract.sources.spans import Placed
from extract.sources.word.parts import child, child_value, content, switch, value, whole
from extract.sources.zipped import local

_SLIVER = 284
"""Twips (half a centimetre) below which what a row leaves free in front is no column."""
_COLUMNS = 500
"""Columns of a table that are believed."""


def rows(table: Element) -> Iterator[Element]:
    """The rows of a table that are printed."""
    for element in table:
        name = local(element)
        if name == "tr":
            properties = child(element, "trPr")
            if child(properties, "del") is None and not switch(properties, "hidden"):
                yield element
        elif name == "sdt":
            yield from rows(content(element))
        elif name in ("customXml", "ins", "moveTo"):
            yield from rows(element)


def cells(row: Element) -> Iterator[Placed[Element]]:
    """The cells of a row with their columns; cells merged across by the old hMerge are one."""
    column = _before(child(row, "trPr"))
    pending: Placed[Element] | None = None
    for element in _tcs(row):
        properties = child(element, "tcPr")
        columns = min(max(whole(child_value(properties, "gridSpan"), 1), 1), _COLUMNS)
        merge = child(properties, "vMerge")
        merged = None if merge is None else "restart" if value(merge) == "restart" else "continue"
        across = child(properties, "hMerge")
        if across is not None and value(across) != "restart" and pending is not None:
            pending = pending._replace(columns=pending.columns + columns)
        else:
            if pending is not None:
                yield pending
            pending = Placed(element, column, columns, merged)
        column += columns
    if pending is not None:
        yield pending


def _before(properties: Element | None) -> int:
    """Columns of the grid that a row leaves free in front; a sliver is a row that somebody drew a little out of line."""
    columns = min(max(whole(child_value(properties, "gridBefore"), 0), 0), _COLUMNS)
    width = child(properties, "wBefore")
    sliver = value(width, "type") in (None, "dxa") and 0 < whole(value(width, "w"), 0) < _SLIVER
    return 0 if sliver else columns


def _tcs(row: Element) -> Iterator[Element]:
    for element in row:
        name = local(element)
        if name == "tc":
            if child(child(element, "tcPr"), "cellDel") is None:
                yield element
        elif name == "sdt":
            yield from _tcs(content(element))
        elif name in ("customXml", "ins", "moveTo"):
            yield from _tcs(element)
