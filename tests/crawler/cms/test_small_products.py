"""The small products of PORTALS.md section 12: each recognised, by itself alone, and its listing walked to the end."""

from collections.abc import Callable
from datetime import date
from time import process_time

import pytest

from crawler import cms
from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU, read, walk

HOST = "http://www.qinghe.example"


def rows(page: int, article: str) -> str:
    """Two reports and a row of noise; `article` holds {n} for a number."""
    listed = "".join(
        f'<li><a href="{article.format(n=page * 100 + n)}" title="青禾市{2024 - page * 2 - n}年政府信息公开工作年度报告">青禾市…</a>'
        f"<span>{2025 - page * 2 - n}-01-2{n}</span></li>"
        for n in range(2)
    )
    noise = f'<li><a href="{article.format(n=page * 100 + 9)}">青禾市网站工作年度报表</a> [2020-02-0{page}]</li>'
    return f"{MENU}<ul>{listed}{noise}</ul>"


def jeecms(page: int, pages: int) -> str:
    name = lambda number: "index.jhtml" if number == 1 else f"index_{number}.jhtml"  # noqa: E731
    following = f'<a href="{name(page + 1)}">下一页</a> <a href="{name(pages)}">尾页</a>' if page < pages else "<a disabled>下一页</a>"
    return f"""{rows(page, "/zhgl/{n}.jhtml")}<div class="pagesize">共 {pages * 3} 条记录 {page}/{pages} 页
        <a href="index.jhtml">首页</a> {following} 第<select onchange="location.href=this.value"></select>页</div>"""


def powereasy(page: int, pages: int) -> str:
    return f"""{rows(page, "/Item/{n}.aspx")}<div class="pagecss">共 <b>{pages * 3}</b> 篇文章 <a href="Index.aspx">首页</a>
        页次：<strong>{page}</strong>/<strong>{pages}</strong>页 <b>20</b>篇文章/页</div>"""


def dedecms(page: int, pages: int) -> str:
    here, there = 'class="thisclass"', "<a href='/plus/list.php?tid=3&amp;TotalResult={total}&amp;PageNo={n}'>{label}</a>"
    numbers = "".join(
        f"<li {here}>{n}</li>" if n == page else f"<li>{there.format(total=pages * 3, n=n, label=n)}</li>" for n in range(1, pages + 1)
    )
    following = f"<li>{there.format(total=pages * 3, n=page + 1, label='下一页')}</li>" if page < pages else ""
    return f"""{rows(page, "/a/xxgk/20180311/{n}.html")}<div class="dede_pages"><ul class="pagelist"><li>首页</li>{numbers}{following}
        <li><span class="pageinfo">共 <strong>{pages}</strong>页<strong>{pages * 3}</strong>条</span></li></ul></div>"""


def empirecms(page: int, pages: int) -> str:
    name = lambda number: "/xxgknb/" if number == 1 else f"/xxgknb/index_{number}.html"  # noqa: E731
    numbers = " ".join(f"<b>{n}</b>" if n == page else f'<a href="{name(n)}">{n}</a>' for n in range(1, pages + 1))
    following = f'<a href="{name(page + 1)}">下一页</a>' if page < pages else ""
    return f"""{rows(page, "/xxgknb/2020-01-02/{n}.html")}<div class="pages"><a title="Total record">&nbsp;<b>{pages * 3}</b> </a>
        {numbers} {following}</div>"""


def webplus(page: int, pages: int) -> str:
    following = f'<a class="next" href="/xxgk/list{page + 1}.htm"><span>下一页&gt;&gt;</span></a>' if page < pages else ""
    return f"""<div class="wp_article_list">{rows(page, "/2020/0102/c12a{n}/page.htm")}</div><div id="wp_paging_w6"><ul class="wp_paging">
        <li class="pages_count">每页&nbsp;<em class="per_count">3</em>&nbsp;记录
        总共&nbsp;<em class="all_count">{pages * 3}</em>&nbsp;记录</li>
        <li class="page_nav"><a class="first" href="javascript:void(0);">第一页</a>{following}</li>
        <li class="page_jump">页码&nbsp;<em class="curr_page">{page}</em>/<em class="all_pages">{pages}</em></li></ul></div>"""


def numeric_dir(page: int, pages: int) -> str:
    following = f'<a href="index_77_{pages - page}.html">下一页</a>' if page < pages else "<span>下一页</span>"
    return f"{rows(page, '/n6/n36/c{n}/content.html')}<div>{following}</div>"


def siteserver(page: int, pages: int) -> str:
    following = f'<a href="/channels/298_{page + 1}.html">下一页</a>' if page < pages else "下一页"
    return f"{rows(page, '/contents/298/{n}.html')}<div>首页 {following} 当前第 {page}/{pages} 页</div>"


def aspnet(page: int, pages: int) -> str:
    numbers = "".join(
        f'<a href="InfoPublic.aspx?cid=1019&amp;pid=971&amp;page={n}&amp;kw=">{n}</a>' for n in sorted({1, min(2, pages), pages})
    )
    return f"{rows(page, 'InfoDetail.aspx?id={n}')}<div class='pages'>{numbers}</div>"


# name, page 1 (others are found by the walk), the addresses of pages 2 and later, a page of the product, what it declares
PRODUCTS: list[tuple[str, str, list[str], Callable[[int, int], str], bool]] = [
    ("jeecms", "/xxgknb/index.jhtml", ["/xxgknb/index_2.jhtml", "/xxgknb/index_3.jhtml", "/xxgknb/index_4.jhtml"], jeecms, True),
    (
        "powereasy",
        "/Category_171/Index.aspx",
        ["/Category_171/Index_2.aspx", "/Category_171/Index_3.aspx", "/Category_171/Index_4.aspx"],
        powereasy,
        True,
    ),
    ("dedecms", "/plus/list.php?tid=3", [f"/plus/list.php?tid=3&TotalResult=12&PageNo={n}" for n in (2, 3, 4)], dedecms, True),
    ("empirecms", "/xxgknb/", ["/xxgknb/index_2.html", "/xxgknb/index_3.html", "/xxgknb/index_4.html"], empirecms, True),
    ("webplus", "/xxgk/list.htm", ["/xxgk/list2.htm", "/xxgk/list3.htm", "/xxgk/list4.htm"], webplus, True),
    (
        "numeric_dir",
        "/n6/n36/index.html",
        ["/n6/n36/index_77_3.html", "/n6/n36/index_77_2.html", "/n6/n36/index_77_1.html"],
        numeric_dir,
        False,
    ),
    ("siteserver", "/channels/298.html", ["/channels/298_2.html", "/channels/298_3.html", "/channels/298_4.html"], siteserver, False),
    (
        "aspnet",
        "/InfoPublic.aspx?cid=1019&pid=971&page=1&kw=",
        [f"/InfoPublic.aspx?cid=1019&pid=971&page={n}&kw=" for n in (2, 3, 4)],
        aspnet,
        False,
    ),
]
IDS = [product[0] for product in PRODUCTS]


@pytest.mark.parametrize(("name", "first", "later", "make", "declares"), PRODUCTS, ids=IDS)
def test_each_is_recognised_alone_on_every_page(
    name: str, first: str, later: list[str], make: Callable[[int, int], str], declares: bool
) -> None:
    for number, path in enumerate([first, *later], 1):
        claims = cms.claims(ListingPage(HOST + path, make(number, 4)))
        assert [family for family, _ in claims] == [name]
        assert claims[0][1].evidence


@pytest.mark.parametrize(("name", "first", "later", "make", "declares"), PRODUCTS, ids=IDS)
def test_each_is_walked_to_its_end(name: str, first: str, later: list[str], make: Callable[[int, int], str], declares: bool) -> None:
    site = {HOST + path: make(number, 4) for number, path in enumerate([first, *later], 1)}
    walked = walk(HOST + first, lambda request: site[request.url])
    assert [request.url.removeprefix(HOST) for request in walked.asked] == [first, *later]
    assert len(walked.urls) == 12
    assert walked.declared == (12 if declares else None)


@pytest.mark.parametrize(("name", "first", "later", "make", "declares"), PRODUCTS, ids=IDS)
def test_a_single_page_leads_nowhere(name: str, first: str, later: list[str], make: Callable[[int, int], str], declares: bool) -> None:
    listing = read(ListingPage(HOST + first, make(1, 1)), name)
    assert listing.further == ()
    assert listing.problem is None
    assert [entry.listed_on for entry in listing.entries] == [date(2023, 1, 20), date(2022, 1, 21), date(2020, 2, 1)]
    assert listing.entries[0].title == "青禾市2022年政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("path", "text", "family"),
    [
        ("/zhgl/20849.jhtml", "", "jeecms"),
        ("/Item/123.aspx", "", "powereasy"),
        ("/a/xxgk/20180311/2592.html", '<script src="/plus/count.php?view=yes&aid=2592"></script>', "dedecms"),
        ("/xxgknb/2020-01-02/123.html", '<script src="/e/public/ViewClick/?classid=3&id=123"></script>', "empirecms"),
        ("/2020/0102/c12a345/page.htm", '<div class="wp_articlecontent">', "webplus"),
        ("/n6/n36/c123/content.html", "", "numeric_dir"),
        ("/contents/298/456.html", "", "siteserver"),
        ("/InfoDetail.aspx?id=3", '<input type="hidden" name="__VIEWSTATE" value="x">', "aspnet"),
    ],
)
def test_articles(path: str, text: str, family: str) -> None:
    claim = cms.recognise(ListingPage(HOST + path, f"<p>正文</p>{text}"), article=True)
    assert claim is not None
    assert claim[0] == family


@pytest.mark.parametrize(
    "text",
    [
        '<a href="http://wsjk.other.example/zhgl/index.jhtml">友情链接</a>',  # a friend's product is not ours
        '<a href="http://www.other.example/n6/">国资委</a>',
        '<p>点击 page.htm 下载，详见 list.php 和 Item 目录</p><a href="/content/1.html">x</a>',
        '<a href="/csrc/c100028/c123/content.shtml">x</a>',  # Ucap
        '<a href="/xxgk/content/0b1c.html">x</a>',  # TrueCMS
        '<a href="/employee/public/x.html">x</a>',  # ends in e/public/
    ],
)
def test_look_alikes_claim_nothing(text: str) -> None:
    found = {family for family, _ in cms.claims(ListingPage(f"{HOST}/zwgk/", f"<body>{text}</body>"))}
    assert not found & set(IDS)


def test_a_product_on_asp_net_is_surer_than_the_framework() -> None:
    text = powereasy(1, 1) + """<input name="__VIEWSTATE" value="x"><a href="javascript:__doPostBack('search','')">搜索</a>"""
    page = ListingPage(f"{HOST}/Category_171/Index.aspx", text)
    assert [family for family, _ in cms.claims(page)] == ["powereasy", "aspnet"]
    assert read(page).family == "powereasy"


def test_jeecms_pages_by_the_options_of_a_select() -> None:
    options = "".join(f'<option value="index{f"_{n}" if n > 1 else ""}.jhtml">{n}</option>' for n in (1, 2, 3))
    text = rows(1, "/zhgl/{n}.jhtml") + f'<select onchange="location.href=this.value">{options}</select>'
    listing = read(ListingPage(f"{HOST}/xxgknb/index.jhtml", text))
    assert [request.url for request in listing.further] == [f"{HOST}/xxgknb/index_{n}.jhtml" for n in (2, 3)]


def test_a_page_of_igs_is_for_a_browser() -> None:
    text = '<html><body><script src="/igs/front/term/type.jhtml?code=x"></script><div id="list"></div></body></html>'
    listing = read(ListingPage(f"{HOST}/xxgk/index.jhtml", text))
    assert listing.problem is not None
    assert listing.problem[0] == "js_only"


@pytest.mark.parametrize(
    "piece",
    [
        ".aspx?",
        ".aspx?a&",
        "href='x",
        "/n1/",
        "/c1a1/",
        "class=dede",
        "title='Total record'<b>",
        '"/e/',
        "__doPostBack(",
        "/channels/1",
        "/Category_1/",
        "list_1_",
    ],
)
def test_signals_of_hostile_pages_cost_little(piece: str) -> None:
    page = ListingPage(f"{HOST}/zwgk/", piece * (1_000_000 // len(piece)))
    modules = [cms.families()[name] for name in IDS]
    start = process_time()
    for module in modules:
        for signal in (*module.LISTING, *module.ARTICLE):
            signal.seen(page)
    assert process_time() - start < 4
