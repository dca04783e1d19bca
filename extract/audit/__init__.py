"""Checks of what a report says against itself, its form, the law and the report of the year before: findings, never repairs.

Rules come from `identities` of templates.yaml, under their ids. Our own have ids that are not there: required_sections,
required_tables, era_of_year, row_order, form_complete, improbable_count, improbable_unit, column_copied, column_shifted,
printed_subtotal, place_of_portal and yoy_same_table; all but the first are stored only where they fail;
and period_of_year, stored wherever a period is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from extract.audit import breakdowns, changes, identities, outline, placing, plausible, prose, shares
from extract.audit.counts import Passage, passages
from extract.audit.years import Cells, across_years
from extract.data import Identity, templates
from extract.equations import Sheet
from extract.model import Document, Finding, Quantity, Section, Table, TableCell

__all__ = ["Cells", "across_years", "check"]

_RECOMPUTED: Mapping[str, Callable[[Identity, Sequence[Passage], Sequence[Quantity]], Iterator[Finding]]] = {
    "text_percentages": shares.check,
    "text_category_sum": breakdowns.check,
    "text_yoy_change": changes.check,
}


def check(
    *, era: str, sections: tuple[Section, ...], tables: tuple[Table, ...], quantities: tuple[Quantity, ...], document: Document
) -> tuple[Finding, ...]:
    """All findings within a report: those of reading its tables, then the rules in order. `era` is that of the form found.

    Every identity of a table on the page is there, those that cannot be assessed included; rules about prose only where both
    sides exist. Evidence holds the cells by row and column (a number, or the state of a cell without one) or the phrase.
    """
    sheets = _sheets(tables)
    return (
        *(finding for table in tables for finding in table.findings),
        *identities.check(era, sheets),
        *prose.check(era, sheets, quantities),
        *_recomputed(sections, quantities),
        *outline.check_required(era, sections, sheets, quantities),
        *outline.check_tables(era, list(sheets)),
        *plausible.check(templates().era_of_year(document.year).id, era, sheets),
        *plausible.check_period(document),
        *placing.check(document),
    )


def _sheets(tables: Sequence[Table]) -> dict[str, Sheet]:
    """Tables by id; parts of a table that a page break cut in two are one sheet, and of two cells in one place the first counts."""
    cells: dict[str, dict[tuple[str, str], TableCell]] = {}
    for table in tables:
        found = cells.setdefault(table.table_id, {})
        for cell in table.cells:
            found.setdefault((cell.row_id, cell.column_id), cell)
    return {table_id: Sheet(table_id, found, _lost(tables, table_id, found)) for table_id, found in cells.items()}


def _lost(tables: Sequence[Table], table_id: str, found: Mapping[tuple[str, str], TableCell]) -> frozenset[str]:
    """Rows that the page prints and that reading left out, since their values fit the columns in no sure way."""
    left_out = {
        finding.subject for table in tables if table.table_id == table_id for finding in table.findings if finding.rule_id == "uneven_row"
    }
    return frozenset(left_out.difference([row for row, _ in found])) if left_out else frozenset()


def _recomputed(sections: Sequence[Section], quantities: Sequence[Quantity]) -> Iterator[Finding]:
    """Rules of prose about itself."""
    found = tuple(passages(sections))
    for identity in templates().identities:
        if identity.id in _RECOMPUTED:
            yield from _RECOMPUTED[identity.id](identity, found, quantities)
        elif identity.id == "text_parts_count":
            yield from outline.check_parts(identity, sections)
