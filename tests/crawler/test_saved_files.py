"""Which files of a folder are read, and under which address and date."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crawler.errors import ConfigurationError
from crawler.items import CapturedPage
from crawler.saved import Collection, files_in
from crawler.saved.addresses import is_host, noted_in, of_mirror, without_parts
from crawler.saved.pages import may_be_page


def written(folder: Path, files: dict[str, bytes], at: int = 1_577_934_245) -> Path:
    """The folder with these files, last changed at 2020-01-02 03:04:05."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        os.utime(path, (at, at))
    return folder


def pages(source: Path, limit: int = 1000, **schemes: str) -> list[CapturedPage]:
    return list(Collection(source, limit, schemes).pages())


def urls(found: list[CapturedPage]) -> list[str]:
    return [one.capture.page.url for one in found]


def test_files_in_order_without_hidden_ones_and_without_links_that_leave(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    for path in (folder / "b" / "二.html", folder / "a.txt", folder / ".hidden" / "x.html", folder / ".x.html", outside / "secret.html"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    (folder / "inside.html").symlink_to(folder / "a.txt")
    (folder / "leaves.html").symlink_to(outside / "secret.html")
    (folder / "leaves").symlink_to(outside, target_is_directory=True)
    (folder / "broken.html").symlink_to(folder / "nothing")
    assert [file.name for file in files_in(folder)] == ["a.txt", "b/二.html", "inside.html"]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    for name in ("报.html".encode(), "报.html".encode("gb18030"), "年".encode("gb18030"), b"\xff\xff.html"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("x")
    assert sorted(urls(pages(tmp_path))) == ["saved:%B1%A8.html", "saved:%FF%FF.html", "saved:年", "saved:报.html"]


def test_no_folder_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "empty").mkdir()
    for name, message in [("nowhere", "no such folder"), ("file", "is a file"), ("empty", "holds no file")]:
        with pytest.raises(ConfigurationError, match=message):
            files_in(tmp_path / name)


def test_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, {"a.html": b"12345", "b.html": b"123456"})
    collection = Collection(tmp_path, 5, {})
    (tmp_path / "c.html").write_text("not there when the folder was listed")
    small, large = collection.pages()
    assert (small.capture.page.body, small.capture.page.url, small.outcome) == (b"12345", "saved:a.html", None)
    assert (small.capture.captured_at, small.fetch) == ("2020-01-02T03:04:05Z", None)
    assert (large.capture.page.body, large.outcome, large.byte_count) == (b"", "too_large", 6)
    (tmp_path / "a.html").unlink()
    gone = next(collection.pages())
    assert (gone.outcome, gone.reason) == ("corrupt", "cannot be read: No such file or directory")


# ------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    ("head", "noted"),
    [
        (b"<!-- saved from url=(0029)http://www.qinghe.example/nb/ -->\r\n<html>", ("http://www.qinghe.example/nb/", None)),
        (b"<!DOCTYPE html>\n<!-- saved from url=(0028)https://www.qinghe.example/1 --><html>", ("https://www.qinghe.example/1", None)),
        ("<!-- saved from url=(0028)http://www.qinghe.example/年/ -->".encode(), ("http://www.qinghe.example/%E5%B9%B4/", None)),
        (
            b"<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://www.qinghe.example/1.html \n"
            b" saved date: Tue Mar 01 2022 18:30:00 GMT+0800 (China Standard Time)\n-->",
            ("https://www.qinghe.example/1.html", "2022-03-01T10:30:00Z"),
        ),
        (b"<!-- saved from url=(0014)about:internet -->", (None, None)),
        (b"<!-- saved from url=(0020)file:///C:/a/1.html -->", (None, None)),
        (b"<!-- saved from url=(0012)http://[::1 -->", (None, None)),
        (b"<p>saved from url=(0029)http://www.qinghe.example/nb/</p>", (None, None)),  # a text that tells of it
        (b" " * 5000 + b"<!-- saved from url=(0029)http://www.qinghe.example/nb/ -->", (None, None)),  # within the page
        (b"<!--" * 100_000, (None, None)),
        (b"", (None, None)),
    ],
)
def test_what_a_browser_notes(head: bytes, noted: tuple[str | None, str | None]) -> None:
    assert noted_in(head) == noted


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("www.qinghe.gov.cn/xxgk/nb/index.html", "http://www.qinghe.gov.cn/xxgk/nb/"),
        ("www.qinghe.gov.cn/index.htm", "http://www.qinghe.gov.cn/"),
        ("www.qinghe.gov.cn/art/index.html/1.html", "http://www.qinghe.gov.cn/art/index.html/1.html"),
        ("www.qinghe.gov.cn/list.jsp?id=5&p=年", "http://www.qinghe.gov.cn/list.jsp?id=5&p=%E5%B9%B4"),
        ("www.qinghe.gov.cn/%E5%B9%B4.html", "http://www.qinghe.gov.cn/%E5%B9%B4.html"),
        ("www.qinghe.gov.cn/a#b.html", "http://www.qinghe.gov.cn/a%23b.html"),
        ("known.qinghe.gov.cn/1.html", "https://known.qinghe.gov.cn/1.html"),
        ("127.0.0.1/1.html", "http://127.0.0.1/1.html"),
        ("qinghe.cn:8080/1.html", "http://qinghe.cn:8080/1.html"),
        ("www.qinghe.example/1.html", "http://www.qinghe.example/1.html"),
        ("gov.cn/1.html", None),  # a public suffix is nobody's host; www.gov.cn is one
        ("www.gov.cn/1.html", "http://www.gov.cn/1.html"),
        ("2019.files/1.html", None),
        ("notes.py/1.html", None),
        ("v1.2/1.html", None),
        ("reports/www.qinghe.gov.cn/1.html", None),
        ("www.qinghe.gov.cn", None),
        ("年报.cn/1.html", None),
        ("-a.gov.cn/1.html", None),
    ],
)
def test_paths_of_mirrors(path: str, url: str | None) -> None:
    assert of_mirror(path, {"known.qinghe.gov.cn": "https"}) == url


def test_hosts() -> None:
    assert is_host("www.qinghe.gov.cn:80")
    assert not is_host("www.qinghe.gov.cn:http")
    assert not is_host("archive")


def test_parts_of_a_page_are_no_pages() -> None:
    names = ["1.html", "1_files/frame.html", "1_files/a/b.js", "2.htm", "2.files/x.htm", "3_files/y.html", "sub/4.html", "4_files/z.html"]
    assert without_parts(names) == ["1.html", "2.htm", "3_files/y.html", "sub/4.html", "4_files/z.html"]


@pytest.mark.parametrize(
    ("url", "content_type", "is_page"),
    [
        ("http://a.example/1", "text/html; charset=gb2312", True),
        ("http://a.example/1.html", "image/png", False),
        ("http://a.example/1.pdf", "application/octet-stream", True),
        ("http://a.example/1.doc", None, True),
        ("http://a.example/1.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", True),
        ("http://a.example/nb/", None, True),
        ("http://a.example/nb", None, True),
        ("http://a.example/list.jsp?a=1.png", None, True),
        ("http://a.example/a.css", None, False),
        ("http://a.example/a.js?v=1.html", None, False),
        ("http://a.example/a.js", "application/javascript", False),
        ("http://a.example/a.json", "application/json", False),
    ],
)
def test_what_may_be_a_page(url: str, content_type: str | None, is_page: bool) -> None:
    assert may_be_page(url, content_type) == is_page


# ------------------------------------------------------------------------------------------------ folders of other tools


def test_a_mirror(tmp_path: Path) -> None:
    files = ("index.html", "nb/1.html", "nb/1.pdf", "style.css", "logo.png", "robots.txt.tmp/x.js", "list.jsp?id=2")
    written(tmp_path, {f"www.qinghe.gov.cn/{name}": b"x" for name in files} | {"notes/own.html": b"x", "notes/scan.png": b"x"})
    found = pages(tmp_path)
    own = "http://www.qinghe.gov.cn"
    mirrored = [f"{own}/", f"{own}/list.jsp?id=2", f"{own}/nb/1.html", f"{own}/nb/1.pdf"]
    assert urls(found) == ["saved:notes/own.html", "saved:notes/scan.png", *mirrored]
    fetches = [one.fetch for one in found if one.fetch]
    assert [(one.url, one.fetched_at, one.status) for one in fetches] == [(url, "2020-01-02T03:04:05Z", None) for url in mirrored]


def test_complete_pages_of_a_browser(tmp_path: Path) -> None:
    note = b"<!-- saved from url=(0029)http://www.qinghe.example/nb/ -->"
    written(tmp_path, {"年报.html": note, "年报_files/frame.html": b"x", "年报_files/a.css": b"x"})
    (page,) = pages(tmp_path)
    assert (page.capture.page.url, page.capture.page.body) == ("http://www.qinghe.example/nb/", note)
