"""`scrapy checkportals`: as a person runs it."""

import re
import subprocess
import sys
import textwrap
from argparse import Namespace
from pathlib import Path

import pytest
import yaml
from scrapy.exceptions import UsageError

from crawler import portals
from crawler.commands.checkportals import Command
from tests.crawler.test_portals import CITY, GOOD, written

ROOT = Path(__file__).resolve().parent.parent.parent


def run(*folders: Path) -> int:
    command = Command()
    command.run([str(folder) for folder in folders], Namespace())
    return command.exitcode


def test_the_shipped_files_are_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "hebei.yaml" in out
    assert "by level: " in out
    assert "0 problems" in out


def test_the_table_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(written(tmp_path, GOOD, {**CITY, "family": None, "status": "blocked", "note": "403"})) == 0
    lines = capsys.readouterr().out.splitlines()
    (row,) = (line for line in lines if "hebei.yaml" in line)
    # entries, unverified, verified, moved, gone, blocked, unreachable, problems
    assert [cell.strip() for cell in row.split("│")[1:-1]] == ["hebei.yaml", "2", "", "1", "", "", "1", "", ""]
    assert lines[-3:] == ["by level: 1 department, 1 prefecture", "by family: 1 trs, 1 found on the page", "0 problems"]


def test_each_problem_is_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(written(tmp_path, {**GOOD, "level": "city", "hosts": ["gov.cn"]}, CITY, CITY)) == 1
    out, err = capsys.readouterr()
    assert "4 problems" in out
    lines = err.splitlines()
    assert [line.partition("hebei.yaml: ")[2].partition("; ")[0] for line in lines] == [
        "entry 1 (qinghe-mzj): level: cannot be 'city'",
        "entry 1 (qinghe-mzj): hosts: gov.cn is shared by many sites",
        "entry 3 (qinghe): id: qinghe stands in hebei.yaml, entry 2 (qinghe) too",
        "entry 3 (qinghe): listings: city.qinghe.example/nb stands in hebei.yaml, entry 2 (qinghe) too",
    ]
    assert all(line.startswith(str(tmp_path)) for line in lines)


def test_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "none") == 1
    assert capsys.readouterr().err.startswith("error: ")
    with pytest.raises(UsageError):
        run(tmp_path, tmp_path)


def test_scrapy_knows_the_command(tmp_path: Path) -> None:
    written(tmp_path, {**GOOD, "family": "wordpress"})
    command = [sys.executable, "-m", "scrapy", "checkportals", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "hebei.yaml: entry 1 (qinghe-mzj): family: cannot be 'wordpress'" in line
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------------------ docs/portals.md


def test_the_guide_is_right(tmp_path: Path) -> None:
    """Its entry, with each of the keys it adds later, passes; its example of a problem is what the command prints."""
    guide = (ROOT / "docs" / "portals.md").read_text(encoding="utf-8")
    entry, rarer, verified = (textwrap.dedent(block) for block in re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL))
    (first,) = yaml.safe_load(entry)
    for more in ({}, yaml.safe_load(rarer), yaml.safe_load(verified)):
        (portal,) = portals.load(written(tmp_path, {**first, **more}))
    assert portal.enabled
    (printed,) = re.findall(r"^    crawler/portals/(hebei\.yaml: .*)$", guide, re.MULTILINE)
    (problem,) = portals.read(written(tmp_path, {**first, "division_code": "410000"})).problems
    assert str(problem).endswith(f"/{printed}")


def test_the_guide_names_every_key_status_and_file() -> None:
    guide = (ROOT / "docs" / "portals.md").read_text(encoding="utf-8")
    keys = portals.Portal.__dataclass_fields__.keys() - {"area", "enabled"}
    assert [word for word in (*keys, *portals.STATUSES) if f"| `{word}` |" not in guide] == []
