"""Statutory tables: grids of a report matched to the templates by their labels, every value cell read with state, unit and place.

    tables.read(sections, year)     the tables of a report
    tables.era(tables, year)        the era of the form found

A form is known by its labels, not by its year (ARCHITECTURE.md, "What this material forces", no. 2). What cannot be read without a
guess is left out and stands in the findings of its table: uneven_row (values do not fit the columns), repeated_row (printed twice, with
different figures), ambiguous_row, missing_column, head_missing, head_unreadable, cell_reading (figures that are not one number).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from extract.data import templates
from extract.model import Grid, Section, Table
from extract.tables import articles, doubtful, lists, local, matrix, reviews
from extract.tables.drafts import UNKNOWN, Draft
from extract.tables.labels import MATRIX, REVIEWS
from extract.tables.lines import Line, lines
from extract.tables.segments import Segment, segments

__all__ = ["era", "read"]

_NEW_MATRIX, _OLD_MATRIX = MATRIX, "form2019_requests"
_FORMS = ("form2021", "form2019")
CELLS_MAX = 50_000
"""Cells of all tables that are read: a form has below 300, the longest list below 500; what goes beyond is a register or an attack."""


def read(sections: tuple[Section, ...], year: int) -> tuple[Table, ...]:
    """The statutory tables in the grids of `sections` (top level), in the order of their templates; a table's cells in printed order.

    `year` is the year reported on; it decides only where no label does. A table that no template knows has the id unknown_local.
    """
    report = _Report(year)
    stretches = [(section, segment) for section in sections for segment in segments(report.lines_of(section))]
    report.everywhere = sum((lists.scores(segment.lines) for _, segment in stretches if segment.kind == "list"), Counter())
    for section, segment in stretches:
        report.read(segment, section.position, section.kind)
    return report.tables()


def era(tables: Iterable[Table], year: int) -> str:
    """The era of the form found, else that of `year` (`era_detection` of templates.yaml).

    Most tables of part two decide, else a matrix with the three rows of (六), else a table that only one era has.
    """
    held = [table for table in tables if table.cells]
    return _era_of({table.table_id for table in held}, any(_has_split_row(table) for table in held), year)


def _has_split_row(table: Table) -> bool:
    return table.table_id == _NEW_MATRIX and not _split_rows().isdisjoint([cell.row_id for cell in table.cells])


@cache
def _split_rows() -> frozenset[str]:
    return frozenset(row.id for row in templates().tables[MATRIX].rows if row.parent == matrix.SPLIT_ROW)


def _era_of(table_ids: Iterable[str], split: bool, year: int) -> str:
    ids = set(table_ids)
    forms = Counter(form for form in _FORMS for table in ids if table.startswith(f"{form}_art"))
    if forms and len(set(forms.values())) == len(forms):
        return forms.most_common(1)[0][0]
    if split:
        return _FORMS[0]
    single = [templates().tables[table].eras for table in sorted(ids) if table in templates().tables and table not in (MATRIX, _OLD_MATRIX)]
    named = {eras[0] for eras in single if len(eras) == 1}
    expected = templates().era_of_year(year).id
    return named.pop() if len(named) == 1 and not forms else expected


@dataclass(slots=True)
class _Report:
    """The tables of one report while they are read. `unsure`: by locator, how sure the characters are that may be wrong."""

    year: int
    everywhere: Counter[str] = field(default_factory=Counter)
    drafts: dict[str, Draft] = field(default_factory=dict)
    waiting: list[tuple[int, articles.Headless]] = field(default_factory=list)
    left: int = CELLS_MAX
    unsure: dict[str, float] = field(default_factory=dict)

    def lines_of(self, section: Section) -> Iterator[list[Line]]:
        """The rows of each grid of a section. A grid beyond the bound is not read, which is a finding."""
        grids = [block for block in section.blocks if isinstance(block, Grid)]
        for number, grid in enumerate(grids):
            size = sum(map(len, grid.rows))
            if size > self.left:
                self._draft(UNKNOWN, section.position).find("table_too_large", grid.locator, "not_assessable", None, cells=size)
                continue
            self.left -= size
            self.unsure |= doubtful.unsure(grid)
            yield lines(grid, number)

    def read(self, segment: Segment, position: int, kind: str) -> None:
        """Reads a stretch of rows that stands in the section at `position`, which is of `kind`."""
        if segment.kind == "articles":
            waiting = articles.read(segment.lines, lambda table: self._draft(table, position))
            self.waiting += [(position, row) for row in waiting]
        elif segment.kind == "matrix":
            matrix.read(segment.lines, self._draft(MATRIX, position))
        elif segment.kind == "reviews":
            reviews.read(segment.lines, self._draft(REVIEWS, position))
        elif kind == "review_litigation" and reviews.is_bare_row(segment.lines):
            reviews.read_bare_row(segment.lines, self._draft(REVIEWS, position))
        else:
            self._read_list(segment, position)

    def _read_list(self, segment: Segment, position: int) -> None:
        table = lists.choose(segment.lines, self.everywhere, self.year) if segment.kind == "list" else None
        if table and lists.read(segment.lines, self._draft(table, position)):
            return
        if local.is_statistical(segment.lines):
            local.read(segment.lines, self._draft(UNKNOWN, position))

    def _draft(self, table_id: str, position: int) -> Draft:
        return self.drafts.setdefault(table_id, Draft(table_id, position))

    def tables(self) -> tuple[Table, ...]:
        """The finished tables, those of which nothing was read left out."""
        form = self._era()
        for position, row in self.waiting:
            articles.read_headless(row, form, lambda table, position=position: self._draft(table, position))  # type: ignore[misc]
        order = [*templates().tables, UNKNOWN]
        drafts = sorted(self.drafts.values(), key=lambda draft: order.index(draft.table_id))
        held = [(draft, self._final_id(draft, form)) for draft in drafts]
        for draft, table_id in held:
            doubtful.settle(draft, table_id, self.unsure)
        return tuple(draft.table(table_id) for draft, table_id in held if draft.cells or draft.unknown or draft.findings)

    def _era(self) -> str:
        held = {table for table, draft in self.drafts.items() if draft.cells or draft.damaged}
        return _era_of(held, self._splits(), self.year)

    def _splits(self) -> bool:
        matrix = self.drafts.get(MATRIX)
        if matrix is None:
            return False
        return not _split_rows().isdisjoint([*(row for row, _ in matrix.cells), *(one.row_id for one in matrix.damaged)])

    def _final_id(self, draft: Draft, form: str) -> str:
        """A matrix with (六) unsplit fits both forms: it goes with the report's era."""
        older = draft.table_id == MATRIX and not self._splits() and form != _FORMS[0]
        return _OLD_MATRIX if older else draft.table_id
