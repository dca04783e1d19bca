"""Characters that healthy Chinese pages hardly print: one look at the text says which repairs have anything to do."""

from __future__ import annotations

import re
from functools import cache

CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff"
"""C0 and C1 but tab and line ends (U+0085 is one), zero-width marks, direction marks, byte order marks, non-characters."""
LATIN = "À-ÖØ-Þäåæç"
"""Lead bytes of Chinese in GBK or UTF-8, read as Latin-1. è and é are left out: pinyin has them."""
SHIFTED = "ㄅ-ㄩ─-╋ǘ"
"""What （一） becomes one byte out of step; ㄛ is also the comma of GBK read as Big5."""
PRIVATE = "\ue000-\uf8ff"
TRADITIONAL = "開務為進國會發時辦動個門關實對業網這設條機"
"""The commonest characters that only traditional script prints: a long text without any of them is not traditional."""


@cache
def utf8_leads() -> str:
    """The 384 characters that a lead byte of Chinese in UTF-8 (E4-E9) and the byte behind it give when read as GBK (鏀垮簻 for 政府)."""
    pairs = (bytes((lead, trail)) for lead in range(0xE4, 0xEA) for trail in range(0x80, 0xC0) if trail != 0x7F)
    return "".join(pair.decode("gb18030") for pair in pairs)


@cache
def _pattern() -> re.Pattern[str]:
    """One character, not a run of them: only a pattern that begins with a bare class is searched without being tried at every place."""
    return re.compile(f"[{CONTROLS}{LATIN}{SHIFTED}{PRIVATE}{TRADITIONAL}{utf8_leads()}]")


_PLAIN = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
"""ASCII that is never suspect: four fifths of a page, and bytes can be rid of it far faster than a pattern walks over it."""


def suspects(text: str) -> frozenset[str]:
    """The suspect characters of `text`; empty for almost every page."""
    looked_at = text.encode("utf-8", "surrogatepass").translate(None, _PLAIN).decode("utf-8", "surrogatepass")
    return frozenset(_pattern().findall(looked_at))
