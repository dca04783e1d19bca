"""What goes with the files: datapackage.json (Frictionless Data Package 1.0) and CITATION.cff."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crawler.export.tables import Exported, Selection

TITLE = "Annual reports on government-information disclosure of China's government agencies"
TITLE_ZH = "政府信息公开工作年度报告数据集"
ABOUT = (
    "Read from the web pages of government sites. An empty field (NULL) means that nothing is reported, never zero; `state` says "
    "which kind of nothing it is. Every row names the page it was read from (source_url) and when that was fetched (fetched_at). "
    "Names and telephone numbers in table footers and sign-offs are masked by asterisks. In CSV, a text that a spreadsheet would run "
    "as a formula begins with an apostrophe, and control characters are left out; JSON Lines and Parquet have texts as they are. "
    "Excel cuts texts after 32,767 characters and marks them with …[cut]."
)
MEDIA_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@cache
def _fields() -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = yaml.safe_load(files("crawler.export").joinpath("fields.yaml").read_text(encoding="utf-8"))
    return content


def describe(table: str, field: str) -> dict[str, str]:
    """What a field of a table holds, in English and Chinese."""
    return _fields().get(f"{table}.{field}") or _fields()[field]


@dataclass(frozen=True, slots=True)
class Contents:
    """What was exported; `as_of` is the end of the run the data comes from, which is their date (None where no run has ended)."""

    tables: list[Exported]
    counts: Mapping[str, int]
    selection: Selection
    formats: tuple[str, ...]
    as_of: str | None


def write(folder: Path, contents: Contents) -> None:
    """Write both files beside those that they describe."""
    selection, as_of = contents.selection, contents.as_of
    package = {
        "profile": "tabular-data-package",
        "name": "gongkai",
        "title": f"{TITLE} ({TITLE_ZH})",
        "description": ABOUT,
        **({"version": as_of[:10], "created": as_of} if as_of else {}),
        "selection": asdict(selection),
        "resources": _resources(folder, contents),
    }
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "CITATION.cff").write_text(_citation(selection, as_of), encoding="utf-8")


def _resources(folder: Path, contents: Contents) -> list[dict[str, Any]]:
    """A resource per file; those of the first format by the table's name alone, those of others with the format after it."""
    names = {table.name for table in contents.tables}
    made = []
    for place, format_ in enumerate(one for one in contents.formats if one != "xlsx"):
        for table in contents.tables:
            name = table.name.replace("_", "-") + (f"-{format_}" if place else "")
            shape = _tabular(table, contents.counts[table.name], format_, set() if place else names)
            made.append({"name": name, **_file(folder / f"{table.name}.{format_}", format_), **shape})
    return made + [{"name": "workbook", **_file(path, "xlsx")} for path in sorted(folder.glob("*.xlsx"))]


def _file(path: Path, format_: str) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = path.stat().st_size
    return {"path": path.name, "format": format_, "mediatype": MEDIA_TYPES[format_], "bytes": size, "hash": f"sha256:{digest}"}


def _tabular(table: Exported, count: int, format_: str, others: set[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(table, name) for name in table.fields], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    keys = [(column, to) for column, to in table.foreign.items() if to[0] in others]
    if keys:
        schema["foreignKeys"] = [
            {"fields": [column], "reference": {"resource": name.replace("_", "-"), "fields": [key]}} for column, (name, key) in keys
        ]
    shape = {"encoding": "utf-8"} if format_ in ("csv", "jsonl") else {}
    dialect = {"dialect": {"json": {"keyed": True}}} if format_ == "jsonl" else {}
    return {"profile": "tabular-data-resource", "title": table.about, "rows": count, **shape, **dialect, "schema": schema}


def _field(table: Exported, name: str) -> dict[str, Any]:
    said = describe(table.name, name)
    return {"name": name, "type": table.fields[name], "title": said["zh"], "description": said["en"]}


def _citation(selection: Selection, as_of: str | None) -> str:
    years = f", years {selection.first_year or ''} to {selection.last_year or ''}" if selection.first_year or selection.last_year else ""
    citation = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "message": "If you use these data, please cite them, and the page of each figure (source_url) where you quote one.",
        "title": f"{TITLE} ({TITLE_ZH}){f', {selection.province}' if selection.province else ''}{years}",
        "authors": [{"name": "gongkai contributors"}],
        **({"version": as_of[:10], "date-released": as_of[:10]} if as_of else {}),
        "abstract": ABOUT,
        "keywords": ["政府信息公开", "freedom of information", "China", "annual reports"],
    }
    return yaml.safe_dump(citation, allow_unicode=True, sort_keys=False, width=120)
