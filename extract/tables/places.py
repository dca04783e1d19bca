"""Which row of a list table a label means, where it stands more than once in the form (被依法纠错数, 邮寄费).

Such labels are told apart by the nearest ancestor and the order of the form, never by label alone (`label_matching`, ambiguous).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from extract.data import Row, templates


@cache
def _rows(table_id: str) -> Mapping[str, tuple[int, Row]]:
    return {row.id: (index, row) for index, row in enumerate(templates().tables[table_id].rows)}


@dataclass(slots=True)
class Place:
    """Where in its template the reading stands: the last row, the rows seen, and whether a row in between was unknown."""

    table_id: str
    last: str | None = None
    seen: set[str] = field(default_factory=set)
    lost: bool = False

    def resolve(self, ids: Sequence[str]) -> str | None:
        """The row that a label means here: the only one, else the child of the nearest ancestor; None where both is open."""
        if len(ids) == 1:
            return ids[0]
        for ancestor in self._ancestors():
            children = [row for row in ids if _rows(self.table_id)[row][1].parent == ancestor]
            if len(children) == 1 and not (self.lost and children[0] in self.seen):
                return children[0]
        return self._next(ids) if self.lost else None

    def _next(self, ids: Sequence[str]) -> str | None:
        """The first row not seen yet: an unknown heading in between explains why the ancestor does not fit."""
        unseen = [row for row in ids if row not in self.seen]
        return unseen[0] if len(unseen) == 1 else None

    def _ancestors(self) -> Iterator[str]:
        row = self.last
        while row is not None:
            yield row
            row = _rows(self.table_id)[row][1].parent

    def pass_row(self, row_id: str, *, values: bool) -> None:
        """Goes on to a row; one without values is only the heading of what follows."""
        self.last, self.lost = row_id, False
        if values:
            self.seen.add(row_id)
