"""What is odd about some reports: `quirks` of world.yaml by name. Those not named here change the print alone, not the figures."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from crawler.samples.figures import Rows

PRINTED_ONLY = frozenset({"unnumbered", "word_debris", "same_page", "revised", "carry_over_broken"})


def taken_in(quirk: str | None, carried: Mapping[str, int]) -> dict[str, int]:
    """What a year takes in from the year before: with carry_over_broken two requests more than that year handed on."""
    more = 2 if quirk == "carry_over_broken" else 0
    return {**carried, "natural_person": carried.get("natural_person", 0) + more}


def applied(quirk: str | None, tables: Mapping[str, Rows]) -> Mapping[str, Rows]:
    """The tables as printed. Raises KeyError for a quirk that nobody wrote."""
    if quirk is None or quirk in PRINTED_ONLY:
        return tables
    return {"zeros_blank": _zeros_blank, "dashes": _dashes, "total_left_at_zero": _total_left_at_zero}[quirk](tables)


def _zeros_blank(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Zeros of the matrix and of part four left empty, as one report on 2019 does (DOMAIN.md section 8)."""
    return {
        name: {row: {column: value or None for column, value in line.items()} for row, line in rows.items()}
        if name.endswith("_requests") or name == "review_litigation"
        else rows
        for name, rows in tables.items()
    }


def _dashes(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Zeros of a list printed in turn as 0, as an empty cell and as a dash: three states in one table."""
    found = deepcopy(dict(tables))
    zeros = [line for rows in found.values() for line in rows.values() if line == {"value": 0}]
    for number, line in enumerate(zeros):
        line["value"] = (0, None, "-")[number % 3]
    return found


def _total_left_at_zero(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """Part four with a total of 0 under filled parts (DOMAIN.md section 7)."""
    found = deepcopy(dict(tables))
    cases = found["review_litigation"]["cases"]
    cases |= {"review_upheld": 3, "review_corrected": 1, "review_total": 0}
    return found


def revised(tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """A version in which one more request was received and granted, so that every sum still holds."""
    found = deepcopy(dict(tables))
    matrix = next(rows for name, rows in found.items() if name.endswith("_requests"))
    for row in ("new_requests", "granted", "results_total"):
        for column in ("natural_person", "total"):
            value = matrix[row][column]
            matrix[row][column] = value + 1 if isinstance(value, int) else value
    return found
