"""A made-up report as what is printed: lines and tables, before any format is written. Every format must give the same cells of it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from crawler.samples import figures
from extract import Page, extract
from extract.model import Extraction
from tests.extract import forms
from tests.filled import NATIONAL

Span = tuple[str, int, int]  # text, columns, rows


@dataclass(frozen=True)
class Text:
    """A line of prose; `number` is what an automatic list would print in front of it."""

    text: str
    number: str = ""
    heading: bool = False


@dataclass(frozen=True)
class Form:
    """A table: its rows, each with the cells that begin in it."""

    rows: tuple[tuple[Span, ...], ...]

    @property
    def width(self) -> int:
        """Columns of the grid."""
        return sum(columns for _, columns, _ in self.rows[0])

    def placed(self) -> list[list[tuple[int, Span]]]:
        """Each row with the columns where its cells begin."""
        taken: dict[int, int] = {}
        placed = []
        for number, row in enumerate(self.rows):
            line, column = [], 0
            for cell in row:
                while taken.get(column, 0) > number:
                    column += 1
                line.append((column, cell))
                taken.update(dict.fromkeys(range(column, column + cell[1]), number + cell[2]))
                column += cell[1]
            placed.append(line)
        return placed


Part = Text | Form

AGENCY, YEAR = "青禾市水利局", 2022


def report(era: str = "form2021", seed: int = 7) -> list[Part]:
    """The parts of a report: title, preamble, six sections, tables with blanks, dashes and decimals among their figures."""
    printed = _figures(era, seed)
    year = YEAR if era == "form2021" else 2019
    tables = {name: _form(name, rows) for name, rows in printed.items()}
    parts: list[Part] = [
        Text(f"{AGENCY}{year}年政府信息公开工作年度报告", heading=True),
        Text(f"根据《中华人民共和国政府信息公开条例》，现公布{AGENCY}{year}年政府信息公开工作年度报告。"),
        Text("总体情况", "一、", True),
        Text("全年主动公开政府信息312条，受理政府信息公开申请40件，均按期答复。"),
        Text("主动公开政府信息情况", "二、", True),
        *(form for name, form in tables.items() if "_art20_" in name),
        Text("收到和处理政府信息公开申请情况", "三、", True),
        tables[NATIONAL[era]],
        Text("政府信息公开行政复议、行政诉讼情况", "四、", True),
        tables["review_litigation"],
        Text("存在的主要问题及改进情况", "五、", True),
        Text("公开内容不够细，下一步将逐项补齐。"),
        Text("其他需要报告的事项", "六、", True),
        Text("本年度未收取信息处理费。"),
        Text(AGENCY),
        Text(f"{year + 1}年1月12日"),
    ]
    return parts


def _figures(era: str, seed: int) -> forms.Figures:
    """What the value cells print: the figures of a form that adds up, some zeros left blank or dashed."""
    random = Random(seed)
    name = NATIONAL[era]
    found = {
        **figures.part_two(era, random, 40, {}),
        name: figures.matrix(name, random, 40, {"natural_person": 3}),
        "review_litigation": figures.reviews(random, 4),
    }
    return {
        table: {(row, column): _printed(value, random) for row, line in rows.items() for column, value in line.items()}
        for table, rows in found.items()
    }


def _printed(value: figures.Cell, random: Random) -> str:
    if value == 0:
        return random.choice(["0", "0", "0", "", "-"])
    return "" if value is None else str(value)


def _form(table_id: str, rows: dict[tuple[str, str], str]) -> Form:
    lines = forms._rows(table_id, rows, forms.Layout())
    return Form(tuple(tuple(line.cells) for line in lines))


Cells = dict[tuple[str, str, str], tuple[object, str, str]]


def cells(body: bytes, url: str = "http://www.qinghe.example/2023/nb") -> Cells:
    """The cells of the one report that a file holds, by table, row and column: value, state, print."""
    (found,) = read(body, url).reports
    return {
        (cell.table_id, cell.row_id, cell.column_id): (cell.value, cell.state, cell.raw) for table in found.tables for cell in table.cells
    }


def read(body: bytes, url: str = "http://www.qinghe.example/2023/nb") -> Extraction:
    """The extraction of a file."""
    return extract(Page(body, url))
