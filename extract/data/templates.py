"""The statutory tables by era: rows, columns, identities and the crosswalk of `templates.yaml`, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from extract.data.reader import Node, load, unique
from extract.errors import DataFileError

FILE = "templates.yaml"
Layout = Literal["list", "grid", "matrix", "one_row"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `signed` columns hold changes (-5, 减少5项); `type` is count, decimal or money; `group` is the head above it."""

    id: str
    label: str
    aliases: tuple[str, ...] = ()
    pattern: str | None = None
    unit: str | None = None
    type: str = "count"
    signed: bool = False
    group: str | None = None
    group_parent: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row. `kind` is data, header (a label without figures) or total; `number` is the printed number of the form, '' for none."""

    id: str
    label: str
    number: str
    parent: str | None
    kind: str = "data"
    unit: str | None = None
    type: str = "count"
    aliases: tuple[str, ...] = ()
    data_if_filled: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """A statutory table. `layout`: list (indicator, unit, value), grid (rows by columns), matrix (seven applicants), one_row."""

    id: str
    title: str
    eras: tuple[str, ...]
    layout: Layout
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    unit: str | None = None
    row_head: str | None = None
    head_labels: Mapping[str, str] | None = None
    caption_fields: tuple[str, ...] = ()
    footer_fields: tuple[str, ...] = ()
    corner_note: str | None = None
    column_head: str | None = None

    def column(self, column_id: str) -> Column:
        """The column of that id; KeyError where there is none."""
        return next(column for column in self.columns if column.id == column_id)

    def row(self, row_id: str) -> Row:
        """The row of that id; StopIteration is a programming error."""
        return next(row for row in self.rows if row.id == row_id)

    def unit_of(self, row: Row, column: Column) -> str | None:
        """The unit the form gives to a cell: the row's, else the column's, else the table's; None where it names none."""
        return row.unit or column.unit or self.unit


@dataclass(frozen=True, slots=True)
class Era:
    """A period with one legal basis. `last_year` is None for the era in force."""

    id: str
    first_year: int
    last_year: int | None
    outline_required: tuple[str, ...]
    tables: tuple[str, ...]
    table_required: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """An arithmetic rule of the form; the fields mean what the comment above `identities` in the file says."""

    id: str
    basis: Literal["official", "structural", "plausibility"]
    eras: tuple[str, ...]
    table: str | None = None
    scope: str | None = None
    per: str | None = None
    lhs: tuple[str, ...] = ()
    op: str | None = None
    rhs: tuple[str, ...] = ()
    text: str | None = None
    any_of: tuple[tuple[str, ...], ...] = ()
    cell: Mapping[str, tuple[str, ...]] | None = None
    pairs: Mapping[str, str] | None = None
    tables: tuple[str, ...] = ()
    column: str | None = None
    rule: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the crosswalk: one measure over the eras, never for sums. Keys of `sources` are pre2014, stats2014, forms."""

    id: str
    sources: Mapping[str, str]
    comparability: str


@dataclass(frozen=True, slots=True)
class Templates:
    """The whole file. `markers` are labels that only one era (or one table) carries, in the order in which they are to be tried."""

    eras: tuple[Era, ...]
    tables: Mapping[str, Template]
    identities: tuple[Identity, ...]
    crosswalk: tuple[Measure, ...]
    markers: Mapping[str, tuple[str, ...]]

    def era_of_year(self, year: int) -> Era:
        """The era a report on `year` belongs to by the calendar; years before 2008 count as the first era (DOMAIN.md section 2)."""
        return next((era for era in reversed(self.eras) if era.first_year <= year), self.eras[0])


@cache
def templates() -> Templates:
    """The validated content of templates.yaml. Raises DataFileError naming the key that is wrong."""
    root = Node(load(FILE), FILE)
    tables = {name: _template(name, Node(value, f"{FILE}: tables.{name}")) for name, value in root.get("tables", dict).items()}
    eras = root.children("eras", _era)
    identities = root.children("identities", _identity)
    unique((identity.id for identity in identities), f"{FILE}: identities")
    result = Templates(eras, tables, identities, root.children("crosswalk", _measure), _markers(root))
    _check_references(result)
    return result


def _era(node: Node) -> Era:
    years = node.get("report_years", list)
    era = Era(
        node.get("id", str), years[0], years[1], node.strings("outline_required"), node.strings("tables"), node.get("table_required", bool)
    )
    node.done("legal_basis", "form")
    return era


def _template(table_id: str, node: Node) -> Template:
    grouped = node.get("groups", list, [])
    columns = _grouped_columns(node) if grouped else node.children("columns", _column)
    rows = node.children("rows", _row)
    unique((column.id for column in columns), f"{node.place}.columns")
    unique((row.id for row in rows), f"{node.place}.rows")
    template = Template(
        table_id,
        node.get("title_zh", str),
        node.strings("eras"),
        node.get("layout", str),  # type: ignore[arg-type]
        columns,
        rows,
        node.get("unit", str, None),
        node.get("row_head", str, None),
        node.get("head_labels", dict, None),
        node.strings("caption_fields"),
        node.strings("footer_fields"),
        node.get("corner_note_zh", str, None),
        node.get("column_head_zh", str, None),
    )
    node.done("verified", "variants", "duplicate_labels", "year_to_year", "complete", "footnote", "column_order", "results")
    return template


def _column(node: Node) -> Column:
    column = Column(
        node.get("id", str),
        node.get("label_zh", str),
        node.strings("aliases"),
        node.get("label_pattern", str, None),
        node.get("unit", str, None),
        node.get("type", str, "count"),
        node.get("signed", bool, False),
        node.get("group_zh", str, None),
    )
    node.done("note")
    return column


def _grouped_columns(node: Node) -> tuple[Column, ...]:
    """Part four: five results under three heads, fifteen columns in the printed order."""
    results = node.children("results", lambda result: (result.get("id", str), result.get("label_zh", str)))
    groups = node.children("groups", lambda group: (group.get("id", str), group.get("label_zh", str), group.get("parent_zh", str, None)))
    columns = tuple(
        Column(f"{group_id}_{result_id}", label, group=group_label, group_parent=parent)
        for group_id, group_label, parent in groups
        for result_id, label in results
    )
    if [column.id for column in columns] != node.get("column_order", list):
        raise DataFileError(f"{node.place}.column_order: differs from groups and results")
    return columns


def _row(node: Node) -> Row:
    row = Row(
        node.get("id", str),
        node.get("label_zh", str),
        node.get("num", str, ""),
        node.get("parent", str, None),
        node.get("kind", str, "data"),
        node.get("unit", str, None),
        node.get("type", str, "count"),
        node.strings("aliases"),
        node.get("data_if_filled", bool, False),
    )
    node.done("note", "note_zh", "note_verified", "issue")
    return row


def _identity(node: Node) -> Identity:
    cell = node.get("cell", dict, None)
    identity = Identity(
        node.get("id", str),
        node.get("basis", str),  # type: ignore[arg-type]
        node.strings("eras"),
        node.get("table", str, None),
        node.get("scope", str, None),
        node.get("per", str, None),
        node.strings("lhs"),
        node.get("op", str, None),
        node.strings("rhs"),
        node.get("text", str, None),
        tuple(tuple(terms) for terms in node.get("any_of", list, [])),
        {table: tuple(terms) for table, terms in cell.items()} if cell else None,
        node.get("pairs", dict, None),
        node.strings("tables"),
        node.get("column", str, None),
        node.get("rule", str, None),
        node.get("note", str, None),
    )
    node.done()
    return identity


def _measure(node: Node) -> Measure:
    sources = {key: node.get(key, str) for key in ("pre2014", "stats2014", "forms") if key in node.value}
    measure = Measure(node.get("measure", str), sources, node.get("comparability", str))
    node.done()
    return measure


def _markers(root: Node) -> dict[str, tuple[str, ...]]:
    detection = Node(root.get("era_detection", dict), f"{FILE}: era_detection")
    return {key: tuple(labels) for key, labels in detection.get("markers", dict).items()}


def _check_references(content: Templates) -> None:
    """Every id that one part of the file takes from another must exist."""
    known: set[Any] = set(content.tables)
    for era in content.eras:
        for table in era.tables:
            if table not in known:
                raise DataFileError(f"{FILE}: eras.{era.id}: unknown table {table}")
    for table_id, template in content.tables.items():
        rows = {row.id for row in template.rows} | {None}
        for row in template.rows:
            if row.parent not in rows:
                raise DataFileError(f"{FILE}: tables.{table_id}.{row.id}: unknown parent {row.parent}")
