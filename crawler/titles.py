"""Is an entry of a listing an annual report? Judged by its title, before anything is fetched, with a reason for each verdict.

PORTALS.md section 1: accepted is (政府)信息公开 + (工作)(年度) + 报告 or 年报; real columns also hold conference news, plans, guides,
charts, reports of web sites, legal persons, housing funds and accounts. What a column is about may stand in for 信息公开.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import normalize

_REJECTS: tuple[tuple[str, str], ...] = (
    # reason, what a title says; the first that fits is the reason
    ("chart", r"图解|一图读懂|图说|数说|长图|解读|视频|H5"),
    ("website_report", r"(?:政府)?网站(?:工作|监管|建设|管理)*(?:年度(?:工作)?(?:报表|报告)|年报)|新媒体.{0,8}(?:年报|年度报|报表)"),
    ("legal_person", r"法人.{0,6}(?:年度报告|年报)|企业年报|企业年度报告|社会组织.{0,4}年报"),
    ("housing_fund", r"公积金"),
    ("statistics", r"统计年报|统计公报|统计年鉴|年鉴"),
    ("accounts", r"决算|预算|财务|审计|三公"),
    ("legal_work", r"法治政府|依法行政|行政执法"),
    ("half_year", r"半年|上半年|季度|月度|[一二三四1-4]季"),
    ("plan", r"工作要点|要点|工作方案|实施方案|工作计划|工作安排|任务分解|分工"),
    ("guide", r"公开指南|指南|须知|流程图"),
    ("catalogue", r"公开目录|目录"),
    ("rules", r"制度|办法|规定|细则|条例|规范$|标准"),
    ("notice", r"通知|通报|公告|通告|函$|编制说明|模板|格式|样式|培训|会议|召开|考核|评估|检查|督查"),
)
_REJECT = tuple((reason, re.compile(words)) for reason, words in _REJECTS)
# A report on the subject is a report whatever else its title says (关于印发…年度报告的通知, …年度报告及下一年工作要点).
_REPORT = re.compile(
    r"信息公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度报告|年报|报告)|信息公开.{0,10}(?:年度报告|年报)"
)
_ABOUT_REPORTS = re.compile(
    r"(?:报送|上报|编制|编写|编发|发布|公布|做好|填报|报告|年报).{0,12}(?:的)?(?:通知|通报|公告|要求|说明|函)|(?:培训|会议|发布会|召开|模板|格式|样式|统计表)"
)
# What an office is called says nothing about its report: 审计局2023年年度报告 is no report on accounts.
_OFFICE = re.compile(
    r"(?:审计|统计|财政|住房公积金管理|(?:城市管理)?(?:和|与)?综合(?:行政)?执法|行政执法)(?:局|厅|署|中心|委员会|总队|支队|大队)"
)
_SUBJECT = re.compile(r"信息公开|政务公开")
_YEARLY = re.compile(r"年度报告|年度工作报告|年报")
_COLUMN = re.compile(r"信息公开.{0,6}(?:年报|年度报告|报告)|gknb|gkndbg|xxgknb|zfxxgknb", re.IGNORECASE)
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YEAR = re.compile(r"(20[0-4]\d)\s*(?:年|年度)?|([二2][〇○零0][〇○零一二三四0-4][〇○零一二三四五六七八九0-9])\s*年")
_YEAR_OF_REPORT = re.compile(r"(20[0-4]\d)\s*年?度|(20[0-4]\d)\s*年?(?=.{0,8}信息公开)")
_RANGE = re.compile(r"20\d\d\s*年?\s*[-—–~至到]\s*20\d\d")
_ANY_YEAR = re.compile(r"(?:20[0-4]\d|[二2][〇○零0][〇○零一二三四0-4][〇○零一二三四五六七八九0-9])(?:年度|年|度)?")
_AROUND_AGENCY = re.compile(
    r"^[《<【\[(]*(?:关于)?(?:印发|公布|发布|转发)?[《<【\[(]*|(?:关于)?(?:政府|政务)?(?:信息|政务)公开.*|(?:工作)?(?:年度|工作)*(?:报告|年报).*"
)
TITLE_LENGTH = 400  # characters that are looked at; a listing may print a megabyte
FIRST_YEAR = 2003  # cities had rules of their own before the regulation of 2008


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an entry is fetched, why, and the year its title states (None where it states none, or several)."""

    accepted: bool
    reason: str
    year: int | None = None


def judge(title: str, context: str = "") -> Verdict:
    """The verdict on an entry. `context` is what the column is called, or its address: a column of annual reports vouches for a bare 年报.

    >>> judge("青禾市人民政府2023年政府信息公开工作年度报告")
    Verdict(accepted=True, reason='report_title', year=2023)
    >>> judge("青禾市2023年政府网站工作年度报表").reason
    'website_report'
    """
    text = re.sub(r"\s+", "", _simplified(normalize("NFKC", title)))
    named = bool(_REPORT.search(text))
    reason = _reject(text, named)
    if reason:
        return Verdict(False, reason, year(text))
    if named:
        return Verdict(True, "report_title", year(text))
    if _YEARLY.search(text) and _says_yearly(text):
        if _SUBJECT.search(text):
            return Verdict(True, "report_title", year(text))
        if _COLUMN.search(_simplified(context)):
            return Verdict(True, "report_column", year(text))
    return Verdict(False, "other_subject", year(text))


def _reject(text: str, named: bool) -> str | None:
    """Why the title is no report; None where nothing speaks against it. A title that names the report outright is not turned away by
    words of lesser weight (规定, 要点), only by what such a page would be about: charts, and notices on how to write one."""
    subject = _OFFICE.sub("", text)
    for reason, words in _REJECT:
        if words.search(subject) and (not named or _outweighs(reason, subject)):
            return reason
    return None


def _outweighs(reason: str, text: str) -> bool:
    if reason == "notice":
        return bool(_ABOUT_REPORTS.search(text)) and not re.search(r"(?:印发|公布|发布).{0,40}(?:报告|年报)[》>]?的(?:通知|公告)$", text)
    return reason in ("chart", "website_report", "half_year")


def year(title: str) -> int | None:
    """The year a title states: of 年度 or before 信息公开 first (2019年度报告 published 2020), else the only one it prints; else None.

    >>> year("二〇一八年政府信息公开年度报告"), year("关于2015-2016年的报告"), year("信息公开年报")
    (2018, None, None)
    """
    text = normalize("NFKC", title)
    if _RANGE.search(text):
        return None
    stated = {int(found) for pair in _YEAR_OF_REPORT.findall(text) for found in pair if found}
    if len(stated) != 1:
        stated = stated or {int((latin or chinese).translate(_DIGITS)) for latin, chinese in _YEAR.findall(text)}
    return stated.pop() if len(stated) == 1 and min(stated) >= FIRST_YEAR else None


def agency(title: str) -> str | None:
    """The agency a title names, in simplified script and without blanks; None where it names none.

    >>> agency("关于公布云溪县水利局 2018年度政府信息公开工作年度报告"), agency("2023年青禾市信息公开年报"), agency("2023年年度报告")
    ('云溪县水利局', '青禾市', None)
    """
    text = re.sub(r"\s+", "", _simplified(normalize("NFKC", title[:TITLE_LENGTH])))
    named = _AROUND_AGENCY.sub("", _ANY_YEAR.sub("", text))
    return named or None


def _says_yearly(text: str) -> bool:
    """Whether 年报 is a word of the title: 中国青年报 and 百年报国 hold its characters and not the word."""
    return "年度" in text or any(word.endswith("年报") and len(word) <= 4 and not word.endswith("青年报") for word in _words(text))


@cache
def _converter() -> Any:
    from opencc_pyo3 import OpenCC  # as heavy as all the rest of this module

    return OpenCC("t2s")


def _simplified(text: str) -> str:
    """The text in simplified script: portals of traditional pages have traditional titles. 資訊 is the 信息 of Taiwan's wording."""
    converted: str = _converter().convert(text)
    return converted.replace("资讯", "信息")


@cache
def _segmenter() -> Any:
    import rjieba

    return rjieba


def _words(text: str) -> list[str]:
    return list(_segmenter().cut(text))
