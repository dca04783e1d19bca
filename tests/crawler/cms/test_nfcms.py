from datetime import date

import pytest

from crawler import cms
from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU, read, walk

ROOT = "http://zyy.qinghe.example/zwgk/gknb/"
ROW = '<li><a href="{root}content/post_{n}.html">青禾市中医药局{y}年政府信息公开年度报告</a><span>{d}-01-25</span></li>'


def listing(number: int, last: int, first: int) -> str:
    """Page `number` of `last`; the second page is called index_{first}."""
    rows = "".join(ROW.format(root=ROOT, n=number * 100 + n, y=2000 + number + n, d=2001 + number + n) for n in range(3))
    name = lambda page: "index.html" if page == 1 else f"index_{page + first - 2}.html"  # noqa: E731
    turns = f'<a class="first" href="index.html">首页</a><a href="{name(1)}">1</a>'
    turns += "".join(f'<a href="{name(page)}">{page}</a>' for page in range(2, last + 1))
    turns += f'<a class="next" href="{name(number + 1)}">下一页</a>' if number < last else '<a class="next">下一页</a>'
    return f'<script>var NFCMS_SITE_ID="7";</script>{MENU}<ul>{rows}</ul><div class="page">{turns}</div>'


@pytest.mark.parametrize("first", [1, 2])
def test_the_second_page_has_whatever_number_its_link_says(first: int) -> None:
    site = {ROOT + ("index.html" if n == 1 else f"index_{n + first - 2}.html"): listing(n, 3, first) for n in (1, 2, 3)}
    walked = walk(ROOT + "index.html", lambda request: site[request.url])
    assert [request.url for request in walked.asked] == list(site)
    assert len(walked.urls) == 9


def test_rows_without_mobile_twins() -> None:
    mobile = '<a href="/zwgk/gknb/content/mpost_100.html">青禾市中医药局2001年政府信息公开年度报告</a>'
    alone = '<a href="/zwgk/gknb/content/mpost_7.html">青禾市中医药局1999年政府信息公开年度报告</a>'
    page = read(ListingPage(ROOT, f"<ul><li>{mobile}</li><li>{alone}</li></ul>" + listing(1, 1, 2)))
    assert page.family == "nfcms"
    assert [entry.url.rpartition("/")[2] for entry in page.entries] == ["mpost_7.html", "post_100.html", "post_101.html", "post_102.html"]
    assert page.entries[1].listed_on == date(2002, 1, 25)


def test_a_pager_of_words_only_guesses_nothing() -> None:
    text = listing(1, 1, 2) + '<div class="page"><a href="javascript:;">上一页</a>第1/4页<a href="javascript:;">下一页</a></div>'
    page = read(ListingPage(ROOT, text))
    assert (page.further, page.pages) == ((), 4)


@pytest.mark.parametrize(
    ("url", "claimed"),
    [
        ("http://a.example/zwgk/content/post_123.html", "nfcms"),
        ("http://a.example/content/mpost_123.html", "nfcms"),
        ("http://a.example/gkmlpt/content/9/9103/post_9103540.html", "gkmlpt"),
        ("http://a.example/content/123.html", None),
    ],
)
def test_articles(url: str, claimed: str | None) -> None:
    claim = cms.recognise(ListingPage(url, "<p></p>"), article=True)
    assert (claim[0] if claim else None) == claimed
