"""Ucap: made-up pages after PORTALS.md section 3."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

URL = "http://www.qinghe.example/zfxxgk/gknb/list.shtml"
HEX = "0123456789abcdef0123456789abcdef"
ROW = '<li><a href="/gknb/20{y}03/{n:032x}.shtml" title="白榆区20{y}年信息公开年报">白榆区…</a><i>20{y}-03-01</i></li>'


def static(number: int, name: str = "list") -> str:
    rows = "".join(ROW.format(y=10 + number * 2 + n, n=number * 10 + n) for n in range(2))
    return f"<html>{MENU}<ul>{rows}</ul><script>createPageHTML('page_div', 3, {number}, '{name}', 'shtml', 6)</script></html>"


def test_static_pages_count_from_one() -> None:
    listing = read(ListingPage(URL, static(1)))
    assert (listing.family, listing.pages, listing.declared) == ("ucap", 3, 6)
    assert [request.url.rpartition("/")[2] for request in listing.further] == ["list_2.shtml", "list_3.shtml"]
    assert read(ListingPage(URL.replace("list", "list_3"), static(3))).further == ()


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("createPageHTML('page_div',2,1,'fg','shtml',20)", ["fg_2.shtml"]),
        ('createPageHTML( "page-div" , 2 , 1 , "fg" , "shtml" , 20 )', ["fg_2.shtml"]),
        ('createPageHTML("page_div", 2, 1, "common_list", "html")', ["common_list_2.html"]),
        ("createPageHTML('page_div',1,1,'fg','shtml',3)", []),
        (f"createPageHTML('page_div',3,1,'{HEX}','shtml',3)", []),  # pages a long article
        ('createPageHTML(3, 0, "index", "html")', []),  # TRS
    ],
)
def test_pagers(call: str, expected: list[str]) -> None:
    listing = read(ListingPage(URL, f"<script>{call}</script>"), "ucap")
    assert [request.url.rpartition("/")[2] for request in listing.further] == expected


def test_another_page_than_the_one_asked_for_is_a_problem() -> None:
    asked: list[str] = []

    def server(request: NextRequest) -> str:
        asked.append(request.url.rpartition("/")[2])
        return static(int(asked[-1][5:6] or 1) if "_" in asked[-1] else 1) if asked[-1] != "list_2.shtml" else f"<html>{MENU * 9}</html>"

    walked = walk(URL, server)
    assert [outcome for outcome, _ in walked.problems] == ["throttled"]
    assert len(walked.urls) == 2


# ------------------------------------------------------------------------------------------------ the JSON service

SERVICE = f"/common/search/{HEX}?_isAgg=true&amp;_isJson=true&amp;_pageSize=2&amp;_template=index&amp;page="


def answer(number: int, total: int = 5, size: int = 2) -> str:
    results = [
        {
            "title": f"<em>云溪县</em>{2018 + n}年政府信息公开工作年度报告",
            "url": f"/gknb/{n:032x}.shtml",
            "publishedTimeStr": f"{2019 + n}-01-20 09:00:00",
            "domainMetaList": [{"resultList": [{"key": "refno", "value": "1"}, {"key": "source", "value": "云溪县人民政府办公室"}]}],
        }
        for n in range((number - 1) * size, min(number * size, total))
    ]
    return json.dumps({"data": {"total": total, "page": number, "rows": size, "results": results}})


@pytest.mark.parametrize(
    "script",
    [
        f"$.getJSON('{SERVICE}1', show)",
        f"var channelId = '{HEX}'; $.get('/common/search/' + channelId + '?_isAgg=true&_isJson=true&_pageSize=2&_template=index', show)",
    ],
)
def test_the_rows_of_the_service(script: str) -> None:
    def server(request: NextRequest) -> str:
        if request.url == URL:
            return f"<html>{MENU}<script>{script}</script></html>"
        parts = urlsplit(request.url)
        asked = parse_qs(parts.query)
        assert parts.path == f"/common/search/{HEX}"
        assert (asked["_isAgg"], asked["_isJson"], asked["_pageSize"]) == (["true"], ["true"], ["2"])
        return answer(int(asked["page"][0]))

    walked = walk(URL, server)
    assert len(walked.asked) == 4
    assert walked.declared == len(walked.urls) == 5


def test_an_answer() -> None:
    (request,) = read(ListingPage(URL, f"<script>$.getJSON('{SERVICE}1')</script>")).further
    listing = read(ListingPage(request.url, answer(1), request.state), "ucap")
    assert (listing.declared, listing.pages, len(listing.further)) == (5, 3, 2)
    first = listing.entries[0]
    assert (first.title, first.listed_on, first.agency_hint) == (
        "云溪县2018年政府信息公开工作年度报告",
        date(2019, 1, 20),
        "云溪县人民政府办公室",
    )
    assert first.url == f"http://www.qinghe.example/gknb/{0:032x}.shtml"


@pytest.mark.parametrize("text", ["", "<html>请稍候</html>", "[]", '{"data": null}', '{"data": {"results": 3}}'])
def test_an_answer_without_rows_is_a_problem(text: str) -> None:
    (request,) = read(ListingPage(URL, f"<script>$.getJSON('{SERVICE}1')</script>")).further
    listing = read(ListingPage(request.url, text, request.state), "ucap")
    assert listing.entries == ()
    assert listing.problem is not None


def test_an_empty_answer_ends_the_walk() -> None:
    (request,) = read(ListingPage(URL, f"<script>$.getJSON('{SERVICE}1')</script>")).further
    listing = read(ListingPage(request.url, answer(4), request.state), "ucap")
    assert (listing.entries, listing.further, listing.problem) == ((), (), None)


def test_the_look_alike_that_is_posted_to() -> None:
    first = read(ListingPage(URL, f"<script>var u = '/u/search/list/{HEX}'</script>"), "ucap").further[0]
    assert (first.method, first.url, first.body) == ("POST", f"http://www.qinghe.example/u/search/list/{HEX}", "currentPage=1&number=15")
    rows = [{"TITLE": "桐原县2020年信息公开年报", "URL_COMP": "/a/1.shtml", "PUBLISHED_TIME_FORMATED": "2021-02-03"}]
    listing = read(ListingPage(first.url, json.dumps({"data": {"page": {"allRow": 16, "list": rows}}}), first.state), "ucap")
    assert [(entry.url, entry.listed_on) for entry in listing.entries] == [("http://www.qinghe.example/a/1.shtml", date(2021, 2, 3))]
    assert [request.body for request in listing.further] == ["currentPage=2&number=15"]


def test_a_hub_leads_to_its_first_child() -> None:
    url = "http://www.qinghe.example/zfxxgk/redirect_firstChannel.shtml"
    links = '<a href="/">首页</a><a href="/zfxxgk/gknb/list.shtml">年报</a><a href="/zfxxgk/zn/list.shtml">指南</a>'
    listing = read(ListingPage(url, f"<meta name='template,templategroup,version' content='1'>{links}"))
    assert [found.request.url for found in listing.listings] == ["http://www.qinghe.example/zfxxgk/gknb/list.shtml"]
    other = read(
        ListingPage(url.replace("redirect_firstChannel", "list"), f"<meta name='template,templategroup,version' content='1'>{links}")
    )
    assert other.listings == ()
