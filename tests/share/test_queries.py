"""The canned queries: plans that begin at an index, and answers that are right on a small database whose answers are known."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from benchmarks.database import make
from crawler.store import Store
from crawler.store.tables import content_tables
from share.queries import Query, queries
from tests.crawler.store_pages import HOME, cell, page, report

SMALL = {"series", "agencies"}  # of which whole tables may be read: as many rows as there are agencies, never as many as reports
FIRST, SECOND, THIRD = "青禾市人民政府", "云溪县人民政府", "桐原县人民政府"
FIGURES = {
    "new_requests": 100,
    "carried_over_in": 5,
    "granted": 10,
    "granted_in_part": 5,
    "refused_state_secret": 10,
    "unavailable_not_held": 45,
    "not_processed_duplicate": 20,
    "results_total": 90,
    "carried_over_out": 15,
}
LITIGATION = {
    "litigation_direct_upheld": 1,
    "litigation_direct_corrected": 2,
    "litigation_after_review_corrected": 1,
    "litigation_direct_pending": 9,
}
REVIEWS = {"review_total": 4, "review_corrected": 3, "litigation_direct_total": 12, "litigation_after_review_total": 1}


def _first() -> dict[str, Any]:
    made = report(
        2023,
        figures=FIGURES,
        quantities=({"metric": "fees.collected", "value": 80, "unit": "元", "phrase": "收费80元"},),
        findings=(
            {"rule_id": "review_sum", "status": "violated", "basis": "structural", "subject": "cases"},
            {
                "rule_id": "text_reviews",
                "status": "violated",
                "basis": "structural",
                "subject": "reviews.total",
                "lhs": 9,
                "rhs": 4,
                "delta": 5,
            },
        ),
    )
    key = made["report"]["id"]
    others = [("review_litigation", "cases", name, value) for name, value in (LITIGATION | REVIEWS).items()]
    others += [
        ("form2021_art20_8", "administrative_fees", "fee_amount", 12),
        ("form2021_art20_1", "normative_documents", "issued_this_year", 7),
    ]
    made["table_cells"] += [cell(key, *place, number) for number, place in enumerate(others, 50)]
    made["table_cells"].append(cell(key, "form2021_requests", "new_requests", "natural_person", 60, 99))
    return made


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three agencies of two provinces, of which the newest year tells all that the queries ask for."""
    path = tmp_path_factory.mktemp("known") / "reports.db"
    blank = dict.fromkeys(FIGURES, "blank")
    second = {"name": SECOND, "code": "990121", "level": "county", "province": "白榆省"}
    third = {"name": THIRD, "code": "990122", "level": "province", "province": "白榆省"}
    with Store(path) as store:
        store.write(page(f"{HOME}/2023.html", report(2023), body="1"))
        store.write(page(f"{HOME}/2023.html", _first(), body="2"))
        store.write(page(f"{HOME}/2022.html", report(2022, figures={"new_requests": 10, "carried_over_out": 3})))
        store.write(page(f"{HOME}/b23.html", report(2023, figures={"new_requests": 0}, published_on="2024-05-01", **second)))
        store.write(page(f"{HOME}/b22.html", report(2022, **second)))
        store.write(page(f"{HOME}/c22.html", report(2022, **third)))
        store.write(page(f"{HOME}/d23.html", report(2023, name="白榆区民政局", code="990123", figures=blank, era="form2019")))
    return path


@pytest.fixture(scope="module", params=["generated", "known"])
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was analysed, and one that was not: SQLite plans by what it knows of the sizes."""
    if request.param == "known":
        found: Path = request.getfixturevalue("known")
        return found
    path = tmp_path_factory.mktemp("generated") / "reports.db"
    made = make(path, 180)
    assert made.index_bytes <= 0.8 * made.text_bytes
    return path


def given(query: Query, **values: str) -> dict[str, str]:
    defaults = {"agency": FIRST, "other": SECOND}
    return {name: values.get(name, defaults.get(name, "")) for name in query.parameters}


def answer(path: Path, name: str, **values: str) -> list[dict[str, Any]]:
    query = queries()[name]
    with sqlite3.connect(path) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(query.sql, given(query, **values))]


def names_of_tables(sql: str) -> dict[str, str]:
    """The table behind each name that a statement gives it."""
    return {
        alias or table: table
        for table, alias in re.findall(r"(?:from|join) ([a-z_]+)(?: (?!on\b|cross\b|left\b|join\b|where\b|order\b)([a-z]+))?", sql)
    }


# ------------------------------------------------------------------------------------------------ plans


@pytest.mark.parametrize("name", queries())
@pytest.mark.parametrize("filled", [{}, {"year": "2023", "province": "甲省", "level": "county"}])
def test_no_large_table_is_read_whole(database: Path, name: str, filled: dict[str, str]) -> None:
    query = queries()[name]
    with sqlite3.connect(database) as connection:
        plan = [row[3] for row in connection.execute(f"explain query plan {query.sql}", given(query, **filled))]
    tables = names_of_tables(query.sql)
    large = {*content_tables(), "pages", "fetches", "report_versions"} - SMALL
    scanned = [line for line in plan if line.startswith("SCAN") and tables.get(line.split()[1]) in large]
    assert not scanned
    assert not [line for line in plan if line.startswith("SCAN") and tables.get(line.split()[1]) == "series"]


def test_a_plan_that_reads_a_whole_table_would_be_seen(known: Path) -> None:
    sql = "select report_id from findings own where delta > 1"
    with sqlite3.connect(known) as connection:
        (line,) = [row[3] for row in connection.execute(f"explain query plan {sql}")]
    assert line.startswith("SCAN")
    assert names_of_tables(sql)[line.split()[1]] == "findings"


@pytest.mark.parametrize("name", queries())
def test_every_query_has_an_end(name: str) -> None:
    assert re.search(r"limit \d{2,4}$", queries()[name].sql)


# ------------------------------------------------------------------------------------------------ answers

ANSWERS: dict[str, dict[str, Any]] = {
    "nonexistent_share": {"agency": FIRST, "not_held": 45, "finished": 90, "percent": 50.0},
    "carry_over_gap": {"agency": FIRST, "carried_in": 5, "carried_out_before": 3, "delta": 2},
    "late_publishers": {"agency": SECOND, "deadline": "2024-03-31", "days_late": 31},
    "punctuality": {"province": "白榆省", "reports": 1, "in_time": 0, "percent": 0.0},
    "lost_litigation": {"agency": FIRST, "lost": 3, "decided": 4, "percent": 75.0},
    "corrected_reviews": {"agency": FIRST, "corrected": 3, "reviews": 4, "percent": 75.0},
    "reviews_per_request": {"agency": FIRST, "requests": 100, "reviews": 4, "litigations": 13, "per_hundred": 17.0},
    "outliers": {"agency": FIRST, "year_before": 10, "this_year": 100, "times": 10.0},
    "zero_requests": {"agency": SECOND},
    "fees_charged": {"agency": FIRST, "amount": 12},
    "fees_in_prose": {"agency": FIRST, "value": 80, "unit": "元", "phrase": "收费80元"},
    "refusal_grounds": {"row_id": "refused_state_secret", "ground": "属于国家秘密", "refused": 10, "reports_with": 1},
    "not_processed_share": {"agency": FIRST, "not_processed": 20, "percent": 22.2},
    "granted_share": {"agency": FIRST, "granted": 10, "granted_in_part": 5, "percent": 16.7, "comparability": "close"},
    "backlog": {"agency": FIRST, "carried_over": 15, "pending": 105, "percent": 14.3},
    "most_requests": {"agency": FIRST, "requests": 100, "origin": "table"},
    "who_asks": {"column_id": "natural_person", "applicant": "自然人", "requests": 60},
    "agency_history": {"title_en": "Requests granted", "year": 2022},
    "two_agencies": {"year": 2022, "first_agency": 10, "second_agency": 12},
    "provinces_over_years": {"name": THIRD, "year": 2022, "requests": 12},
    "broken_sums": {"agency": FIRST, "violated": 2, "rules": "review_sum,text_reviews"},
    "rules_violated": {"rule_id": "review_sum", "reports": 1, "times": 1},
    "text_against_table": {"agency": FIRST, "in_text": 9, "in_table": 4, "delta": 5},
    "not_reported_again": {"agency": THIRD, "last_year": 2022},
    "other_form": {"agency": "白榆区民政局", "form_found": "form2019", "form_of_the_year": "form2021"},
    "empty_forms": {"agency": "白榆区民政局", "cells": 8, "empty": 8, "numbers": 0},
    "revised_reports": {"agency": FIRST, "version": 1},
    "normative_documents": {"agency": FIRST, "documents": 7, "source": "form2021_art20_1: issued_this_year"},
}
ASKED = {"refusal_grounds": {"level": "prefecture"}, "who_asks": {"level": "prefecture"}}


@pytest.mark.parametrize("name", queries())
def test_the_first_answer(known: Path, name: str) -> None:
    first = answer(known, name, **ASKED.get(name, {}))[0]
    assert {column: first[column] for column in ANSWERS[name]} == ANSWERS[name]


@pytest.mark.parametrize("name", [name for name, query in queries().items() if "province" in query.parameters])
def test_filters_narrow_and_nothing_else(known: Path, name: str) -> None:
    asked = ASKED.get(name, {})
    assert answer(known, name, **{**asked, "year": "2001"}) == []
    assert answer(known, name, **{**asked, "year": "last year"}) == []
    assert answer(known, name, **{**asked, "province": "无此省"}) == []
    if "level" not in asked:
        assert answer(known, name, level="no such level") == []


def test_only_the_year_asked_for_counts(known: Path) -> None:
    assert {row["year"] for row in answer(known, "most_requests", year="2022")} == {2022}
    assert {row["agency"] for row in answer(known, "most_requests", province="白榆省")} == {SECOND}


def test_few_requests_make_no_share(known: Path) -> None:
    assert answer(known, "nonexistent_share", least="91") == []
    assert answer(known, "outliers", factor="11") == []


def test_a_blank_is_no_zero(known: Path) -> None:
    assert {row["agency"] for row in answer(known, "zero_requests")} == {SECOND}


# ------------------------------------------------------------------------------------------------ words, Datasette


def test_there_are_enough_of_them_for_everybody() -> None:
    assert len(queries()) >= 20
    assert {query.who for query in queries().values()} == {"lawyer", "journalist", "researcher"}


@pytest.mark.parametrize("name", queries())
def test_words_in_both_languages_and_every_parameter_named(name: str) -> None:
    query = queries()[name]
    for words in (query.title, query.about):
        assert re.search("[一-鿿]", words["zh"])
        assert not re.search("[一-鿿]", words["en"].replace("信息不存在", ""))
    assert set(re.findall(r":([a-z]+)", query.sql)) == set(query.parameters)
    assert all(f"<code>{parameter}</code>" in query.metadata["description_html"] for parameter in query.parameters)


def test_datasette_runs_them(known: Path) -> None:
    from datasette.app import Datasette
    from datasette.plugins import pm

    from share import queries as plugin

    async def ask() -> list[tuple[str, int, int]]:
        site = Datasette([str(known)], settings={"default_allow_sql": False})
        found = []
        for name in queries():
            page_ = await site.client.get(f"/reports/{name}", params=given(queries()[name]))
            data = await site.client.get(f"/reports/{name}.json", params={**given(queries()[name]), "_shape": "array"})
            found.append((name, page_.status_code, len(data.json())))
        return found

    if not pm.is_registered(plugin):
        pm.register(plugin, "share.queries")
    found = ThreadPoolExecutor(1).submit(asyncio.run, ask()).result()  # the reactor has a loop of its own in this thread
    assert [(name, status) for name, status, _ in found if status != 200] == []
    assert sum(rows > 0 for _, _, rows in found) >= 20
