"""A sheet as both readers of workbooks give it, and what its values look like to a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

Value = int | float | str | bool | date | datetime | time | timedelta | None


class Sheet(NamedTuple):
    """A sheet: its cells as text, row by row from the first, "" for a blank one; merged ranges as top, left, bottom, right, from 0."""

    name: str
    hidden: bool
    values: Sequence[Sequence[str]] = ()
    merged: Sequence[tuple[int, int, int, int]] = ()


def shown(value: Value) -> str:
    """A value as a person reads it: 5.0 is 5, 0.35 stays, a date is a day, None is blank."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(round(value, 10))
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else str(value)
    return str(value)
