"""The file under bad conditions: wrong paths, other programs, a killed process, a full disk."""

from __future__ import annotations

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crawler.store import DatabaseFailed, DatabaseFull, DatabaseLocked, NewerDatabase, NotOurDatabase, Store, StoreError, UnusablePath
from crawler.store import store as store_module
from tests.crawler.store_pages import HOME, page, report
from tests.shared import ROOT

YEARS = range(2019, 2024)
KILLS = 8
WRITE_ALL = """
import sys
from crawler.store import Store
from tests.crawler.store_pages import HOME, page, report
with Store(sys.argv[1]) as store:
    for number in range(40):
        for year in range(2019, 2024):
            text = f"第{number}次" * 300
            store.write(page(f"{HOME}/{year}.html", report(year, text=text, figures={"granted": number}, quantities=({},) * 30)))
"""


def run(code: str, *arguments: str, **options: object) -> subprocess.Popen[str]:
    """A process that runs `code` with the project on its path."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options
    )  # type: ignore[call-overload, no-any-return]


def end(process: subprocess.Popen[str]) -> str:
    """What the process still said."""
    out, errors = process.communicate(timeout=60)
    return out + errors


def check(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        assert connection.execute("pragma foreign_key_check").fetchall() == []
    connection.close()


def one_line(error: pytest.ExceptionInfo[StoreError], *words: str) -> None:
    message = str(error.value)
    assert "\n" not in message
    assert all(word in message for word in words), message


# ------------------------------------------------------------------------------------------------ opening


def test_missing_folders_are_made(tmp_path: Path) -> None:
    Store(tmp_path / "a" / "b" / "reports.db").close()
    check(tmp_path / "a" / "b" / "reports.db")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnusablePath) as error:
        Store(tmp_path / "file" / "reports.db")
    one_line(error, str(tmp_path / "file"), "cannot be")


def test_a_folder_where_a_file_is_meant(tmp_path: Path) -> None:
    with pytest.raises(UnusablePath) as error:
        Store(tmp_path)
    one_line(error, str(tmp_path), "is a folder", "reports.db")


def test_a_folder_without_the_right_to_write(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o555)
    code = (
        "import os, sys\nfrom crawler.store import Store, UnusablePath\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: Store(sys.argv[1])\nexcept UnusablePath as error: print(error)"
    )
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents[:2]:
        parent.chmod(0o755)
    assert f"{folder}: cannot be written (Permission denied)" in end(run(code, str(folder / "reports.db")))


@pytest.mark.parametrize("content", [b"this is no database at all" * 100, b"\0" * 5000, b"PK\x03\x04" + b"x" * 2000])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "reports.db"
    path.write_bytes(content)
    with pytest.raises(NotOurDatabase) as error:
        Store(path)
    one_line(error, str(path), "REPORTS_DB")
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    (tmp_path / "reports.db").touch()
    Store(tmp_path / "reports.db").close()
    check(tmp_path / "reports.db")


def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table reports (id)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(NotOurDatabase) as error:
        Store(path)
    one_line(error, str(path), "another program")
    assert path.read_bytes() == before


def test_a_database_of_a_later_version(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    Store(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("pragma user_version = 99")
    connection.close()
    with pytest.raises(NewerDatabase) as error:
        Store(path)
    one_line(error, str(path), "newer version", "99")


def test_a_truncated_database(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    Store(path).close()
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(StoreError) as error, Store(path) as store:
        store.write(page(f"{HOME}/1.html", report()))
    one_line(error, str(path))


# ------------------------------------------------------------------------------------------------ other programs


def test_a_second_crawl_says_so_and_stops(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path):
        with pytest.raises(DatabaseLocked) as error:
            Store(path)
        one_line(error, str(path), "another crawl")
    Store(path).close()


def test_the_right_to_write_ends_with_the_process(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    process = run(
        "import sys, time\nfrom crawler.store import Store\nStore(sys.argv[1])\nprint('open', flush=True)\ntime.sleep(60)", str(path)
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    with pytest.raises(DatabaseLocked):
        Store(path)
    process.kill()
    end(process)
    Store(path).close()


def test_a_program_that_holds_the_file_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "BUSY_SECONDS", 0.1)
    path = tmp_path / "reports.db"
    with Store(path) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(DatabaseLocked) as error:
            store.write(page(f"{HOME}/1.html", report()))
        one_line(error, str(path), "another program")
        other.execute("rollback")
        other.close()
        assert store.write(page(f"{HOME}/1.html", report())).new


def test_a_reader_sees_whole_reports_while_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        reader = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        for figure in range(10):
            store.write(page(f"{HOME}/1.html", report(figures={"granted": figure})))
            assert reader.execute("select count(*) from table_cells").fetchone() == (5,)
            assert reader.execute("select value from table_cells where row_id = 'granted'").fetchone() == (figure,)
        reader.close()


def test_a_closed_store_is_one_file(tmp_path: Path) -> None:
    with Store(tmp_path / "reports.db") as store:
        store.write(page(f"{HOME}/1.html", report()))
    assert not list(tmp_path.glob("*-wal"))


# ------------------------------------------------------------------------------------------------ killed, full


def write_all(path: Path, begin: int, pipe: int) -> None:
    """Revise five reports again and again; each round that is done is said on `pipe`."""
    with Store(path) as store:
        os.write(pipe, b"open ")
        for number in range(begin, begin + 1000):
            for year in YEARS:
                text = f"第{number}次" * 300
                store.write(page(f"{HOME}/{year}.html", report(year, text=text, figures={"granted": number}, quantities=({},) * 30)))
            os.write(pipe, f"{number} ".encode())


def killed_after(seconds: float, path: Path, begin: int) -> list[int]:
    """Rounds that a process did before it was killed; a fork, since a new interpreter would take longer than it lives."""
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            write_all(path, begin, into)
        finally:
            os._exit(1)
    os.close(into)
    assert os.read(out, 5) == b"open "
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b""
    while part := os.read(out, 4096):
        said += part
    os.close(out)
    return [int(number) for number in said.split()]


@pytest.mark.parametrize("kills", [KILLS, pytest.param(300, marks=pytest.mark.soak)])
def test_killed_at_any_moment_the_file_is_whole_and_the_next_run_completes_it(tmp_path: Path, kills: int) -> None:
    path, chance, done = tmp_path / "reports.db", random.Random(kills), 0
    Store(path).close()
    for _ in range(kills):
        said = killed_after(chance.random() * 0.15, path, done)
        check(path)
        done = max([done, *said])
        with sqlite3.connect(path) as connection:
            reports = connection.execute(
                "select id, version, (select count(*) from table_cells where report_id = reports.id) from reports"
            ).fetchall()
        connection.close()
        assert all(cells == 5 for _, _, cells in reports), "a report is there with all its cells or not at all"
        assert len(reports) == len(YEARS) or not done, "what was acknowledged is there"
    with Store(path) as store:
        for year in YEARS:
            store.write(page(f"{HOME}/{year}.html", report(year, text="终")))
        assert store.summary(1).held == len(YEARS)
        assert store.rebuild(report(2023)["report"]["id"], 1)["table_cells"]
    check(path)


def test_killed_while_the_tables_are_made(tmp_path: Path) -> None:
    code = "import sys\nfrom crawler.store import schema\nprint('ready', flush=True)\nfrom crawler.store import Store\nStore(sys.argv[1])"
    for number in range(4):
        path = tmp_path / f"{number}.db"
        process = run(code, str(path))
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.15 * number)
        process.kill()
        end(process)
        with Store(path) as store:
            store.write(page(f"{HOME}/1.html", report()))
        check(path)


def test_no_room_left(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(2021)))
        pages = store._connection.execute("pragma page_count").fetchone()[0]
        store._connection.execute(f"pragma max_page_count = {pages + 5}")
        with pytest.raises(DatabaseFull) as error:
            store.write(page(f"{HOME}/2.html", report(2022, text="长" * 100_000)))
        one_line(error, str(path), "no room", "what was stored is safe")
    check(path)
    with Store(path) as store:
        assert store.summary(1).held == 1
        assert store.write(page(f"{HOME}/2.html", report(2022, text="长" * 100_000))).new


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    Store(path).close()
    limit = path.stat().st_size + 200_000
    code = f"from crawler.store import StoreError\ntry: exec({WRITE_ALL!r})\nexcept StoreError as error: print(type(error).__name__, error)"
    process = run(code, str(path), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    said = end(process).splitlines()
    assert said[-1].split()[0] in {DatabaseFailed.__name__, DatabaseFull.__name__}, said[-1]
    assert str(path) in said[-1]
    check(path)
    with Store(path) as store:
        assert store.write(page(f"{HOME}/last.html", report(2010))).new
    check(path)


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        with Store(tmp_path / "reports.db"), pytest.raises(DatabaseLocked):
            Store(tmp_path / "reports.db")
        with pytest.raises(UnusablePath):
            Store(tmp_path)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
