"""Strict reading of the domain's YAML files: a missing or unknown key, or a value of the wrong kind, names file and key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import Any, TypeVar, cast

import yaml

from extract.errors import DataFileError

T = TypeVar("T")
_REQUIRED = object()
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(file_name: str) -> dict[str, Any]:
    """The mapping that a file of `extract/data` holds. Raises DataFileError for a file that is missing or no YAML mapping."""
    try:
        content = yaml.load(files("extract.data").joinpath(file_name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader)
    except (OSError, yaml.YAMLError) as error:
        raise DataFileError(f"extract/data/{file_name}: cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise DataFileError(f"extract/data/{file_name}: must hold a mapping at the top")
    return content


class Node:
    """A mapping of a data file together with the place where it stands, for error messages."""

    def __init__(self, value: object, place: str) -> None:
        if not isinstance(value, Mapping):
            raise DataFileError(f"{place}: must be a mapping, is {value!r}")
        self.value, self.place, self.seen = cast("Mapping[str, Any]", value), place, set[str]()

    def get(self, key: str, kind: type[T], default: Any = _REQUIRED) -> T:
        """The value of `key`. Raises DataFileError where it is missing without a default, or not of `kind`."""
        self.seen.add(key)
        value = self.value.get(key, default)
        if value is _REQUIRED:
            raise DataFileError(f"{self.place}: {key} is missing")
        if value is not default and not isinstance(value, kind):
            raise DataFileError(f"{self.place}: {key} must be {kind.__name__}, is {value!r}")
        return cast("T", value)

    def strings(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of strings as a tuple; `default` where the key is absent."""
        return tuple(str(item) for item in self.get(key, list, list(default)))

    def children(self, key: str, build: Callable[[Node], T]) -> tuple[T, ...]:
        """What `build` makes of every mapping in the list `key`; empty where the key is absent."""
        items: list[Any] = self.get(key, list, [])
        return tuple(build(Node(item, f"{self.place}.{key}[{index}]")) for index, item in enumerate(items))

    def done(self, *notes: str) -> None:
        """Raises DataFileError for keys that nothing has read; `notes` are keys kept for people only."""
        unknown = sorted(str(key) for key in self.value.keys() - self.seen - set(notes))
        if unknown:
            raise DataFileError(f"{self.place}: unknown key {', '.join(unknown)}")


def unique(ids: Iterable[str], place: str) -> None:
    """Raises DataFileError for an id that stands twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise DataFileError(f"{place}: {one} stands twice")
        seen.add(one)
