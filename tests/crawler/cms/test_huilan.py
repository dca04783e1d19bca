from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler import cms
from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

ROOT = "http://info.baiyu.example"
PAGE = ROOT + "/eportal/ui?pageId=6191173"
MODULE = "0123456789abcdef0123456789abcdef"
ROW = (
    '<tr><td><a href="/eportal/ui?pageId=6191175&amp;articleKey={n}">白榆区审计局{y}年政府信息公开年度报告</a></td><td>{d}-01-15</td></tr>'
)
ASSETS = '<script src="/eportal/uiFramework/huilan-jquery-ui/js/huilan.js"></script>'


def rows(number: int) -> str:
    return ASSETS + MENU + "".join(ROW.format(n=number * 10 + n, y=2000 + number * 3 + n, d=2001 + number * 3 + n) for n in range(3))


def turn(number: int) -> str:
    return f"/eportal/ui?pageId=6191173&amp;currentPage={number}&amp;moduleId={MODULE}&amp;staticRequest=yes"


def linked(number: int, pages: int) -> str:
    return f'{rows(number)}<div class="page"><a href="{turn(number + 1)}">下一页</a></div>' if number < pages else rows(number)


def kept(number: int, pages: int) -> str:
    """The address stands in `tagname` and `onclick`; the last page keeps the placeholder."""
    address = turn(number + 1) if number < pages else "[NEXTPAGE]"
    return f"""{rows(number)}<a style="cursor:pointer" tagname="{address}" onclick="queryArticleByCondition(this,'{address}')">下一页</a>"""


def counted(number: int, pages: int) -> str:
    return f"""{rows(number)}<span class="easysite-total-page"> <b>{number}</b>/<b>{pages}</b>&nbsp;</span>
        <script>var pager = {{moduleId: '{MODULE}'}};</script>"""


@pytest.mark.parametrize("drawn", [linked, kept, counted])
def test_a_listing_is_walked_to_its_end(drawn: object) -> None:
    def serve(request: NextRequest) -> str:
        query = parse_qs(urlsplit(request.url).query)
        assert query["pageId"] == ["6191173"]
        if request.url != PAGE:
            assert query["moduleId"] == [MODULE]
        return drawn(int(query.get("currentPage", ["1"])[0]), 4)  # type: ignore[operator, no-any-return]

    walked = walk(PAGE, serve)
    assert len(walked.asked) == 4
    assert len(walked.urls) == 12


def test_rows() -> None:
    page = read(ListingPage(PAGE, linked(1, 1)))
    assert page.family == "huilan"
    assert page.entries[0].url == ROOT + "/eportal/ui?pageId=6191175&articleKey=10"
    assert page.entries[0].listed_on == date(2004, 1, 15)


def test_several_blocks_are_not_guessed_at() -> None:
    text = counted(1, 4) + f"<script>var other = {{moduleId: '{MODULE[::-1]}'}};</script>"
    page = read(ListingPage(PAGE, text))
    assert (page.further, page.pages) == ((), 4)


def test_a_million_pages_are_not_asked_for() -> None:
    assert len(read(ListingPage(PAGE, counted(1, 99_999))).further) == 499


def test_static_copies_name_their_next_page_by_a_hash() -> None:
    start = ROOT + "/zhengwugongkai/4081330/4081347/index.html"
    address = "/zhengwugongkai/4081330/4081347/9a8b7c6d-2.html"
    text = rows(1) + f"""<a href="javascript:void(0)" onclick="queryArticleByCondition(this,'{address}')">下一页</a>"""
    assert [request.url for request in read(ListingPage(start, text)).further] == [ROOT + address]


def test_old_portal_numbers_its_pages() -> None:
    start = ROOT + "/web/site0/tab5240/module14430/page1.htm"
    text = '<div id="ess_ctr706_ListC_Info">' + rows(1) + "</div>上一页 第1页 共3页 下一页"
    assert [request.url for request in read(ListingPage(start, text)).further] == [
        ROOT + f"/web/site0/tab5240/module14430/page{n}.htm" for n in (2, 3)
    ]


def test_old_portal_sends_its_form_back() -> None:
    form = f"""<form method="post" action="Default.aspx" id="Form"><input type="hidden" name="__VIEWSTATE" value="dDw=" />{rows(1)}
        <div class="pager" id="ess_ctr706_pager"><span>1</span>
        <a href="javascript:__doPostBack('ess$ctr706$Pager','2')">2</a>
        <a href="javascript:__doPostBack('ess$ctr706$Pager','2')">下一页</a></div></form>"""
    (request,) = read(ListingPage(ROOT + "/tabid/220/Default.aspx", form)).further
    assert (request.method, request.url) == ("POST", ROOT + "/tabid/220/Default.aspx")
    assert request.body is not None
    assert {"__VIEWSTATE": ["dDw="], "__EVENTTARGET": ["ess$ctr706$Pager"], "__EVENTARGUMENT": ["2"]}.items() <= parse_qs(
        request.body
    ).items()


@pytest.mark.parametrize(
    ("url", "claimed"),
    [
        (ROOT + "/publish/portal0/tab41/info46395.htm", True),
        (ROOT + "/eportal/ui?pageId=1&articleKey=2", True),
        (ROOT + "/info46395.htm", False),
    ],
)
def test_articles(url: str, claimed: bool) -> None:
    claim = cms.recognise(ListingPage(url, "<p></p>"), article=True)
    assert (claim is not None and claim[0] == "huilan") is claimed


@pytest.mark.parametrize("piece", ["easysite-total-page><b>", "moduleId='", "<a onclick='x(\"a.html\")'>下一页</a>", "/eportal/ui?"])
def test_hostile_pages_end(piece: str) -> None:
    read(ListingPage(PAGE, piece * (1_000_000 // len(piece))), "huilan")
