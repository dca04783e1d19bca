"""The columns of the section tables: one value a metric, and the kind of section it was taken from (SCHEMA.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from extract.data import sections
from extract.facts.phrases import is_own, is_whole
from extract.numbers import whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from extract.model import Number, Quantity

_IN_YUAN = {"元": 1, "万元": 10_000, "亿元": 100_000_000}


def columns(kinds: Iterable[str], quantities: Iterable[Quantity]) -> dict[str, dict[str, Number | str | None]]:
    """By kind the columns of its table: the first value of each metric in a section of that kind, else the report's first elsewhere.

    A department's own number goes before one of all agencies.
    Values are in the metric's unit, approximate ones kept as they are; a metric that the report does not give is None.
    """
    first: dict[tuple[str, str], Quantity] = {}
    anywhere: dict[tuple[str, str], Quantity] = {}
    for quantity in quantities:
        if quantity.metric is not None:
            _keep(first, (quantity.metric, quantity.section_kind), quantity)
            _keep(anywhere, (quantity.metric, ""), quantity)
    found: dict[str, dict[str, Number | str | None]] = {kind: {} for kind in kinds}
    for metric in sections().metrics:
        if metric.column is None or metric.kind not in found:
            continue
        taken = first.get((metric.id, metric.kind)) or anywhere.get((metric.id, ""))
        found[metric.kind][metric.column] = in_unit(taken, metric.unit) if taken else None
        found[metric.kind][f"{metric.column}_section"] = taken.section_kind if taken else None
    return found


def _keep(kept: dict[tuple[str, str], Quantity], key: tuple[str, str], quantity: Quantity) -> None:
    """The first stays, but a department's own number (我局2件) goes before one of all agencies (全县35件)."""
    if is_whole(kept.setdefault(key, quantity).scope) and is_own(quantity.scope):
        kept[key] = quantity


def in_unit(quantity: Quantity, unit: str) -> Number:
    """The value in a metric's unit: 1.2万元 is 12000 where the metric is in 元; counting words are taken for each other."""
    if unit not in _IN_YUAN or quantity.unit not in _IN_YUAN:
        return quantity.value
    return whole(Decimal(str(quantity.value)) * _IN_YUAN[quantity.unit] / _IN_YUAN[unit])
