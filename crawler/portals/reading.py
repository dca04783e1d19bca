"""Reading the portal files: everything that is wrong in them, and the portals of the entries that are right."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from crawler.errors import PortalFileError
from crawler.portals import entries
from crawler.portals.addresses import same_address
from crawler.portals.areas import AREAS
from crawler.portals.problems import Fault, Problem, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.portals.model import Portal

FOLDER = Path(__file__).parent


class Placed(NamedTuple):
    """A portal and where it stands."""

    path: Path
    entry: int
    portal: Portal


class Contents(NamedTuple):
    """What the files of a folder hold: the entries that are right by themselves, and all problems, those between entries included."""

    files: tuple[Path, ...]
    placed: tuple[Placed, ...]
    problems: tuple[Problem, ...]


def load(folder: Path = FOLDER) -> tuple[Portal, ...]:
    """Every portal of every file, in the order of their ids. Raises PortalFileError for a wrong file: file, entry, key, cure."""
    contents = read(folder)
    if contents.problems:
        more = len(contents.problems) - 1
        raise PortalFileError(f"{contents.problems[0]}{f' (and {more} more: scrapy checkportals)' if more else ''}")
    return tuple(sorted((placed.portal for placed in contents.placed), key=lambda portal: portal.id))


def read(folder: Path = FOLDER) -> Contents:
    """All that the files say and all that is wrong in them. Raises PortalFileError where there is no such folder."""
    if not folder.is_dir():
        raise PortalFileError(f"{shown(folder)}: is no folder; the portal files stand in crawler/portals")
    files = tuple(sorted(path for path in folder.iterdir() if path.suffix.lower() in (".yaml", ".yml")))
    placed: list[Placed] = []
    problems: list[Problem] = []
    for path in files:
        for found in _read(path):
            (placed if isinstance(found, Placed) else problems).append(found)  # type: ignore[arg-type]
    problems += _between(placed)
    return Contents(files, tuple(placed), tuple(sorted(problems, key=lambda one: (one.path, one.entry or 0))))


# ------------------------------------------------------------------------------------------------ one file


class _Loader(yaml.SafeLoader):
    """YAML without a key that stands twice: of two the last would count, without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """The mapping. Raises ConstructorError for a key that stands twice."""
        seen: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value} stands twice in one entry", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _read(path: Path) -> Iterator[Placed | Problem]:
    if path.stem not in AREAS or path.suffix != ".yaml":
        names = ", ".join(f"{area}.yaml" for area in AREAS)
        yield _of_file(path, "is not the name of a province's file", f"name it one of {names}")
        return
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (a safe loader)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        yield _of_file(path, f"cannot be read: {_in_words(error)}", "mend it: it is YAML in UTF-8, as the other files")
        return
    listed = content.get("portals") if isinstance(content, dict) else None
    if not isinstance(listed, list) or not listed:
        yield _of_file(path, "must hold a list under the key portals", "begin it with `portals:` and an entry `- id: ...`, or delete it")
        return
    for key in content.keys() - {"portals"}:
        yield _of_file(path, f"unknown key {key}", "only portals stands at the left margin; indent what belongs to an entry")
    for number, entry in enumerate(listed, 1):
        yield from _entry(path, number, entry)


def _entry(path: Path, number: int, entry: Any) -> Iterator[Placed | Problem]:
    if not isinstance(entry, dict):
        yield Problem(path, number, None, Fault("", "must be a mapping", "write its keys one below the other, the first as `- id: ...`"))
        return
    given = entry.get("id")
    faults = list(entries.faults(entry, path.stem))
    if faults:
        yield from (Problem(path, number, given if isinstance(given, str) else None, fault) for fault in faults)
    else:
        yield Placed(path, number, entries.portal(entry, path.stem))


def _of_file(path: Path, what: str, cure: str) -> Problem:
    return Problem(path, None, None, Fault("", what, cure))


def _in_words(error: Exception) -> str:
    """The error in a line; YAML's own say the same thing over several."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


# ------------------------------------------------------------------------------------------------ between entries


def _between(placed: Iterable[Placed]) -> Iterator[Problem]:
    """Ids, listings and exceptions that two entries share; the later one is at fault."""
    yield from _shared(placed, "id", lambda portal: [portal.id], "give the portal an id of its own")
    yield from _shared(placed, "listings", lambda portal: [*map(same_address, portal.listings)], "one listing belongs to one portal")
    said: dict[str, tuple[Placed, object]] = {}
    for one in placed:
        for exception in one.portal.exceptions:
            first, same = said.setdefault(exception.host, (one, exception))
            if same != exception:
                what = f"{exception.host} needs something else in {_where(first)}"
                yield _of_entry(one, Fault("exceptions", what, "say the same of a host wherever it stands"))


def _shared(placed: Iterable[Placed], key: str, of: Callable[[Portal], list[str]], cure: str) -> Iterator[Problem]:
    first: dict[str, Placed] = {}
    for one in placed:
        for value in of(one.portal):
            other = first.setdefault(value, one)
            if other is not one:
                yield _of_entry(one, Fault(key, f"{value.rstrip('?#')} stands in {_where(other)} too", cure))


def _of_entry(one: Placed, fault: Fault) -> Problem:
    return Problem(one.path, one.entry, one.portal.id, fault)


def _where(one: Placed) -> str:
    return f"{one.path.name}, entry {one.entry} ({one.portal.id})"
