"""Findings between the reports of two consecutive years."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.samples import figures
from extract import audit
from extract.audit.years import _steps
from extract.data import templates
from tests import filled


def cells(*tables):
    return {(cell.table_id, cell.row_id, cell.column_id): (cell.value, cell.state) for table in tables for cell in table.cells}


def across(earlier: dict, later: dict, year: int = 2021):
    tables = [[filled.table(name, rows) for name, rows in side.items()] for side in (earlier, later)]
    return audit.across_years(cells(*tables[0]), cells(*tables[1]), year)


def only(findings, rule_id: str):
    return {one.subject: (one.status, one.lhs, one.rhs) for one in findings if one.rule_id == rule_id}


@pytest.mark.parametrize("old", ["form2019_requests", "form2021_requests"])
def test_what_one_year_carries_over_the_next_takes_in(old):
    earlier = {old: {"carried_over_out": {"natural_person": 3, "org_business": 1, "org_other": None, "total": 4}}}
    later = {
        "form2021_requests": {"carried_over_in": {"natural_person": 3, "org_business": 2, "org_other": None, "org_research": 0, "total": 5}}
    }
    findings = across(earlier, later)
    assert only(findings, "yoy_carry_over") == {
        "natural_person": ("holds", 3, 3),
        "org_business": ("violated", 2, 1),
        "org_other": ("not_assessable", None, None),
        "total": ("violated", 5, 4),
    }
    evidence = next(one for one in findings if one.subject == "org_business").evidence
    assert evidence["lhs"] == {"2021.carried_over_in.org_business": 2}
    assert evidence["rhs"] == {"2020.carried_over_out.org_business": 1}
    assert evidence["earlier_table"] == old


@pytest.mark.parametrize(
    ("rule", "earlier", "later", "status"),
    [
        ("yoy_in_force", {"in_force": 20}, {"issued_this_year": 3, "repealed_this_year": 2, "in_force": 21}, "holds"),
        ("yoy_in_force", {"in_force": 20}, {"issued_this_year": 3, "repealed_this_year": 2, "in_force": 12}, "violated"),
        ("yoy_in_force", {"in_force": 20}, {"issued_this_year": 3, "repealed_this_year": None, "in_force": 12}, "not_assessable"),
        ("yoy_in_force", {"in_force": None}, {"issued_this_year": 3, "repealed_this_year": 0, "in_force": 3}, "not_assessable"),
    ],
)
def test_the_stock_of_documents(rule, earlier, later, status):
    found = only(
        across({"form2021_art20_1": {"normative_documents": earlier}}, {"form2021_art20_1": {"normative_documents": later}}, 2023), rule
    )
    assert [one[0] for one in found.values()] == [status]


@pytest.mark.parametrize(
    ("rule", "table", "row", "earlier", "later", "status"),
    [
        (
            "yoy_items_2019",
            "form2019_art20_8",
            "administrative_fees",
            {"items_previous_year": 123, "items_change": -5},
            {"items_previous_year": 118},
            "holds",
        ),
        (
            "yoy_items_2019",
            "form2019_art20_8",
            "administrative_fees",
            {"items_previous_year": 123, "items_change": -5},
            {"items_previous_year": 90},
            "violated",
        ),
        (
            "yoy_items_2019",
            "form2019_art20_8",
            "administrative_fees",
            {"items_previous_year": 123, "items_change": None},
            {"items_previous_year": 90},
            "not_assessable",
        ),
        (
            "yoy_disclosed_total",
            "form2019_art20_1",
            "normative_documents",
            {"disclosed_total": 50},
            {"newly_disclosed": 5, "disclosed_total": 55},
            "holds",
        ),
        (
            "yoy_disclosed_total",
            "form2019_art20_1",
            "normative_documents",
            {"disclosed_total": 50},
            {"newly_disclosed": 5, "disclosed_total": 5},
            "violated",
        ),
        (
            "yoy_disclosed_total",
            "form2019_art20_1",
            "normative_documents",
            {"disclosed_total": 50},
            {"newly_disclosed": 5, "disclosed_total": None},
            "not_assessable",
        ),
        ("yoy_cumulative", "stats_local_2009_cumulative", "reviews", {"cumulative": 7}, {"year": 2, "cumulative": 9}, "holds"),
        ("yoy_cumulative", "stats_local_2009_cumulative", "reviews", {"cumulative": 70}, {"year": 2, "cumulative": 9}, "violated"),
        ("yoy_cumulative", "stats_local_2009_cumulative", "reviews", {"cumulative": 70}, {"year": None, "cumulative": 9}, "not_assessable"),
    ],
)
def test_stocks_and_running_totals(rule, table, row, earlier, later, status):
    assert [one[0] for one in only(across({table: {row: earlier}}, {table: {row: later}}, 2020), rule).values()] == [status]


def test_nothing_is_stored_where_a_side_is_missing():
    later = {"form2021_requests": {"carried_over_in": {"total": 5}}}
    assert across({}, later) == ()
    assert across({"form2021_requests": {"new_requests": {"total": 5}}}, later) == ()
    assert across({"stats_2014": {"requests_received": {"value": 5}}}, later) == ()
    assert across(later, {}) == ()


def test_every_rule_across_years_is_compiled_or_has_its_reason():
    rules = {identity.id for identity in templates().identities if identity.scope == "cross_year"}
    assert {step.identity.id for step in _steps()} == rules - {"yoy_pending_cases"}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["form2019_requests", "form2021_requests"]))
def test_two_years_in_a_row_agree_and_a_page_stored_twice_is_seen(seed, old):
    random = Random(seed)
    first = figures.matrix(old, random, 300, {})
    second = figures.matrix("form2021_requests", random, 300, figures.carried_over(first))
    findings = across({old: first}, {"form2021_requests": second})
    assert {one.status for one in findings} == {"holds"}
    again = across({"form2021_requests": second}, {"form2021_requests": second})
    assert "yoy_same_table" in {one.rule_id for one in again}
