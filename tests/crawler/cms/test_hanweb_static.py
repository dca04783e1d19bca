"""Hanweb without a pager service: made-up pages after PORTALS.md sections 4 and 14."""

from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU, read

URL = "http://www.yunxi.example/col/col99/index.html"
ROWS = "".join(f'<li><a href="/art/2021/1/8/art_99_{n}.html">云溪县第{n}号信息公开年报</a>2021-01-08</li>' for n in range(3))


def test_rows_and_linked_pages() -> None:
    listing = read(ListingPage(URL, f'{MENU}<ul>{ROWS}</ul><div class="page"><a href="index_2.html">下一页</a></div>'))
    assert (listing.family, len(listing.entries)) == ("hanweb_static", 3)
    assert [request.url for request in listing.further] == ["http://www.yunxi.example/col/col99/index_2.html"]


def test_pages_that_only_a_script_tells_apart_are_not_asked_for() -> None:
    pager = '<div class="page"><a href="index.html?uid=38486&pageNum=2">下一页</a></div>'
    listing = read(ListingPage(URL, f"{MENU}<ul>{ROWS}</ul>{pager}"))
    assert listing.further == ()
