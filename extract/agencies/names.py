"""Who reports: the agency that a printed name means."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from extract.agencies.places import Chain, Context, Place, chain_of, pick
from extract.agencies.words import (
    BRANCH,
    GENERIC,
    NAMELESS_TOWN,
    NAMELESS_ZONE,
    NOBODY,
    OFFICE,
    ORGANISATION,
    PARTY,
    SITE,
    TOWN,
    WHOLE_GOVERNMENT,
    ZONE,
    is_organisation,
    is_sentence,
    level_of,
)
from extract.data.divisions import gazetteer, short_names
from extract.model import Agency
from extract.normalize import fold


@cache
def _ministries() -> dict[str, str]:
    """Official name by any name of a ministry."""
    names: dict[str, str] = {}
    for line in files("extract.data").joinpath("ministries.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            official, _, others = line.partition("\t")
            names.update(dict.fromkeys((official, *filter(None, others.split("|"))), official))
    return names


_ANYWHERE = Context()
_SPEAKER = re.compile("[我该]")
_PRONOUN = re.compile("我|该|各|其|以下|下列|下面|本(?!级)|全(?:[省市县区旗州盟乡镇局街体]|自治)")


def recognise(printed: str, context: Context = _ANYWHERE) -> Agency | None:
    """The agency that `printed` names: a place (its government), an office, a department, a township or a ministry.

    A name without a place (市财政局) takes it from the context. None where nothing in the name is a place or an organisation.

    >>> recognise("江苏省淮安市洪泽区").name
    '洪泽区人民政府'
    """
    name = SITE.sub("", _trimmed(fold(printed)))
    name = name.removeprefix("中华人民共和国") if name.removeprefix("中华人民共和国") in _ministries() else name
    if name in _ministries():
        return _agency(_ministries()[name], "ministry", None, "国务院")
    if names_nobody(name):
        return None
    if branch := BRANCH.match(name):
        inner = chain_of(branch["rest"])
        if inner.places or name[:7] != "中华人民共和国" or name.endswith(("海关", "海事局")):
            return _located(name, "department", inner, context)
    if _CORPS.match(name) or _CORPS_DIVISION.match(name):
        return _corps(name)
    if (party := PARTY.match(name)) and (inner := chain_of(party["rest"])).places:
        return _located(name, "department", inner, context)
    chain = _with_context(chain_of(name), context)
    return _ofchain_of(chain, context) if chain.places or _stands_alone(chain.rest) else None


def names_nobody(name: str) -> bool:
    """Is a folded name a pronoun (我局, 临江市该中心) or part of a sentence (现公布临江市教育局)? 全椒县 and 本溪市 are places.

    A pronoun is not completed by the place of the page: who 我局 is, the signature says.
    """
    if is_sentence(name) or "公布" in name:
        return True
    if not _PRONOUN.search(name):
        return False
    chain = chain_of(name)
    return bool(_PRONOUN.match(chain.rest) or _SPEAKER.search(name)) or bool(
        _PRONOUN.match(name) and not (chain.places and chain.places[0].divisions)
    )


def _trimmed(name: str) -> str:
    """A folded name without quotation and end marks, and without brackets around it: those inside belong to it (烟草专卖局(公司))."""
    name = name.strip('"《》:;,。、')
    return name.strip("()") if name.count("(") != name.count(")") or name[:1] == "(" else name


def as_printed(name: str) -> Agency | None:
    """An agency whose name tells no place and ends like none we know, as the title prints it: a department of nobody we can name.

    None for 市财政局 or 我局, which name nobody.
    """
    key = fold(name)
    if len(key) < 4 or not re.fullmatch("[一-鿿()·\\d]+", key) or GENERIC.match(key) or names_nobody(key):
        return None
    return _agency(key, "department", None, "")


def is_unknown(agency: Agency) -> bool:
    """Whether the agency is one of `as_printed`: its id is its name, and no word of it says what it is."""
    return agency.id == agency.name and agency.level == "department" and not is_organisation(agency.name)


def _stands_alone(name: str) -> bool:
    """A name without a place that still says whose it is: 桥头镇, 某某开发区管委会, 上海海关; 财政局 and 市政府 do not."""
    short = any(name[:length] in short_names() for length in (2, 3, 4))
    return bool(TOWN.match(name) or _has_own_name(name) or (short and ORGANISATION.search(name)))


def _has_own_name(zone: str) -> bool:
    """苏州工业园区 is named like a place, 高新区 is that of somebody."""
    return bool(ZONE.search(zone)) and not NAMELESS_ZONE.match(zone) and len(zone) > 3


def _with_context(chain: Chain, context: Context) -> Chain:
    """市财政局 and 财政局 in the place that the site stands for."""
    if chain.places or chain.rest in NOBODY or NAMELESS_TOWN.match(chain.rest) or _has_own_name(chain.rest):
        return chain
    if TOWN.match(chain.rest):
        county = _home(context, None)
        return Chain((county,), chain.rest, county.name) if county else chain
    generic = GENERIC.match(chain.rest)
    home = _home(context, generic["kind"] if generic else None)
    rest = generic["rest"] if generic else chain.rest
    if home is None or not is_organisation(rest):
        return chain
    return Chain((home,), rest, home.name)


def _home(context: Context, suffix: str | None) -> Place | None:
    """The place the context speaks of: the last one its texts begin with, else that of the site's code; of that suffix if given."""
    for text in context.texts:
        for place in reversed(chain_of(fold(text)).places):
            if suffix is None or place.name.endswith(suffix):
                return place
    for code in _codes(context.code):
        for division in reversed(gazetteer().by_code.get(code, ())):
            if suffix is None or division.name.endswith(suffix):
                return Place(division.name, (division,))
    return None


def _codes(code: str | None) -> tuple[str, ...]:
    return (code, code[:4] + "00", code[:2] + "0000") if code else ()


def _ofchain_of(chain: Chain, context: Context) -> Agency | None:
    rest = chain.rest
    own = _official_place(chain, context)
    if chain.places and WHOLE_GOVERNMENT.match(rest):
        return _located(own + _government_of(own), _level(chain, context), chain, context, aggregates=True)
    if town := TOWN.match(rest):
        body = "办事处" if town["town"].endswith("街道") else "人民政府"
        return _located(town["town"] + body, "township", chain, context)
    if OFFICE.match(rest):
        return _located(own + _office(rest, own), "department", chain, context)
    if ZONE.search(rest) or (own.endswith("新区") and rest in {"管理委员会", "管委会"}):
        return _zone(own, rest, chain, context)
    if ORGANISATION.search(rest):
        return _located(own + rest, "department", chain, context)
    return None


def _zone(own: str, rest: str, chain: Chain, context: Context) -> Agency:
    """A development zone under its full name. It is a division of its own: 长沙高新区, not 长沙市长沙高新区."""
    body = rest if rest.endswith("局") else re.sub("(?:管理委员会|管委会)$", "", rest) + "管理委员会"
    return _located(body if _has_own_name(rest) else own + body, "county", chain, context, aggregates=True)


def _government_of(place: str) -> str:
    """Prefectures that are 地区 or 盟 have no people's government but 行政公署."""
    return "行政公署" if place.endswith(("地区", "盟")) else "人民政府"


def _office(rest: str, own: str) -> str:
    hall = "厅" in rest or ((level_of(own) == "province" or own in {"北京市", "天津市", "上海市", "重庆市"}) and "室" not in rest)
    return _government_of(own) + ("办公厅" if hall else "办公室")


def _official_place(chain: Chain, context: Context) -> str:
    """The full name of the last place: a short form takes the name of the division it is. "" where the rest says it again (上海海关)."""
    if not chain.places:
        return ""
    division = pick(chain.places, context)
    own = division.name if division else chain.places[-1].name
    return "" if len(own) > 2 and chain.rest.startswith(own[:-1]) else own


def _level(chain: Chain, context: Context) -> str:
    division = pick(chain.places, context)
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


def _located(name: str, level: str, chain: Chain, context: Context, aggregates: bool = False) -> Agency:
    division = pick(chain.places, context)
    if division:
        province = gazetteer().province(division.code)
        return Agency(f"{division.code}-{name}", name, level, division.code, province, aggregates)
    outer = pick(chain.places[:-1], context)
    province = gazetteer().province(outer.code) if outer else _printed_province(chain)
    return _agency(name, level, province, chain.printed or province or "", aggregates)


def _printed_province(chain: Chain) -> str | None:
    return next((place.name for place in chain.places if level_of(place.name) == "province"), None)


def _agency(name: str, level: str, province: str | None, place: str, aggregates: bool = False) -> Agency:
    return Agency(f"{place}-{name}" if place else name, name, level, None, province, aggregates)
