"""Who reports: official names, levels and divisions of agencies, from what a page prints.

SCHEMA.md (`reports.agency`) fixes the names: simplified script, beginning with the agency's own division (洪泽区人民政府, not
淮安市洪泽区人民政府). Levels are those of GB/T 2260, with townships known by their suffix; a place the standard does not know is accepted
without a code, with the level its suffix gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from extract.data.divisions import Division, gazetteer, short_names
from extract.model import Agency
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


class _Chain(NamedTuple):
    """The places at the start of a name (江苏省, 淮安市, 洪泽区), what follows them, and the places as printed."""

    places: tuple[Place, ...]
    rest: str
    printed: str


# ------------------------------------------------------------------------------------------------ places

_INVENTED = re.compile("[一-鿿]{1,7}?(?:自治[区州县旗]|[省市州盟县旗区]|地区)")
_NO_PLACE = re.compile(
    "^(?:[我本全各该市县区省]|国家|中国|全国|国务院|关于|中共|城[市区乡镇])|开发区|高新区|经开区|[园库]区|示范区|保税区|度假区|[试实]验区|社区|地区$|名胜区"
    "|管理区|新区$"
)
_GOVERNMENT = re.compile("(?:人民政府|政府|行政公署|行署|人民)?")
_SUFFIX_LEVEL = (
    (re.compile("(?:省|(?<!人民)自治区)$"), "province"),
    (re.compile("(?:自治州|州|盟|地区|市)$"), "prefecture"),
    (re.compile("(?:县|旗|区)$"), "county"),
)


def level_of(name: str) -> str | None:
    """The level of a place that GB/T 2260 does not know, by its suffix: 青禾市 is a prefecture, 桥头镇 a township; None without one."""
    if re.search("(?:镇|乡|街道|苏木)$", name):
        return "township"
    return next((level for pattern, level in _SUFFIX_LEVEL if pattern.search(name)), None)


@lru_cache(maxsize=4096)
def _chain(text: str) -> _Chain:
    places: list[Place] = []
    rest = text
    while place := _leading_place(rest, places):
        places.append(place[0])
        rest = rest[place[1] :]
    return _Chain(tuple(places), rest, text[: len(text) - len(rest)])


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


def _pick(chain: Sequence[Place], context: Context) -> Division | None:
    """The division the last place of a chain is: by the places before it, the year, the site's code and name; None while two remain."""
    if not chain:
        return None
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
    return frozenset(stem for text in texts for place in _chain(fold(text)).places if (stem := _one_stem(place)))


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


# ------------------------------------------------------------------------------------------------ organisations

_ORGANISATION = re.compile(
    "(?:局|委|委员会|厅|办公室|办事处|办|院|中心|处|所|站|队|署|会|社|馆|台|公司|集团|大学|学校|中学|银行|分行|支行|室|组|部|监狱|基地|海关|公署|行署|兵团|农场|林场|总站|[妇残文侨商科社]联|幼儿园|\\((?:集团|公司)\\)|政府)$"
)
_OFFICE = re.compile("^(?:人民政府|政府|府|行署|行政公署)(?:办公厅|办公室|办)$")
_TOWN = re.compile("^(?:人民政府)?(?P<town>[一-鿿]{1,9}?(?:街道|镇|乡|苏木))(?P<body>人民政府|政府|办事处|街道办事处|办)?$")
_ZONE_WORD = (
    "(?:(?:经济|高新|技术|产业|工业|旅游|综合|国家级?|省级|级|农业|科技|文化|生态|风景|示范|保税|物流|出口加工|自由贸易)*"
    "(?:开发区|高新区|经开区|园区?|[试实]验区|保税区|度假区|示范区|合作区|加工区|名胜区|新区|新城|管理区))"
)
_ZONE = re.compile(f"(?:[区园城港岛带]|基地)(?:管理委员会|管委会)$|区管理局$|{_ZONE_WORD}$")
_NAMELESS_ZONE = re.compile(f"^{_ZONE_WORD}(?:管理委员会|管委会|管理局)?$")
_PARTY = re.compile("^(?:中国共产党|中共)(?P<rest>.+)$")
_BRANCH = re.compile(
    "^(?:国家税务总局|国家统计局|国家金融监督管理总局|国家外汇管理局|国家矿山安全监察局|国家煤矿安全监察局|国家能源局|国家粮食和物资储备局|中国人民银行"
    "|中国(?:证券|银行业|保险|银行保险)监督管理委员会|中国(?:证|银|保|银保)监会|中国民用航空|中华人民共和国)(?P<rest>.{2,})$"
)
_SITE = re.compile("(?:政务|官方|门户)*(?:网站?|网页)$")
_NOBODY = frozenset({"办公室", "本站", "本网", "原创", "信息中心", "管理员", "综合处", "办公厅"})
"""What a source names without saying of whom."""

_GENERIC = re.compile("^(?:我|本|全)?(?P<kind>省|自治区|自治州|州|盟|市|县|区|旗)(?P<rest>.*)$")
_WHOLE_GOVERNMENT = re.compile("^(?:人民政府|政府|人民|行政公署|行署)?$")


def is_organisation(text: str) -> bool:
    """Does a folded name, or what is left of one behind its place, end as the names of governments and their bodies do?"""
    return bool(_WHOLE_GOVERNMENT.match(text) or _ORGANISATION.search(text) or _TOWN.match(text))


def is_office(name: str) -> bool:
    """Is it the office of a government (X市人民政府办公室, X省人民政府办公厅)? It counts its own cases or compiles the whole report."""
    return bool(re.search("(?:人民政府|政府|行政公署|行署)办公[厅室]$", name))


@cache
def _ministries() -> dict[str, str]:
    """Official name by any name of a ministry."""
    names: dict[str, str] = {}
    for line in files("extract.data").joinpath("ministries.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            official, _, others = line.partition("\t")
            names.update(dict.fromkeys((official, *filter(None, others.split("|"))), official))
    return names


def recognise(printed: str, context: Context = Context()) -> Agency | None:
    """The agency that `printed` names: a place (its government), an office, a department, a township or a ministry.

    A name without a place (市财政局) takes it from the context. None where nothing in the name is a place or an organisation.

    >>> recognise("江苏省淮安市洪泽区").name
    '洪泽区人民政府'
    """
    name = _SITE.sub("", _trimmed(fold(printed)))
    name = name.removeprefix("中华人民共和国") if name.removeprefix("中华人民共和国") in _ministries() else name
    if name in _ministries():
        return _agency(_ministries()[name], "ministry", None, "国务院")
    if branch := _BRANCH.match(name):
        inner = _chain(branch["rest"])
        if inner.places or name[:7] != "中华人民共和国" or name.endswith(("海关", "海事局")):
            return _located(name, "department", inner, context)
    if _CORPS.match(name) or _CORPS_DIVISION.match(name):
        return _corps(name)
    if (party := _PARTY.match(name)) and (inner := _chain(party["rest"])).places:
        return _located(name, "department", inner, context)
    chain = _with_context(_chain(name), context)
    return _of_chain(chain, context) if chain.places or _stands_alone(chain.rest) else None


def _trimmed(name: str) -> str:
    """A folded name without quotation and end marks, and without brackets around it: those inside belong to it (烟草专卖局(公司))."""
    name = name.strip('"《》:;,。、')
    return name.strip("()") if name.count("(") != name.count(")") or name[:1] == "(" else name


def as_printed(name: str) -> Agency | None:
    """An agency whose name tells no place and ends like none we know, as the title prints it: a department of nobody we can name.

    None for 市财政局 or 我局, which name nobody.
    """
    key = fold(name)
    if len(key) < 4 or not re.fullmatch("[一-鿿()·\\d]+", key) or _GENERIC.match(key) or key[0] in "我本该各全":
        return None
    return _agency(key, "department", None, "")


def is_unknown(agency: Agency) -> bool:
    """Whether the agency is one of `as_printed`: its id is its name, and no word of it says what it is."""
    return agency.id == agency.name and agency.level == "department" and not is_organisation(agency.name)


def _stands_alone(name: str) -> bool:
    """A name without a place that still says whose it is: 桥头镇, 某某开发区管委会, 上海海关; 财政局 and 市政府 do not."""
    short = any(name[:length] in short_names() for length in (2, 3, 4))
    return bool(_TOWN.match(name) or _has_own_name(name) or (short and _ORGANISATION.search(name)))


def _has_own_name(zone: str) -> bool:
    """苏州工业园区 is named like a place, 高新区 is that of somebody."""
    return bool(_ZONE.search(zone)) and not _NAMELESS_ZONE.match(zone) and len(zone) > 3


def _with_context(chain: _Chain, context: Context) -> _Chain:
    """市财政局 and 财政局 in the place that the site stands for."""
    if chain.places or chain.rest in _NOBODY or _has_own_name(chain.rest):
        return chain
    if _TOWN.match(chain.rest):
        county = _home(context, None)
        return _Chain((county,), chain.rest, county.name) if county else chain
    generic = _GENERIC.match(chain.rest)
    home = _home(context, generic["kind"] if generic else None)
    rest = generic["rest"] if generic else chain.rest
    if home is None or not is_organisation(rest):
        return chain
    return _Chain((home,), rest, home.name)


def _home(context: Context, suffix: str | None) -> Place | None:
    """The place the context speaks of: the last one its texts begin with, else that of the site's code; of that suffix if given."""
    for text in context.texts:
        for place in reversed(_chain(fold(text)).places):
            if suffix is None or place.name.endswith(suffix):
                return place
    for code in _codes(context.code):
        for division in reversed(gazetteer().by_code.get(code, ())):
            if suffix is None or division.name.endswith(suffix):
                return Place(division.name, (division,))
    return None


def _codes(code: str | None) -> tuple[str, ...]:
    return (code, code[:4] + "00", code[:2] + "0000") if code else ()


def _of_chain(chain: _Chain, context: Context) -> Agency | None:
    rest = chain.rest
    own = _official_place(chain, context)
    if chain.places and _WHOLE_GOVERNMENT.match(rest):
        return _located(own + _government_of(own), _level(chain, context), chain, context, aggregates=True)
    if town := _TOWN.match(rest):
        body = "办事处" if town["town"].endswith("街道") else "人民政府"
        return _located(town["town"] + body, "township", chain, context)
    if _OFFICE.match(rest):
        return _located(own + _office(rest, own), "department", chain, context)
    if _ZONE.search(rest) or (own.endswith("新区") and rest in {"管理委员会", "管委会"}):
        return _zone(own, rest, chain, context)
    if _ORGANISATION.search(rest):
        return _located(own + rest, "department", chain, context)
    return None


def _zone(own: str, rest: str, chain: _Chain, context: Context) -> Agency:
    """A development zone under its full name. It is a division of its own: 长沙高新区, not 长沙市长沙高新区."""
    body = rest if rest.endswith("局") else re.sub("(?:管理委员会|管委会)$", "", rest) + "管理委员会"
    return _located(body if _has_own_name(rest) else own + body, "county", chain, context, aggregates=True)


def _government_of(place: str) -> str:
    """Prefectures that are 地区 or 盟 have no people's government but 行政公署."""
    return "行政公署" if place.endswith(("地区", "盟")) else "人民政府"


def _office(rest: str, own: str) -> str:
    hall = "厅" in rest or ((level_of(own) == "province" or own in {"北京市", "天津市", "上海市", "重庆市"}) and "室" not in rest)
    return _government_of(own) + ("办公厅" if hall else "办公室")


def _official_place(chain: _Chain, context: Context) -> str:
    """The full name of the last place: a short form takes the name of the division it is. "" where the rest says it again (上海海关)."""
    if not chain.places:
        return ""
    division = _pick(chain.places, context)
    own = division.name if division else chain.places[-1].name
    return "" if len(own) > 2 and chain.rest.startswith(own[:-1]) else own


def _level(chain: _Chain, context: Context) -> str:
    division = _pick(chain.places, context)
    if division:
        return division.level
    levels = {division.level for division in chain.places[-1].divisions}
    if len(levels) == 1:
        return levels.pop()
    by_suffix = level_of(chain.places[-1].name) or "county"
    outer = {level_of(place.name) if not place.divisions else place.divisions[0].level for place in chain.places[:-1]}
    return "county" if by_suffix == "prefecture" and "prefecture" in outer else by_suffix


_CORPS = re.compile("^(?:新疆(?:维吾尔自治区)?(?:生产建设)?)?兵团|^新疆(?:维吾尔自治区)?生产建设兵团")
_CORPS_DIVISION = re.compile("^第[一二三四五六七八九十]{1,3}师[一-鿿]{0,5}?市?$")


def _corps(name: str) -> Agency:
    """新疆生产建设兵团 and what belongs to it: it governs like a prefecture-level region but is no division of GB/T 2260."""
    rest = _CORPS.sub("", name)
    if not rest:
        return _agency("新疆生产建设兵团", "province", None, "新疆维吾尔自治区", aggregates=True)
    if _CORPS_DIVISION.match(rest):
        return _agency("新疆生产建设兵团" + rest, "prefecture", None, "新疆维吾尔自治区", aggregates=True)
    return _agency("新疆生产建设兵团" + rest, "department", None, "新疆维吾尔自治区")


def _located(name: str, level: str, chain: _Chain, context: Context, aggregates: bool = False) -> Agency:
    division = _pick(chain.places, context)
    if division:
        province = gazetteer().province(division.code)
        return Agency(f"{division.code}-{name}", name, level, division.code, province, aggregates)
    outer = _pick(chain.places[:-1], context)
    province = gazetteer().province(outer.code) if outer else _printed_province(chain)
    return _agency(name, level, province, chain.printed or province or "", aggregates)


def _printed_province(chain: _Chain) -> str | None:
    return next((place.name for place in chain.places if level_of(place.name) == "province"), None)


def _agency(name: str, level: str, province: str | None, place: str, aggregates: bool = False) -> Agency:
    return Agency(f"{place}-{name}" if place else name, name, level, None, province, aggregates)
