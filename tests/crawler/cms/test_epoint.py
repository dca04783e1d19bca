import json
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import parse_qs

import pytest

from crawler import cms
from crawler.cms import epoint
from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

ROOT = "http://www.tongyuan.example"
PAGE = ROOT + "/dynamic/zwgk/govInfoPub.html?deptcode=017&categorynum=003002"
GUID = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
SHELL = '<html><script src="/js/webBuilderCommon.js"></script><script src="/js/ajaxReq.js?v=2"></script><div id="list"></div></html>'
COMMON = f"var siteInfo = {{siteGuid: '{GUID}', projectName: '/EWB_YK_Mid'}};"


def rows(first: int, last: int) -> list[dict[str, Any]]:
    return [
        {
            "infourl": f"/govxxgk/017/2021-01-28/{GUID[:-3]}{n:03}.html",
            "title": f"桐原县财政局{2000 + n}年政府信息公开年…",
            "realtitle": f"桐原县财政局{2000 + n}年政府信息公开年度报告",
            "infodate": "2021-01-28",
            "deptname": "桐原县财政局",
        }
        for n in range(first, last)
    ]


def server(total: int, base: int = 1, wrapping: str = "plain", script: str = COMMON, size: int = 15) -> Callable[[NextRequest], str]:
    """A host whose pages count from `base`, and that understands its values in one form only."""

    def serve(request: NextRequest) -> str:
        if request.url == PAGE:
            return SHELL
        if request.url.endswith(".js") or ".js?" in request.url:
            return script if "webBuilderCommon" in request.url else "var nothing = 1;"
        assert request.url == ROOT + "/EWB_YK_Mid/rest/lightfrontaction/getgovinfolist"
        assert (request.method, request.referer) == ("POST", PAGE)
        sent = body(request, wrapping)
        if sent is None:
            return json.dumps({"custom": {"data": [], "total": 0}})
        assert (sent["deptcode"], sent["categorynum"], sent["siteGuid"]) == ("017", "003002", GUID)
        held = min(sent["pageSize"], size)
        start = (sent["pageIndex"] - base) * held
        found = rows(start, min(start + held, total)) if start >= 0 else []
        return json.dumps({"custom": {"data": found, "total": total}, "status": {"code": 1}})

    return serve


def body(request: NextRequest, wrapping: str) -> dict[str, Any] | None:
    """The values of a call; None where they come in another form than the host wants."""
    assert request.body is not None
    if wrapping == "form":
        form = request.content_type == "application/x-www-form-urlencoded"
        return json.loads(parse_qs(request.body)["params"][0]) if form else None
    if request.content_type != "application/json":
        return None
    sent = json.loads(request.body)
    return sent.get("params") if wrapping == "params" else sent if "params" not in sent else None


@pytest.mark.parametrize("wrapping", ["plain", "params", "form"])
@pytest.mark.parametrize("base", [0, 1])
@pytest.mark.parametrize("total", [8, 15, 16, 40])
def test_a_column_is_walked_to_its_end(total: int, base: int, wrapping: str) -> None:
    walked = walk(PAGE, server(total, base, wrapping))
    assert sorted(walked.urls) == [ROOT + row["infourl"] for row in rows(0, total)]
    assert (walked.declared, walked.problems) == (total, [])


@pytest.mark.parametrize("base", [0, 1])
def test_a_host_with_smaller_pages(base: int) -> None:
    assert len(walk(PAGE, server(33, base, size=10)).urls) == 33


def test_a_host_that_counts_from_1_is_never_asked_for_0() -> None:
    walked = walk(PAGE, server(40))
    sent = [json.loads(request.body)["pageIndex"] for request in walked.asked if request.body]
    assert sent == [1, 2, 3]


def test_rows() -> None:
    (entry,) = epoint.read(ListingPage(ROOT + "/x", json.dumps({"custom": {"data": rows(7, 8)}}), f"step=rows&index=1&page={PAGE}")).entries
    assert entry == cms.ListingEntry(
        ROOT + rows(7, 8)[0]["infourl"], "桐原县财政局2007年政府信息公开年度报告", date(2021, 1, 28), "桐原县财政局"
    )


def test_an_answer_within_text_and_addresses_without_root() -> None:
    custom = json.dumps({"data": [{"infourl": "govxxgk/017/a.html", "title": "<b>桐原县</b>2019年年报"}, {"infourl": 5}, 7], "total": "1"})
    page = epoint.read(ListingPage(ROOT + "/EWB-FRONT/rest/x", json.dumps({"custom": custom}), f"step=rows&index=1&page={PAGE}"))
    assert [(entry.url, entry.title) for entry in page.entries] == [(ROOT + "/govxxgk/017/a.html", "桐原县2019年年报")]
    assert page.declared == 1


def test_the_page_itself_may_say_it_all() -> None:
    script = f"""<script>var siteGuid = "{GUID}"; $.ajax({{url: "/Epoint-MiddleForWeb/rest/lightfrontaction/getinfolist",
        data: {{params: JSON.stringify(values)}}}})</script>"""
    (call,) = read(ListingPage(PAGE, SHELL + script)).further
    assert call.url == ROOT + "/Epoint-MiddleForWeb/rest/lightfrontaction/getinfolist"
    assert call.content_type == "application/x-www-form-urlencoded"
    assert body(call, "form") == {"deptcode": "017", "categorynum": "003002", "siteGuid": GUID, "pageIndex": 1, "pageSize": 15}


@pytest.mark.parametrize("text", ["<html>502</html>", "", "[]", '{"custom": 5}', '{"custom": {"data": []}}', "{" * 100_000])
def test_a_host_that_answers_nothing_is_a_problem_in_the_end(text: str) -> None:
    def serve(request: NextRequest) -> str:
        return text if request.body else server(0)(request)

    walked = walk(PAGE, serve)
    assert [code for code, _ in walked.problems] == ["unparsed"]
    assert walked.urls == []
    assert len(walked.asked) <= 9


def test_garbage_in_the_middle_starts_nothing_over() -> None:
    page = epoint.read(ListingPage(ROOT + "/x", "<html>502</html>", f"step=rows&index=3&page={PAGE}&wrapping=plain&pages=4"))
    assert page.further == ()
    assert page.problem is not None


def test_a_shell_without_scripts_is_for_browsers() -> None:
    page = read(ListingPage(PAGE, "<div id='list'></div>"), "epoint")
    assert page.problem is not None
    assert page.problem[0] == "js_only"


def test_a_script_without_the_site_ends_the_walk() -> None:
    walked = walk(PAGE, server(8, script="var siteInfo = {};"))
    assert [request.body for request in walked.asked] == [None, None, None]
    assert [code for code, _ in walked.problems] == ["unparsed"]


def test_the_second_script_may_be_the_one() -> None:
    def serve(request: NextRequest) -> str:
        return COMMON if "ajaxReq" in request.url else "" if "webBuilderCommon" in request.url else server(8)(request)

    assert len(walk(PAGE, serve).urls) == 8


def test_a_page_that_is_not_there() -> None:
    page = read(ListingPage(PAGE, "<title>您访问的页面不存在</title>" + SHELL))
    assert page.problem is not None
    assert page.problem[0] == "soft_404"


def test_agencies_of_a_dynamic_column() -> None:
    tree = """<a href="govInfoPub.html?deptcode=017&amp;categorynum=003002">桐原县财政局</a>
        <a href="govInfoPub.html?deptcode=018">桐原县水利局</a>
        <a href="govInfoPub.html?deptcode=019&amp;categorynum=003001">桐原县教育局</a>
        <a href="govInfoPub.html?deptcode=020&amp;categorynum=003002">更多</a>"""
    page = read(ListingPage(PAGE, tree + SHELL))
    assert [(listing.agency, listing.request.url) for listing in page.listings] == [
        ("桐原县水利局", ROOT + "/dynamic/zwgk/govInfoPub.html?deptcode=018&categorynum=003002")
    ]


def test_a_page_of_all_categories_leads_to_that_of_the_reports() -> None:
    menu = '<a href="?deptcode=017&amp;categorynum=003001">公开指南</a><a href="?deptcode=017&amp;categorynum=003002">政府信息公开年报</a>'
    page = epoint.read(ListingPage(ROOT + "/dynamic/zwgk/govInfoPub.html?deptcode=017", menu + SHELL))
    assert [listing.request.url for listing in page.listings] == [PAGE]


# ------------------------------------------------------------------------------------------------ static columns

STATIC = ROOT + "/govxxgk/017/category/031/031002/"
ROW = '<li><a href="/govxxgk/017/2021-01-28/{n}{guid}.html">桐原县财政局{y}年政府信息公开年度报告</a><span>2021-01-28</span></li>'


def static(number: int, pages: int, link: bool = True) -> str:
    items = "".join(ROW.format(n=number * 10 + n, guid=GUID, y=2000 + number * 3 + n) for n in range(3))
    following = f'<li class="wb-page-li"><a href="{number + 1}.html">下页 &gt;</a></li>' if link and number < pages else ""
    pager = f'<li class="wb-page-li wb-page-first"><a>首页</a></li>{following}<li class="wb-page-li"><span>{number}/{pages}</span></li>'
    return f'{MENU}<ul>{items}</ul><ul class="wb-page-items">{pager}</ul>'


@pytest.mark.parametrize("link", [True, False])
@pytest.mark.parametrize("start", ["1.html", "", "subpage.html"])
def test_static_pages(start: str, link: bool) -> None:
    site = {STATIC + (start if n == 1 else f"{n}.html"): static(n, 4, link) for n in range(1, 5)}
    walked = walk(STATIC + start, lambda request: site[request.url])
    assert [request.url for request in walked.asked] == list(site)
    assert len(walked.urls) == 12


def test_agencies_of_a_static_column() -> None:
    tree = """<a href="/govxxgk/018/category/031/031002/1.html">桐原县水利局</a>
        <a href="/govxxgk/018/category/031/031001/1.html">桐原县水利局</a>
        <a href="/govxxgk/017/category/031/031002/2.html">桐原县财政局</a><a href="/govxxgk/019/">桐原县教育局</a>"""
    page = read(ListingPage(STATIC + "1.html", tree + static(1, 1)))
    assert page.family == "epoint"
    assert [(listing.agency, listing.request.url) for listing in page.listings] == [
        ("桐原县水利局", ROOT + "/govxxgk/018/category/031/031002/1.html")
    ]


@pytest.mark.parametrize(
    ("url", "claimed"),
    [(f"{ROOT}/govxxgk/017/2021-01-28/{GUID}.html", True), (f"{ROOT}/xxgk/017/2021-01-28/{GUID}.html", False), (STATIC + "2.html", False)],
)
def test_articles(url: str, claimed: bool) -> None:
    claim = cms.recognise(ListingPage(url, "<p></p>"), article=True)
    assert (claim is not None and claim[0] == "epoint") is claimed


@pytest.mark.parametrize("piece", ["a/rest/lightfrontaction/", "'/webBuilderCommon.js", "wb-page-li>", "<a href='?deptcode=1'>", "a/"])
def test_hostile_pages_end(piece: str) -> None:
    read(ListingPage(PAGE, piece * (1_000_000 // len(piece))), "epoint")
    read(ListingPage(STATIC, piece * (1_000_000 // len(piece))), "epoint")
