"""What of a table is beyond doubt while some of its cells are being decided."""

from __future__ import annotations

from collections.abc import Set

from extract.tables.doubtful.deciding import Held
from extract.tables.drafts import Draft

_NAMELESS = frozenset({"unlabelled_row", "ambiguous_row"})
"""Findings of rows that are on the page and in no row of the table."""


def held(draft: Draft, table_id: str, doubted: Set[str] = frozenset()) -> Held:
    """The cells read so far, under the final id of the table; `doubted` are rows that are yet to be decided."""
    rows = {row for row, _ in draft.cells} | doubted
    lost = frozenset(one.subject for one in draft.findings if one.rule_id == "uneven_row" and one.subject not in rows)
    gaps = bool(draft.unknown) or any(one.rule_id in _NAMELESS for one in draft.findings)
    return Held(table_id, draft.cells, lost, gaps)
