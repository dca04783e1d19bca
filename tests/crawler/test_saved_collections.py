"""WARC files, zip files, collections of pywb: the pages they give, under which address and date; and that nothing is imported twice."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import Archive, Record, names, records
from crawler.items import CapturedPage
from crawler.spiders.saved_pages import SavedPages
from tests.crawler.loop import in_loop
from tests.crawler.server import Server
from tests.crawler.test_annual_reports import REPORT, crawl, query, title, trs_portal
from tests.crawler.test_archive import capture
from tests.crawler.test_reextract import dump, reextract
from tests.crawler.test_saved_files import pages, urls, written

URL = "http://www.yunxi.example/nb/"


def html(year: int, more: str = "") -> bytes:
    return REPORT.format(title=title(year), year=year).replace("</h1>", f"</h1>{more}").encode()


class Writer(WARCWriter):
    _create_temp_file = staticmethod(BytesIO)  # its own is a temporary file that it leaves open


class Warc:
    """A WARC file as other tools write it."""

    def __init__(self, packed: bool = True) -> None:
        self.buffer = BytesIO()
        self._writer = Writer(self.buffer, gzip=packed, warc_version="1.1")
        self._write(self._writer.create_warcinfo_record("x.warc.gz", {"software": "another tool"}))

    def _write(self, record: Any) -> None:
        self._writer.write_record(record)

    def answer(self, url: str, body: bytes, date: str = "2019-05-06T07:08:09.123Z", status: str = "200 OK", **headers: str) -> Warc:
        told = [(name.replace("_", "-"), value) for name, value in ({"Content_Type": "text/html; charset=utf-8"} | headers).items()]
        http = StatusAndHeaders(status, told, protocol="HTTP/1.1")
        self._write(
            self._writer.create_warc_record(url, "response", BytesIO(body), http_headers=http, warc_headers_dict={"WARC-Date": date})
        )
        return self

    def file(self, url: str, body: bytes, content_type: str) -> Warc:
        given = {"WARC-Date": "2018-05-06T07:08:09Z"}
        self._write(
            self._writer.create_warc_record(url, "resource", BytesIO(body), warc_content_type=content_type, warc_headers_dict=given)
        )
        return self

    def revisit(self, url: str, date: str) -> Warc:
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        self._write(self._writer.create_revisit_record(url, "sha1:X", url, date, http_headers=http))
        return self

    @property
    def data(self) -> bytes:
        return self.buffer.getvalue()


def site(packed: bool = True) -> Warc:
    """Two pages, what stands around them, and what is no page."""
    warc = Warc(packed).answer(URL + "1.html", b"one", ETag='"1"').answer(URL + "style.css", b"x", Content_Type="text/css")
    warc.answer(URL + "2.html", b"refused", status="403 Forbidden").answer(URL + "3", b"", status="302 Found", Location=URL)
    warc.file(URL + "4.pdf", b"%PDF-", "application/pdf").file("dns:www.yunxi.example", b"1.2.3.4", "text/dns")
    return warc.revisit(URL + "1.html", "2019-05-06T07:08:09Z").answer(URL + "5.html", gzip.compress(b"five"), Content_Encoding="gzip")


def found_in(folder: Path, data: bytes, name: str = "x.warc.gz") -> list[CapturedPage]:
    return pages(written(folder, {name: data}))


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc", "X.WARC.GZ"])
def test_warc_files(tmp_path: Path, name: str) -> None:
    found = found_in(tmp_path, site(packed=name.lower().endswith(".gz")).data, name)
    assert urls(found) == [f"{URL}1.html", f"{URL}4.pdf", f"{URL}5.html"]
    assert [one.capture.page.body for one in found] == [b"one", b"%PDF-", b"five"]
    first, file, _ = found
    assert first.fetch is not None
    assert (first.fetch.url, first.fetch.fetched_at, first.fetch.status, first.fetch.etag) == (
        f"{URL}1.html",
        "2019-05-06T07:08:09Z",
        200,
        '"1"',
    )
    assert first.capture.page.content_type == "text/html; charset=utf-8"
    assert file.fetch is not None
    assert (file.capture.status, file.capture.page.content_type, file.fetch.fetched_at) == (None, "application/pdf", "2018-05-06T07:08:09Z")


def test_a_warc_file_in_one_gzip_stream(tmp_path: Path) -> None:
    assert urls(found_in(tmp_path, gzip.compress(site(packed=False).data))) == [f"{URL}1.html", f"{URL}4.pdf", f"{URL}5.html"]


@pytest.mark.parametrize(("keep", "count"), [(0.9, 2), (0.5, 1), (0.1, 0)])
@pytest.mark.parametrize("packed", [True, False])
def test_a_broken_warc_file_gives_what_it_has_and_is_named(tmp_path: Path, packed: bool, keep: float, count: int) -> None:
    data = site(packed).data
    found = found_in(tmp_path, data[: int(len(data) * keep)], "x.warc.gz" if packed else "x.warc")
    whole = [one for one in found if one.outcome is None]
    assert [one.capture.page.body for one in whole] == [b"one", b"%PDF-"][: len(whole)]
    if packed:
        assert len(whole) == count
        assert (urls(found)[-1], found[-1].outcome) == ("saved:x.warc.gz", "corrupt")
        assert f"breaks off after {count} page" in str(found[-1].reason)


def test_what_is_called_warc_and_is_none(tmp_path: Path) -> None:
    (only,) = found_in(tmp_path, b"<html>no archive</html>")
    assert (only.capture.page.url, only.outcome) == ("saved:x.warc.gz", "corrupt")


def test_a_warc_page_above_the_limit_is_not_read(tmp_path: Path) -> None:
    (only,) = found_in(tmp_path, Warc().answer(URL, b"x" * 5000).data)
    assert (only.capture.page.url, only.outcome, only.capture.page.body) == (URL, "too_large", b"")


def test_our_own_archive_keeps_what_it_knows(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    archive.add(capture("http://www.qinghe.example/1"))
    archive.add(capture("saved:年/1.html", None))
    archive.close()
    found = pages(tmp_path)
    assert urls(found) == ["http://www.qinghe.example/1", "saved:年/1.html"]
    assert [one.capture.page.entry for one in found] == [capture().page.entry] * 2


def zipped(members: dict[str, bytes], names_in: str | None = None) -> bytes:
    """A zip file; `names_in` is the encoding of its names, where it does not say which."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, body in members.items():
            info = zipfile.ZipInfo(name.encode(names_in).decode("cp437") if names_in else name, (2017, 8, 9, 10, 11, 12))
            packed.writestr(info, body)
    data = buffer.getvalue()
    return data if names_in is None else data.replace(b"\x00\x08", b"\x00\x00")


def test_zip_files_of_pages(tmp_path: Path) -> None:
    note = b"<!-- saved from url=(0029)http://www.qinghe.example/nb/ -->"
    members = {
        "年报/1.html": b"one",
        "年报/2.html": note,
        "年报/2_files/x.html": b"x",
        "www.qinghe.gov.cn/nb/index.html": b"m",
        "a.css": b"x",
    }
    found = found_in(
        tmp_path, zipped({**members, "__MACOSX/1.html": b"x", ".x.html": b"x", "w.warc": Warc(False).answer(URL, b"w").data}), "old.zip"
    )
    assert urls(found) == [URL, "http://www.qinghe.gov.cn/nb/", "saved:old.zip/年报/1.html", "http://www.qinghe.example/nb/"]
    assert {one.capture.captured_at for one in found[1:]} == {"2017-08-09T10:11:12Z"}


def test_a_zip_file_without_pages_is_a_document(tmp_path: Path) -> None:
    data = zipped({"附件/年报.docx": b"x"})
    (only,) = found_in(tmp_path, data, "附件.zip")
    assert (only.capture.page.url, only.capture.page.body) == ("saved:附件.zip", data)
    (broken,) = found_in(tmp_path / "b", b"PK\x03\x04 and no more", "b.zip")
    assert broken.capture.page.url == "saved:b.zip"


def test_zip_files_that_are_hostile(tmp_path: Path) -> None:
    bomb = zipped({"bomb.html": b"x" * 5000, "fine.html": b"x", "../../etc/x.html": b"up"})
    found = {one.capture.page.url: one for one in found_in(tmp_path, bomb, "b.zip")}
    assert found["saved:b.zip/bomb.html"].outcome == "too_large"
    assert found["saved:b.zip/fine.html"].outcome is None
    assert len(found) == 2  # no name climbs out of its file
    damaged = bytearray(zipped({"a.html": b"aaaaaaaa", "b.html": b"bbbbbbbb"}))
    damaged[damaged.index(b"aaaaaaaa")] = 0
    outcomes = {one.capture.page.url: one.outcome for one in found_in(tmp_path / "d", bytes(damaged), "d.zip")}
    assert outcomes == {"saved:d.zip/a.html": "corrupt", "saved:d.zip/b.html": None}


def test_one_zip_or_warc_file(tmp_path: Path) -> None:
    written(tmp_path, {"x.warc.gz": site().data, "y.zip": zipped({"1.html": b"x"})})
    assert len(pages(tmp_path / "x.warc.gz")) == 3
    assert urls(pages(tmp_path / "y.zip")) == ["saved:y.zip/1.html"]


def test_a_collection_of_pywb(tmp_path: Path) -> None:
    root = "collections/gov"
    files = {f"{root}/archive/x.warc.gz": site().data, f"{root}/indexes/index.cdxj": b"x", f"{root}/templates/a.html": b"x"}
    files |= {f"{root}/metadata/metadata.yaml": b"x", "config.yaml": b"x", "notes/archive/1.html": b"x"}
    assert urls(pages(written(tmp_path, files)))[:3] == [f"{URL}1.html", f"{URL}4.pdf", f"{URL}5.html"]
    assert urls(pages(tmp_path))[3:] == ["saved:config.yaml", "saved:notes/archive/1.html"]


# ------------------------------------------------------------------------------------------------ in a run


@in_loop
async def test_versions_keep_their_order_and_nothing_is_imported_twice(tmp_path: Path) -> None:
    newer = Warc().answer(URL + "1.html", html(2019, "<p>后来</p>"), "2021-01-01T00:00:00Z", Last_Modified="Fri, 01 Jan 2021 00:00:00 GMT")
    older = Warc().answer(URL + "1.html", html(2019), "2020-01-01T00:00:00Z").answer(URL + "2.html", html(2018))
    folder = written(tmp_path / "saved", {"a.warc.gz": newer.data, "b.warc.gz": older.data, "c/3.html": html(2017)})
    first = await crawl(tmp_path, SavedPages, folder=str(folder))
    assert (first.finish_reason, first.errors) == ("finished", 0)
    assert query(tmp_path, "select year, version, url from reports order by year") == [
        (2017, 1, "saved:c/3.html"),
        (2018, 1, f"{URL}2.html"),
        (2019, 2, f"{URL}1.html"),
    ]
    assert query(
        tmp_path,
        "select distinct text like '%后来%' or heading like '%后来%' from sections where report_id like '%-2019-%' order by 1 desc limit 1",
    ) == [(1,)]
    made, archive = dump(tmp_path / "r.db"), names(tmp_path / "archive")
    second = await crawl(tmp_path, SavedPages, folder=str(folder))
    assert second.finish_reason == "finished"
    assert dump(tmp_path / "r.db") == made
    assert names(tmp_path / "archive") == archive
    await reextract(tmp_path, tmp_path / "new.db")
    assert dump(tmp_path / "new.db") == made


@in_loop
async def test_what_was_crawled_is_not_imported(tmp_path: Path) -> None:
    with Server() as server:
        await crawl(tmp_path, listing=trs_portal(server))
    made = dump(tmp_path / "r.db")
    run = await crawl(tmp_path, SavedPages, folder=str(tmp_path / "archive"))
    assert run.finish_reason == "finished"
    assert dump(tmp_path / "r.db") == made
    other = tmp_path / "other"
    await crawl(other, SavedPages, folder=str(tmp_path / "archive"))
    with sqlite3.connect(other / "r.db") as database:
        found = database.execute("select id, year, url from reports order by id").fetchall()
    database.close()
    assert found == query(tmp_path, "select id, year, url from reports order by id")
    kinds = [one.kind for name in names(other / "archive") for one in records(other / "archive", name) if isinstance(one, Record)]
    assert kinds == ["warcinfo", *["response"] * len(found)]
