"""`python -m extract FILE...` as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.page import page
from extract import __main__ as command
from tests.shared import ROOT


def run(*files: Path | str) -> list[dict[str, Any]]:
    """The lines printed for the files, in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "extract", *map(str, files)], cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_line_a_file_whatever_it_holds(tmp_path: Path) -> None:
    report, empty, rubbish, missing = (tmp_path / name for name in ("报告.html", "empty.html", "rubbish.bin", "missing.html"))
    report.write_bytes(page())
    empty.write_bytes(b"")
    rubbish.write_bytes(bytes(range(256)) * 40)
    lines = run(report, empty, rubbish, missing, tmp_path)
    assert [line["file"] for line in lines] == [str(path) for path in (report, empty, rubbish, missing, tmp_path)]
    assert [bool(line["rejected"]) for line in lines] == [False, True, True, True, True]
    assert "No such file" in lines[3]["rejected"]
    assert lines[3]["page"] is None


def test_the_names_are_those_of_the_database(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(page())
    (line,) = run(path)
    (report,) = line["reports"]
    assert line["page"]["url"] == f"saved:{path}"
    assert (report["report"]["agency"], report["report"]["year"], report["report"]["era"]) == ("青禾市人民政府", 2023, "form2021")
    assert {"report", "sections", "table_cells", "quantities", "findings", "unknown_labels"} <= report.keys()
    cell = next(cell for cell in report["table_cells"] if cell["row_id"] == "new_requests" and cell["column_id"] == "total")
    assert {"table_id", "position", "value", "state", "raw", "unit", "page_id", "locator", "recovered"} <= cell.keys()
    assert isinstance(report["findings"][0]["evidence"], dict)
    assert isinstance(line["page"]["repairs"], list)


def test_without_a_file_the_usage_and_status_2() -> None:
    done = subprocess.run([sys.executable, "-m", "extract"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage" in done.stderr


def test_a_fault_of_ours_costs_one_file(tmp_path, monkeypatch, capsys) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("made up")

    path = tmp_path / "report.html"
    path.write_bytes(page())
    monkeypatch.setattr(command, "extract", broken)
    assert command.main([str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["rejected"] == f"{path}: internal error: ZeroDivisionError: made up"
