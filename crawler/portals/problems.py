"""What is wrong in a portal file, as one line that says where, what, and how to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Fault(NamedTuple):
    """What is wrong with one key of an entry, and the cure."""

    key: str
    what: str
    cure: str


class Problem(NamedTuple):
    """A fault and where it stands. `entry` counts from 1, None for the whole file; `id` is None where none can be read."""

    path: Path
    entry: int | None
    id: str | None
    fault: Fault

    def __str__(self) -> str:
        """`crawler/portals/hebei.yaml: entry 3 (handan): hosts: what; cure`."""
        place = f"entry {self.entry}" if self.entry else ""
        place += f" ({self.id})" if self.id else ""
        key, what, cure = (" ".join(text.split()) for text in self.fault)
        return ": ".join(part for part in (shown(self.path), place, key, f"{what}; {cure}") if part)


def shown(path: Path) -> str:
    """The path as a person in the project's folder writes it."""
    try:
        return path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def brief(value: object, longest: int = 80) -> str:
    """A value as it stands in a message: what was written, cut where it is long."""
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
