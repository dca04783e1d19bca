"""`scrapy crawl annual_reports -a portal=samples` from outside: where its rows go, and that a second run finds nothing new."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from crawler import settings
from crawler.archive import Record, records
from tests.crawler.test_settings import scrapy

OPERATIONS = {"runs", "run_portals", "fetches", "sqlite_sequence"}
REAL = (Path(settings.REPORTS_DB), Path(settings.ARCHIVE_DIR))


def crawl(home: Path, port: int) -> str:
    """What a run over the samples of one year says; only the two defaults for made-up agencies are named, so the rest is as shipped."""
    places = ["-s", f"SAMPLE_DB={home / 'sample.db'}", "-s", f"SAMPLE_ARCHIVE_DIR={home / 'archive'}"]
    done = scrapy("annual_reports", "-a", "portal=samples", "-a", "year=2020", "-s", f"SAMPLE_PORT={port}", "-s", "WORKERS=1", *places)
    assert done.returncode == 0, done.stderr
    return done.stderr


def rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table but those of operations."""
    with sqlite3.connect(home / "sample.db") as database:
        names = {
            name for (name,) in database.execute("select name from sqlite_master where type = 'table' and sql not like 'create virtual%'")
        }
        found = {
            name: database.execute(f'select * from "{name}" order by 1').fetchall() for name in names - OPERATIONS - {"schema_fingerprint"}
        }
    database.close()
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Two runs over the same portals, and what there was beside them."""
    home, port = tmp_path_factory.mktemp("samples"), free_port()
    before = [path.stat().st_mtime_ns if path.exists() else None for path in REAL]
    said = [crawl(home, port)]
    first, archive = rows(home), sorted((path.name, path.stat().st_size) for path in (home / "archive").iterdir())
    said.append(crawl(home, port))
    return {"home": home, "before": before, "said": said, "first": first, "archive": archive}


def test_made_up_agencies_have_a_database_of_their_own(runs: dict[str, Any]) -> None:
    assert settings.SAMPLE_DB.endswith("output/sample.db")
    assert settings.SAMPLE_ARCHIVE_DIR.endswith("output/sample-archive")
    assert [path.stat().st_mtime_ns if path.exists() else None for path in REAL] == runs["before"]
    assert runs["first"]["reports"]
    assert [name for name, _ in runs["archive"]] == ["gongkai-00001.warc.gz"]
    assert f"datasette {runs['home'] / 'sample.db'}" in runs["said"][0]


def test_a_second_run_finds_everything_unchanged(runs: dict[str, Any]) -> None:
    assert rows(runs["home"]) == runs["first"]
    with sqlite3.connect(runs["home"] / "sample.db") as database:
        counts = "select sum(new), sum(changed), sum(failed), sum(unchanged) - sum(fetched) from run_portals where run_id = 2"
        assert database.execute(counts).fetchall() == [(0, 0, 0, 0)]
        assert database.execute("select count(*), min(finish_reason) from runs").fetchall() == [(2, "finished")]
    database.close()
    (first,) = runs["archive"]
    again, added = sorted((path.name, path.stat().st_size) for path in (runs["home"] / "archive").iterdir())
    assert again == first
    kinds = {one.kind for one in records(runs["home"] / "archive", added[0]) if isinstance(one, Record)}
    assert kinds - {"metadata"} == {"warcinfo", "revisit"}  # that it was asked again, and no page a second time
    assert "none new" in runs["said"][1]


def test_a_run_warns_of_nothing(runs: dict[str, Any]) -> None:
    for said in runs["said"]:
        assert "Warning" not in said
        assert "WARNING" not in said
        assert "Traceback" not in said
