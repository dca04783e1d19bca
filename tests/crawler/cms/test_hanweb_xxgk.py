"""Hanweb's directory of disclosed information: made-up pages after PORTALS.md section 4."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

URL = "http://www.yunxi.example/col/col88/index.html"
FORM = {"infotypeId": "A0201", "jdid": "3", "area": "11990000014000", "divid": "div88", "standardXxgk": "1"}
ROW = """<tr class="tr_main_value_{kind}"><td>{n}</td><td>
    <a class="bt_link" href="/art/2021/1/{n}/art_{column}_{n}.html" title="云溪县{y}年信息公开年报">云溪县…</a>
    <div style="display:none"><a href="/tip.html">索引号 2021/0{n} 生成日期 2030-01-01</a></div></td><td>{y}-02-0{n}</td></tr>"""


def rows(*numbers: int, column: int = 88) -> str:
    return "".join(ROW.format(kind="odd" if n % 2 else "even", n=n, y=2010 + n, column=column) for n in numbers)


def answer(table: str, pages: int, current: int = 1) -> str:
    return f"<table>{table}</table><div>第{current}页 共<b>{pages}</b>页</div>"


SCRIPTS = {
    "pairs": "<script>$.ajax({url: '/module/xxgk/search.jsp', type: 'POST', data: {infotypeId: 'A0201', jdid: '3', area: '11990000014000', "
    "divid: 'div88', standardXxgk: 1}})</script>",
    "address": "<iframe src='/module/xxgk/search.jsp?"
    "infotypeId=A0201&amp;jdid=3&amp;area=11990000014000&amp;divid=div88&amp;standardXxgk=1'></iframe>",
    "inputs": "<form action='/module/xxgk/search.jsp'>"
    + "".join(f"<input type=hidden name={k} value={v}>" for k, v in FORM.items())
    + "</form>",
    "data": "<script>var u = '/module/xxgk/search.jsp'; "
    "var d = 'infotypeId=A0201&jdid=3&area=11990000014000&divid=div88&standardXxgk=1';</script>",
    "tree": "<script>tree('/module/xxgk/tree.jsp?area=11990000014000&jdid=3'); infotypeId = 'A0201'; standardXxgk = '1'</script>",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_the_form_is_found_wherever_it_stands(script: str) -> None:
    listing = read(
        ListingPage(URL, f"<html>{MENU}{script}<li><a href='/art/2021/1/1/art_5_1.html'>别的栏目的文章</a>2021-01-01</li></html>")
    )
    assert (listing.family, listing.entries) == ("hanweb_xxgk", ())
    (request,) = listing.further
    assert (request.method, request.url, request.referer) == ("POST", "http://www.yunxi.example/module/xxgk/search.jsp", URL)
    sent = {name: value for name, (value,) in parse_qs(request.body or "").items()}
    assert sent == {**FORM, "currpage": "1"}
    assert "vc_title=&" in (request.body or "")  # sent along, empty


def test_the_listing_is_walked_to_its_last_page() -> None:
    def server(request: NextRequest) -> str:
        if request.method == "GET":
            return SCRIPTS["pairs"]
        assert urlsplit(request.url).path == "/module/xxgk/search.jsp"
        current = int(parse_qs(request.body or "")["currpage"][0])
        return answer(rows(*range(current * 2 - 1, current * 2 + 1)), 3, current)

    walked = walk(URL, server)
    assert [url.rpartition("/")[2] for url in walked.urls] == [f"art_88_{n}.html" for n in range(1, 7)]
    assert len(walked.asked) == 4


def test_rows_of_an_answer() -> None:
    (request,) = read(ListingPage(URL, SCRIPTS["pairs"])).further
    listing = read(ListingPage(request.url, answer(rows(1, 2), 1), request.state), "hanweb_xxgk")
    first, second = listing.entries
    assert (first.title, first.listed_on) == ("云溪县2011年信息公开年报", date(2011, 2, 1))  # not the date of the hidden details
    assert second.url == "http://www.yunxi.example/art/2021/1/2/art_88_2.html"
    assert (listing.pages, listing.further) == (1, ())


def test_rows_of_other_columns_are_left_out() -> None:
    (request,) = read(ListingPage(URL, SCRIPTS["pairs"])).further
    listing = read(ListingPage(request.url, answer(rows(1, 2) + rows(3, 4, column=4711), 1), request.state), "hanweb_xxgk")
    assert [entry.url.rpartition("/")[2] for entry in listing.entries] == ["art_88_1.html", "art_88_2.html"]


def test_a_page_that_is_of_no_column_keeps_all_rows() -> None:
    page = ListingPage("http://www.yunxi.example/xxgk/index.html", SCRIPTS["pairs"].replace("div88", ""))
    (request,) = read(page).further
    listing = read(ListingPage(request.url, answer(rows(1) + rows(3, column=4711), 1), request.state), "hanweb_xxgk")
    assert len(listing.entries) == 2


def test_a_column_that_links_its_articles_has_the_search_box_too() -> None:
    own = "<ul><li><a href='/art/2021/1/1/art_88_1.html'>云溪县信息公开年报</a>2021-01-01</li></ul>"
    listing = read(ListingPage(URL, f"<html>{MENU}<form action='/module/xxgk/search.jsp'></form>{own}</html>"))
    assert (listing.family, len(listing.entries), listing.further) == ("hanweb_xxgk", 1, ())


def test_a_page_that_holds_its_rows() -> None:
    listing = read(ListingPage(URL, SCRIPTS["pairs"] + answer(rows(1, 2), 2)))
    assert len(listing.entries) == 2
    assert [parse_qs(request.body or "")["currpage"] for request in listing.further] == [["2"]]
