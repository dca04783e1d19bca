"""HTML: one walk over the article's element gives its lines and grids in reading order.

Blocks and `<br>` end a line, inline elements are joined without blanks (1<span>2</span>3 is 123), hidden tabs count. A table becomes a
`Grid` with anchored cells, or the lines it lays out. Places are `p[12], line 88` and `table[2]/tr[3]/td[4], line 120`: the twelfth
paragraph of the article, the fourth printed cell in the third printed row of its second table, with the line of the markup.

`roles` says what each element does, `walk` collects, `cells` and `tables` make grids, `lines` makes lines.
"""

from __future__ import annotations

from extract.blocks import Item
from extract.html import Element
from extract.sources.html.lines import items
from extract.sources.html.walk import collect

__all__ = ["read"]


def read(element: Element) -> list[Item]:
    """Lines and grids of an element in reading order, its own tail left out. Bars of links (three lines and more) are left out."""
    return items(collect(element))
