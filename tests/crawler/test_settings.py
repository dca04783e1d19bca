"""What the settings promise (RELIABILITY.md 1.2), and the command line from outside: exit status and the one line of an error."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from crawler import settings
from tests.crawler.server import Server
from tests.shared import ROOT

SCRAPY = [sys.executable, "-m", "scrapy", "crawl"]


def scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*SCRAPY, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_no_door_is_open() -> None:
    assert not settings.TELNETCONSOLE_ENABLED
    assert not settings.REMOTE_CONTROL_ENABLED
    assert set(settings.DOWNLOAD_HANDLERS) == {"data", "file", "ftp", "s3"}
    assert not any(settings.DOWNLOAD_HANDLERS.values())
    assert not settings.COOKIES_ENABLED


def test_polite_by_default() -> None:
    assert settings.ROBOTSTXT_OBEY
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN == 1
    assert settings.DOWNLOAD_DELAY * (1 - settings.DOWNLOAD_DELAY_JITTER) >= 3


def test_the_user_agent_says_who_and_where() -> None:
    purpose = f"gongkai/{settings.VERSION} (annual reports on government-information disclosure"
    assert settings.user_agent("") == f"{purpose})"
    assert settings.user_agent(" https://qinghe.example/\n") == f"{purpose}; +https://qinghe.example/)"
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == settings.VERSION


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["-a", "folder=nowhere"], "error: nowhere: there is no such folder"),
        (["-a", "folder={tmp}", "-s", "WORKERS=abc"], "error: -s WORKERS=abc: must be a whole number, as -s WORKERS=0"),
        (["-a", "folder={tmp}", "-s", "DOWNLOAD_DELAY=-1"], "error: -s DOWNLOAD_DELAY=-1: must be a number"),
        (["-a", "folder={tmp}", "-s", "REPORTS_DB={tmp}/page.html"], "error: {tmp}/page.html: is no SQLite database"),
    ],
)
def test_an_error_is_one_line_and_an_exit_status(tmp_path: Path, arguments: list[str], line: str) -> None:
    (tmp_path / "page.html").write_text("<html>no database</html>")
    done = scrapy("saved_pages", *(word.format(tmp=tmp_path) for word in arguments))
    assert done.returncode == 1
    assert done.stderr.startswith(line.format(tmp=tmp_path))
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_run_ends_with_a_table(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.html").write_text("<html><title>首页</title></html>")
    done = scrapy(
        "saved_pages", "-a", f"folder={tmp_path / 'in'}", "-s", f"REPORTS_DB={tmp_path / 'r.db'}", "-s", f"ARCHIVE_DIR={tmp_path}"
    )
    assert done.returncode == 0, done.stderr
    assert "Run 1: finished" in done.stderr
    assert "Turned away" in done.stderr
    assert f"datasette {tmp_path / 'r.db'}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_page_that_is_not_there_is_an_exit_status(tmp_path: Path) -> None:
    given = ["-s", f"REPORTS_DB={tmp_path / 'r.db'}", "-s", f"ARCHIVE_DIR={tmp_path}", "-s", "RETRY_TIMES=0"]
    with Server() as server:
        done = scrapy("annual_reports", "-a", f"article={server.url}/gone.html", *given)
    assert done.returncode == 1
    assert done.stderr.endswith(f"error: {server.url}/gone.html: unreachable: the page is gone (HTTP 404)\n")
    assert "Traceback" not in done.stderr


def test_the_samples_explain_themselves() -> None:
    done = subprocess.run([sys.executable, "-m", "crawler.samples", "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: python -m crawler.samples" in done.stdout


@pytest.mark.parametrize(("contact", "warned"), [("", True), ("mailto:li@qinghe.example", False)])
def test_a_crawl_of_a_public_host_without_a_contact_says_so_once(tmp_path: Path, contact: str, warned: bool) -> None:
    given = ["-s", f"REPORTS_DB={tmp_path / 'r.db'}", "-s", f"ARCHIVE_DIR={tmp_path}", "-s", "RETRY_TIMES=0", "-s", f"CONTACT={contact}"]
    done = scrapy("annual_reports", "-a", "article=http://nowhere.invalid/1.html", *given)
    assert done.stderr.count("set GONGKAI_CONTACT") == warned
    assert "Traceback" not in done.stderr
