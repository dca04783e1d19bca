"""Forms in which texts are compared: folded labels, headings without their number, patterns over text without spaces.

Nothing here changes what is stored. A stage folds a copy, decides on it, and cuts the original.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_CJK_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗㣺⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋"
    "⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒⺳㓁⺶羊⺹耂⺺肀⺻聿⺼肉⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝"
    "⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
"""Radical and character in turn. NFKC folds U+2F00-2FDF by itself but leaves these, which PDF fonts print (DOMAIN.md section 12 no. 6)."""

RADICALS = dict(zip(_CJK_RADICALS[::2], _CJK_RADICALS[1::2], strict=True))
QUOTES = frozenset("\"'`´“”„‟‘’‚‛«»‹›「」『』〝〞〟＂＇｢｣")
_INVISIBLE = frozenset("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_CN = "[一二三四五六七八九十]{1,3}"


def fold_character(char: str) -> str:
    """`char` under NFKC, radicals too; white space and invisible marks become "".

    Circled and raised digits stay as they are: `100①` must not become 1001.
    """
    folded = RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    if folded != char and unicodedata.category(char) == "No" and folded[0].isnumeric() and folded[-1].isnumeric():
        return char
    return "".join(RADICALS.get(part, part) for part in folded if not part.isspace() and part not in _INVISIBLE)


class _Table(dict[int, str]):
    """A table for `str.translate` that fills itself: `exceptions` first, `fold_character` for the rest."""

    def __init__(self, exceptions: dict[int, str]) -> None:
        super().__init__(exceptions)

    def __missing__(self, code: int) -> str:
        self[code] = folded = fold_character(chr(code))
        return folded


_SPACES = [code for code in range(0x3001) if chr(code).isspace()]
_COMPARE = _Table({ord(quote): '"' for quote in QUOTES})
_PROSE = _Table({ord("\n"): "\n"})
_SPACED = _Table(dict.fromkeys(_SPACES, " "))

_LINE = 60
_MARKS = {mark: fold_character(mark) for mark in "，：；（）！？％"}
_COMPARED, _READ = r"[^!-&(-_a-~一-鿿。、《》〔〕·—]", r"[^\n!-~一-鿿。、《》〔〕“”·—]"
_TO_COMPARE, _TO_READ = re.compile(f"{_COMPARED}{_COMPARED}*"), re.compile(f"{_READ}{_READ}*")
"""What the two ways of folding may change. Chinese prose is mostly fixed already: looking for the rest is far cheaper than translating.

Each begins with a bare class, by which the search passes over what is fixed without trying the pattern at every place, as `+` would.
"""


def _half_width(text: str) -> str:
    """`text` with its commonest full-width marks folded, each to one character."""
    for mark, half in _MARKS.items():
        text = text.replace(mark, half)
    return text


def fold(text: str) -> str:
    """`text` for comparing: NFKC, radicals folded, no white space, every quotation mark as `"`. Folding twice changes nothing.

    >>> fold("政府信息 公开（⼀）“条例”")
    '政府信息公开(一)"条例"'
    """
    printed = _half_width(text) if len(text) > _LINE else text
    return _TO_COMPARE.sub(lambda run: run[0].translate(_COMPARE), printed)


def squeeze(text: str) -> str:
    """`text` for display: every run of white space (U+3000 and no-break spaces too) is one space, none at the ends."""
    return " ".join(text.split())


# ------------------------------------------------------------------------------------------------ prose


class Folded:
    """Prose as patterns read it: NFKC, spaces inside lines removed, line feeds kept; `text` is searched, `original` is cut.

    `original[folded.start(i):folded.end(j)]` is the print of `folded.text[i:j]`.
    """

    __slots__ = ("_starts", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        printed = _half_width(original)
        self.text = _TO_READ.sub(lambda run: run[0].translate(_PROSE), printed)
        self._starts: Sequence[int] | None = range(len(original) + 1) if self.text == printed else None

    def start(self, index: int) -> int:
        """Offset in `original` of the character that gave `text[index]`; the length of `original` past the end."""
        return self._offsets()[index]

    def end(self, index: int) -> int:
        """Offset in `original` behind the character that gave `text[index - 1]`; 0 for 0."""
        return self._offsets()[index - 1] + 1 if index > 0 else 0

    def span(self, start: int, end: int) -> tuple[int, int]:
        """`start` and `end` of a stretch in one."""
        origins = self._offsets()
        return origins[start], origins[end - 1] + 1 if end > 0 else 0

    def cut(self, start: int, end: int) -> str:
        """The print of `text[start:end]`, "" for an empty stretch."""
        return self.original[self.start(start) : self.end(end)] if start < end else ""

    def _offsets(self) -> Sequence[int]:
        """Where in `original` each character of `text` comes from, and the end: counted only where characters vanish or become several."""
        if self._starts is None:
            printed = _half_width(self.original)
            widths = [(at, len(_PROSE[ord(printed[at])])) for run in _TO_READ.finditer(printed) for at in range(*run.span())]
            self._starts = _origins([(at, width) for at, width in widths if width != 1], len(printed))
        return self._starts


def _origins(changes: Sequence[tuple[int, int]], length: int) -> Sequence[int]:
    """For each folded character the offset it comes from, and `length`; `changes` are the offsets that fold to no or several characters."""
    if not changes:
        return range(length + 1)
    origins: list[int] = []
    done = 0
    for at, width in changes:
        origins.extend(range(done, at))
        origins.extend([at] * width)
        done = at + 1
    return [*origins, *range(done, length + 1)]


# ------------------------------------------------------------------------------------------------ leading numbers


class Numbered(NamedTuple):
    """A line cut behind its number. `style` is an id of `numbering_styles` in sections.yaml, None where there is no number.

    `ordinal` is the value, `printed` the number as printed without spaces and without 、 behind it, `rest` the line behind it as it stands.
    """

    style: str | None
    ordinal: int | None
    printed: str | None
    rest: str


_STYLES = re.compile(
    rf"""
      (?P<cn_comma>{_CN})\s*[、,.:]\s*
    | (?P<run_in>{_CN}\s*是|{_CN}(?:要|方面))
    | (?P<cn_bare>{_CN})\s+(?=\S)
    | (?P<part>第\s*(?:{_CN}|\d{{1,2}})\s*(?:部\s*分|章|节))[、:.\s]*
    | (?P<cn_paren>\(\s*{_CN}\s*\)|{_CN}\s*\))\s*[、.]?\s*
    | (?P<ar_dot>\d{{1,2}})\s*[.、](?!\d(?!\d{{3}}年))\s*
    | (?P<ar_paren>\(?\s*\d{{1,2}}\s*\))[、.]?\s*
    | (?P<circled>[①-⑳㊀-㊉❶-❿➀-➓])[、.]?\s*
    """,
    re.VERBOSE,
)
_HEAD = 32
"""No number is longer: only this much of a line is folded to find one."""

_DIGITS = re.compile(r"\d+")
_NUMERAL = re.compile("[一二三四五六七八九十]+")
_CN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")}


def _cn_ordinal(numeral: str) -> int | None:
    """1 to 99 of 一 to 九十九; None for what is no numeral, such as 一二."""
    if "十" not in numeral:
        return _CN_DIGITS[numeral] if len(numeral) == 1 else None
    tens, _, ones = numeral.partition("十")
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return None
    return (_CN_DIGITS[tens] if tens else 1) * 10 + (_CN_DIGITS[ones] if ones else 0)


def _ordinal(printed: str) -> int | None:
    if digits := _DIGITS.search(printed):
        return int(digits[0])
    if numeral := _NUMERAL.search(printed):
        return _cn_ordinal(numeral[0])
    value = unicodedata.numeric(printed[0], None)
    return None if value is None else int(value)


def leading_number(text: str) -> Numbered:
    """The number in front of a heading, by `numbering_styles` of sections.yaml; `text` is the line with its spaces.

    ㈠ ⑴ ⒈ and full-width forms are read like (一) (1) 1. An opener 一是 has `rest` behind 一是.

    >>> leading_number("（一） 主动公开")
    Numbered(style='cn_paren', ordinal=1, printed='(一)', rest='主动公开')
    """
    line = text.strip()
    number = _number_of(line[:_HEAD])
    if number is None:
        return Numbered(None, None, None, line)
    style, ordinal, printed, length = number
    return Numbered(style, ordinal, printed, line[length:].lstrip())


@lru_cache(maxsize=4096)
def _number_of(head: str) -> tuple[str, int, str, int] | None:
    """Style, value, print and length of the number that the first characters of a line begin with; all reports share their headings."""
    match = _STYLES.match(head.translate(_SPACED))
    if not match or match.lastgroup is None:
        return None
    printed = match[match.lastgroup].replace(" ", "")
    ordinal = _ordinal(printed)
    return None if ordinal is None else (match.lastgroup, ordinal, printed, _consumed(head, match.end()))


def _consumed(line: str, folded_length: int) -> int:
    """How many characters of `line` gave the first `folded_length` characters of its folded form."""
    taken = 0
    for offset, char in enumerate(line):
        if taken >= folded_length:
            return offset
        taken += len(_SPACED[ord(char)])
    return len(line)


# ------------------------------------------------------------------------------------------------ labels

_LABEL_NUMBER = re.compile(
    rf"""
      其中\s*[:,、]?\s*
    | {_CN}\s*[、,.:]\s*
    | {_CN}\s+(?=\S)
    | 第\s*(?:{_CN}|\d{{1,2}})\s*(?:部\s*分|章|节)[、:.\s]*
    | (?:\(\s*(?:{_CN}|\d{{1,2}})\s*\)|(?:{_CN}|\d{{1,2}})\s*\))\s*[、.:]?\s*
    | \d{{1,2}}\s*[.、,:](?!\d(?!\d{{3}}年))\s*
    | 0\d(?!\d)\s*
    | \d{{1,2}}(?=[一-鿿])(?![年月日时点个项件条次类])
    | \d{{1,2}}\s+(?=\S)
    | [①-⑳㊀-㊉❶-❿➀-➓][、.]?\s*
    """,
    re.VERBOSE,
)
_NO_QUOTES = {ord('"'): None}
_OPENERS = {")": "(", "）": "（", "〕": "〔", "]": "[", "】": "【"}


def label_key(text: str) -> str:
    """The form in which a printed row or column label is compared (`label_matching` of templates.yaml).

    Folded, quotation marks removed, << >> as 《》, stars of footnotes at the end removed, 其中: and numbers in front removed.
    "" where nothing but a number is printed.

    >>> label_key("其中：1．“危及<<条例>>”数 *")
    '危及《条例》数'
    """
    label = text.translate(_SPACED).strip()
    while match := _LABEL_NUMBER.match(label):
        label = label[match.end() :]
    key = fold(label).translate(_NO_QUOTES).rstrip("*※:")
    return key.replace("<<", "《").replace(">>", "》")


def without_bracket(text: str) -> tuple[str, str | None]:
    """`text` without the bracketed explanation at its end, and what stood in the bracket; None where there is no such bracket.

    >>> without_bracket("采购总金额(万元,保留四位小数)")
    ('采购总金额', '万元,保留四位小数')
    """
    stripped = text.rstrip()
    closer = stripped[-1:]
    if closer not in _OPENERS:
        return text, None
    depth = 0
    for offset in range(len(stripped) - 1, 0, -1):
        char = unicodedata.normalize("NFKC", stripped[offset])
        depth += (char in ")〕]】") - (char in "(〔[【")
        if depth == 0:
            return stripped[:offset].rstrip(), stripped[offset + 1 : -1].strip()
    return text, None
