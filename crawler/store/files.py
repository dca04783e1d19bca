"""The data files of this package, read as YAML."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # eight times as fast, where it was built


def read(file_name: str) -> dict[str, Any]:
    """The mapping that a data file of this package holds."""
    content: dict[str, Any] = yaml.load(files("crawler.store").joinpath(file_name).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader)
    return content
