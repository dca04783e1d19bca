"""Any statutory form rendered into HTML tables in the shapes that real pages print: whatever the shape, the cells must read the same.

`Figures` maps a table id to what its value cells print: {(row id, column id): text}. A row without an entry is not printed, a column
without one prints an empty cell. `Layout` says how the tables are built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

import lxml.html as lxml_html

from extract.blocks import Line, assemble
from extract.data import Column, Row, Template, templates
from extract.model import Section, Table, TableCell
from extract.sources.html import read as read_html

Figures = Mapping[str, Mapping[tuple[str, str], str]]
Cell = tuple[str, int, int]  # text, colspan, rowspan


@dataclass(frozen=True)
class Layout:
    """How a report prints its tables.

    `stacking`: apart (a table each), parts (part two in one table, matrix and part four apart), one (everything in one table).
    `label_columns`: how many columns the labels of the matrix take. `crooked`: head cells span 1-1-2-1 where value cells span 1-2-1-1.
    `cut` splits every table after that many rows, `repeat_head` prints the head again behind the cut. `side_by_side` sets two list rows
    in one. `numbers_apart` gives the numbers of labels a column of their own.
    """

    stacking: str = "apart"
    label_columns: int = 3
    crooked: bool = False
    captions: bool = True
    heads: bool = True
    cut: int = 0
    repeat_head: bool = False
    side_by_side: bool = False
    numbers_apart: bool = False
    codes: bool = False
    units: bool = True
    value: Callable[[str], str] = str
    label: Callable[[str], str] = str


def html(figures: Figures, layout: Layout = Layout()) -> str:
    """The tables of a report as the body of a page."""
    parts = [rows for table_id in templates().tables if table_id in figures for rows in [_rows(table_id, figures[table_id], layout)]]
    if layout.stacking == "apart":
        grouped = parts
    else:
        grids = [table_id for table_id in templates().tables if table_id in figures and templates().tables[table_id].layout == "grid"]
        count = len(parts) if layout.stacking == "one" else len(grids)
        grouped = [[row for part in parts[:count] for row in part], *parts[count:]] if count else parts
    return "<div>" + "<p>表格如下</p>".join(table for rows in grouped for table in _cut(rows, layout)) + "</div>"


def _cut(rows: list[Printed], layout: Layout) -> Iterator[str]:
    """The rows as one table, or cut in several as by page breaks."""
    if not layout.cut or len(rows) <= layout.cut:
        yield _table([row.cells for row in rows])
        return
    head = [row for row in rows if row.head] if layout.repeat_head else []
    first = True
    for start in range(0, len(rows), layout.cut):
        chunk = rows[start : start + layout.cut]
        lead = [] if first or any(row.head for row in chunk) else head
        yield _table([row.cells for row in _rejoined([*lead, *chunk])])
        first = False


@dataclass(frozen=True)
class Printed:
    """A printed row; `head` marks rows that a page break repeats."""

    cells: list[Cell]
    head: bool = False


def _rejoined(rows: list[Printed]) -> list[Printed]:
    """Rows of a piece with rowspans that end where the piece ends."""
    return [
        Printed([(text, across, min(down, len(rows) - index)) for text, across, down in row.cells], row.head)
        for index, row in enumerate(rows)
    ]


def _table(rows: Iterable[list[Cell]]) -> str:
    body = "".join("<tr>" + "".join(map(_td, row)) + "</tr>" for row in rows)
    return f'<table border="1"><tbody>{body}</tbody></table>'


def _td(cell: Cell) -> str:
    text, across, down = cell
    attributes = (f' colspan="{across}"' if across > 1 else "") + (f' rowspan="{down}"' if down > 1 else "")
    return f"<td{attributes}><p>{text if '<' in text or '&' in text else escape(text)}</p></td>"


def _rows(table_id: str, figures: Mapping[tuple[str, str], str], layout: Layout) -> list[Printed]:
    template = templates().tables[table_id]
    build = {"grid": _grid, "matrix": _matrix, "one_row": _one_row, "list": _list}[template.layout]
    return list(build(template, figures, layout))


def _present(template: Template, figures: Mapping[tuple[str, str], str]) -> list[Row]:
    return [row for row in template.rows if any(key[0] == row.id for key in figures)]


def _value(figures: Mapping[tuple[str, str], str], row: str, column: str, layout: Layout) -> str:
    return layout.value(figures.get((row, column), ""))


# ------------------------------------------------------------------------------------------------ part two

WIDTH = 5


def _spread(texts: list[str], crooked: bool, wide: int) -> list[Cell]:
    """Cells over `WIDTH` columns; the cell at `wide` takes what is left, in a crooked table another one than in the head."""
    spare = WIDTH - len(texts)
    return [(text, 1 + spare * (index == wide % len(texts)), 1) for index, text in enumerate(texts)]


def _grid(template: Template, figures: Mapping[tuple[str, str], str], layout: Layout) -> Iterator[Printed]:
    if layout.captions:
        yield Printed([(layout.label(template.title), WIDTH, 1)])
    if layout.heads:
        texts = ["信息内容", *(layout.label(column.label) for column in template.columns)]
        yield Printed(_spread(texts, layout.crooked, -1 if not layout.crooked else 2), head=True)
    for row in _present(template, figures):
        values = [_value(figures, row.id, column.id, layout) for column in template.columns]
        yield Printed(_spread([layout.label(row.label), *values], layout.crooked, -1 if not layout.crooked else 1))


# ------------------------------------------------------------------------------------------------ part three


def _matrix(template: Template, figures: Mapping[tuple[str, str], str], layout: Layout) -> Iterator[Printed]:
    present = [row for row in template.rows if any(key[0] == row.id for key in figures)]
    depth = layout.label_columns
    if layout.heads:
        inner = [column for column in template.columns if column.group]
        yield Printed([(template.corner_note or "", depth, 3), (template.column_head or "", 7, 1)], head=True)
        yield Printed([("自然人", 1, 2), (inner[0].group or "", 5, 1), ("总 计", 1, 2)], head=True)
        yield Printed([(column.label, 1, 1) for column in inner], head=True)
    printed: set[str] = set()
    for row in present:
        values: list[Cell] = [(_value(figures, row.id, column.id, layout), 1, 1) for column in template.columns]
        yield Printed([*_label_cells(template, row, present, depth, printed, layout), *values])


def _label_cells(template: Template, row: Row, present: list[Row], depth: int, printed: set[str], layout: Layout) -> Iterator[Cell]:
    """Group labels with rowspan where they are due, then the row's own label over the columns that are left."""
    groups = _parents(template, row)[-(depth - 1) :] if depth > 1 else []
    for group in groups:
        if group.id not in printed:
            printed.add(group.id)
            yield layout.label(group.number + group.label), 1, sum(group in _parents(template, one) for one in present)
    yield layout.label(row.number + row.label), depth - len(groups), 1


def _parents(template: Template, row: Row) -> list[Row]:
    """Ancestors from the outermost in."""
    parents: list[Row] = []
    while row.parent:
        row = template.row(row.parent)
        parents.insert(0, row)
    return parents


# ------------------------------------------------------------------------------------------------ part four


def _one_row(template: Template, figures: Mapping[tuple[str, str], str], layout: Layout) -> Iterator[Printed]:
    columns = template.columns
    if layout.heads:
        yield Printed([("行政复议", 5, 1), ("行政诉讼", 10, 1)], head=True)
        yield Printed(
            [*((_upright(column, layout), 1, 2) for column in columns[:5]), ("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)], head=True
        )
        yield Printed([(_upright(column, layout), 1, 1) for column in columns[5:]], head=True)
    yield Printed([(_value(figures, "cases", column.id, layout), 1, 1) for column in columns])


def _upright(column: Column, layout: Layout) -> str:
    """A head whose letters stand one below the other."""
    return "<br/>".join(column.label) if layout.crooked else column.label


# ------------------------------------------------------------------------------------------------ list tables


def _list(template: Template, figures: Mapping[tuple[str, str], str], layout: Layout) -> Iterator[Printed]:
    heads = template.head_labels or {}
    indicator = ["序号"] * layout.numbers_apart + [heads.get("indicator", "指标名称")]
    head = [*indicator, *["单位"] * layout.units, *["代码"] * layout.codes, *(_head(column) for column in template.columns)]
    times = 2 if layout.side_by_side else 1
    if layout.heads:
        yield Printed([(text, 1, 1) for text in head * times], head=True)
    rows = [_list_row(template, row, index, figures, layout) for index, row in enumerate(template.rows, 1) if _is_printed(row, figures)]
    for start in range(0, len(rows), times):
        yield Printed([(text, 1, 1) for row in rows[start : start + times] for text in row])


def _head(column: Column) -> str:
    return "2009年度" if column.pattern else column.label


def _is_printed(row: Row, figures: Mapping[tuple[str, str], str]) -> bool:
    return row.kind == "header" or any(key[0] == row.id for key in figures)


def _list_row(template: Template, row: Row, index: int, figures: Mapping[tuple[str, str], str], layout: Layout) -> list[str]:
    header = row.kind == "header"
    number, label = ([row.number or str(index)], row.label) if layout.numbers_apart else ([], row.number + row.label)
    unit = ["——" if header else row.unit or ""] * layout.units
    values = ["" if header else _value(figures, row.id, column.id, layout) for column in template.columns]
    return [*number, layout.label(label), *unit, *[f"{index:02}"] * layout.codes, *values]


# ------------------------------------------------------------------------------------------------ flattened to text

STYLES = ("rows", "rows with gaps", "rows led", "cells", "cells with gaps", "bare", "inline", "tabs")


def text(figures: Figures, style: str, layout: Layout = Layout()) -> str:
    """The tables as lines of plain text: rows or cells a line with `|`, tabs, blanks, or nothing between the cells.

    With gaps spans leave empty cells behind, as converters print them.
    """
    parts = [_rows(table_id, figures[table_id], layout) for table_id in templates().tables if table_id in figures]
    return "\n".join(line for rows in parts for row in rows for line in _flattened(row.cells, style)) + "\n"


def _flattened(cells: list[Cell], style: str) -> Iterator[str]:
    texts = [text.replace("<br/>", " ") for text, _, _ in cells]
    gapped = [part for (text, across, _) in cells for part in (text.replace("<br/>", " "), *[""] * (across - 1))]
    if style == "rows":
        yield "".join(f"{text} | " for text in texts).strip()
    elif style == "rows with gaps":
        yield "".join(f"{text} | " for text in gapped).strip()
    elif style == "rows led":
        yield "| " + " | ".join(texts) + " |"
    elif style in ("cells", "cells with gaps"):
        yield from (f"{text} |" for text in texts)
        if style == "cells with gaps":
            yield "|" * (len(gapped) - len(texts) + 1)
    elif style == "bare":
        yield from filter(None, texts)
    else:
        yield ("\t" if style == "tabs" else "  ").join(texts)


# ------------------------------------------------------------------------------------------------ reading them back


def sections_of(*bodies: str, kind: str = "other") -> tuple[Section, ...]:
    """A section of `kind` for each body of HTML, as the stages before the tables hand it over."""
    return tuple(_section(number, lxml_html.fromstring(body), kind) for number, body in enumerate(bodies, 1))


def _section(number: int, element: lxml_html.HtmlElement, kind: str) -> Section:
    blocks = assemble(read_html(element))
    return Section(kind, number, None, None, None, blocks)


def flat_sections(text: str) -> tuple[Section, ...]:
    """One section from lines of plain text."""
    lines = [Line(line, f"line {number}") for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return (Section("other", 1, None, None, None, assemble(lines)),)


def read_cells(tables: Iterable[Table]) -> dict[str, dict[tuple[str, str], TableCell]]:
    """The cells of tables by table id, row and column."""
    return {table.table_id: {(cell.row_id, cell.column_id): cell for cell in table.cells} for table in tables}
