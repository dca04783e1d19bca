"""ASP.NET web forms: the next page is the form of the page just read, sent back with an event (PORTALS.md section 12)."""

import re
from urllib.parse import parse_qs

import pytest

from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import MENU, read, walk

URL = "http://www.qinghe.example/xxgk/NewsList.aspx?id=7"


def form(page: int, pages: int, pager: str) -> str:
    rows = "".join(
        f'<tr><td><a href="Show.aspx?id={page * 10 + n}">白榆区{2022 - 2 * page - n}年信息公开年报</a></td>'
        f"<td>20{10 + page}-0{n + 1}-02</td></tr>"
        for n in range(2)
    )
    return f"""<html>{MENU}<form method="post" action="./NewsList.aspx?id=7" id="form1">
        <input type="hidden" name="__VIEWSTATE" value="/wEP+{page}==" /><input type="hidden" name="__EVENTTARGET" value="" />
        <input type="hidden" name="__EVENTVALIDATION" value="ev&amp;{page}" /><input type="hidden" name="__CSRFTOKEN" value="t{page}" />
        <input type="text" name="kw" value="" /><input type="submit" name="go" value="搜索" /><input type="checkbox" name="all" value="1" />
        <select name="kind"><option value="a">甲</option><option value="b" selected>乙</option></select>
        <table>{rows}</table><div id="Pager">{pager}</div></form>
        <script>function __doPostBack(eventTarget, eventArgument) {{ theForm.submit(); }}</script></html>"""


def numbered(page: int, pages: int) -> str:
    """As AspNetPager draws it."""
    links = [f"""<a href="javascript:__doPostBack(&#39;AspNetPager1&#39;,&#39;{n}&#39;)">{n}</a>""" for n in range(1, pages + 1)]
    links[page - 1] = f"<span>{page}</span>"
    return " ".join(links)


def grid(page: int, pages: int) -> str:
    """As a GridView draws it."""
    return numbered(page, pages).replace("AspNetPager1", "ctl00$Main$GridView1").replace("&#39;,&#39;", "&#39;,&#39;Page$")


def words(page: int, pages: int) -> str:
    """Buttons without numbers, dead ones without an event."""
    following = (
        """<a id="lbNext" href="javascript:__doPostBack('ctl00$lbNext','')">下一页</a>""" if page < pages else "<a disabled>下一页</a>"
    )
    return f"当前第{page}页/共{pages}页 <a href=\"javascript:__doPostBack('ctl00$lbFirst','')\">首页</a> {following}"


def buttons(page: int, pages: int) -> str:
    """Buttons of the form itself, which need no event."""
    dead = ' disabled="disabled"' if page == pages else ""
    return f'<input type="submit" name="btnPrev" value="上一页" /><input type="submit" name="btnNext" value="下一页"{dead} />'


@pytest.mark.parametrize("pager", [numbered, grid, words, buttons])
def test_a_walk_by_postback_sends_the_state_of_the_page_just_read(pager) -> None:  # type: ignore[no-untyped-def]
    served = []

    def server(request: NextRequest) -> str:
        """Refuses a state that is not that of the page before."""
        if request.body is None:
            return form(1, 3, pager(1, 3))
        sent = {name: values[0] for name, values in parse_qs(request.body, keep_blank_values=True).items()}
        before = int(re.sub(r"\D", "", sent["__VIEWSTATE"]))
        assert sent["__EVENTVALIDATION"] == f"ev&{before}"
        assert sent["__CSRFTOKEN"] == f"t{before}"
        assert (sent["kw"], sent["kind"]) == ("", "b")
        assert "go" not in sent
        assert "all" not in sent
        assert sent.get("btnNext") == ("下一页" if pager is buttons else None)
        assert "btnPrev" not in sent
        served.append((sent["__EVENTTARGET"], sent["__EVENTARGUMENT"]))
        return form(before + 1, 3, pager(before + 1, 3))

    walked = walk(URL, server)
    assert len(walked.urls) == 6
    assert [(request.method, request.url, request.state) for request in walked.asked] == [
        ("GET", URL, ""),
        ("POST", URL, "2"),
        ("POST", URL, "3"),
    ]
    expected = {
        numbered: [("AspNetPager1", "2"), ("AspNetPager1", "3")],
        grid: [("ctl00$Main$GridView1", "Page$2"), ("ctl00$Main$GridView1", "Page$3")],
        words: [("ctl00$lbNext", "")] * 2,
        buttons: [("", "")] * 2,
    }
    assert served == expected[pager]


def test_only_the_next_page_is_asked_for() -> None:
    listing = read(ListingPage(URL, form(1, 9, numbered(1, 9))))
    assert listing.family == "aspnet"
    assert len(listing.further) == 1
    assert listing.further[0].referer == URL


@pytest.mark.parametrize(
    "pager",
    [
        "",
        "<span>1</span>",
        "<a href=\"javascript:__doPostBack('btnSearch','')\">搜索</a>",
        "<a href=\"javascript:__doPostBack('lbPrev','')\">上一页</a>",
        "<a disabled=\"disabled\" href=\"javascript:__doPostBack('lbNext','')\">下一页</a>",
        "第1页/共1页 <a href=\"javascript:__doPostBack('lbNext','')\">下一页</a>",
        "<a href=\"javascript:__doPostBack('Calendar1','2')\">2</a>",  # a day
    ],
)
def test_events_that_turn_no_page(pager: str) -> None:
    assert read(ListingPage(URL, form(1, 1, pager)), "aspnet").further == ()


def test_the_last_link_of_div_pages_counts_them() -> None:
    links = '<a href="InfoPublic.aspx?cid=1&amp;page=2&amp;kw=">下一页</a><a href="InfoPublic.aspx?cid=1&amp;page=5&amp;kw=">尾页</a>'
    text = f'{MENU}<ul><li><a href="I.aspx?id=1">桐原县2019年信息公开年报</a>2020-01-01</li></ul><div class="pages">{links}</div>'
    listing = read(ListingPage("http://www.tongyuan.example/InfoPublic.aspx?cid=1&page=1&kw=", text))
    assert (listing.family, listing.pages) == ("aspnet", 5)
    assert [request.url.rpartition("?")[2] for request in listing.further] == [f"cid=1&page={n}&kw=" for n in (2, 3, 4, 5)]
