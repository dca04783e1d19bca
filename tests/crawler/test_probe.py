"""`scrapy probe`: what it finds on listings and articles, live and saved, how it says so, and the entry for the list of portals."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler import portals, samples
from crawler.errors import ConfigurationError
from crawler.portals import Portal
from crawler.probing import offline, saved
from crawler.probing.findings import Found, Robots
from crawler.probing.proposing import propose
from crawler.probing.showing import show
from crawler.samples import sites
from crawler.spiders.probe import Probe
from tests.crawler.loop import in_loop
from tests.crawler.server import Answer, Server, local_names
from tests.crawler.test_annual_reports import REPORT, title, trs_portal

ROOT = Path(__file__).resolve().parent.parent.parent
LISTING = """<html><head><title>信息公开年报-邯郸市青禾局网站</title><meta name="SiteName" content="邯郸市青禾局网站">
<meta name="SiteIDCode" content="1304000009"><meta name="ColumnName" content="政府信息公开年报">{head}</head><body><ul>{rows}</ul>
<script>createPageHTML({pages},0,"index","html")</script></body></html>"""
ROWS = """<li><a href="./202001/t20200102_7.html">邯郸市青禾局2019年政府信息公开工作年度报告</a><span>2020-01-02</span></li>
<li><a href="./202003/t20200302_8.html">邯郸市青禾局2019年政府网站工作年度报表</a><span>2020-03-02</span></li>"""
URL = "http://qhj.hd-qinghe.example/zfxxgk/gknb/"


@pytest.fixture(autouse=True)
def names() -> Iterator[None]:
    with local_names():
        yield


async def probe(url: str, **given: str) -> Found:
    """What the probe of an address on this machine found."""
    project = Settings()
    project.setmodule("crawler.settings", priority="project")
    project.setdict({"RETRY_TIMES": 0, "LOG_LEVEL": "CRITICAL"}, priority="cmdline")
    crawler = AsyncCrawlerRunner(project).create_crawler(Probe)
    await crawler.crawl_async(url=url, **given)
    assert isinstance(crawler.spider, Probe)
    return crawler.spider.found


async def read(text: str | bytes, url: str = URL) -> Found:
    """What the probe of a saved page found."""
    return await offline.probe(text if isinstance(text, bytes) else text.encode(), url, 30)


def printed(found: Found, **console: Any) -> str:
    out = StringIO()
    show(found, Console(file=out, width=console.pop("width", 160), **console), 60)
    return out.getvalue()


def listing(rows: str = ROWS, pages: int = 1, head: str = "") -> str:
    return LISTING.format(rows=rows, pages=pages, head=head)


# ------------------------------------------------------------------------------------------------ a listing on a server


@in_loop
async def test_a_listing_is_walked_to_its_end_and_nothing_else_is_asked() -> None:
    with Server() as server:
        server.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.1", headers={"Content-Type": "text/plain"})
        found = await probe(trs_portal(server))
        assert [line for line in server.asked if "/t20" in line] == []
        assert len(server.asked) == 4
    assert found.failure("") is None
    assert [(walk.family, walk.pages, walk.declared_pages, walk.over) for walk in found.walks] == [("trs", 3, 3, True)]
    assert (len(found.judged), found.accepted, found.rejected) == (8, 7, {"website_report": 1})
    lines = printed(found).splitlines()
    assert "robots.txt: allowed; Crawl-delay: 0.1 s" in lines
    assert "pages: 3 declared, 3 walked" in lines
    assert "other hosts: 1 entries lead to www.qinghe.example" in lines
    (rejected,) = [line for line in lines if "rejected: website_report" in line]
    assert rejected.startswith("entry: 2020-01-01 | - |")


@in_loop
async def test_pages_bound_the_walk() -> None:
    with Server() as server:
        found = await probe(trs_portal(server), pages="1")
        assert server.asked == ["GET /robots.txt", "GET /nb/"]
    assert not found.whole
    assert "LISTING_PAGE_LIMIT (1) reached, 2 pages left" in printed(found)
    assert "status: unverified" in propose(found).text


@in_loop
async def test_listings_below_are_walked_too() -> None:
    with samples.serve(sites=sites.load("year-hub")) as served:
        (site,) = served.sample_sites
        url = site.portal(served.port).url
        found = await probe(url)
        bounded = await probe(url, pages="1")
        assert {one.entry.url for one in found.judged} == {entry.url for entry in site.entries(served.port)}
    assert (len(found.below), found.skipped, found.problems) == (4, [], [])
    assert printed(found).count("below: ") == 4
    assert (bounded.below, len(bounded.skipped)) == ([], 4)
    assert printed(bounded).count("| not walked |") == 4


@pytest.mark.parametrize("name", ["ucap-burst", "throttled", "empty-middle", "duplicates"])
@in_loop
async def test_servers_under_load_and_rows_that_stand_twice(name: str) -> None:
    """Another page with status 200, a 429, an empty page in the middle: all is found, and the walk is whole."""
    with samples.serve(sites=sites.load(name)) as served:
        (site,) = served.sample_sites
        found = await probe(site.portal(served.port).url)
        assert {one.entry.url for one in found.judged} == {entry.url for entry in site.entries(served.port)}
    assert (found.whole, found.problems, len(found.judged)) == (True, [], len(site.rows))


@in_loop
async def test_a_frame_is_the_listing_itself() -> None:
    with samples.serve(sites=sites.load("iframe-shell")) as served:
        found = await probe(served.sample_sites[0].portal(served.port).url, pages="3")
    assert found.look is not None
    assert (found.look.kind, len(found.own), found.skipped, found.own[-1].pages) == ("listing", 2, [], 2)
    assert "entries: not declared, 19 seen" in printed(found)


@in_loop
async def test_redirects_are_told() -> None:
    with Server() as server:
        server.pages["/old/"] = Answer(status=301, headers={"Location": "/stub/"})
        server.page("/stub/", '<meta http-equiv="refresh" content="0;url=/nb/">')
        trs_portal(server)
        found = await probe(f"{server.url}/old/")
        root = server.url
    assert found.redirects == [f"{root}/old/ -> {root}/stub/ (HTTP 301)", f"{root}/stub/ -> {root}/nb/ (by the page)"]
    assert len(found.judged) == 8


@pytest.mark.parametrize(
    ("robots", "says", "reads"),
    [
        (Answer(b"User-agent: gongkai\nDisallow: /nb/"), "denied", False),
        (Answer(b"User-agent: otherbot\nDisallow: /"), "allowed", True),
        (Answer(b"", 404), "none: HTTP 404", True),
        (Answer(b"<html>not found</html>"), "none: a page stands in its place", True),
        (Answer(b"", 503), "denied for now: HTTP 503", False),
    ],
)
@in_loop
async def test_what_robots_txt_says(robots: Answer, says: str, reads: bool) -> None:
    with Server() as server:
        server.pages["/robots.txt"] = robots
        url = trs_portal(server)
        found = await probe(url)
    assert found.robots_of(url).says(url, "gongkai", 60).startswith(says)
    assert (found.look is not None) == reads
    assert (found.failure(url) is None) == reads


def test_a_silent_robots_txt() -> None:
    assert Robots().says("http://a.example/", "gongkai", 60).startswith("silent")


@in_loop
async def test_an_obstacle_is_named() -> None:
    with Server() as server:
        server.page("/nb/", "", status=412)
        url = f"{server.url}/nb/"
        assert "challenge:412" in str((await probe(url)).failure(url))
        server.page("/nb/", '<html><body><div id="app"></div><script src="/js/app.1f2e.js"></script></body></html>')
        found = await probe(url)
    assert "js_only" in str(found.failure(url))


# ------------------------------------------------------------------------------------------------ articles


@in_loop
async def test_an_article() -> None:
    with Server() as server:
        pager = '<script>createPageHTML(2,0,"t20220102_1","html")</script><a href="./P020220102.docx">附件.docx</a>'
        server.page("/nb/t20220102_1.html", REPORT.format(title=title(2021), year=2021).replace("</div></body>", f"{pager}</div></body>"))
        found = await probe(f"{server.url}/nb/t20220102_1.html")
        assert len(server.asked) == 2
    assert found.look is not None
    assert (found.look.kind, found.failure("")) == ("article", None)
    lines = printed(found).splitlines()
    assert f"report: 云溪县人民政府, 2021: {title(2021)}" in lines
    assert "outcome: ok" in lines
    assert "family: trs" in lines
    assert any(line.startswith("attachment: ") and line.endswith("P020220102.docx") for line in lines)
    assert any(line.startswith("further page: ") and line.endswith("t20220102_1_1.html") for line in lines)
    assert not any("division_code" in line for line in lines)


@in_loop
async def test_an_article_that_is_no_report_says_why() -> None:
    markup = '<div class="TRS_Editor"><h1>关于召开座谈会的通知</h1><p>定于今日召开座谈会。</p></div>'
    found = await read(f"<title>通知</title>{markup}", "http://www.qinghe.example/tz/202001/t20200102_7.html")
    assert found.look is not None
    assert (found.look.kind, found.failure("")) == ("article", None)
    assert "outcome: not_report" in printed(found)


@in_loop
async def test_an_article_whose_marks_a_listing_may_bear_too() -> None:
    """A script in the frame of every page counts pages: with no row and an editor's body the page is an article."""
    markup = '<script>var countPage = 1;</script><div class="TRS_Editor"><h1>座谈会召开</h1><p>今日召开座谈会。</p></div>'
    found = await read(f"<title>要闻</title>{markup}", "http://www.qinghe.example/yw/202001/t20200102_7.html")
    assert found.look is not None
    assert found.look.listings[0][0] == "trs"
    assert found.look.kind == "article"


# ------------------------------------------------------------------------------------------------ saved pages


@in_loop
async def test_a_saved_listing() -> None:
    found = await read(listing(pages=3).encode("gb18030"))
    assert found.look is not None
    assert found.look.encoding == "gb18030"
    lines = printed(found).splitlines()
    assert "pages: 3 declared, 1 walked, 2 further named" in lines
    assert "column: 政府信息公开年报" in lines
    assert "rejected: 1 website_report" in lines
    assert any(line.startswith("family: trs (pager createPageHTML") for line in lines)
    assert not any(line.startswith("robots.txt") for line in lines)
    assert "entry: 2020-01-02 | - | accepted (report_title, 2019)" in printed(found)


@pytest.mark.parametrize(
    ("head", "address"),
    [
        ("", saved.UNKNOWN),
        ('<link rel="canonical" href="http://a.example/nb/">', "http://a.example/nb/"),
        ('<meta property="og:url" content=" https://a.example/nb/ ">', "https://a.example/nb/"),
        ('<base href="http://a.example/nb/">', "http://a.example/nb/"),
        ('<base href="/nb/">', saved.UNKNOWN),
        ("<!-- saved from url=(0020)http://b.example/nb/ -->", "http://b.example/nb/"),
        ("<!-- saved from url=(0020)http://[/nb/ -->", saved.UNKNOWN),
        ('<link rel="canonical" href="javascript:void(0)"><base href="http://a.example/">', "http://a.example/"),
    ],
)
def test_the_address_a_saved_page_had(head: str, address: str) -> None:
    assert saved.address_in(listing(head=head).encode()) == address


@in_loop
async def test_a_saved_page_without_address_says_so() -> None:
    found = await read(listing(), saved.UNKNOWN)
    assert "address: not known: give it with --url" in printed(found).splitlines()
    assert found.judged[0].entry.url == f"{saved.UNKNOWN}202001/t20200102_7.html"
    assert propose(found).lacking[0].startswith("listings: the address of the saved page is not known")


@pytest.mark.parametrize(
    "body", [bytes(range(256)) * 50, b"%PDF-1.7 broken", b"PK\x03\x04broken", b"\x89PNG\r\n\x1a\n" + bytes(500), b"<html></html>", b"x"]
)
@in_loop
async def test_what_cannot_be_read_is_one_line(body: bytes) -> None:
    found = await read(body)
    problem = found.failure("a.html")
    assert problem
    assert "\n" not in problem
    assert found.judged == []


@pytest.mark.parametrize(("name", "content", "problem"), [("a", None, "no such file"), ("b", b"", "is empty"), ("c", b" \n", "is empty")])
def test_files_that_are_none(tmp_path: Path, name: str, content: bytes | None, problem: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=problem):
        saved.read(path, 1000)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        saved.read(tmp_path, 10_000_000)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 20)
    with pytest.raises(ConfigurationError, match="20 bytes, more than PAGE_SIZE_LIMIT"):
        saved.read(tmp_path / "a", 10)


# ------------------------------------------------------------------------------------------------ on the screen


@in_loop
async def test_a_terminal_shows_tables() -> None:
    found = await read(listing())
    shown = printed(found, force_terminal=True, no_color=True)
    assert "┏━" in shown
    assert "2020-01-02" in shown


@in_loop
async def test_what_a_page_says_cannot_steer_the_terminal() -> None:
    """Neither by escape sequences nor by rich's own marks."""
    rows = '<li><a href="t20200102_7.html">[red]青禾局[/red]2019\x1b[2J年政府信息公开年报\u202e</a><span>2020-01-02</span></li>'
    found = await read(listing(rows))
    for given in ({}, {"force_terminal": True, "no_color": True}):
        shown = printed(found, **given)
        assert "[red]" in shown
        assert "\x1b[2J" not in shown
        assert "\u202e" not in shown


# ------------------------------------------------------------------------------------------------ the entry for the list


def entry_of(text: str) -> dict[str, Any]:
    (entry,) = yaml.safe_load(text)
    assert isinstance(entry, dict)
    return entry


def live(found: Found) -> Found:
    """As if the page had been walked to its end just now."""
    found.live = found.walks[0].over = True
    return found


@in_loop
async def test_the_entry_passes_the_reader(tmp_path: Path) -> None:
    found = live(await read(listing()))
    proposal = propose(found)
    assert (proposal.file, proposal.lacking) == ("crawler/portals/hebei.yaml", ())
    (tmp_path / "hebei.yaml").write_text(f"portals:\n{proposal.text}", encoding="utf-8")
    (portal,) = portals.load(tmp_path)
    assert (portal.id, portal.name, portal.level, portal.division_code) == ("hd-qinghe-qhj", "邯郸市青禾局", "department", "130400")
    assert (portal.listings, portal.hosts, portal.family) == ((URL,), ("qhj.hd-qinghe.example",), "trs")
    assert (portal.status, portal.last_ok, portal.enabled) == ("verified", datetime.now(UTC).date(), True)


@pytest.mark.parametrize(
    ("site", "code", "expected"),
    [
        ("邯郸市人民政府门户网站", "1304000009", ("邯郸市人民政府", "prefecture", "130400", "hebei")),
        ("中国·邯郸", "1304000009", ("中国·邯郸", "department", "130400", "hebei")),
        ("市青禾局", "1304000009", ("邯郸市市青禾局", "department", "130400", "hebei")),
        ("河北省青禾厅", "1300000009", ("河北省青禾厅", "department", "130000", "hebei")),
        ("河北省人民政府网", "1300000001", ("河北省人民政府", "province", "130000", "hebei")),
        ("邯郸经济技术开发区管委会", "1304710001", ("邯郸经济技术开发区管委会", "county", "130400", "hebei")),
        ("邯郸市青禾镇人民政府", "1304000077", ("邯郸市青禾镇人民政府", "township", "130400", "hebei")),
        ("中华人民共和国青禾部", "bm99000001", ("中华人民共和国青禾部", "ministry", None, "ministries")),
        ("新疆生产建设兵团青禾局", "", ("新疆生产建设兵团青禾局", "department", None, "bingtuan")),
        ("邯郸市青禾局", "", ("邯郸市青禾局", "department", "130400", "hebei")),
    ],
)
@in_loop
async def test_name_level_and_place(site: str, code: str, expected: tuple[str | None, ...]) -> None:
    markup = listing().replace("邯郸市青禾局网站", site).replace("1304000009", code)
    proposal = propose(await read(markup))
    entry = entry_of(proposal.text)
    assert (entry["name"], entry["level"], entry["division_code"]) == expected[:3]
    assert proposal.file == f"crawler/portals/{expected[3]}.yaml"
    assert proposal.lacking == ()


@in_loop
async def test_what_is_lacking_is_said() -> None:
    proposal = propose(await read(listing().replace("邯郸市青禾局", "青禾局").replace("1304000009", "")))
    assert proposal.file is None
    assert [line.partition(":")[0] for line in proposal.lacking] == ["division_code"]
    assert (entry_of(proposal.text)["status"], entry_of(proposal.text)["level"]) == ("unverified", "department")


@pytest.mark.parametrize(
    ("site", "level"), [("云溪县人民政府网", "county"), ("青岚市政府门户网站", "prefecture"), ("青岚市人民政府", "prefecture")]
)
@in_loop
async def test_a_place_that_is_not_known_has_a_level(site: str, level: str) -> None:
    proposal = propose(await read(listing().replace("邯郸市青禾局网站", site).replace("1304000009", "")))
    assert entry_of(proposal.text)["level"] == level


@in_loop
async def test_a_saved_page_verifies_nothing() -> None:
    entry = entry_of(propose(await read(listing())).text)
    assert (entry["status"], entry["note"]) == ("unverified", "probed on a saved file: probe it again")
    nothing = live(await read(listing('<li><a href="1.html">青禾局召开座谈会</a>2020-01-02</li>')))
    assert entry_of(propose(nothing).text)["note"].startswith("no entry was accepted")


@in_loop
async def test_hosts_of_the_same_site_are_proposed_others_are_not() -> None:
    rows = "".join(
        f'<li><a href="http://{host}/202001/t20200102_7.html">邯郸市2019年政府信息公开年报</a>2020-01-02</li>'
        for host in ("www.hd-qinghe.example", "cz.hd-qinghe.example", "copies.example")
    )
    found = await read(listing(rows), "http://xxgk.hd-qinghe.example/nb/")
    assert entry_of(propose(found).text)["hosts"] == ["xxgk.hd-qinghe.example", "cz.hd-qinghe.example", "www.hd-qinghe.example"]


@in_loop
async def test_a_known_portal_keeps_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"status": "unverified", "area": "hebei", "note": "made up"}
    known = Portal("qinghe", "邯郸市", "prefecture", "130400", (URL, "http://other.example/"), ("hd-qinghe.example",), **told)
    monkeypatch.setattr(portals, "load", lambda: (known,))
    found = live(await read(listing(), URL.replace("http:", "https:")))
    entry = entry_of(propose(found).text)
    assert (entry["id"], entry["name"], entry["level"], entry["hosts"]) == ("qinghe", "邯郸市", "prefecture", ["hd-qinghe.example"])
    assert isinstance(entry["last_ok"], date)
    assert "site code: site code 1304000009 is that of 邯郸市 (130400), the portal's place" in printed(found).splitlines()


@in_loop
async def test_an_id_that_is_taken_gets_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = Portal("hd-qinghe-qhj", "邯郸市", "prefecture", "130400", ("http://other.example/",), ("other.example",), area="hebei")
    monkeypatch.setattr(portals, "load", lambda: (taken,))
    assert entry_of(propose(await read(listing())).text)["id"] == "hd-qinghe-qhj-2"


# ------------------------------------------------------------------------------------------------ as a person runs it


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "probe", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)


def test_a_sample_site_is_served_and_probed() -> None:
    done = scrapy("sample:trs")
    assert (done.returncode, done.stderr) == (0, "")
    assert "pages: 3 declared, 3 walked" in done.stdout.splitlines()
    assert "  - id: trs" in done.stdout.splitlines()


def test_a_saved_file_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "页 面.html").write_text(listing(), encoding="utf-8")
    done = scrapy(str(tmp_path / "页 面.html"), "--url", URL)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"address: {URL}" in done.stdout.splitlines()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["nowhere.html"], "there is no such file"),
        (["ftp://a.example/nb/"], "is not a web address"),
        (["http://a.example/nb/"], "say who crawls"),
        (["http://127.0.0.1:9/nb/"], "no answer for robots.txt"),
        (["sample:nowhere"], "no sample site nowhere"),
        (["nowhere.html", "--pages", "0"], "--pages 0: must be a whole number"),
        (["http://127.0.0.1:9/", "--url", "http://a.example/"], "--url tells the address of a saved file"),
        (["README.md"], "README.md: "),
    ],
)
def test_bad_input_is_one_line_and_a_status(arguments: list[str], problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GONGKAI_CONTACT", raising=False)
    done = scrapy(*arguments)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert problem in line
