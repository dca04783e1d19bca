"""Lines as markup gives them, and what becomes of them: bars of links go, broken lines are joined, bold and centred ones are headings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from extract.blocks import Item, Line
from extract.model import Grid
from extract.sources.text import parts

_BETWEEN_CHARACTERS = re.compile(r"(?<=[\u2e80-\u9fff\uff00-\uffef])\s*\n\s*(?=[\u2e80-\u9fff\uff00-\uffef])")
_LINK_BAR = 3
"""So many lines in a row that are links only are a menu, or a table of contents that repeats the headings."""


@dataclass(slots=True)
class Text:
    """A line as collected. `heading` is the element's own opinion, `bold` is weaker; `linked`: all of it stands inside links; `kept`: white
    space is printed as it stands (pre), so that tabs part cells.
    """

    raw: str
    line: int
    heading: bool = False
    bold: bool = False
    linked: bool = False
    kept: bool = False


Collected = Text | Grid


def items(collected: list[Collected]) -> list[Item]:
    """What was collected as lines and grids, with the place of each line; bars of links are left out."""
    texts = [one for one in collected if isinstance(one, Text)]
    # an article that is bold throughout says nothing by it
    bold_counts = 2 * sum(one.bold for one in texts) <= max(len(texts), 10)
    found: list[Item] = []
    number = 0
    for one in _without_link_bars(collected):
        if isinstance(one, Grid):
            found.append(one)
            continue
        number += 1
        place = f"p[{number}], line {one.line}"
        found += [Line(part, place, None, one.heading or (one.bold and bold_counts)) for part in parts(_line_of(one))]
    return found


def _line_of(one: Text) -> str:
    return one.raw if one.kept and "\t" in one.raw else unbroken(one.raw)


def _without_link_bars(collected: list[Collected]) -> Iterable[Collected]:
    """All but runs of `_LINK_BAR` and more lines that consist of links only."""
    kept: list[Collected] = []
    bar: list[Collected] = []
    for one in collected:
        if isinstance(one, Text) and one.linked:
            bar.append(one)
            continue
        kept += bar if len(bar) < _LINK_BAR else []
        bar = []
        kept.append(one)
    return kept + (bar if len(bar) < _LINK_BAR else [])


def unbroken(raw: str) -> str:
    """A line without the line feeds of the markup: none between Chinese characters, a blank elsewhere. Tabs are blanks in HTML."""
    if "\n" in raw:
        raw = _BETWEEN_CHARACTERS.sub("", raw.strip())
    return " ".join(raw.split()) if "\u3000\u3000" not in raw else raw.replace("\n", " ").replace("\t", " ").strip()
