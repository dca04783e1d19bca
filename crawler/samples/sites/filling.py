"""Markup with $names filled in: `string.Template` with filters in braces and pieces that stand in other pieces.

`${title|url}` is a value with a filter, or several from left to right; `$$('#pager')` a dollar sign that is the page's own (jQuery).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from html import escape
from re import NOFLAG
from string import Template
from urllib.parse import quote

FILTERS: Mapping[str, Callable[[str], str]] = {
    "url": quote,
    "gbk": lambda text: quote(text.encode("gb18030")),
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "html": escape,
    "base": lambda text: base64.b64encode(text.encode()).decode(),
}


RESERVED = {
    *("site", "code", "host", "port", "origin", "query", "agency", "label", "token", "charset", "body", "part", "parts"),
    *("rows", "total", "page", "pages", "index", "per", "next", "previous", "next_file", "previous_file", "next_link", "previous_link"),
    *("place", "link"),
}
"""Names that have a value on every page, so that no piece can be called so; those of a row are reserved too."""


class Markup(Template):
    """A template whose names are lower case, with filters where they stand in braces."""

    idpattern = r"(?a:[a-z][a-z0-9_]*)"
    braceidpattern = r"(?a:[a-z][a-z0-9_]*(?:\|[a-z]+)*)"
    flags = NOFLAG


class Scope(dict[str, str]):
    """The values that names stand for; a name that has none is looked up in `pieces`, which are filled in from the same values."""

    def __init__(self, pieces: Mapping[str, str], values: Mapping[str, object]) -> None:
        super().__init__({name: str(value) for name, value in values.items()})
        self._pieces = pieces

    def __missing__(self, name: str) -> str:
        plain, bar, filters = name.partition("|")
        if not bar:
            return self.fill(self._pieces[name])
        value = self[plain]
        for one in filters.split("|"):
            value = FILTERS[one](value)
        return value

    def fill(self, markup: str) -> str:
        """`markup` filled in. Raises KeyError for a name that is neither a value nor a piece, ValueError for a lone dollar sign."""
        return Markup(markup).substitute(self)

    def having(self, **values: object) -> Scope:
        """These values and more."""
        return Scope(self._pieces, {**self, **values})
