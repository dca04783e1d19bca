"""`python -m extract FILE...`: what saved pages hold, one JSON line a file.

Each line is {"file", "page", "rejected", "reports"} with the column names of the database; `rejected` is null for a report, else the
reason. A blank form has its "tables" as well, which hold no figure. A file that cannot be read is a line as well, with `page` null; the
exit status is 2 only where no file was named.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any

from extract import Page, extract, tables_of
from extract.errors import BlankForm
from extract.model import Extraction
from extract.rows import page_rows, readable
from extract.sources import MAX_BYTES


def main(names: list[str]) -> int:
    """Print a line per file. Returns the exit status."""
    if not names:
        print("usage: python -m extract FILE...", file=sys.stderr)
        return 2
    for name in names:
        print(json.dumps({"file": name, **_read(Path(name))}, ensure_ascii=False))
    return 0


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        return {"page": None, "rejected": f"{path}: cannot be read: {error.strerror}", "reports": []}
    try:
        extraction = extract(Page(body, f"saved:{path.as_posix()}"))
        rows = readable(page_rows(extraction))
        blank = {"tables": _tables(extraction)} if extraction.outcome == BlankForm.outcome else {}
    except Exception as error:  # a fault of ours on one page must not cost the others
        traceback.print_exc()
        return {"page": None, "rejected": f"{path}: internal error: {type(error).__name__}: {error}", "reports": []}
    return {"page": rows["page"], "rejected": rows["rejected"], "reports": rows["reports"], **blank}


def _tables(extraction: Extraction) -> list[dict[str, Any]]:
    """The tables of a blank form, with the names of the database: what would be asked for."""
    return [{"table_id": table.table_id, "table_cells": [cell._asdict() for cell in table.cells]} for table in tables_of(extraction)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
