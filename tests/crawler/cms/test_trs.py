"""TRS: made-up pages after PORTALS.md section 2."""

from datetime import date

import pytest

from crawler import cms
from crawler.cms.model import ListingPage, NextRequest
from tests.crawler.cms.walking import read, walk

URL = "http://www.qinghe.example/zwgk/xxgknb/"
LISTING = """
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
ROW = '<li><a href="./20{y}03/t20{y}0320_{n}.html">云溪县20{y}年信息公开年报</a><span>20{y}-03-20</span></li>'


def further(script: str, url: str = URL) -> list[str]:
    return [request.url.removeprefix(URL) for request in read(ListingPage(url, f"<body>{script}</body>"), "trs").further]


def test_listing() -> None:
    listing = read(ListingPage(URL, LISTING))
    assert (listing.family, listing.column, listing.pages) == ("trs", "政府信息公开年报", 3)
    first, second, third = listing.entries
    assert first.title == "青禾市2020年政府信息公开工作年度报告"  # the title attribute: the text is cut
    assert first.url == f"{URL}202103/t20210320_2748784.html"
    assert [entry.listed_on for entry in listing.entries] == [date(2021, 3, 20), date(2020, 1, 18), date(2019, 1, 2)]
    assert second.title == "青禾市2019年政府信息公开工作年度报告"
    assert third.url.endswith(".pdf")
    assert listing.further == (NextRequest(URL + "index_1.html"), NextRequest(URL + "index_2.html"))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('createPageHTML(3,1,"index","shtml")', ["index_2.shtml"]),
        ("createPageHTML( 2 , 0 , 'index' , 'htm' )", ["index_1.htm"]),
        ('createPageHTML(2, 0, "./index", "html", "black", 15)', ["index_1.html"]),
        ('createPage(2, 0, "list", "html")', ["list_1.html"]),
        ('createPageHTML(1, 0, "index", "html")', []),
        ('createPageHTML(0, 0, "index", "html")', []),
        ("var countPage = 3; var currentPage = 1; url = 'index_' + i + '.html'", ["index_2.html"]),
        ('var countPage = 2\nvar currentPage=0; w("<a href=\\"list"+"_"+1+"."+"shtml\\">")', ["list_1.shtml"]),
        ('if (ele.value>2) go(".shtml")', ["index_1.shtml"]),
        ("var n = parseInt('3'); go('1.html', '2.html')", ["1.html", "2.html"]),
        ("function createPageHTML(_nPageCount, _nCurrIndex, _sName, _sExt)", []),
        ('createPageHTML(4, 0, "t20190918_693227", "shtml")', []),  # pages a long article
        ("createPageHTML('page_div', 5, 1, 'fg', 'shtml', 89)", []),  # Ucap: same name, another product
        ("parseInt('3')", []),  # a number of whatever
    ],
)
def test_pagers(script: str, expected: list[str]) -> None:
    assert further(f"<script>{script}</script>") == expected


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        # the address is that of a later page, or of a column whose name ends in a number
        ("index_1.html", '<script>createPageHTML(3, 1, "index", "html")</script>', ["index_2.html"]),
        ("index_1.html", '<script>createPageHTML(3, 0, "index", "html")</script>', ["index_2.html"]),
        ("index_180.html", '<script>createPageHTML(2, 0, "index_180", "html")</script>', ["index_180_1.html"]),
        ("index_180.html", "<script>var countPage = 2; var currentPage = 0;</script>", ["index_180_1.html"]),
        ("index_1.html", "<script>var countPage = 3; var currentPage = 1;</script>", ["index_2.html"]),
        # column-index-N counts from 1, and may show the next page only
        (
            "",
            '<a href="column-index-2.shtml">下一页</a><a href="column-index-3.shtml">尾页</a>',
            ["column-index-2.shtml", "column-index-3.shtml"],
        ),
        ("column-index-3.shtml", '<a href="column-index-2.shtml">上一页</a>', []),
        # numbers only: a link labelled 2 tells whether they count from 1
        ("", "<script>parseInt('3')</script><a href='2.html'>2</a>", ["2.html", "3.html"]),
        ("2.html", "<script>parseInt('3')</script><a href='2.html'>2</a>", ["3.html"]),
        ("1.html", "<script>parseInt('3')</script><a href='1.html'>2</a>", ["2.html"]),
        # links alone
        ("", '<a href="index_1.html">2</a><a href="index_1.html">下一页</a>', ["index_1.html"]),
    ],
)
def test_pagers_by_address(url: str, body: str, expected: list[str]) -> None:
    assert further(body, URL + url) == expected


def test_a_count_out_of_all_proportion_is_bounded() -> None:
    assert len(further('<script>createPageHTML(999999, 0, "index", "html")</script>')) < 2000


def test_a_listing_is_walked_to_its_end() -> None:
    def server(request: NextRequest) -> str:
        number = 0 if request.url == URL else int(request.url.rpartition("_")[2].removesuffix(".html"))
        rows = "".join(ROW.format(y=10 + number * 3 + n, n=n) for n in range(3))
        return f'<ul>{rows}</ul><script>createPageHTML(3, {number}, "index", "html")</script>'

    walked = walk(URL, server)
    assert len(walked.urls) == 9
    assert [request.url.removeprefix(URL) for request in walked.asked] == ["", "index_1.html", "index_2.html"]


def test_past_the_end_a_stub_leads_back() -> None:
    stub = ListingPage(URL + "index_9.html", '<html><meta http-equiv="refresh" content="0;url=./"></html>')
    listing = read(stub, "trs")
    assert listing.entries == ()
    assert listing.redirect == URL


def test_redirect_in_a_comment_is_none() -> None:
    assert cms.read(ListingPage(URL, '<!-- <meta http-equiv="refresh" content="0;url=./"> --><p>.</p>')) is None


def test_a_search_list_is_paged_by_its_parameter() -> None:
    url = "http://www.qinghe.example/was5/web/search?channelid=278090"
    rows = "".join(f'<li><a href="/a/20{y}03/t20{y}0320_1.html">云溪县20{y}年信息公开年报</a>20{y}-03-20</li>' for y in (19, 20))
    listing = read(ListingPage(url, f'<ul>{rows}</ul><div class="page">共3页 <a href="search?page=2&channelid=278090">下一页</a></div>'))
    assert listing.family == "trs"
    assert [request.url for request in listing.further] == [
        "http://www.qinghe.example/was5/web/search?page=2&channelid=278090",
        "http://www.qinghe.example/was5/web/search?channelid=278090&page=3",
    ]


def test_a_hub_of_frames_leads_to_its_listings() -> None:
    frames = '<iframe src="./nb/index_214.html"></iframe><iframe src="/was5/web/search?channelid=9"></iframe><iframe src="http://w.example/tianqi.html"></iframe>'
    listing = read(ListingPage(URL, f"<a class='CurrChnlCls' href='/'>首页</a>{frames}"))
    assert [(found.kind, found.request.url) for found in listing.listings] == [
        ("frame", f"{URL}nb/index_214.html"),
        ("frame", "http://www.qinghe.example/was5/web/search?channelid=9"),
    ]
