"""TrueCMS: made-up pages after PORTALS.md section 6."""

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

URL = "http://www.baiyu.example/zf/gknb/gknb.html"
UUID = "01234567-89ab-cdef-0123-456789abcdef"
SERVICE = "/truecms/messageController/getMessage.do"
RECORD = (
    '<record><![CDATA[<li><a href="/zf/gknb/content/{n:08x}-89ab-cdef-0123-456789abcdef.html" title="白榆区第{n}号信息公开年报">白榆区…</a>'
    "<span>2021-01-08</span></li>]]></record>"
)
SCRIPT = f"<script>$.ajax({{url: '{SERVICE}?columnId={UUID}&perpage=15', dataType: 'jsonp', perPage: 15}})</script>"


def store(first: int, last: int, total: int | None = None) -> str:
    said = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    return f"<datastore>{said}<recordset>{''.join(RECORD.format(n=n) for n in range(first, last + 1))}</recordset></datastore>"


def answer(first: int, last: int, total: int | None = None) -> str:
    return f"cb({json.dumps({'result': store(first, last, total)})})"


def initial(records: str) -> str:
    return f'<div id="initData" style="display:none">{records}</div>'


def test_the_service_is_walked_by_record_numbers() -> None:
    def server(request: NextRequest) -> str:
        if request.url == URL:
            return f"<html>{MENU}{SCRIPT}</html>"
        assert request.referer == URL  # 404 without it
        asked = {name: value for name, (value,) in parse_qs(urlsplit(request.url).query).items()}
        assert (asked["columnId"], asked["perpage"], asked["callback"]) == (UUID, "15", "cb")
        return answer(int(asked["startrecord"]), min(int(asked["endrecord"]), 40))

    walked = walk(URL, server)
    assert len(walked.urls) == 40
    assert len(walked.asked) == 4


def test_a_total_tells_of_all_requests_at_once() -> None:
    (request,) = read(ListingPage(URL, SCRIPT)).further
    assert urlsplit(request.url).path == SERVICE
    listing = read(ListingPage(request.url, answer(1, 15, 40), request.state), "truecms")
    assert (listing.declared, len(listing.entries)) == (40, 15)
    assert [parse_qs(urlsplit(further.url).query)["startrecord"] for further in listing.further] == [["16"], ["31"]]
    entry = listing.entries[0]
    assert (entry.title, entry.listed_on) == ("白榆区第1号信息公开年报", date(2021, 1, 8))
    assert entry.url == "http://www.baiyu.example/zf/gknb/content/00000001-89ab-cdef-0123-456789abcdef.html"


def test_no_more_rows_are_asked_for_than_hosts_give() -> None:
    (request,) = read(ListingPage(URL, SCRIPT.replace("15", "100"))).further
    assert parse_qs(urlsplit(request.url).query)["perpage"] == ["50"]


@pytest.mark.parametrize("escape", [False, True])
def test_the_first_rows_stand_in_the_page(escape: bool) -> None:
    records = store(1, 15)
    text = SCRIPT + initial(records.replace("<", "&lt;").replace(">", "&gt;") if escape else records)
    listing = read(ListingPage(URL, text))
    assert (listing.family, len(listing.entries)) == ("truecms", 15)
    assert [parse_qs(urlsplit(request.url).query)["startrecord"] for request in listing.further] == [["16"]]


def test_where_the_service_is_dead_the_page_is_all_there_is() -> None:
    listing = read(ListingPage(URL, f"<html>{MENU}{initial(store(1, 7))}<script>show($('#initData').html())</script></html>"))
    assert (listing.family, len(listing.entries), listing.further) == ("truecms", 7, ())


def test_a_page_that_is_not_filled_is_the_last() -> None:
    assert read(ListingPage(URL, SCRIPT + initial(store(1, 7)))).further == ()


def test_an_empty_answer_ends_the_walk() -> None:
    (request,) = read(ListingPage(URL, SCRIPT)).further
    listing = read(ListingPage(request.url, 'cb({"result": "<datastore></datastore>"})', request.state), "truecms")
    assert (listing.entries, listing.further, listing.problem) == ((), (), None)


@pytest.mark.parametrize("text", ["", "cb({})", "cb(", "<html>404</html>"])
def test_an_answer_that_is_none_is_a_problem(text: str) -> None:
    (request,) = read(ListingPage(URL, SCRIPT)).further
    listing = read(ListingPage(request.url, text, request.state), "truecms")
    assert (listing.entries, listing.further) == ((), ())
    assert listing.problem is not None
