"""What the file holds before any report: the tables of the data dictionary, dictionaries, views; upgrades; Datasette."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crawler.store import Store, tables
from crawler.store.dictionary import _titles, dictionary
from extract.data import sections, templates
from tests.crawler.store_pages import HOME, PORTALS, page, report
from tests.shared import shared

SCHEMA = {
    "portals": "id name level division_code family url enabled note",
    "agencies": "id name level division_code province parent_id aggregates valid_from valid_to successor_id",
    "reports": "id agency_id agency level division_code province year era era_expected title title_inferred period_from period_to "
    "published_on url page_id portal_id index_number document_number text_sha256 version rules_fingerprint",
    "report_versions": "report_id version page_id text_sha256 changed_sections changed_cells first_seen content",
    "pages": "id url final_url sha256 content_type byte_count encoding encoding_declared encoding_evidence repairs outcome "
    "archive_file archive_offset",
    "attachments": "page_id parent_page_id file_name kind text_source",
    "fetches": "run_id url fetched_at status etag last_modified bytes sha256 not_modified",
    "listing_entries": "portal_id url title listed_on agency_hint verdict reason first_run gone_run",
    "sections": "kind report_id position parent_position sub_position number heading text original_text char_count confidence warnings",
    "requests": "report_id position text received received_section",
    "review_litigation": "reviews_total reviews_total_section litigations_total",
    "fees": "collected collected_section",
    "other_matters": "fees_collected fees_collected_section",
    "sign_off": "report_id text",
    "other": "report_id text",
    "table_cells": "report_id table_id row_id column_id position value state raw unit page_id locator recovered",
    "unknown_labels": "report_id table_id label raw_row seen",
    "quantities": "report_id section_kind section_position metric value unit approx negated derived scope phrase start_offset end_offset",
    "findings": "report_id rule_id subject status lhs rhs delta basis evidence disposition note",
    "metrics": "metric title_en title_zh unit definition eras comparability source_rows",
    "series": "agency_id year metric value state origin report_id",
    "runs": "id command started_at finished_at finish_reason arguments versions counts",
    "run_portals": "run_id portal_id outcome listed declared fetched new changed unchanged failed withdrawn requests bytes",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("schema") / "reports.db"
    with Store(path) as store:
        for portal in PORTALS:
            store.add_portal(portal)
        for year in (2019, 2020, 2023):
            store.write(page(f"{HOME}/{year}.html", report(year, quantities=({},), findings=({},))), portal_id="qinghe")
        store.write(page("http://copy.example.com/", report(2023, text='x"; drop table reports; --]<script>alert(1)</script>')))
    return path


def query(path: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


@pytest.mark.parametrize("table", SCHEMA)
def test_the_columns_of_the_data_dictionary_are_there(database: Path, table: str) -> None:
    assert {name for _, name, *_ in query(database, f"pragma table_info({table})")} >= set(SCHEMA[table].split())


def test_every_section_kind_has_a_table_and_its_metrics_are_columns(database: Path) -> None:
    for kind in sections().kinds:
        columns = {name for _, name, *_ in query(database, f"pragma table_info({kind.id})")}
        wanted = {metric.column for metric in sections().metrics if metric.kind == kind.id and metric.column}
        assert wanted | {f"{column}_section" for column in wanted} <= columns


def test_every_table_has_a_wide_view(database: Path) -> None:
    views = {name for (name,) in query(database, "select name from sqlite_master where type = 'view'")}
    assert views == {"sections", "coverage", *(f"wide_{table}" for table in templates().tables)}
    for view in views:
        query(database, f"select * from {view} limit 1")


def test_identifiers_are_plain_words(database: Path) -> None:
    names = [name for (name,) in query(database, "select name from sqlite_master where name not like 'sqlite_%'")]
    columns = [column for table in tables.all_tables() for column in table.columns]
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names + columns)


def test_no_table_takes_the_name_of_another() -> None:
    names = [table.name for table in tables.all_tables()]
    assert len(names) == len(set(names))


def test_extracted_tables_know_no_clock() -> None:
    timed = {table.name for table in tables.all_tables() for column in table.columns if column.endswith("_at")}
    assert timed == {"runs", "fetches"}


def test_every_metric_has_a_chinese_name() -> None:
    assert {row["metric"] for row in dictionary()["metrics"] if not row["title_zh"]} == set()
    assert _titles().keys() == {row["metric"] for row in dictionary()["metrics"]}


def test_dictionaries_say_what_an_id_means(database: Path) -> None:
    assert query(database, "select label_zh from table_rows where table_id = 'form2021_requests' and row_id = 'carried_over_in'") == [
        ("上年结转政府信息公开申请数量",)
    ]
    assert query(database, "select group_zh, label_zh from table_columns where column_id = 'org_business' limit 1") == [
        ("法人或其他组织", "商业企业")
    ]
    assert query(database, "select title_zh from section_kinds where kind = 'fees'") == [("收费及减免情况",)]
    assert query(database, "select basis, scope from rules where rule_id in ('req_flow', 'other_page_differs') order by rule_id") == [
        ("structural", "pages"),
        ("official", "report"),
    ]
    assert query(database, "select comparability, eras from metrics where metric = 'refused'")[0][0] == "loose"


def test_usual_queries_use_an_index(database: Path) -> None:
    for sql in (
        "select * from sections where report_id = 'x'",
        "select * from table_cells where report_id = 'x'",
        "select * from quantities where report_id = 'x'",
        "select * from findings where report_id = 'x'",
        "select * from findings where rule_id = 'x' and status = 'violated'",
        "select * from series where agency_id = 'x' and metric = 'refused'",
        "select * from series where metric = 'refused' and year = 2023",
        "select * from reports where agency_id = 'x' and year = 2023",
        "select * from pages where url = 'x'",
        "select * from report_pages where page_id = 'x'",
    ):
        plan = query(database, f"explain query plan {sql}")
        assert not any("SCAN" in step[3] for step in plan), (sql, plan)


# ------------------------------------------------------------------------------------------------ a file of an older program


def test_a_metric_that_is_new_becomes_a_column(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(quantities=({},))))
    connection = sqlite3.connect(path)
    connection.execute("alter table requests drop column received_section")
    connection.execute("delete from metrics where metric = 'reading.copies'")
    connection.execute("insert into metrics (metric) values ('dropped.metric')")
    connection.execute("update metrics set title_zh = 'old' where metric = 'requests.received'")
    connection.execute("update schema_fingerprint set sha256 = 'older'")
    connection.commit()
    connection.close()
    with Store(path) as store:
        store.write(page(f"{HOME}/2.html", report(2022)))
    assert query(path, "select received_section from requests order by report_id") == [("overview",), (None,)]
    assert query(path, "select title_zh from metrics where metric in ('reading.copies', 'dropped.metric')") == [("复印页数",)]
    assert query(path, "select title_zh from metrics where metric = 'requests.received'") != [("old",)]
    assert query(path, "select count(*) from quantities") == [(1,)]
    assert query(path, "pragma foreign_key_check") == []


def test_an_id_that_reports_still_use_stays_in_the_dictionary(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(quantities=({},))))
    connection = sqlite3.connect(path)
    connection.execute("insert into metrics (metric) values ('dropped.metric')")
    connection.execute("update quantities set metric = 'dropped.metric'")
    connection.execute("update schema_fingerprint set sha256 = 'older'")
    connection.commit()
    connection.close()
    Store(path).close()
    assert query(path, "select count(*) from metrics where metric = 'dropped.metric'") == [(1,)]


# ------------------------------------------------------------------------------------------------ Datasette


def test_datasette_opens_the_file_as_it_is(database: Path) -> None:
    app = pytest.importorskip("datasette.app")

    async def visit() -> dict[str, int]:
        datasette = app.Datasette([str(database)])
        await datasette.invoke_startup()
        paths = ["/", "/reports", "/reports/reports", f"/reports/reports/{report()['report']['id']}", "/reports/sections?_facet=kind"]
        paths += [f"/reports/{table.name}" for table in tables.all_tables()] + [
            "/reports/wide_form2021_requests",
            "/reports/overview?_labels=on",
        ]
        overview = (await datasette.client.get("/reports/overview.json?_shape=array")).json()[0]["id"]
        found = {path: (await datasette.client.get(path)).status_code for path in [*paths, f"/reports/overview/{overview}"]}
        datasette.executor.shutdown()
        return found

    with ThreadPoolExecutor(1) as thread:
        found = thread.submit(asyncio.run, visit()).result()
    assert {path: status for path, status in found.items() if status != 200} == {}


# ------------------------------------------------------------------------------------------------ with the extractor


def test_the_rows_of_the_extractor_fit(tmp_path: Path) -> None:
    from extract import Page, extract
    from extract.rows import page_rows

    files = sorted(shared("seeds").glob("*.txt"))
    with Store(tmp_path / "reports.db") as store:
        written = [store.write(page_rows(extract(Page(file.read_bytes(), f"saved:{file.name}")))) for file in files]
        again = [store.write(page_rows(extract(Page(file.read_bytes(), f"saved:{file.name}")))) for file in files]
        held = store.summary(1).held
    assert held == sum(len(one.new) for one in written)
    assert sum(len(one.unchanged) + len(one.linked) for one in again) >= held
    assert not any(one.new or one.changed for one in again)
    unexplained = "select distinct rule_id from findings where rule_id not in (select rule_id from rules)"
    assert query(tmp_path / "reports.db", unexplained) == []
