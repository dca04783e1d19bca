"""The numbers of prose: value, unit, marker, scope and phrase of every count, and the metric that claims it.

Rules and words are those of `quantities` in sections.yaml; what each number means is in DOMAIN.md sections 8 and 9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from extract.facts.columns import columns as _columns
from extract.facts.prose import parts, usual_year
from extract.facts.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from extract.model import Number, Quantity, Section


def read(sections: tuple[Section, ...], year: int | None = None) -> tuple[Quantity, ...]:
    """Every counted number of the sections' texts, in the order of the report.

    `year` is the year reported on; None: the year the text names most. A number of another year keeps its value but gets no metric.
    Offsets are those of the top-level section's text. A phrase gives a metric once.
    """
    if year is None:
        year = usual_year(section.text for section in sections if section.text)
    return tuple(quantity for section in sections for part in parts(section) for quantity in Reader(part, year).read())


def columns(sections: tuple[Section, ...], quantities: tuple[Quantity, ...]) -> Mapping[str, Mapping[str, Number | str | None]]:
    """By kind of section the columns that its table has for metrics, each with `<column>_section`, the kind that the value is from.

    The first value in a section of that kind, in the metric's unit, else the report's first elsewhere; None where the report gives none.
    """
    kinds = dict.fromkeys(part.kind for section in sections for part in (section, *section.children))
    return _columns(kinds, quantities)
