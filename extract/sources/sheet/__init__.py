"""Workbooks: each visible sheet is a table of what its cells show, formulas with their stored results.

modern      XLSX and XLSM, by calamine;  extents: what is refused before it lays anything out
old         XLS and ET, by xlrd: calamine is faster, but a damaged compound file makes it ask for terabytes and ends the process
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from extract.errors import TooLarge
from extract.html import MAX_CELLS
from extract.model import Carried
from extract.sources.markup import Tree
from extract.sources.sheet.model import Sheet

__all__ = ["read"]

MAX_SHEETS = 200
"""Sheets of a workbook, hidden ones too."""


class _Span(NamedTuple):
    rows: int
    columns: int


_ONE = _Span(1, 1)


def read(body: bytes) -> Carried:
    """The sheets of a workbook in their order, hidden ones left out with a warning. Macros are not run.

    Raises Corrupt for a broken file, Encrypted behind a password, TooLarge over the bounds on sheets and cells, Unsupported for XLSB.
    """
    if body.startswith(b"PK"):
        from extract.sources.sheet import modern

        sheets, warnings = modern.read(body)
    else:
        from extract.sources.sheet import old

        sheets, warnings = old.read(body)
    if len(sheets) > MAX_SHEETS:
        raise TooLarge(f"{len(sheets)} sheets; the bound is {MAX_SHEETS}")
    tree = Tree()
    for sheet in sheets:
        if sheet.hidden:
            warnings.append(f"the hidden sheet {sheet.name} was left out")
        else:
            _add(tree, sheet)
    return tree.carried(warnings=warnings)


def _add(tree: Tree, sheet: Sheet) -> None:
    """A sheet as a table. Cells under a merged one are not printed; rows and columns around the text are not there."""
    spans, covered = _merged(sheet.merged)
    first, last, width = _frame(sheet.values, spans)
    if (last - first) * width > MAX_CELLS:
        raise TooLarge(f"the sheet {sheet.name} has more than {MAX_CELLS:,} cells")
    table = tree.table(tree.body)
    for number in range(first, last):
        line = tree.row(table)
        row = sheet.values[number] if number < len(sheet.values) else []
        for column in range(width):
            if (number, column) not in covered:
                span = spans.get((number, column), _ONE)
                text = row[column] if column < len(row) else ""
                tree.cell(line, text, span.columns, min(span.rows, last - number), f"{sheet.name}!{_letters(column)}{number + 1}")


def _merged(ranges: Sequence[tuple[int, int, int, int]]) -> tuple[dict[tuple[int, int], _Span], set[tuple[int, int]]]:
    """The spans of merged cells by their first cell, and the places they cover. A range over `MAX_CELLS` places is none."""
    spans: dict[tuple[int, int], _Span] = {}
    covered: set[tuple[int, int]] = set()
    for top, left, bottom, right in ranges:
        rows, columns = bottom - top + 1, right - left + 1
        if min(rows, columns) < 1 or rows * columns < 2 or rows * columns + len(covered) > MAX_CELLS or (top, left) in covered:
            continue
        spans[(top, left)] = _Span(rows, columns)
        covered.update((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        covered.discard((top, left))
    return spans, covered


def _frame(values: Sequence[Sequence[str]], spans: dict[tuple[int, int], _Span]) -> tuple[int, int, int]:
    """First row, the row behind the last, and the number of columns that hold text or are merged with one that does."""
    filled = [(row, column) for row, line in enumerate(values) for column, text in enumerate(line) if text]
    if not filled:
        return 0, 0, 0
    ends = [(row + span.rows, column + span.columns) for row, column in filled for span in [spans.get((row, column), _ONE)]]
    return filled[0][0], max(row for row, _ in ends), max(column for _, column in ends)


def _letters(column: int) -> str:
    """The letters of a column, which counts from 0: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
