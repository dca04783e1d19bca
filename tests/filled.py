"""Forms filled at random with sums that hold, as the tables that the audit takes."""

from random import Random

from crawler.samples import figures
from extract.data import templates
from extract.model import Table, TableCell

NATIONAL = {"form2019": "form2019_requests", "form2021": "form2021_requests"}


def table(table_id: str, rows: dict[str, dict[str, object]]) -> Table:
    """`rows` as a table: numbers, None for an empty cell, "-" for a dash, any other text as state text."""
    template, cells = templates().tables[table_id], []
    for row_id, line in rows.items():
        for column_id, value in line.items():
            money = isinstance(value, str) and value.endswith("万元")
            number = float(value[:-2]) if money else value if isinstance(value, int | float) else None
            state = "blank" if value is None else "number" if number is not None else "dash" if value == "-" else "text"
            unit = "万元" if money else template.unit_of(template.row(row_id), template.column(column_id))
            cells.append(TableCell(table_id, row_id, column_id, len(cells) + 1, number, state, str(value), unit, "t"))
    return Table(table_id, tuple(cells))


def rows(one: Table) -> dict[str, dict[str, object]]:
    """The cells of a table to change and build again."""
    found: dict[str, dict[str, object]] = {}
    for cell in one.cells:
        found.setdefault(cell.row_id, {})[cell.column_id] = cell.value if cell.state == "number" else None
    return found


def in_form_order(table_id: str, found: dict) -> dict:
    return {row.id: found[row.id] for row in templates().tables[table_id].rows if row.id in found}


def report(era: str, random: Random, volume: int = 40) -> tuple[Table, ...]:
    """All tables of a report of that era, every sum right."""
    if era in NATIONAL:
        name = NATIONAL[era]
        matrix = figures.matrix(name, random, volume, {"natural_person": random.randint(0, 5)})
        two = figures.part_two(era, random, max(volume, 1), {})
        four = figures.reviews(random, 4)
        found = {**two, name: in_form_order(name, matrix), "review_litigation": four}
        return tuple(table(table_id, content) for table_id, content in found.items())
    name = "stats_2014" if era == "stats2014" else "stats_2013"
    return (table(name, figures.list_table(name, random, volume)),)
