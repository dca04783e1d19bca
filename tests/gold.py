"""Reports of the gold data as the values that the audit takes: what the stages below it should have read."""

import re
import typing
from pathlib import Path

import opencc
import yaml

from extract.data import templates
from extract.model import Agency, Document, Quantity, Section, Table, TableCell
from tests.shared import shared

MATRIX = ["natural_person", "org_business", "org_research", "org_public_interest", "org_legal_service", "org_other", "total"]
_GLOSS = re.compile(r"(?<=[一-鿿])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
_TO_HANS = opencc.OpenCC("t2s")


class Gold(typing.NamedTuple):
    content: dict
    era: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    quantities: tuple[Quantity, ...]
    document: Document

    def arguments(self) -> dict:
        """The arguments of `audit.check`."""
        return {name: getattr(self, name) for name in ("era", "sections", "tables", "quantities", "document")}

    def expected(self) -> dict[str, str]:
        """Status by rule, for the rules that templates.yaml knows."""
        rules = {identity.id for identity in templates().identities}
        return {check["id"]: check["status"] for check in self.content.get("identity_checks", []) if check["id"] in rules}


def load(path: Path) -> Gold:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    sections = tuple(_sections(content)) if "sections" in content else _one_section(content)
    agency = Agency("x", content["agency"]["name"], content["agency"].get("level", "county"))
    document = Document(agency, content["year"], content["title"] or "", content["title"] is None, ())
    tables = tuple(Table(name, tuple(_cells(name, table["cells"]))) for name, table in content["tables"].items())
    return Gold(content, content["era"], sections, tables, tuple(_quantities(content, sections)), document)


def _plain(text: str, content: dict) -> str:
    text = _GLOSS.sub("", text)
    return _TO_HANS.convert(text) if content["source"].get("script") == "traditional" else text


def _sections(content: dict) -> typing.Iterator[Section]:
    lines = (shared("seeds") / content["source"]["file"]).read_text(encoding="utf-8").split("\n")

    def body(first: int, last: int) -> str:
        return "\n".join(line.strip() for line in lines[first - 1 : last] if line.strip())

    front = content.get("front_matter")
    if front:
        yield Section("front_matter", 0, None, None, _plain(body(*front["lines"]), content), ())
    for one in content["sections"]:
        first, last = one["lines"]
        text = None if one["first15"] is None else _plain(body(first + 1, last), content)
        children = tuple(Section(child["kind"], one["ord"], None, None, None, ()) for child in one.get("children", []))
        yield Section(one["kind"], one["ord"], one["number"], one["heading"], text, (), children=children)


def _one_section(content: dict) -> tuple[Section, ...]:
    """Gold of the tables alone: the phrases of its quantities are all the prose there is."""
    return (Section("overview", 1, "一", "总体情况", ";".join(one["phrase"] for one in content["quantities"]) + "。", ()),)


def _cells(table_id: str, rows: dict) -> typing.Iterator[TableCell]:
    template = templates().tables[table_id]
    position = 0
    for row_id, row in rows.items():
        for column_id, cell in _row(row):
            cell = cell if isinstance(cell, dict) else {"value": cell}
            position += 1
            state = cell.get("state", "number")
            if state != "header":
                unit = cell.get("unit") or template.unit_of(template.row(row_id), template.column(column_id))
                yield TableCell(table_id, row_id, column_id, position, cell.get("value"), state, str(cell.get("raw", "")), unit, "x")


def _row(row: object) -> typing.Iterable:
    if isinstance(row, list):
        return zip(MATRIX, row, strict=True)
    if "state" in row or "value" in row:
        return [("value", row)]
    return [(column, cell) for column, cell in row.items() if column != "line"]


def _quantities(content: dict, sections: tuple[Section, ...]) -> typing.Iterator[Quantity]:
    by_position = {section.position: section for section in sections}
    for one in content["quantities"]:
        section = by_position.get(one.get("section", 1), sections[0])
        phrase = one.get("phrase_hans") or one["phrase"]
        start = max((section.text or "").find(phrase), 0)
        metric = one["id"] if one["tier"] == "core" else None
        flags = {key: one[key] for key in ("approx", "negated", "derived", "scope", "category", "percent") if key in one}
        yield Quantity(metric, one["value"], one.get("unit"), phrase, start, start + len(phrase), section.kind, section.position, **flags)


def all_paths() -> list[Path]:
    from tests.shared import SHARED

    return sorted((SHARED / "gold").glob("*.yaml")) + sorted((SHARED / "real" / "gold").glob("*.yaml"))
