"""The formats of an export: one module each, loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol

from crawler.export.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from crawler.export.tables import Exported

FORMATS: Mapping[str, tuple[str, str]] = {
    "csv": ("crawler.export.formats.text", "Csv"),
    "jsonl": ("crawler.export.formats.text", "JsonLines"),
    "parquet": ("crawler.export.formats.parquet", "Parquet"),
    "xlsx": ("crawler.export.formats.excel", "Excel"),
}


class Writer(Protocol):
    """Writes tables one after another into a folder, a temporary one: nobody sees what an export that failed left there."""

    suffix: str

    def __init__(self, folder: Path) -> None: ...

    def begin(self, table: Exported) -> None:
        """The rows that follow are this table's."""

    def rows(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Some rows, in the order of the table's fields."""

    def end_table(self) -> None:
        """The table is complete."""

    def end(self) -> None:
        """All tables are complete."""

    def drop(self) -> None:
        """Nothing more will come: closes what is open, complete or not. After `end` it does nothing."""


def writer(name: str, folder: Path) -> Writer:
    """The writer of a format. Raises ExportError for an unknown one, and where the package lacks that writes it."""
    if name not in FORMATS:
        raise ExportError(f"--format {name}: must be one of {', '.join(FORMATS)}")
    module, member = FORMATS[name]
    try:
        made: Writer = getattr(import_module(module), member)(folder)
    except ImportError as error:
        raise ExportError(f"--format {name} needs the package {error.name}: pip install 'gongkai[export]'") from error
    return made
