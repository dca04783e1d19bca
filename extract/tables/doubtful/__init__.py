"""Cells that can be read in more than one way: the identities of the form decide, or nobody does.

Digits of a row run together, a number broken over two cells, a cell lost or pushed aside, characters that a recogniser was not sure of:
each has several readings. One is taken where it alone agrees with every identity that touches it and one of them confirms it; the cell
says so in `recovered`. Else it has no value, and a finding says why (ARCHITECTURE.md, "What this material forces", no. 5). A number that
is clearly printed is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping

from extract.tables.doubtful import characters, rows
from extract.tables.doubtful.characters import unsure
from extract.tables.drafts import Draft

__all__ = ["settle", "unsure"]


def settle(draft: Draft, table_id: str, unsure: Mapping[str, float]) -> None:
    """Decides the damaged rows and the unsure cells of the table `table_id`. `unsure`: by locator, how sure the characters are."""
    if draft.damaged:
        rows.settle(draft, table_id)
    if unsure:
        characters.settle(draft, table_id, unsure)
