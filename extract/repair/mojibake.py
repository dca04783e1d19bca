"""Text that was read with the wrong table and stored so: the reading is undone where the inverse succeeds and gives plausible Chinese.

UTF-8 read as GBK (鏀垮簻 for 政府), UTF-8 or GBK read as Latin-1 (æ”¿åºœ, Õþ¸®), GBK read as Big5 and the other way round, and two or
three of these on top of each other. Other scripts are left alone: their damage is not ours to judge.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from extract.hanzi import plausibility
from extract.repair.suspects import LATIN, PRIVATE, utf8_leads

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator

_SEGMENT = re.compile(r"[^<>\n\x00-\x7f][^<>\n]*")
"""Text between tags from its first character beyond ASCII: no repair reaches over a tag or a line."""
_RUN = re.compile(r"[^\x00-\x7f]{2,}")
_HAN = re.compile(f"[一-鿿{PRIVATE}]")
_LATIN_RUN = re.compile("[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]{4,}")
_CUT_GBK = re.compile("\ufffd+\\?*")
_CUT_LATIN = re.compile("\ufffd[\ufffd?]*")
_SAMPLE = 2000
_MOST_TRIES = 5000
"""Stretches tried in a text, so that a hostile one costs bounded time."""
_DEPTH = 3
_PROBE = 600
_LONG = 50_000
_GAIN = 0.25
"""How much more plausible a reading must be than what it is made from."""
_FEWEST, _FEWEST_OF_PAGE = 2, 4
_WHOLE_PAGE = 0.4
"""Plausibility below which a page as a whole may have been read with the wrong Chinese table."""
_GLANCE, _HEALTHY, _ENOUGH_SEEN = 600, 0.65, 50
"""So few characters of a page tell that it is healthy, as nearly all are: a wrong reading of 50 never looks that plausible."""


class _Rule(NamedTuple):
    """An inverse, and the plausibility its result must have."""

    name: str
    undo: Callable[[str], str]
    plausible: float


@cache
def _latin_table() -> dict[int, int]:
    """Byte of a character in Latin-1 or in Windows-1252, whichever was used."""
    table = {code: code for code in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        char = bytes((byte,)).decode("cp1252", "ignore")
        table.update({ord(char): byte} if char else {})
    return table


def _latin_bytes(text: str) -> bytes:
    return text.translate(_latin_table()).encode("latin-1")


def _utf8_as_gbk(text: str) -> str:
    """? or U+FFFD stands for a byte that GBK could not show: it cost one character, the rest is whole."""
    decoded = text.replace("\ufffd", "?").encode("gb18030").decode("utf-8", "replace")
    return _CUT_GBK.sub("\ufffd", decoded)


def _utf8_as_latin1(text: str) -> str:
    decoded = _latin_bytes(text.replace("\ufffd", "?")).decode("utf-8", "replace")
    return _CUT_LATIN.sub("\ufffd", decoded)


_BYTEWISE = (
    _Rule("utf8_as_gbk", _utf8_as_gbk, 0.6),
    _Rule("utf8_as_latin1", _utf8_as_latin1, 0.6),
    _Rule("gbk_as_latin1", lambda text: _latin_bytes(text).decode("gb18030"), 0.7),
)
_CROSSED = (
    _Rule("gbk_as_big5", lambda text: text.encode("big5hkscs").decode("gb18030"), 0.7),
    _Rule("big5_as_gbk", lambda text: text.encode("gb18030").decode("big5hkscs"), 0.7),
)


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(f"[{LATIN}{utf8_leads()}]")


def mend(text: str, found: frozenset[str], counts: Counter[str]) -> str:
    """`text` with every damaged stretch between tags read anew; `found` are its suspect characters."""
    if text.isascii():
        return text
    if any(map(_marks().match, found)):
        text = _mend_segments(text, counts)
    rule = _crossed(text)
    return _mend_page(text, rule, counts) if rule else text


# ------------------------------------------------------------------------------------------------ UTF-8 or GBK, anywhere on a page


def _mend_segments(text: str, counts: Counter[str]) -> str:
    tries = iter(range(_MOST_TRIES))
    return _each(_SEGMENT, text, tries, lambda segment: _read_anew(segment, counts) or _by_runs(segment, counts, tries))


def _by_runs(segment: str, counts: Counter[str], tries: Iterator[int]) -> str:
    """Healthy and damaged stretches side by side: each run between ASCII characters for itself, then each run of Latin ones."""

    def mended(run: str) -> str:
        whole = _read_anew(run, counts) if run != segment else None
        return whole or _LATIN_RUN.sub(lambda part: _read_anew(part[0], counts) or part[0], run)

    return _each(_RUN, segment, tries, mended)


def _each(stretches: re.Pattern[str], text: str, tries: Iterator[int], mended: Callable[[str], str]) -> str:
    """`text` with those of the stretches mended that hold a mark, as long as there are tries left."""
    pieces: list[str] = []
    end = 0
    for match in stretches.finditer(text):
        if not _marks().search(match[0]):
            continue
        if next(tries, None) is None:
            break
        pieces += (text[end : match.start()], mended(match[0]))
        end = match.end()
    return "".join((*pieces, text[end:])) if pieces else text


def _read_anew(damaged: str, counts: Counter[str]) -> str | None:
    """The most plausible of the readings that the rules give, one upon another; None where none is good enough."""
    before, _ = plausibility(damaged)
    readings = list(_readings(damaged, before, ()))
    if not readings:
        return None
    _, best, names = max(readings, key=lambda reading: reading[0])
    counts.update(names)
    return best


def _readings(text: str, before: float, names: tuple[str, ...]) -> Iterator[tuple[float, str, tuple[str, ...]]]:
    """Score, text and rules of every acceptable reading within _DEPTH inverses."""
    for rule in _BYTEWISE:
        reading = _undone(text, rule)
        if reading is None:
            continue
        lost = reading.count("\ufffd")
        score, characters = plausibility(reading.replace("\ufffd", ""))
        path = (*names, rule.name)
        if lost <= characters and score >= rule.plausible and characters >= _FEWEST and score >= before + _GAIN:
            yield score, reading, path
        elif len(path) < _DEPTH and not lost and len(text) < _LONG:
            yield from _readings(reading, before, path)


def _undone(text: str, rule: _Rule) -> str | None:
    """The text read anew; None where it is not of that damage. Of a long one the beginning is tried first."""
    try:
        if len(text) > _PROBE and rule.undo(text[:_PROBE]).count("\ufffd") * 4 > _PROBE / 4:
            return None
        reading = rule.undo(text)
    except UnicodeError:
        return None
    return reading if reading != text else None


# ------------------------------------------------------------------------------------------------ GBK and Big5 mixed up, a whole page


def _crossed(text: str) -> _Rule | None:
    """The rule that makes Chinese of a page which, as a whole, is Han or private-use characters but no plausible Chinese, if any."""
    score, characters = plausibility(text[:: len(text) // _GLANCE + 1])
    if score >= _HEALTHY and characters >= _ENOUGH_SEEN:
        return None
    sample = text[:: len(text) // _SAMPLE + 1]
    score, characters = plausibility(sample)
    if score >= _WHOLE_PAGE or characters < _FEWEST_OF_PAGE or len(_HAN.findall(sample)) * 2 < characters:
        return None
    runs = "".join(_RUN.findall(text[:_LONG]))[:_SAMPLE]
    readings = {rule: plausibility(_undone(runs, rule) or "")[0] for rule in _CROSSED}
    best = max(_CROSSED, key=lambda rule: readings[rule])
    return best if readings[best] >= best.plausible else None


def _mend_page(text: str, rule: _Rule, counts: Counter[str]) -> str:
    """Every run read anew; those that another table wrote, and so are none, stay."""

    def mended(match: re.Match[str]) -> str:
        reading = _undone(match[0], rule)
        if reading is None:
            return match[0]
        score, characters = plausibility(reading)
        if characters and score < _WHOLE_PAGE:
            return match[0]
        counts[rule.name] += 1
        return reading

    return _RUN.sub(mended, text)
