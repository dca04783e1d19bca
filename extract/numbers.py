"""Numbers as the reports print them: in a table cell, in characters (一百二十), with a scale (25.78万).

A number that is not sure stays text and carries a warning; nothing is rounded, and money is never moved to another unit.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.model import Number, State

SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_DIGITS = {"零": 0, "〇": 0, "○": 0} | {char: value for value, char in enumerate("一二三四五六七八九", 1)}
_FINANCIAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩两廿卅負點幺", "一二二三三四五六六七八九十百千万亿二二廿卅负点一")

MONEY = ("万元", "亿元", "元")
_COUNTERS = (
    "条次 条(次) 件次 件(次) 卷(件)次 人次 场次 批次 册次 户次 工作日 小时 平方米 件 条 类 部 份 个 项 篇 宗 起 笔 封 次 场 期 人 名 位 "
    "家 卷 册 页 批 户 张 例 处 台 套 种 本 则 轮 天 日 字 单 款 辆 所 间 幅 版 % ‰"
)
COUNTERS = tuple(_COUNTERS.split())
"""Words behind a number that are its unit; from `units` of sections.yaml and what cells print (150件, 2118笔)."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """What a value cell says. `value` is None unless `state` is number; `unit` is the printed one, None where none is printed.

    `warning` is set where a number was read against its form, or where a cell with figures in it could not be read as one number.
    """

    state: State
    value: Number | None = None
    unit: str | None = None
    warning: str | None = None


# ------------------------------------------------------------------------------------------------ numerals


def whole(value: Decimal) -> Number:
    """`value` as int where it is whole, else as the float nearest to it."""
    return int(value) if value == value.to_integral_value() else float(value)


def scaled(number: str, scale: str | None) -> Number:
    """`number` (digits as printed, with thousands commas) times `scale` (万, 亿, 百万 ...; None or "" for none), without float errors.

    >>> scaled("25.78", "万")
    257800
    """
    value = Decimal(number.replace(",", ""))
    for char in scale or "":
        value *= SCALES[char]
    return whole(value)


_APPROXIMATE = re.compile(r"(?<=[\d十百千万])[余多几](?=[百千万亿])")
_NUMERAL = re.compile(r"-?[\d.,零〇○一二三四五六七八九十百千万亿点]+")
_MAX_NUMERAL = 40
_PLAIN = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")


def chinese_number(text: str) -> Number | None:
    """The value of a whole numeral in characters, digits or both; None for anything else, also for 两三 and 十几, which name no number.

    余 and 多 between number and scale are passed over (3.99多万 is 39900): the marker is the caller's to keep.

    >>> chinese_number("3亿5000万"), chinese_number("二〇一八"), chinese_number("一百二十")
    (350000000, 2018, 120)
    """
    numeral = unicodedata.normalize("NFKC", text).translate(_FINANCIAL)
    numeral = _APPROXIMATE.sub("", numeral.replace("廿", "二十").replace("卅", "三十").replace("负", "-"))
    if len(numeral) > _MAX_NUMERAL or not _NUMERAL.fullmatch(numeral) or numeral[0] in "百千":
        return None
    sign, body = (-1, numeral[1:]) if numeral[0] == "-" else (1, numeral)
    value = _with_point(body)
    return None if value is None else whole(sign * value)


def _with_point(body: str) -> Decimal | None:
    before, point, after = body.partition("点")
    if not point:
        return _value(body)
    start, decimals = _value(before), _row(after)
    return None if start is None or decimals is None else start + Decimal(f"0.{decimals}")


def _row(part: str) -> str | None:
    """Digits in a row, in figures or characters, as figures; None where something else stands between."""
    digits = "".join(str(_DIGITS.get(char, char)) for char in part)
    return digits if digits.isdecimal() else None


def _value(part: str) -> Decimal | None:
    """`part` split at its greatest scale: what stands before it is multiplied, what stands behind is added."""
    if _PLAIN.fullmatch(part):
        return Decimal(part.replace(",", ""))
    for char, scale in reversed(SCALES.items()):
        before, found, after = part.rpartition(char)
        if found:
            return _sum(_factor(before, scale), _remainder(after, scale), scale)
    return _positional(part)


def _sum(factor: Decimal | None, remainder: Decimal | None, scale: int) -> Decimal | None:
    return None if factor is None or remainder is None or remainder >= scale else factor * scale + remainder


def _factor(part: str, scale: int) -> Decimal | None:
    """What multiplies a scale. 十 and 零百 stand for 1; 三四百 names no number; 十百 is none."""
    if part in {"", "零"}:
        return Decimal(1) if scale < 10_000 else None
    value = _value(part)
    if value is None or (len(part) > 1 and set(part) <= _DIGITS.keys()):
        return None
    return None if scale < 10_000 and value >= 10 and not part[-1].isdecimal() else value


def _remainder(part: str, scale: int) -> Decimal | None:
    """What is added behind a scale. A lone digit counts the next lower scale: 三万五 is 35000, 一百零五 is 105.

    A lone figure (3万5) may mean either.
    """
    if not part:
        return Decimal(0)
    if len(part) == 1 and part in _DIGITS:
        lower = 10_000_000 if scale == 100_000_000 else scale // 10
        return Decimal(_DIGITS[part] * lower)
    if len(part) == 1 and scale > 10:
        return None
    return _value(part.lstrip("零〇○")) if part.strip("零〇○") else None


def _positional(part: str) -> Decimal | None:
    """二〇一八, 一一. Two digits that rise by one or two (两三, 三五) are between two numbers."""
    digits = _row(part)
    if digits is None or (len(digits) == 2 and not part.isdecimal() and int(digits[1]) - int(digits[0]) in {1, 2} and digits[0] != "0"):
        return None
    return Decimal(digits)


# ------------------------------------------------------------------------------------------------ cells

_FOOTNOTES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿¹²³⁰⁴⁵⁶⁷⁸⁹*※"
_BLANK = re.compile(r"(?:&nbsp;?|&#160;|\s)*", re.IGNORECASE)
_DASH = re.compile(r"(?:[-‐‑‒–—―−─━ー/\\×✕✖\s]+|[nN]\s*[/.]?\s*[aA]\.?)")
_LOOSE_SPACE = re.compile(r"(?<![\d.,])\s+|\s+(?![\d.,\s])")
"""White space that stands beside no figure: between figures it may part two numbers."""
_FIGURES = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_IN_WORDS = "[零〇○一二三四五六七八九十百千万亿两兩廿卅壹贰叁肆伍陆柒捌玖拾佰仟]+?"
_UNITS = "|".join(re.escape(unit) for unit in sorted((*MONEY, *COUNTERS), key=len, reverse=True))
_CELL = re.compile(
    rf"(?P<sign>[-+−↑↓]*|增加|增长|新增|增|减少|下降|减)"
    rf"(?:(?P<figures>{_FIGURES})(?P<scale>[百千]?万(?!元)|亿(?!元)|千|百)?|(?P<words>{_IN_WORDS}))"
    rf"(?P<unit>{_UNITS})?(?P<note>\(.*\)|\[.*\])?",
    re.DOTALL,
)
_MINUS = frozenset({"-", "--", "−", "↓", "减少", "下降", "减"})
_PLUS = frozenset({"+", "↑", "增加", "增长", "新增", "增"})
_MAX_DIGITS = 15
_MAX_LENGTH = 500


def parse_cell(text: str, *, signed: bool = False) -> CellValue:
    """What a value cell says, by `cell_states` and `number_formats` of templates.yaml and DOMAIN.md section 8.

    `signed` is True in a column of changes, where +3, 增3 and -5, --5, 减少5项 are values. 零 and 无 are a printed 0. Two numbers, run
    together or with white space between, are text: nobody knows where the first ends.

    >>> parse_cell("27042.62万元")
    CellValue(state='number', value=27042.62, unit='万元', warning=None)
    """
    if not text or _BLANK.fullmatch(text):
        return CellValue("blank")
    if len(text) > _MAX_LENGTH:
        return _text(text)
    cell = _LOOSE_SPACE.sub("", unicodedata.normalize("NFKC", text.rstrip().rstrip(_FOOTNOTES)).strip())
    if _DASH.fullmatch(cell):
        return CellValue("dash")
    if cell in {"无", "零", "〇"}:
        return CellValue("number", 0)
    match = _CELL.fullmatch(cell)
    return _read(match, signed) if match else _text(cell)


def _text(cell: str, warning: str = "figures that are not one number") -> CellValue:
    return CellValue("text", warning=warning if any(char.isdecimal() for char in cell) else None)


def _read(match: re.Match[str], signed: bool) -> CellValue:
    """A cell of the form sign, number, unit, note."""
    sign, unit = match["sign"], match["unit"] or _unit_in_note(match["note"])
    magnitude = _magnitude(match, unit)
    if isinstance(magnitude, CellValue):
        return magnitude
    if sign and sign not in _MINUS | _PLUS:
        return _text("0", f"sign {sign}")
    if not signed and sign not in {"", "-", "−", "+"}:
        return _text("0", f"sign {sign} outside a column of changes")
    if signed and match["note"] and re.search("[减降-]", match["note"]):
        return _text("0", "a note that may hold the sign")
    warning = None if signed or not sign else "minus kept" if sign in _MINUS else "plus dropped"
    value = -magnitude if sign in _MINUS and magnitude else magnitude
    return CellValue("number", value, unit, warning or _odd_form(match))


def _unit_in_note(note: str | None) -> str | None:
    """12(件) prints its unit in a bracket."""
    inner = (note or "").strip("()[] ")
    return inner if inner in MONEY or inner in COUNTERS else None


def _magnitude(match: re.Match[str], unit: str | None) -> Number | CellValue:
    """The number without its sign; text where it could mean two things."""
    if words := match["words"]:
        return _magnitude_in_words(words, unit)
    figures, scale = match["figures"], match["scale"]
    if len(figures.replace(",", "").replace(".", "")) > _MAX_DIGITS:
        return _text("0", "too many digits for one number")
    if scale and unit is None:
        return _text("0", f"{scale} without a unit: scale or money")
    return scaled(figures, scale)


def _magnitude_in_words(words: str, unit: str | None) -> Number | CellValue:
    """一 and 一一 alone are often typed for a dash; 三万 alone may be money."""
    value = chinese_number(words)
    if unit is None and set(words) == {"一"}:
        return _text("0", "一 for 1 or for a dash")
    if value is None or (unit is None and words[-1] in "万亿"):
        return _text("0", "characters that are not one number")
    return value


def _odd_form(match: re.Match[str]) -> str | None:
    """A number that was read but is printed as no form prints it: 007, more than six decimals."""
    figures = match["figures"] or ""
    if len(figures) > 1 and figures[0] == "0" and figures[1].isdecimal() and figures.strip("0."):
        return "leading zero"
    return "more than six decimals" if len(figures.partition(".")[2]) > 6 else None
