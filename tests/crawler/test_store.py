"""The store as its callers see it: runs, listings, reports, versions, pages that hold one report twice."""

from __future__ import annotations

import itertools
import json
import pickle
import random
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.store import BadRows, NoSuchVersion, Store, prepare, search
from crawler.store import checks as store_checks
from crawler.store.tables import REPORTS
from extract import fingerprint
from extract.model import Finding
from tests.crawler.store_pages import HOME, PORTALS, page, quantity, report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OPERATIONS = {"runs", "run_portals", "fetches"}
COPY = "http://copy.example.com/1.html"
OTHER_GOV = "http://www.qingheshi.gov.cn/1.html"
ID = report()["report"]["id"]


@cache
def empty() -> bytes:
    """A database with two portals and no report; making one takes longer than most tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "reports.db")
        with Store(path) as store:
            for portal in PORTALS:
                store.add_portal(portal)
        return path.read_bytes()


def make_empty(path: Path) -> Path:
    path.write_bytes(empty())
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(make_empty(tmp_path / "reports.db")) as store:
        yield store


def rows(store: Store, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(store.path) as connection:
        return connection.execute(sql, values).fetchall()


def dump(store: Store, *, without: frozenset[str] | set[str] = frozenset(OPERATIONS)) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those of `without` and the index, whose order is that of writing, sorted."""
    names = [name for (name,) in rows(store, "select name from sqlite_master where type = 'table'")]
    tables = [name for name in names if name not in without and not name.startswith(search.INDEX)]  # see test_search.py
    return {table: sorted(rows(store, f'select * from "{table}"'), key=repr) for table in tables}


def check_file(store: Store) -> None:
    assert rows(store, "pragma integrity_check") == [("ok",)]
    assert rows(store, "pragma foreign_key_check") == []


# ------------------------------------------------------------------------------------------------ a page and its reports


def test_a_report_is_stored_with_all_its_rows(store: Store) -> None:
    one = report(quantities=({},), findings=({}, {"subject": "org_other"}))
    written = store.write(page(f"{HOME}/1.html", one), portal_id="qinghe", archive_file="a.warc.gz", archive_offset=7)
    assert written.new == (ID,)
    assert rows(store, "select version, portal_id, year, title_inferred from reports") == [(1, "qinghe", 2023, 0)]
    assert rows(store, "select kind, position, text from sections order by position") == [
        ("overview", 1, "青禾市收到申请12件。"),
        ("requests", 2, None),
    ]
    assert rows(store, "select received, received_section from requests") == [(12, "overview")]
    assert len(rows(store, "select * from table_cells")) == 5
    assert rows(store, "select metric, value, negated, phrase from quantities") == [("requests.received", 12, 0, "收到申请12件")]
    assert rows(store, "select rule_id, subject, position from findings") == [("req_flow", "org_other", 1), ("req_flow", "total", 1)]
    assert rows(store, "select archive_file, archive_offset, outcome, reason from pages") == [("a.warc.gz", 7, "ok", None)]
    assert rows(store, "select file_name, page_id is null from attachments") == [("附件.pdf", 1)]
    assert rows(store, "select name, aggregates, province from agencies") == [("青禾市人民政府", 1, "青禾省")]
    check_file(store)


def test_whole_numbers_stay_whole_and_fractions_stay_fractions(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(figures={"granted": 27042.62, "results_total": 12.0})))
    assert rows(store, "select value, typeof(value) from table_cells where row_id in ('granted', 'results_total') order by row_id") == [
        (27042.62, "real"),
        (12, "integer"),
    ]


def test_states_without_a_number_are_null(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(figures={"granted": "blank", "carried_over_in": "dash"})))
    assert rows(store, "select state from table_cells where value is null order by state") == [("blank",), ("dash",)]


def test_a_page_without_a_report_is_a_row_with_its_reason(store: Store) -> None:
    written = store.write(page(f"{HOME}/notice.html", rejected="a work plan", outcome="not_report"))
    assert written.outcome == "not_report"
    assert rows(store, "select outcome, reason from pages") == [("not_report", "a work plan")]
    assert rows(store, "select count(*) from reports") == [(0,)]


def test_several_reports_on_one_page(store: Store) -> None:
    written = store.write(page(f"{HOME}/all.html", report(2021), report(2022), report(2023)))
    assert len(written.new) == 3


def test_the_fuller_of_two_copies_on_one_page_counts(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(cells=[]), report(), report(cells=[])))
    assert rows(store, "select count(*) from reports") == [(1,)]
    assert rows(store, "select count(*) from table_cells") == [(5,)]


def test_rows_prepared_by_a_worker_are_the_same_rows(store: Store, tmp_path: Path) -> None:
    pages = [page(f"{HOME}/{year}.html", report(year, quantities=({},))) for year in (2022, 2023)]
    with Store(tmp_path / "other.db") as other:
        for one in pages:
            store.write(one)
            other.write(pickle.loads(pickle.dumps(prepare(one))))
        assert dump(store, without={"portals"}) == dump(other, without={"portals"})


def test_a_key_that_is_no_column_is_an_error_and_stores_nothing(store: Store) -> None:
    one = page(f"{HOME}/1.html", report())
    one["reports"][0]["table_cells"][0]["colour"] = "red"
    with pytest.raises(BadRows, match="table_cells: no column is called colour"):
        store.write(one)
    assert rows(store, "select count(*) from pages") == [(0,)]


def test_a_section_of_an_unknown_kind_is_an_error(store: Store) -> None:
    one = page(f"{HOME}/1.html", report())
    one["reports"][0]["sections"][0]["kind"] = 'x"; drop table reports; --'
    with pytest.raises(BadRows, match="kind"):
        store.write(one)


def test_a_page_that_fails_leaves_nothing_and_the_next_one_is_stored(store: Store) -> None:
    before = dump(store)
    bad = page(f"{HOME}/1.html", report())
    bad["reports"][0]["table_cells"].append(bad["reports"][0]["table_cells"][0])
    with pytest.raises(BadRows, match="UNIQUE"):
        store.write(bad)
    assert dump(store) == before
    assert store.write(page(f"{HOME}/1.html", report())).new


@pytest.mark.parametrize(
    "text",
    ['x"; drop table reports; --', "]", "长" * 100_000, "a\0b", "\u202e<script>alert(1)</script>", "=HYPERLINK()", "'", "", "\ufffe", "💡"],
    ids=range(10),
)
def test_hostile_values_come_back_as_they_were(store: Store, text: str) -> None:
    one = report(text=text, quantities=({"phrase": text, "scope": text},), findings=({"subject": text},), title=text)
    cell = one["table_cells"][0]
    cell |= {"raw": text, "row_id": text, "table_id": "unknown_local", "column_id": text}
    store.write(page(f"{HOME}/{text[:20]}", one))
    assert rows(store, "select title from reports") == [(text,)]
    assert rows(store, "select text from overview") == [(text,)]
    assert rows(store, "select raw, row_id from table_cells where table_id = 'unknown_local'") == [(text, text)]
    assert rows(store, "select phrase, scope from quantities") == [(text, text)]
    check_file(store)


def test_numbers_that_no_column_can_hold(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(figures={"granted": 10**30})))
    assert rows(store, "select value from table_cells where row_id = 'granted'") == [(1e30,)]


def test_half_a_character_costs_its_page_only(store: Store) -> None:
    with pytest.raises(BadRows, match="half a character"):
        store.write(page(f"{HOME}/1.html", report(text="\ud800") | {}))
    assert store.write(page(f"{HOME}/1.html", report())).new


# ------------------------------------------------------------------------------------------------ a second run


def crawl(store: Store) -> None:
    """A run over a small web: three reports, a notice, a listing."""
    run = store.start_run("crawl annual_reports", {"portal": "qinghe"}, {"gongkai": "0.1"})
    entries = [
        {"url": f"{HOME}/{year}.html", "title": f"{year}年报告", "listed_on": None, "verdict": "accepted"} for year in (2021, 2022, 2023)
    ]
    store.record_entries(run, "qinghe", entries, complete=True)
    for year in (2021, 2022, 2023):
        one = page(f"{HOME}/{year}.html", report(year, quantities=({},), findings=({},)))
        store.record_fetch(run, one["page"]["url"], status=200, sha256=one["page"]["sha256"])
        store.write(one, portal_id="qinghe", archive_file="a.warc.gz", archive_offset=year)
    store.write(page(f"{HOME}/notice.html"))
    store.record_portal(run, "qinghe", outcome="ok", listed=3, new=3)
    store.finish_run(run, "finished", {"requests": 5})


def test_a_second_run_over_an_unchanged_web_writes_only_that_it_took_place(store: Store) -> None:
    crawl(store)
    before = dump(store)
    changes = store._connection.total_changes
    crawl(store)
    assert dump(store) == before
    operations = 1 + 3 + 1 + 1  # run started, fetches, run_portals, run finished
    assert store._connection.total_changes - changes == operations


def test_opening_an_up_to_date_file_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    Store(path).close()
    before = path.read_bytes()
    Store(path).close()
    assert path.read_bytes() == before


def test_summary(store: Store) -> None:
    crawl(store)
    store.write(page(f"{HOME}/plan.html", rejected="a work plan"))
    found = store.summary(1)
    assert found.portals[0]["outcome"] == "ok"
    assert found.entries == {"accepted": 3}
    assert found.reports == {"new": 3, "changed": 0, "reread": 0, "unchanged": 0, "linked": 0, "retired": 0}
    assert found.rejects == {("not_report", "a notice"): 1}
    assert (found.held, found.sections, found.cells, found.quantities) == (3, 6, 15, 3)
    assert found.findings["holds"] >= 3


def test_summary_of_a_run_that_goes_on_counts_what_was_written_so_far(store: Store) -> None:
    run = store.start_run("crawl", {}, {})
    store.write(page(f"{HOME}/plan.html", rejected="a plan: of work"))
    assert store.summary(run).rejects == {("not_report", "a plan: of work"): 1}


# ------------------------------------------------------------------------------------------------ listings, portals, fetches


def entry(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "url": f"{HOME}/{number}.html",
        "title": f"第{number}篇",
        "listed_on": "2024-01-31",
        "agency_hint": None,
        "verdict": "accepted",
        **changes,
    }


def test_an_entry_that_is_gone_and_comes_back(store: Store) -> None:
    first, second, third = (store.start_run("crawl", {}, {}) for _ in range(3))
    state = "select url, first_run, gone_run from listing_entries order by url"
    store.record_entries(first, "qinghe", [entry(1), entry(2)], complete=True)
    store.record_entries(second, "qinghe", [entry(1)])
    assert rows(store, state) == [(f"{HOME}/1.html", first, None), (f"{HOME}/2.html", first, None)], "half a listing proves nothing"
    store.record_entries(second, "qinghe", [entry(1)], complete=True)
    assert rows(store, state) == [(f"{HOME}/1.html", first, None), (f"{HOME}/2.html", first, second)]
    store.record_entries(third, "qinghe", [entry(1), entry(2)], complete=True)
    assert rows(store, state) == [(f"{HOME}/1.html", first, None), (f"{HOME}/2.html", first, None)]


def test_an_entry_whose_title_changed_is_updated(store: Store) -> None:
    run = store.start_run("crawl", {}, {})
    store.record_entries(run, "qinghe", [entry(1)])
    store.record_entries(run, "qinghe", [entry(1, title="更正", verdict="rejected", reason="a notice")])
    assert rows(store, "select title, verdict, reason from listing_entries") == [("更正", "rejected", "a notice")]


def test_entries_of_one_portal_do_not_touch_another(store: Store) -> None:
    run = store.start_run("crawl", {}, {})
    store.record_entries(run, "qinghe", [entry(1)], complete=True)
    store.record_entries(run, "yunxi", [entry(1)], complete=True)
    assert rows(store, "select count(*) from listing_entries where gone_run is null") == [(2,)]


def test_a_portal_is_updated_in_place(store: Store) -> None:
    store.add_portal({**PORTALS[0], "note": "moved"})
    assert rows(store, "select note from portals where id = 'qinghe'") == [("moved",)]


def test_a_column_that_does_not_exist_is_named(store: Store) -> None:
    with pytest.raises(BadRows, match="portals: no column is called colour"):
        store.add_portal({**PORTALS[0], "colour": "red"})


# ------------------------------------------------------------------------------------------------ revised reports


def test_a_revised_report_is_a_new_version_and_the_old_one_can_be_rebuilt(store: Store) -> None:
    old = page(f"{HOME}/1.html", report(quantities=({},), findings=({},)))
    store.write(old, portal_id="qinghe")
    before = store.rebuild(ID, 1)
    written = store.write(page(f"{HOME}/1.html", report(figures={"granted": 11}, text="青禾市收到申请13件。")), portal_id="qinghe")
    assert written.changed == (ID,)
    assert rows(store, "select version from reports") == [(2,)]
    assert rows(store, "select value from table_cells where row_id = 'granted'") == [(11,)]
    version = rows(store, "select version, page_id, changed_sections, changed_cells, first_seen from report_versions")
    assert version == [(1, old["page"]["id"], '["overview"]', '{"form2021_requests.granted.total": ["10", "11"]}', None)]
    assert store.rebuild(ID, 1) == before
    assert before["overview"][0]["text"] == "青禾市收到申请12件。"
    assert store.rebuild(ID, 2)["table_cells"] != before["table_cells"]
    check_file(store)


def test_a_version_that_is_not_held(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report()))
    with pytest.raises(NoSuchVersion, match="no version 3"):
        store.rebuild(ID, 3)


def test_first_seen_is_the_run_that_first_fetched_the_version(store: Store) -> None:
    for text in ("一", "二"):
        run = store.start_run("crawl", {}, {})
        one = page(f"{HOME}/1.html", report(text=text))
        store.record_fetch(run, one["page"]["url"], status=200, sha256=one["page"]["sha256"], fetched_at=f"2024-0{run}-01")
        store.write(one)
    assert rows(store, "select version, first_seen from report_versions") == [(1, 1)]


def test_a_page_that_only_counts_its_visits_is_no_new_version(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(), body="visits: 1"))
    before = dump(store, without={*OPERATIONS, "pages", "attachments", "report_pages"})
    written = store.write(page(f"{HOME}/1.html", report(), body="visits: 2"))
    assert not written.changed
    assert dump(store, without={*OPERATIONS, "pages", "attachments", "report_pages"}) == before
    assert rows(store, "select count(*) from report_pages where content is not null") == [(0,)], (
        "a page that says nothing new costs no room"
    )


def test_better_rules_over_the_same_bytes_are_no_new_version(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report()))
    reread = page(f"{HOME}/1.html", report())
    reread["reports"][0]["report"]["rules_fingerprint"] = "rules2"
    reread["reports"][0]["table_cells"][0]["value"] = 13
    written = store.write(reread)
    assert (written.changed, written.reread) == ((), (ID,))
    assert rows(store, "select version, rules_fingerprint from reports") == [(1, "rules2")]
    assert rows(store, "select count(*) from report_versions") == [(0,)]
    assert store.write(reread).unchanged == (ID,)


def test_a_page_that_no_longer_holds_the_report_takes_it_along(store: Store) -> None:
    one = page(f"{HOME}/1.html", report(), body="same bytes")
    store.write(one)
    other = page(f"{HOME}/1.html", report(2022))
    other["page"] = one["page"]
    other["reports"][0]["report"]["page_id"] = one["page"]["id"]
    for cell in other["reports"][0]["table_cells"]:
        cell["page_id"] = one["page"]["id"]
    other["attachments"] = []
    written = store.write(other)
    assert written.retired == (ID,)
    assert rows(store, "select year from reports") == [(2022,)]
    store.write({**other, "reports": [], "rejected": "a plan"})
    leftovers = dump(store, without={*OPERATIONS, "pages", "portals"})
    assert all(not leftovers[table] for table in ("reports", "agencies", "table_cells", "series", "findings", "report_pages"))
    check_file(store)


def test_dispositions_survive_every_extraction(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(findings=({"status": "violated"},))))
    with sqlite3.connect(store.path) as person:
        person.execute("update findings set disposition = 'source_error', note = 'the form adds up wrongly'")
    person.close()
    store.write(page(f"{HOME}/1.html", report(findings=({"status": "violated", "lhs": 14},), text="改")))
    decided = "select disposition, note from findings where rule_id = 'req_flow'"
    assert rows(store, decided) == [("source_error", "the form adds up wrongly")]
    store.write(page(f"{HOME}/1.html", report(text="再改")))
    assert rows(store, decided) == []
    store.write(page(f"{HOME}/1.html", report(findings=({"status": "violated"},), text="又改")))
    assert rows(store, decided) == [("source_error", "the form adds up wrongly")]


def test_known_pages_need_no_work(store: Store) -> None:
    pages = [page(f"{HOME}/1.html", report(text=text)) for text in ("一", "二")]
    notice = page(f"{HOME}/notice.html")
    slow = page(f"{HOME}/slow.html", outcome="timeout", rejected="not read within 20 s")
    known: Callable[[dict[str, Any], str], bool] = lambda one, rules: store.look_up(one["page"]["url"], one["page"]["sha256"], rules)[0]  # noqa: E731
    assert not known(pages[0], "rules1")
    for one in (*pages, notice, slow):
        store.write(one)
    assert known(pages[1], "rules1")
    assert not known(pages[1], "rules2"), "other rules may read it otherwise"
    assert not known(pages[0], "rules1"), "an address that goes back to what it showed is news"
    assert known(notice, fingerprint())
    assert not known(slow, fingerprint())


# ------------------------------------------------------------------------------------------------ order of arrival


VERSION = list(REPORTS.columns).index("version")
some_or_all = pytest.mark.parametrize("limit", [6, pytest.param(720, marks=pytest.mark.soak)])


def in_any_order(tmp_path: Path, pages: list[dict[str, Any]], limit: int = 6, *, fetched: bool = True) -> dict[str, list[tuple[Any, ...]]]:
    """The rows after `pages` (fetched in the order in which they stand here) were written in any order; they must be the same."""
    dumps: list[dict[str, list[tuple[Any, ...]]]] = []
    make_empty(tmp_path / "reports.db")
    orders = list(itertools.permutations(pages))
    for number, order in enumerate(random.Random(7).sample(orders, min(limit, len(orders)))):
        with Store(shutil.copy(tmp_path / "reports.db", tmp_path / f"{number}.db")) as store:
            run = store.start_run("reextract", {}, {})
            if fetched:
                for minute, one in enumerate(pages):
                    store.record_fetch(
                        run, one["page"]["url"], status=200, sha256=one["page"]["sha256"], fetched_at=f"2024-01-01T00:{minute:02}"
                    )
            for one in order:
                store.write(one, portal_id="qinghe")
            for one in order:
                assert not store.write(one, portal_id="qinghe").changed
            check_file(store)
            dumps.append(dump(store))
    for table in dumps[0]:
        assert all(one[table] == dumps[0][table] for one in dumps), table
    return dumps[0]


@some_or_all
def test_years_in_any_order(tmp_path: Path, limit: int) -> None:
    pages = [page(f"{HOME}/{year}.html", report(year, figures={"carried_over_in": year % 3})) for year in (2019, 2020, 2021, 2023)]
    found = in_any_order(tmp_path, pages, limit)
    assert {row[0] for row in found["findings"] if row[1] == "yoy_carry_over"} == {report(year)["report"]["id"] for year in (2020, 2021)}


@some_or_all
def test_captures_of_one_address_in_any_order(tmp_path: Path, limit: int) -> None:
    texts = ["一", "一", "二", "一", "三"]
    pages = [page(f"{HOME}/1.html", report(text=text), body=str(visit)) for visit, text in enumerate(texts)]
    found = in_any_order(tmp_path, pages, limit)
    assert found["reports"][0][VERSION] == 4
    assert [row[1] for row in found["report_versions"]] == [1, 2, 3]
    assert found["overview"][0][7] == "三"


def test_a_page_that_came_back_to_what_it_said_is_a_version_of_its_own(store: Store) -> None:
    run = store.start_run("crawl", {}, {})
    for minute, text in enumerate(["一", "二", "一"]):
        one = page(f"{HOME}/1.html", report(text=text))
        store.record_fetch(run, one["page"]["url"], status=200, sha256=one["page"]["sha256"], fetched_at=f"2024-01-01T00:{minute:02}")
        store.write(one)
    assert rows(store, "select version from reports") == [(3,)]
    assert rows(store, "select text from overview") == [("一",)]
    assert [store.rebuild(ID, version)["overview"][0]["text"] for version in (1, 2, 3)] == ["一", "二", "一"]


def addresses() -> list[dict[str, Any]]:
    full = report(figures={"granted": 9})
    thin = report(cells=full["table_cells"][:2], text="青禾市收到申请12件")
    return [
        page(COPY, full),
        page(OTHER_GOV, thin),
        page("http://www.yunxi.gov.cn/1.html", full, body="copy"),
        page(f"{HOME}/old.html", report(cells=[], text="无表")),
        page(f"{HOME}/1.html", report(published_on="2024-02-01")),
        page(f"{HOME}/0.html", report(published_on="2024-01-01", text="早")),
    ]


@some_or_all
def test_addresses_of_one_report_in_any_order(tmp_path: Path, limit: int) -> None:
    found = in_any_order(tmp_path, addresses(), limit)
    assert found["reports"][0][14] == f"{HOME}/1.html"
    assert found["reports"][0][VERSION] == 1, "another address is no version"
    assert {row[3] for row in found["report_pages"]} == {"report", "other"}
    differing = [row for row in found["findings"] if row[1] == "other_page_differs"]
    assert {row[2] for row in differing} == {"form2021_requests.granted.total"}
    assert [(row[5], row[6], row[7]) for row in differing] == [("violated", 10, 9)] * 2


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (f"{HOME}/1.html", OTHER_GOV),
        (OTHER_GOV, COPY),
        (f"{HOME}/a.html", f"{HOME}/b.html"),
        (OTHER_GOV, "saved:青禾/2023.html"),
    ],
)
def test_the_better_address_is_the_report(tmp_path: Path, better: str, worse: str) -> None:
    found = in_any_order(tmp_path, [page(worse, report()), page(better, report())])
    assert found["reports"][0][14] == better


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"cells": []}),
        ({"published_on": "2024-03-01"}, {"published_on": "2024-01-01"}),
        ({"published_on": "2024-03-01"}, {"published_on": None}),
        ({"published_on": "2023-03-01"}, {"published_on": "2024-01-01", "cells": []}),
    ],
)
def test_fuller_tables_then_the_later_date(tmp_path: Path, better: dict[str, Any], worse: dict[str, Any]) -> None:
    found = in_any_order(tmp_path, [page(f"{HOME}/a.html", report(**worse)), page(f"{HOME}/b.html", report(**better))])
    assert found["reports"][0][14] == f"{HOME}/b.html"


def test_another_address_revised_changes_no_version(tmp_path: Path) -> None:
    pages = [page(f"{HOME}/1.html", report()), page(COPY, report(text="一")), page(COPY, report(text="二", figures={"granted": 8}))]
    found = in_any_order(tmp_path, pages)
    assert found["reports"][0][VERSION] == 1
    assert found["report_versions"] == []
    assert sorted(row[3] for row in found["report_pages"]) == ["earlier", "other", "report"]


def test_numbers_of_prose_that_differ_between_pages(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(quantities=({},))))
    store.write(page(COPY, report(quantities=({"value": 14}, {"metric": None, "value": 3}))))
    assert rows(store, "select subject, lhs, rhs, delta, scope from findings where rule_id = 'other_page_differs'") == [
        ("requests.received", 12, 14, -2, "pages")
    ]


def test_the_same_sum_in_another_unit_is_no_difference(store: Store) -> None:
    paid = {"metric": "fees.collected", "value": 1.2, "unit": "万元"}
    store.write(page(f"{HOME}/1.html", report(quantities=(paid,))))
    store.write(page(COPY, report(quantities=({**paid, "value": 12000, "unit": "元"},))))
    assert rows(store, "select count(*) from findings") == [(0,)]


def test_when_the_report_goes_the_other_page_takes_its_place(store: Store) -> None:
    own, copy = page(f"{HOME}/1.html", report()), page(COPY, report(figures={"granted": 8}))
    store.write(copy)
    alone = dump(store, without={*OPERATIONS, "pages", "attachments"})
    store.write(own)
    assert rows(store, "select url from reports") == [(f"{HOME}/1.html",)]
    store.write({**own, "reports": [], "rejected": "not a report after all"})
    assert dump(store, without={*OPERATIONS, "pages", "attachments"}) == alone


def test_two_portals_that_list_one_page(tmp_path: Path) -> None:
    found = []
    for order in (("qinghe", "yunxi"), ("yunxi", "qinghe"), ("yunxi", "qinghe", "yunxi")):
        with Store(make_empty(tmp_path / f"{len(found)}.db")) as store:
            for portal_id in order:
                store.write(page(f"{HOME}/1.html", report(name="云溪县人民政府", code="990121")), portal_id=portal_id)
            found.append(rows(store, "select portal_id from reports"))
    assert found == [[("yunxi",)]] * 3


def test_a_portal_that_lists_the_page_before_or_after_it_was_read(tmp_path: Path) -> None:
    found = []
    county = page(f"{HOME}/1.html", report(name="云溪县人民政府", code="990121"))
    for late in (False, True):
        with Store(make_empty(tmp_path / f"{late}.db")) as store:
            run = store.start_run("crawl", {}, {})
            for step in (0, 1) if late else (1, 0):
                if step:
                    store.record_entries(run, "yunxi", [entry(1)])
                else:
                    store.write(county, portal_id="qinghe")
            found.append((rows(store, "select portal_id from reports"), rows(store, "select portal_id from report_pages")))
    assert found == [([("yunxi",)], [("yunxi",)])] * 2


def test_a_portal_that_turned_the_page_away_does_not_count(store: Store) -> None:
    run = store.start_run("crawl", {}, {})
    store.record_entries(run, "yunxi", [entry(1, verdict="rejected", reason="a notice")])
    store.write(page(f"{HOME}/1.html", report(name="云溪县人民政府", code="990121")), portal_id="qinghe")
    assert rows(store, "select portal_id from reports") == [("qinghe",)]


def test_an_agency_is_what_its_latest_report_says(tmp_path: Path) -> None:
    older, newer = report(2021), report(2023)
    older["agency"]["province"] = older["report"]["province"] = "旧省"
    newer["report"]["province"] = None
    found = in_any_order(tmp_path, [page(f"{HOME}/1.html", older), page(f"{HOME}/2.html", newer)])
    assert found["agencies"][0][4] == "旧省"


# ------------------------------------------------------------------------------------------------ across years


def test_findings_across_years_stand_with_the_later_report(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def across(earlier: Any, later: Any, year: int) -> tuple[Finding, ...]:
        calls.append(year)
        key = ("form2021_requests", "carried_over_out", "total")
        return (Finding("yoy", "total", "holds", "structural", later[key][0], earlier[key][0], {"year": year}),)

    monkeypatch.setattr(store_checks, "across_years", across)
    for year in (2023, 2021, 2022):
        store.write(page(f"{HOME}/{year}.html", report(year, figures={"carried_over_out": year})))
    assert calls == [2022, 2023]
    expected = [(report(2022)["report"]["id"], 2022, 2021), (report(2023)["report"]["id"], 2023, 2022)]
    assert rows(store, "select report_id, lhs, rhs from findings where scope = 'years' order by report_id") == expected
    store.write(page(f"{HOME}/2021.html", report(2021, figures={"carried_over_out": 5})))
    assert rows(store, "select lhs, rhs from findings where scope = 'years' order by report_id") == [(2022, 5), (2023, 2022)]


def test_another_agency_is_no_neighbour(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(2022)))
    store.write(page(f"{HOME}/2.html", report(2023, name="云溪县人民政府", code="990121")))
    assert rows(store, "select count(*) from findings") == [(0,)]


# ------------------------------------------------------------------------------------------------ dictionaries, series


def test_series_of_an_agency(store: Store) -> None:
    for year in (2022, 2023):
        store.write(page(f"{HOME}/{year}.html", report(year, figures={"new_requests": year})))
    query: Callable[[str], list[tuple[Any, ...]]] = lambda metric: rows(  # noqa: E731
        store, "select year, value, state, origin, comparability from series where metric = ? order by year", metric
    )
    assert query("requests_received") == [(2022, 2022, "number", "table", "same"), (2023, 2023, "number", "table", "same")]
    assert query("reviews") == [(2022, None, "not_reported", None, "close"), (2023, None, "not_reported", None, "close")]


def test_wide_views_are_sheets(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report()))
    sheet = rows(store, "select year, row_id, label_zh, total from wide_form2021_requests")
    assert sheet[0] == (2023, "new_requests", "本年新收政府信息公开申请数量", 12)
    assert [row[1] for row in sheet] == ["new_requests", "carried_over_in", "granted", "results_total", "carried_over_out"]


def test_the_score_tool_can_read_what_is_stored(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(quantities=({},))))
    (text,) = rows(store, "select text from sections where report_id = ? and position = 1 and parent_position is null", ID)[0]
    ((start, end, phrase),) = rows(store, "select start_offset, end_offset, phrase from quantities")
    assert text[start:end] == phrase
    assert rows(store, "select count(*) from table_cells where page_id is null or locator is null") == [(0,)]


def test_unclaimed_numbers_have_no_metric(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report(quantities=(quantity(ID, None, 3),))))
    assert rows(store, "select metric, value from quantities") == [(None, 3)]


def test_evidence_of_other_pages_names_both(store: Store) -> None:
    store.write(page(f"{HOME}/1.html", report()))
    store.write(page(COPY, report(figures={"granted": 8})))
    ((evidence,),) = rows(store, "select evidence from findings where rule_id = 'other_page_differs'")
    assert [one["url"] for one in json.loads(evidence)["pages"]] == [f"{HOME}/1.html", COPY]
