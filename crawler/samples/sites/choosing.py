"""Which rows stand on a page: pages of so many, groups from one record to another, sections by agency or year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from crawler.samples.sites.filling import Scope
from crawler.samples.sites.model import Row, Selection


def chosen(selection: Selection, rows: Sequence[Row], brought: Mapping[str, str]) -> tuple[list[Row], dict[str, int]] | None:
    """The rows, and the numbers that pagers print; None where there is no such page."""
    wanted = {name: str(_value(value, brought)) for name, value in selection.where.items()}
    kept = [row for row in rows if all(row.values.get(name) == value for name, value in wanted.items())]
    try:
        first, last, numbers = _bounds(selection, len(kept), brought)
    except ValueError:  # something else than a number was asked for
        return None
    if not 1 <= first <= max(len(kept), 1) or last < first:
        return None
    return kept[first - 1 : last], numbers


def _bounds(selection: Selection, total: int, brought: Mapping[str, str]) -> tuple[int, int, dict[str, int]]:
    """First and last row, counted from 1, and the numbers around them."""
    if selection.first is not None:
        first, last = int(_value(selection.first, brought)), int(_value(selection.last or total, brought))
        return first, last, {"total": total, "page": 1, "pages": 1}
    per = int(_value(selection.per or max(total, 1), brought))
    pages = max(1, -(-total // per)) if per > 0 else 1
    page = int(_value(selection.page if selection.page is not None else selection.base, brought)) - selection.base + 1
    page = pages - page + 1 if selection.reverse else page
    return (page - 1) * per + 1, page * per, _numbers(page, pages, per, total)


def _numbers(page: int, pages: int, per: int, total: int) -> dict[str, int]:
    near = {"page": page, "next": page + 1, "previous": page - 1, "index": page - 1, "pages": pages, "total": total, "per": per}
    return near | {"next_file": pages - page, "previous_file": pages - page + 2}  # where the pages are numbered backwards


def _value(value: int | str, brought: Mapping[str, str]) -> int | str:
    return brought[value[1:]] if isinstance(value, str) and value.startswith("$") else value


def listed(selection: Selection, rows: Sequence[Row], scope: Scope) -> str:
    """The markup of the rows."""
    lines = [(row, _line(place, row, selection, scope)) for place, row in enumerate(rows)]
    if selection.by is None:
        return selection.join.join(line for _, line in lines)
    by = selection.by
    order = {value: place for place, value in enumerate(dict.fromkeys(row.values[by] for row in rows))}
    ordered = sorted(lines, key=lambda line: order[line[0].values[by]])
    sections = ((value, list(found)) for value, found in groupby(ordered, key=lambda line: line[0].values[by]))
    inner = ((found[0][0], selection.join.join(line for _, line in found)) for _, found in sections)
    return "\n".join(scope.having(**row.values, rows=markup).fill(selection.section) for row, markup in inner)


def _line(place: int, row: Row, selection: Selection, scope: Scope) -> str:
    """A row's markup. Its link may hold names of the request: a whole address has the port in it."""
    return scope.having(**row.values, link=scope.fill(row.link), place=place).fill(selection.row or "$row")
