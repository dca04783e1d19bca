"""Numbers that Word prints and the text does not hold: 一、 （一） 1. of automatic lists.

A paragraph names a list and a level (numPr); the numbering part says how the levels count and look (ECMA-376 part 1, 17.9). The numbers
are put back into the text, since headings and labels of the forms are known by them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from extract.html import Element
from extract.sources.word.parts import child_value, switch, value, whole
from extract.sources.zipped import local

_CN = "〇一二三四五六七八九"
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_LEGAL, _LEGAL_OLD = "零壹贰叁肆伍陆柒捌玖拾", "零壹貳參肆伍陸柒捌玖拾"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
          (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_MAX = 9999


def _chinese(number: int) -> str:
    """11 as 十一, 20 as 二十, 101 as 一百零一; a list of a thousand items has figures."""
    if number > 999 or number < 0:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds:
        return _CN[ones] if not tens else ("" if tens == 1 else _CN[tens]) + "十" + (_CN[ones] if ones else "")
    tail = "" if not rest else ("零" + _CN[ones] if not tens else _CN[tens] + "十" + (_CN[ones] if ones else ""))
    return f"{_CN[hundreds]}百{tail}"


def _legal(digits: str) -> Callable[[int], str]:
    def written(number: int) -> str:
        tens, ones = divmod(number, 10)
        if number > 99 or number < 0:
            return str(number)
        return digits[ones] if not tens else ("" if tens == 1 else digits[tens]) + digits[10] + (digits[ones] if ones else "")

    return written


def _from(first: str, count: int) -> Callable[[int], str]:
    """The characters from `first` on (①, ⑴, ㈠) as far as Unicode has them, figures beyond."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= count else str(number)


def _roman(number: int) -> str:
    text = ""
    for worth, letters in _ROMAN:
        while number >= worth:
            text, number = text + letters, number - worth
    return text


def _letters(number: int) -> str:
    """27 is aa: Word repeats the letter."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 1 <= number <= 26 * 10 else str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number > 0 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        [
            "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
            "ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanCounting",
        ],
        _chinese,
    ),
    "chineseLegalSimplified": _legal(_LEGAL),
    "ideographLegalTraditional": _legal(_LEGAL_OLD),
    "japaneseLegal": _legal(_LEGAL_OLD),
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    **dict.fromkeys(["decimalEnclosedCircle", "decimalEnclosedCircleChinese"], _from("①", 20)),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "ideographEnclosedCircle": _from("㊀", 10),
    **dict.fromkeys(["decimalFullWidth", "decimalFullWidth2"], lambda number: str(number).translate(_WIDE)),
    "decimalZero": lambda number: f"{number:02}",
    "numberInDash": lambda number: f"- {number} -",
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda number: _roman(number).upper(),
    "ordinal": lambda number: f"{number}.",
    "bullet": lambda _: "",
    "none": lambda _: "",
}  # fmt: skip
"""ST_NumberFormat; figures for those that are not here."""


@dataclass(frozen=True, slots=True)
class Level:
    """How a level looks: `text` holds %1 to %9 for the numbers of the levels, `restart` the level whose number sets it back."""

    text: str = ""
    style: str = "decimal"
    start: int = 1
    restart: int | None = None
    legal: bool = False


@dataclass(slots=True)
class _List:
    """The levels of a list; lists of one abstract numbering count on together unless one starts anew."""

    counts: dict[int, int]
    levels: dict[int, Level]
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of a document and how far each has counted. `number` is asked for every numbered paragraph in reading order."""

    def __init__(self, root: Element | None) -> None:
        self._lists: dict[str, _List] = {}
        if root is None:
            return
        abstracts = {value(one, "abstractNumId") or "": _levels(one) for one in root if local(one) == "abstractNum"}
        counts: dict[str, dict[int, int]] = {}
        for num in (one for one in root if local(one) == "num"):
            name = child_value(num, "abstractNumId") or ""
            one = _List(counts.setdefault(name, {}), dict(abstracts.get(name, {})))
            _override(num, one)
            self._lists[value(num, "numId") or ""] = one

    def number(self, list_id: str, level: int) -> str:
        """What stands in front of the next paragraph of a list, "" for a bullet, an unknown list or no number; it counts on by one."""
        one = self._lists.get(list_id)
        if one is None or level not in one.levels:
            return ""
        counts, levels = one.counts, one.levels
        if level in one.starts:
            counts[level] = one.starts.pop(level)
        else:
            counts[level] = min(counts[level] + 1, _MAX) if level in counts else levels[level].start
        for below in [below for below in counts if below > level and _restarts(levels.get(below), level)]:
            del counts[below]
        return self._printed(counts, levels, level)

    @staticmethod
    def _printed(counts: dict[int, int], levels: dict[int, Level], level: int) -> str:
        shown = levels[level]
        text = shown.text
        for part in range(level + 1):
            mark = f"%{part + 1}"
            if mark in text:
                of = levels.get(part, shown)
                style = "decimal" if shown.legal else of.style
                text = text.replace(mark, _FORMATS.get(style, str)(counts.get(part, of.start)))
        return text if shown.style != "bullet" else ""


def _restarts(level: Level | None, above: int) -> bool:
    """Whether a level begins anew behind a number of the level `above`; `restart` 0 is never."""
    return level is None or level.restart is None or above < level.restart


def _levels(abstract: Element) -> dict[int, Level]:
    return {number: level for one in abstract if local(one) == "lvl" for number, level in [_level(one)]}


def _level(element: Element) -> tuple[int, Level]:
    restart = child_value(element, "lvlRestart")
    level = Level(
        text=child_value(element, "lvlText") or "",
        style=_style(element),
        start=whole(child_value(element, "start"), 1),
        restart=whole(restart, 0) if restart is not None else None,
        legal=bool(switch(element, "isLgl")),
    )
    return whole(value(element, "ilvl"), 0), level


def _style(element: Element) -> str:
    """The number format; newer ones stand in an alternative beside the one for old readers."""
    formats = (value(one) for one in element.iter() if local(one) == "numFmt")
    return next((name for name in formats if name and name != "custom"), "decimal")


def _override(num: Element, one: _List) -> None:
    for override in (child for child in num if local(child) == "lvlOverride"):
        level = whole(value(override, "ilvl"), 0)
        for child in override:
            if local(child) == "lvl":
                one.levels[level] = _level(child)[1]
        if (start := child_value(override, "startOverride")) is not None:
            one.starts[level] = whole(start, 1)
            one.levels[level] = replace(one.levels.get(level, Level()), start=whole(start, 1))
