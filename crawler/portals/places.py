"""Whether an entry's division code, level and name go together, and with the file it stands in (GB/T 2260)."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.portals.areas import CORPS, MINISTRIES, PROVINCES, title_of
from crawler.portals.problems import Fault, brief
from extract.data.divisions import gazetteer, short_names

if TYPE_CHECKING:
    from collections.abc import Iterator

    from extract.data.divisions import Division

_CODE = re.compile(r"[0-9]{6}")
# Development zones govern like a county and have no code of their own: they stand under that of their city.
_ZONE = re.compile("开发区|高新区|经开区|园区|新区|新城|示范区|保税区|度假区|[试实]验区|管理区|管委会")
_TABLE = "extract/data/divisions.tsv"


def faults(entry: dict[str, Any], area: str) -> Iterator[Fault]:
    """What does not fit; nothing where name or level are wrong by themselves, which others say."""
    code, level, name = entry.get("division_code"), entry.get("level"), entry.get("name")
    if (level == "ministry") != (area == MINISTRIES):
        yield _wrong_file(area)
    elif area not in PROVINCES:
        yield from _needless_code(code, area)
    elif fault := _code_fault(code, area):
        yield fault
    elif isinstance(level, str) and isinstance(name, str):
        yield from _level_and_name(gazetteer().by_code[str(code)], level, name)


def _wrong_file(area: str) -> Fault:
    if area == MINISTRIES:
        return Fault("level", f"only ministries stand in {MINISTRIES}.yaml", "write `level: ministry`, or move the entry to its province")
    return Fault("level", "a ministry belongs to no province", f"move the entry to {MINISTRIES}.yaml, or give its level")


def _needless_code(code: Any, area: str) -> Iterator[Fault]:
    if code is not None:
        who = "the Corps" if area == CORPS else "a ministry"
        yield Fault("division_code", f"{who} has none in GB/T 2260", "write `division_code: null`")


def _code_fault(code: Any, area: str) -> Fault | None:
    """Why the code is none of the province; None for one that is."""
    own = PROVINCES[area]
    if code is None:
        return Fault("division_code", "is missing", f'give the six digits of GB/T 2260, as "{own}" for the province ({_TABLE} lists them)')
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return Fault(
            "division_code", f"cannot be {brief(code)}", f'write six digits between quotes, as "{code if isinstance(code, int) else own}"'
        )
    if code not in gazetteer().by_code:
        cure = f"look the place up in {_TABLE}; a department has the code of its government"
        return Fault("division_code", f"{code} is no division", cure)
    if code[:2] != own[:2]:
        home = next((one for one, other in PROVINCES.items() if other[:2] == code[:2]), None)
        cure = f"move the entry to {home}.yaml, or correct the code" if home else "correct the code"
        return Fault("division_code", f"{code} ({gazetteer().by_code[code][-1].name}) does not lie in {title_of(area)}", cure)
    return None


def _level_and_name(divisions: tuple[Division, ...], level: str, name: str) -> Iterator[Fault]:
    division, zone = divisions[-1], level == "county" and bool(_ZONE.search(name))
    fitting = _levels(division.level, zone)
    if level not in fitting:
        of_place = f"{division.code} ({division.name}) is a {division.level}"
        yield Fault("level", f"{of_place}, not a {level}", f"write {' or '.join(fitting)}, or the code of the place itself")
    elif not zone and not any(one in name for one in _names(division.code)):
        cure = f"begin the name with its place, as {division.name}…, or correct the code"
        yield Fault("name", f"{brief(name)} does not name {division.name}, whose code is {division.code}", cure)


def _levels(of_code: str, zone: bool) -> tuple[str, ...]:
    """The levels that a code allows: that of the division, a department there; towns below counties, and cities without districts."""
    own: tuple[str, ...] = (of_code, "department")
    if of_code != "province":
        own = (*own, "township")
    return (*own, "county") if zone and of_code == "prefecture" else own


@cache
def _all_names() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for names in (gazetteer().by_name, short_names()):
        for name, divisions in names.items():
            for division in divisions:
                found.setdefault(division.code, set()).add(name)
    return {code: frozenset(names) for code, names in found.items()}


def _names(code: str) -> frozenset[str]:
    """Full and short names that the division had: 凉山彝族自治州, 凉山州."""
    return _all_names()[code]
