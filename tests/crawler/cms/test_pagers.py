"""Pagers of any markup: what they count, and the pages they show, on pages made up after PORTALS.md sections 1, 12 and 14."""

from base64 import b64encode
from time import process_time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cms import pagers, scripts
from crawler.cms.model import ListingPage
from crawler.cms.pagers import Counts

URL = "http://www.yunxi.example/xxgk/list.html"


def page(text: str, url: str = URL, state: str = "") -> ListingPage:
    return ListingPage(url, f"<html><body>{text}</body></html>", state)


def shown(text: str, url: str = URL, state: str = "") -> list[str]:
    """What the pager leads to, as it differs from the directory of the page; the body of a POST behind it."""
    asked = page(text, url, state)
    found = pagers.further(asked, pagers.counts(asked))
    return [request.url.removeprefix("http://www.yunxi.example/xxgk/") + (f" {request.body}" if request.body else "") for request in found]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("共 26 条记录 1/3 页 下一页", Counts(26, 3, 1)),
        ("<span>共<b>12</b>页</span> <a>下一页</a>", Counts(None, 12)),
        ("当前第 2/7 页 共 98 条", Counts(98, 7, 2)),
        ("当前第2页 / 共7页", Counts(None, 7, 2)),
        ("第 2 页，共 7 页", Counts(None, 7, 2)),
        ("共7页 当前第2页", Counts(None, 7, 2)),
        ("页次：<strong>2</strong>/<strong>7</strong>页 20篇文章/页", Counts(None, 7, 2)),
        ("共1432条 1/144 上页 下页", Counts(1432, 144, 1)),
        ("共 <strong>29</strong>页<strong>573</strong>条", Counts(573, 29)),
        ("每页 14 记录 总共 45 记录 第一页 下一页 页码 1/4", Counts(45, 4, 1)),
        ("总记录数：45 每页15条 上一页 下一页", Counts(45)),
        ("总页数：4 下一页", Counts(None, 4)),
        ("共２６条　第１／３页", Counts(26, 3, 1)),
        # no counts of a pager
        ("2019年共收到申请 12 条，共答复 12 条", Counts()),
        ("", Counts()),
        ("共 20 条/页 下一页", Counts()),
        ("第 9/3 页", Counts()),  # a page past the last
        ("第 1/0 页", Counts()),
        ("<script>var s = '共 5 条 1/2 页 下一页';</script>", Counts()),
        (f"共 5 条 1/2 页 下一页 {'文' * 400} 共 7 条 1/3 页 下一页", Counts()),  # two pagers of two lists
    ],
)
def test_counts(text: str, counts: Counts) -> None:
    assert pagers.counts(page(text)) == counts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<a href="list_2.html">下一页</a>', ["list_2.html"]),
        ('<a href="list_2.html">下页</a>', ["list_2.html"]),
        ('<a href="list_2.html">后一页&gt;&gt;</a>', ["list_2.html"]),
        ('<a href="list_2.html">[下一页]</a>', ["list_2.html"]),
        ('<a href="list_2.html" title="下一页"><i></i></a>', ["list_2.html"]),
        ('<a href="list_2.html"><img alt="下一页" src="n.gif"></a>', ["list_2.html"]),
        (
            '<div class="page"><b>1</b><a href="?page=2">2</a><a href="?page=3">3</a><a href="?page=2">&gt;</a></div>',
            ["list.html?page=2", "list.html?page=3"],
        ),
        ('<p><a href="?p=1">1</a> <a href="?p=2">2</a> <a href="?p=2">下一页</a> <a href="?p=9">尾页</a></p>', ["list.html?p=2"]),
        ('<a href="#" onclick="location.href=\'list_2.html\'">下一页</a>', ["list_2.html"]),
        ('<a href="javascript:void(0)" onclick="window.location=\'list_2.html\';return false">下一页</a>', ["list_2.html"]),
        ('<a class="next" href="list_2.html"></a>', ["list_2.html"]),
        ("<span onclick=\"location.href='list_2.html'\">下一页</span>", ["list_2.html"]),
        ('<input type="button" value="下一页" onclick="location=\'list_2.html\'">', ["list_2.html"]),
        # options
        (
            '<select onchange="go()"><option value="list.html">第1页</option><option value="list_2.html">第2页</option></select>',
            ["list_2.html"],
        ),
        # no pages
        ("<a>下一页</a>", []),
        ('<a href="javascript:;">下一页</a>', []),
        ('<a href="list.html">下一页</a>', []),  # the last page leads to itself
        ('<a href="http://[x">下一页</a>', []),
        ('<a href="list_1.html">上一页</a>', []),
        ('<a href="/zwgk/">首页</a> &gt; <a href="/zwgk/xxgk/">信息公开</a>', []),
        ('<ul class="years"><li><a href="2019/">2019</a></li><li><a href="2018/">2018</a></li></ul><a>下一页</a>', []),
        ('<table class="calendar"><tr><td><a href="?d=2">2</a></td><td><a href="?d=3">3</a></td></tr></table>', []),
        ('<select onchange="go(this.value)"><option value="10">10</option><option value="20">20</option></select>', []),  # sizes
        ('<select name="kind"><option value="a.html">1</option><option value="b.html">2</option></select>', []),
    ],
)
def test_pages_that_a_pager_shows(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


GO = "<a href='javascript:goPage(1)'>1</a><a href='javascript:goPage(2)'>2</a><a onclick='goPage(2)' href='#'>下一页</a> 共3页"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('function goPage(n){ location.href = "list_" + n + ".html"; }', ["list_2.html", "list_3.html"]),
        ('function goPage(n){ window.location.replace("?page=" + n) }', ["list.html?page=2", "list.html?page=3"]),
        (
            "function goPage(p){ if(p<1) return; var url = 'list.jsp?a=1&cur=' + p; location.href=url; }",
            ["list.jsp?a=1&cur=2", "list.jsp?a=1&cur=3"],
        ),
        ('function goPage(p){ if(p==1){location.href="list.html"}else{location.href="list_"+p+".html";} }', ["list_2.html", "list_3.html"]),
        # what is not understood is not guessed
        ("", []),
        ("function goPage(n){ load(n); }", []),
        ('function goPage(n){ location.href = "list_" + (n-1) + ".html"; }', []),
        ('function goPage(n){ n = n - 1; location.href = "list_" + n + ".html"; }', []),
        ('function goPage(n){ location.href = "list_" + n + "_" + channel + ".html"; }', []),
        ("function goPage(n){ location.href = base + n; }", []),
        ('function other(n){ location.href = "list_" + n + ".html"; }', []),
    ],
)
def test_functions_that_turn_pages(script: str, expected: list[str]) -> None:
    assert shown(f"<div class='page'>{GO}</div><script>{script}</script>") == expected


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("document.form1.curPage.value = n; document.form1.submit();", ["query.do cat=3&curPage=2", "query.do cat=3&curPage=3"]),
        ("document.getElementById('cp').value = n; f.submit();", ["query.do cat=3&curPage=2", "query.do cat=3&curPage=3"]),
        ("$('#cp').val(n); $('#f').submit();", ["query.do cat=3&curPage=2", "query.do cat=3&curPage=3"]),
        ("document.form1.curPage.value = n;", []),  # nothing is sent
        ("document.form1.absent.value = n; document.form1.submit();", []),
    ],
)
def test_functions_that_send_a_form(fill: str, expected: list[str]) -> None:
    form = '<form name="form1" method="post" action="query.do"><input name="cat" value="3"><input id="cp" name="curPage" value="1"></form>'
    assert shown(f"{form}<div class='page'>{GO}</div><script>function goPage(n){{ {fill} }}</script>") == expected


def test_another_function_with_a_number_turns_no_page() -> None:
    text = '<script>function search(q){ location.href = "/search?q=" + q; }</script><a href="list_2.html">下一页</a> 共9页'
    assert shown(text) == ["list_2.html"]


@pytest.mark.parametrize(
    ("text", "url", "state", "expected"),
    [
        # 1 is a link with another address than page 1 had: never asked for again
        (
            '<p><a href="list_1.html">1</a> 2 <a href="list_3.html">3</a> <a href="list_3.html">下一页</a></p>',
            "list_2.html",
            "2",
            ["list_3.html"],
        ),
        (
            '<p class="pages"><a href="list_1.html">1</a> <span class="current">2</span> <a href="list_3.html">3</a></p>',
            "x.html",
            "",
            ["list_3.html"],
        ),
        ('<p class="pages"><a href="a.html">1</a> <a href="b.html">2</a> <a href="c.html">3</a></p>', "b.html", "", ["c.html"]),
        ('<p>第 2/3 页 <a href="list_3.html">下一页</a></p>', "list_2.html", "", ["list_3.html"]),
        ('<p><a href="list_2.html">上一页</a> <a href="list_1.html">1</a> <a href="list_2.html">2</a> 3</p>', "list_3.html", "3", []),
    ],
)
def test_pages_already_read_are_left_out(text: str, url: str, state: str, expected: list[str]) -> None:
    assert shown(text, f"http://www.yunxi.example/xxgk/{url}", state) == expected


@pytest.mark.parametrize(
    "wrap", [lambda text: b64encode(quote(text).encode()).decode(), lambda text: quote(b64encode(quote(text).encode()).decode())]
)
@pytest.mark.parametrize("holder", ['<div id="pages" style="display:none">{}</div>', '<input id="pages" type="hidden" value="{}">'])
def test_a_pager_that_the_page_holds_encoded(wrap, holder: str) -> None:  # type: ignore[no-untyped-def]
    markup = '<a href="list_2.html">2</a> <a href="list_2.html">下一页</a> 共 31 条 第 1/2 页'
    script = "<script>document.write(decodeURIComponent(atob(document.getElementById('pages').value)))</script>"
    text = holder.format(wrap(markup)) + script
    assert shown(text) == ["list_2.html"]
    assert pagers.counts(page(text)) == Counts(31, 2, 1)
    assert shown(holder.format(wrap(markup))) == []  # nothing decodes it


@pytest.mark.parametrize("held", ["", "no base64 at all!", "AAAAAAAAAAAAAAAAAAAA", "/////////////////w=="])
def test_what_is_no_encoded_pager(held: str) -> None:
    assert scripts.encoded_pager(page(f'<div id="pages">{held}</div><script>atob(x)</script>')) is None


def test_a_listing_that_claims_a_million_pages_names_a_bounded_number() -> None:
    text = '<a href="javascript:go(2)">2</a><a>下一页</a> 第1/999999页<script>function go(n){location.href="l_"+n+".html"}</script>'
    assert len(shown(f'<div class="page">{text}</div>')) == pagers.MAX_PAGES


@pytest.mark.parametrize(
    "text",
    [
        "<a href='list_2.html'>下一页</a>" * 30_000,
        "<div class='page'>" + "<a href='l.html'>12</a>" * 40_000 + "</div>",
        "<div class='page'><a href='l.html'>12</a></div>" * 20_000,
        "下一页 共 1 页 " * 60_000,
        "<select onchange=x><option>1" * 20_000,
        "<script>" + "function a(b){ location.href='" * 30_000 + "</script>",
        "<script>" + "function a(b){ url = 'x' + b " * 30_000 + "</script>",
        "<div>" * 200 + "<a href='l.html'>下一页</a>" * 5_000,
        "共" + " " * 1_000_000 + "页",
        "第1" * 300_000,
    ],
)
def test_hostile_pages_cost_little(text: str) -> None:
    asked = page(text)
    assert asked.tree is not None
    start = process_time()
    pagers.further(asked, pagers.counts(asked))
    assert process_time() - start < 4


@given(st.text(alphabet="<>a=/\"' 下一页第共条0123hrefspanoclik()+;", max_size=200))
def test_any_text_is_read(text: str) -> None:
    asked = page(text)
    for request in pagers.further(asked, pagers.counts(asked)):
        assert request.url.startswith("http")
