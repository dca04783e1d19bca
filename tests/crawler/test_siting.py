"""Site codes of pages against the portal's place, and how divisions lie to one another."""

import time

import pytest

from crawler.portals import Portal, check_site, site_code_in
from extract import Entry, Page, extract
from extract.agencies import Context, recognise
from extract.data.divisions import gazetteer, relation


def portal(level: str, code: str | None) -> Portal:
    return Portal("qinghe", "青禾", level, code, ("http://qinghe.example/",), ("qinghe.example",))


@pytest.mark.parametrize(
    ("site_code", "level", "code", "verdict"),
    [
        ("1304000009", "prefecture", "130400", "fits"),
        ("1304030001", "prefecture", "130400", "fits"),  # a county's page on its city's list
        ("1304000009", "county", "130403", "fits"),  # a county's column on its city's site
        ("1300000001", "department", "130400", "fits"),
        ("1304720001", "prefecture", "130400", "fits"),  # a development zone, not in the table
        ("5202210001", "county", "520204", "fits"),  # the code of before 2020
        ("3414000001", "county", "340181", "fits"),  # a city that became a county-level one
        ("bm29000002", "ministry", None, "fits"),
        ("BM29000002", "ministry", None, "fits"),
        ("1305000001", "prefecture", "130400", "conflict"),
        ("1304020001", "county", "130403", "conflict"),  # the neighbour
        ("1301050001", "county", "130902", "conflict"),  # 新华区 of another city
        ("4101000001", "department", "130400", "conflict"),
        ("bm29000002", "county", "130403", "conflict"),
        ("1304000009", "ministry", None, "conflict"),
        ("bm29000002", "department", "130400", "unknown"),  # a central body's branch
        ("1304000009", "department", None, "unknown"),
        (None, "prefecture", "130400", "unknown"),
        ("0000000000", "prefecture", "130400", "unknown"),
        ("9901000002", "prefecture", "130400", "unknown"),
        ("13040000", "prefecture", "130400", "unknown"),
        ("１３０４０００００９", "prefecture", "130400", "unknown"),
    ],
)
def test_check_site(site_code: str | None, level: str, code: str | None, verdict: str) -> None:
    check = check_site(site_code, portal(level, code))
    assert (check.verdict, check.site_code) == (verdict, site_code)
    assert site_code is None or site_code in check.reason


def test_reasons_name_both_places() -> None:
    assert check_site("1305000001", portal("prefecture", "130400")).reason == (
        "site code 1305000001 is that of 邢台市 (130500), the portal's code 130400 that of 邯郸市 (130400)"
    )
    assert "a part of 邯郸市 (130472)" in check_site("1304720001", portal("prefecture", "130400")).reason


@pytest.mark.parametrize(
    ("markup", "code"),
    [
        ('<meta name="SiteIDCode" content="1304000009">', "1304000009"),
        ("<META content='bm29000002' NAME='siteidcode '/>", "bm29000002"),
        ('<meta name="SiteName" content="x"><meta content="1304000009" name="SiteIDCode" />网站标识码：1305000001', "1304000009"),
        ("<p>网站标识码：1304000009</p>", "1304000009"),
        ("网站标识码 : <span class='a'>1304000009</span>", "1304000009"),
        ("网站标识码&nbsp;bm29000002", "bm29000002"),
        ('<script id="_jiucuo_" sitecode="1304000009" src="x.js"></script>', "1304000009"),
        ("<script sitecode = '1304000009'></script>", "1304000009"),
        ('<meta name="SiteIDCode" content="">网站标识码：1304000009', "1304000009"),
        ('<meta name="SiteIDCode" content="">', None),
        ('<meta name="Keywords" content="1304000009">', None),
        ("网站标识码：见首页。电话 1304000009", None),
        ("网站标识码：13040000091", None),
        ("", None),
    ],
)
def test_site_code_in(markup: str, code: str | None) -> None:
    assert site_code_in(markup) == code


@pytest.mark.parametrize("part", ["<meta ", "网站标识码", "网站标识码<a ", "sitecode", "sitecode =", " ", "<meta name=SiteIDCode "])
def test_hostile_markup_costs_bounded_time(part: str) -> None:
    start = time.process_time()
    assert site_code_in(part * (1_000_000 // len(part))) is None
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("code", "other", "expected"),
    [
        ("130400", "130400", "same"),
        ("520221", "520204", "same"),
        ("341421", "340124", "same"),  # to another city
        ("341421", "340100", "within"),
        ("130403", "130000", "within"),
        ("469001", "460000", "within"),
        ("130000", "130403", "holds"),
        ("110000", "110118", "holds"),
        ("130103", "130502", "apart"),  # 桥东区 twice, at the same time
        ("130400", "410400", "apart"),
    ],
)
def test_relation(code: str, other: str, expected: str) -> None:
    assert relation(code, other) == expected


def test_relation_is_mirrored() -> None:
    mirror = {"same": "same", "apart": "apart", "within": "holds", "holds": "within"}
    codes = sorted(gazetteer().by_code)[::97]
    for code in codes:
        assert relation(code, code) == "same"
        for other in codes:
            assert relation(other, code) == mirror[relation(code, other)]


@pytest.mark.parametrize(
    ("printed", "code", "division"),
    [
        ("柞水县", "130400", None),  # one place of that name, in another province than the site
        ("柞水县财政局", "130400", None),
        ("柞水县", "611000", "611026"),
        ("柞水县", "610100", "611026"),  # another prefecture: those have changed
        ("陕西省商洛市柞水县", "130400", "611026"),  # says itself where it lies
        ("柞水县", "990100", "611026"),  # a code of no province says nothing
        ("柞水县", None, "611026"),
    ],
)
def test_a_place_in_another_province_than_the_site_is_not_matched(printed: str, code: str | None, division: str | None) -> None:
    agency = recognise(printed, Context(code=code))
    assert agency is not None
    assert agency.division_code == division
    assert agency.name.startswith("柞水县")


# ------------------------------------------------------------------------------------------------ what the database says of it


def served(site_code: str, portal_code: str | None, agency: str) -> Page:
    title = f"{agency}2023年政府信息公开工作年度报告"
    body = f"""<html><head><meta charset="utf-8"><meta name="SiteIDCode" content="{site_code}"><title>{title}</title></head><body>
        <div class="TRS_Editor"><h1>{title}</h1><p>一、总体情况</p><p>2023年主动公开政府信息120条。</p>
        <p>二、存在的主要问题及改进情况</p><p>公开的内容还不够丰富。</p><p>三、其他需要报告的事项</p><p>无。</p></div></body></html>"""
    return Page(body.encode(), "http://www.qinghe.example/t20240101_1.html", "text/html", Entry(division_code=portal_code))


@pytest.mark.parametrize(
    ("site_code", "portal_code", "agency", "found"),
    [
        ("1304000009", "130400", "邯郸市人民政府", {}),
        ("1304030001", "130400", "邯郸市丛台区人民政府", {}),
        ("1304000009", "130403", "邯郸市人民政府", {}),
        ("1305000001", "130400", "邯郸市人民政府", {"site_code": {"portal": "130400", "site_code": "1305000001"}}),
        ("1304000009", "130400", "河北省邢台市任泽区", {"agency": {"portal": "130400", "agency": "130505"}}),
        ("1305000001", None, "邯郸市人民政府", {}),  # no portal named it
        ("0000000000", "130400", "邯郸市人民政府", {}),
        ("bm29000002", "130400", "邯郸市人民政府", {}),
        ("", "130400", "邯郸市人民政府", {}),
        ("1304000009", "990100", "邯郸市人民政府", {}),
    ],
)
def test_a_report_from_elsewhere_has_a_finding(site_code: str, portal_code: str | None, agency: str, found: dict) -> None:
    extraction = extract(served(site_code, portal_code, agency))
    (report,) = extraction.reports
    findings = [finding for finding in report.findings if finding.rule_id == "place_of_portal"]
    assert {finding.subject: finding.evidence for finding in findings} == found
    assert {(finding.status, finding.basis) for finding in findings} <= {("violated", "plausibility")}
