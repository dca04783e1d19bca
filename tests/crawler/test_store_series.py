"""The crosswalk: from cells of each era to one line a year."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.store.series import PROSE, series_rows, sources
from extract.data import sections, templates

MATRIX = "form2021_requests"


def lines(era: str, cells: dict[str, dict[str, Any]], **spoken: Any) -> dict[str, dict[str, Any]]:
    """The series of a report; cells by table and row (or row.column), a string is a state without a number; prose by metric."""
    made = []
    for table, rows in cells.items():
        for place, value in rows.items():
            row, _, column = place.partition(".")
            state = value if isinstance(value, str) else "number"
            made.append(
                {
                    "table_id": table,
                    "row_id": row,
                    "column_id": column or "value",
                    "value": value if state == "number" else None,
                    "state": state,
                }
            )
    quantities = [{"metric": metric.replace("_", ".", 1), "scope": None, "approx": None, **quantity} for metric, quantity in spoken.items()]
    report = {"id": "r", "agency_id": "a", "year": 2023, "era": era}
    return {row["metric"]: dict(row) for row in series_rows(report, made, quantities)}


def matrix(**rows: Any) -> dict[str, dict[str, Any]]:
    return {MATRIX: {f"{row}.total": value for row, value in rows.items()}}


def test_every_source_of_the_crosswalk_is_understood() -> None:
    for measure in templates().crosswalk:
        tables = {source.table_id for source in sources()[measure.id]}
        assert ("pre2014" in measure.sources) == ("stats_2013" in tables)
        assert ("stats2014" in measure.sources) == ("stats_2014" in tables)
        assert tables & {"form2021_requests", "form2021_art20_1", "review_litigation"}


def test_prose_stands_in_with_metrics_that_exist() -> None:
    assert set(PROSE) <= {measure.id for measure in templates().crosswalk}
    assert set(PROSE.values()) <= {metric.id for metric in sections().metrics}


@pytest.mark.parametrize(
    ("era", "cells", "measure", "value"),
    [
        ("form2021", matrix(new_requests=7), "requests_received", 7),
        ("form2019", {"form2019_requests": {"new_requests.total": 6}}, "requests_received", 6),
        ("stats2014", {"stats_2014": {"requests_received": 5}}, "requests_received", 5),
        ("pre2014", {"stats_2013": {"requests_received": 4}}, "requests_received", 4),
        ("stats2014", {"stats_2014": {"answered_granted": 3, "answered_already_public": 2}}, "granted", 5),
        (
            "form2021",
            {"review_litigation": {"cases.litigation_direct_total": 1, "cases.litigation_after_review_total": 2}},
            "litigations",
            3,
        ),
        ("pre2014", {"stats_2013": {"reviews_confirmed_illegal": 1, "reviews_other_correction": 1}}, "reviews_corrected", 2),
        ("form2019", {"form2019_art20_1": {"normative_documents.newly_made": 9}}, "normative_documents_new", 9),
        (
            "form2021",
            {"form2021_art20_1": {"normative_documents.issued_this_year": 8, "regulations.issued_this_year": 1}},
            "normative_documents_new",
            8,
        ),
        ("form2021", matrix(refused_state_secret=1, refused_privacy=5, refused_enforcement_file=2), "refused", 3),
        ("form2021", matrix(refused=4), "refused", 4),
    ],
)
def test_each_era_gives_its_figure(era: str, cells: dict[str, dict[str, Any]], measure: str, value: int) -> None:
    line = lines(era, cells)[measure]
    assert (line["value"], line["state"], line["origin"]) == (value, "number", "table")
    assert next(iter(cells)) in line["source"]


@pytest.mark.parametrize(
    ("rows", "value", "state"),
    [
        ({"refused_state_secret": 1, "refused_enforcement_file": "blank"}, 1, "number"),
        ({"refused_state_secret": "blank", "refused_enforcement_file": "blank"}, None, "blank"),
        ({"refused_state_secret": "dash"}, None, "dash"),
        ({"refused_state_secret": 1, "refused_enforcement_file": "text"}, None, "text"),
        ({"granted": 1}, None, "not_reported"),
    ],
)
def test_sums_over_what_is_not_there(rows: dict[str, Any], value: int | None, state: str) -> None:
    line = lines("form2021", matrix(**rows))["refused"]
    assert (line["value"], line["state"]) == (value, state)


def test_a_lost_cell_leaves_the_sum_unknown() -> None:
    cells = {MATRIX: {"refused_state_secret.total": 1, "refused_enforcement_file.org_other": 1}}
    assert lines("form2021", cells)["refused"]["state"] == "not_reported"


def test_prose_stands_in_where_the_table_is_absent_and_says_so() -> None:
    line = lines("stats2014", {}, requests_received={"value": 12, "approx": "余"})["requests_received"]
    assert (line["value"], line["origin"], line["approx"], line["comparability"]) == (12, "prose", "余", "loose")


def test_the_table_comes_before_prose() -> None:
    line = lines("form2021", matrix(new_requests=7), requests_received={"value": 12})["requests_received"]
    assert (line["value"], line["origin"], line["comparability"]) == (7, "table", "same")


@pytest.mark.parametrize(
    ("scope", "state"),
    [("市本级", "not_reported"), ("各县(市、区)", "not_reported"), ("全市", "number"), ("全县各级行政机关", "number"), (None, "number")],
)
def test_a_part_that_prose_counts_is_not_the_whole(scope: str | None, state: str) -> None:
    assert lines("stats2014", {}, requests_received={"value": 12, "scope": scope})["requests_received"]["state"] == state


def test_a_measure_that_an_era_does_not_know_has_no_line() -> None:
    assert "normative_documents_new" not in lines("pre2014", {})
    assert lines("form2021", {})["refused"]["state"] == "not_reported"


def test_a_table_of_another_era_counts() -> None:
    assert lines("form2019", matrix(new_requests=7))["requests_received"]["value"] == 7
    assert lines("pre2014", {"stats_2014": {"normative_documents_issued": 2}})["normative_documents_new"]["value"] == 2
