"""The day a page was published, by order of trust (PORTALS.md section 1): printed on the page, listed, in the address, in the head."""

from __future__ import annotations

import re
from datetime import date

DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_IN_URL = (
    re.compile(r"/t((?:19|20)\d\d)(\d\d)(\d\d)_\d+"),  # TRS: t20200903_2748784.html
    re.compile(r"/art/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),  # Hanweb: /art/2020/9/3/art_1_2.html, not padded
    re.compile(r"/((?:19|20)\d\d)-(\d\d)-(\d\d)/"),  # Epoint: /2020-09-03/uuid.html
    re.compile(r"/((?:19|20)\d\d)/?(\d\d)/?(\d\d)/"),  # /20200903/, /2020/09/03/
)


def first_date(text: str) -> date | None:
    """The first real calendar day printed in `text` (2020-01-31, 2020/1/31, 2020.1.31, 2020年1月31日); None where there is none."""
    return next((day for match in DATE.finditer(text) if (day := _day(*match.groups()))), None)


def in_url(url: str) -> date | None:
    """The day that an address names in the way of a CMS; None where it names none, or only a month.

    >>> in_url("http://www.example.gov.cn/zwgk/202009/t20200903_2748784.html")
    datetime.date(2020, 9, 3)
    """
    return next((day for shape in _IN_URL for match in shape.finditer(url) if (day := _day(*match.groups()))), None)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
