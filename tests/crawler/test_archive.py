"""Records are written whole, found again at their place, and readable by others."""

import gzip
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive, Capture, Place, member, read
from crawler.errors import ArchiveError
from extract.model import Page

BODY = "政府信息公开年报".encode("gb18030")


def capture(url: str = "http://www.qinghe.example/a?b=中", status: int | None = 200) -> Capture:
    headers = (("Content-Type", "text/html; charset=gb2312"), ("Content-Encoding", "gzip"), ("Content-Length", "9"))
    return Capture(Page(BODY, url, "text/html"), "0" * 64, "2026-01-02T03:04:05Z", status, headers if status else ())


def test_round_trip(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    assert not (tmp_path / "archive").exists()  # nothing new, no file
    places = [archive.append(member(capture())), archive.append(member(capture("saved:a\nb.txt", None)))]
    archive.close()
    assert places[0].file == "gongkai-00001.warc.gz"
    assert [read(tmp_path / "archive", place) for place in places] == [BODY, BODY]
    with (tmp_path / "archive" / places[0].file).open("rb") as file:
        records = [(record.rec_type, record.rec_headers["WARC-Target-URI"]) for record in ArchiveIterator(file)]
    assert records == [("warcinfo", None), ("response", "http://www.qinghe.example/a?b=%E4%B8%AD"), ("resource", "saved:a%0Ab.txt")]


def test_transfer_headers_are_left_out() -> None:
    text = gzip.decompress(member(capture()))
    assert b"gzip" not in text
    assert b"Content-Length: 16\r\n" in text
    assert text.startswith(b"WARC/1.1\r\n")


def test_the_same_capture_is_the_same_record() -> None:
    assert gzip.decompress(member(capture())) == gzip.decompress(member(capture()))


def test_files_rotate_and_are_never_shared(tmp_path: Path) -> None:
    first, second = Archive(tmp_path, max_bytes=100), Archive(tmp_path)
    record = member(capture())
    names = [first.append(record).file, second.append(record).file, first.append(record).file]
    assert names == ["gongkai-00001.warc.gz", "gongkai-00002.warc.gz", "gongkai-00003.warc.gz"]
    first.close()
    second.close()


def test_errors_name_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(tmp_path / "file" / "archive").append(b"x")
    with pytest.raises(ArchiveError, match="no record at 7"):
        read(tmp_path, Place("file", 7))
