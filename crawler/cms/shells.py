"""Pages that hold no rows themselves: they send their reader on, show their listing in a frame, leave it to a script that only a
browser runs, or are no listing at all but an obstacle that came with status 200.

PORTALS.md sections 13, 14 (rows 19 to 21) and 16. Obstacles are named, never passed.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.cms import links, pagers, scripts
from crawler.cms.model import NextRequest, SubListing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import html

    from crawler.cms.model import ListingPage

_SCRIPT_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\w\"'])//[^\n]*|<!--[^\n]*", re.DOTALL)
_STUB = 20_000  # characters: a page that only sends its reader on is shorter
_REFRESH = re.compile(r"^\s*(\d{1,5})(?:\.\d*)?\s*[;,]\s*(?:url\s*=)?\s*['\"]?\s*([^'\"\s>]+)", re.IGNORECASE)
_SOON = 15  # seconds: a page that reloads later is a page to be read
_JUMP = re.compile(
    r"""(?:^|[;{}()\s"'.])(?:(?:window|document|self|top|parent|this)\s?\.\s?){0,3}location(?:\s?\.\s?href)?\s{0,9}"""
    r"""(?:=(?!=)|\.\s?(?:replace|assign)\s?\()\s{0,9}\\?(["'])([^"'\\\s]{1,500})\\?\1\s*+(?![+.])"""
)
_CONDITION = re.compile(
    r"\b(?:if|else|for|while|switch|case|catch|confirm|var|let|const)\b|\?|&&|\|\||\.(?:click|on|bind|change|one)\s?\(|=>\s*$"
)
_RUNS = re.compile(
    r"(?:setTimeout|ready|[Ll]oad(?:ed)?[\"']\s*,|\$|\bonload\s*=|^|[(!;])\s*\(?\s*(?:async\s+)?(?:function\s*\([^()]*\)|\(\s*\)\s*=>)\s*$|\b(?:try|do)\s*$|^\s*$"
)
_NAMED = re.compile(r"\bfunction\s+([A-Za-z_$][\w$]*)\s*\([^()]*\)\s*$")
_STATEMENT = re.compile(r"[;{}]")
_FIRST_ANCHORS = 12  # links of a stub: 请点击这里, a bar of navigation
_BEFORE = 200  # characters before a jump, or before the brace around it, in which a condition would stand

_MARKS = (  # of challenges that came with status 200, in small pages only: an article may quote one
    (re.compile(r"wzwschallenge|wzws_sessionid|WZWS_"), "challenge:wzws", "a challenge of WZWS stands before the page"),
    (re.compile(r"EO_Bot_Ssid|__tst_status|WTKkN"), "challenge:eo", "a challenge of EdgeOne stands before the page"),
    (re.compile(r"""document\.cookie\s{0,9}=\s{0,9}["']C3VK="""), "challenge:c3vk", "a challenge by cookie C3VK stands before the page"),
    (re.compile(r"\$_ts\s{0,9}[=.\[]"), "challenge:412", "a challenge by script ($_ts) stands before the page"),
    (re.compile(r"__jsl_clearance"), "challenge:521", "a challenge by cookie __jsl_clearance stands before the page"),
    (re.compile(r"请输入验证码|createimage\.jsp"), "blocked:captcha", "a captcha stands before the page"),
)
_CHALLENGE = 20_000  # characters; the script of the largest challenge seen is 8,000
_WALL = re.compile(r"系统提示")
_WALL_SAYS = re.compile(r"登录|登陆|无权|没有权限|权限不足|密码|验证码|未授权|不能访问|禁止访问")
_GONE = re.compile(
    r"页面(?:不存在|未找到|找不到|已删除|丢失)|找不到(?:该|此|您|相关)?.{0,6}(?:页面|网页)"
    r"|(?:访问|请求|查找|浏览)的(?:页面|内容|网页|资源|文件|地址)[^。]{0,12}(?:不存在|未找到|找不到|已(?:被)?删除|已失效)"
    r"|^\W{0,3}404(?!\d)|(?:^|\W)404\s?(?:错误|页面|not found|error)|page not found|^not found$",
    re.IGNORECASE,
)
_SAYS_GONE = 5_000  # characters: a page this small says in any place that it does not exist
_TITLE_LENGTH = 80  # characters: a longer title is a headline
_APP = re.compile(
    r"""<(?:div|main|section|body)\b[^<>]{0,200}\bid\s{0,3}=\s{0,3}["']?(?:app|root|__nuxt|__next|main-app|container-app)["'\s>]""",
    re.IGNORECASE,
)
_BUNDLE = re.compile(
    r"""<script\b[^<>]{0,300}\bsrc\s{0,3}=\s{0,3}["']?[^"'<>\s]{0,300}(?:app|main|index|chunk|bundle|vendor|runtime|umi)[\w.~-]{0,80}\.js|type\s{0,3}=\s{0,3}["']module""",
    re.IGNORECASE,
)
_JS_PORTALS = (  # products whose rows come by script, PORTALS.md section 12
    (re.compile(r"/igs/front/"), "the rows of IGS (南威) come by script"),
    (re.compile(r"/gongkai/(?:channel|doc)_[0-9a-f]{24}"), "the portal is a single page drawn by script"),
)
_ANCHORS = 3  # a page with fewer links is an empty shell
_SHELL = (500, 8_000)  # characters: smaller is the end of a listing, larger is a page we fail to read
_WORDS = 200  # characters that a page with content shows at least

_ROWS = 3
_WIDGET = re.compile(
    r"(?:^|[\W_\d])(?:weather|tianqi|shares?|stat|stats|statistics?|tongji|cnzz|baidu|map|video|player|live|login|search|sousuo|banner|advert\w*|ads?"
    r"|header|head|footer|foot|top|nav|menu|left|count|counter|conac|weibo|weixin|wechat|qrcode|survey|comments?|chat|kefu|kaipuyun|jiucuo|calendar"
    r"|clock|date|translate|accessib\w*|wza)(?:$|[\W_\d])",
    re.IGNORECASE,
)
_EDGE = re.compile(r"^(?:top|left|head|banner|menu|foot|bottom|nav)", re.IGNORECASE)
_MAIN = re.compile(r"main|right|list|content|body|center|data|info", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_PIXELS = re.compile(r"^\s*(\d{1,5})(?:px)?\s*$")
_STYLED = re.compile(r"(?:^|;)\s*(?:min-)?(height|width)\s*:\s*(\d{1,5})px", re.IGNORECASE)
_LOW = 150  # pixels: a lower or narrower frame is a strip or a widget


def redirect(page: ListingPage) -> str | None:
    """Where a stub sends its reader, by meta refresh or by a script that runs on its own; None for any other page.

    Comments are left out (templates keep old redirects in them), and so is what a condition decides (a jump for telephones), what waits
    for a click, and the way home from a page that says it does not exist.
    """
    if len(page.text) > _STUB or _obstacle(page) or _anchors(page, _FIRST_ANCHORS) >= _FIRST_ANCHORS:
        return None
    target = _refresh(page) or _jump(page)
    return None if target is None or _is_home(page, target) or _without_scheme(target) == _without_scheme(page.url) else target


def frame(page: ListingPage) -> SubListing | None:
    """The frame in which a page with fewer than three rows shows its listing: of a frameset, or the one big frame of the same host.

    None where it has none, several alike, or only widgets (weather, sharing, counters).
    """
    framed = [element for element in islice(scripts.elements(page, "frame", "iframe"), 50) if _is_own(page, element)]
    sets = [element for element in framed if element.tag == "frame"]
    found = _chosen(sets) if sets else _chosen([element for element in framed if _is_big(element)])
    if found is None or len(links.rows(page)) >= _ROWS:
        return None
    return SubListing(NextRequest(_source(page, found) or "", referer=page.url), "frame")


def problem(page: ListingPage) -> tuple[str, str] | None:
    """Outcome code (PORTALS.md section 16) and reason of a page that is no listing; None for any other page."""
    obstacle = _obstacle(page)
    if obstacle or not _is_markup(page):
        return obstacle
    target = _refresh(page) if len(page.text) <= _STUB else None
    if target and _is_home(page, target):
        return "soft_404", "the page sends its reader home"
    return _by_script(page) or _shell(page)


# ------------------------------------------------------------------------------------------------ obstacles


def _obstacle(page: ListingPage) -> tuple[str, str] | None:
    """The challenge, wall or missing page that a page with status 200 is."""
    if len(page.text) < _CHALLENGE:
        for mark, code, reason in _MARKS:
            if mark.search(page.text):
                return code, reason
    title = _title(page)
    if _GONE.search(title):
        return "soft_404", f"the page says that it does not exist: {title}"
    if _WALL.search(title) or (len(page.text) < _CHALLENGE and _WALL.search(page.text) and _anchors(page, _ANCHORS) < _ANCHORS):
        return ("blocked:captcha", "a login stands before the page") if _WALL_SAYS.search(page.text[:_CHALLENGE]) else None
    return None


def _title(page: ListingPage) -> str:
    """What a page says of itself: its title; of a small page the heading, of a smaller one the text that says that it is gone."""
    small = len(page.text) < _CHALLENGE
    found = (_shortened(element) for element in islice(scripts.elements(page, *(("title", "h1", "h2", "h3") if small else ("title",))), 10))
    texts = [*found, *([said[0]] if len(page.text) < _SAYS_GONE and (said := _GONE.search(pagers.visible(page))) else [])]
    return next((text for text in texts if _GONE.search(text) or _WALL.search(text)), "")


def _shortened(element: html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", "".join(islice(element.itertext(), 10))).strip()[:_TITLE_LENGTH]


def _by_script(page: ListingPage) -> tuple[str, str] | None:
    """A page whose rows only a browser would show."""
    product = next((reason for mark, reason in _JS_PORTALS if mark.search(page.url) or mark.search(page.text)), None)
    if product:
        return "js_only", product
    if _anchors(page, _ANCHORS) < _ANCHORS and _APP.search(page.text) and _BUNDLE.search(page.text):
        return "js_only", "an empty shell that a script fills"
    return None


def _shell(page: ListingPage) -> tuple[str, str] | None:
    least, most = _SHELL
    if least <= len(page.text) < most and not _anchors(page, 1) and len(pagers.visible(page)) < _WORDS:
        return "shell", "a page without content and without links"
    return None


def _is_markup(page: ListingPage) -> bool:
    """Whether an answer is a page, and no record of a service."""
    return page.text.lstrip("\ufeff \t\r\n")[:1] == "<" and bool(
        re.search(r"<(?:html|head|body|script)\b", page.text[:_CHALLENGE], re.IGNORECASE)
    )


def _anchors(page: ListingPage, enough: int) -> int:
    """How many links a page has, counted up to `enough`."""
    return sum(1 for link in islice((a for a in scripts.elements(page, "a", "area") if a.get("href")), enough) if link is not None)


# ------------------------------------------------------------------------------------------------ redirects


def _refresh(page: ListingPage) -> str | None:
    """The target of a meta refresh; one for readers without script is none of ours."""
    for meta in islice(scripts.elements(page, "meta"), 100):
        if meta.get("http-equiv", "").strip().lower() != "refresh" or next(meta.iterancestors("noscript"), None) is not None:
            continue
        found = _REFRESH.match(meta.get("content", ""))
        if found and int(found[1]) <= _SOON:
            return pagers.resolved(found[2], links.base_of(page))
    return None


def _jump(page: ListingPage) -> str | None:
    """The fixed address that a script of the page jumps to on its own."""
    texts = [_SCRIPT_COMMENT.sub("", text) for text in _scripts(page)]
    for script in texts:
        for found in islice(_JUMP.finditer(script), 20):
            if _runs(script, found.start() + 1, texts):
                return pagers.resolved(found[2], links.base_of(page))
    return None


def _runs(script: str, at: int, scripts_of_page: list[str]) -> bool:
    """Whether what stands at a place runs as soon as the page is there: under no condition, in no function that nobody calls."""
    if _CONDITION.search(_statement(script, at)):
        return False
    for brace in _open_braces(script, at):
        opening = _statement(script, brace)
        named = _NAMED.search(opening)
        if named:
            called = re.compile(rf"(?<![\w$]){re.escape(named[1])}\s?\(|(?:\bonload\s?=|\bsetTimeout\()\s?{re.escape(named[1])}(?![\w$])")
            if sum(len(called.findall(text)) for text in scripts_of_page) < 2:
                return False
        elif _CONDITION.search(opening) or not _RUNS.search(opening):
            return False
    return True


def _statement(script: str, at: int) -> str:
    """What stands before a place, back to the statement or brace before it."""
    return _STATEMENT.split(script[max(0, at - _BEFORE) : at])[-1]


def _open_braces(script: str, at: int) -> list[int]:
    found: list[int] = []
    for brace in re.finditer(r"[{}]", script[:at]):
        if brace[0] == "{":
            found.append(brace.start())
        elif found:
            found.pop()
    return found


def _scripts(page: ListingPage) -> Iterator[str]:
    for element in islice(scripts.elements(page, "script", "body"), 50):
        yield element.get("onload", "") if element.tag == "body" else element.text or ""


def _is_home(page: ListingPage, target: str) -> bool:
    """Whether a deeper page leads to a site's home page: what a portal does for pages it no longer has."""
    there, own = urlsplit(target), urlsplit(page.url)
    home = re.fullmatch(r"/?(?:(?:index|default)\.(?:s?html?|jsp|aspx?|php))?", there.path) is not None and not there.query
    return home and own.path.rpartition("/")[0].strip("/") != ""


def _without_scheme(url: str) -> str:
    return url.partition("://")[2]


# ------------------------------------------------------------------------------------------------ frames


def _source(page: ListingPage, element: html.HtmlElement) -> str | None:
    return pagers.resolved(element.get("src", "") or element.get("data-src", ""), links.base_of(page))


def _is_own(page: ListingPage, element: html.HtmlElement) -> bool:
    """Whether a frame shows a page of the same host, other than this, and no widget by its address or name."""
    source = _source(page, element)
    if source is None or urlsplit(source).hostname != urlsplit(page.url).hostname or source == page.url:
        return False
    names = [element.get(key, "") for key in ("name", "id", "class")]
    return not (_WIDGET.search(urlsplit(source).path) or _WIDGET.search(" ".join(names)) or any(_EDGE.match(name) for name in names))


def _is_big(element: html.HtmlElement) -> bool:
    """Whether a frame is large enough for a listing: not hidden, and neither its height nor its width is that of a strip."""
    style = element.get("style", "")
    if _HIDDEN.search(style):
        return False
    sizes = [int(found[1]) for key in ("height", "width") if (found := _PIXELS.match(element.get(key, "")))]
    sizes += [int(value) for _, value in _STYLED.findall(style)]
    return all(size >= _LOW for size in sizes) if sizes else True


def _chosen(frames: list[html.HtmlElement]) -> html.HtmlElement | None:
    """The only frame, or the only one that is named as the main one."""
    if len(frames) == 1:
        return frames[0]
    main = [frame for frame in frames if _MAIN.search(f"{frame.get('name', '')} {frame.get('id', '')}")]
    return main[0] if len(main) == 1 else None
