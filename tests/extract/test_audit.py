"""Identities of the forms: every one with a case that holds, one that is violated and one that cannot be assessed."""

import json
import time
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import audit
from extract.audit import identities
from extract.audit.identities import ELSEWHERE
from extract.audit.worded import RULES
from extract.data import templates
from extract.equations import Equation, Sum, compare
from extract.errors import DataFileError
from extract.model import Agency, Document, Finding
from tests import filled, gold

WORST_FIRST = ("violated", "not_assessable", "holds")
YEARS = {"pre2014": 2013, "stats2014": 2016, "form2019": 2020, "form2021": 2023}


def check(*tables, era="form2021", sections=(), quantities=()) -> tuple[Finding, ...]:
    document = Document(Agency("x", "青禾市人民政府", "prefecture"), YEARS[era], "", True, ())
    return audit.check(era=era, sections=sections, tables=tables, quantities=quantities, document=document)


def worst(findings, rule_id: str) -> str | None:
    found = {one.status for one in findings if one.rule_id == rule_id}
    return next((status for status in WORST_FIRST if status in found), None)


def violated(findings) -> set[str]:
    return {one.rule_id for one in findings if one.status == "violated"}


# ------------------------------------------------------------------------------------------------ every identity


def _applications():
    for identity, by_table in identities.compiled().values():
        for table_id, checks in by_table.items():
            for one in checks:
                if isinstance(one, Equation):
                    yield pytest.param(identity, table_id, one, id=f"{identity.id}-{table_id}-{one.subject}")


APPLICATIONS = list(_applications())
SOME = [
    next(one for one in APPLICATIONS if one.values[0] is identity and one.values[1] == table_id)
    for identity, table_id in dict.fromkeys((one.values[0], one.values[1]) for one in APPLICATIONS)
]


def _zeros(table_id: str) -> dict:
    template = templates().tables[table_id]
    return {row.id: {column.id: 0 for column in template.columns} for row in template.rows if row.kind != "header"}


def _place(term):
    return (term.places or (term.instead,))[0].key


def _found(identity, table_id, subject, content):
    findings = check(filled.table(table_id, content), era=identity.eras[0])
    return next(one for one in findings if one.rule_id == identity.id and one.subject == subject)


@pytest.mark.parametrize(("identity", "table_id", "equation"), SOME)
def test_an_identity_holds_is_violated_and_cannot_be_assessed(identity, table_id, equation):
    content = _zeros(table_id)
    if equation.subject in {row.id for row in templates().tables[table_id].rows if row.kind == "header"}:
        content[equation.subject] = {column.id: 0 for column in templates().tables[table_id].columns}
    holding = _found(identity, table_id, equation.subject, content)
    assert (holding.status, holding.basis, holding.delta) == ("holds", identity.basis, 0)

    row, column = _place(equation.left[0])
    content.setdefault(row, {})[column] = 7
    broken = _found(identity, table_id, equation.subject, content)
    assert (broken.status, broken.lhs, broken.rhs, broken.delta) == ("violated", 7, 0, 7)
    assert 7 in broken.evidence["lhs"].values()

    for term in equation.right:
        for place in term.places:
            content[place.key[0]][place.key[1]] = None
    open_ = _found(identity, table_id, equation.subject, content)
    assert (open_.status, open_.rhs, open_.delta) == ("not_assessable", None, None)
    assert set(open_.evidence["rhs"].values()) == {"blank"}


@pytest.mark.parametrize("identity", templates().identities, ids=lambda one: one.id)
def test_every_identity_of_the_data_is_made_somewhere(identity):
    compiled = identity.id in identities.compiled()
    assert compiled or identity.id in ELSEWHERE or identity.scope in {"cross_year", "narrative"}
    if identity.rule:
        assert identity.id in RULES or identity.id in ELSEWHERE


def test_what_is_made_elsewhere_is_in_the_data():
    known = {identity.id for identity in templates().identities}
    assert ELSEWHERE.keys() <= known
    assert RULES.keys() <= known


def test_a_rule_in_words_that_nothing_implements_stops_the_start(monkeypatch):
    content = templates()
    unknown = replace(content.identities[0], id="made_up_rule", rule="in words", lhs=(), rhs=())
    monkeypatch.setattr(identities, "templates", lambda: replace(content, identities=(unknown,)))
    identities.compiled.cache_clear()
    with pytest.raises(DataFileError, match="made_up_rule"):
        identities.compiled()
    monkeypatch.undo()
    identities.compiled.cache_clear()


# ------------------------------------------------------------------------------------------------ filled forms

ERAS = st.sampled_from(sorted(YEARS))


@settings(max_examples=60, deadline=None)
@given(ERAS, st.integers(0, 2**32), st.sampled_from([0, 7, 60, 400]))
def test_a_form_filled_with_right_sums_has_no_violation(era, seed, volume):
    findings = check(*filled.report(era, Random(seed), volume), era=era)
    assert violated(findings) <= {"required_sections"}
    assert all(one.status == "holds" for one in findings if one.rule_id.startswith(("req_", "review_sum", "litigation_")))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["form2019", "form2021"]), st.integers(0, 2**32), st.integers(1, 999), st.data())
def test_a_changed_number_of_the_matrix_breaks_a_sum(era, seed, change, data):
    tables = filled.report(era, Random(seed))
    name = filled.NATIONAL[era]
    content = filled.rows(next(one for one in tables if one.table_id == name))
    row = data.draw(st.sampled_from(sorted(content)))
    column = data.draw(st.sampled_from(sorted(content[row])))
    content[row][column] += change
    others = [one for one in tables if one.table_id != name]
    assert {"req_flow", "req_row_sum", f"req_results_sum_{era[4:]}"} & violated(check(*others, filled.table(name, content), era=era))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 99), st.data())
def test_a_changed_number_of_part_four_breaks_a_sum(seed, change, data):
    content = filled.rows(filled.report("form2021", Random(seed))[-1])
    column = data.draw(st.sampled_from(sorted(content["cases"])))
    content["cases"][column] += change
    assert {"review_sum", "litigation_direct_sum", "litigation_after_review_sum"} & violated(
        check(filled.table("review_litigation", content))
    )


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["form2019", "form2021"]), st.integers(0, 2**32))
def test_zeros_left_blank_break_nothing(era, seed):
    """DOMAIN.md section 8: one report leaves all zero cells blank; a blank beside a number counts as 0."""
    tables = []
    for one in filled.report(era, Random(seed)):
        content = {row: {column: value or None for column, value in line.items()} for row, line in filled.rows(one).items()}
        tables.append(filled.table(one.table_id, content))
    assert not violated(check(*tables, era=era)) - {"required_sections"}


CELLS = st.sampled_from([None, "-", "见附件", 0, 1, 7, -3, 2.5, 10**12])


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(templates().tables)), st.data())
def test_no_table_is_too_odd_to_be_checked(table_id, data):
    template = templates().tables[table_id]
    chosen = data.draw(st.lists(st.sampled_from(template.rows), unique=True))
    content = {row.id: {column.id: data.draw(CELLS) for column in template.columns if data.draw(st.booleans())} for row in chosen}
    findings = check(filled.table(table_id, content), era=data.draw(ERAS))
    json.dumps([dict(one.evidence) for one in findings])
    assert all((one.delta is None) == (one.lhs is None or one.rhs is None) for one in findings)


# ------------------------------------------------------------------------------------------------ sum_policy


def _part_four(**cells):
    names = ("upheld", "corrected", "other_result", "pending", "total")
    content = {f"{group}_{name}": 0 for group in ("review", "litigation_direct", "litigation_after_review") for name in names}
    content |= cells
    return filled.table("review_litigation", {"cases": {name: value for name, value in content.items() if value != "lost"}})


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"review_upheld": 5, "review_corrected": None, "review_other_result": None, "review_pending": 2, "review_total": 7}, "holds"),
        ({"review_upheld": 5, "review_corrected": "-", "review_total": 5}, "holds"),
        ({"review_upheld": 5, "review_corrected": None, "review_total": 7}, "not_assessable"),
        ({"review_upheld": 5, "review_corrected": "-", "review_total": 7}, "not_assessable"),
        ({"review_upheld": 9, "review_corrected": None, "review_total": 7}, "violated"),
        ({"review_upheld": 9, "review_corrected": 2, "review_total": 0}, "violated"),
        ({"review_upheld": 5, "review_total": None}, "not_assessable"),
        ({"review_upheld": None, "review_corrected": None, "review_other_result": None, "review_pending": None}, "not_assessable"),
        ({"review_corrected": "lost"}, "not_assessable"),
        ({"review_corrected": "见附件"}, "not_assessable"),
    ],
)
def test_the_sum_policy_of_the_data(cells, status):
    finding = next(one for one in check(_part_four(**cells)) if one.rule_id == "review_sum")
    assert finding.status == status


def test_a_row_that_is_not_on_the_page_is_left_out_of_the_sum():
    content = _zeros("stats_2014")
    content["requests_received"]["value"] = content["requests_online"]["value"] = 12
    del content["requests_fax"]
    finding = _found(next(one for one in templates().identities if one.id == "s14_received_by_method"), "stats_2014", "stats_2014", content)
    assert finding.status == "holds"
    assert "requests_fax" not in finding.evidence["lhs"]


def test_an_unsplit_row_stands_for_its_parts():
    content = _zeros("form2021_requests")
    for part in ("other_correction_overdue", "other_fee_unpaid", "other_misc"):
        del content[part]
    content["other_handling"] = dict.fromkeys(content["granted"], 0) | {"natural_person": 3, "total": 3}
    for row in ("new_requests", "results_total"):
        content[row] |= {"natural_person": 3, "total": 3}
    findings = check(filled.table("form2021_requests", content))
    assert worst(findings, "req_results_sum_2021") == worst(findings, "req_row_sum") == "holds"
    assert "other_handling" in {one.subject for one in findings if one.rule_id == "req_row_sum"}
    assert "form_complete" not in violated(findings)


def test_of_two_matrices_the_one_of_the_reports_era_is_checked():
    old = filled.table("form2019_requests", {row: dict.fromkeys(line) for row, line in _zeros("form2019_requests").items()})
    new = filled.table("form2021_requests", _zeros("form2021_requests"))
    findings = [one for one in check(old, new) if one.rule_id == "req_flow"]
    assert {one.evidence["table"] for one in findings} == {"form2021_requests"}
    assert len(findings) == 7


@pytest.mark.parametrize(
    ("left", "op", "right", "status"),
    [
        (100, "~=", 110, "holds"),
        (100, "~=", 112, "violated"),
        (3, "~=", 4, "holds"),
        (0, "~=", 2, "violated"),
        (0.1 + 0.2, "==", 0.3, "holds"),
    ],
)
def test_what_nearly_equal_means(left, op, right, status):
    one, two = (Sum(round(value, 6), False, False, False, {}) for value in (left, right))
    assert compare(one, op, two) == status


# ------------------------------------------------------------------------------------------------ rules in words


@pytest.mark.parametrize(
    ("row", "column", "value", "status"),
    [
        ("administrative_licensing", "items_change", -5, "holds"),
        ("administrative_licensing", "decisions", -5, "violated"),
        ("administrative_licensing", "decisions", 2.5, "violated"),
        ("administrative_licensing", "decisions", 2.0, "holds"),
        ("administrative_licensing", "decisions", None, "holds"),
    ],
)
def test_counts_are_whole_and_not_negative(row, column, value, status):
    content = _zeros("form2019_art20_5")
    content[row][column] = value
    findings = check(filled.table("form2019_art20_5", content), era="form2019")
    assert worst(findings, "nonnegative_integers") == status


def test_money_may_have_decimals_and_nothing_is_said_of_empty_or_unknown_tables():
    money = filled.table("form2021_art20_8", {"administrative_fees": {"fee_amount": 7730.28}})
    empty = filled.table("form2021_art20_5", {"administrative_licensing": {"decisions_this_year": None}})
    local = replace(
        money, table_id="unknown_local", cells=tuple(cell._replace(table_id="unknown_local", value=-1.5) for cell in money.cells)
    )
    found = {one.subject: one.status for one in check(money, empty, local) if one.rule_id == "nonnegative_integers"}
    assert found == {"form2021_art20_8": "holds", "form2021_art20_5": "not_assessable"}


@pytest.mark.parametrize(
    ("channels", "total", "largest", "together"),
    [
        ({"website": 1547, "gazette": 14, "wechat": "-"}, 1637, "holds", "not_assessable"),
        ({"website": 1547, "gazette": 914, "wechat": "-"}, 1637, "holds", "holds"),
        ({"website": 1700, "gazette": 0, "wechat": 0}, 1637, "violated", "holds"),
        ({"website": 700, "gazette": 0, "wechat": 0}, 1637, "holds", "violated"),
        ({"website": 700, "gazette": 0, "wechat": 0}, None, "not_assessable", "not_assessable"),
    ],
)
def test_channels_overlap(channels, total, largest, together):
    content = _zeros("stats_2014")
    content["proactive_total"]["value"] = total
    for name, value in channels.items():
        content[f"proactive_{name}"]["value"] = value
    findings = check(filled.table("stats_2014", content), era="stats2014")
    assert (worst(findings, "s14_channel_max"), worst(findings, "s14_channel_sum")) == (largest, together)


# ------------------------------------------------------------------------------------------------ our own


def test_a_column_read_twice_is_seen():
    content = _zeros("form2021_requests")
    for number, row in enumerate(("granted", "granted_in_part", "refused_state_secret", "unavailable_not_held")):
        content[row] |= {"org_business": number + 1, "org_research": number + 1}
    assert "column_copied" not in violated(check(filled.table("form2021_requests", content)))
    for column in ("org_business", "org_research"):
        content["granted"][column] = 42
    assert "column_copied" in violated(check(filled.table("form2021_requests", content)))


def test_figures_a_column_too_far_are_seen():
    content = _zeros("form2021_requests")
    for row in ("new_requests", "granted", "results_total"):
        content[row] |= {"org_business": 41, "total": 41}
    findings = check(filled.table("form2021_requests", content))
    assert violated(findings) & {"req_flow", "req_row_sum", "column_shifted"} == {"column_shifted"}


def test_rows_in_another_order_and_rows_not_there_are_seen():
    content = _zeros("form2021_requests")
    swapped = {row: content[row] for row in ["carried_over_in", "new_requests", *list(content)[2:-1]]}
    findings = check(filled.table("form2021_requests", swapped))
    assert {"row_order", "form_complete"} <= violated(findings)
    missing = next(one for one in findings if one.rule_id == "form_complete").evidence["rows_not_on_page"]
    assert missing == ["carried_over_out"]


def test_printed_subtotals_below_their_rows_are_seen():
    content = _zeros("form2021_requests")
    content["refused"] = dict.fromkeys(content["granted"], 0)
    assert "printed_subtotal" not in violated(check(filled.table("form2021_requests", content)))
    content["refused_state_secret"] |= {"natural_person": 2, "total": 2}
    content["refused"] |= {"natural_person": 1, "total": 1}
    assert "printed_subtotal" in violated(check(filled.table("form2021_requests", content)))


@pytest.mark.parametrize(("amount", "projects", "seen"), [(27042.62, 2118, False), (270426200.0, 90, True), (251000, 6, False)])
def test_ten_thousands_of_yuan_where_yuan_must_be_meant(amount, projects, seen):
    rows = {"centralized_procurement": {"procurement_projects": projects, "procurement_amount": amount}}
    one = filled.table("form2019_art20_9", rows)
    cells = tuple(cell._replace(unit="万元" if cell.column_id == "procurement_amount" else "项") for cell in one.cells)
    assert ("improbable_unit" in violated(check(replace(one, cells=cells), era="form2019"))) is seen


def test_digits_run_together_are_seen():
    content = _zeros("form2021_requests")
    for row in ("new_requests", "granted", "results_total"):
        content[row] |= {"natural_person": 8213521859, "total": 8213521859}
    assert "improbable_count" in violated(check(filled.table("form2021_requests", content)))


def test_an_era_that_is_not_that_of_the_year_is_flagged():
    document = Document(Agency("x", "青禾市人民政府", "prefecture"), 2022, "", True, ())
    one = filled.table("form2019_requests", _zeros("form2019_requests"))
    findings = audit.check(era="form2019", sections=(), tables=(one,), quantities=(), document=document)
    assert "era_of_year" in violated(findings)
    assert "era_of_year" not in violated(check(one, era="form2019"))


def test_tables_of_the_form_that_are_not_on_the_page_are_named():
    one = filled.table("form2019_requests", _zeros("form2019_requests"))
    missing = {found.subject for found in check(one, era="form2021") if found.rule_id == "required_tables"}
    assert missing == {"form2021_art20_1", "form2021_art20_5", "form2021_art20_6", "form2021_art20_8", "review_litigation"}


# ------------------------------------------------------------------------------------------------ reports read by hand


@pytest.mark.parametrize(
    "path", gold.all_paths() or [pytest.param(None, marks=pytest.mark.skip("no gold data"))], ids=lambda path: getattr(path, "stem", "none")
)
def test_reports_read_by_hand(path):
    report = gold.load(path)
    findings = audit.check(**report.arguments())
    rules = {identity.id: identity for identity in templates().identities}
    expected = report.expected()
    found = {rule_id: worst(findings, rule_id) or ("not_assessable" if rules[rule_id].scope else None) for rule_id in expected}
    assert found == expected
    false_alarms = violated(findings) - expected.keys() - {"required_sections"}
    assert not false_alarms


def test_a_report_with_the_form_of_2021_is_checked_within_milliseconds():
    tables = filled.report("form2021", Random(1))
    check(*tables)
    durations = []
    for _ in range(20):
        start = time.perf_counter()
        check(*tables)
        durations.append(time.perf_counter() - start)
    assert min(durations) < 0.006


def test_a_row_that_could_not_be_read_makes_its_sums_not_assessable() -> None:
    from benchmarks.page import page
    from extract import Page, extract

    body = page(3)
    label = "（一）予以公开".encode()
    start = body.index(label)
    cell = body.index(b"<td", start)
    broken = body[:cell] + body[body.index(b"</td>", cell) + 5 :]  # one value cell of the row is gone
    (report,) = extract(Page(broken, "saved:broken.html")).reports
    sums = {finding.status for finding in report.findings if finding.rule_id == "req_results_sum_2021"}
    assert not any(cell.row_id == "granted" for table in report.tables for cell in table.cells)
    assert any(finding.rule_id == "uneven_row" and finding.subject == "granted" for finding in report.findings)
    assert sums == {"not_assessable"}


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), "holds"),
        (date(2022, 1, 1), date(2022, 12, 31), "violated"),
        (date(2022, 12, 1), date(2023, 11, 30), "violated"),
        (None, None, None),
    ],
)
def test_the_period_is_held_against_the_year(first, last, status):
    document = Document(Agency("x", "青禾市人民政府", "prefecture"), 2023, "", True, (), first, last)
    findings = audit.check(era="form2021", sections=(), tables=(), quantities=(), document=document)
    assert worst(findings, "period_of_year") == status
    assert all(one.evidence["period_from"] == str(first) for one in findings if one.rule_id == "period_of_year")
