import json
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler import cms
from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import read, walk

ROOT = "http://whly.qinghe.example"
PAGE = ROOT + "/gkmlpt/annualreport#2629"
CONFIG = """<html><script>
window._CONFIG = {
    BASE: '//' + location.host + '/gkmlpt',
    SITE_SID: 'x',
    SID: '755041',
    TREE: [
        {id: 1, name: '机构概况', parent: 0, children: [], jump_url: '', post_count: 3},
        {id: 2600, name: '其他', parent: 0, jump_url: '', children: [
            {id: 2629, name: '政府信息公开年报', parent: 2600, jump_url: '', post_count: 8,
             children: [{id: 2630, name: '2019', children: []}]},
            {id: 2631, name: '政府网站工作年度报表', parent: 2600, children: [], post_count: 8},
            {id: 2632, name: '年度报告', parent: 2600, children: [], jump_url: 'http://www.qinghe.example/nb/', post_count: 0},
        ]},
    ],
    onReady: function () { return {SID: '0'} },
}
</script><div id="app"></div></html>"""


def article(number: int, **given: Any) -> dict[str, Any]:
    url = f"{ROOT}/gkmlpt/content/9/{number}/post_{number}.html"
    return {
        "id": number,
        "title": f"青禾市文化局{2000 + number % 20}年政府信息公开年度报告",
        "url": url,
        "post_url": "",
        "publisher": "青禾市文化局",
        "display_publish_time": 1612108800,
        "date": 1500000000,
        "attachment": [],
        **given,
    }


def answer(articles: list[dict[str, Any]], total: int | None = None) -> str:
    return json.dumps({"classify": {"post_count": total}, "total": total, "articles": articles}, ensure_ascii=False)


def server(total: int, size: int = 100) -> Any:
    def serve(request: NextRequest) -> str:
        if "/api/" not in request.url:
            return CONFIG
        query = parse_qs(urlsplit(request.url).query)
        assert query["sid"] == ["755041"]
        number = max(int(query["page"][0]), 1)  # page 0 is page 1
        return answer([article(n) for n in range((number - 1) * size, min(number * size, total))], total)

    return serve


@pytest.mark.parametrize(("total", "size", "calls"), [(8, 100, 1), (100, 100, 1), (101, 100, 2), (250, 100, 3), (45, 20, 3), (0, 100, 1)])
def test_a_category_is_walked_to_its_total(total: int, size: int, calls: int) -> None:
    walked = walk(PAGE, server(total, size))
    assert [request.url for request in walked.asked[1:]] == [f"{ROOT}/gkmlpt/api/all/2629?page={n}&sid=755041" for n in range(1, calls + 1)]
    assert len(walked.urls) == walked.declared == total
    assert (walked.listings, walked.problems) == ([], [])


def test_without_a_fragment_the_report_categories_are_listings() -> None:
    page = read(ListingPage(ROOT + "/gkmlpt/annualreport", CONFIG))
    assert page.family == "gkmlpt"
    assert (page.entries, page.further) == ((), ())
    assert [listing.request.url for listing in page.listings] == [
        ROOT + "/gkmlpt/api/all/2629?page=1&sid=755041",
        ROOT + "/gkmlpt/api/all/2630?page=1&sid=755041",  # a category below that of the reports
        "http://www.qinghe.example/nb/",  # lives elsewhere
    ]
    (first, *_) = page.listings
    walked = read(ListingPage(first.request.url, answer([article(1)], 1), first.request.state))
    assert walked.family == "gkmlpt"
    assert len(walked.entries) == 1


def test_a_category_that_lives_elsewhere() -> None:
    page = read(ListingPage(ROOT + "/gkmlpt/annualreport#2632", CONFIG))
    assert [listing.request.url for listing in page.listings] == ["http://www.qinghe.example/nb/"]
    assert page.further == ()


def test_a_department_keeps_its_prefix_and_scheme() -> None:
    page = read(ListingPage("http://www.qinghe.example/kjj/gkmlpt/annualreport#7", CONFIG))
    assert [request.url for request in page.further] == ["http://www.qinghe.example/kjj/gkmlpt/api/all/7?page=1&sid=755041"]


def entries(*articles: dict[str, Any]) -> tuple[cms.ListingEntry, ...]:
    return read(ListingPage(ROOT + "/gkmlpt/api/all/2629?page=1&sid=7", answer(list(articles), len(articles)), "sid=7&page=1")).entries


def test_rows() -> None:
    (entry,) = entries(article(3))
    assert entry == cms.ListingEntry(
        ROOT + "/gkmlpt/content/9/3/post_3.html", "青禾市文化局2003年政府信息公开年度报告", date(2021, 2, 1), "青禾市文化局"
    )


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"url": "", "post_url": "/gkmlpt/content/1/2/post_2.html"}, "/gkmlpt/content/1/2/post_2.html"),
        ({"url": "/content/mpost_2.html", "post_url": "/content/post_2.html"}, "/content/post_2.html"),
        ({"url": "/content/mpost_2.html"}, "/content/mpost_2.html"),
        ({"url": None, "attachment": [{"name": "年报.docx", "url": "/attachment/1/post_2.docx"}]}, "/attachment/1/post_2.docx"),
        ({"url": ""}, None),
        ({"url": "javascript:void(0)"}, None),
        ({"url": "http://[x"}, None),
        ({"title": ""}, None),
    ],
)
def test_where_a_row_leads(given: dict[str, Any], url: str | None) -> None:
    assert [entry.url for entry in entries(article(3, **given))] == ([ROOT + url] if url else [])


@pytest.mark.parametrize(
    ("given", "listed_on"),
    [
        ({"display_publish_time": None, "first_publish_time": "1612108800"}, date(2021, 2, 1)),
        ({"display_publish_time": "2020-01-20 09:00:00"}, date(2020, 1, 20)),
        ({"display_publish_time": 0, "date": 0, "created_at": 1612108799}, date(2021, 1, 31)),
        ({"display_publish_time": "soon", "date": None}, None),
    ],
)
def test_times_are_days_in_china(given: dict[str, Any], listed_on: date | None) -> None:
    assert entries(article(3, **given))[0].listed_on == listed_on


@pytest.mark.parametrize("text", ["<html>502 Bad Gateway</html>", "", "[]", '{"articles": {}}', '{"code": 1}', "[" * 100_000])
def test_an_answer_of_another_shape_is_a_problem(text: str) -> None:
    page = read(ListingPage(ROOT + "/gkmlpt/api/all/2629?page=1&sid=7", text, "sid=7&category=2629&page=1"), "gkmlpt")
    assert page.entries == page.further == ()
    assert page.problem is not None
    assert page.problem[0] == "unparsed"


def test_rows_of_another_shape_are_passed_over() -> None:
    text = json.dumps({"total": "x", "articles": [1, None, {"title": 5, "url": []}, article(4, attachment="x", publisher=None)]})
    page = read(ListingPage(ROOT + "/gkmlpt/api/all/1?page=1", text, "page=1"), "gkmlpt")
    assert [entry.agency_hint for entry in page.entries] == [None]
    assert page.declared is None


def test_a_total_of_millions_names_no_more_than_some_hundred_calls() -> None:
    page = read(ListingPage(ROOT + "/gkmlpt/api/all/1?page=1", answer([article(1)], 90_000_000), "sid=7&category=1&page=1"), "gkmlpt")
    assert len(page.further) == 499
    assert page.declared == 90_000_000  # so that the walk shows as incomplete


@pytest.mark.parametrize(
    "config", ["window._CONFIG = {SID: 'a'", "window._CONFIG = {TREE: []}; SID:", "window._CONFIG = {SID: 'a', TREE: [{"]
)
def test_a_broken_config_is_read_as_any_page(config: str) -> None:
    row = "<li><a href='/gkmlpt/content/1/2/post_2.html'>云溪县2019年政府信息公开年度报告</a>2020-01-01</li>"
    assert len(read(ListingPage(ROOT + "/gkmlpt/index", f"<script>{config}</script>{row}")).entries) == 1


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        ("window._CONFIG = {a: 1, SID: '7'}", True),
        ("window._CONFIG = {a: 1}", False),
        ("SID: '7'", False),
        ("window._CONFIG SIDE: 1", False),
    ],
)
def test_the_config_is_a_mark_with_its_sid(text: str, claimed: bool) -> None:
    assert bool(cms.claims(ListingPage("http://www.qinghe.example/x", text))) is claimed


@pytest.mark.parametrize("piece", ["window._CONFIG ", "window._CONFIG = {SID: '1', TREE: [", "SID ", "{id:1,children:["])
def test_hostile_pages_end(piece: str) -> None:
    read(ListingPage(PAGE, piece * (1_000_000 // len(piece))), "gkmlpt")
