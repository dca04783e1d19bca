"""Places: the divisions of GB/T 2260 at the start of a name or anywhere in a text, and which of several namesakes is meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from extract.agencies.words import is_organisation, level_of
from extract.data.divisions import Division, gazetteer, short_names
from extract.normalize import fold

_LONGEST_NAME = 15


@dataclass(frozen=True, slots=True)
class Context:
    """What tells namesakes apart: the report year, a division code (first six digits of SiteIDCode), names of site and source."""

    year: int | None = None
    code: str | None = None
    texts: tuple[str, ...] = ()


class Place(NamedTuple):
    """A place as named in a text, and the divisions of that name; none where GB/T 2260 does not know it."""

    name: str
    divisions: tuple[Division, ...]


class Chain(NamedTuple):
    """The places at the start of a name (江苏省, 淮安市, 洪泽区), what follows them, and the places as printed."""

    places: tuple[Place, ...]
    rest: str
    printed: str


_INVENTED = re.compile("[一-鿿]{1,7}?(?:自治[区州县旗]|[省市州盟县旗区]|地区)")
_NO_PLACE = re.compile(
    "^(?:[我本全各该市县区省]|国家|中国|全国|国务院|关于|中共|城[市区乡镇])|开发区|高新区|经开区|[园库]区|示范区|保税区|度假区|[试实]验区|社区|地区$|名胜区"
    "|管理区|新区$"
)


@lru_cache(maxsize=4096)
def chain_of(text: str) -> Chain:
    """The places that `text` begins with, each within the one before it, and what is left."""
    places: list[Place] = []
    rest = text
    while place := _leading_place(rest, places):
        places.append(place[0])
        rest = rest[place[1] :]
    return Chain(tuple(places), rest, text[: len(text) - len(rest)])


def _leading_place(text: str, before: Sequence[Place]) -> tuple[Place, int] | None:
    """The longest place at the start that lies within those before it, and the length of its print."""
    names = gazetteer().by_name
    for length in range(min(_LONGEST_NAME, len(text)), 1, -1):
        if text[:length] in names and (divisions := _within(names[text[:length]], before)):
            return Place(text[:length], divisions), length
    return _short_place(text, before) or _invented_place(text, before)


def _short_place(text: str, before: Sequence[Place]) -> tuple[Place, int] | None:
    """娄底 and 恩施州, where the name ends there or an organisation follows; one division of that name takes its full name."""
    names = short_names()
    for length in range(min(10, len(text)), 1, -1):
        if text[:length] not in names:
            continue
        divisions = _highest(_within(names[text[:length]], before))
        if divisions and _follows_place(divisions[0], text[length:]):
            full = {division.name for division in divisions}
            return Place(full.pop() if len(full) == 1 else text[:length], divisions), length
    return None


def _highest(divisions: tuple[Division, ...]) -> tuple[Division, ...]:
    """长沙 alone is 长沙市, not 长沙县."""
    ranks = [("province", "prefecture", "county").index(division.level) for division in divisions]
    return tuple(division for division, rank in zip(divisions, ranks, strict=True) if rank == min(ranks))


def _follows_place(division: Division, rest: str) -> bool:
    """恩施州财政局 and 新疆阿克苏市, but not 苏州工业园区管委会: a bare name must end, or a government or a place must follow."""
    if not rest or rest.startswith(("人民政府", "政府")):
        return True
    return is_organisation(rest) if "自治" in division.name else _chain_start(rest)


def _chain_start(rest: str) -> bool:
    names = gazetteer().by_name
    return any(rest[:length] in names for length in range(min(_LONGEST_NAME, len(rest)), 1, -1))


def _invented_place(text: str, before: Sequence[Place]) -> tuple[Place, int] | None:
    """A place that the standard does not know, where the end, a government or an organisation follows: 青禾市财政局.

    A county holds no further one: 城市管理局 behind it is an office.
    """
    if before and _rank(before[-1]) == "county":
        return None
    match = _INVENTED.match(text)
    while match:
        name, rest = match[0], text[match.end() :]
        if len(name) > 2 and not _NO_PLACE.search(name) and (not rest or is_organisation(rest) or _INVENTED.match(rest)):
            return Place(name, ()), len(name)
        match = re.compile(_INVENTED.pattern.replace("{1,7}?", f"{{{len(name)},9}}?")).match(text) if len(name) < 8 else None
    return None


def _rank(place: Place) -> str | None:
    """The level of a place, by the standard or else by its suffix."""
    return place.divisions[0].level if place.divisions else level_of(place.name)


def _within(divisions: Sequence[Division], before: Sequence[Place]) -> tuple[Division, ...]:
    """Those of `divisions` that lie in a division named before them; all where the places before are unknown."""
    stems = _innermost(before)
    if not stems:
        return tuple(divisions)
    inner = [division for division in divisions if any(division.code.startswith(stem) and division.stem != stem for stem in stems)]
    return tuple(inner) or tuple(division for division in divisions if _same_place(division, stems))


def _same_place(division: Division, stems: Sequence[str]) -> bool:
    """Counties under a province carry codes such as 429004; municipalities print 上海市上海市."""
    return division.level == "county" and division.code[2:4] == "90" and any(stem == division.code[:2] for stem in stems)


def pick(chain: Sequence[Place], context: Context) -> Division | None:
    """The division the last place of a chain is: by the places before it, the year, the site's code and name; None while two remain.

    A place that is printed alone and lies in another province than the site is not matched: which of two places is meant, or whose
    site that is, nobody can tell. Provinces have kept their borders since 2008, prefectures have not.
    """
    found = _picked(chain, context) if chain else None
    return None if found and _elsewhere(found, chain[:-1], context) else found


def _elsewhere(division: Division, outer: Sequence[Place], context: Context) -> bool:
    code = context.code or ""
    return division.code[:2] != code[:2] and gazetteer().province(code) is not None and not _innermost(outer)


def _picked(chain: Sequence[Place], context: Context) -> Division | None:
    found = list(chain[-1].divisions)
    for narrowed in (_in_outer(found, chain[:-1]), *_by_context(found, context)):
        found = narrowed or found
        if len(found) == 1:
            return found[0]
    found = _in_time(found, context.year)
    return found[-1] if found and len({division.code for division in found}) == 1 else None


def _in_outer(found: list[Division], outer: Sequence[Place]) -> list[Division]:
    stems = _innermost(outer)
    return [division for division in found if any(division.code.startswith(stem) for stem in stems)]


def _innermost(places: Sequence[Place]) -> list[str]:
    """The stems of the last place that GB/T 2260 knows."""
    known = next((place for place in reversed(places) if place.divisions), None)
    return [division.stem for division in known.divisions] if known else []


def _by_context(found: list[Division], context: Context) -> Iterator[list[Division]]:
    """What is left of `found` by year (names move between codes), by the site's code, then by the places that the context names."""
    yield _in_time(found, context.year)
    for length in (6, 4, 2) if context.code else ():
        yield [division for division in found if division.code[:length] == (context.code or "")[:length]]
    stems = _named_stems(context.texts)
    for length in (6, 4, 2):
        yield [division for division in found if any(division.code.startswith(stem) for stem in stems if len(stem) == length)]


@lru_cache(maxsize=256)
def _named_stems(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(stem for text in texts for place in chain_of(fold(text)).places if (stem := _one_stem(place)))


def _one_stem(place: Place) -> str | None:
    """The stem of a place that is no namesake itself: 鼓楼区 in a title tells nothing about which 鼓楼区 it is."""
    stems = {division.stem for division in place.divisions}
    return stems.pop() if len(stems) == 1 else None


def _in_time(found: list[Division], year: int | None) -> list[Division]:
    """The divisions nearest to `year`; without a year those that exist today, if any."""
    nearest = min((division.years_from(year or 9999) for division in found), default=0)
    return [division for division in found if division.years_from(year or 9999) == nearest]


_PLACE_END = re.compile("[省市州盟县旗区]")
_OF_GOVERNMENT = re.compile("[市县区旗](?=人民政府|政府信息公开|政府门户|20\\d\\d年)")
_NAMED_GOVERNMENT = re.compile("([一-鿿]{2,6}[市县区旗])(?=人民政府|政府信息公开|政府门户|20\\d\\d年)")
_PARTICLES = re.compile("^.*?(?:由|向|在|对|经|和|与|及|以|将|的|是|了|自|从|于|市|县|公布|我省|我市)(?=[一-鿿]{2})")


def places_in(text: str) -> Counter[str]:
    """How often each place is named in `text` (folded) with its full name: divisions of GB/T 2260, and places before 人民政府."""
    found: Counter[str] = Counter()
    names = gazetteer().by_name
    for match in _PLACE_END.finditer(text):
        end = match.end()
        name = next((text[start:end] for start in range(max(0, end - 11), end - 1) if text[start:end] in names), None)
        if name:
            found[name] += 1
    for match in _NAMED_GOVERNMENT.finditer(text) if _OF_GOVERNMENT.search(text) else ():
        name = _PARTICLES.sub("", match[1])
        if len(name) >= 3 and not any(match[1].endswith(known) for known in found) and not _NO_PLACE.search(name):
            found[name] += 1
    return found
