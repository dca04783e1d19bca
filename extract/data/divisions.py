"""The administrative divisions of GB/T 2260 that existed at some time since 2008: `divisions.tsv` as a gazetteer.

`benchmarks/divisions.py` writes the file and names its sources. Townships are not in it: they are known by their suffix.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from extract.errors import DataFileError

FILE = "divisions.tsv"
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
Relation = Literal["same", "within", "holds", "apart"]
_PEOPLES = re.compile(
    "(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉"
    "|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|独龙|鄂伦春|门巴|珞巴|各)族"
    "|(?:蒙古|哈萨克|柯尔克孜|锡伯|塔吉克)(?=自治[州县旗])|维吾尔(?=自治区)"
)
_AUTONOMOUS = re.compile("自治(?=[州县旗])")


class Division(NamedTuple):
    """A province, prefecture or county. The years are those in which it bore this name with this code; 0 and 9999 stand for open ends."""

    code: str
    name: str
    first_year: int
    last_year: int

    @property
    def level(self) -> str:
        """province, prefecture or county (区, 县级市, 旗 too); counties directly under a province have codes such as 469001."""
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"

    @property
    def stem(self) -> str:
        """The part of the code that all divisions below share; a county's own code."""
        return {"province": self.code[:2], "prefecture": self.code[:4]}.get(self.level, self.code)

    def years_from(self, year: int) -> int:
        """How many years lie between `year` and the time of the division; 0 within it."""
        return max(self.first_year - year, year - self.last_year, 0)


class Gazetteer(NamedTuple):
    """Divisions by full name and by code."""

    by_name: Mapping[str, tuple[Division, ...]]
    by_code: Mapping[str, tuple[Division, ...]]

    def province(self, code: str) -> str | None:
        """The name of the province a code belongs to; None for a code of none."""
        found = self.by_code.get(code[:2] + "0000")
        return found[0].name if found else None


@cache
def gazetteer() -> Gazetteer:
    """The content of divisions.tsv. Raises DataFileError naming the line that is wrong."""
    by_name: dict[str, tuple[Division, ...]] = {}
    by_code: dict[str, tuple[Division, ...]] = {}
    for number, line in enumerate(files("extract.data").joinpath(FILE).read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        division = _division(line, number)
        by_name[division.name] = (*by_name.get(division.name, ()), division)
        by_code[division.code] = (*by_code.get(division.code, ()), division)
    return Gazetteer(by_name, by_code)


@cache
def short_names() -> Mapping[str, tuple[Division, ...]]:
    """Divisions by the short forms that titles print: 娄底, 恩施州, 新疆."""
    found: dict[str, tuple[Division, ...]] = {}
    for name, divisions in gazetteer().by_name.items():
        for short in _short_names(name):
            found[short] = found.get(short, ()) + divisions
    return found


def relation(code: str, other: str) -> Relation:
    """How the division of `code` lies to that of `other`: the same, within it, holding it, or apart.

    Codes that the table does not have (those of development zones) count by the digits they share. A division that was given another
    code and kept its name (水城县 520221, 水城区 520204 since 2020) is the same.
    """
    pairs = [(one, two) for one in _codes_of(code) for two in _codes_of(other)]
    if any(one == two for one, two in pairs):
        return "same"
    if any(one.startswith(_stem(two)) for one, two in pairs):
        return "within"
    return "holds" if any(two.startswith(_stem(one)) for one, two in pairs) else "apart"


def _stem(code: str) -> str:
    return Division(code, "", 0, 9999).stem


@lru_cache(maxsize=4096)
def _codes_of(code: str) -> tuple[str, ...]:
    """The code and those that its division had before or after: divisions of that name, whatever the suffix, in the same province.

    Namesakes that exist at the same time (桥东区 stood in three cities of one province) are never one division.
    """
    own = gazetteer().by_code.get(code, ())
    found = {
        other.code
        for one in own
        for other in _by_core()[code[:2], _core(one.name)]
        if other.level != "province" and not any(_overlap(each, other) for each in own)
    }
    return (code, *sorted(found - {code}))


def _overlap(one: Division, other: Division) -> bool:
    return one.first_year <= other.last_year and other.first_year <= one.last_year


@cache
def _by_core() -> Mapping[tuple[str, str], tuple[Division, ...]]:
    found: dict[tuple[str, str], tuple[Division, ...]] = {}
    for divisions in gazetteer().by_code.values():
        for division in divisions:
            key = division.code[:2], _core(division.name)
            found[key] = (*found.get(key, ()), division)
    return found


def _core(name: str) -> str:
    """水城 for 水城县 and 水城区; names of two characters stay whole."""
    return next(iter(_short_names(name)), name)


def _division(line: str, number: int) -> Division:
    try:
        code, name, first, last = line.split("\t")
        return Division(code, name, int(first or 0), int(last or 9999))
    except ValueError as error:
        raise DataFileError(f"extract/data/{FILE}: line {number}: must be code, name, first year, last year") from error


def _short_names(name: str) -> tuple[str, ...]:
    """娄底 for 娄底市; 新疆 for 新疆维吾尔自治区; 恩施州 and 恩施 for 恩施土家族苗族自治州; none for names of two characters."""
    if "自治" not in name:
        return (name[:-1],) if len(name) > 2 else ()
    plain = _PEOPLES.sub("", name)
    place = plain.partition("自治")[0]
    if len(place) < 2:
        return ()
    suffix = _AUTONOMOUS.sub("", plain)[len(place) :]
    return (place,) if name.endswith("自治区") else (place, place + suffix)
