from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler import cms
from crawler.cms import lonsun
from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

ROOT = "http://www.yunxi.example"
PAGE = ROOT + "/public/column/7071?type=3&action=list&nav=3"
SCRIPT = """<script>
    $.ajax({type: "get", url: "/site/label/8888?IsAjax=1&dataType=html&labelName=newsList", data: {siteId: "1", file: "/side"}});
    function list(pageIndex) { $.ajax({
        url: "/site/label/8888?IsAjax=1&dataType=html&_=" + Math.random(), type: "post",
        data: {siteId: "6791551", pageSize: 15, pageIndex: pageIndex, action: "list", isDate: true, dateFormat: "yyyy-MM-dd", length: "50",
               organId: organId, type: type, labelName: "publicInfoList", file: "/c1/xxgk/publicInfoList_newest2020"%s}}) }
    var organId = '7071', type = '3';
</script>"""
BLOCK = """<ul class="xxgk_nav_con"><li class="num">{n}</li><li class="mc"><a class="title" href="/public/7071/{n}.html"
    title="云溪县教育局{y}年政府信息公开年度报告">云溪县教育局{y}年政府信…</a> <a href="/public/7071/{n}.html#file">附件</a></li>
    <li class="rq">{d}-01-22</li></ul>"""


def blocks(page: int, count: int = 2) -> str:
    return "".join(BLOCK.format(n=page * 100 + n, y=2000 + page * 2 + n, d=2001 + page * 2 + n) for n in range(count))


def query(request: NextRequest) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(request.url).query, keep_blank_values=True).items()}


def served(pages: int, *, count: str = "") -> object:
    """The service of a column; `count` is what its script prints of the page count."""

    def serve(request: NextRequest) -> str:
        if "8888" not in request.url:
            return SCRIPT % ""
        number = int(query(request)["pageIndex"])
        return (blocks(number) if number <= pages else "<p>暂无相关信息</p>") + count

    return serve


def test_the_call_repeats_what_the_script_says() -> None:
    page = read(ListingPage(PAGE, MENU + SCRIPT % ""))
    assert page.family == "lonsun"
    (call,) = page.further
    assert call.url.startswith(ROOT + "/site/label/8888?")
    assert query(call) == {
        "labelName": "publicInfoList",
        "siteId": "6791551",
        "organId": "7071",
        "type": "3",
        "catId": "",
        "pageIndex": "1",
        "pageSize": "15",
        "action": "list",
        "isDate": "true",
        "dateFormat": "yyyy-MM-dd",
        "length": "200",  # 50 would cut titles
        "file": "/c1/xxgk/publicInfoList_newest2020",
        "IsAjax": "1",
        "dataType": "html",
    }


@pytest.mark.parametrize("count", ["<script>var p = {pageCount:3};</script>", ""])
def test_a_column_is_walked_to_its_end(count: str) -> None:
    walked = walk(PAGE, served(3, count=count))  # type: ignore[arg-type]
    numbers = [query(request)["pageIndex"] for request in walked.asked[1:]]
    assert numbers == ["1", "2", "3"] + ([] if count else ["4"])  # without a count an empty page is the end
    assert len(walked.urls) == 6


def test_rows() -> None:
    page = read(ListingPage(ROOT + "/site/label/8888?pageIndex=1", blocks(1), "page=1&service=x"), "lonsun")
    assert page.entries[0] == cms.ListingEntry(ROOT + "/public/7071/100.html", "云溪县教育局2002年政府信息公开年度报告", date(2003, 1, 22))
    assert len(page.entries) == 2


def test_rows_drawn_into_the_page_are_its_first_answer() -> None:
    page = read(ListingPage(PAGE, MENU + blocks(1) + SCRIPT % "" + "<script>$('#p').pagination({pageCount:3, total:6})</script>"))
    assert (len(page.entries), page.pages, page.declared) == (2, 3, 6)
    assert [query(request)["pageIndex"] for request in page.further] == ["2", "3"]


@pytest.mark.parametrize("script", ["var total = 0;", "total: 1", "pageCount = 0"])
def test_a_variable_of_something_else_is_no_count(script: str) -> None:
    page = read(ListingPage(PAGE, blocks(1) + SCRIPT % "" + f"<script>{script}</script>"))
    assert (page.declared, page.pages) == (None, None)
    assert [query(request)["pageIndex"] for request in page.further] == ["2"]


JSON = """{"pageCount": 2, "total": 3, "data": {"rows": [
    {"title": "云溪县教育局2019年政府信息公开年度报告", "link": "/public/7071/9.html", "publishDate": "2020-01-22 10:00:00",
     "organName": "云溪县教育局"},
    {"title": "云溪县教育局2018年政府信息公开年度报告", "organId": 7071, "contentId": 8, "publishDate": 1548086400000},
    {"title": ""}, 5]}}"""


def test_json_answers() -> None:
    (call,) = read(ListingPage(PAGE, MENU + SCRIPT % ', isJson: "true"')).further
    assert query(call)["isJson"] == "true"
    page = read(ListingPage(call.url, JSON, call.state), "lonsun")
    assert page.entries == (
        cms.ListingEntry(ROOT + "/public/7071/9.html", "云溪县教育局2019年政府信息公开年度报告", date(2020, 1, 22), "云溪县教育局"),
        cms.ListingEntry(ROOT + "/public/7071/8.html", "云溪县教育局2018年政府信息公开年度报告", date(2019, 1, 22), None),
    )
    assert (page.declared, page.pages) == (3, 2)
    assert [query(request)["pageIndex"] for request in page.further] == ["2"]


@pytest.mark.parametrize("text", ["", "null", "[]", '{"data": 5}', "{", '{"data": [[]]}', "<p>暂无相关信息</p>"])
def test_an_answer_without_rows_ends_the_walk(text: str) -> None:
    page = read(ListingPage(ROOT + "/site/label/8888?pageIndex=2", text, "page=2&service=http%3A%2F%2Fa.example%2Fs"), "lonsun")
    assert (page.entries, page.further) == ((), ())


TREE = """<div class="tree"><a href="/public/column/7071?type=4&action=list">云溪县教育局</a>
    <a href="/public/column/7072?type=4&action=list">云溪县水利局</a> <a href="/public/column/7072?type=2">公开指南</a>
    <a href="/public/column/7073?type=4" title="青石镇">青石…</a> <a href="/public/column/7074?type=3">更多</a></div>"""


def test_agencies_of_the_tree_are_listings() -> None:
    page = read(ListingPage(PAGE, TREE + SCRIPT % ""))
    assert [(listing.kind, listing.agency, listing.request.url) for listing in page.listings] == [
        ("agency", "云溪县水利局", ROOT + "/public/column/7072?type=3&action=list"),
        ("agency", "青石镇", ROOT + "/public/column/7073?type=3&action=list"),
    ]


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/public/column/7071?type=4&action=list", True),  # the whole catalogue
        ("/public/column/7071?type=4&catId=6715&action=list", False),  # one category of it
        ("/public/column/7071?type=3&action=list", False),
    ],
)
def test_another_column_leads_to_the_reports(address: str, leads: bool) -> None:
    menu = '<a href="/public/column/7071?type=2">公开指南</a><a href="/public/column/7071?type=3&amp;action=list">公开年报</a>'
    page = lonsun.read(ListingPage(ROOT + address, menu + SCRIPT % ""))
    assert [listing.request.url for listing in page.listings] == ([ROOT + "/public/column/7071?type=3&action=list"] if leads else [])
    assert bool(page.further) is not leads


def test_the_category_of_the_address_is_asked_for() -> None:
    (call,) = read(ListingPage(ROOT + "/zwgk/public/column/7075?type=4&catId=6715&action=list", SCRIPT % ', catId: "1"')).further
    assert (query(call)["organId"], query(call)["type"], query(call)["catId"]) == ("7075", "4", "6715")


def test_a_million_pages_are_not_asked_for() -> None:
    page = read(ListingPage(PAGE, blocks(1) + SCRIPT % "" + "pageCount:999999"))
    assert len(page.further) == 499
    assert page.pages == 999_999


@pytest.mark.parametrize(
    ("url", "claimed"),
    [(ROOT + "/public/7071/123.html", True), (ROOT + "/zwgk/public/7071/123.html", True), (ROOT + "/public/column/7071", False)],
)
def test_articles(url: str, claimed: bool) -> None:
    claim = cms.recognise(ListingPage(url, "<p></p>"), article=True)
    assert (claim is not None and claim[0] == "lonsun") is claimed


@pytest.mark.parametrize("piece", ["/site/label/8888 ", "pageCount:", '<ul class="xxgk_nav_con">', "<input id=", "a: 'b', "])
def test_hostile_pages_end(piece: str) -> None:
    read(ListingPage(PAGE, piece * (1_000_000 // len(piece))), "lonsun")
