"""Statutory tables as the form prints them: heads, spans, and what becomes of cells that are not there."""

from __future__ import annotations

from typing import Any

import pytest

from extract.data import templates
from share import forms

pytestmark = pytest.mark.soak  # the site is being built: its pages and these tests change together


def cell(row: str, column: str, raw: str = "1", state: str = "number") -> dict[str, Any]:
    return {"row_id": row, "column_id": column, "raw": raw, "state": state, "value": None, "unit": None}


def width(labels: tuple[forms.Label, ...]) -> int:
    return sum(label.columns for label in labels)


@pytest.mark.parametrize("table", templates().tables)
@pytest.mark.parametrize("filled", [False, True])
def test_every_row_of_every_form_is_as_wide_as_its_head(table: str, filled: bool) -> None:
    template = templates().tables[table]
    cells = [cell(row.id, column.id) for row in template.rows for column in template.columns if row.kind != "header"] if filled else []
    form = forms.fill(table, cells)
    grid: dict[tuple[int, int], str] = {}
    lines = [*form.head, *((*line.labels, *(forms.Label("", 1, 1) for _ in line.values)) for line in form.body)]
    for number, line in enumerate(lines):
        column = 0
        for label in line:
            while (number, column) in grid:
                column += 1
            for down in range(label.rows):
                for along in range(label.columns):
                    assert (number + down, column + along) not in grid
                    grid[number + down, column + along] = label.text
    widths = {number: sum(1 for row, _ in grid if row == number) for number in range(len(lines))}
    assert len(set(widths.values())) == 1, widths
    assert max(row for row, _ in grid) == len(lines) - 1  # no span runs out below


def test_the_matrix_prints_group_labels_beside_their_rows() -> None:
    form = forms.fill("form2021_requests", [cell("granted", "total", "47")])
    refused = next(line for line in form.body if line.labels[-1].text == "1.属于国家秘密")
    assert [(label.text, label.rows) for label in refused.labels[:1]] == [("(三)不予公开", 8)]
    granted = next(line for line in form.body if line.labels[-1].text == "(一)予以公开")
    assert (granted.values[-1].state, granted.values[-1].stored["raw"]) == ("number", "47")
    assert {value.state for value in granted.values[:-1]} == {"absent"}


def test_a_heading_row_that_carries_figures_is_a_row_and_its_parts_are_left_out() -> None:
    form = forms.fill("form2021_requests", [cell("other_handling", "total", "3")])
    labels = [line.labels[-1].text for line in form.body]
    assert "(六)其他处理" in labels
    assert not any("逾期" in label for label in labels)


def test_states_are_told_apart() -> None:
    cells = [cell("regulations", "newly_made", "", "blank"), cell("regulations", "newly_disclosed", "—", "dash")]
    form = forms.fill("form2019_art20_1", cells)
    assert [value.state for value in form.body[0].values] == ["blank", "dash", "absent"]


def test_a_table_that_no_form_knows_keeps_its_order() -> None:
    form = forms.fill("unknown_local", [cell("r10", "c1", "b"), cell("r2", "c1", "a"), cell("r2", "c2", "x", "text")])
    assert [line.labels[0].text for line in form.body] == ["r2", "r10"]
    assert [value.state for value in form.body[1].values] == ["number", "absent"]
