"""Articles that redirect: known by the address that the listing names, with the one that answered beside it."""

from __future__ import annotations

from pathlib import Path

from tests.crawler.loop import in_loop
from tests.crawler.server import Answer, Server
from tests.crawler.test_annual_reports import REPORT, crawl, query, title

TABLES = ("pages", "reports", "report_versions", "findings", "quantities", "listing_entries")


def portal(server: Server, *, location: str = "/new/2020/1.html") -> str:
    """A listing of one article, which has moved twice."""
    server.page("/nb/", f"<ul><li><a href='/nb/1.html'>{title(2019)}</a>2020-01-02</li></ul>")
    server.pages["/nb/1.html"] = Answer(status=301, headers={"Location": "/new/1.html"})
    server.pages["/new/1.html"] = Answer(status=302, headers={"Location": location})
    server.page("/new/2020/1.html", REPORT.format(title=title(2019), year=2019))
    return f"{server.url}/nb/"


@in_loop
async def test_an_article_that_redirects_is_known_by_the_address_asked_for(tmp_path: Path) -> None:
    with Server() as server:
        listing = portal(server)
        await crawl(tmp_path, listing=listing)
        root = server.url
        assert query(tmp_path, "select url, final_url, outcome from pages") == [(f"{root}/nb/1.html", f"{root}/new/2020/1.html", "ok")]
        assert query(tmp_path, "select count(*) from fetches where url = (select url from pages)") == [(1,)]
        before = {table: query(tmp_path, f"select * from {table}") for table in TABLES}
        again = await crawl(tmp_path, listing=listing)
    assert {table: query(tmp_path, f"select * from {table}") for table in TABLES} == before
    assert query(tmp_path, "select new, changed, unchanged, failed from run_portals where run_id = 2") == [(0, 0, 1, 0)]
    assert (again.finish_reason, again.errors) == ("finished", 0)


@in_loop
async def test_an_article_that_is_sent_home_is_gone(tmp_path: Path) -> None:
    with Server() as server:
        listing = portal(server, location="/")
        server.page("/", REPORT.format(title=title(2019), year=2019))
        await crawl(tmp_path, listing=listing)
        assert query(tmp_path, "select url, outcome from pages") == [(f"{server.url}/nb/1.html", "soft_404")]
    assert query(tmp_path, "select count(*) from reports") == [(0,)]


@in_loop
async def test_an_article_that_redirects_in_a_circle_has_an_outcome(tmp_path: Path) -> None:
    with Server() as server:
        listing = portal(server, location="/nb/1.html")
        await crawl(tmp_path, listing=listing)
        assert query(tmp_path, "select url, outcome from pages") == [(f"{server.url}/nb/1.html", "redirect_loop")]


@in_loop
async def test_an_article_that_redirects_to_another_host_is_refused(tmp_path: Path) -> None:
    with Server() as server, Server() as other:
        listing = portal(server, location=other.url.replace("127.0.0.1", "127.0.0.2") + "/new/2020/1.html")
        await crawl(tmp_path, listing=listing)
        assert other.asked == []
        assert query(tmp_path, "select url, outcome from pages") == [(f"{server.url}/nb/1.html", "unreachable")]
