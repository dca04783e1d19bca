"""Rules about tables that templates.yaml gives in words: one function each, found by the id of the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from extract.data import Identity, templates
from extract.equations import Place, Sheet, Sum, Term, compare
from extract.model import Finding, Status, TableCell

Rule = Callable[[Identity, Sheet], Iterator[Finding]]
MONEY = ("元", "千元", "万元", "亿元")


def nonnegative_integers(identity: Identity, sheet: Sheet) -> Iterator[Finding]:
    """Counts are whole and not negative; only a change may be negative, only money may have decimals.

    One finding a table: lhs is how many cells break the rule, rhs 0. Nothing is said of a table that no template knows.
    """
    odd: dict[str, Any] = {}
    numbers = 0
    for (row, column), cell in sheet.cells.items():
        if (value := cell.value) is not None:
            numbers += 1
            if value.__class__ is not int or value < 0:
                odd |= _odd(sheet.table_id, row, column, cell)
    status: Status = "not_assessable" if not numbers else "violated" if odd else "holds"
    yield Finding(identity.id, sheet.table_id, status, identity.basis, len(odd), 0, {"table": sheet.table_id, "cells": odd})


def _odd(table_id: str, row: str, column: str, cell: TableCell) -> dict[str, Any]:
    negative, decimal = _allowed(table_id).get((row, column), (False, False))
    value = cell.value or 0
    fine = (value >= 0 or negative) and (value == int(value) or decimal or cell.unit in MONEY)
    return {} if fine else {f"{row}.{column}": value}


@cache
def _allowed(table_id: str) -> Mapping[tuple[str, str], tuple[bool, bool]]:
    """By place: whether the form allows a negative number there, and decimals."""
    template = templates().tables[table_id]
    return {
        (row.id, column.id): (column.signed, row.type != "count" or column.type != "count")
        for row in template.rows
        for column in template.columns
    }


CHANNELS = tuple(
    Place((f"proactive_{name}", "value"), f"proactive_{name}") for name in ("gazette", "website", "weibo", "wechat", "other_channels")
)
TOTAL = (Term((Place(("proactive_total", "value"), "proactive_total"),)),)


def s14_channel_max(identity: Identity, sheet: Sheet) -> Iterator[Finding]:
    """No channel has more items than there are: an item counts once however many channels carry it."""
    channels, total = sheet.sum((Term(CHANNELS),)), sheet.sum(TOTAL)
    numbers = [value for value in channels.cells.values() if not isinstance(value, str)]
    largest = Sum(max(numbers, default=None), channels.may_grow, False, channels.lost, channels.cells)
    yield _bound(identity, sheet, largest, total)


def s14_channel_sum(identity: Identity, sheet: Sheet) -> Iterator[Finding]:
    """Every item went through some channel, so there are not more items than the channels carried together."""
    yield _bound(identity, sheet, sheet.sum(TOTAL), sheet.sum((Term(CHANNELS),)))


def _bound(identity: Identity, sheet: Sheet, left: Sum, right: Sum) -> Finding:
    evidence = {"table": sheet.table_id, "op": "<=", "lhs": left.cells, "rhs": right.cells}
    return Finding(identity.id, sheet.table_id, compare(left, "<=", right), identity.basis, left.value, right.value, evidence)


RULES: Mapping[str, Rule] = {
    "nonnegative_integers": nonnegative_integers,
    "s14_channel_max": s14_channel_max,
    "s14_channel_sum": s14_channel_sum,
}
