"""Tables by case: shapes of real pages, each with what must be read and what must not (tests/cases/tables.yaml)."""

from __future__ import annotations

import re
import time
from html import escape
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract import tables
from extract.model import Grid, GridCell, Section, Table
from tests.extract.forms import flat_sections, sections_of

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "tables.yaml").read_text(encoding="utf-8"))


def markup(rows: str) -> str:
    """HTML tables of the shorthand of the case file."""
    return "".join(f"<p>表</p><table>{_body(grid)}</table>" for grid in rows.split("---\n"))


def _body(grid: str) -> str:
    return "".join("<tr>" + "".join(map(_td, line.split("|"))) + "</tr>" for line in grid.splitlines())


def _td(cell: str) -> str:
    text, across, down = re.fullmatch(r"(.*?)(?:>(\d+))?(?:\^(\d+))?", cell).groups()  # type: ignore[union-attr]
    return f'<td colspan="{across or 1}" rowspan="{down or 1}">{escape(text)}</td>'


def read(case: dict[str, Any]) -> tuple[Table, ...]:
    sections = sections_of(f"<div>{markup(case['rows'])}</div>") if "rows" in case else flat_sections(case["text"])
    return tables.read(sections, case["year"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    found = read(case)
    if case.get("none"):
        assert found == ()
        return
    cells = {f"{cell.table_id}.{cell.row_id}.{cell.column_id}": cell for table in found for cell in table.cells}
    for key, expected in case["cells"].items():
        want = expected if isinstance(expected, dict) else {"value": expected}
        have = {"state": "number" if want.get("value") is not None else want.get("state"), **want}
        assert {name: getattr(cells[key], name) for name in have} == have, key
    assert {finding.rule_id for table in found for finding in table.findings} == set(case.get("findings", []))
    assert set(case.get("unknown", [])) <= {label.label for table in found for label in table.unknown_labels}
    assert "unknown" in case or not [label for table in found for label in table.unknown_labels]
    assert not cells.keys() & set(case.get("absent", []))
    assert not case.get("exact") or cells.keys() == case["cells"].keys()
    assert "era" not in case or tables.era(found, case["year"]) == case["era"]


def test_places_and_positions() -> None:
    case = next(case for case in CASES if case["name"].startswith("caption, head"))
    (table,) = read(case)
    assert [cell.position for cell in table.cells] == list(range(1, 7))
    assert table.section_position == 1
    assert all(cell.locator for cell in table.cells)


@pytest.mark.parametrize(
    ("year", "expected"),
    [(2007, "pre2014"), (2013, "pre2014"), (2014, "stats2014"), (2019, "form2019"), (2021, "form2021"), (2030, "form2021")],
)
def test_without_tables_the_year_decides(year: int, expected: str) -> None:
    assert tables.era((), year) == expected


def test_a_local_table_of_two_eras_leaves_the_era_to_the_year() -> None:
    case = next(case for case in CASES if case["name"].startswith("a year for a head"))
    assert tables.era(read(case), 2012) == "pre2014"
    assert tables.era(read(case), 2016) == "stats2014"


def test_no_sections_and_no_grids() -> None:
    assert tables.read((), 2020) == ()
    assert tables.read((Section("other", 1, None, None, "无", ()),), 2020) == ()


def hostile(rows: int, columns: int, text: str, span: int = 1) -> tuple[Section, ...]:
    grid = Grid(
        tuple(
            tuple(
                GridCell(text.format(row * columns + column), row, column, "x", row_span=span, column_span=span)
                for column in range(columns)
            )
            for row in range(rows)
        ),
        "table[1]",
    )
    return (Section("other", 1, None, None, None, (grid,)),)


@pytest.mark.parametrize(
    "sections",
    [
        hostile(450, 100, 'x"; drop table {}'),
        hostile(450, 100, "{}"),
        hostile(450, 100, "数据{}", span=9999),
        hostile(4500, 10, "总计{}"),
        hostile(1, 45_000, "自然人"),
        hostile(450, 100, "自然人"),
        hostile(450, 100, "（一）予以公开"),
        hostile(4500, 10, "被依法纠错数"),
        hostile(450, 100, "本年\ufffd\ufffd{}"),
        hostile(450, 100, "信息{} 12 13 14"),
        hostile(45_000, 1, "其他"),
    ],
    ids=["sql", "figures", "spans", "words", "one row", "heads", "rows", "ambiguous", "lost characters", "inline", "flat"],
)
def test_hostile_tables_end_in_bounded_time(sections: tuple[Section, ...]) -> None:
    start = time.process_time()
    tables.read(sections, 2020)
    assert time.process_time() - start < 8


def test_a_table_of_200_000_cells_is_a_finding() -> None:
    start = time.process_time()
    (table,) = tables.read(hostile(2000, 100, "数据{}"), 2020)
    assert [finding.rule_id for finding in table.findings] == ["table_too_large"]
    assert table.cells == ()
    assert time.process_time() - start < 2
