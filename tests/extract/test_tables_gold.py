"""The hand-read tables of real reports, printed in the shapes of real pages: every cell must come back, in every shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from extract import tables
from extract.data import templates
from extract.model import TableCell
from tests.extract.forms import STYLES, Figures, Layout, flat_sections, html, read_cells, sections_of, text
from tests.shared import shared

GOLD = ["gold/quzhou-2013", "gold/quzhou-2020", "gold/zhashui-2018", "real/gold/shanghai-go-2019", "real/gold/hongze-2023"]
MATRIX = [column.id for column in templates().tables["form2021_requests"].columns]
LAYOUTS = {
    "plain": Layout(),
    "crooked spans": Layout(crooked=True),
    "stacked": Layout(stacking="parts", crooked=True),
    "all in one table": Layout(stacking="one"),
    "one label column": Layout(label_columns=1),
    "two label columns": Layout(label_columns=2, stacking="one"),
    "no captions": Layout(captions=False, stacking="parts"),
    "cut, heads repeated": Layout(cut=9, repeat_head=True),
    "cut, heads once": Layout(cut=7),
    "no heads": Layout(heads=False),
    "numbers apart": Layout(numbers_apart=True),
    "codes": Layout(codes=True),
    "side by side": Layout(side_by_side=True),
    "side by side with numbers": Layout(side_by_side=True, numbers_apart=True),
    "no unit column": Layout(units=False),
    "nbsp and spaces": Layout(value=lambda text: f"&nbsp;{text} ", label=lambda text: "　" + text.replace("数", "数 ")),
    "spans in figures": Layout(value=lambda text: f"<span>{text[:1]}</span><b>{text[1:]}</b>"),
    "full width": Layout(label=lambda text: text.translate(str.maketrans("(),:/", "（），：／"))),
}


def gold(name: str) -> tuple[int, dict[str, dict[tuple[str, str], dict[str, Any]]]]:
    """Year and cells of a gold file."""
    content = yaml.safe_load(shared(f"{name}.yaml").read_text(encoding="utf-8"))
    return content["year"], {table_id: dict(_cells(table["cells"])) for table_id, table in content["tables"].items()}


def _cells(rows: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for row_id, row in rows.items():
        if isinstance(row, dict) and row.get("state") == "header":
            continue
        for column, cell in _row(row):
            yield (row_id, column), cell if isinstance(cell, dict) else {"value": cell}


def _row(row: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(row, list):
        yield from zip(MATRIX, row, strict=True)
    elif "state" in row or "value" in row:
        yield "value", row
    else:
        yield from ((column, cell) for column, cell in row.items() if column != "line")


def printed(cells: dict[str, dict[tuple[str, str], dict[str, Any]]]) -> Figures:
    """What the cells of a gold file print."""
    return {table: {key: str(cell.get("raw", cell.get("value", ""))) for key, cell in rows.items()} for table, rows in cells.items()}


def differences(have: dict[tuple[str, str], TableCell], want: dict[tuple[str, str], dict[str, Any]]) -> list[str]:
    """Cells that are missing, wrong or too many."""
    wrong = [f"{key}: {have.get(key)} is not {cell}" for key, cell in want.items() if not _same(have.get(key), cell)]
    return [*wrong, *(f"{key}: not in the source" for key in have.keys() - want.keys())]


def _same(cell: TableCell | None, want: dict[str, Any]) -> bool:
    if cell is None or cell.state != want.get("state", "number") or not cell.locator:
        return False
    return cell.value == want.get("value") and ("unit" not in want or cell.unit == want["unit"])


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("name", GOLD)
def test_every_layout_gives_the_gold_cells(name: str, layout: Layout) -> None:
    year, cells = gold(name)
    found = tables.read(sections_of(html(printed(cells), layout), kind="review_litigation"), year)
    have = read_cells(found)
    assert have.keys() == cells.keys()
    assert {table: wrong for table in cells if (wrong := differences(have[table], cells[table]))} == {}
    assert not [finding for table in found for finding in table.findings if finding.rule_id != "head_missing"]
    assert not [label for table in found for label in table.unknown_labels]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", [name for name in GOLD if "shanghai" not in name])
def test_every_flattened_print_gives_the_gold_cells(name: str, style: str) -> None:
    year, cells = gold(name)
    layout = Layout(label_columns=1 if style == "inline" else 3)
    have = read_cells(tables.read(flat_sections(text(printed(cells), style, layout)), year))
    assert have.keys() == cells.keys()
    if style in ("bare", "inline", "cells", "cells with gaps"):  # where cells are not lined up in rows, an empty one may leave no trace
        cells = {
            table: {key: cell for key, cell in rows.items() if cell.get("state") != "blank" or key in have[table]}
            for table, rows in cells.items()
        }
    assert {table: wrong for table in cells if (wrong := differences(have[table], cells[table]))} == {}
