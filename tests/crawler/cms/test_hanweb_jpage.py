"""Hanweb with the jpage pager: made-up pages after PORTALS.md section 4."""

from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

URL = "http://www.yunxi.example/col/col77/index.html"
SERVICE = "/module/web/jpage/dataproxy.jsp"
QUERY = "page=1&amp;appid=1&amp;webid=110&amp;path=/&amp;columnid=77&amp;unitid=38486&amp;webname=%25E4%25BA%2591&amp;permissiontype=0"
RECORD = (
    '<record><![CDATA[<li><a title="云溪县第{n}号信息公开年报" href="/art/2021/1/8/art_77_{n}.html">云溪县第…</a>'
    "<b>2021-01-08</b></li>]]></record>"
)


def store(first: int, last: int, unit: str = "38486", group: bool = True) -> str:
    rows = "".join(RECORD.format(n=n) for n in range(first, last + 1))
    following = f'<nextgroup><![CDATA[<a href="{SERVICE}?{QUERY.replace("38486", unit)}"></a>]]></nextgroup>' if group else ""
    return f"<script type='text/xml'><datastore>{following}<recordset>{rows}</recordset></datastore></script>"


def options(total: int, per_page: int = 15, unit: str = "38486") -> str:
    return f"<script>$('#{unit}').jpage({{render:1, totalRecord:{total}, perPage:{per_page}, groupSize:3, proxyUrl:'{SERVICE}'}})</script>"


def column(held: int, total: int) -> str:
    return f"<html>{MENU}<div id='38486'></div>{store(1, held)}{options(total)}</html>"


def answer(first: int, last: int) -> str:
    rows = "".join(RECORD.format(n=n) for n in range(first, last + 1))
    return f"<?xml version='1.0'?><datastore><totalrecord>100</totalrecord><recordset>{rows}</recordset></datastore>"


def by_startrecord(asked: dict[str, list[str]]) -> tuple[int, int]:
    return int(asked["startrecord"][0]), int(asked["endrecord"][0])


def by_page(asked: dict[str, list[str]]) -> tuple[int, int]:
    return (int(asked["page"][0]) - 1) * 15 + 1, int(asked["page"][0]) * 15


def test_an_annual_column_is_complete_on_its_page() -> None:
    listing = read(ListingPage(URL, column(12, 12)))
    assert (listing.family, listing.declared, listing.further) == ("hanweb_jpage", 12, ())
    assert [entry.url for entry in listing.entries][:2] == [f"http://www.yunxi.example/art/2021/1/8/art_77_{n}.html" for n in (1, 2)]
    assert (listing.entries[0].title, listing.entries[0].listed_on) == ("云溪县第1号信息公开年报", date(2021, 1, 8))


def test_further_pages_are_posts_that_repeat_the_form() -> None:
    listing = read(ListingPage(URL, column(45, 80)))
    assert [request.method for request in listing.further] == ["POST"] * 3
    first, _, last = listing.further
    assert first.url == f"http://www.yunxi.example{SERVICE}?startrecord=46&endrecord=60&perpage=15&page=4"
    assert "startrecord=76&endrecord=80&" in last.url
    assert first.body is not None
    assert "webname=%25E4%25BA%2591" in first.body  # encoded twice, sent back as found
    assert "columnid=77&unitid=38486" in first.body
    assert "page=1" not in first.body


@pytest.mark.parametrize("rows", [by_startrecord, by_page])
def test_servers_that_honour_either_parameter(rows: Callable[[dict[str, list[str]]], tuple[int, int]]) -> None:
    def server(request: NextRequest) -> str:
        if request.method == "GET":
            return column(45, 100)
        first, last = rows(parse_qs(urlsplit(request.url).query))
        return answer(first, min(last, 100))

    walked = walk(URL, server)
    assert len(walked.urls) == walked.declared == 100
    assert len(walked.asked) == 5


def test_an_empty_deep_page_ends_the_walk() -> None:
    walked = walk(URL, lambda request: column(45, 500) if request.method == "GET" else "<datastore><recordset></recordset></datastore>")
    assert (len(walked.urls), walked.declared) == (45, 500)  # and the difference tells that something is missing
    assert len(walked.asked) > 1


def test_encrypted_parameters_are_sent_back_as_found() -> None:
    blob = "aGVsbG8+d29ybGQ/PT0=%3D"
    text = column(45, 60).replace("columnid=77", f"columnid={blob}")
    (request,) = read(ListingPage(URL, text)).further
    assert f"columnid={blob}&" in (request.body or "")


def test_units_of_one_page_are_told_apart() -> None:
    news = store(900, 902, "111", group=True) + options(3, 15, "111")
    own = store(1, 15, "222", group=True) + options(31, 15, "222")
    listing = read(ListingPage(URL, f"<html>{news}{own}</html>"))
    assert len(listing.entries) == 18
    assert listing.declared == 34
    assert [("unitid=222" in (request.body or ""), "page=2" in request.url) for request in listing.further] == [(True, True), (True, False)]


def test_options_without_a_next_group_name_the_service() -> None:
    (request,) = read(ListingPage(URL, store(1, 15, group=False) + options(20))).further
    assert urlsplit(request.url).path == SERVICE
    assert parse_qs(request.body or "") == {"col": ["1"], "columnid": ["77"], "unitid": ["38486"], "sourceContentType": ["1"]}


def test_without_a_total_one_page_leads_to_the_next() -> None:
    def server(request: NextRequest) -> str:
        if request.method == "GET":
            return f"<html>{store(1, 45)}</html>"
        first, last = by_startrecord(parse_qs(urlsplit(request.url).query))
        return answer(first, min(last, 70)).replace("<totalrecord>100</totalrecord>", "")

    assert len(walk(URL, server).urls) == 70


def test_an_empty_service_and_links_in_the_column() -> None:
    rows = "".join(f'<li><a href="/art/2021/1/8/art_77_{n}.html">云溪县第{n}号信息公开年报</a>2021-01-08</li>' for n in range(3))
    listing = read(ListingPage(URL, f"<html><datastore><recordset></recordset></datastore><ul>{rows}</ul></html>"), "hanweb_jpage")
    assert len(listing.entries) == 3


def test_an_answer_is_read_without_its_request() -> None:
    listing = read(ListingPage(f"http://www.yunxi.example{SERVICE}?startrecord=46", answer(46, 48)), "hanweb_jpage")
    assert (len(listing.entries), listing.further) == (3, ())


@pytest.mark.parametrize(
    ("record", "urls"),
    [
        (
            "<tr><td><table><tr><td><a href='/art/2021/1/8/art_7_1.html'>云溪县信息公开年报</a></table></td><td>2021-01-08</td></tr>",
            1,
        ),
        ("<li style=<br/><a href='/art/2021/1/8/art_7_1.html'>云溪县信息公开年报</a><b>2021-01-08</b></li>", 1),
        ("<li><a href='/col/col9/'>[信息公开]</a><a href='/art/2021/1/8/art_7_1.html'>云溪县信息公开年报</a><b>2021-01-08</b></li>", 1),
        (
            "<table>"
            + "".join(f"<tr><td><a href='/art/{n}.html'>云溪县信息公开年报</a></td><td>2021-01-0{n}</td></tr>" for n in (1, 2))
            + "</table>",
            2,
        ),
        ("<li>云溪县</li>", 0),
        ("", 0),
    ],
)
def test_records(record: str, urls: int) -> None:
    page = ListingPage(URL, f"<datastore><record><![CDATA[{record}]]></record></datastore>")
    entries = read(page, "hanweb_jpage").entries
    assert len(entries) == urls
    assert all(entry.title == "云溪县信息公开年报" and entry.listed_on and "/art/" in entry.url for entry in entries)
