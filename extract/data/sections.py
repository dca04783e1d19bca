"""Kinds of sections, styles of numbering and the numbers of prose: `sections.yaml` as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from extract.data.reader import Node, load, unique

FILE = "sections.yaml"


@dataclass(frozen=True, slots=True)
class NumberingStyle:
    """A way to number headings. `level` is the usual one; `pattern` (group `no`) is None for headings without a number."""

    id: str
    level: int
    pattern: str | None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of section. `patterns` are searched in the normalised heading after its number; `test_first` before the others."""

    id: str
    title_en: str
    title_zh: str
    eras: tuple[str, ...]
    patterns: tuple[str, ...]
    test_first: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """A number that prose is searched for. `kind` is the section kind whose table holds its column (none where `multi`).

    `patterns` are tried in order, then `zero` (a sentence that says none), then `all_of` (均, 全部: the antecedent count).
    `clause` bounds the search to the stretch that starts at that word. `{N}` stands for the number macro.
    """

    id: str
    kind: str
    unit: str
    patterns: tuple[str, ...]
    zero: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    clause: str | None = None
    multi: bool = False
    signed: bool = False
    attributes: tuple[str, ...] = ()

    @property
    def column(self) -> str | None:
        """The column of the section table: `requests.received` is `received` in requests, `reviews.total` is reviews_total. None: no column."""
        if self.multi:
            return None
        prefix, _, name = self.id.partition(".")
        return name if prefix == self.kind else f"{prefix}_{name}"


@dataclass(frozen=True, slots=True)
class Sections:
    """The whole file. `units` says what each counting word counts; `kinds` are in the order in which they are to be tested."""

    numbering_styles: tuple[NumberingStyle, ...]
    kinds: tuple[Kind, ...]
    metrics: tuple[Metric, ...]
    macro_n: str
    units: Mapping[str, str]
    scales: Mapping[str, int]
    approx_before: tuple[str, ...]
    approx_after_number: tuple[str, ...]

    def kind(self, kind_id: str) -> Kind:
        """The kind of that id."""
        return next(kind for kind in self.kinds if kind.id == kind_id)


@cache
def sections() -> Sections:
    """The validated content of sections.yaml. Raises DataFileError naming the key that is wrong."""
    root = Node(load(FILE), FILE)
    numerals: dict[str, Any] = root.get("numerals", dict)
    kinds = root.children("kinds", _kind)
    unique((kind.id for kind in kinds), f"{FILE}: kinds")
    metrics = tuple(
        _metric(kind, Node(value, f"{FILE}: quantities.{kind}[{index}]"))
        for kind, values in root.get("quantities", dict).items()
        for index, value in enumerate(values)
    )
    return Sections(
        root.children("numbering_styles", _style),
        tuple(sorted(kinds, key=lambda kind: not kind.test_first)),
        metrics,
        numerals["macro_N"],
        root.get("units", dict),
        numerals["scales"],
        tuple(numerals["approx_before"]),
        tuple(numerals["approx_after_number"]),
    )


def _style(node: Node) -> NumberingStyle:
    style = NumberingStyle(node.get("id", str), node.get("level", int), node.get("pattern", str, None))
    node.done("example", "note")
    return style


def _kind(node: Node) -> Kind:
    eras = node.get("eras", object)
    kind = Kind(
        node.get("id", str),
        node.get("title_en", str),
        node.get("title_zh", str),
        ("all",) if eras == "all" else node.strings("eras"),
        node.strings("patterns"),
        node.get("test_first", bool, False),
    )
    node.done("note", "seen")
    return kind


def _metric(kind: str, node: Node) -> Metric:
    metric = Metric(
        node.get("id", str),
        kind,
        node.get("unit", str),
        node.strings("patterns"),
        node.strings("zero"),
        node.strings("all_of"),
        node.get("clause", str, None),
        node.get("multi", bool, False),
        node.get("signed", bool, False),
        node.strings("attributes"),
    )
    node.done("note")
    return metric
