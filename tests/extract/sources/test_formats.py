"""The same report in every format gives the same cells."""

from __future__ import annotations

import pytest

from tests.extract.sources import made, writers


@pytest.mark.parametrize("era", ["form2021", "form2019"])
@pytest.mark.parametrize("kind", writers.WRITERS)
def test_the_same_cells_in_every_format(kind: str, era: str) -> None:
    parts = made.report(era)
    expected = made.cells(writers.html(parts))
    assert len(expected) > 150
    assert {state for _, state, _ in expected.values()} == {"number", "blank", "dash"}
    assert made.cells(writers.WRITERS[kind](parts)) == expected


@pytest.mark.parametrize("kind", writers.WRITERS)
def test_sections_agency_and_year_in_every_format(kind: str) -> None:
    parts = made.report()
    (report,) = made.read(writers.WRITERS[kind](parts)).reports
    (page,) = made.read(writers.html(parts)).reports
    assert (report.document.agency, report.document.year, report.document.title) == (page.document.agency, 2022, page.document.title)
    assert [(one.kind, one.number, one.heading) for one in report.sections] == [
        (one.kind, one.number, one.heading) for one in page.sections
    ]
    assert [one.text for one in report.sections] == [one.text for one in page.sections]
