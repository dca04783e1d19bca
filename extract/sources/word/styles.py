"""What a paragraph's style says: that it is a heading, a line of the table of contents, hidden, numbered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.html import Element
from extract.sources.word.parts import child, child_value, switch, value, whole
from extract.sources.zipped import local

_HEADING = re.compile(r"(?:heading|标题)\s*\d?|(?:sub)?title|副标题", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|目录)\s*\d", re.IGNORECASE)
_DEPTH = 20
"""Styles that are based on one another; a circle ends here."""


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph or character style with what it inherits. `numbering` is list and level, None where it has none."""

    heading: bool = False
    contents: bool = False
    hidden: bool = False
    bold: bool = False
    centred: bool = False
    numbering: tuple[str, int] | None = None


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: Element | None) -> None:
        styles = [] if root is None else [one for one in root if local(one) == "style"]
        self._elements = {value(one, "styleId"): one for one in styles}
        self._read: dict[str | None, Style] = {}
        defaults = (value(one, "styleId") for one in styles if value(one, "type") == "paragraph" and value(one, "default") in ("1", "true"))
        self._default = next(defaults, None)

    def __getitem__(self, name: str | None) -> Style:
        """The style of that id, the default one for None; an empty style where the document has none such."""
        name = name or self._default
        if name not in self._read:
            self._read[name] = self._resolved(name)
        return self._read[name]

    def _resolved(self, name: str | None) -> Style:
        chain: list[Element] = []
        while (element := self._elements.get(name)) is not None and element not in chain and len(chain) < _DEPTH:
            chain.append(element)
            name = child_value(element, "basedOn")
        if not chain:
            return Style()
        title = (child_value(chain[0], "name") or "").strip()
        levels = (child_value(child(one, "pPr"), "outlineLvl") for one in chain)
        return Style(
            heading=bool(_HEADING.fullmatch(title)) or next((level for level in levels if level), "9") != "9",
            contents=bool(_CONTENTS.fullmatch(title)),
            hidden=_is_on(chain, "vanish"),
            bold=_is_on(chain, "b"),
            centred=next((side for one in chain if (side := child_value(child(one, "pPr"), "jc"))), None) == "center",
            numbering=_numbering(chain),
        )


def _is_on(chain: list[Element], name: str) -> bool:
    """What the nearest style that says anything about a property of the characters says."""
    said = (switch(child(one, "rPr"), name) for one in chain)
    return next((state for state in said if state is not None), False)


def _numbering(chain: list[Element]) -> tuple[str, int] | None:
    """List and level; a style may take over the list of the one below it with another level."""
    list_id, level = None, None
    for style in chain:
        found = child(child(style, "pPr"), "numPr")
        if found is not None:
            own_id, own_level = numbered(found)
            list_id, level = list_id or own_id, level if level is not None else own_level
    return (list_id, level or 0) if list_id else None


def numbered(properties: Element) -> tuple[str | None, int | None]:
    """List and level that a numPr names, None for what it leaves open; list "0" switches the numbering off."""
    level = child_value(properties, "ilvl")
    return child_value(properties, "numId"), whole(level, 0) if level is not None else None
