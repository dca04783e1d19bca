"""Dates as listings print them: `2020-09-03`, `[2017-04-24]`, `2024.01.02`, `2024年1月2日`, split over lines, or `09-03` without a year.

PORTALS.md section 1. A date in a title is part of the title: `title` tells the two apart.
"""

from __future__ import annotations

import re
from datetime import date

_FULL = r"(20(?<!\d20)\d\d)\s{0,20}[-/.年－–—．]\s{0,20}(\d{1,2})\s{0,20}[-/.月－–—．]\s{0,20}(\d{1,2})(?!\d)\s{0,20}日?"
_DATE = re.compile(_FULL)
_DAY = re.compile(r"(?<![\d./-])(\d{2})[-/.](\d{2})(?![\d./-])")
_TIME = r"(?:\s{0,9}\d{1,2}:\d{2}(?::\d{2})?)?"
_NUMERIC = r"20(?<!\d20)\d\d\s{0,9}[-/.]\s{0,9}\d{1,2}\s{0,9}[-/.]\s{0,9}\d{1,2}(?!\d)"
_ALONE = re.compile(rf"^[\s\[(（【〔]{{0,9}}(?:{_FULL}|\d{{2}}[-/.]\d{{2}}){_TIME}[\s\])）】〕]{{0,9}}$")
_AT_END = re.compile(rf"(?:{_NUMERIC}|[\s\[(（【〔]{_FULL}){_TIME}[\s\])）】〕]{{0,9}}$")
_AT_START = re.compile(rf"^[\s\[(（【〔]{{0,9}}{_NUMERIC}{_TIME}[\s\])）】〕]")
_DIGIT = re.compile(r"\d")  # most texts of a page have none, and need no closer look
_SHORTEST = 5  # characters: 01-23
# A whole element: in parts (15 and 2024-01, 01-15 and 2024, 2024 and 01-15), in digits only, or with a year of two digits.
_PARTS = re.compile(
    r"(?P<d1>\d{1,2})日?\s{1,20}(?:/\s{1,9})?(?P<y1>20\d\d)[-/.年](?P<m1>\d{1,2})月?"
    r"|(?P<m2>\d{1,2})[-/.月](?P<d2>\d{1,2})日?\s{1,20}(?P<y2>20\d\d)年?"
    r"|(?P<y3>20\d\d)年?\s{1,20}(?P<m3>\d{1,2})[-/.月](?P<d3>\d{1,2})日?"
    r"|(?P<y4>20\d\d)(?P<m4>[01]\d)(?P<d4>[0-3]\d)|(?P<y5>[0-4]\d)-(?P<m5>\d\d)-(?P<d5>\d\d)"
)
_BRACKETS = "[](（)）【】〔〕 \t\r\n\u00a0\u3000"
_WIDE = str.maketrans("０１２３４５６７８９－．／", "0123456789-./")
_LONGEST = 60  # characters: a date with its time, its blanks and brackets
_URL_DAY = re.compile(r"/(?:t|P0|W0)?(20\d\d)[-_]?(0[1-9]|1[0-2])(?:[-_]?\d{2})?[_/.]|/(20\d\d)/(\d{1,2})/")
_URL_YEAR = re.compile(r"/(20\d\d)(?=[/_-])")


def printed(text: str, url: str = "") -> date | None:
    """The last date in a text, None where it prints none. A day without a year takes the year of the address `url`.

    >>> printed("云溪县 2026-\\n01-\\n23")
    datetime.date(2026, 1, 23)
    >>> printed("[01-04]", "http://www.yunxi.example/202012/t20201231_9.html")
    datetime.date(2021, 1, 4)
    """
    if not _DIGIT.search(text):
        return None
    text = text.translate(_WIDE)
    for found in reversed(_DATE.findall(text)):
        if whole := _valid(*map(int, found)):
            return whole
    if len(text) <= _LONGEST and (parts := _of_parts(text)):
        return parts
    days = _DAY.findall(text) if url else []
    return _with_year(int(days[-1][0]), int(days[-1][1]), url) if days else None


def may_hold(text: str) -> bool:
    """Whether a text holds what every date does, a digit."""
    return bool(_DIGIT.search(text))


def count(text: str) -> int:
    """How many whole dates a text prints."""
    return len(_DATE.findall(text.translate(_WIDE)))


def is_date(text: str) -> bool:
    """Whether a text is a date and nothing else (brackets and a time of day aside)."""
    if not _SHORTEST <= len(text) <= _LONGEST or not _DIGIT.search(text):
        return False
    text = text.translate(_WIDE)
    return bool(_ALONE.match(text)) or _of_parts(text) is not None


def split(title: str) -> tuple[str, str]:
    """A link's text as its title, and the date printed after or before it (empty without one). A date within a title stays there.

    >>> split("白榆区信息公开年报 [2020-03-01]")
    ('白榆区信息公开年报', '[2020-03-01]')
    >>> split("2019年1月1日至12月31日信息公开年报")[1]
    ''
    """
    if not _DIGIT.search(title):
        return title, ""
    end = _AT_END.search(title[-_LONGEST:].translate(_WIDE))
    if end:
        cut = len(title) - len(end[0])
        return title[:cut].strip(), title[cut:].strip()
    start = _AT_START.match(title[: 2 * _LONGEST].translate(_WIDE))
    return (title[start.end() :].strip(), start[0].strip()) if start else (title, "")


def _of_parts(text: str) -> date | None:
    """The date that a text is as a whole, in parts or short."""
    found = _PARTS.fullmatch(text.strip(_BRACKETS))
    if not found:
        return None
    parts = {name[0]: int(part) for name, part in found.groupdict().items() if part}
    return _valid(parts["y"] if parts["y"] > 99 else 2000 + parts["y"], parts["m"], parts["d"])


def _with_year(month: int, day: int, url: str) -> date | None:
    """The day in the year of the address. Where the address tells the month, the year is the one that brings both nearest together: an
    article made on 31 December may be listed on 4 January."""
    whole = _URL_DAY.search(url)
    if whole:
        made = int(whole[1] or whole[3]) * 12 + int(whole[2] or whole[4])
        year = min((made // 12 + step for step in (-1, 0, 1)), key=lambda year: abs(year * 12 + month - made))
        return _valid(year, month, day)
    only_year = _URL_YEAR.search(url)
    return _valid(int(only_year[1]), month, day) if only_year else None


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
