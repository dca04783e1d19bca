"""GBK read one byte out of step (DOMAIN.md section 12 no. 3): `　（一）回應關注` became `?。ㄒ唬┗貞婈P注`.

The first byte of a full-width space or of a character was lost, every following pair of bytes is read across two characters, and the
text heals at the next ASCII byte. Pairs that fell on private-use code points were dropped, so a reading backwards is not always whole:
statutory labels are looked up among themselves, damaged in the same way; other text is read backwards where nothing was lost.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extract.data import templates
from extract.hanzi import common, plausibility
from extract.repair.script import simplified, traditional
from extract.repair.suspects import PRIVATE, SHIFTED

if TYPE_CHECKING:
    from collections import Counter

_LOST = "?？\ufffd"
_START = re.compile(f"[{_LOST}]?。(?=[{SHIFTED}])|[?\ufffd](?=[^\x00-\x7f\ufffd]{{3}})")
_CHEAP_START = re.compile("\\?[^\x00-\x7f\ufffd]{3}")
_RUN = re.compile(r"[^\x00-\x7f\ufffd]+")
_LEFT_OUT = re.compile(f"[{PRIVATE}⿰-⿻]")
_SINGLE = re.compile(rf"[{_LOST}]([?？]|[^\x00-\x7f\ufffd]{{1,2}})([@-~])(?=([一-鿿]))")
_TAIL = re.compile(rf"[{PRIVATE}]*[{_LOST}]?(?:\(?[a-zà-ǜ]{{1,6}}\))?")
"""What is left of a character cut in two: a mark for its lost byte, and its gloss, whose bracket the byte took with it."""
_GLOSSED = re.compile(r"([一-鿿])(\([a-zà-ǜ]+\))")
_FULL_WIDTH = (str.maketrans("()", "（）"), str.maketrans("(),:", "（），："))
_NUMERALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五")
_ALONE = frozenset("一二三四五六七八九十的和与及等了在对为是由以将按向从到并或不未无各全我本年月日个条件次数市县区省乡镇村局办委")
"""Characters that are often words of their own in a report."""
_CERTAIN = 0.45
"""Plausibility from which a run is no damage, whatever stands before it."""
_NUMBER = re.compile("^　?（[一二三四五六七八九十]+）")
_SHORTEST = 3
_MENDED = 0.85
_LONGEST = 100
_LONGEST_RUN = 400
_MOST = 500
"""Places tried in a text, so that a hostile one costs bounded time."""


class _Damage(NamedTuple):
    """A damaged beginning of a label, what it was, and the last byte of its last character where that stood alone in the end."""

    shown: str
    original: str
    orphan: int | None


def mend(text: str, found: frozenset[str], counts: Counter[str]) -> str:
    """`text` with every stretch out of step restored that leaves one reading; the rest stays as it is."""
    shifted = any(char in found for char in "ㄒㄈㄋㄎㄆㄊǘ") or any("─" <= char <= "╋" for char in found)
    if shifted or _CHEAP_START.search(text) or "\ufffd" in text:
        text = _mend_runs(text, _known(text) if shifted else (), counts)
    if shifted or "\ufffd" in text or "??" in text or ("？" in text and ("?？" in text or "？？" in text)):
        text = _mend_singles(text, counts)
    return text


def _mend_runs(text: str, known: tuple[_Damage, ...], counts: Counter[str]) -> str:
    pieces: list[str] = []
    end = 0
    tries = iter(range(_MOST))
    for match in _START.finditer(text):
        if next(tries, None) is None:
            break
        if match.start() < end:
            continue
        mended = _known_label(text, match.start(), known) or _backwards(text, match)
        if mended:
            restored, stop = mended
            pieces += (text[end : match.start()], restored)
            end = stop
            counts["shifted_gbk"] += 1
    return "".join((*pieces, text[end:])) if pieces else text


# ------------------------------------------------------------------------------------------------ statutory labels


def _known(text: str) -> tuple[_Damage, ...]:
    """Every numbered label of the forms, damaged; with the glosses that the page itself prints, in both scripts."""
    glosses = dict(_GLOSSED.findall(text)) if "(" in text else {}
    originals = {
        "".join(char + glosses.get(char, "") for char in label) for printed in _labels() for label in (printed, traditional(printed))
    } | {label for printed in _labels() for label in (printed, traditional(printed))}
    damages = {_damage(original) for original in sorted(originals)}
    shown: dict[str, set[_Damage]] = {}
    for damage in damages:
        shown.setdefault(damage.shown, set()).add(damage)
    certain = [next(iter(same)) for same in shown.values() if len(same) == 1]
    return tuple(sorted(certain, key=lambda damage: -len(damage.shown)))


@cache
def _labels() -> tuple[str, ...]:
    """Labels whose number is in full-width brackets, as the forms print them behind a full-width space."""
    rows = [
        row for table in templates().tables.values() for row in table.rows if row.number.startswith("(") and row.number[1:-1] in _NUMERALS
    ]
    labels = {f"　（{row.number[1:-1]}）{label}" for row in rows for label in (row.label, *row.aliases)}
    return tuple(labels | {label.translate(widths) for label in labels for widths in _FULL_WIDTH})


def _damage(original: str) -> _Damage:
    """`original` without its first byte, read pair by pair until the reading falls into step again."""
    stored = original.encode("gb18030")
    shown, at = [], 1
    while at < len(stored) - 1 and stored[at] >= 0x80 and stored[at + 1] >= 0x80:
        shown.append(stored[at : at + 2].decode("gb18030", "ignore"))
        at += 2
    orphan = stored[at] if at < len(stored) and stored[at] >= 0x80 else None
    if orphan is None:
        shown.append(stored[at : at + 1].decode())
    return _Damage(_normal("".join(shown)), stored[: at + 1].decode("gb18030"), orphan)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", _LEFT_OUT.sub("", text))


def _known_label(text: str, start: int, known: tuple[_Damage, ...]) -> tuple[str, int] | None:
    """The label that stands at `start`, and where it ends there."""
    window = text[start : start + _LONGEST].split("\n", 1)[0]
    lead = len(window) - len(window.lstrip(_LOST))
    shown = _normal(window[lead:])
    for damage in known:
        if shown.startswith(damage.shown):
            stop = start + lead + _raw_length(window[lead:], damage.shown)
            if damage.orphan is None:
                return damage.original, stop
            if found := _with_tail(damage, text, stop):
                return found
    return None


def _raw_length(window: str, shown: str) -> int:
    """How much of `window` was folded into `shown`."""
    taken = 0
    for length, char in enumerate(window):
        if taken >= len(shown):
            return length
        taken += len(_normal(char))
    return len(window)


def _with_tail(damage: _Damage, text: str, stop: int) -> tuple[str, int] | None:
    """The label and the end of what its last character left: a mark and a gloss, or a character made with the ASCII sign behind it.

    None where more damage follows: it is a longer label.
    """
    stored = text[stop : stop + 1].encode("gb18030", "ignore")
    if len(stored) == 2 and stored[0] == damage.orphan and stored[1] < 0x80:
        return damage.original + chr(stored[1]), stop + 1
    tail = _TAIL.match(text, stop)
    end = tail.end() if tail else stop
    return (damage.original, end) if text[end : end + 1].isascii() else None


# ------------------------------------------------------------------------------------------------ other text


@cache
def _openings() -> tuple[tuple[str, bytes], ...]:
    """`　（一）` to `　（十五）` out of step, as they show with private-use pairs left out, and the bytes they were."""
    stored = [f"　（{numeral}）".encode("gb18030") for numeral in _NUMERALS]
    shown = [_LEFT_OUT.sub("", opening[1:-1].decode("gb18030", "ignore")) for opening in stored]
    return tuple(sorted(zip(shown, stored, strict=True), key=lambda pair: -len(pair[0])))


def _backwards(text: str, match: re.Match[str]) -> tuple[str, int] | None:
    """The run behind `match`, put into step again; None where a byte is missing or the result is no plausible Chinese."""
    start = match.start() + (text[match.start()] in _LOST)
    run = _RUN.match(text, start, start + _LONGEST_RUN)
    if run is None or plausibility(run[0])[0] >= _CERTAIN:
        return None
    stored = _stored(run[0])
    if stored is None:
        return None
    follower = text[run.end() : run.end() + 1]
    for tail in (follower if "@" <= follower <= "~" else "", ""):
        restored = _restored(stored + tail.encode())
        if restored:
            return restored, run.end() + len(tail)
    return None


def _stored(run: str) -> bytes | None:
    """The bytes of a run with the lost one in front; ? stands for it where nothing tells what it was."""
    for shown, opening in _openings():
        rest = run[len(shown) :].encode("gb18030", "ignore")
        if run.startswith(shown) and rest[:1] == opening[-1:]:
            return opening[:-1] + rest
    stored = run.encode("gb18030", "ignore")
    return b"\xa1" + stored if stored[0] == 0xA1 else None


def _restored(stored: bytes) -> str | None:
    """`stored` as text. An odd byte at the end is the rest of a character and becomes U+FFFD."""
    try:
        text = stored.decode("gb18030") if len(stored) % 2 == 0 else stored[:-1].decode("gb18030") + "\ufffd"
    except UnicodeDecodeError:
        return None
    whole = text.removesuffix("\ufffd")
    if plausibility(whole)[0] < _MENDED:
        return None
    han = "".join(char for char in _NUMBER.sub("", whole) if "一" <= char <= "鿿")
    if len(han) < _SHORTEST or not set(han) <= common():
        return None
    return text if _in_words(han) else None


def _in_words(han: str) -> bool:
    """Whether words cover `han`: where a pair was dropped, two characters became a wrong one, which stands alone."""
    import rjieba

    return all(len(word) > 1 or word in _ALONE for word in rjieba.cut(simplified(han), False))


# ------------------------------------------------------------------------------------------------ one character in running text


def _mend_singles(text: str, counts: Counter[str]) -> str:
    """確??h政府: the lost byte is the one that makes a word with the character before it, if there is one such byte only."""
    tries = iter(range(_MOST))

    def mended(match: re.Match[str]) -> str:
        before = text[match.start() - 1 : match.start()]
        if not "一" <= before <= "鿿" or next(tries, None) is None:
            return match[0]
        restored = _single(before, match[1].replace("?", "？"), match[2], match[3])
        if restored:
            counts["shifted_gbk"] += 1
        return restored or match[0]

    return _SINGLE.sub(mended, text)


@lru_cache(maxsize=256)
def _single(before: str, run: str, letter: str, after: str) -> str | None:
    rest = run.encode("gb18030", "ignore") + letter.encode()
    candidates = [read for lead in range(0x81, 0xFF) if (read := _read(bytes((lead,)) + rest)) and set(read[1:]) <= common()]
    words = [read for read in candidates if _is_word(before + read[0])]
    if not words:
        words = [read for read in candidates if _is_word(read + after if len(read) == 1 else read)]
    return words[0] if len(words) == 1 else None


def _read(stored: bytes) -> str | None:
    try:
        text = stored.decode("gb18030")
    except UnicodeDecodeError:
        return None
    return text if all("一" <= char <= "鿿" for char in text) else None


def _is_word(text: str) -> bool:
    import rjieba

    return bool(rjieba.has_word(simplified(text)))
