"""What people correct is checked when it is written, applied whenever pages are read, and shown in the database."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import corrections
from crawler.corrections import CorrectionsError
from tests.crawler.loop import in_loop
from tests.crawler.server import Server
from tests.crawler.test_annual_reports import REPORT, crawl, query, title, trs_portal
from tests.crawler.test_reextract import diff, dump, reextract
from tests.shared import ROOT

SAID = {"reason": "the title is wrong", "by": "李", "date": "2026-03-01"}
PAGE = "http://www.yunxi.example/1.html"
FINDING = {"what": "finding", "report": "990203-2019-0123456789ab", "rule": "parts_and_total", "subject": "total", "value": "source_error"}


def entry(**keys: Any) -> dict[str, Any]:
    return {"what": "year", "page": PAGE, "value": 2019, **SAID, **keys}


# ------------------------------------------------------------------------------------------------ the file


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "output" / "corrections.yaml"
    assert corrections.read(path) == corrections.Corrections()
    written = [
        corrections.add(path, raw)
        for raw in (
            entry(),
            entry(what="agency", value="云溪县人民政府"),
            entry(what="not_report", page="http://www.yunxi.example/2.html", value=None),
            {**FINDING, **SAID},
            {"what": "cell", "report": FINDING["report"], "cell": "form2021_requests.received_new.total", "value": "misprinted", **SAID},
        )
    ]
    found = corrections.read(path)
    assert list(found.entries) == written
    assert found.of_page(PAGE) == {"reports": {"": {"year": 2019, "agency": "云溪县人民政府"}}}
    assert found.of_page("http://www.yunxi.example/2.html") == {"not_report": "the title is wrong"}
    assert found.of_page("http://www.yunxi.example/3.html") == {}
    assert "云溪县人民政府" in path.read_text(encoding="utf-8")  # readable, not \u escapes
    assert list(path.parent.iterdir()) == [path]


def test_what_people_wrote_in_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    mine = f"# looked at in March\n- what: not_report   # a notice\n  page: {PAGE}\n  reason: a notice\n  by: Li\n  date: 2026-03-01"
    path.write_text(mine)
    corrections.add(path, entry(page="http://www.yunxi.example/2.html"))
    assert path.read_text().startswith(f"{mine}\n- what: year\n")
    assert len(corrections.read(path).entries) == 2


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (entry(what="agencies"), "what: agencies is none of finding, agency, year, not_report, cell"),
        ({}, "what: is missing, or is none of"),
        ("year", "is no mapping"),
        (entry(page=None), "page: is missing"),
        (entry(reason=" "), "reason: is missing"),
        (entry(by=None), "by: is missing"),
        (entry(date="March"), "date: March is no date"),
        (entry(value="last"), "value: last is no year"),
        (entry(value=1998), "value: 1998 is no year"),
        (entry(value=2099), "value: 2099 is no year"),
        (entry(value=None), "value: None is no year"),
        (entry(what="agency", value=None), "value: is missing"),
        (entry(what="not_report"), "value: a page that is no report has none"),
        (entry(rule="sum"), "rule: a correction of a year has no such key"),
        ({**FINDING, **SAID, "value": "wrong"}, "value: wrong is none of source_error, accepted, extraction_error"),
        ({**FINDING, **SAID, "position": 0}, "position: 0 is no whole number"),
        ({**FINDING, **SAID, "position": True}, "position: True is no whole number"),
        (
            {"what": "cell", "report": "r", "cell": "a.b.c", "value": 12, **SAID},
            "value: 12 is none of misread, misprinted, confirmed; a figure",
        ),
        ({"what": "cell", "report": "r", "cell": "total", "value": "misread", **SAID}, "cell: total is no cell"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, raw: Any, problem: str) -> None:
    with pytest.raises(CorrectionsError) as raised:
        corrections.correction(raw)
    assert str(raised.value).startswith(problem)
    (tmp_path / "c.yaml").write_text(
        f"- {{what: not_report, page: x, reason: a, by: b, date: 2026-01-01}}\n- {raw!r}".replace("None", "null")
    )
    with pytest.raises(CorrectionsError, match=rf"^{tmp_path}/c\.yaml: entry 2: "):
        corrections.read(tmp_path / "c.yaml")


@pytest.mark.parametrize(
    ("text", "problem"),
    [("- what: [", "line 1: is no YAML"), ("what: year", "must be a list"), ("2019", "must be a list"), ("\x00", "is no YAML")],
)
def test_a_file_that_is_wrong_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(CorrectionsError, match=problem):
        corrections.read(tmp_path / "c.yaml")


def test_two_entries_for_one_thing_contradict_each_other(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    corrections.add(path, entry())
    with pytest.raises(CorrectionsError, match="entry 1 of 2026-03-01 by 李 corrects the same"):
        corrections.add(path, entry(value=2020))
    path.write_text(path.read_text() * 1 + "".join(path.read_text().splitlines(keepends=True)[2:]))
    with pytest.raises(CorrectionsError, match="entry 2: corrects the same as entry 1"):
        corrections.read(path)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_entry_is_taken_or_named(raw: Any) -> None:
    with pytest.raises(CorrectionsError):
        corrections.correction({"what": "year", "page": PAGE, **SAID, "value": raw} if not isinstance(raw, int) else raw)


# ------------------------------------------------------------------------------------------------ applied


async def corrected(home: Path, *entries: dict[str, Any]) -> None:
    for one in entries:
        corrections.add(home / "corrections.yaml", one)
    await reextract(home, home / "r.db")


@in_loop
async def test_corrections_of_pages(tmp_path: Path) -> None:
    with Server() as server:
        await crawl(tmp_path, listing=trs_portal(server))
        before = dump(tmp_path / "r.db")
        url = {year: f"{server.url}/nb/{year + 1}01/t{year + 1}0102_{year}.html" for year in (2016, 2019, 2020)}
        wanted = [
            entry(page=url[2016], value=2015),
            entry(what="agency", page=url[2019], value="青禾市人民政府"),
            entry(what="not_report", page=url[2020], value=None),
        ]
        for one in wanted:
            corrections.add(tmp_path / "corrections.yaml", one)
        told = await diff(tmp_path)
        assert any(line.startswith("+ ") and "青禾市人民政府 2019" in line for line in told)
        assert f"{url[2020]}: outcome ok -> not_report" in told
        await reextract(tmp_path, tmp_path / "r.db")
        reports = query(tmp_path, "select year, agency, url from reports order by year")
        assert reports == [(2015, "云溪县人民政府", url[2016]), (2019, "青禾市人民政府", url[2019])]
        (page,) = query(tmp_path, f"select outcome, reason, corrected from pages where url = '{url[2020]}'")
        assert page == ("not_report", "corrected: the title is wrong", '{"not_report": "the title is wrong"}')
        assert query(tmp_path, "select what, value, corrected_by from corrections order by what") == [
            ("agency", "青禾市人民政府", "李"),
            ("not_report", None, "李"),
            ("year", "2015", "李"),
        ]
        after = dump(tmp_path / "r.db")
        given = {"CORRECTIONS": str(tmp_path / "corrections.yaml")}
        await crawl(tmp_path, listing=f"{server.url}/nb/", settings=given)  # a crawl knows them too
        assert {table: rows for table, rows in dump(tmp_path / "r.db").items() if table != "fetches" and rows != after[table]} == {}
        await crawl(tmp_path / "anew", listing=f"{server.url}/nb/", settings=given)
        assert query(tmp_path / "anew", "select year, agency, url from reports order by year") == reports
    await reextract(tmp_path, tmp_path / "new.db")
    assert {table: rows for table, rows in dump(tmp_path / "new.db").items() if table != "fetches" and rows != after[table]} == {}
    (tmp_path / "corrections.yaml").unlink()
    await reextract(tmp_path, tmp_path / "r.db")
    again = dump(tmp_path / "r.db")
    assert {table: rows for table, rows in again.items() if table != "fetches" and rows != before[table]} == {}


@in_loop
async def test_a_correction_says_what_a_page_does_not(tmp_path: Path) -> None:
    with Server() as server:
        url = f"{server.url}/1.html"
        server.page("/1.html", REPORT.format(title="云溪县人民政府政府信息公开工作年度报告", year="本"))
        await crawl(tmp_path, article=url)
        assert query(tmp_path, "select outcome from pages") == [("no_year",)]
        await corrected(tmp_path, entry(page=url))
    assert query(tmp_path, "select outcome from pages") == [("ok",)]
    assert query(tmp_path, "select year, agency from reports") == [(2019, "云溪县人民政府")]


@in_loop
async def test_a_finding_keeps_its_disposition(tmp_path: Path) -> None:
    find = "select report_id, rule_id, subject, position from findings order by 1, 2, 3, 4"
    said = "select disposition, note from findings where disposition is not null"
    with Server() as server:
        server.page("/1.html", REPORT.format(title=title(2019), year=2019))
        await crawl(tmp_path, article=f"{server.url}/1.html")
    first, second, *_ = query(tmp_path, find)
    database = sqlite3.connect(tmp_path / "r.db")
    with database:  # a person decides in the database itself
        database.execute(
            "update findings set disposition = 'accepted' where report_id = ? and rule_id = ? and subject = ? and position = ?", second
        )
    database.close()
    report, rule, subject, position = first
    keys = {"report": report, "rule": rule, "subject": subject, "position": position}
    await corrected(tmp_path, {"what": "finding", **keys, "value": "source_error", **SAID})
    both = [("accepted", None), ("source_error", "the title is wrong (李, 2026-03-01)")]
    assert sorted(query(tmp_path, said)) == both
    await reextract(tmp_path, tmp_path / "r.db", everything=True)
    assert sorted(query(tmp_path, said)) == both
    (tmp_path / "corrections.yaml").unlink()
    await reextract(tmp_path, tmp_path / "r.db")
    assert query(tmp_path, said) == both[:1]


@in_loop
async def test_a_page_with_several_reports_is_not_guessed_at(tmp_path: Path) -> None:
    with Server() as server:
        parts = [REPORT.format(title=title(year), year=year).partition("<h1>")[2].partition("</div>")[0] for year in (2018, 2019)]
        body = "".join(f"<h1>{part}" for part in parts)
        server.page("/1.html", f"<html><head><title>年报</title></head><body><div class='TRS_Editor'>{body}")
        await crawl(tmp_path, article=f"{server.url}/1.html")
        reports = query(tmp_path, "select id, year from reports order by year")
        assert [year for _, year in reports] == [2018, 2019]
        await corrected(tmp_path, entry(page=f"{server.url}/1.html", value=2015))
        assert query(tmp_path, "select id, year from reports order by year") == reports
        await corrected(tmp_path, entry(page=f"{server.url}/1.html", report=reports[0][0], value=2015))
    assert query(tmp_path, "select year from reports order by year") == [(2015,), (2019,)]


# ------------------------------------------------------------------------------------------------ the command


def correct(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    settings = [f"REPORTS_DB={home / 'r.db'}", f"CORRECTIONS={home / 'corrections.yaml'}"]
    line = [sys.executable, "-m", "scrapy", "correct", *(part for one in settings for part in ("-s", one)), *arguments]
    return subprocess.run(line, capture_output=True, text=True, cwd=ROOT)


@in_loop
async def test_the_command(tmp_path: Path) -> None:
    with Server() as server:
        url = f"{server.url}/1.html"
        server.page("/1.html", REPORT.format(title=title(2019), year=2019))
        await crawl(tmp_path, article=url)
    why = ("--reason", "the title is wrong", "--by", "Li", "--date", "2026-03-01")
    ((report, rule, subject),) = query(tmp_path, "select report_id, rule_id, subject from findings order by 1, 2, 3 limit 1")
    for arguments in (("year", url, "2018"), ("finding", report, rule, subject, "accepted")):
        assert correct(tmp_path, *arguments, *why).returncode == 0
    entries = corrections.read(tmp_path / "corrections.yaml").entries
    assert [(one.what, one.value, one.by) for one in entries] == [("year", 2018, "Li"), ("finding", "accepted", "Li")]
    for arguments, problem in [
        (("year", f"{url}x", "2018"), f"holds no page {url}x"),
        (("year", url, "18"), "value: 18 is no year"),
        (("year", url, "2017"), "corrects the same"),
        (("agency", url, "我局"), "value: 我局 names no agency"),
        (("finding", report, "no_rule", "accepted"), f"the report {report} has no finding no_rule on '' (1)"),
        (("cell", report, "a.b.c", "misread"), f"the report {report} has no cell a.b.c"),
    ]:
        said = correct(tmp_path, *arguments, *why)
        assert (said.returncode, said.stderr.count("\n")) == (1, 1)
        assert problem in said.stderr
    assert "reason: is missing" in correct(tmp_path, "not_report", url).stderr
    listed = correct(tmp_path)
    assert listed.returncode == 0
    assert "2 corrections" in listed.stderr
