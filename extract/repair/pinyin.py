"""Pinyin glosses behind characters, 創(chuàng)新 or 发(fa)布(bu): pages of scraper sites carry them (DOMAIN.md section 12 no. 1)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from extract.hanzi import common
from extract.repair.script import simplified

if TYPE_CHECKING:
    from collections import Counter

_FINALS = {
    "": "a ai an ang ao e ei en eng er o ou yi ya yan yang yao ye yin ying yo yong you yu yuan yue yun wu wa wai wan wang wei wen weng wo",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan uo v ve ue",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve ue",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
}
_BOUNDARIES = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
"""GB2312 orders its common characters by pinyin: the first character of each initial letter tells the letter of all that follow it."""
_LEVEL_TWO = bytes((0xD8, 0xA1))

_MARKED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿü"
_INNER = f"[a-zɑɡê{_MARKED}]{{1,24}}"
_GLOSS = (re.compile(rf"\(({_INNER})\)"), re.compile(rf"（({_INNER})）"))
"""Each begins with its bracket: the search for a single character is the fast one."""
_SPECIAL = str.maketrans("ɑɡüǖǘǚǜ", "agvvvvv")
_MOST = 50_000
"""Glosses looked at in a text, so that a hostile one costs bounded time: far more than a page has."""
_ENOUGH = 3
"""Glosses without tone marks that a page must have before they are taken for pinyin: (he), (an) and (men) are English too."""


@cache
def _syllables() -> frozenset[str]:
    return frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())


def strip(text: str, counts: Counter[str]) -> str:
    """`text` without pinyin glosses. Brackets that hold anything but pinyin of the character before them stay: (GSP), (kg), (internet)."""
    found = (gloss for pattern in _GLOSS for gloss in pattern.finditer(text) if "一" <= text[gloss.start() - 1] <= "鿿")
    glosses = list(islice(found, _MOST))
    if not glosses:
        return text
    removed = _pinyin(text, glosses)
    if not removed:
        return text
    counts["pinyin_glosses"] += len(removed)
    pieces, end = [], 0
    for start, stop in sorted(removed):
        pieces.append(text[end:start])
        end = stop
    return "".join((*pieces, text[end:]))


def _pinyin(text: str, glosses: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Spans of those brackets that are glosses."""
    tonal: list[tuple[re.Match[str], str]] = []
    plain: list[tuple[re.Match[str], str]] = []
    for gloss in glosses:
        count = _count_syllables(_toneless(gloss[1]))
        han = text[gloss.start() - count : gloss.start()] if count else ""
        if han and (count == 1 or _agrees(han, gloss[1])):
            (plain if gloss[1].isascii() else tonal).append((gloss, han))
    systematic = len(tonal) >= _ENOUGH
    kept = [gloss.span() for gloss, han in tonal if systematic or set(han) <= common()]
    agreeing = [gloss.span() for gloss, han in plain if len(han) == 1 and _agrees(han, gloss[1])]
    if systematic or (len(agreeing) >= _ENOUGH and len(agreeing) * 4 >= len(plain) * 3):
        kept += agreeing
    return kept


@lru_cache(maxsize=4096)
def _toneless(gloss: str) -> str:
    """`gloss` in plain letters; ü is v, and the ɑ and ɡ of the fonts of some sites are a and g."""
    plain = gloss.translate(_SPECIAL)
    return "".join(char for char in unicodedata.normalize("NFD", plain) if not unicodedata.combining(char))


@lru_cache(maxsize=4096)
def _count_syllables(letters: str, most: int = 4) -> int:
    """In how many syllables `letters` can be cut, as few as possible; 0 where they are no pinyin."""
    reached = {0}
    for count in range(1, most + 1):
        reached = {
            end for start in reached for end in range(start + 1, min(start + 6, len(letters)) + 1) if letters[start:end] in _syllables()
        }
        if len(letters) in reached:
            return count
    return 0


def _agrees(han: str, gloss: str) -> bool:
    """Whether the syllables may be those of the characters, as far as the order of GB2312 knows their first letters."""
    letters = _toneless(gloss)
    if len(han) > 1:
        return letters[0] in {_first_letter(han[0]), None}
    return letters[0] == _first_letter(han)


@cache
def _first_letter(char: str) -> str | None:
    """First letter of the pinyin of a common character, None where GB2312 does not order it by pinyin."""
    code = simplified(char).encode("gb2312", "ignore")
    if len(code) != 2 or not _code(_BOUNDARIES[0]) <= code < _LEVEL_TWO:
        return None
    return next(letter for boundary, letter in zip(reversed(_BOUNDARIES), reversed(_LETTERS), strict=True) if code >= _code(boundary))


def _code(char: str) -> bytes:
    return char.encode("gb2312")
