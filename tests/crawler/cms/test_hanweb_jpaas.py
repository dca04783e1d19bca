"""Hanweb publish-server: made-up pages after PORTALS.md section 5."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

URL = "http://www.yunxi.example/col/col1229847292/index.html"
IDS = {
    "webId": "3096",
    "pageId": "1229847292",
    "parseType": "bulidstatic",
    "pageType": "column",
    "tagId": "信息列表",
    "tplSetId": "FmSqgx0D",
}
QUERY_DATA = str(IDS).replace('"', "'")
ROW = (
    '<li><a href="/col/col1229847292/art/2026/art_{n:032x}.html" title="云溪县第{n}号信息公开年报">云溪县…</a>'
    "<span>2026-01-0{d}</span></li>"
)
NEWS = "<div class='news'><ul><li><a href='/art/2026/1/1/art_5_1.html'>别的栏目的新闻</a>2026-01-01</li></ul></div>"


def rows(first: int, last: int) -> str:
    return "".join(ROW.format(n=n, d=n % 9 + 1) for n in range(first, last + 1))


def answer(first: int, last: int, total: int) -> str:
    return json.dumps({"success": True, "data": {"html": f'<ul>{rows(first, last)}</ul><div class="pager" count="{total}"></div>'}})


def column(markup: str) -> str:
    return f"<html>{MENU}{markup}{NEWS}</html>"


EMPTY = {
    "attribute": f'<div id="list" queryData="{QUERY_DATA}"></div>',
    "lower case": f'<script src="/unit.js" querydata="{QUERY_DATA}"></script>',
    "escaped": '<div queryData="' + QUERY_DATA.replace("'", "&#39;") + '"></div>',
    "script": f"<script>var queryData = {QUERY_DATA};</script>",
}


@pytest.mark.parametrize("markup", EMPTY.values(), ids=EMPTY)
def test_an_empty_list_is_asked_for(markup: str) -> None:
    listing = read(ListingPage(URL, column(markup)))
    assert (listing.family, listing.entries) == ("hanweb_jpaas", ())
    (request,) = listing.further
    parts = urlsplit(request.url)
    asked = {name: value for name, (value,) in parse_qs(parts.query).items()}
    assert parts.path == "/api-gateway/jpaas-publish-server/front/page/build/unit"
    assert json.loads(asked.pop("paramJson")) == {"pageNo": 1, "pageSize": 15}
    assert asked == {**IDS, "editType": "null"}
    assert (request.method, request.referer) == ("GET", URL)


def test_the_listing_is_walked_to_its_end() -> None:
    def server(request: NextRequest) -> str:
        if request.url == URL:
            return column(EMPTY["attribute"])
        asked = json.loads(parse_qs(urlsplit(request.url).query)["paramJson"][0])
        return answer(asked["pageNo"] * 15 - 14, min(asked["pageNo"] * 15, 40), 40)

    walked = walk(URL, server)
    assert len(walked.urls) == walked.declared == 40
    assert len(walked.asked) == 4
    assert walked.urls[0] == f"http://www.yunxi.example/col/col1229847292/art/2026/art_{1:032x}.html"


def test_a_service_with_shorter_pages_of_its_own() -> None:
    (request,) = read(ListingPage(URL, column(EMPTY["attribute"]))).further
    listing = read(ListingPage(request.url, answer(1, 10, 25), request.state), "hanweb_jpaas")
    assert (len(listing.entries), listing.declared, listing.pages) == (10, 25, 3)
    assert ["%22pageSize%22%3A10" in further.url for further in listing.further] == [True, True]


def test_rows_that_the_page_holds_are_its_first_page() -> None:
    held = f'<div queryData="{QUERY_DATA}"><ul>{rows(1, 15)}</ul><div count="20"></div></div>'
    listing = read(ListingPage(URL, column(held)))
    assert (len(listing.entries), listing.declared) == (15, 20)
    assert ["%22pageNo%22%3A2" in request.url for request in listing.further] == [True]


def test_of_several_units_the_list_is_asked_for() -> None:
    news = EMPTY["attribute"].replace("信息列表", "右侧新闻").replace("FmSqgx0D", "other")
    listing = read(ListingPage(URL, column(news + EMPTY["attribute"])))
    assert ["tplSetId=FmSqgx0D" in request.url for request in listing.further] == [True]


def test_the_scheme_of_the_page_is_kept() -> None:
    service = "<script>var api = 'https://www.yunxi.example/api-gateway/jpaas-publish-server/front/page/build/unit'</script>"
    (request,) = read(ListingPage(URL, column(service + EMPTY["attribute"]))).further
    assert request.url.startswith("http://www.yunxi.example/api-gateway/")


@pytest.mark.parametrize("text", ["", "<html>403</html>", '{"success": false, "message": "no such page"}', "[]"])
def test_an_answer_without_rows_is_a_problem(text: str) -> None:
    (request,) = read(ListingPage(URL, column(EMPTY["attribute"]))).further
    listing = read(ListingPage(request.url, text, request.state), "hanweb_jpaas")
    assert listing.entries == ()
    assert listing.problem is not None


def test_the_variant_that_holds_its_rows() -> None:
    url = "http://www.tongyuan.example/col/18073_668815/index.html"
    row = '<li><a href="/col/18073_668815/art/17356608/{n}ffO7DUB.html">桐原县20{n}年信息公开年报</a><i>20{n}-01-08</i></li>'
    text = f"<ul>{row.format(n=21)}{row.format(n=22)}</ul><div class='page'><a href='index_2.html'>下一页</a></div>"
    listing = read(ListingPage(url, text))
    assert (listing.family, len(listing.entries)) == ("hanweb_jpaas", 2)
    assert [request.url for request in listing.further] == ["http://www.tongyuan.example/col/18073_668815/index_2.html"]
