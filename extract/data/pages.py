"""What stands around an article on a portal's page: containers, labels of the metadata bar, furniture, obstacles (`page.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from extract.data.reader import Node, load

FILE = "page.yaml"


@dataclass(frozen=True, slots=True)
class Names:
    """Names of elements in lower case: whole ids, classes and tags, and beginnings of ids; the value is the family (or what they name)."""

    ids: Mapping[str, str]
    classes: Mapping[str, str]
    tags: Mapping[str, str]
    id_prefixes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How a page that stands in the way is recognised; `outcome` is its code, `reason` what a person reads.

    `bare`: it counts only where the whole page, menus too, has next to no text (every portal page has scripts that could redirect).
    """

    outcome: str
    pattern: re.Pattern[str]
    reason: str
    bare: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """The whole file. `labels` leads from a label without blanks to a field of `Metadata`, or to `other`."""

    containers: Names
    titles: Names
    markers: tuple[str, ...]
    labels: Mapping[str, str]
    furniture: re.Pattern[str]
    trailing_furniture: re.Pattern[str]
    file_kinds: Mapping[str, str]
    text_below: int
    obstacles: tuple[Fingerprint, ...]


@cache
def pages() -> Pages:
    """The validated content of page.yaml. Raises DataFileError naming the key that is wrong."""
    root = Node(load(FILE), FILE)
    obstacles = Node(root.get("obstacles", dict), f"{FILE}: obstacles")
    return Pages(
        _containers(root),
        _names([("title", Node(root.get("titles", dict), f"{FILE}: titles"))]),
        root.strings("markers"),
        {label: field for field, labels in root.get("labels", dict).items() for label in labels},
        _any_of(root.strings("furniture")),
        _any_of(root.strings("trailing_furniture")),
        root.get("file_kinds", dict),
        obstacles.get("text_below", int),
        obstacles.children("fingerprints", _fingerprint),
    )


def _containers(root: Node) -> Names:
    nodes = root.children("containers", lambda node: node)
    return _names([(node.get("family", str), node) for node in nodes])


def _names(nodes: list[tuple[str, Node]]) -> Names:
    ids: dict[str, str] = {}
    classes: dict[str, str] = {}
    tags: dict[str, str] = {}
    prefixes: dict[str, str] = {}
    for family, node in nodes:
        for key, names in (("ids", ids), ("classes", classes), ("tags", tags), ("id_prefixes", prefixes)):
            names.update(dict.fromkeys(node.strings(key), family))
        node.done()
    return Names(ids, classes, tags, prefixes)


def _fingerprint(node: Node) -> Fingerprint:
    fingerprint = Fingerprint(
        node.get("outcome", str),
        re.compile(node.get("pattern", str), re.IGNORECASE),
        node.get("reason", str),
        node.get("bare", bool, False),
    )
    node.done()
    return fingerprint


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
