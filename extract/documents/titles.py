"""Titles of annual reports: whose, on which year; and the look-alikes with the reason why they are none (DOMAIN.md section 11)."""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.agencies import is_organisation, is_sentence, names_nobody
from extract.normalize import fold

LONGEST = 70
FIRST_YEAR, LAST_YEAR = 2003, 2060
_CN_DIGITS = {char: str(digit) for digit, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0", "o": "0", "Ο": "0"}
_YEAR_TEXT = "(?:20[0-9]{2}|[二2][〇○零Oo0Ο][〇○零Oo0Ο一二三四五六七八九]{2})"
YEAR = re.compile(f"(?<![0-9])(?P<year>{_YEAR_TEXT})(?![0-9])(?:年度|年|度)?")
_SUBJECT = "(?:政府信息(?:与|和|及)?(?:政务)?公开|政务(?:信息)?公开|信息公开)(?:(?:工作)?[及和与暨、](?:政府信息|政务)公开)?"
_TITLE = re.compile(
    f"^(?P<head>.{{0,60}}?)(?P<subject>{_SUBJECT})(?P<middle>(?:工作|情况|年度|的|及|{_YEAR_TEXT}年?度?|[(\\[]{_YEAR_TEXT}年?度?[)\\]])*)"
    "(?P<tail>报告|年报)(?P<rest>.*)$"
)
_REST = re.compile(f"(?:书|的报告|的?公告|的?公示|正文|全文|{_YEAR_TEXT}年?度?|[(\\[][^()]{{0,24}}[)\\]])*")
_OTHER_SUBJECT = re.compile("(?:法治政府建设|政务服务|政府网站建设)(?:工作)?(?:以及|[及和与暨、])$")
_BRACKET = re.compile("[(\\[]([^()]{3,24})[)\\]]$")
_HEAD_NOISE = re.compile(
    '^(?:关于|公布|发布|印发|报送|上报|公开|《|"|【[^】]*】|\\[[^\\]]*\\])+|(?:关于|公布|发布|印发|报送|上报|编制|年度|的|《|"|[-—_:|]|开展)+$'
)
_NOT_AT_START = re.compile(
    "^(?:附件|附:|附表|上一|下一|相关|链接|参见|详见|下载|点击|标题|当前位置|根据|按照|本(?=[报年机单局委办部行镇乡街县市区省级])|特[向此])"
)
_SPEAKS = re.compile("》,|现(?:公布|发布|将)|以下[为是]|下面[为是]|特向|兹(?:将|公布|发布)|向社会|为贯彻|为进一步|为了")
"""In front of the subject these make the line the first sentence of a preamble."""

_NO_REPORT_HEAD = re.compile(
    "半年|季度|[一二三四]季|\\d月(?:份)?$|图解|一图|图说|图读|解读|视频|学年|学校$|高校$|网站年度|做好|通知|制度|要点|指南$|编制工作"
)
"""In front of the subject these speak against a report; an agency may well be called 公积金管理中心 or 目录管理中心."""

NOTICE, NEWS = "a notice", "news or an appraisal, no report"
MAY_HOLD_REPORT = frozenset({NOTICE, NEWS})
"""A page of such a title may print a whole report: the notice that publishes it, the 工作总结 of an agency that calls its report so."""

# A word that shows that a page is something else, with what it is. The first hit names the reason.
_LOOK_ALIKES = (
    (re.compile("网站(?:工作)?年度(?:工作)?报[表告]|网站年报"), "the yearly return of a web site, no disclosure report"),
    (re.compile("公积金"), "a report of a housing fund"),
    (re.compile("法人(?:年度)?(?:报告|年报)|法人年"), "the yearly report of a legal person"),
    (re.compile("[决预]算"), "a budget or its execution"),
    (re.compile("(?:上|下)半年|半年|季度|[一二三四]季|\\d月(?:份)?|月报"), "statistics of a part of a year"),
    (re.compile("学年|高校信息公开|学校信息公开"), "a report on a school year"),
    (re.compile("图解|一图|图说|图读|解读|视频"), "a picture or an explanation of a report"),
    (re.compile("要点|实施方案|工作方案|分工|任务分解"), "a plan of work"),
    (re.compile("指南|流程图?|须知"), "a guide"),
    (re.compile("目录"), "a catalogue"),
    (re.compile("制度|办法|规定|条例(?!》)|规范(?!化)"), "a rule"),
    (re.compile("格式|模板|范本|样本|样表|模版"), "a model form"),
    (re.compile("(?:做好|报送|编制|编写|上报|填报|公布|发布|开展|加强|推进).{0,60}通知|通知$|通知\\("), NOTICE),
    (re.compile("政府工作报告|法治政府|统计公报|统计年[鉴报]|统计年度报告"), "a report on another subject"),
    (re.compile("考核|评估|通报|培训|会议|工作总结|总结$"), NEWS),
    (re.compile("申请表|登记表|征求意见|招标|采购|任免"), "a page on another subject"),
)

_ORDER = re.compile("^[^。《》]{0,40}(?:做好|编制|编写|报送|上报|填报)[^。]{0,60}(?:通知|函)(?:\\([^)]*\\))?$")


class Title(NamedTuple):
    """The title of a report: as printed, the agency's part of it ("" for none), the year it names (None for none)."""

    text: str
    agency: str
    year: int | None


def _without_noise(head: str) -> str:
    previous = ""
    while head != previous:
        previous, head = head, _OTHER_SUBJECT.sub("", _HEAD_NOISE.sub("", head)).strip("()[],、。 ")
    return head


_FILE = re.compile(r"\.(?:pdf|docx?|wps|html?|ofd)$", re.IGNORECASE)
_SITE = re.compile(r"[|｜_]| - |--")
_PUBLISHED = re.compile(
    "^(?!.*(?:做好|报送|上报|填报|编制|编写)).{0,40}(?:印发|公布|发布|公开)(?:《(?P<quoted>[^》]{6,60})》|(?P<title>[^《》]{6,60}(?:报告|年报)))"
    "的(?:通知|公告|通告|函)$"
)
_BARE = re.compile(f"^(?P<head>.{{0,40}}?)(?P<year>{_YEAR_TEXT})年?度?(?:工作)?(?:年度?报告|年报|报告)$")


def read_page_title(text: str, column: str | None) -> Title | None:
    """The title a page or a listing gives to a report: with the site's name beside it or the ending of a file, quoted in a notice that
    publishes it, or short (民政局2019年年报) in a column of disclosure reports.
    """
    text = _FILE.sub("", text.strip())
    for piece in dict.fromkeys((text, *_SITE.split(text))):
        published = _PUBLISHED.match(fold(piece))
        if title := read_title((published["quoted"] or published["title"]) if published else piece):
            return title
    bare = _BARE.match(fold(_SITE.split(text)[0])) if column and "公开" in column else None
    if bare and look_alike(text) is None:
        agency = _HEAD_NOISE.sub("", bare["head"])
        return Title(_printed(_SITE.split(text)[0]), "" if names_nobody(agency) else agency, year_of(bare["year"]))
    return None


def read_title(text: str) -> Title | None:
    """The title that `text` is; None for anything else, look-alikes too, and the first sentence of a preamble (现公布青禾市教育局2022年…).

    A title over 我局 names nobody: its agency is "".

    >>> read_title("洪泽区政府2023年政府信息公开工作年度报告。")
    Title(text='洪泽区政府2023年政府信息公开工作年度报告', agency='洪泽区政府', year=2023)
    """
    if len(text) > 2 * LONGEST or ("公开" not in text.replace(" ", "") and "公开" not in fold(text)):
        return None
    key = fold(text).strip('《》。.;:*"')
    match = _TITLE.match(key)
    if len(key) > LONGEST or not match or not _REST.fullmatch(match["rest"]) or _NOT_AT_START.match(key) or ("。" in key):
        return None
    if "年" not in key and not YEAR.search(key):
        return None
    agency = _agency(match)
    if _NO_REPORT_HEAD.search(match["head"]) or _SPEAKS.search(match["head"]) or is_sentence(agency):
        return None
    return Title(
        _printed(text), "" if names_nobody(agency) else agency, _last_year(match["head"] + match["middle"]) or year_of(match["rest"])
    )


def _printed(text: str) -> str:
    """The title without the gaps and the end mark of its print."""
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", text.strip()).strip("《》。.;；:：* ")


def _agency(match: re.Match[str]) -> str:
    """The head without year and connecting words, else what stands in brackets at the end (2019年年报(云溪县水利局)).

    衢州市人民 before 政府信息公开 has lent its 政府 to the subject.
    """
    before, _, behind = YEAR.sub("", match["head"]).rpartition("关于")
    head = _without_noise(behind) or _without_noise(before)
    behind_it = _BRACKET.search(match["rest"])
    if not head and behind_it and is_organisation(behind_it[1]):
        return behind_it[1]
    return head + "政府" if head.endswith("人民") and match["subject"].startswith("政府") else head


def _last_year(text: str) -> int | None:
    """The year nearest to the subject: 2020年发布的2019年度 names 2019."""
    years = [year for match in YEAR.finditer(text) if (year := year_of(match[0]))]
    return years[-1] if years else None


def year_of(text: str) -> int | None:
    """The year that a folded text names first, in digits or characters; None for none between 2003 and 2060."""
    for match in YEAR.finditer(text):
        year = int("".join(_CN_DIGITS.get(char, char) for char in match["year"]))
        if FIRST_YEAR <= year <= LAST_YEAR:
            return year
    return None


def look_alike(title: str) -> str | None:
    """Why a page of this title is no report; None where nothing in the title speaks against it."""
    key = fold(title)
    return next((reason for pattern, reason in _LOOK_ALIKES if pattern.search(key)), None)


def is_order(line: str) -> bool:
    """Is it the title of a notice that orders reports (关于做好2022年政府信息公开工作年度报告编制工作的通知)?"""
    key = fold(line) if len(line) <= 2 * LONGEST else ""
    return "公开" in key and bool(_ORDER.match(key))
