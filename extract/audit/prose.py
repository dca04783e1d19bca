"""Numbers in prose against the table they repeat: the narrative rules of templates.yaml that name a metric and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from extract.audit.identities import own
from extract.data import Identity, Template, templates
from extract.equations import Sheet, Sum, Term, single, terms
from extract.errors import DataFileError
from extract.model import Finding, Number, Quantity, Status

NEW_CASES_ONLY = frozenset({"text_reviews", "text_litigations"})
"""Prose below the table is no contradiction: it may count only cases new in the year (note of text_reviews in templates.yaml)."""

_PART = re.compile("本级|[市县区]级|各[市县区镇乡街部单]|下属|直属|其中")
_WHOLE = re.compile("^全|各级")
_YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_AT_MOST = frozenset({"近", "将近", "不到", "不足", "接近"})
_AT_LEAST = frozenset({"余", "多", "几", "来", "以上", "超", "超过", "逾", "突破", "至少"})


class Claim(NamedTuple):
    """A metric and what it may repeat: by table, the sums it may equal, each with the name it has in the evidence."""

    identity: Identity
    metric: str
    alternatives: Mapping[str, tuple[tuple[str, tuple[Term, ...]], ...]]


def check(era: str, sheets: Mapping[str, Sheet], quantities: Iterable[Quantity]) -> Iterator[Finding]:
    """One finding for every claim that the prose makes and a table on the page can answer."""
    said: dict[str, list[Quantity]] = {}
    for quantity in quantities:
        if quantity.metric is not None:
            said.setdefault(quantity.metric, []).append(quantity)
    for claim in claims() if said and sheets else ():
        if claim.metric in said and (found := own([sheets[name] for name in claim.alternatives if name in sheets], era)):
            yield _judge(claim, found[0], _speakers(said[claim.metric]))


def _speakers(said: list[Quantity]) -> list[Quantity]:
    """The quantities that speak for the whole agency, if any does: 市本级 N件 says nothing against a table of the whole city."""
    return [quantity for quantity in said if not _partial(quantity)] or said


def _partial(quantity: Quantity) -> bool:
    scope = quantity.scope or ""
    return bool(_PART.search(scope)) and not _WHOLE.search(scope)


def _judge(claim: Claim, sheet: Sheet, said: list[Quantity]) -> Finding:
    """One that fits is enough: a report may print a metric for several scopes, and 受理 may mean more than one row."""
    judged = [
        (_verdict(claim.identity.id, quantity, side, sheet), quantity, name, side)
        for quantity in said
        for name, side in ((name, sheet.sum(side)) for name, side in claim.alternatives[sheet.table_id])
    ]
    status, quantity, name, side = min(judged, key=lambda one: (_ORDER[one[0]], _distance(one[1], one[3])))
    evidence: dict[str, Any] = {"table": sheet.table_id, "against": name, "cells": side.cells, "phrase": quantity.phrase}
    if quantity.approx:
        evidence["approx"] = quantity.approx
    if quantity.scope:
        evidence["scope"] = quantity.scope
    if others := [other.phrase for other in said if other is not quantity]:
        evidence["also"] = others
    if columns := _by_applicant(sheet, side):
        evidence["known_columns"] = columns
    return Finding(claim.identity.id, claim.metric, status, claim.identity.basis, quantity.value, side.value, evidence)


_ORDER: Mapping[Status, int] = {"holds": 0, "not_assessable": 1, "violated": 2}


def _distance(quantity: Quantity, side: Sum) -> float:
    return float("inf") if side.value is None else abs(side.value - quantity.value)


def _by_applicant(sheet: Sheet, side: Sum) -> dict[str, Number]:
    """Where a 总计 is not printed: what the applicants' columns of that row add up to, for the reader."""
    found = {}
    for name in side.cells:
        row, _, column = name.partition(".")
        if column == "total" and isinstance(side.cells[name], str):
            numbers = [cell.value for (at, _), cell in sheet.cells.items() if at == row and cell.value is not None]
            if numbers:
                found[row] = sum(numbers)
    return found


# ------------------------------------------------------------------------------------------------ one number against one sum


def _verdict(rule_id: str, quantity: Quantity, side: Sum, sheet: Sheet) -> Status:
    if side.value is None or side.lost:
        return "not_assessable"
    factor, tolerance = _money(quantity, side, sheet)
    low, high = span(quantity)
    if low - tolerance <= side.value * factor <= high + tolerance:
        return "holds"
    if quantity.derived or _partial(quantity):
        return "not_assessable"
    below_table = side.value * factor > high
    excused = rule_id in NEW_CASES_ONLY if below_table else side.may_grow
    return "not_assessable" if excused else "violated"


def _money(quantity: Quantity, side: Sum, sheet: Sheet) -> tuple[float, float]:
    """What brings the table's money into the unit of the prose, and half of the last decimal that either prints."""
    unit = _YUAN.get(quantity.unit or "")
    cell = next((cell for (row, _), cell in sheet.cells.items() if row in side.cells), None) if unit else None
    if not unit or not cell or not cell.value or cell.unit not in _YUAN:
        return 1, 0
    factor = _YUAN[cell.unit] / unit
    return factor, max(_half_of_last_place(cell.value) * factor, _half_of_last_place(quantity.value)) if factor != 1 else 0


def _half_of_last_place(value: Number) -> float:
    decimals = 0 if isinstance(value, int) else len(repr(value).partition(".")[2])
    return 0.5 * 10.0**-decimals


def span(quantity: Quantity) -> tuple[float, float]:
    """The values that the number may stand for: itself, or with a marker what its last place leaves open.

    42000余 is 42000 to 42999, 近300 is 201 to 300, 约150 is 140 to 160.
    """
    value, marker = quantity.value, quantity.approx
    if marker is None:
        return value, value
    step = _last_place(value)
    if marker in _AT_MOST:
        return value - step, value
    return (value, value + step - 1) if marker in _AT_LEAST else (value - step, value + step)


def _last_place(value: Number) -> int:
    """10 for 250, 1000 for 42000; at least 10, for nobody says 25余 of 25 or 26 alone."""
    step = 10
    while value and value % (step * 10) == 0:
        step *= 10
    return step


# ------------------------------------------------------------------------------------------------ compiling


@cache
def claims() -> tuple[Claim, ...]:
    """All claims of the data. Raises DataFileError for a rule that names a table, row or column that does not exist."""
    return tuple(claim for identity in templates().identities if identity.scope == "narrative" for claim in _claims(identity))


def _claims(identity: Identity) -> Iterator[Claim]:
    if identity.text and identity.any_of:
        yield Claim(identity, identity.text, _any_of(identity))
    elif identity.text and identity.cell:
        yield Claim(identity, identity.text, {
            template.id: (("+".join(names), terms(names, template, single(template))),)
            for table, names in identity.cell.items()
            for template in _tables(identity, table)
        })  # fmt: skip
    for metric, row in (identity.pairs or {}).items():
        name = f"{row}.{identity.column}" if identity.column else row
        yield Claim(identity, metric, {
            template.id: ((name, terms((name,), template, single(template))),)
            for table in identity.tables
            for template in _tables(identity, table)
            if _has(template, row)
        })  # fmt: skip


def _has(template: Template, row: str) -> bool:
    """Not every table has every row of `pairs`; (六) is a row of its own where its parts are not rows."""
    group = row.removesuffix(".*")
    return any(one.id == group for one in template.rows)


def _tables(identity: Identity, table: str) -> list[Template]:
    tables = templates().tables
    found = [template for name, template in tables.items() if name == table or name.partition("_")[2] == table]
    if not found:
        raise DataFileError(f"templates.yaml: identities.{identity.id}: unknown table {table}")
    return found


def _any_of(identity: Identity) -> dict[str, tuple[tuple[str, tuple[Term, ...]], ...]]:
    """Each alternative names its cells as table.row.column, all of one table."""
    table = identity.any_of[0][0].partition(".")[0]
    result = {}
    for template in _tables(identity, table):
        names = [tuple(term.removeprefix(f"{table}.") for term in alternative) for alternative in identity.any_of]
        result[template.id] = tuple(("+".join(one), terms(one, template, single(template))) for one in names)
    return result
