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
_FINANCIAL = str.maketrans(
    "壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億兩两廿卅負點幺", "一二二三三四五六六七八九十百千万亿二二廿卅负点一"
)

MONEY = ("万元", "亿元", "千元", "百元", "元")
COUNTERS = (
    "条次", "条(次)", "件次", "件(次)", "卷(件)次", "人次", "场次", "批次", "册次", "户次", "工作日", "小时", "平方米", "千字",
    "件", "条", "类", "部", "份", "个", "项", "篇", "宗", "起", "笔", "封", "次", "场", "期", "人", "名", "位", "家", "卷", "册", "页", "批",
    "户", "张", "例", "处", "台", "套", "种", "本", "则", "轮", "天", "日", "字", "单", "款", "辆", "所", "间", "幅", "版", "万字", "%", "‰",
)  # fmt: skip
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
_GROUP = re.compile(r"[\d.]+|[零〇○一二三四五六七八九十百千廿卅]+|[万亿点]")
_NUMERAL_ONLY = re.compile(r"-?[\d.,零〇○一二三四五六七八九十百千万亿廿卅点]+")
_GUESS = re.compile(r"(?:一二|二三|三四|四五|五六|六七|七八|八九|三五)")


def chinese_number(text: str) -> Number | None:
    """The value of a whole numeral in characters, digits or both; None for anything else, also for 两三 and 十几, which name no number.

    余 and 多 between number and scale are passed over (3.99多万 is 39900): the marker is the caller's to keep.

    >>> chinese_number("3亿5000万"), chinese_number("二〇一八"), chinese_number("一百二十")
    (350000000, 2018, 120)
    """
    numeral = _APPROXIMATE.sub("", unicodedata.normalize("NFKC", text).translate(_FINANCIAL).replace("负", "-"))
    if not _NUMERAL_ONLY.fullmatch(numeral) or _names_a_range(numeral, text):
        return None
    sign, body = (-1, numeral[1:]) if numeral[0] == "-" else (1, numeral)
    value = _with_point(body)
    return None if value is None else whole(sign * value)


def _names_a_range(numeral: str, printed: str) -> bool:
    """两三, 三五 and 三四百 are between two numbers; 二〇一二 and 一一 are digits in a row."""
    match = _GUESS.match(numeral)
    return bool(match) and (len(numeral) == 2 or numeral[2] in SCALES or printed[0] in "两兩")


def _with_point(body: str) -> Decimal | None:
    before, point, after = body.partition("点")
    if not point:
        return _sections(body)
    digits = "".join(str(_DIGITS.get(char, char)) for char in after)
    start = _sections(before)
    return None if start is None or not digits.isdecimal() else start + Decimal(f"0.{digits}")


def _sections(body: str) -> Decimal | None:
    """Sums what stands before 亿, before 万 and behind them; 三万五 is 35000, 一千万亿 multiplies."""
    total, section, last_scale = Decimal(0), None, 0
    for part in _GROUP.findall(body):
        if part in {"万", "亿"}:
            scale = SCALES[part]
            total = (total + (section or 0)) * scale if scale > last_scale else total + (section if section is not None else 1) * scale
            section, last_scale = None, scale
            continue
        if (value := _group(part, last_scale)) is None:
            return None
        section = value if section is None else _joined(section, value)
        if section is None:
            return None
    return total + (section or 0) if body else None


def _joined(left: Decimal, right: Decimal) -> Decimal | None:
    """四千230 and 1百01 mix digits and characters: the right part must be smaller than the left one's last place."""
    return left + right if left % 10 == 0 and right < left else None


def _group(part: str, scale: int) -> Decimal | None:
    """A stretch without 万 and 亿: digits, digits in characters, or 千百十. `scale` is what stood in front of it (三万五)."""
    if part[0].isdecimal() or part[0] == ".":
        return Decimal(part) if re.fullmatch(r"\d+(?:\.\d+)?", part) else None
    if not set(part) & set("十百千廿卅"):
        digits = "".join(str(_DIGITS[char]) for char in part)
        return Decimal(digits) * (scale // 10 if scale and len(part) == 1 else 1)
    return _thousands(part)


def _thousands(part: str) -> Decimal | None:
    """0 to 9999 in characters; None where the places do not fall (十百)."""
    total, digit, place, zero = 0, None, 10_000, False
    for char in part.replace("廿", "二十").replace("卅", "三十"):
        if char in _DIGITS:
            if digit:
                return None
            digit, zero = _DIGITS[char], zero or _DIGITS[char] == 0
        else:
            scale = SCALES[char]
            if scale >= place:
                return None
            total, digit, place, zero = total + (digit or 1) * scale, None, scale, False
    return Decimal(total + (digit or 0) * (place // 10 if not zero and place > 10 else 1))
