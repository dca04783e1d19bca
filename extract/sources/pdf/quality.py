"""Whether the characters of a text layer can be believed.

A font that does not say which characters its shapes are (a broken ToUnicode map) gives private-use characters, control characters or,
where the map belongs to another font, rare characters in place of common ones. Such text looks like text and is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract.errors import NeedsOcr
from extract.hanzi import plausibility
from extract.sources.pdf.glyphs import Glyph

_ENOUGH = 40
_BROKEN = 0.03
_RARE = 0.5
_LATIN = 0.3


def check(glyphs: Sequence[Glyph]) -> None:
    """Raises NeedsOcr for characters that are no text: the page can be read by its print only."""
    if not glyphs:
        return
    broken = sum(glyph.broken or "\ue000" <= glyph.char <= "\uf8ff" or glyph.char >= "\U000f0000" for glyph in glyphs)
    if broken > max(2, _BROKEN * len(glyphs)):
        raise NeedsOcr(f"the fonts do not say which characters they print: {broken} of {len(glyphs)} are unknown")
    text = "".join(glyph.char for glyph in glyphs)
    share, count = plausibility(text, limit=20_000)
    if count >= _ENOUGH and share < _RARE:
        raise NeedsOcr(f"the fonts name wrong characters: {share:.0%} of {count} are common Chinese ones")
    latin = sum("\x80" <= char <= "\u024f" for char in text)
    if latin > max(_ENOUGH, _LATIN * len(text)):
        raise NeedsOcr(f"the fonts name wrong characters: {latin} of {len(text)} are accented Latin ones")
