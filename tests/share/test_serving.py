"""`scrapy share`: what must be right before it serves, one clear line for each thing that is not, and the site itself over a socket."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from crawler.store import Store, schema
from share.serving import NoPlace, NothingToShare, check, listening
from tests.crawler.store_pages import HOME, page, report
from tests.shared import ROOT

pytestmark = pytest.mark.soak  # the site is being built: its pages and these tests change together


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report()))
    return path


def problem(path: Path, *, public: bool = False) -> str:
    with pytest.raises(NothingToShare) as raised:
        check(path, public=public)
    text = str(raised.value)
    assert text.startswith(str(path))
    assert "\n" not in text
    return text


def test_a_database_of_ours_is_served(database: Path) -> None:
    check(database, public=False)
    check(database, public=True)


def test_no_database_yet(tmp_path: Path) -> None:
    assert "scrapy crawl" in problem(tmp_path / "none.db")


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_bytes(b"not a database, though long enough to have a header" * 9)
    assert "cannot be read as a database" in problem(tmp_path / "a.db")
    (tmp_path / "empty.db").write_bytes(b"")
    assert "is empty" in problem(tmp_path / "empty.db")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("create table a (b)")
    assert "another program" in problem(tmp_path / "a.db")


@pytest.mark.parametrize(
    ("version", "words"), [(schema.SCHEMA_VERSION - 1, "scrapy reindex"), (schema.SCHEMA_VERSION + 1, "update the program")]
)
def test_an_older_and_a_newer_layout(database: Path, version: int, words: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"pragma user_version = {version}")
    assert words in problem(database)


def test_a_database_at_work_is_for_oneself_only(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        writer.execute("update reports set title = 'x'")
        writer.execute("commit")
        check(database, public=False)
        assert "a crawl writes to it" in problem(database, public=True)


def test_a_port_in_use_and_an_address_that_is_none() -> None:
    with closing(listening("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NoPlace, match=f"port {port}: is in use; name another"):
            listening("127.0.0.1", port)
    for host, wrong in (("127.0.0.1", 70000), ("no.such.host.invalid", 80), ("192.0.2.1", 0)):
        with pytest.raises(NoPlace):
            listening(host, wrong)


def scrapy(*args: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", "share", *args]


def test_the_command_says_in_a_line_what_is_wrong(tmp_path: Path) -> None:
    done = subprocess.run(scrapy(str(tmp_path / "none.db")), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert re.fullmatch(r"error: \S+none\.db: there is no database yet; make one with .*\n", done.stderr)


@contextmanager
def served(*args: str) -> Iterator[str]:
    """The address of a site that `scrapy share` serves."""
    with subprocess.Popen(scrapy(*args, "--port", "0"), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield re.search(r"http://[\d.]+:\d+", line)[0]  # type: ignore[index]
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)


def test_the_command_serves_a_public_site(database: Path) -> None:
    with served(str(database), "--immutable", "-s", f"ARCHIVE_DIR={database.parent}/none") as address:
        with urlopen(f"{address}/?lang=en") as answer:
            assert b"gongkai" in answer.read()
            assert "default-src 'none'" in answer.headers["content-security-policy"]
            assert "server" not in {name.lower() for name in answer.headers}
        for path in ("/-/databases.json", "/reports.db", "/reports.json?sql=select+1"):
            with pytest.raises(HTTPError) as refused:
                urlopen(f"{address}{path}")
            assert refused.value.code in (403, 404)
            refused.value.close()
        with closing(socket.create_connection(address.removeprefix("http://").split(":"), timeout=5)) as raw:  # type: ignore[arg-type]
            raw.sendall(b"GET /report/..%2f..%2fetc%2fpasswd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert raw.recv(12) in (b"HTTP/1.1 404", b"HTTP/1.1 302")  # Datasette tries its own way of writing paths
