"""RTF as tokens: control words, groups, text. One pattern, no step back, and binary data skipped by its length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(r"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\")


class Token(NamedTuple):
    """A piece of the file. `kind` is word, byte, sign, open, close or text; `number` is a control word's parameter, or the byte."""

    kind: str
    text: str
    number: int | None = None


def tokens(source: str) -> Iterator[Token]:
    """The tokens of an RTF file whose bytes were read as Latin-1, in order; every byte is looked at once."""
    position, end = 0, len(source)
    match_at = _TOKEN.match
    while position < end:
        match = match_at(source, position)
        assert match is not None  # the last alternatives take whatever is left
        position = match.end()
        word, parameter, byte, sign, brace, text = match.groups()
        if text is not None:
            yield Token("text", text)
        elif word is not None:
            number = None if parameter is None else int(parameter)
            if word == "bin":
                position += max(number or 0, 0)
            yield Token("word", word, number)
        elif brace is not None:
            yield Token("open" if brace == "{" else "close", brace)
        elif byte is not None:
            yield Token("byte", byte, int(byte, 16))
        elif sign is not None:
            yield Token("sign", sign)
