"""A database rebuilt from the archive is the one that the crawl made; a rule that changed is run over what is archived, and no more."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import extract
from crawler import corrections
from crawler.archive import Archive, Record, ledger, names, records
from crawler.commands.watching import Watch
from crawler.differences import differences
from crawler.errors import ConfigurationError
from crawler.reextraction import AHEAD, Progress, Reader, Reextraction
from crawler.spiders.saved_pages import SavedPages
from crawler.store import Store, Writer
from crawler.store.tables import all_tables
from crawler.worker import Workers
from tests.crawler.loop import in_loop
from tests.crawler.server import Answer, Server
from tests.crawler.test_annual_reports import REPORT, crawl, query, title, trs_portal
from tests.shared import ROOT

OPERATIONS = {"runs", "run_portals"}


def dump(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but those that tell of runs."""
    connection = sqlite3.connect(database)
    tables = [table.name for table in all_tables() if table.name not in OPERATIONS]
    rows = {table: sorted(connection.execute(f'select * from "{table}"').fetchall(), key=repr) for table in tables}
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma foreign_key_check").fetchall() == []
    connection.close()
    return rows


async def reextract(home: Path, into: Path, *, rebuild: bool = False, everything: bool = False) -> Progress:
    """What `scrapy reextract` does."""
    workers, progress = Workers(1, 20), Progress()
    await workers.open()
    writer = Writer(into)
    try:
        reader = Reader(home / "archive", workers, 16 << 20, AHEAD, corrections.read(home / "corrections.yaml"))
        await Reextraction(reader, writer, progress).run({}, rebuild=rebuild, everything=everything)
    finally:
        writer.close()
        await workers.close()
    return progress


async def diff(home: Path, *, everything: bool = False) -> list[str]:
    """What `scrapy reextract --diff` prints."""
    workers = Workers(1, 20)
    await workers.open()
    try:
        reader = Reader(home / "archive", workers, 16 << 20, AHEAD, corrections.read(home / "corrections.yaml"))
        return [line async for line in differences(reader, home / "r.db", Progress(), everything=everything)]
    finally:
        await workers.close()


async def crawled(home: Path) -> None:
    """Three runs over a portal that changes: a listing, refusals, a silent page, a long article, a file, a report that is revised and one
    that goes back to what it was, an entry that goes."""
    first, _, second = REPORT.format(title=title(2014), year=2014).partition("<p>三、")
    link = f"<p><a href='P1.pdf'>{title(2015)}.pdf</a></p>"
    with Server() as server:
        listing = trs_portal(server)
        rows = "".join(
            f'<li><a href="/nb/{name}.html">{title(year)}</a> 2016-01-02</li>' for name, year in (("long", 2014), ("file", 2015))
        )
        server.page("/nb/index_1.html", server.pages["/nb/index_1.html"].body.decode().replace("<ul>", f"<ul>{rows}"))
        server.page("/nb/long.html", f"{first}</div><script>createPageHTML(2,0,'long','html')</script></body></html>")
        server.page("/nb/long_1.html", f"<html><title>{title(2014)}</title><body><div class='TRS_Editor'><p>三、{second}")
        server.page("/nb/file.html", f"<html><title>{title(2015)}</title><body><div class='TRS_Editor'>{link}</div></body></html>")
        server.page("/nb/P1.pdf", REPORT.format(title=title(2015), year=2015))
        server.page("/robots.txt", "User-agent: *\nDisallow: /nb/202101/", headers={"Content-Type": "text/plain"})
        await crawl(home, listing=listing)
        before = server.pages["/nb/202001/t20200102_2019.html"].body
        server.page("/nb/202001/t20200102_2019.html", before.decode().replace("没有发生", "发生行政复议1件"))
        server.page("/nb/long_1.html", server.pages["/nb/long_1.html"].body.decode().replace("没有发生", "发生行政复议2件"))
        server.pages["/nb/201701/t20170102_2016.html"] = Answer(b"gone", 404)
        await crawl(home, listing=listing)
        server.pages["/nb/202001/t20200102_2019.html"].body = before
        server.page("/nb/", server.pages["/nb/"].body.decode().replace("P020.pdf", "P021.pdf"))
        await crawl(home, listing=listing)


@in_loop
async def test_a_rebuild_is_the_crawl_that_made_the_archive(tmp_path: Path) -> None:
    await crawled(tmp_path)
    made = dump(tmp_path / "r.db")
    assert {outcome for (outcome,) in query(tmp_path, "select distinct outcome from pages")} >= {"ok", "challenge:412", "robots_denied"}
    assert query(tmp_path, "select count(*) from report_versions")[0][0] >= 2
    assert query(tmp_path, "select count(*) from fetches where archive_file is null") == [(0,)]
    for name in ("first.db", "second.db"):
        progress = await reextract(tmp_path, tmp_path / name, rebuild=True)
        assert progress.problems == []
        rebuilt = dump(tmp_path / name)
        assert {table: rows for table, rows in rebuilt.items() if rows != made[table]} == {}
    runs = "select id, command, started_at from runs where command like 'scrapy crawl%'"
    with sqlite3.connect(tmp_path / "first.db") as database:
        assert database.execute(runs).fetchall() == query(tmp_path, runs)
    database.close()


@in_loop
async def test_entries_that_went_are_rebuilt(tmp_path: Path) -> None:
    def entry(name: str, verdict: str = "accepted") -> dict[str, Any]:
        return {"url": f"http://a.example/{name}", "title": name, "listed_on": None, "agency_hint": None, "verdict": verdict, "reason": ""}

    portal = {"id": "a", "name": "云溪县", "url": "http://a.example/", "enabled": 1}
    with Store(tmp_path / "r.db") as store:
        for listed in (["1", "2"], ["2", "3"], ["1", "2"], ["1", "2"]):
            run_id = store.start_run("scrapy crawl annual_reports", {}, {})
            about = {"run": run_id, "command": "scrapy crawl annual_reports", "started_at": store.started_at(run_id)}
            archive = Archive(tmp_path / "archive", about=about)
            ledger.add_portal(store, archive, portal, "2026-01-02T03:04:05Z", keep=False)
            ledger.record_entries(store, archive, run_id, "a", map(entry, listed), "2026-01-02T03:04:05Z", complete=True)
            archive.close()
    assert len(names(tmp_path / "archive")) == 3  # the last run learned nothing
    assert query(tmp_path, "select title, gone_run from listing_entries order by 1") == [("1", None), ("2", None), ("3", 3)]
    await reextract(tmp_path, tmp_path / "new.db")
    assert dump(tmp_path / "new.db") == dump(tmp_path / "r.db")


@in_loop
async def test_reading_again_by_the_same_rules_changes_nothing(tmp_path: Path) -> None:
    await crawled(tmp_path)
    made, size = dump(tmp_path / "r.db"), {path.name: path.stat().st_size for path in (tmp_path / "archive").iterdir()}
    assert (await reextract(tmp_path, tmp_path / "r.db")).pages == 0  # nothing is stale
    progress = await reextract(tmp_path, tmp_path / "r.db", everything=True)
    assert progress.pages == len(made["pages"])
    assert progress.problems == []
    assert dump(tmp_path / "r.db") == made
    assert await diff(tmp_path) == await diff(tmp_path, everything=True) == []
    assert {path.name: path.stat().st_size for path in (tmp_path / "archive").iterdir()} == size


@in_loop
async def test_only_pages_of_other_rules_are_read_again(tmp_path: Path) -> None:
    with Server() as server:
        await crawl(tmp_path, listing=trs_portal(server))
    made = dump(tmp_path / "r.db")
    with sqlite3.connect(tmp_path / "r.db") as database:  # as rules would have left it that misread a number
        database.execute("update pages set rules_fingerprint = 'older' where url like '%_2019.html'")
        database.execute("update quantities set value = 7 where value = 5 and report_id in (select id from reports where year = 2019)")
        database.execute("update report_pages set rows_sha256 = 'older' where url like '%_2019.html'")
        database.execute("update reports set title = '旧' where year = 2019")
    database.close()
    before = dump(tmp_path / "r.db")
    lines = await diff(tmp_path)
    assert any(line.startswith("~ ") and line.endswith("云溪县人民政府 2019") for line in lines)
    assert f"    title: 旧 -> {title(2019)}" in lines
    assert dump(tmp_path / "r.db") == before  # a difference is told, not made
    progress = await reextract(tmp_path, tmp_path / "r.db")
    assert (progress.pages, progress.reports["reread"] + progress.reports["changed"]) == (1, 1)
    assert dump(tmp_path / "r.db") == made


@in_loop
async def test_saved_files_are_rebuilt(tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    (folder / "sub").mkdir(parents=True)
    (folder / "gb.html").write_bytes(REPORT.format(title=title(2019), year=2019).encode("gb18030"))
    (folder / "sub" / "二.html").write_text(REPORT.format(title=title(2020), year=2020), encoding="utf-8")
    (folder / "empty.html").write_bytes(b"")
    (folder / "large.html").write_bytes(b"x" * 300_000)
    await crawl(tmp_path, SavedPages, settings={"PAGE_SIZE_LIMIT": 200_000}, folder=str(folder))
    await crawl(tmp_path, SavedPages, settings={"PAGE_SIZE_LIMIT": 200_000}, folder=str(folder))
    assert names(tmp_path / "archive") == ["gongkai-00001.warc.gz"]  # what it holds is not archived again
    await reextract(tmp_path, tmp_path / "new.db")
    assert dump(tmp_path / "new.db") == dump(tmp_path / "r.db")


@in_loop
async def test_damage_costs_its_own_pages(tmp_path: Path) -> None:
    with Server() as server:
        await crawl(tmp_path, listing=trs_portal(server))
    made = dump(tmp_path / "r.db")
    ((file, offset),) = query(tmp_path, "select archive_file, archive_offset from pages where url like '%_2019.html'")
    path = tmp_path / "archive" / file
    data = bytearray(path.read_bytes())
    data[offset + 100 : offset + 120] = bytes(20)
    path.write_bytes(data)
    progress = await reextract(tmp_path, tmp_path / "new.db")
    assert progress.lost == 1
    assert progress.problems[0].startswith(f"{file}: damaged at {offset}: ")
    rebuilt = dump(tmp_path / "new.db")
    lost = {row[0] for row in made["pages"]} - {row[0] for row in rebuilt["pages"]}
    assert len(lost) == 1
    assert len(rebuilt["reports"]) == len(made["reports"]) - 1
    in_place = await reextract(tmp_path, tmp_path / "r.db", everything=True)
    assert (in_place.lost, len(in_place.problems)) == (1, 1)
    assert dump(tmp_path / "r.db") == made  # what was read once stays


@in_loop
async def test_an_archive_that_is_gone_is_named(tmp_path: Path) -> None:
    with Server() as server:
        await crawl(tmp_path, article=f"{server.url}/1.html")
    (tmp_path / "archive" / "gongkai-00001.warc.gz").rename(tmp_path / "elsewhere.warc.gz")
    progress = await reextract(tmp_path, tmp_path / "r.db", everything=True)
    assert progress.problems == [f"{tmp_path}/archive/gongkai-00001.warc.gz: is missing: 1 page not read again"]
    with pytest.raises(ConfigurationError, match="no database to compare with"):
        await diff(tmp_path / "nowhere")


def command(home: Path, *arguments: str) -> list[str]:
    settings = [f"REPORTS_DB={home / 'r.db'}", f"ARCHIVE_DIR={home / 'archive'}", "WORKERS=1"]
    return [sys.executable, "-m", "scrapy", "reextract", *(part for one in settings for part in ("-s", one)), *arguments]


def scrapy(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(home, *arguments), capture_output=True, text=True, cwd=ROOT)


@in_loop
async def test_a_killed_rebuild_goes_on(tmp_path: Path) -> None:
    await crawled(tmp_path)
    into = tmp_path / "new.db"
    killed = 0
    for seconds in (1.5, 2.0, 2.5):
        process = subprocess.Popen(command(tmp_path, "--into", str(into)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert killed
    said = scrapy(tmp_path, "--into", str(into))
    assert (said.returncode, said.stdout) == (0, "")
    assert "pages read again" in said.stderr
    assert dump(into) == {**dump(tmp_path / "r.db"), "fetches": dump(into)["fetches"]}
    without_id = [sorted(row[1:] for row in dump(database)["fetches"]) for database in (into, tmp_path / "r.db")]
    assert without_id[0] == without_id[1]


def test_the_command_says_what_it_cannot_do(tmp_path: Path) -> None:
    said = scrapy(tmp_path)
    assert (said.returncode, said.stderr) == (1, f"error: {tmp_path}/archive: there is no archive; name its folder with --archive\n")
    archive = Archive(tmp_path / "archive")
    archive.close()
    (tmp_path / "archive").mkdir()
    (tmp_path / "r.db").write_text("no database, but a text that is long enough to be looked at by SQLite")
    said = scrapy(tmp_path)
    assert said.returncode == 1
    assert said.stderr.startswith(f"error: {tmp_path}/r.db: is no SQLite database")
    assert extract.fingerprint() not in said.stderr
    assert [one for name in names(tmp_path / "archive") for one in records(tmp_path / "archive", name) if isinstance(one, Record)] == []


def test_progress_is_told_in_lines_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    watch = Watch(progress)
    progress.begin(200, "pages")
    progress.done, progress.pages = 7, 5
    progress.reports["changed"] = 2
    watch.show()
    watch.show()  # nothing new, no line
    assert capsys.readouterr().err == "7 of 200 pages: 5 pages read, 2 reports new or changed\n"
