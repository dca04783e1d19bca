"""Pages that lead to many listings, and pages that look like it (PORTALS.md section 13)."""

from time import process_time

import pytest

from crawler import cms
from crawler.cms import hubs
from crawler.cms.model import MAX_LISTINGS, ListingPage
from tests.crawler.cms.walking import MENU

HOST = "http://www.tongyuan.example"
NB = f"{HOST}/zwgk/zfxxgk/zfxxgknb/"
TITLE = "<title>政府信息公开年报_桐原县</title>"


def found(text: str, url: str = NB) -> list[tuple[str, str, str | None]]:
    page = ListingPage(url, f"<html>{text}</html>")
    return [(listing.kind, listing.request.url.removeprefix(HOST), listing.agency) for listing in hubs.listings(page)]


def links(pairs: list[tuple[str, str]]) -> str:
    return MENU + "<ul>" + "".join(f'<li><a href="{href}">{text}</a></li>' for text, href in pairs) + "</ul>"


# ------------------------------------------------------------------------------------------------ years


@pytest.mark.parametrize(
    ("url", "pairs", "expected"),
    [
        (NB, [("2018年", "./gknb2018/"), ("2017年", "gknb2017/index.html")], ["gknb2018/", "gknb2017/index.html"]),
        (NB, [("2018", "2018n/"), ("2019年度", "2019nb/"), ("2022年", "nb_2022n/")], ["2018n/", "2019nb/", "nb_2022n/"]),
        (NB, [("2018年（35）", "2018n/"), ("2017 年", "2017n/")], ["2018n/", "2017n/"]),
        (NB, [("2018年政府信息公开年度报告", "./2018nb/")], ["2018nb/"]),
        (f"{NB}index.html", [("2018年", "2018n/")], ["2018n/"]),
        (f"{HOST}/zwgk/zfxxgk/zfxxgknb.htm", [("2018年", "zfxxgknb/a2018n.htm")], ["a2018n.htm"]),  # VSB
        (f"{NB}2019n/", [("2019年", "./"), ("2018年", "../2018n/")], ["2018n/"]),  # tabs of years stand on each of them
        (f"{HOST}/tongyuan/gknb/list.shtml", [("2018年", "/tongyuan/gknb2018/list.shtml")], ["/tongyuan/gknb2018/list.shtml"]),
        (f"{HOST}/col/col77/index.html", [("2018年", "/col/col1218/index.html"), ("2017年", "/col/col1217/index.html")], ["1218", "1217"]),
    ],
)
def test_hubs_of_years(url: str, pairs: list[tuple[str, str]], expected: list[str]) -> None:
    listings = found(TITLE + links(pairs), url)
    assert [kind for kind, _, _ in listings] == ["year"] * len(expected)
    assert all(end.strip("/") in path for end, (_, path, _) in zip(expected, listings, strict=True))


def test_years_as_options_and_as_tabs_that_jump() -> None:
    options = '<select onchange="location=this.value"><option value="">选择</option><option value="2018n/">2018年</option></select>'
    tabs = '<ul style="display:none"><li onclick="window.location.href=\'2017n/\'">2017年</li></ul>'
    assert [path for _, path, _ in found(TITLE + MENU + options + tabs)] == [f"/zwgk/zfxxgk/zfxxgknb/{year}n/" for year in (2018, 2017)]


def test_groups_of_agencies_beside_years() -> None:
    pairs = [("2018年", "2018n/"), ("乡镇街道", "xzjd/"), ("2018年镇街", "zxjd2018/"), ("委办局", "wbj/"), ("领导之窗", "ldzc/")]
    listings = found(TITLE + links(pairs))
    assert [(kind, path.rpartition("nb/")[2]) for kind, path, _ in listings] == [
        ("year", "2018n/"),
        ("column", "xzjd/"),
        ("column", "zxjd2018/"),
        ("column", "wbj/"),
    ]


def test_the_column_of_reports_below_a_hub_of_disclosure() -> None:
    pairs = [("公开指南", "zfxxgkzn/"), ("政府信息公开年报", "zfxxgknb/"), ("年度报告", "/other/gknb/")]
    assert found(links(pairs), f"{HOST}/zwgk/zfxxgk/") == [("column", "/zwgk/zfxxgk/zfxxgknb/", None)]


@pytest.mark.parametrize(
    ("head", "pairs", "url"),
    [
        # an archive of news by years
        ("<title>新闻中心</title>", [("2019年", "2019/"), ("2018年", "2018/")], f"{HOST}/xwzx/"),
        # a real listing: titles are entries
        (TITLE, [(f"桐原县{year}年政府信息公开工作年度报告", f"./{year + 1}01/t{year + 1}0120_1.html") for year in range(2015, 2020)], NB),
        (TITLE, [("2019年政府信息公开年度报告", "202001/t20200120_1.html"), ("2018年", "201901/t20190120_1.html")], NB),
        (TITLE, [("2019年", "P020200120.pdf"), ("2018年", "/art/2019/1/2/art_7_9.html")], NB),
        # pages of a pager, years of other columns
        (TITLE, [("1", "index.html"), ("2", "index_1.html"), ("下一页", "index_1.html")], NB),
        (TITLE, [("2019年", "/zfgzbg/2019/"), ("2018年", "/zfgzbg/2018/")], NB),
        (TITLE, [("2019年", "/zwgk/zfxxgk/gb/2019/"), ("2018年", "/zwgk/zfxxgk/gb/2018/")], NB),
        (TITLE, [("2019年", "http://www.other.example/zfxxgknb/2019n/")], NB),
        (TITLE, [("2019年", "#"), ("2018年", "javascript:tab(2)")], NB),
        (TITLE, [("2019年", "./")], NB),
    ],
)
def test_no_hubs_of_years(head: str, pairs: list[tuple[str, str]], url: str) -> None:
    assert found(head + links(pairs), url) == []


def test_dated_rows_that_lead_to_directories_are_entries() -> None:
    rows = "".join(f'<li><a href="{year}nb/">{year}年政府信息公开年度报告</a><span>{year + 1}-01-20</span></li>' for year in (2018, 2019))
    assert found(TITLE + f"<ul>{rows}</ul>") == []


# ------------------------------------------------------------------------------------------------ agencies

NAMES = ["桐原县教育局", "桐原县水利局", "白榆镇", "青禾街道办事处"]


@pytest.mark.parametrize(
    ("url", "hrefs"),
    [
        (f"{HOST}/zwgk/bmxx/", [f"/{name}/zfxxgknb/" for name in ("jyj", "slj", "byz", "qhjd")]),
        (f"{HOST}/zwgk/bmxx/", [f"/11001{n}/zfxxgknb/list.shtml" for n in range(4)]),
        (f"{HOST}/zwgk/bmxx/", [f"/{name}/gknb/xxgk_list.shtml" for name in ("jyj", "slj", "byz", "qhjd")]),
        (f"{HOST}/zwgk/bmxx/", ["/jyj/zfxxgk/gknb/", "/slj/zfxxgknb/", "/byz/ndbg/index.html", "/qhjd/xxgknb.htm"]),
        (NB, [f"./{name}/" for name in ("jyj", "slj", "byz", "qhjd")]),
        (NB, [f"{name}/index.html" for name in ("jyj", "slj", "byz", "qhjd")]),
        (f"{NB[:-1]}.htm", [f"zfxxgknb/{name}.htm" for name in ("jyj", "slj", "byz", "qhjd")]),
        (NB, [f"./{name}/" for name in ("jyj_zfxxgknb", "slj_gknb", "byz_gknb", "qhjd_gknb")]),
        (f"{HOST}/public/column/660?type=3&action=list", [f"/public/column/66{n}?type=3&action=list" for n in range(1, 5)]),
        (f"{HOST}/openInfo.action?depCode=000&menuCat=219", [f"openInfo.action?depCode=00{n}&menuCat=219" for n in range(1, 5)]),
        (f"{HOST}/zwgk/spage.xp?unitid=0&frame=nb", [f"spage.xp?unitid=00{n}&frame=nb" for n in range(1, 5)]),
        (f"{HOST}/col/col77/index.html", [f"/col/col12{n}/index.html" for n in range(1, 5)]),
    ],
)
def test_hubs_of_agencies(url: str, hrefs: list[str]) -> None:
    head = TITLE if "zfxxgk" in url or "col77" in url or ".action" in url or ".xp" in url or "column" in url else ""
    listings = found(head + links(list(zip(NAMES, hrefs, strict=True))), url)
    assert [(kind, agency) for kind, _, agency in listings] == [("agency", name) for name in NAMES]


def test_a_table_of_agencies_with_their_guides_catalogues_and_reports() -> None:
    row = '<tr><td>{name}</td><td><a href="/d{n}/zn/">公开指南</a></td><td><a href="/d{n}/gknb/">公开年报</a></td></tr>'
    table = "".join(row.format(name=name, n=n) for n, name in enumerate(NAMES))
    listings = found(f"{MENU}<table>{table}</table>", f"{HOST}/zwgk/")
    assert listings == [("agency", f"/d{n}/gknb/", name) for n, name in enumerate(NAMES)]


def test_agencies_on_hosts_of_their_own_below_the_site() -> None:
    pairs = [(name, f"http://d{n}.tongyuan.example/zfxxgknb/") for n, name in enumerate(NAMES)]
    assert len(found(links(pairs), f"{HOST}/zwgk/")) == 4


@pytest.mark.parametrize(
    ("head", "body", "url"),
    [
        # a bar of navigation, and links to friends
        (TITLE, f"<div class='nav'>{links([(name, f'/col/col12{n}/index.html') for n, name in enumerate(NAMES)])}</div>", NB),
        (TITLE, f"<footer>{links([(name, f'/d{n}/zfxxgknb/') for n, name in enumerate(NAMES)])}</footer>", NB),
        (TITLE, links([(name, f"http://www.d{n}.example/zfxxgknb/") for n, name in enumerate(NAMES)]), NB),
        (TITLE, links([(name, f"http://d{n}.tongyuan.example/") for n, name in enumerate(NAMES)]), NB),
        # home pages and other columns of departments
        (TITLE, links([(name, f"/bm/{path}/") for name, path in zip(NAMES, ("jyj", "slj", "byz", "qhjd"), strict=True)]), NB),
        ("", links([(name, f"/col/col12{n}/index.html") for n, name in enumerate(NAMES)]), f"{HOST}/col/col77/index.html"),
        # each agency's name leads to its report: entries of another kind
        (TITLE, links([(name, f"/zfxxgknb/202001/t20200120_{n}.html") for n, name in enumerate(NAMES)]), NB),
        (TITLE, links([(name, f"/zfxxgknb/P02020012{n}.pdf") for n, name in enumerate(NAMES)]), NB),
        # a guide whose menu names the column of reports
        (
            "<title>公开指南</title><h3><a href='/zwgk/gknb/'>政府信息公开年报</a></h3><a href='/zwgk/gknb/'><h3>年度报告</h3></a>",
            links([(name, f"/bm/auto23{n}/?id=17") for n, name in enumerate(NAMES)]),
            f"{HOST}/zwgk/zn/",
        ),
        # one alone
        ("", links([("桐原县教育局", "/jyj/zfxxgknb/")]), f"{HOST}/zwgk/"),
    ],
)
def test_no_hubs_of_agencies(head: str, body: str, url: str) -> None:
    assert found(head + body, url) == []


def test_a_listing_of_reports_with_a_menu_of_departments_is_no_hub() -> None:
    rows = "".join(f'<li><a href="/art/{n}/1/2/art_77_{n}.html">桐原县{n}年政府信息公开年报</a>{n + 1}-01-20</li>' for n in (2018, 2019))
    menu = links([(name, f"/col/col12{n}/index.html") for n, name in enumerate(NAMES)])
    assert found(f"{TITLE}<ul>{rows}</ul><div class='bm'>{menu}</div>", f"{HOST}/col/col77/index.html") == []


# ------------------------------------------------------------------------------------------------ agencies to choose from

OPTIONS = '<option value="">请选择</option>' + "".join(f'<option value="66{n}">{name}</option>' for n, name in enumerate(NAMES))


@pytest.mark.parametrize(
    ("url", "body", "second"),
    [
        (f"{HOST}/public/column/660?type=3&action=list", f"<select>{OPTIONS}</select>", "/public/column/661?type=3&action=list"),
        (f"{HOST}/gknb/list.jsp?depCode=660&cat=2", f"<select>{OPTIONS}</select>", "/gknb/list.jsp?depCode=661&cat=2"),
        (f"{HOST}/gknb/list.jsp?unitid=&cat=2", f"<select name='unitid'>{OPTIONS}</select>", "/gknb/list.jsp?unitid=661&cat=2"),
        (
            f"{HOST}/gknb/list.jsp",
            f"<form action='/gknb/list.jsp'><input type='hidden' name='cat' value='9'><select name='organId'>{OPTIONS}</select></form>",
            "/gknb/list.jsp?cat=9&organId=661",
        ),
        (
            f"{HOST}/public/column/660?type=3&action=list",
            "".join(f'<li data-organid="66{n}" data-level="1">{name}</li>' for n, name in enumerate(NAMES)),
            "/public/column/661?type=3&action=list",
        ),
        (
            f"{HOST}/gknb/list.jsp?unitid=660",
            "".join(f"<a href=\"javascript:show('66{n}','a')\">{name}</a>" for n, name in enumerate(NAMES)),
            "/gknb/list.jsp?unitid=661",
        ),
        (
            f"{HOST}/gknb/",
            "<select onchange='x'>" + "".join(f'<option value="/gknb/d{n}/">{name}</option>' for n, name in enumerate(NAMES)) + "</select>",
            "/gknb/d1/",
        ),
    ],
)
def test_agencies_to_choose_from(url: str, body: str, second: str) -> None:
    listings = found(TITLE + MENU + body, url)
    assert ("agency", second, NAMES[1]) in listings
    assert [agency for _, _, agency in listings][-3:] == NAMES[1:]


@pytest.mark.parametrize(
    ("url", "body"),
    [
        (f"{HOST}/gknb/list.jsp", f"<select name='organId'>{OPTIONS}</select>"),  # nothing shows how an address is made
        (f"{HOST}/gknb/list.jsp", f"<form method='post' action='/s.do'><select name='organId'>{OPTIONS}</select></form>"),
        (
            f"{HOST}/gknb/list.jsp",
            f"<form action='/search.jsp'><input name='kw'><select name='organId'>{OPTIONS}</select></form>",
        ),  # a search
        (f"{HOST}/gknb/list.jsp?depCode=660", "<select><option value='660'>全部</option><option value='661'>标题</option></select>"),
        (f"{HOST}/660/gknb/660.jsp?d=660", f"<select>{OPTIONS}</select>"),  # the number stands twice
    ],
)
def test_choices_without_addresses(url: str, body: str) -> None:
    assert found(TITLE + MENU + body, url) == []


# ------------------------------------------------------------------------------------------------ bounds


def test_a_hub_names_a_bounded_number_of_listings() -> None:
    assert len(found(TITLE + links([("桐原县教育局", f"/d{n}/zfxxgknb/") for n in range(900)]))) == MAX_LISTINGS


def test_an_address_named_twice_counts_once() -> None:
    assert len(found(TITLE + links([("2018年", "2018n/"), ("2018年", "2018n/index.html"), ("2017年", "2017n/")]))) == 2


def test_the_package_reads_a_hub_without_rows() -> None:
    listing = cms.read(ListingPage(NB, TITLE + links([("2018年", "2018n/"), ("2017年", "2017n/")])))
    assert listing is not None
    assert len(listing.listings) == 2
    assert (listing.redirect, listing.problem) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "<a href='/d1/zfxxgknb/'>桐原县教育局</a>" * 20_000,
        "<a href='2018n/'>2018年</a>" * 30_000,
        "<li onclick=\"location.href='" * 30_000,
        "<option value='/x/1'>桐原县教育局" * 20_000,
        "<li data-id='" + "1" * 900_000 + "'>桐原县教育局",
        "<a href='/" + "nb" * 400_000 + "'>桐原县教育局</a>",
        "<div><a>" * 50_000,
    ],
)
def test_hostile_pages_cost_little(text: str) -> None:
    page = ListingPage(f"{NB}?depCode=1", TITLE + text)
    assert page.tree is not None
    start = process_time()
    assert len(hubs.listings(page)) <= MAX_LISTINGS
    assert process_time() - start < 4
