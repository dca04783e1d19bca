"""Damaged and doubtful cells: the identities of the form find what was printed, or nothing is said.

A right table of any form is damaged in one or two cells. What is read afterwards must be what was printed, or have no value and a
finding; a wrong number may only stand where a violated finding says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from random import Random
from typing import Any

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from extract import audit, tables
from extract.data import templates
from extract.equations import equations
from extract.model import Agency, Document, Finding, Grid, GridCell, Section, Table, TableCell
from extract.tables.doubtful.deciding import COMBINATIONS_MAX, Held, Question, Value, decide
from tests import filled
from tests.extract.forms import html, sections_of

YEARS = {"pre2014": 2013, "stats2014": 2016, "form2019": 2020, "form2021": 2023}
Key = tuple[str, str, str]
seeds = st.integers(0, 2**32)
eras = st.sampled_from(sorted(YEARS))


def page(era: str, seed: int) -> HtmlElement:
    """The tables of a made-up report whose sums are all right."""
    figures = {
        one.table_id: {(cell.row_id, cell.column_id): str(cell.value) for cell in one.cells if cell.value is not None}
        for one in filled.report(era, Random(seed))
    }
    return lxml.html.fromstring(html(figures))


def read(body: HtmlElement, era: str) -> tuple[Table, ...]:
    return tables.read(sections_of(lxml.html.tostring(body, encoding="unicode")), YEARS[era])


def cells_of(found: Iterable[Table]) -> dict[Key, TableCell]:
    return {(cell.table_id, cell.row_id, cell.column_id): cell for table in found for cell in table.cells}


def findings_of(found: tuple[Table, ...], era: str, sections: tuple[Section, ...] = ()) -> tuple[Finding, ...]:
    document = Document(Agency("x", "青禾市人民政府", "prefecture"), YEARS[era], "", True, ())
    return audit.check(era=tables.era(found, YEARS[era]), sections=sections, tables=found, quantities=(), document=document)


def value_cells(body: HtmlElement, least: int = 2) -> list[list[HtmlElement]]:
    """For each row with at least `least` figures the cells that hold its values."""
    rows = []
    for row in body.iter("tr"):
        values = [cell for cell in row if cell.text_content().strip().replace(".", "").isdecimal()]
        if len(values) >= least:
            rows.append(list(row)[list(row).index(values[0]) :])
    return rows


def put(cell: HtmlElement, text: str) -> None:
    cell[0].text = text


def beside(cell: HtmlElement, text: str) -> None:
    """A new cell with `text` behind `cell`."""
    cell.addnext(lxml.html.fragment_fromstring(f"<td><p>{text}</p></td>"))


# ------------------------------------------------------------------------------------------------ the ways of damage


def run_together(row: list[HtmlElement], random: Random) -> None:
    put(row[0], "".join(cell.text_content() for cell in row))
    for cell in row[1:]:
        cell.drop_tree()


def padded(row: list[HtmlElement], random: Random) -> None:
    put(row[0], "".join(cell.text_content() for cell in row))
    for cell in row[1:]:
        put(cell, "")


def partly_together(row: list[HtmlElement], random: Random) -> None:
    index = random.randrange(len(row) - 1)
    put(row[index], row[index].text_content() + row[index + 1].text_content())
    row[index + 1].drop_tree()


def broken(row: list[HtmlElement], random: Random) -> None:
    long = [cell for cell in row if len(cell.text_content()) > 1]
    if long:
        cell = random.choice(long)
        text = cell.text_content()
        cut = random.randrange(1, len(text))
        put(cell, text[:cut])
        beside(cell, text[cut:])


def lost(row: list[HtmlElement], random: Random) -> None:
    random.choice(row).drop_tree()


def pushed(row: list[HtmlElement], random: Random) -> None:
    beside(random.choice(row), "")


WAYS: tuple[Callable[[list[HtmlElement], Random], None], ...] = (run_together, padded, partly_together, broken, lost, pushed)


def assert_true_or_silent(truth: dict[Key, TableCell], found: tuple[Table, ...], findings: tuple[Finding, ...]) -> None:
    """Every number is the true one, unless a violated finding says that something is wrong; what is lacking has a finding."""
    have = cells_of(found)
    violated = any(one.status == "violated" for one in findings)
    wrong = [key for key, cell in have.items() if cell.value is not None and (key not in truth or truth[key].value != cell.value)]
    assert not [key for key in wrong if have[key].recovered], "what was restored is what was printed"
    doubted = {one.subject for one in findings if one.rule_id == "cell_reading"}
    assert violated or all(key[1] in doubted or f"{key[1]}.{key[2]}" in doubted for key in wrong), wrong
    if any(key not in have or have[key].value != cell.value for key, cell in truth.items()):
        assert any(one.rule_id in ("uneven_row", "cell_reading", "unlabelled_row") or one.status == "violated" for one in findings)


@settings(max_examples=150, deadline=None)
@given(eras, seeds, st.sampled_from(WAYS), st.integers(1, 2))
def test_damaged_rows_are_restored_or_left_out(era: str, seed: int, way: Callable[[list[HtmlElement], Random], None], count: int) -> None:
    random, body = Random(seed), page(era, seed)
    truth = cells_of(read(body, era))
    rows = value_cells(body, least=2 if era.startswith("form") else 1)
    for row in random.sample(rows, min(count, len(rows))):
        if len(row) > 1 or way in (broken, lost, pushed):
            way(row, random)
    found = read(body, era)
    assert_true_or_silent(truth, found, findings_of(found, era))


# ------------------------------------------------------------------------------------------------ characters that are in doubt

MISTAKEN = {"0": "Oo〇69", "1": "lI|丨7", "2": "Z", "3": "8", "5": "S", "6": "09", "7": "1", "8": "B3", "9": "06"}


def with_cells(sections: tuple[Section, ...], changed: dict[str, tuple[str, float]]) -> tuple[Section, ...]:
    """The sections with other texts and confidences in the cells at these locators."""

    def grid(block: Any) -> Any:
        if not isinstance(block, Grid):
            return block
        return replace(block, rows=tuple(tuple(cell_at(cell) for cell in row) for row in block.rows))

    def cell_at(cell: GridCell) -> GridCell:
        text, confidence = changed.get(cell.locator, (cell.text, cell.confidence))
        return cell._replace(text=text, confidence=confidence)

    return tuple(replace(section, blocks=tuple(map(grid, section.blocks))) for section in sections)


def misread(text: str, random: Random) -> str:
    index = random.randrange(len(text))
    return text[:index] + random.choice(MISTAKEN.get(text[index], text[index])) + text[index + 1 :]


@settings(max_examples=100, deadline=None)
@given(eras, seeds, st.integers(1, 2), st.integers(0, 3))
def test_unsure_characters_are_decided_by_the_form_or_not_at_all(era: str, seed: int, count: int, sure: int) -> None:
    random = Random(seed)
    sections = sections_of(lxml.html.tostring(page(era, seed), encoding="unicode"))
    truth = cells_of(tables.read(sections, YEARS[era]))
    numbers = [cell for cell in truth.values() if cell.value is not None and cell.raw.isdecimal()]
    picked = random.sample(numbers, min(count + sure, len(numbers)))
    changed = {cell.locator: (misread(cell.raw, random) if place < count else cell.raw, 0.5) for place, cell in enumerate(picked)}
    found = tables.read(with_cells(sections, changed), YEARS[era])
    marked = {one.subject for table in found for one in table.findings if one.rule_id == "cell_reading"}
    assert all(f"{cell.row_id}.{cell.column_id}" in marked for cell in picked), "every unsure cell has its finding"
    assert_true_or_silent(truth, found, findings_of(found, era))
    rest = truth.keys() - {(cell.table_id, cell.row_id, cell.column_id) for cell in picked}
    assert all(cells_of(found)[key][:5] == truth[key][:5] for key in rest), "what is clearly printed is never changed"


def matrix(*rows: str) -> str:
    head = "申请人情况|自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计"
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in (head, *rows))
    return f"<div><table>{lines}</table></div>"


FLOW = (
    "一、本年新收政府信息公开申请数量|8|0|0|0|0|0|8",
    "二、上年结转政府信息公开申请数量|1|0|0|0|0|0|1",
    "（一）予以公开|6|0|0|0|0|0|6",
    "（七）总计|6|0|0|0|0|0|6",
    "四、结转下年度继续办理|3|0|0|0|0|0|3",
)


def read_flow(changed: dict[tuple[str, str], tuple[str, float]]) -> dict[tuple[str, str], TableCell]:
    """The matrix of `FLOW` with other texts and confidences in some cells."""
    sections = sections_of(matrix(*FLOW))
    places = {(cell.row_id, cell.column_id): cell.locator for cell in cells_of(tables.read(sections, 2023)).values()}
    found = tables.read(with_cells(sections, {places[key]: value for key, value in changed.items()}), 2023)
    return {(cell.row_id, cell.column_id): cell for cell in cells_of(found).values()}


@pytest.mark.parametrize(
    ("text", "confidence", "value", "state", "recovered"),
    [
        ("3", 0.5, 8, "number", True),  # 3 for 8: the row sum and the flow say 8
        ("B", 0.5, 8, "number", True),
        ("8", 0.5, 8, "number", False),  # what holds is kept
        ("3", 1.0, 3, "number", False),  # clearly printed: never changed, the identities are violated
        ("4", 0.5, None, "text", False),  # nothing that looks like 4 fits
        ("", 0.0, None, "text", False),  # ink that nobody could read is no blank cell
        ("见附件", 0.5, None, "text", False),
    ],
)
def test_one_unsure_cell(text: str, confidence: float, value: int | None, state: str, recovered: bool) -> None:
    cell = read_flow({("new_requests", "natural_person"): (text, confidence)})["new_requests", "natural_person"]
    assert (cell.value, cell.state, cell.recovered is not None) == (value, state, recovered)


def test_a_stroke_that_lies_down_is_a_dash_or_a_one() -> None:
    cells = read_flow({("carried_over_in", "natural_person"): ("一", 0.5), ("carried_over_in", "org_other"): ("一", 0.5)})
    one, dash = cells["carried_over_in", "natural_person"], cells["carried_over_in", "org_other"]
    assert (one.value, one.recovered is not None) == (1, True)
    assert (dash.value, dash.state, dash.recovered is not None) == (None, "dash", True)


def test_readings_that_a_sum_cannot_tell_apart_stay_open() -> None:
    """Both cells of a pair are in doubt and stand in no other sum that is whole: 3 + 8 and 8 + 3 are 11."""
    sections = sections_of(matrix("一、本年新收政府信息公开申请数量|B|B|0|0|0|0|11"))
    cells = [cell for cell in cells_of(tables.read(sections, 2023)).values() if cell.raw == "B"]
    found = tables.read(with_cells(sections, {cell.locator: ("B", 0.5) for cell in cells}), 2023)
    after = [cell for cell in cells_of(found).values() if cell.raw == "B"]
    assert [(cell.value, cell.state, cell.recovered) for cell in after] == [(None, "text", None)] * 2
    assert [one.evidence["readings"] for one in found[0].findings if one.rule_id == "cell_reading"] == [["8", "3"]] * 2


def test_a_restored_row_names_the_other_readings() -> None:
    found = tables.read(sections_of(matrix("一、本年新收政府信息公开申请数量|5100006||||||", *FLOW[1:2])), 2023)
    cells = {cell.column_id: cell for cell in found[0].cells if cell.row_id == "new_requests"}
    assert [cell.value for cell in cells.values()] == [5, 1, 0, 0, 0, 0, 6]
    assert all(cell.recovered for cell in cells.values())
    finding = next(one for one in found[0].findings if one.rule_id == "cell_reading")
    assert finding.evidence["taken"] == "5 | 1 | 0 | 0 | 0 | 0 | 6"


def test_parts_beside_a_blank_total_stay_as_they_are_printed() -> None:
    found = tables.read(sections_of(matrix("一、本年新收政府信息公开申请数量|1200|340|||||")), 2023)
    cells = {cell.column_id: cell for cell in found[0].cells}
    assert (cells["natural_person"].value, cells["org_business"].value, cells["total"].state) == (1200, 340, "blank")


def test_a_search_that_is_too_long_leaves_everything_open() -> None:
    """A hostile table: as many readings as there may be, none of which can be ruled out early."""
    rows = ["granted", "granted_in_part", "results_total", "new_requests", "carried_over_in", "carried_over_out"]
    options = tuple((Value(number, "number"),) for number in range(400))
    started = time.perf_counter()
    answers = decide(Held("form2021_requests", {}), [Question(((row, "total"),), options) for row in rows])
    assert time.perf_counter() - started < 5
    assert len(options) ** 2 > COMBINATIONS_MAX
    assert all(answer.taken is None for answer in answers)


def test_a_hostile_table_costs_bounded_time() -> None:
    """Every row of the form in digits that can be cut in a thousand ways, and the same again and again."""
    labels = [row.number + row.label for row in templates().tables["form2021_requests"].rows]
    rows = [f"{label}|{digits}" for label in labels for digits in ("111111111111111", "12" * 15, "1" * 40)] * 10
    started = time.perf_counter()
    found = tables.read(sections_of(matrix(*rows)), 2023)
    assert time.perf_counter() - started < 20
    assert not [cell for cell in cells_of(found).values() if cell.value is not None]


def test_the_equations_of_a_table_leave_out_what_is_merely_probable() -> None:
    names = {one.identity.id for one in equations("stats_2014")}
    assert "s14_refused" in names
    assert "s14_closed_eq_answered" not in names


# ------------------------------------------------------------------------------------------------ no error is silent


def drop_cell(row: list[HtmlElement], rows: list[list[HtmlElement]], random: Random) -> None:
    random.choice(row).drop_tree()


def label_of(row: list[HtmlElement]) -> HtmlElement | None:
    """The label in front of the values; in a list the unit stands between."""
    before = row[0].getprevious()
    return before.getprevious() if before is not None and len(before.text_content()) < 3 else before


def swap_labels(row: list[HtmlElement], rows: list[list[HtmlElement]], random: Random) -> None:
    one, other = label_of(row), label_of(random.choice(rows))
    if one is not None and other is not None:
        mine, theirs = one.text_content(), other.text_content()
        put(one, theirs)
        put(other, mine)


def change_digit(row: list[HtmlElement], rows: list[list[HtmlElement]], random: Random) -> None:
    cell = random.choice([cell for cell in row if cell.text_content()])
    text = cell.text_content()
    index = random.choice([place for place, letter in enumerate(text) if letter.isdecimal()])
    put(cell, text[:index] + str((int(text[index]) + random.randint(1, 9)) % 10) + text[index + 1 :])


def merge_cells(row: list[HtmlElement], rows: list[list[HtmlElement]], random: Random) -> None:
    if len(row) > 1:
        index = random.randrange(len(row) - 1)
        put(row[index], row[index].text_content() + row[index + 1].text_content())
        row[index].set("colspan", "2")
        row[index + 1].drop_tree()


def shift_row(row: list[HtmlElement], rows: list[list[HtmlElement]], random: Random) -> None:
    row[0].addprevious(lxml.html.fragment_fromstring("<td><p></p></td>"))
    row[-1].drop_tree()


DAMAGE = (drop_cell, swap_labels, change_digit, merge_cells, shift_row)


def in_a_sum(key: Key) -> bool:
    """Whether an equality of the form touches the cell."""
    table, row, column = key
    return any(
        place.key == (row, column)
        for one in equations(table)
        if one.identity.op == "=="
        for term in (*one.left, *one.right)
        for place in term.places
    )


@settings(max_examples=200, deadline=None)
@given(eras, seeds, st.sampled_from(DAMAGE))
def test_a_printed_table_that_is_damaged_says_so(
    era: str, seed: int, damage: Callable[[list[HtmlElement], list[list[HtmlElement]], Random], None]
) -> None:
    random, body = Random(seed), page(era, seed)
    truth = cells_of(read(body, era))
    rows = value_cells(body, least=2 if era.startswith("form") else 1)
    damage(random.choice(rows), rows, random)
    found = read(body, era)
    findings = findings_of(found, era)
    have = cells_of(found)
    wrong = [key for key, cell in have.items() if cell.value is not None and (key not in truth or truth[key].value != cell.value)]
    wrong = [key for key in wrong if in_a_sum(key)]
    loud = [one for one in findings if one.status == "violated" or one.rule_id in ("uneven_row", "cell_reading", "repeated_row")]
    assert not wrong or loud or any(one.unknown_labels for one in found), wrong
