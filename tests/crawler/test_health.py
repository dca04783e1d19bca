"""What a portal gives is weighed against what it gave before; what is doubtful is said, and nothing is taken for gone."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from crawler import health, portals
from crawler.commands.crawl import STATUS
from crawler.extensions.health import html, page_of, verdict
from crawler.extensions.run import PortalCount, Run
from crawler.health import Found, Past, doubts
from crawler.middlewares.addresses import GuardedResolver
from crawler.portals.model import Portal
from crawler.store import Store
from crawler.store.coverage import obstacle
from tests.crawler.loop import in_loop
from tests.crawler.server import Server
from tests.crawler.store_pages import HOME, PORTALS, page, report
from tests.crawler.test_annual_reports import REPORT, crawl, query, title
from tests.crawler.test_settings import scrapy

FILL = {"entries": 10, "listed_on": 1.0, "accepted": 0.9, "reports": 10, "published_on": 0.9, "title": 1.0, "cells": 1.0, "requests": 1.0}


def found(listed: int = 10, **changes: Any) -> Found:
    return Found(**{"listed": listed, "whole": True, "walked": True, **changes})


@pytest.mark.parametrize(
    ("now", "past", "says"),
    [
        (found(8), Past((10,), 10), None),  # 20 % fewer is not more than 20 %
        (found(7), Past((10,), 10), "lists 7 entries; a walk before found 10"),
        (found(7), Past((7, 7, 10), 7), "a walk before found 10"),
        (found(7), Past((7, 7, 7, 10), 7), None),  # three walks say the same
        (found(7, walked=False), Past((10,), 10), None),  # a walk that stopped at what is known counts a part
        (found(30), Past((10,), 10), None),
        (found(0), Past((), 5), "lists nothing; the run before found 5 entries"),
        (found(0, walked=False), Past((), 5), "lists nothing"),
        (found(0, whole=False, walked=False), Past((), 5), None),  # one listing of it was asked for
        (found(0), Past((), 0), None),
        (found(0), Past(), None),
        (found(3), Past(), None),
        (found(fill={**FILL, "published_on": 0.69}), Past(fill=FILL), "69% of the reports have a date of publication; it was 90%"),
        (found(fill={**FILL, "published_on": 0.7}), Past(fill=FILL), None),
        (found(fill={**FILL, "reports": 4, "cells": 0.0}), Past(fill=FILL), None),  # too few to tell
        (found(fill={**FILL, "cells": 0.0}), Past(fill={**FILL, "reports": 4}), None),
        (found(fill={**FILL, "listed_on": 0.0}), Past(fill=FILL), "0% of the entries have a date"),
        (found(fill={**FILL, "title": 1.0}), Past(fill={**FILL, "title": 0.1}), None),
        (found(fill={}), Past(fill=FILL), None),
        (found(agencies=3, expect_agencies=4), Past(), "has reports of 3 agencies; its file expects 4"),
        (found(agencies=4, expect_agencies=4), Past(), None),
        (found(agencies=3, expect_agencies=4, walked=False), Past(), None),
        (found(since=2010, expect_since=2008), Past(), "since 2010; its file expects 2008"),
        (found(since=None, expect_since=2008), Past(), "since no year"),
        (found(since=2007, expect_since=2008), Past(), None),
    ],
)
def test_what_is_doubtful(now: Found, past: Past, says: str | None) -> None:
    said = doubts(now, past)
    assert len(said) == (says is not None)
    assert says is None or says in said[0]


@pytest.mark.parametrize(
    ("problems", "outcome"),
    [
        (["http://a/: forbidden: the server refuses us (HTTP 403)"], "blocked"),
        (["http://a/: challenge:412: a challenge stands before the page (HTTP 412)"], "blocked"),
        (["http://a/: unreachable: DNSLookupError", "http://b/: timeout: no answer in time"], "unreachable"),
        (["http://a/: unreachable: HTTP 500", "http://b/: robots_denied: robots.txt does not allow it"], "blocked"),
        (["http://a/: page 1 is empty"], "failed"),
        (["http://a/: forbidden: x", "http://b/: not read"], "failed"),
        (["http://a/forbidden/: not read"], "failed"),
    ],
)
def test_a_portal_without_a_listing_is_told_by_its_obstacle(problems: list[str], outcome: str) -> None:
    assert obstacle(problems) == outcome
    assert PortalCount(problems=problems).outcome == outcome
    assert PortalCount(problems=problems, listed=1).outcome == "partial"


def test_shares_of_entries() -> None:
    entries = [{"listed_on": "2024-01-01", "verdict": "accepted"}, {"listed_on": None, "verdict": "rejected"}]
    assert health.entries_fill(entries) == {"entries": 2, "listed_on": 0.5, "accepted": 0.5}
    assert health.entries_fill([]) == {}


# ------------------------------------------------------------------------------------------------ against the database


def test_only_finished_whole_walks_are_what_a_count_is_held_against(tmp_path: Path) -> None:
    with Store(tmp_path / "r.db") as store:
        store.add_portal({**PORTALS[0], "expect_agencies": 2})
        for listed, walked, reason in ((40, 1, "finished"), (90, 1, "shutdown"), (2, 0, "finished")):
            run_id = store.start_run("scrapy crawl annual_reports", {}, {})
            store.record_portal(run_id, "qinghe", outcome="ok", listed=listed, walked=walked)
            store.finish_run(run_id, reason, {})
        store.record_portal(store.start_run("scrapy crawl annual_reports", {}, {}), "qinghe", listed=99, walked=1)  # killed
        now = store.start_run("scrapy crawl annual_reports", {}, {})
        said = store.weigh(now, "qinghe", found(20))[1]
        assert said == ["lists 20 entries; a walk before found 40", "has reports of 0 agencies; its file expects 2"]
        assert store.weigh(now, "qinghe", found(32))[1] == said[1:]
        assert "found 2 entries" in store.weigh(now, "qinghe", found(0, walked=False))[1][0]


def test_shares_are_those_of_the_reports_this_run_fetched(tmp_path: Path) -> None:
    with Store(tmp_path / "r.db") as store:
        store.add_portal(PORTALS[0])
        run_id = store.start_run("scrapy crawl annual_reports", {}, {})
        for year in (2018, 2019, 2020, 2021):
            rows = page(
                f"{HOME}/{year}.html", report(year, published_on=None if year == 2020 else "2024-01-30", title_inferred=year == 2018)
            )
            fetch = {"run_id": run_id, "url": f"{HOME}/{year}.html", "fetched_at": "x", "sha256": rows["page"]["sha256"]}
            store.write(rows, portal_id="qinghe", fetch=fetch if year < 2021 else None)
        now, _ = store.weigh(run_id, "qinghe", found(4, fill={"entries": 4}))
        assert now.fill == {"entries": 4, "reports": 2, "published_on": 0.5, "title": 1.0, "cells": 1.0, "requests": 1.0}
        assert (now.agencies, now.since) == (1, 2018)
        assert store.weigh(run_id + 1, "qinghe", found(4))[0].fill == {}


def test_a_run_is_told_beside_the_one_before_and_last_spring(tmp_path: Path) -> None:
    ends = ("2024-03-01T00:00:00+00:00", "2024-03-20T00:00:00+00:00", "2025-01-15T00:00:00+00:00", "2025-03-10T16:30:00+00:00")
    with Store(tmp_path / "r.db") as store:
        store.add_portal(PORTALS[0])
        for new in (5, 7, 1, 2):
            run_id = store.start_run("scrapy crawl annual_reports", {}, {})
            store.record_portal(run_id, "qinghe", outcome="ok", listed=10 * new, new=new)
            store.finish_run(run_id, "finished", {"outcomes": {"ok": new}})
        connection = sqlite3.connect(tmp_path / "r.db")
        with connection:
            connection.executemany("update runs set finished_at = ? where id = ?", [(end, one) for one, end in enumerate(ends, 1)])
        connection.close()
        told = store.record(4)
        with pytest.raises(KeyError):
            store.record(store.start_run("scrapy crawl annual_reports", {}, {}))
    assert (told["totals"]["new"], told["before"]["id"], told["before"]["totals"]["new"]) == (2, 3, 1)
    assert told["spring"] == {"from": "2025-01-01", "to": "2025-03-11", "runs": 2, "new": 3}  # half past midnight in Beijing
    assert told["last_spring"] == {"from": "2024-01-01", "to": "2024-03-11", "runs": 1, "new": 5}
    (portal,) = told["portals"]
    assert (portal["listed"], portal["before"]["listed"], portal["new_spring"], portal["new_last_spring"]) == (20, 10, 3, 5)


# ------------------------------------------------------------------------------------------------ a crawl


def listing(years: range) -> str:
    rows = "".join(f"<li><a href='/nb/t{year}0102_1.html'>{title(year)}</a><span>{year + 1}-01-02</span></li>" for year in years)
    return f"<ul>{rows}</ul><script>createPageHTML(1,0,'index','html')</script>"


@in_loop
async def test_a_listing_that_shrinks_is_suspect_until_three_walks_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes, gone = "select outcome from run_portals order by run_id", "select count(*) from listing_entries where gone_run is not null"
    own = {"portal": "yunxi", "settings": {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "RETRY_TIMES": 0}}
    with Server() as server:
        known = Portal("yunxi", "云溪县", "county", "990102", (f"{server.url}/nb/",), ("127.0.0.1",), enabled=True)
        monkeypatch.setattr(portals, "load", lambda: (known,))
        monkeypatch.setattr(GuardedResolver, "loopback", True)
        for year in range(2009, 2021):
            server.page(f"/nb/t{year}0102_1.html", REPORT.format(title=title(year), year=year))
        server.page("/nb/", listing(range(2009, 2021)))
        assert verdict(await crawl(tmp_path, **own)) == "fine"
        server.page("/nb/", listing(range(2015, 2021)))
        run = await crawl(tmp_path, **own)
        assert verdict(run) == "suspect"
        assert STATUS[verdict(run)] == 3
        assert query(tmp_path, gone) == [(0,)]
        assert query(tmp_path, "select reasons from run_portals where run_id = 2") == [('["lists 6 entries; a walk before found 12"]',)]
        await crawl(tmp_path, **own)
        await crawl(tmp_path, **own)
        assert verdict(await crawl(tmp_path, **own)) == "fine"
    assert query(tmp_path, outcomes) == [("ok",), ("suspect",), ("suspect",), ("suspect",), ("ok",)]
    assert query(tmp_path, gone) == [(6,)]
    told = json.loads((tmp_path / "r-runs" / "run-00002.json").read_text())
    assert (told["verdict"], told["totals"]["portals_suspect"], told["before"]["id"]) == ("suspect", 1, 1)
    assert "a walk before found 12" in (tmp_path / "r-runs" / "run-00002.html").read_text()


def test_the_verdict_is_failed_where_anything_broke() -> None:
    class Ended(Run):
        def __init__(self, **changes: Any) -> None:
            self.finish_reason, self.errors, self.problem, self.portals = "finished", 0, None, {"a": PortalCount(doubts=["x"])}
            vars(self).update(changes)

    assert verdict(Ended()) == "suspect"
    for changes in ({"finish_reason": "shutdown"}, {"errors": 1}, {"problem": "x"}):
        assert verdict(Ended(**changes)) == "failed"
    assert verdict(Ended(portals={"a": PortalCount(problems=["http://a/: forbidden: x"])})) == "fine"  # told of, but nothing new


def test_the_name_scrapyd_gives_a_run_is_no_argument() -> None:
    done = scrapy("annual_reports", "-a", "_job=e176e8f6", "-a", "portal=nowhere")
    assert done.returncode == STATUS["failed"]
    assert "no portal nowhere" in done.stderr


def test_what_a_page_says_stays_text(tmp_path: Path) -> None:
    with Store(tmp_path / "r.db") as store:
        store.add_portal({**PORTALS[0], "name": "<script>alert(1)</script>"})
        run_id = store.start_run("scrapy crawl annual_reports", {"portal": "<b>"}, {})
        store.record_portal(run_id, "qinghe", outcome="failed", listed=0, reasons='["</td><script>x"]')
        store.finish_run(run_id, "finished", {"outcomes": {"ok": 1, "forbidden": 3}})
        shown = html({"verdict": "fine", "problem": None, "database": "r.db", **store.record(run_id)})
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "forbidden" in shown
    assert page_of(tmp_path / "r.db", 7) == tmp_path / "r-runs" / "run-00007.html"
