"""Control, direction and zero-width characters, and private-use code points that later tables give a character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extract.repair.suspects import CONTROLS

if TYPE_CHECKING:
    from collections import Counter

_CONTROLS = re.compile(f"[{CONTROLS}]")
_ASSIGNED: dict[int, str] = dict(
    zip(map(ord, "\ue5e5\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864"), "\u3000ḿ龴龵龶龷龸龹龺龻", strict=True)
) | {0xE78D + offset: char for offset, char in enumerate("︐︒︑︓︔︕︖︗︘︙")}
"""Private use in the codec, characters in GB 18030-2022; A3A0 (U+E5E5) is the full-width space of old editors."""
_PRIVATE = re.compile("[" + "".join(map(chr, _ASSIGNED)) + "]")


def clean(text: str, found: frozenset[str], counts: Counter[str]) -> str:
    """`text` without C0 and C1 controls (but tab and line ends), bidi and zero-width marks, byte order marks and non-characters."""
    if not found:
        return text
    cleaned, removed = _CONTROLS.subn("", text)
    cleaned, assigned = _PRIVATE.subn(lambda match: _ASSIGNED[ord(match[0])], cleaned)
    if removed or assigned:
        counts["control_characters"] += removed + assigned
    return cleaned
