"""A page of one product is claimed by its family and by no other."""

import pytest

from crawler import cms
from crawler.cms.model import ListingPage
from tests.crawler.cms import test_epoint, test_gkmlpt, test_huilan, test_lonsun, test_nfcms, test_vsb

LISTINGS = [
    ("vsb", test_vsb.ROOT + "zfxxgknb.htm", test_vsb.listing(1, 2, "../", test_vsb.pager(1, 2, "zfxxgknb/"))),
    ("vsb", "http://a.example/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=7", test_vsb.listing(1, 1, "", "")),
    ("nfcms", test_nfcms.ROOT, test_nfcms.listing(1, 2, 2)),
    ("gkmlpt", test_gkmlpt.PAGE, test_gkmlpt.CONFIG),
    ("gkmlpt", test_gkmlpt.ROOT + "/gkmlpt/api/all/1?page=1&sid=7", test_gkmlpt.answer([test_gkmlpt.article(1)], 1)),
    ("lonsun", test_lonsun.PAGE, test_lonsun.blocks(1) + test_lonsun.SCRIPT % ""),
    ("lonsun", test_lonsun.PAGE, test_lonsun.TREE),
    ("epoint", test_epoint.PAGE, test_epoint.SHELL),
    ("epoint", test_epoint.STATIC + "1.html", test_epoint.static(1, 2)),
    ("huilan", test_huilan.PAGE, test_huilan.kept(1, 2)),
    ("huilan", test_huilan.ROOT + "/zhengwugongkai/4081330/4081347/index.html", test_huilan.linked(1, 2)),
]
ARTICLES = [
    ("vsb", "http://a.example/info/1103/7719.htm", '<div id="vsb_content">text</div><script>_showDynClicks("wbnews", 1, 2)</script>'),
    ("nfcms", "http://a.example/zwgk/content/post_12.html", '<div class="news_cont_d_wrap">text</div>'),
    ("gkmlpt", "http://a.example/gkmlpt/content/9/9103/post_9103540.html", "<script>window._CONFIG = {DETAIL: {}, SID: '7'}</script>"),
    ("lonsun", "http://a.example/public/7071/12.html", '<div class="j-fontContent newscontnet" id="zoom">text</div>'),
    ("epoint", f"http://a.example/govxxgk/017/2021-01-28/{test_epoint.GUID}.html", '<div class="ewb-article-content">text</div>'),
    ("huilan", "http://a.example/publish/portal0/tab41/info46395.htm", '<div id="ess_ctr706_ArticleContent">text</div>'),
]


@pytest.mark.parametrize(("family", "url", "text"), LISTINGS)
def test_listings(family: str, url: str, text: str) -> None:
    assert [name for name, _ in cms.claims(ListingPage(url, text))] == [family]


@pytest.mark.parametrize(("family", "url", "text"), ARTICLES)
def test_articles(family: str, url: str, text: str) -> None:
    assert [name for name, _ in cms.claims(ListingPage(url, text), article=True)] == [family]
