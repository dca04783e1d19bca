"""Pages that hold no rows themselves: redirects, frames, shells of scripts, obstacles with status 200 (PORTALS.md sections 13, 14, 16)."""

from time import process_time

import pytest

from crawler import cms
from crawler.cms import shells
from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU

HOST = "http://www.baiyu.example"
URL = f"{HOST}/zwgk/gknb/"


def page(text: str, url: str = URL) -> ListingPage:
    return ListingPage(url, text)


def script(text: str) -> str:
    return f"<html><head><script>{text}</script></head><body></body></html>"


# ------------------------------------------------------------------------------------------------ redirects


@pytest.mark.parametrize(
    "text",
    [
        '<html><meta http-equiv="refresh" content="0;url=./2020/"></html>',
        '<html><META HTTP-EQUIV="Refresh" CONTENT="3; URL=\'2020/\'"></html>',
        '<html><meta content="0; url=2020/" http-equiv=refresh></html>',
        script('location.href="./2020/";'),
        script("window.location = '2020/'"),
        script("window.location.replace('2020/');"),
        script("self.location.assign('2020/');"),
        script("document.location.href='2020/';"),
        script("<!--\n top.location='2020/';\n//-->"),
        script('var a = 1;\nlocation.href = "2020/"\n                              '),
        script("setTimeout(\"location.href='2020/'\", 3000);"),
        script("setTimeout(function(){ window.location.href='2020/'; }, 500);"),
        script("window.onload = function() { location.href='2020/'; }"),
        script("$(function(){ location.href='2020/'; });"),
        script("$(document).ready(function () { location.href = '2020/' })"),
        script("(function(){ try { location.href='2020/'; } catch(e) {} })();"),
        script("function go(){ location.href='2020/'; } go();"),
        script("function go(){ location.href='2020/'; } setTimeout('go()', 100);"),
        "<html><body onload=\"location.href='2020/'\">请稍候</body></html>",
        "<html><head><script>function go(){ location='2020/'; }</script></head><body onload='go()'></body></html>",
    ],
)
def test_redirects(text: str) -> None:
    assert shells.redirect(page(text)) == URL + "2020/"
    listing = cms.read(page(text))
    assert listing is not None
    assert (listing.redirect, listing.problem) == (URL + "2020/", None)


@pytest.mark.parametrize(
    "text",
    [
        '<!-- <meta http-equiv="refresh" content="0;url=./2020/"> -->',
        "<html><!-- <script>location.href='2020/';</script> --></html>",
        script("// location.href='2020/';"),
        script("/* location.href='2020/'; */"),
        script("<!-- location.href='2020/'; -->"),
        script("/* location.href='2020/';"),
        '<html><noscript><meta http-equiv="refresh" content="0;url=2020/"></noscript></html>',
        '<html><meta http-equiv="refresh" content="600;url=2020/"></html>',  # a page that renews itself
        '<html><meta http-equiv="refresh" content="30"></html>',
        # conditions
        script("if(/Android|iPhone/i.test(navigator.userAgent)) location.href='http://m.baiyu.example/';"),
        script("if (navigator.userAgent.match(/iPhone/i)) { window.location.href = 'http://m.baiyu.example/'; }"),
        script("if (a) { x(); } else { location.href='2020/'; }"),
        script("isPhone && (location.href='/m/index.html')"),
        # functions that nobody calls, clicks
        script("function search(){ var q = 1; location.href='/search/'; }"),
        script("$('#a').click(function(){ location.href='2020/'; });"),
        script("var o = { go: function() { location.href='2020/'; } };"),
        # addresses that are built, and what only looks like a jump
        script("location.href = 'list_' + n + '.html';"),
        script("location.href = '2020/'.concat(x);"),
        script("if (top.location == '2020/') x();"),
        script("var location = '2020/';"),
        script("my_location = '2020/';"),
        script("location.href='javascript:void(0)';"),
        # to itself: also from http to https
        script(f"location.href='{URL}';"),
        script("location.href='https://www.baiyu.example/zwgk/gknb/';"),
        # a page to be read
        MENU + script("location.href='2020/';"),
        "",
    ],
)
def test_no_redirects(text: str) -> None:
    assert shells.redirect(page(text)) is None


# ------------------------------------------------------------------------------------------------ frames


@pytest.mark.parametrize(
    "text",
    [
        '<html><frameset rows="90,*"><frame name="topFrame" src="top.html"><frame name="mainFrame" src="list.html"></frameset></html>',
        '<html><frameset cols="200,*"><frame src="left.jsp" name="left"><frameset rows="50,*"><frame src="h.jsp" name="bannerFrame">'
        '<frame src="list.html" name="m"></frameset></frameset></html>',
        f'{MENU}<iframe src="list.html" width="100%" height="800" frameborder="0"></iframe>',
        f'{MENU}<iframe src="list.html"></iframe><iframe src="/weather/index.html" width="400" height="300"></iframe>',
        f'{MENU}<iframe src="list.html" style="width:100%;height:600px"></iframe><iframe src="/x.html" height="1" width="1"></iframe>',
        f'{MENU}<iframe id="mainIframe" src="list.html"></iframe><iframe id="other" src="/y.html"></iframe>',
        f'{MENU}<iframe src="list.html"></iframe><iframe src="http://i.tianqi.example/x.html" width="500" height="400"></iframe>',
        f'{MENU}<iframe data-src="list.html" style="min-height:500px"></iframe>',
    ],
)
def test_frames(text: str) -> None:
    found = shells.frame(page(text))
    assert found is not None
    assert (found.kind, found.request.url, found.request.referer) == ("frame", URL + "list.html", URL)


@pytest.mark.parametrize(
    "text",
    [
        MENU,
        '<iframe src="http://www.other.example/list.html" height="800"></iframe>',
        '<iframe src="/tianqi/w.html" height="800"></iframe>',
        '<iframe src="/include/share.html" height="800"></iframe>',
        '<iframe src="/tongji/stat.html"></iframe>',
        '<iframe src="list.html" height="40"></iframe>',
        '<iframe src="list.html" style="display:none"></iframe>',
        '<iframe src="about:blank"></iframe>',
        '<iframe src=""></iframe>',
        '<iframe src="javascript:false"></iframe>',
        '<iframe src="./"></iframe>',  # itself
        '<iframe src="a.html"></iframe><iframe src="b.html"></iframe>',  # which of them?
        '<iframe name="topnav" src="a.html"></iframe>',
        '<iframe src="list.html" height="800"></iframe>'
        + "".join(f'<li><a href="{n}.html">白榆区{n}年信息公开年报</a>{n + 1}-01-02</li>' for n in (2017, 2018, 2019)),
    ],
)
def test_no_frames(text: str) -> None:
    assert shells.frame(page(f"<html><body>{text}</body></html>")) is None


def test_the_package_follows_a_frame() -> None:
    listing = cms.read(page(f'<html>{MENU}<iframe src="list.html" height="800"></iframe></html>'))
    assert listing is not None
    assert [found.kind for found in listing.listings] == ["frame"]


# ------------------------------------------------------------------------------------------------ obstacles

SPA = """<!DOCTYPE html><html><head><title>政务公开</title><link href="/css/app.3f.css"></head><body><noscript>请启用 JavaScript</noscript>
    <div id="{id}"></div><script src="/static/js/{bundle}"></script></body></html>"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (SPA.format(id="app", bundle="app.4f2c.js"), "js_only"),
        (SPA.format(id="root", bundle="main.chunk.js"), "js_only"),
        (SPA.format(id="app", bundle="chunk-vendors.js"), "js_only"),
        ('<html><body><div id="app"></div><script type="module" src="/assets/x.js"></script></body></html>', "js_only"),
        (f"<html>{MENU}<script src='/igs/front/term/type.jhtml?code=1'></script></html>", "js_only"),
        ("<html><head><title>页面不存在</title></head><body></body></html>", "soft_404"),
        (f"<html><head><title>您访问的页面不存在</title></head><body>{MENU}</body></html>", "soft_404"),
        ("<html><head><title>404</title></head></html>", "soft_404"),
        ("<html><head><title>404 Not Found</title></head></html>", "soft_404"),
        (
            "<html><head><title>白榆区人民政府</title></head><body><h2>抱歉，您访问的页面不存在！</h2><a href='/'>首页</a></body></html>",
            "soft_404",
        ),
        ("<html><head><title>白榆区人民政府</title></head><body><p>对不起，您请求的页面不存在或已被删除</p></body></html>", "soft_404"),
        ('<html><meta http-equiv="refresh" content="0;url=/"></html>', "soft_404"),
        ("<title>页面未找到</title>" + script("setTimeout(function(){location.href='/zwgk/'},3000)"), "soft_404"),
        (
            "<html><head><title>系统提示</title></head><body><form>请登录后访问 <input type=password></form></body></html>",
            "blocked:captcha",
        ),
        ("<html><body><div>请输入验证码<img src='createimage.jsp'></div></body></html>", "blocked:captcha"),
        (script("var wzwschallenge='RANDOMSTR';"), "challenge:wzws"),
        (script("document.cookie='EO_Bot_Ssid=1';location.href='./2020/';"), "challenge:eo"),
        (script("var WTKkN=1;"), "challenge:eo"),
        (script('document.cookie="C3VK=abc; path=/";location.reload();'), "challenge:c3vk"),
        (script("document.cookie = 'C3VK=abc'; location.href='./2020/';"), "challenge:c3vk"),
        (script("$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=1;"), "challenge:412"),
        (script("document.cookie='__jsl_clearance=1';"), "challenge:521"),
        (script("var a='" + "x" * 2_500 + "';"), "shell"),
    ],
)
def test_obstacles(text: str, code: str) -> None:
    found = shells.problem(page(text))
    assert found is not None
    assert found[0] == code
    assert shells.redirect(page(text)) is None
    listing = cms.read(page(text))
    assert listing is not None
    assert listing.problem == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html></html>",  # nothing at all is the end of a listing, and no obstacle
        "<html><body>" + "青禾市人民政府办公室发布。" * 100 + "</body></html>",
        '{"success":true,"data":{"html":""}}' + " " * 600,
        "<datastore><recordset></recordset></datastore>" + " " * 600,
        f"<html><head><title>关于“404 号文件”的答复和页面设计的说明，以及系统运行情况的详细介绍</title></head>{MENU}</html>",
        f'<html>{MENU}<div id="app"></div><script src="/js/app.js"></script></html>',  # a page that has its links
        '<html><body><div id="apparatus"></div><a href="/">首页</a></body></html>',
        f"<html><head><title>白榆区</title></head>{MENU}{'字' * 20_000}请输入验证码 wzwschallenge</html>",  # an article that quotes one
    ],
)
def test_no_obstacles(text: str) -> None:
    assert shells.problem(page(text)) is None


def test_single_pages_of_known_addresses() -> None:
    found = shells.problem(page("<html><body><div class='x'></div></body></html>", f"{HOST}/gongkai/channel_0123456789abcdef01234567/"))
    assert found is not None
    assert found[0] == "js_only"


def test_rows_are_no_obstacle_whatever_else_the_page_says() -> None:
    rows = "".join(f'<li><a href="{n}.html">白榆区{n}年信息公开年报</a>{n + 1}-01-02</li>' for n in (2017, 2018, 2019))
    listing = cms.read(page(f"<html><body>{rows}<form>请输入验证码</form></body></html>"))
    assert listing is not None
    assert listing.problem is None


@pytest.mark.parametrize(
    "text",
    [
        "<script>" + "location='" * 2_000,
        "<script>" + "/*" * 9_900,
        "<script>" + "{" * 9_000 + "location='2020/';" * 500,
        "<script>" + "function a(){location='x';" * 700,
        "<iframe src=a.html>" * 50_000,
        "<meta http-equiv=refresh content='" + "0" * 1_000_000,
        "<div id='" * 100_000,
        "<script src='" * 80_000,
        "404" * 300_000,
        "<title>" + "访问的页面" * 100_000,
        "<p>" + "访问的页面" * 990,
    ],
)
def test_hostile_pages_cost_little(text: str) -> None:
    hostile = page(text)
    start = process_time()
    shells.redirect(hostile)
    shells.frame(hostile)
    shells.problem(hostile)
    assert process_time() - start < 4
