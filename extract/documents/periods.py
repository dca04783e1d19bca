"""The statistics period (统计期限) that a report states."""

from __future__ import annotations

import re
from datetime import date

from extract.normalize import fold
from extract.numbers import chinese_number

_DAY = r"(\d{1,2})月(\d{1,2})日?"
_RANGE = re.compile(
    rf"(20\d\d)年(?:度)?{_DAY}(?:零时|0时)?起?,?(?:至|到|—+|-+|~|截至|截止到?|止)(?:(20\d\d)年)?{_DAY}"
    r"|(20\d\d)[.\-/](\d{1,2})[.\-/](\d{1,2})日?起?(?:至|到|—+|-+|~)(20\d\d)[.\-/](\d{1,2})[.\-/](\d{1,2})"
)
_IN_CHARACTERS = re.compile("[〇○零一二三四五六七八九十]+(?=[年月日])")
_SUBJECT = re.compile("统计|期限|时限|时间范围|数据|报告期|所列|时段|周期")
_BEFORE, _AFTER = 60, 24


def read_period(text: str) -> tuple[date | None, date | None]:
    """First and last day of the period the text states; (None, None) where it states none or no real one.

    A range of dates counts only beside a word of statistics (统计期限, 数据): a campaign from 1 May to 30 June is none.

    >>> read_period("本年度报告中所列数据统计期限从2019年1月1日到12月31日止。")
    (datetime.date(2019, 1, 1), datetime.date(2019, 12, 31))
    """
    for line in text.split("\n"):
        if _SUBJECT.search(line) and (period := _period_in(_in_digits(fold(line)))):
            return period
    return None, None


def _in_digits(key: str) -> str:
    """Dates in characters (二〇〇八年五月一日) as figures."""
    return _IN_CHARACTERS.sub(lambda match: str(chinese_number(match[0]) or match[0]), key)


def _period_in(key: str) -> tuple[date, date] | None:
    for match in _RANGE.finditer(key):
        around = key[max(0, match.start() - _BEFORE) : match.end() + _AFTER]
        if _SUBJECT.search(around) and (period := _dates(match)):
            return period
    return None


def _dates(match: re.Match[str]) -> tuple[date, date] | None:
    parts = match.groups()
    values = [int(part) if part else 0 for part in (parts[:6] if parts[0] else parts[6:])]
    try:
        first = date(*values[:3])
        last = date(values[3] or values[0], values[4], values[5])
    except ValueError:
        return None
    return (first, last) if first < last else None
