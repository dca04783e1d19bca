"""The words that names of governments, their bodies and their places end in or consist of."""

from __future__ import annotations

import re

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


ORGANISATION = re.compile(
    "(?:局|委|委员会|厅|办公室|办事处|办|院|中心|处|所|站|队|署|会|社|馆|台|公司|集团|大学|学校|中学|银行|分行|支行|室|组|部|监狱|基地|海关|公署|行署|兵团|农场|林场|总站|[妇残文侨商科社]联|幼儿园|\\((?:集团|公司)\\)|政府)$"
)
OFFICE = re.compile("^(?:人民政府|政府|府|行署|行政公署)(?:办公厅|办公室|办)$")
TOWN = re.compile("^(?:人民政府)?(?P<town>[一-鿿]{1,9}?(?:街道|镇|乡|苏木))(?P<body>人民政府|政府|办事处|街道办事处|办)?$")
ZONE_WORD = (
    "(?:(?:经济|高新|技术|产业|工业|旅游|综合|国家级?|省级|级|农业|科技|文化|生态|风景|示范|保税|物流|出口加工|自由贸易)*"
    "(?:开发区|高新区|经开区|园区?|[试实]验区|保税区|度假区|示范区|合作区|加工区|名胜区|新区|新城|管理区))"
)
ZONE = re.compile(f"(?:[区园城港岛带]|基地)(?:管理委员会|管委会)$|区管理局$|{ZONE_WORD}$")
NAMELESS_ZONE = re.compile(f"^{ZONE_WORD}(?:管理委员会|管委会|管理局)?$")
PARTY = re.compile("^(?:中国共产党|中共)(?P<rest>.+)$")
BRANCH = re.compile(
    "^(?:国家税务总局|国家统计局|国家金融监督管理总局|国家外汇管理局|国家矿山安全监察局|国家煤矿安全监察局|国家能源局|国家粮食和物资储备局|中国人民银行"
    "|中国(?:证券|银行业|保险|银行保险)监督管理委员会|中国(?:证|银|保|银保)监会|中国民用航空|中华人民共和国)(?P<rest>.{2,})$"
)
SITE = re.compile("(?:政务|官方|门户)*(?:网站?|网页)$")
NOBODY = frozenset({"办公室", "本站", "本网", "原创", "信息中心", "管理员", "综合处", "办公厅"})
"""What a source names without saying of whom."""

NAMELESS_TOWN = re.compile("^(?:镇|乡|街道)(?:人民政府|政府|办事处|办)$")
GENERIC = re.compile("^(?:我|本|全)?(?P<kind>省|自治区|自治州|州|盟|市|县|区|旗)(?P<rest>.*)$")
WHOLE_GOVERNMENT = re.compile("^(?:人民政府|政府|人民|行政公署|行署)?$")


def is_organisation(text: str) -> bool:
    """Does a folded name, or what is left of one behind its place, end as the names of governments and their bodies do?"""
    return bool(WHOLE_GOVERNMENT.match(text) or ORGANISATION.search(text) or TOWN.match(text))


def is_office(name: str) -> bool:
    """Is it the office of a government (X市人民政府办公室, X省人民政府办公厅)? It counts its own cases or compiles the whole report."""
    return bool(re.search("(?:人民政府|政府|行政公署|行署)办公[厅室]$", name))


_SENTENCE = re.compile(
    "[《》,。;:!?]|现(?:将|予|就|把|对|公布|发布|公开)|以下[为是]|下面[为是]|特(?:向|此)|兹(?:将|公布|发布)|向社会|为(?:了|贯彻|进一步|落实|推进)"
    "|根据|按照|依据|依照|遵照"
)


def is_sentence(text: str) -> bool:
    """Does a folded text hold a verb, a connective or a mark that stands in the first sentence of a preamble and in no name?"""
    return bool(_SENTENCE.search(text))
