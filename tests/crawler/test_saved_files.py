"""Which files of a folder are read, and under which address."""

import os
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.spiders.saved_pages import SavedFile, files_in, read


def test_files_in_order_without_hidden_ones_and_without_links_that_leave(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    for path in (folder / "b" / "二.html", folder / "a.txt", folder / ".hidden" / "x.html", folder / ".x.html", outside / "secret.html"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (folder / "inside.html").symlink_to(folder / "a.txt")
    (folder / "leaves.html").symlink_to(outside / "secret.html")
    (folder / "leaves").symlink_to(outside, target_is_directory=True)
    (folder / "broken.html").symlink_to(folder / "nothing")
    assert [file.url for file in files_in(folder)] == ["saved:a.txt", "saved:b/二.html", "saved:inside.html"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    for name in ("报.html".encode(), "报.html".encode("gb18030"), "年".encode("gb18030"), b"\xff\xff.html"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    found = [file.url for file in files_in(tmp_path)]
    assert sorted(found) == ["saved:%B1%A8.html", "saved:%FF%FF.html", "saved:年", "saved:报.html"]


def test_no_folder_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for name, message in [("nowhere", "no such folder"), ("file", "is a file"), ("empty", "holds no file")]:
        with pytest.raises(ConfigurationError, match=message):
            files_in(tmp_path / name)


def test_read(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(b"12345")
    page = read(SavedFile(path, "saved:a.html"), 5)
    assert (page.capture.page.body, page.capture.page.url, page.outcome) == (b"12345", "saved:a.html", None)
    large = read(SavedFile(path, "saved:a.html"), 4)
    assert (large.capture.page.body, large.outcome, large.byte_count) == (b"", "too_large", 5)
    gone = read(SavedFile(tmp_path / "gone", "saved:gone"), 4)
    assert gone.outcome == "corrupt"
    assert gone.reason == "cannot be read: No such file or directory"
