"""Listings of the families, on pages made up after the shapes of PORTALS.md sections 2, 4 and 14."""

from datetime import date
from textwrap import dedent

import pytest

from crawler import cms
from crawler.cms import links
from crawler.cms.model import ListingPage, NextRequest, Signal
from crawler.errors import AmbiguousFamilyError

URL = "http://www.qinghe.example/zwgk/xxgknb/"


def page(text: str, url: str = URL) -> ListingPage:
    return ListingPage(url, dedent(text))


TRS = """
    <html><head><meta name="ColumnName" content="政府信息公开年报"><style>.TRS_Editor{color:red}</style></head><body>
    <a href="/" class="CurrChnlCls">首页</a>
    <table class="gl_list">
    <tr><td><a href="./202103/t20210320_2748784.html"
      title="青禾市2020年政府信息公开工作年度报告">青禾市2020年政府信息公开…</a></td><td>2021-03-20</td></tr>
    <tr><td><a href="./202001/t20200118_1.html">青禾市2019年政府信息公开工作年度报告</a></td><td>[2020-01-18]</td></tr>
    <tr><td><a href="./P020190102317006236449.pdf">青禾市2018年政府信息公开工作年度报告</a></td><td>2019年1月2日</td></tr>
    </table>
    <script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}</script>
    <script>createPageHTML(3, 0, "index", "html");</script></body></html>
"""


def test_trs_listing_is_recognised_and_read() -> None:
    listing = cms.read(page(TRS))
    assert listing is not None
    assert listing.family == "trs"
    assert listing.column == "政府信息公开年报"
    first, second, third = listing.entries
    assert first.title == "青禾市2020年政府信息公开工作年度报告"  # the title attribute: the text is cut
    assert first.url == "http://www.qinghe.example/zwgk/xxgknb/202103/t20210320_2748784.html"
    assert [entry.listed_on for entry in listing.entries] == [date(2021, 3, 20), date(2020, 1, 18), date(2019, 1, 2)]
    assert second.title == "青禾市2019年政府信息公开工作年度报告"
    assert third.url.endswith(".pdf")
    assert listing.further == (NextRequest(URL + "index_1.html"), NextRequest(URL + "index_2.html"))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('createPageHTML(3,1,"index","shtml")', ["index_2.shtml"]),
        ("createPageHTML( 2 , 0 , 'index' , 'htm' )", ["index_1.htm"]),
        ('createPage(2, 0, "list", "html")', ["list_1.html"]),
        ('createPageHTML(1, 0, "index", "html")', []),
        ("var countPage = 3; var currentPage = 1; url = 'index_' + i + '.html'", ["index_2.html"]),
        ('if (ele.value>2) go(".shtml")', ["index_1.shtml"]),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt)", []),
        ('createPageHTML(4, 0, "t20190918_693227", "shtml")', []),  # pages a long article
        ("createPageHTML('page_div', 5, 1, 'fg', 'shtml', 89)", []),  # Ucap: same name, another product
    ],
)
def test_trs_pagers(script: str, expected: list[str]) -> None:
    listing = cms.read(page(f"<body><script>{script}</script></body>"), "trs")
    assert listing is not None
    assert [request.url for request in listing.further] == [URL + name for name in expected]


def test_trs_editor_in_a_style_is_no_signal() -> None:
    assert cms.recognise(page("<style>.TRS_Editor p{}</style><p>text</p>")) is None


def test_past_the_end_a_stub_leads_back() -> None:
    stub = page('<html><meta http-equiv="refresh" content="0;url=./"></html>', URL + "index_9.html")
    listing = cms.read(stub, "trs")
    assert listing is not None
    assert listing.entries == ()
    assert listing.redirect == URL


def test_redirect_in_a_comment_is_none() -> None:
    assert cms.read(page('<!-- <meta http-equiv="refresh" content="0;url=./"> --><p>.</p>')) is None


RECORD = '<record><![CDATA[<li><a title="{title}" href="/art/2021/1/{n}/art_77_{n}.html">{title}</a><b>2021-01-{n:02d}</b></li>]]></record>'


QUERY = "page=1&appid=1&webid=110&path=/&columnid=77&unitid=38486&webname=%25E4%25BA%2591&permissiontype=0"


def hanweb(records: int, total: int) -> str:
    rows = "".join(RECORD.format(title=f"云溪县{2000 + n}年政府信息公开工作年度报告", n=n) for n in range(8, 8 + records))
    return f"""<html><body><div id="38486"><script type="text/xml"><datastore>
        <nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?{QUERY}"></a>]]></nextgroup>
        <recordset>{rows}</recordset></datastore></script></div>
        <script>jpage({{totalRecord:{total}, perPage:2, groupSize:3, proxyUrl:'/module/web/jpage/dataproxy.jsp'}})</script></body></html>"""


def test_hanweb_rows_come_from_the_datastore() -> None:
    listing = cms.read(page(hanweb(3, 3), "http://www.yunxi.example/col/col77/index.html"))
    assert listing is not None
    assert (listing.family, listing.declared, listing.further) == ("hanweb_jpage", 3, ())
    assert [entry.url for entry in listing.entries] == [f"http://www.yunxi.example/art/2021/1/{n}/art_77_{n}.html" for n in (8, 9, 10)]
    assert listing.entries[0].listed_on == date(2021, 1, 8)


def test_hanweb_further_groups_are_posts() -> None:
    listing = cms.read(page(hanweb(6, 14), "http://www.yunxi.example/col/col77/index.html"))
    assert listing is not None
    assert [request.method for request in listing.further] == ["POST", "POST"]
    first, second = listing.further
    assert first.url == "http://www.yunxi.example/module/web/jpage/dataproxy.jsp?startrecord=7&endrecord=12&perpage=2&page=2"
    assert "startrecord=13&endrecord=14" in second.url
    assert first.body is not None
    assert "webname=%25E4%25BA%2591" in first.body  # encoded twice, sent back as found
    assert "columnid=77&unitid=38486" in first.body
    assert "page=1" not in first.body


def test_hanweb_answer_of_the_service() -> None:
    answer = (
        "<datastore><totalrecord>14</totalrecord><recordset>"
        + RECORD.format(title="云溪县2019年信息公开年报", n=3)
        + "</recordset></datastore>"
    )
    listing = cms.read(page(answer, "http://www.yunxi.example/module/web/jpage/dataproxy.jsp?startrecord=13"), "hanweb_jpage")
    assert listing is not None
    assert len(listing.entries) == 1
    assert listing.further == ()
    empty = cms.read(page("<datastore><recordset></recordset></datastore>"), "hanweb_jpage")
    assert empty is not None
    assert empty.entries == ()


def test_generic_listing_follows_its_next_link() -> None:
    rows = "".join(f'<li><a href="/a/{n}.html">云溪县{n}年信息公开年报</a> {n + 1}/1/2</li>' for n in range(2015, 2019))
    listing = cms.read(page(f'<ul>{rows}</ul><a href="list_2.html">下一页</a>'))
    assert listing is not None
    assert listing.family == "generic"
    assert len(listing.entries) == 4
    assert listing.further == (NextRequest(URL + "list_2.html"),)


def test_unknown_page_has_no_family() -> None:
    assert cms.read(page("<p>" + "这里什么也没有。" * 300 + "</p>")) is None


def test_equal_claims_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twin:
        FAMILY = "twin"
        LISTING = ARTICLE = (Signal.text(9, "everything", "x"),)

    monkeypatch.setattr(cms, "families", lambda: {"one": Twin, "two": Twin})
    with pytest.raises(AmbiguousFamilyError, match="one and two both claim"):
        cms.recognise(page("<p>x</p>"))


# ------------------------------------------------------------------------------------------------ rows of any markup


@pytest.mark.parametrize(
    ("markup", "url", "listed_on"),
    [
        ('<li><a href="a.html">信息公开年报一览表</a><span>2020-09-03</span></li>', URL + "a.html", date(2020, 9, 3)),
        ('<li><a href="a.html">信息公开年报一览表<span>2020-09-03</span></a></li>', URL + "a.html", date(2020, 9, 3)),
        (
            '<dd><a href="//www.qinghe.example/x.html">信息公开年报一览表</a> 2026-\n01-\n23</dd>',
            "http://www.qinghe.example/x.html",
            date(2026, 1, 23),
        ),
        ('<p><a href="/2020/0903/9.html">信息公开年报一览表</a> 09-03</p>', "http://www.qinghe.example/2020/0903/9.html", date(2020, 9, 3)),
        (
            '<p><a href="/202009/t20200903_9.html">信息公开年报一览表</a> 09-03</p>',
            "http://www.qinghe.example/202009/t20200903_9.html",
            date(2020, 9, 3),
        ),
        ('<li><a href="../info/1103/7719.htm">青禾市信息公开年度报告</a></li>', "http://www.qinghe.example/zwgk/info/1103/7719.htm", None),
    ],
)
def test_rows(markup: str, url: str, listed_on: date | None) -> None:
    (entry,) = links.rows(page(f"<ul>{markup}</ul>"))
    assert (entry.url, entry.listed_on) == (url, listed_on)
    assert "20" not in entry.title


@pytest.mark.parametrize(
    "markup",
    [
        '<li><a href="javascript:void(0)">信息公开年报一览</a>2020-01-01</li>',
        '<li><a href="mailto:a@b.example">信息公开年报一览</a>2020-01-01</li>',
        '<li><a href="#top">信息公开年报一览</a>2020-01-01</li>',
        '<li><a href="http://[broken">信息公开年报一览</a>2020-01-01</li>',
        '<li><a href="/">首页</a>2020-01-01</li>',  # too short for a title
        '<li><a href="/about.html">网站地图和说明</a></li>',  # no date, no report
        "",
        "<!-- nothing -->",
    ],
)
def test_not_rows(markup: str) -> None:
    assert links.rows(page(markup)) == ()


def test_base_element_and_duplicates() -> None:
    first, again = (
        '<li><a href="1.html">信息公开年报第一</a> 2020-01-01</li>',
        '<li><a href="1.html#a">信息公开年报又一</a> 2020-01-02</li>',
    )
    text = f'<base href="http://www.qinghe.example/other/">{first}{again}'
    (entry,) = links.rows(page(text))
    assert entry.url == "http://www.qinghe.example/other/1.html"
    assert entry.title == "信息公开年报第一"


def test_agency_by_column_and_by_heading() -> None:
    table = """<table><tr><th>名称</th><th>索引号</th><th>发布机构</th><th>发布日期</th></tr>
        <tr><td><a href="a.html">2019年信息公开年报</a></td><td>0/1</td><td>青禾市教育局</td><td>2020-01-02</td></tr></table>"""
    (entry,) = links.rows(page(table))
    assert entry.agency_hint == "青禾市教育局"
    headed = """<h3>青禾市水利局</h3><ul><li><a href="b.html">2019年信息公开年报</a>2020-01-02</li></ul>
        <h3>政府信息公开年报</h3><ul><li><a href="c.html">2018年信息公开年报</a>2019-01-02</li></ul>"""
    assert [entry.agency_hint for entry in links.rows(page(headed))] == ["青禾市水利局", None]


@pytest.mark.parametrize("text", ["<record><![CDATA[" * 50_000, "<a href=x>" * 50_000, "jpage/" * 100_000, "<meta " * 100_000])
def test_hostile_pages_cost_no_square(text: str) -> None:
    cms.read(ListingPage(URL, text))
