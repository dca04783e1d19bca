"""Kinds of sections, styles of numbering and the numbers of prose: `sections.yaml` as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

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

    `patterns` are tried in order, then `zero` (a sentence that says none; `own_zero` only inside the metric's own kind), then `all_of`
    (均, 全部: the count of the nearest metric of `of`). `clause` bounds the search to the stretch that starts at that word. `needs`: words
    of which a sentence holds one if it can match. `unless`: what makes a hit none when the clause up to the number matches it. `past`:
    earlier years are meant. `leftover`: only numbers that no other metric has claimed. `zero_unless`: a sentence that matches it says no
    zero. `{N}` and the like are written out by `expand`.
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
    needs: tuple[str, ...] = ()
    unless: str | None = None
    own_zero: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    past: bool = False
    leftover: bool = False
    zero_unless: str | None = None

    @property
    def column(self) -> str | None:
        """Column of the section table: `requests.received` is `received` in requests, `reviews.total` is reviews_total. None: no column."""
        if self.multi:
            return None
        prefix, _, name = self.id.partition(".")
        return name if prefix == self.kind else f"{prefix}_{name}"


@dataclass(frozen=True, slots=True)
class Numerals:
    """How counts are printed. `macro_n` is the pattern of a number, with the groups num, mid, scale and after.

    `approx_not` are words that end like a marker of `approx_before`; behind a unit, `unit_not_before` are characters that make another word
    of it, `not_counted_before` words that make a period or a threshold of the number; `names` begin with a numeral and count nothing.
    """

    macro_n: str
    approx_before: tuple[str, ...]
    approx_not: tuple[str, ...]
    approx_after: tuple[str, ...]
    unit_not_before: Mapping[str, str]
    not_counted_before: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence must say to be about the metrics of a prefix (`own`), and what says that it is about something else."""

    own: str
    foreign: str


@dataclass(frozen=True, slots=True)
class Places:
    """Where metrics are searched besides their own kind: prefixes searched everywhere, kinds where none is, kinds where the rest are."""

    everywhere: frozenset[str]
    nowhere: frozenset[str]
    with_subject: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sections:
    """The whole file. `units` says what each counting word counts; `kinds` are in the order in which they are to be tested.

    `macros` are the names in braces of the patterns of `metrics`; `subjects` are by prefix of the metric; `zero_events` are unit,
    word and pattern of negative phrases that no metric asks for.
    """

    numbering_styles: tuple[NumberingStyle, ...]
    kinds: tuple[Kind, ...]
    metrics: tuple[Metric, ...]
    numerals: Numerals
    units: Mapping[str, str]
    macros: Mapping[str, str]
    places: Places
    subjects: Mapping[str, Subject]
    zero_events: tuple[tuple[str, str, str], ...]

    def kind(self, kind_id: str) -> Kind:
        """The kind of that id."""
        return next(kind for kind in self.kinds if kind.id == kind_id)


@cache
def sections() -> Sections:
    """The validated content of sections.yaml. Raises DataFileError naming the key that is wrong."""
    root = Node(load(FILE), FILE)
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
        _numerals(Node(root.get("numerals", dict), f"{FILE}: numerals")),
        root.get("units", dict),
        root.get("macros", dict),
        _places(Node(root.get("quantity_places", dict), f"{FILE}: quantity_places")),
        {
            prefix: _subject(Node(value, f"{FILE}: quantity_subjects.{prefix}"))
            for prefix, value in root.get("quantity_subjects", dict).items()
        },
        root.children("zero_events", lambda node: (node.get("unit", str), node.get("needs", str), node.get("pattern", str))),
    )


def _numerals(node: Node) -> Numerals:
    parts = {name: node.get(name, str) for name in ("digits", "chinese")}
    macro_n = node.get("macro_N", str)
    for name, part in parts.items():
        macro_n = macro_n.replace(f"{{{name}}}", part)
    numerals = Numerals(
        macro_n,
        node.strings("approx_before"),
        node.strings("approx_not"),
        node.strings("approx_after_number"),
        node.get("unit_not_before", dict),
        node.strings("not_counted_before"),
        node.strings("names"),
    )
    node.done("scales", "approx_between_number_and_scale", "rule", "chinese_counts_in_use", "percent", "range", "all_of")
    return numerals


def _places(node: Node) -> Places:
    places = Places(*(frozenset(node.strings(key)) for key in ("everywhere", "nowhere", "with_subject")))
    node.done()
    return places


def _subject(node: Node) -> Subject:
    subject = Subject(node.get("own", str), node.get("foreign", str))
    node.done()
    return subject


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
        node.strings("needs"),
        node.get("unless", str, None),
        node.strings("own_zero"),
        node.strings("of"),
        node.get("past", bool, False),
        node.get("leftover", bool, False),
        node.get("zero_unless", str, None),
    )
    node.done("note")
    return metric
