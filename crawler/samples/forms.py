"""The statutory tables as HTML, with the spans that the forms have."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from crawler.samples.figures import APPLICANTS, Cell, Rows
from extract.data import Row, Template, templates

COLUMNS = (*APPLICANTS, "total")
_WIDE = str.maketrans("():,", "（）：，")


def table(table_id: str, rows: Rows) -> str:
    """The table with its figures, a blank cell as &nbsp;."""
    template = templates().tables[table_id]
    lines = {"list": _list, "grid": _grid, "matrix": _matrix, "one_row": _part_four}[template.layout](template, rows)
    return f'<table border="1" cellspacing="0" width="98%">{"".join(lines)}</table>'


def shown(value: Cell) -> str:
    """A cell as printed."""
    return "&nbsp;" if value is None else escape(str(value))


def _label(row: Row) -> str:
    return (row.number + row.label).translate(_WIDE)


def _line(*cells: str) -> str:
    return f"<tr>{''.join(cells)}</tr>\n"


def _cell(text: str, rows: int = 1, columns: int = 1) -> str:
    spans = (f' rowspan="{rows}"' if rows > 1 else "") + (f' colspan="{columns}"' if columns > 1 else "")
    return f"<td{spans}>{text}</td>"


def _list(template: Template, rows: Rows) -> Iterator[str]:
    heads = template.head_labels or {}
    yield _line(*(_cell(heads[name]) for name in ("indicator", "unit", "value")))
    for row in template.rows:
        if row.kind == "header":
            yield _line(_cell(_label(row)), _cell("——"), _cell("——"))
        elif row.id in rows:
            yield _line(_cell(_label(row)), _cell(row.unit or ""), _cell(shown(rows[row.id]["value"])))


def _grid(template: Template, rows: Rows) -> Iterator[str]:
    yield _line(_cell(template.title.translate(_WIDE), columns=1 + len(template.columns)))
    yield _line(_cell(template.row_head or ""), *(_cell(column.label.translate(_WIDE)) for column in template.columns))
    for row in template.rows:
        yield _line(_cell(_label(row)), *(_cell(shown(rows[row.id][column.id])) for column in template.columns))


def _matrix(template: Template, rows: Rows) -> Iterator[str]:
    yield from _matrix_head(template)
    results = [row for row in template.rows if row.parent == "results"]
    children = {group.id: [row for row in template.rows if row.parent == group.id] for group in results}
    height = sum(max(1, len(below)) for below in children.values())
    for row in template.rows:
        if row.parent is None and row.kind != "header":
            yield _line(_cell(_label(row), columns=3), *_figures(rows, row))
        elif row.id == "results":
            first = _cell(_label(row), rows=height)
            for group in results:
                yield from _group(group, children[group.id], rows, first)
                first = ""


def _group(group: Row, below: list[Row], rows: Rows, first: str) -> Iterator[str]:
    """A row of part three, or a head over its own rows. `first` is the cell 三、, which only the very first row has."""
    if not below:
        yield _line(first, _cell(_label(group), columns=2), *_figures(rows, group))
        return
    head = first + _cell(_label(group), rows=len(below))
    for row in below:
        yield _line(head, _cell(_label(row)), *_figures(rows, row))
        head = ""


def _figures(rows: Rows, row: Row) -> Iterator[str]:
    return (_cell(shown(rows[row.id][column])) for column in COLUMNS)


def _matrix_head(template: Template) -> Iterator[str]:
    yield _line(_cell((template.corner_note or "").translate(_WIDE), rows=3, columns=3), _cell(template.column_head or "", columns=7))
    inner = [column for column in template.columns if column.group]
    yield _line(_cell("自然人", rows=2), _cell(inner[0].group or "", columns=len(inner)), _cell("总计", rows=2))
    yield _line(*(_cell(column.label) for column in inner))


def _part_four(template: Template, rows: Rows) -> Iterator[str]:
    columns = template.columns
    yield _line(_cell("行政复议", columns=5), _cell("行政诉讼", columns=10))
    yield _line(
        *(_cell(_in_two(column.label), rows=2) for column in columns[:5]),
        _cell(columns[5].group or "", columns=5),
        _cell(columns[10].group or "", columns=5),
    )
    yield _line(*(_cell(_in_two(column.label)) for column in columns[5:]))
    yield _line(*(_cell(shown(rows["cases"][column.id])) for column in columns))


def _in_two(label: str) -> str:
    """Heads of the narrow columns break in the middle, as portals print them."""
    return f"{label[:2]}<br/>{label[2:]}" if len(label) > 2 else label
