"""Prose against table, and prose against itself: cases in tests/cases/audit_prose.yaml and audit_recomputed.yaml."""

import time
from pathlib import Path

import pytest
import yaml

from extract.audit.prose import claims, span
from extract.data import templates
from extract.model import Quantity, Section
from tests import filled
from tests.extract.test_audit import check

CASES = Path(__file__).parent.parent / "cases"
RECOMPUTED = yaml.safe_load((CASES / "audit_recomputed.yaml").read_text(encoding="utf-8"))
PROSE = yaml.safe_load((CASES / "audit_prose.yaml").read_text(encoding="utf-8"))


def _section(text: str, kind: str = "overview", position: int = 1, number: str | None = "一", heading: str = "总体情况") -> Section:
    return Section(kind, position, number, heading, text, ())


def _cases(content):
    return [pytest.param(rule, case, id=f"{rule}-{number}") for rule, cases in content.items() for number, case in enumerate(cases)]


@pytest.mark.parametrize(("rule", "case"), _cases(RECOMPUTED))
def test_prose_recomputes(rule, case):
    findings = [one for one in check(sections=(_section(case["text"]),)) if one.rule_id == rule]
    assert [[one.status, one.lhs, one.rhs] for one in findings] == case["found"]
    assert all(one.evidence["phrase"] in case["text"] for one in findings)


def _rows(table: str, cells: dict) -> dict:
    column = templates().tables[table].columns[0].id
    rows: dict = {}
    for name, value in cells.items():
        row, _, at = ("cases", "", name) if table == "review_litigation" else name.partition(".")
        rows.setdefault(row, {})[at or column] = value
    return rows


@pytest.mark.parametrize(("rule", "case"), _cases(PROSE))
def test_prose_repeats_the_table(rule, case):
    said = {key: case[key] for key in ("approx", "negated", "derived", "scope") if key in case}
    quantity = Quantity(case["metric"], case["value"], case.get("unit", "件"), "如数", 0, 2, "overview", 1, **said)
    found = [
        one
        for one in check(filled.table(case["table"], _rows(case["table"], case["cells"])), quantities=(quantity,))
        if one.rule_id == rule
    ]
    assert [one.status for one in found] == ([case["found"]] if case["found"] else [])
    assert [(one.subject, one.lhs) for one in found] == [(case["metric"], case["value"])] * len(found)


def test_every_rule_about_prose_has_its_cases():
    narrative = {identity.id for identity in templates().identities if identity.scope == "narrative"}
    assert narrative == PROSE.keys() | RECOMPUTED.keys() | {"text_parts_count"}
    assert {claim.identity.id for claim in claims()} == PROSE.keys()
    for rule, cases in PROSE.items():
        assert {"holds", "violated", "not_assessable"} <= {case["found"] for case in cases}, rule


def test_a_total_left_blank_shows_what_its_row_adds_up_to():
    rows = {"granted": {"natural_person": 258, "org_business": 14, "total": None}, "granted_in_part": {"natural_person": 3, "total": None}}
    quantity = Quantity("requests.granted_or_part", 258, "件", "如数", 0, 2, "overview", 1)
    findings = check(filled.table("form2019_requests", rows), quantities=(quantity,), era="form2019")
    found = next(one for one in findings if one.rule_id == "text_granted_sum")
    assert found.evidence["known_columns"] == {"granted": 272, "granted_in_part": 3}


def test_one_of_several_numbers_that_fits_is_enough_and_the_others_are_named():
    table = filled.table("review_litigation", {"cases": {"review_total": 7}})
    said = tuple(Quantity("reviews.total", value, "件", f"复议{value}件", 0, 4, "overview", 1) for value in (9, 7))
    found = next(one for one in check(table, quantities=said) if one.rule_id == "text_reviews")
    assert (found.status, found.lhs, found.evidence["also"]) == ("holds", 7, ["复议9件"])


def test_the_whole_area_speaks_before_a_part_of_it():
    table = filled.table("review_litigation", {"cases": {"review_total": 7}})
    own, whole = (
        Quantity("reviews.total", value, "件", "如数", 0, 2, "overview", 1, scope=scope) for value, scope in ((7, "市本级"), (9, "全市"))
    )
    found = next(one for one in check(table, quantities=(own, whole)) if one.rule_id == "text_reviews")
    assert (found.status, found.lhs) == ("violated", 9)


@pytest.mark.parametrize(
    ("value", "approx", "low", "high"),
    [
        (515, None, 515, 515),
        (42000, "余", 42000, 42999),
        (300, "近", 200, 300),
        (39900, "多", 39900, 39999),
        (150, "约", 140, 160),
        (25, "余", 25, 34),
        (0, None, 0, 0),
    ],
)
def test_what_an_approximation_leaves_open(value, approx, low, high):
    assert span(Quantity("m", value, "件", "", 0, 0, "overview", 1, approx=approx)) == (low, high)


# ------------------------------------------------------------------------------------------------ the outline


def _outline(*kinds: str, front: str | None = None, numbered: bool = True) -> tuple[Section, ...]:
    headings = {"problems_improvements": "存在的主要问题及改进情况"}
    preamble = (Section("front_matter", 0, None, None, front, ()),) if front else ()
    return preamble + tuple(
        Section(kind, position, str(position) if numbered else None, headings.get(kind, kind), "正文。", ())
        for position, kind in enumerate(kinds, 1)
    )


SIX = ("overview", "proactive_disclosure", "requests", "review_litigation", "problems_improvements", "other_matters")


@pytest.mark.parametrize(
    ("front", "kinds", "found"),
    [
        ("全文由概述、主动公开、其他事项等6部分组成。", SIX, ("holds", 6, 6)),
        ("本报告全文包括概述、主动公开情况以及存在的问题等六个部分。", SIX, ("holds", 6, 6)),
        ("本报告全文包括概述、主动公开情况以及存在的问题等六个部分。", (*SIX, "next_steps"), ("violated", 6, 7)),
        ("本报告由概述等七部分构成。", (*SIX, "sign_off"), ("violated", 7, 6)),
        ("全文包括概述、主动公开情况等六个方面内容。", SIX, ("holds", 6, 6)),
        ("全文共分六个部分:概述等。", SIX, None),
        ("公开工作主要包括三个方面,现报告如下。", SIX, None),
        ("全文包括总体情况、主动公开情况及其他需要报告的事项。", SIX, None),
        ("根据《条例》第六章要求编制。本报告数据自2023年1月1日起。", SIX, None),
        ("", (), None),
    ],
)
def test_announced_parts_are_counted(front, kinds, found):
    findings = [one for one in check(sections=_outline(*kinds, front=front)) if one.rule_id == "text_parts_count"]
    assert [(one.status, one.lhs, one.rhs) for one in findings] == ([found] if found else [])


def test_an_unnumbered_statistics_table_is_no_part():
    table = Section("statistics_table", 7, None, "政府信息公开情况统计表", None, ())
    sections = (*_outline(*SIX, front="全文由概述等六部分组成。"), table)
    assert next(one for one in check(sections=sections) if one.rule_id == "text_parts_count").status == "holds"


def test_required_subjects():
    found = {one.subject: one.status for one in check(sections=_outline(*SIX)) if one.rule_id == "required_sections"}
    assert found == dict.fromkeys(SIX, "holds")
    found = {one.subject: one.status for one in check(sections=_outline(*SIX[:-2])) if one.rule_id == "required_sections"}
    assert (found["problems_improvements"], found["other_matters"]) == ("violated", "violated")


def test_a_subject_may_stand_under_another_heading_or_in_figures_alone():
    kinds = ("proactive_disclosure", "requests", "problems", "improvements")
    sections = (*_outline(*kinds), Section("requests", 5, "五", "依申请公开及收费情况", "正文。", ()))
    quantity = Quantity("reviews.total", 0, "件", "无行政复议", 0, 5, "requests", 2, negated=True)
    findings = check(sections=sections, quantities=(quantity,), era="stats2014")
    found = {one.subject: one.status for one in findings if one.rule_id == "required_sections"}
    assert found == {
        "proactive_disclosure": "holds",
        "requests": "holds",
        "fees": "holds",
        "review_litigation": "holds",
        "problems_improvements": "holds",
        "other_matters": "not_assessable",
    }
    silent = {one.subject: one.status for one in check(sections=_outline(*kinds), era="stats2014") if one.rule_id == "required_sections"}
    assert (silent["fees"], silent["review_litigation"]) == ("violated", "violated")


# ------------------------------------------------------------------------------------------------ hostile text


@pytest.mark.parametrize("unit", ["1件,占1%;", "1件,占1%。", "其中1件", "由等", "比2019年的1件", "((((", "9" * 5, "其中", "包括一"])
def test_a_line_of_a_million_characters_costs_no_more_than_a_second(unit):
    text = (unit * (1_000_000 // len(unit)))[:1_000_000]
    start = time.perf_counter()
    check(sections=(Section("front_matter", 0, None, None, text, ()), _section(text), _section((unit * 20_000)[:20_000], position=2)))
    assert time.perf_counter() - start < 3
