"""Listings of no product: what makes them one, and the numberings of single portals."""

import pytest

from crawler import cms
from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU, read, walk

HOST = "http://www.baiyu.example"


def rows(page: int) -> str:
    return MENU + "".join(
        f'<li><a href="/x/{page}{n}.html">白榆区{2022 - page * 3 - n}年政府信息公开年报</a> {2023 - page * 3 - n}/1/{n + 1}</li>'
        for n in range(3)
    )


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("/OpennessContent/showList/784/34502/page_1.html", [f"/OpennessContent/showList/784/34502/page_{n}.html" for n in (2, 3)]),
        ("/class/HFLDAALF", ["/class/HFLDAALF/2", "/class/HFLDAALF/3"]),
        ("/info/iList.jsp?node_id=GK1&cat_id=2&cur_page=1", [f"/info/iList.jsp?node_id=GK1&cat_id=2&cur_page={n}" for n in (2, 3)]),
        ("/jyj/column-index-1.shtml", ["/jyj/column-index-2.shtml", "/jyj/column-index-3.shtml"]),
        ("/zfxxgk/zfxxgknb/1.html", ["/zfxxgk/zfxxgknb/2.html", "/zfxxgk/zfxxgknb/3.html"]),
        ("/list?id=7&page=1", ["/list?id=7&page=2", "/list?id=7&page=3"]),
    ],
)
def test_numberings_hold_as_far_as_the_pager_counts(first: str, later: list[str]) -> None:
    site = {HOST + path: rows(number) + f"<p>第 {number}/3 页</p>" for number, path in enumerate([first, *later], 1)}
    walked = walk(HOST + first, lambda request: site[request.url])
    assert [request.url.removeprefix(HOST) for request in walked.asked] == [first, *later]
    assert len(walked.urls) == 9


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/class/HFLDAALF", ""),  # nothing says that there is a second page
        ("/list/xxgknb/auto/124.html", "第 1/3 页"),  # 124 is no number of a page
        ("/list?id=7&page=0", "第 1/3 页"),  # counts from 0: not our numbering
        ("/zwgk/", "第 1/3 页"),
    ],
)
def test_addresses_that_are_not_guessed(path: str, count: str) -> None:
    listing = read(ListingPage(HOST + path, rows(1) + f"<p>{count}</p>"))
    assert listing.family == "generic"
    assert listing.further == ()


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        (rows(1), "3 dated links"),
        (f'{MENU}<p><a href="/show.php?id=22">白榆区2019年政府信息公开工作年度报告</a></p>', "1 links that name a report"),
    ],
)
def test_what_makes_a_listing(text: str, evidence: str) -> None:
    found = cms.recognise(ListingPage(f"{HOST}/zwgk/", text))
    assert found is not None
    assert found[0] == "generic"
    assert found[1].evidence == (evidence,)


@pytest.mark.parametrize(
    "text",
    [
        MENU,
        f'{MENU}<a href="/zwgk/gknb/">政府信息公开年报</a>',
        f'{MENU}<li><a href="/a/1.html">全区教育工作会议召开</a> 2020-01-02</li>',
        "",
    ],
)
def test_what_is_no_listing(text: str) -> None:
    assert cms.recognise(ListingPage(f"{HOST}/zwgk/", text)) is None


def test_a_listing_is_walked_by_its_next_link_alone() -> None:
    site = {
        f"{HOST}/l/{n}.asp": rows(n) + (f'<a href="{n + 1}.asp">下一页</a>' if n < 4 else '<a href="4.asp">下一页</a>')
        for n in (1, 2, 3, 4)
    }
    walked = walk(f"{HOST}/l/1.asp", lambda request: site[request.url])
    assert len(walked.asked) == 4
    assert len(walked.urls) == 12
