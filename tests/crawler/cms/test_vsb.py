from datetime import date
from time import perf_counter

import pytest

from crawler import cms
from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU, read, walk

ROOT = "http://www.qinghe.example/zfxxgk/"
ROW = """<li id="line_u6_{n}"><a href="{up}info/1103/{n}.htm"
    title="白榆区{y}年政府信息公开工作年度报告">白榆区{y}年政府信…</a><span>{d}-01-20</span></li>"""


def listing(page: int, pages: int, up: str, pager: str) -> str:
    rows = "".join(ROW.format(n=page * 10 + n, y=2000 + page * 2 + n, d=2001 + page * 2 + n, up=up) for n in range(2))
    noise = f'<li id="line_u6_9"><a href="{up}info/1103/99{page}.htm">白榆区网站工作年度报表</a><span>2020-01-01</span></li>'
    return f"<html><head><script src='/_sitegray/_sitegray.js'></script></head>{MENU}<ul>{rows}{noise}</ul>{pager}</html>"


def pager(page: int, pages: int, column: str) -> str:
    """As the product draws it: no link on the last page."""
    following = f'<span class="p_next p_fun"><a href="{column}{pages - page}.htm">下页</a></span>' if page < pages else ""
    following = following or '<span class="p_next_d p_fun_d">下页</span>'
    count = f'<span class="p_t">共{pages * 3}条 {page}/{pages}</span>'
    return f'<span class="p_pages"><span class="p_first p_fun_d">首页</span>{following}</span>{count}'


def static(pages: int) -> dict[str, str]:
    """Page 1 is the column, page P of T is T-P+1."""
    site = {ROOT + "zfxxgknb.htm": listing(1, pages, "../", pager(1, pages, "zfxxgknb/"))}
    for number in range(2, pages + 1):
        site[f"{ROOT}zfxxgknb/{pages - number + 1}.htm"] = listing(number, pages, "../../", pager(number, pages, ""))
    return site


def test_pages_are_numbered_backwards() -> None:
    site = static(4)
    walked = walk(ROOT + "zfxxgknb.htm", lambda request: site[request.url])
    assert [request.url.removeprefix(ROOT) for request in walked.asked] == [
        "zfxxgknb.htm",
        "zfxxgknb/3.htm",
        "zfxxgknb/2.htm",
        "zfxxgknb/1.htm",
    ]
    assert len(walked.urls) == walked.declared == 12
    assert walked.urls[0] == "http://www.qinghe.example/info/1103/10.htm"


def test_rows_and_counts() -> None:
    page = read(ListingPage(ROOT + "zfxxgknb.htm", static(4)[ROOT + "zfxxgknb.htm"]))
    assert (page.family, page.declared, page.pages) == ("vsb", 12, 4)
    assert page.entries[0].title == "白榆区2002年政府信息公开工作年度报告"
    assert page.entries[0].listed_on == date(2003, 1, 20)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (ROOT + "zfxxgknb.htm", ROOT + "zfxxgknb/143.htm"),
        (ROOT + "zfxxgknb/143.htm", ROOT + "zfxxgknb/143.htm"),
        (
            "http://a.example/list.jsp?urltype=tree.TreeTempUrl&PAGENUM=1&wbtreeid=7",
            "http://a.example/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=7&PAGENUM=2",
        ),
        ("http://a.example/", None),
    ],
)
def test_a_pager_without_link_is_computed(url: str, expected: str | None) -> None:
    text = listing(1, 144, "../", "共1432条 1/144 <a href='javascript:;'>下页</a>")
    assert [request.url for request in read(ListingPage(url, text), "vsb").further] == ([expected] if expected else [])


@pytest.mark.parametrize("words", ["共3条 1/1 下页", "共30条 3/3 下页", "2021/3/20 下页", ""])
def test_nothing_follows_the_last_page(words: str) -> None:
    assert read(ListingPage(ROOT + "zfxxgknb.htm", listing(1, 1, "../", words))).further == ()


def test_dynamic_column_follows_its_link() -> None:
    link = '<a href="?totalpage=3&amp;PAGENUM=2&amp;urltype=tree.TreeTempUrl&amp;wbtreeid=1055">下页</a>'
    page = read(ListingPage("http://a.example/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1055", listing(1, 3, "", link)))
    assert [request.url for request in page.further] == [
        "http://a.example/list.jsp?totalpage=3&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=1055"
    ]


def test_a_login_wall_is_a_problem() -> None:
    wall = "<html><title>系统提示</title><script src='/system/resource/js/dynclicks.js'></script>_showDynClicks 您没有权限，请登录</html>"
    page = read(ListingPage("http://a.example/list.jsp?wbtreeid=7", wall))
    assert page.problem is not None
    assert page.problem[0] == "blocked:captcha"
    quoting = read(ListingPage(ROOT + "zfxxgknb.htm", listing(1, 1, "../", "<p>系统提示：本栏目已迁移</p>")))
    assert quoting.problem is None


@pytest.mark.parametrize(
    ("url", "text", "claimed"),
    [
        ("http://a.example/info/1103/7719.htm", "<form name=_newscontent_fromname><div id='vsb_content_502'>", True),
        ("http://a.example/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1103&wbnewsid=7719", "", True),
        ("http://a.example/a.htm", '<div class="v_news_content">', True),
        ("http://a.example/a.htm", "<style>.v_news_content{} #vsb_content{}</style>", False),
        ("http://a.example/info/1103.htm", "", False),
    ],
)
def test_articles(url: str, text: str, claimed: bool) -> None:
    claim = cms.recognise(ListingPage(url, text), article=True)
    assert (claim is not None and claim[0] == "vsb") is claimed


def test_a_link_to_another_portal_is_no_mark() -> None:
    assert cms.claims(ListingPage("http://a.example/", '<a href="http://b.example/info/1103/7719.htm">x</a>')) == []
    assert cms.claims(ListingPage("http://a.example/", '<a href="../info/1103/7719.htm">x</a>')) != []


@pytest.mark.parametrize("piece", ["共<b>", "line_u6_", '<a href="info/', "1/144 ", "<a href=../info/1/1.htm>下页"])
def test_hostile_pages_are_read_in_time(piece: str) -> None:
    started = perf_counter()
    read(ListingPage(ROOT + "zfxxgknb.htm", piece * (1_000_000 // len(piece))), "vsb")
    assert perf_counter() - started < 3
