"""The files that portals stand in: one a province, named in pinyin, and two for those that belong to none."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crawler.errors import ConfigurationError
from extract.data.divisions import gazetteer, short_names

if TYPE_CHECKING:
    from collections.abc import Mapping

MINISTRIES = "ministries"
CORPS = "bingtuan"

PROVINCES: Mapping[str, str] = {
    "beijing": "110000", "tianjin": "120000", "hebei": "130000", "shanxi": "140000", "neimenggu": "150000",
    "liaoning": "210000", "jilin": "220000", "heilongjiang": "230000",
    "shanghai": "310000", "jiangsu": "320000", "zhejiang": "330000", "anhui": "340000", "fujian": "350000", "jiangxi": "360000",
    "shandong": "370000", "henan": "410000", "hubei": "420000", "hunan": "430000", "guangdong": "440000", "guangxi": "450000",
    "hainan": "460000", "chongqing": "500000", "sichuan": "510000", "guizhou": "520000", "yunnan": "530000", "xizang": "540000",
    "shaanxi": "610000", "gansu": "620000", "qinghai": "630000", "ningxia": "640000", "xinjiang": "650000",
}  # fmt: skip
"""File name and code (GB/T 2260) of each province-level division of the mainland: where the Regulations are in force."""

_OTHERS: Mapping[str, tuple[str, ...]] = {
    MINISTRIES: ("国务院", "国务院部门", "部委"),
    # The Corps governs like a prefecture-level region and is no division of GB/T 2260 (PORTALS.md section 19).
    CORPS: ("新疆生产建设兵团", "兵团"),
}

AREAS = (*PROVINCES, *_OTHERS)


def area_of(given: str) -> str:
    """The file that a name (河北, 河北省), a file name (hebei) or a code (130000) means. Raises ConfigurationError for an unknown one."""
    found = _by_name().get(given.strip().lower())
    if found is None:
        known = ", ".join(f"{area} ({names[0]})" for area, names in _names().items())
        raise ConfigurationError(f"no province {given!r}: give a name, its pinyin or its code, as -a province=hebei; known are {known}")
    return found


def title_of(area: str) -> str:
    """What the area is called in Chinese, in short: 河北, 国务院."""
    return _names()[area][0]


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """The Chinese names of every area, the short one first."""
    short = {division.code: name for name, divisions in short_names().items() for division in divisions if division.level == "province"}
    by_code = gazetteer().by_code
    provinces = {area: (short[code], *(one.name for one in by_code[code]), code) for area, code in PROVINCES.items()}
    return {**provinces, **_OTHERS}


@cache
def _by_name() -> dict[str, str]:
    return {name: area for area, names in _names().items() for name in (area, *names)}
