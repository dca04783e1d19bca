"""Statutory tables laid out as the form prints them: heads with their spans, group labels beside their rows, a state for every cell.

The shape is that of templates.yaml (`extract.data.templates`); a report fills it. What the form has and the page lacks stays visible as
`absent`, which is neither blank nor zero (DOMAIN.md section 8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from extract.data import templates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extract.data import Row, Template


@dataclass(frozen=True, slots=True)
class Label:
    """A printed label with its spans. `depth` is how far it is indented; `scope` what a screen reader takes it for."""

    text: str
    columns: int = 1
    rows: int = 1
    scope: str = "col"
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A value cell: what is stored of it, or only where it would stand. `state` is that of the cell, or absent."""

    row: str
    column: str
    state: str = "absent"
    stored: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form: labels first, then values. `kind` is data, header or total."""

    labels: tuple[Label, ...]
    values: tuple[Value, ...]
    kind: str = "data"


@dataclass(frozen=True, slots=True)
class Form:
    """A filled table. `layout` is list, grid, matrix or one_row, or local for a table that no template knows."""

    table: str
    title: str
    layout: str
    head: tuple[tuple[Label, ...], ...]
    body: tuple[Line, ...]
    unit: str | None = None


def fill(table: str, cells: Iterable[Mapping[str, Any]]) -> Form:
    """The form of a table with the cells that a report has of it."""
    found = {(cell["row_id"], cell["column_id"]): cell for cell in cells}
    template = templates().tables.get(table)
    if template is None:
        return _local(table, found)
    shape = {"list": _list, "matrix": _matrix, "grid": _grid, "one_row": _one_row}[template.layout]
    return shape(template, found)


def _value(found: Mapping[tuple[str, str], Mapping[str, Any]], row: str, column: str) -> Value:
    cell = found.get((row, column))
    return Value(row, column) if cell is None else Value(row, column, cell["state"], cell)


def _values(template: Template, found: Mapping[tuple[str, str], Mapping[str, Any]], row: Row) -> tuple[Value, ...]:
    """The cells of a row; a heading row without figures has places that the form itself leaves empty."""
    values = tuple(_value(found, row.id, column.id) for column in template.columns)
    if row.kind == "header" and all(value.state == "absent" for value in values):
        return tuple(Value(row.id, value.column, "header") for value in values)
    return values


def _printed(row: Row) -> str:
    return f"{row.number}{row.label}" if row.number and not row.number.endswith(":") else f"{row.number} {row.label}".strip()


def _depths(rows: Sequence[Row]) -> dict[str, int]:
    """How deep each row stands below the rows it is part of."""
    depths: dict[str, int] = {}
    for row in rows:
        depths[row.id] = depths[row.parent] + 1 if row.parent in depths else 0
    return depths


# ------------------------------------------------------------------------------------------------ the four layouts


def _list(template: Template, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Form:
    """Indicator, unit, value: the tables up to 2018."""
    heads = template.head_labels or {}
    labels = [heads.get("indicator", "统计指标"), heads.get("unit", "单位"), *(column.label for column in template.columns)]
    depths = _depths(template.rows)
    rows = [row for row in template.rows if not _only_later(row, found, template)]
    body = tuple(
        Line(
            (Label(_printed(row), scope="row", depth=depths[row.id]), Label(_unit(row, found, template), scope="")),
            _values(template, found, row),
            row.kind,
        )
        for row in rows
    )
    return Form(template.id, template.title, template.layout, (tuple(map(Label, labels)),), body)


def _only_later(row: Row, found: Mapping[tuple[str, str], Mapping[str, Any]], template: Template) -> bool:
    """A row of a local table that other years' issues of it print: left out where this page lacks it."""
    local = template.id.startswith("stats_local")
    return local and row.kind != "header" and not any((row.id, column.id) in found for column in template.columns)


def _unit(row: Row, found: Mapping[tuple[str, str], Mapping[str, Any]], template: Template) -> str:
    """The unit as the page prints it, else as the form does; —— in heading rows."""
    if row.kind == "header":
        return "——"
    units = (found[row.id, column.id]["unit"] for column in template.columns if (row.id, column.id) in found)
    return next(filter(None, units), row.unit or template.unit or "")


def _grid(template: Template, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Form:
    """The tables of part two: rows by columns under the article's number."""
    title = (Label(template.title, columns=1 + len(template.columns), scope="colgroup"),)
    head = (Label(template.row_head or ""), *(Label(column.label) for column in template.columns))
    body = tuple(Line((Label(_printed(row), scope="row"),), _values(template, found, row), row.kind) for row in template.rows)
    return Form(template.id, template.title, template.layout, (title, head), body)


def _matrix(template: Template, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Form:
    """Part three: results by applicants, group labels beside their rows."""
    depths = _depths(template.rows)
    width = max(depths.values()) + 1
    deep = 3 if template.column_head else 2
    corner = Label(template.corner_note or "", columns=width, rows=deep, scope="")
    groups = [(group, list(columns)) for group, columns in groupby(template.columns, key=lambda column: column.group)]
    over = [
        Label(group, columns=len(columns), scope="colgroup") if group else Label(column.label, rows=2)
        for group, columns in groups
        for column in (columns[:1] if group else columns)
    ]
    top = (corner, Label(template.column_head, columns=len(template.columns), scope="colgroup")) if template.column_head else ()
    head = tuple(
        filter(None, (top, tuple(over) if top else (corner, *over), tuple(Label(one.label) for one in template.columns if one.group)))
    )
    return Form(template.id, template.title, template.layout, head, tuple(_matrix_body(template, found, depths, width)), template.unit)


def _matrix_body(
    template: Template, found: Mapping[tuple[str, str], Mapping[str, Any]], depths: Mapping[str, int], width: int
) -> list[Line]:
    """The rows, each with the group labels that begin at it. A heading row that carries figures ((六) unsplit) is a row of its own."""
    below = _children(template.rows)
    carries = {row.id for row in template.rows if any((row.id, column.id) in found for column in template.columns)}
    lines: list[Line] = []
    waiting: list[Label] = []
    skipped: set[str] = set()
    for row in template.rows:
        if row.parent in skipped:
            skipped.add(row.id)
            continue
        if row.id in below and row.id not in carries:
            waiting.append(Label(_printed(row), rows=_height(row.id, below, carries), scope="rowgroup"))
            continue
        if row.id in below:
            skipped.add(row.id)
        label = Label(_printed(row), columns=width - depths[row.id], scope="row")
        lines.append(Line((*waiting, label), _values(template, found, row), row.kind))
        waiting = []
    return lines


def _children(rows: Sequence[Row]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    for row in rows:
        if row.parent:
            below.setdefault(row.parent, []).append(row.id)
    return below


def _height(row: str, below: Mapping[str, list[str]], carries: set[str]) -> int:
    """How many printed rows a group label stands beside."""
    return sum(_height(child, below, carries) if child in below and child not in carries else 1 for child in below[row])


def _one_row(template: Template, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Form:
    """Part four: fifteen numbers under a head three rows deep."""
    over, groups = [], []
    for (parent, group), columns in groupby(template.columns, key=lambda column: (column.group_parent, column.group)):
        span = len(list(columns))
        if parent is None:
            over.append(Label(group or "", columns=span, rows=2, scope="colgroup"))
            continue
        groups.append(Label(group or "", columns=span, scope="colgroup"))
        if over and over[-1].text == parent:
            over[-1] = Label(parent, columns=over[-1].columns + span, scope="colgroup")
        else:
            over.append(Label(parent, columns=span, scope="colgroup"))
    head = (tuple(over), tuple(groups), tuple(Label(column.label) for column in template.columns))
    body = tuple(Line((), _values(template, found, row), row.kind) for row in template.rows)
    return Form(template.id, template.title, template.layout, head, body, template.unit)


def _local(table: str, found: Mapping[tuple[str, str], Mapping[str, Any]]) -> Form:
    """A table that no template knows, as its rows and columns stood on the page (DOMAIN.md section 13)."""
    rows, columns = (sorted({key[axis] for key in found}, key=_counted) for axis in (0, 1))
    head = ((Label(""), *(Label(column) for column in columns)),)
    body = tuple(Line((Label(row, scope="row"),), tuple(_value(found, row, column) for column in columns)) for row in rows)
    return Form(table, table, "local", head, body)


def _counted(name: str) -> tuple[str, int, str]:
    """r2 before r10."""
    digits = name.lstrip("rc")
    return (name[:1], int(digits), "") if digits.isdecimal() and len(digits) < 9 else ("~", 0, name)
