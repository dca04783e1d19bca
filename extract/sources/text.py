"""Plain text: a line is a line, and its number is its place.

Texts saved from pages carry remains of markup: a `<br/>` printed as text is a line break, `&nbsp;` is a blank (DOMAIN.md section 12
no. 4), and two full-width blanks behind the end of a sentence are the indent of a paragraph whose line feed was lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.blocks import Line
from extract.errors import TooLarge

MAX_CHARACTERS = 16 * 1024 * 1024
"""Characters of a plain text that are worth reading."""

BREAK_AS_TEXT = re.compile(r"<\s*/?\s*br\s*/?\s*>|</p\s*>", re.IGNORECASE)
_BLANK_AS_TEXT = re.compile("&(?:nbsp|ensp|emsp|#160|#12288|#xa0|#x3000);?", re.IGNORECASE)
_INDENT = re.compile(r"(?<=[。；！？;!?])[^\S\t]*\u3000[^\S\t]*\u3000\s*")
_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")


def read(text: str) -> list[Line]:
    """The lines of a text that are not blank, with `line 45` as place. Raises TooLarge over `MAX_CHARACTERS`."""
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"{len(text):,} characters; the bound is {MAX_CHARACTERS:,}")
    return [Line(part, f"line {number}") for number, line in enumerate(text.split("\n"), 1) for part in parts(line)]


def parts(line: str) -> Iterator[str]:
    """The paragraphs on a line, stripped and without invisible characters; mostly one, none for a blank line."""
    if "<" in line or "&" in line:
        line = _BLANK_AS_TEXT.sub(" ", BREAK_AS_TEXT.sub("\n", line))
    if "\u3000\u3000" in line:
        line = _INDENT.sub("\n", line)
    if not line.isprintable():  # zero-width marks are not
        line = _ZERO_WIDTH.sub("", line)
    for part in line.split("\n"):
        # a tab parts cells, so one in front of the first or behind the last cell is kept
        if (stripped := part.strip(" \u3000\xa0\r\f\v")) and not stripped.isspace():
            yield stripped if "\t" in stripped.strip() or stripped.endswith("\t\t") else stripped.strip()
