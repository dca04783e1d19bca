"""Crawls of made-up portals on loopback, in this process: what is asked, stored and turned away; what a second run adds."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.spiders import Spider

from crawler import portals
from crawler import settings as defaults
from crawler.archive import Record, records
from crawler.extensions.run import Run
from crawler.middlewares.addresses import GuardedResolver
from crawler.portals import Portal
from crawler.spiders.annual_reports import AnnualReports
from crawler.spiders.saved_pages import SavedPages
from tests.crawler.loop import in_loop
from tests.crawler.server import Answer, Server

REPORT = """<html><head><title>{title}</title></head><body><div class="TRS_Editor"><h1>{title}</h1>
<p>根据《中华人民共和国政府信息公开条例》，编制本报告。</p>
<p>一、总体情况</p><p>{year}年，主动公开政府信息{year}条。</p><p>二、主动公开政府信息情况</p><p>公开规范性文件3件。</p>
<p>三、收到和处理政府信息公开申请情况</p><p>收到政府信息公开申请5件。</p><p>四、政府信息公开行政复议、行政诉讼情况</p><p>没有发生。</p>
<p>五、存在的主要问题及改进情况</p><p>公开内容有待加强。</p><p>六、其他需要报告的事项</p><p>无。</p></div></body></html>"""


def row(year: int) -> str:
    return f'<li><a href="./{year + 1}01/t{year + 1}0102_{year}.html">{title(year)}</a> {year + 1}-01-02</li>'


def title(year: int) -> str:
    return f"云溪县人民政府{year}年政府信息公开工作年度报告"


def trs_portal(server: Server) -> str:
    """Three pages of a listing: rows and noise, more rows, the stub past the end; articles, one behind an obstacle."""
    noise = "<li><a href='a.html'>2019年政府网站工作年度报表</a>2020-01-01</li>"
    away = "<li><a href='http://www.qinghe.example/x.html'>青禾市2019年政府信息公开年报</a>2020-01-01</li>"
    file = "<li><a href='P020.pdf'>云溪县2013年政府信息公开年报</a>2020-01-01</li>"
    pager = "<script>createPageHTML(3,{},'index','html')</script>"
    server.page("/nb/", f"<ul>{''.join(map(row, range(2016, 2020)))}{noise}{away}{file}</ul>{pager.format(0)}")
    server.page("/nb/index_1.html", f"<ul>{row(2020)}{row(2019)}</ul>{pager.format(1)}")
    server.page("/nb/index_2.html", '<meta http-equiv="refresh" content="0;url=./">')
    for year in range(2016, 2021):
        server.page(f"/nb/{year + 1}01/t{year + 1}0102_{year}.html", REPORT.format(title=title(year), year=year))
    server.page("/nb/201901/t20190102_2018.html", "", status=412)
    server.pages["/nb/201801/t20180102_2017.html"] = Answer(status=302, headers={"Location": "http://10.0.0.1/secret"})
    return f"{server.url}/nb/"


async def crawl(home: Path, spider: type[Spider] = AnnualReports, *, settings: dict[str, Any] | None = None, **given: str) -> Run:
    """A run that has ended."""
    project = Settings()
    project.setmodule("crawler.settings", priority="project")
    own = {"REPORTS_DB": str(home / "r.db"), "ARCHIVE_DIR": str(home / "archive"), "WORKERS": 1, "PAGE_TIME_LIMIT": 20}
    project.setdict({**own, **(settings or {})}, priority="cmdline")
    crawler = AsyncCrawlerRunner(project).create_crawler(spider)
    await crawler.crawl_async(**given)
    run = crawler.get_extension(Run)
    assert run is not None
    return run


def query(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "r.db") as database:
        rows = database.execute(sql).fetchall()
    database.close()
    return rows


@in_loop
async def test_a_listing_is_walked_to_its_end(tmp_path: Path) -> None:
    with Server() as server:
        run = await crawl(tmp_path, listing=trs_portal(server))
        asked = server.asked
    assert (run.finish_reason, run.problem, run.errors) == ("finished", None, 0)
    assert asked[0] == "GET /robots.txt"
    assert [line for line in asked if "index" in line] == ["GET /nb/index_1.html", "GET /nb/index_2.html"]
    assert len(asked) == len(set(asked))  # nothing twice
    outcomes = dict(query(tmp_path, "select outcome, count(*) from pages group by 1"))
    assert outcomes == {"ok": 3, "challenge:412": 1, "unreachable": 3}
    assert query(tmp_path, "select year from reports order by 1") == [(2016,), (2019,), (2020,)]
    assert query(tmp_path, "select reason, count(*) from listing_entries where verdict = 'rejected' group by 1") == [("website_report", 1)]
    assert query(tmp_path, "select count(*) from listing_entries") == [(8,)]
    assert query(tmp_path, "select outcome, listed, fetched, new, failed from run_portals") == [("ok", 8, 7, 3, 4)]
    assert query(tmp_path, "select count(*) from pages where archive_file is not null") == [(7,)]  # refusals are evidence
    assert "GET /nb/P020.pdf" in asked
    assert "GET /nb/a.html" not in asked


@in_loop
async def test_a_long_article_is_joined_from_its_pages(tmp_path: Path) -> None:
    first, _, second = REPORT.format(title=title(2019), year=2019).partition("<p>三、")
    with Server() as server:
        pager = "<script>createPageHTML(2,0,'t20200102_1','html')</script>"
        server.page("/nb/t20200102_1.html", f"{first}</div>{pager}</body></html>")
        server.page(
            "/nb/t20200102_1_1.html", f"<html><head><title>{title(2019)}</title></head><body><div class='TRS_Editor'><p>三、{second}"
        )
        await crawl(tmp_path, article=f"{server.url}/nb/t20200102_1.html")
        await crawl(tmp_path, article=f"{server.url}/nb/t20200102_1.html")
        assert server.asked.count("GET /nb/t20200102_1_1.html") == 2
        del server.pages["/nb/t20200102_1_1.html"]
        lacking = await crawl(tmp_path / "other", article=f"{server.url}/nb/t20200102_1.html")
    kinds = {kind for (kind,) in query(tmp_path, "select kind from sections")}
    assert {"overview", "proactive_disclosure", "requests", "review_litigation", "problems_improvements", "other_matters"} <= kinds
    parts = "select status, lhs, rhs from findings where rule_id = 'article_parts'"
    assert query(tmp_path, parts) == [("holds", 1 + 1, 2)]
    assert query(tmp_path, "select count(*) from pages") == [(1,)]
    assert query(tmp_path, "select version from reports") == [(1,)]
    assert lacking.errors == 0
    assert query(tmp_path / "other", parts) == [("violated", 1, 2)]


@in_loop
async def test_a_page_that_only_links_a_file_is_that_files_report(tmp_path: Path) -> None:
    with Server() as server:
        link = f"<p><a href='P020200102.txt.pdf'>{title(2019)}.pdf</a> <a href='other.pdf'>申请流程图.pdf</a></p>"
        server.page(
            "/nb/t20200102_1.html",
            f"<html><head><title>{title(2019)}</title></head><body><div class='TRS_Editor'>{link}</div></body></html>",
        )
        server.page("/nb/P020200102.txt.pdf", REPORT.format(title=title(2019), year=2019))  # an HTML page called PDF is one all the same
        await crawl(tmp_path, article=f"{server.url}/nb/t20200102_1.html")
        assert [line for line in server.asked if ".pdf" in line] == ["GET /nb/P020200102.txt.pdf"]
    assert query(tmp_path, "select year, url like '%.pdf' from reports") == [(2019, 1)]
    found = query(tmp_path, "select a.page_id = r.page_id, a.file_name from attachments a, reports r order by 1")
    assert found == [(None, "申请流程图.pdf"), (1, f"{title(2019)}.pdf")]


@in_loop
async def test_a_second_run_writes_only_runs_and_fetches(tmp_path: Path) -> None:
    tables = ("pages", "reports", "report_versions", "table_cells", "findings", "quantities", "listing_entries", "agencies", "portals")
    with Server() as server:
        listing = trs_portal(server)
        await crawl(tmp_path, listing=listing)
        before = {table: query(tmp_path, f"select * from {table}") for table in tables}
        await crawl(tmp_path, listing=listing)
    assert {table: query(tmp_path, f"select * from {table}") for table in tables} == before
    assert query(tmp_path, "select count(*) from runs") == [(2,)]
    assert query(tmp_path, "select new, unchanged, failed from run_portals where run_id = 2") == [(0, 3, 4)]
    first, second = sorted((tmp_path / "archive").iterdir())
    revisits = [one.kind for one in records(tmp_path / "archive", second.name) if isinstance(one, Record)]
    assert set(revisits) == {"warcinfo", "revisit", "metadata"}  # no payload a second time
    assert second.stat().st_size < first.stat().st_size


@in_loop
async def test_year_asks_only_for_that_year(tmp_path: Path) -> None:
    with Server() as server:
        await crawl(tmp_path, listing=trs_portal(server), year="2019")
        assert [line for line in server.asked if "/t20" in line] == ["GET /nb/202001/t20200102_2019.html"]
    assert query(tmp_path, "select year from reports") == [(2019,)]


@in_loop
async def test_hanweb_groups_are_posted(tmp_path: Path) -> None:
    def record(year: int) -> str:
        return f'<record><![CDATA[<li><a href="/art/{year}/1/2/art_7_{year}.html">{title(year)}</a><b>{year + 1}-01-02</b></li>]]></record>'

    service = "/module/web/jpage/dataproxy.jsp"
    group = f'<nextgroup><![CDATA[<a href="{service}?page=1&columnid=7&unitid=9&webname=%25E4"></a>]]></nextgroup>'
    pager = f"jpage({{totalRecord:3, perPage:2, groupSize:1, proxyUrl:'{service}'}})"
    with Server() as server:
        inline = "".join(map(record, (2020, 2021)))
        server.page(
            "/col/col7/index.html", f"<script type='text/xml'><datastore>{group}{inline}</datastore></script><script>{pager}</script>"
        )
        server.page(f"{service}?startrecord=3&endrecord=3&perpage=2&page=2", f"<datastore>{record(2022)}</datastore>")
        await crawl(tmp_path, listing=f"{server.url}/col/col7/index.html")
        assert "FORM col=1&columnid=7&unitid=9&webname=%25E4&sourceContentType=1" in server.asked
    assert query(tmp_path, "select count(*), min(title) from listing_entries") == [(3, title(2020))]


@in_loop
async def test_a_listing_without_end_is_cut(tmp_path: Path) -> None:
    with Server() as server:
        for number in range(12):
            rows = "".join(f'<li><a href="/a{number}{k}.html">通知公告第{number}{k}号</a>2020-01-02</li>' for k in range(3))
            server.page(f"/l/{number}", f"<ul>{rows}</ul><a href='/l/{number + 1}'>下一页</a>")
        run = await crawl(tmp_path, listing=f"{server.url}/l/0", settings={"LISTING_PAGE_LIMIT": 5})
        assert sum("/l/" in line for line in server.asked) == 5
    assert run.finish_reason == "finished"
    assert query(tmp_path, "select outcome from run_portals") == [("partial",)]


@in_loop
async def test_only_a_whole_portal_tells_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "select count(*) from listing_entries where gone_run is not null"
    outcome = "select outcome from run_portals order by run_id desc limit 1"
    with Server() as server:
        listings = (trs_portal(server), f"{server.url}/zj/")
        server.page(
            "/zj/", f"<ul><li><a href='/zj/1.html'>{title(2009)}</a>2010-01-02</li></ul><script>createPageHTML(1,0,'index','html')</script>"
        )
        known = Portal("yunxi", "云溪县", "county", "990102", listings, ("127.0.0.1",), enabled=True)
        monkeypatch.setattr(portals, "load", lambda: (known,))
        monkeypatch.setattr(GuardedResolver, "loopback", True)
        whole = {"portal": "yunxi", "settings": {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0}}
        await crawl(tmp_path, **whole)
        stored = query(tmp_path, "select * from portals")
        await crawl(tmp_path, listing=listings[1])
        assert query(tmp_path, "select * from portals") == stored
        assert query(tmp_path, gone) == [(0,)]
        second = server.pages["/nb/index_1.html"]
        server.page("/nb/index_1.html", "", status=500)
        await crawl(tmp_path, **whole)
        assert (query(tmp_path, gone), query(tmp_path, outcome)) == ([(0,)], [("partial",)])
        server.pages["/nb/index_1.html"] = second
        server.page("/zj/", f"<ul>{row(2008)}</ul><script>createPageHTML(1,0,'index','html')</script>")
        await crawl(tmp_path, **whole)
    assert (query(tmp_path, gone), query(tmp_path, outcome)) == ([(1,)], [("ok",)])


@in_loop
async def test_what_this_machine_serves_stays_out_of_the_real_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REPORTS_DB", "ARCHIVE_DIR", "SAMPLE_DB", "SAMPLE_ARCHIVE_DIR"):
        monkeypatch.setattr(defaults, name, str(tmp_path / name))
    own = {name: str(tmp_path / name) for name in ("REPORTS_DB", "ARCHIVE_DIR", "SAMPLE_DB", "SAMPLE_ARCHIVE_DIR")}
    with Server() as server:
        server.page("/1.html", REPORT.format(title=title(2021), year=2021))
        run = await crawl(tmp_path, settings=own, article=f"{server.url}/1.html")
    assert run.database == tmp_path / "SAMPLE_DB"
    assert not (tmp_path / "REPORTS_DB").exists()


@in_loop
async def test_a_listing_adds_the_year_that_a_page_does_not_say(tmp_path: Path) -> None:
    with Server() as server:
        url = f"{server.url}/zj/1.html"
        server.page("/zj/1.html", REPORT.format(title="云溪县人民政府政府信息公开工作年度报告", year="本"))
        server.page(
            "/zj/", f"<ul><li><a href='/zj/1.html'>{title(2019)}</a>2020-01-02</li></ul><script>createPageHTML(1,0,'index','html')</script>"
        )
        await crawl(tmp_path, article=url)
        assert query(tmp_path, "select outcome from pages") == [("no_year",)]
        await crawl(tmp_path, listing=f"{server.url}/zj/")
    assert query(tmp_path, "select year from reports") == [(2019,)]


@in_loop
async def test_a_run_that_cannot_open_ends(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("x")
    run = await crawl(tmp_path, SavedPages, settings={"WORKERS": "abc"}, folder=str(tmp_path))
    assert run.finish_reason == "cannot_start"
    assert "ValueError" in str(run.problem)


@in_loop
async def test_a_portal_that_fails_is_named(tmp_path: Path) -> None:
    with Server() as server:
        server.page("/nb/", "", status=503)
        run = await crawl(tmp_path, listing=f"{server.url}/nb/", settings={"RETRY_TIMES": 0})
    (counts,) = (counts for name, counts in run.portals.items() if name)
    assert counts.outcome == "blocked"
    assert "throttled" in counts.problems[0]
    assert run.problem == counts.problems[0]


@in_loop
async def test_robots_txt_is_obeyed(tmp_path: Path) -> None:
    with Server() as server:
        listing = trs_portal(server)
        server.page("/robots.txt", "User-agent: gongkai\nDisallow: /nb/2020", headers={"Content-Type": "text/plain"})
        await crawl(tmp_path, listing=listing)
    assert query(tmp_path, "select outcome from pages where url like '%_2019.html'") == [("robots_denied",)]


@in_loop
async def test_one_article(tmp_path: Path) -> None:
    with Server() as server:
        server.page("/1.html", REPORT.format(title=title(2021), year=2021))
        await crawl(tmp_path, article=f"{server.url}/1.html")
    assert query(tmp_path, "select year, portal_id from reports") == [(2021, None)]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "none of the"),
        ({"portal": "nowhere"}, "no portal nowhere"),
        ({"portal": ""}, "none of the"),
        ({"portal": "samples,nowhere"}, "alone"),
        ({"listing": "yunxi.example"}, "is not a web address"),
        ({"article": "file:///etc/passwd"}, "is not a web address"),
        ({"year": "last"}, "four digits"),
        ({"portal": "all", "listing": "http://yunxi.example/"}, "give one of"),
        ({"portals": "all"}, "does not know -a portals="),
    ],
)
@in_loop
async def test_what_cannot_start_says_why(tmp_path: Path, given: dict[str, str], problem: str) -> None:
    run = await crawl(tmp_path, **given)
    assert run.finish_reason == "cannot_start"
    assert problem in str(run.problem)
    assert not (tmp_path / "r.db").exists()


@in_loop
async def test_saved_pages(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "sub").mkdir(parents=True)
    (folder / "gb.html").write_bytes(REPORT.format(title=title(2019), year=2019).encode("gb18030"))
    (folder / "sub" / "utf8.html").write_text(REPORT.format(title=title(2020), year=2020), encoding="utf-8")
    (folder / "empty.html").write_bytes(b"")
    (folder / "rubbish.html").write_bytes(bytes(range(256)) * 20)
    (folder / "report.pdf").write_bytes(b"%PDF-1.4 ...")
    (folder / "large.html").write_bytes(b"x" * 300_000)
    run = await crawl(tmp_path, SavedPages, settings={"PAGE_SIZE_LIMIT": 200_000}, folder=str(folder))
    assert run.finish_reason == "finished"
    found = dict(query(tmp_path, "select url, outcome from pages"))
    assert len(found) == 6
    assert found["saved:gb.html"] == found["saved:sub/utf8.html"] == "ok"
    assert found["saved:report.pdf"] == "corrupt"
    assert found["saved:large.html"] == "too_large"
    assert query(tmp_path, "select byte_count from pages where url = 'saved:large.html'") == [(300_000,)]
    assert query(tmp_path, "select year, url from reports order by 1") == [(2019, "saved:gb.html"), (2020, "saved:sub/utf8.html")]
