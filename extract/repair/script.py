"""Traditional to simplified script, where the text is predominantly traditional (DOMAIN.md section 12 no. 2)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from extract.repair.suspects import TRADITIONAL

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

_SHORT = 2000
_SAMPLE = 20_000
_NOT_HAN = re.compile("[^一-鿿]+")
_PREDOMINANT = 3


@cache
def _converter(name: str) -> Callable[[str], str]:
    from opencc_pyo3 import OpenCC

    convert: Callable[[str], str] = OpenCC(name).convert
    return convert


def simplified(text: str) -> str:
    """`text` in simplified script by OpenCC's phrases and characters; names, figures and quotation marks as they are."""
    return _converter("t2s")(text)


def traditional(text: str) -> str:
    """`text` in traditional script by OpenCC's phrases and characters."""
    return _converter("s2t")(text)


def is_traditional(text: str, found: frozenset[str]) -> bool:
    """Whether the characters that simplified script lacks (outside GB2312) clearly outnumber those that traditional lacks (Big5).

    `found` are the suspect characters of `text`: a long one without any of the commonest traditional ones is not counted through.
    """
    if len(text) > _SHORT and found.isdisjoint(TRADITIONAL):
        return False
    han = _NOT_HAN.sub("", text[:: len(text) // _SAMPLE + 1])
    traditional_only = len(han) - len(han.encode("gb2312", "ignore")) // 2
    simplified_only = len(han) - len(han.encode("big5", "ignore")) // 2
    return traditional_only > _PREDOMINANT * simplified_only


def simplify(text: str, found: frozenset[str], counts: Counter[str]) -> str:
    """`text` in simplified script if it is predominantly traditional; simplified text that quotes traditional characters stays."""
    if text.isascii() or not is_traditional(text, found):
        return text
    converted = simplified(text)
    if changed := sum(map(str.__ne__, text, converted)) if len(converted) == len(text) else int(converted != text):
        counts["traditional_script"] += changed
    return converted if changed else text
