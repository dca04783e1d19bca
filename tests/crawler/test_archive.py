"""Records are written whole, found again at their place, and readable by others; what is damaged is named and costs only itself."""

from __future__ import annotations

import fcntl
import logging
import subprocess
import sys
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import Archive, Capture, Damage, Place, Record, Sent, Unread, capture_of, member, names, read, record_at, records
from crawler.archive.records import EVIDENCE_BYTES
from crawler.errors import ArchiveError
from extract.model import Entry, Page

BODY = "政府信息公开年报".encode("gb18030")
ENTRY = Entry("云溪县2019年政府信息公开\r\n年报", date(2020, 1, 2), "云溪县", "990203")
SENT = Sent("GET", (("User-Agent", "gongkai/0.1"),))


def capture(url: str = "http://www.qinghe.example/a?b=中", status: int | None = 200, body: bytes = BODY) -> Capture:
    headers = (("Content-Type", "text/html; charset=gb2312"), ("Content-Encoding", "gzip"), ("Content-Length", "9"), ("ETag", '"7"'))
    page = Page(body, url, "text/html; charset=gb2312" if status else None, ENTRY)
    return Capture(page, sha256(body).hexdigest(), "2026-01-02T03:04:05Z", status, headers if status else (), sent=SENT if status else None)


def filled(folder: Path, count: int = 3) -> tuple[Path, list[Place]]:
    """An archive of so many captures in one file, closed."""
    archive = Archive(folder)
    places = [archive.add(capture(f"http://www.qinghe.example/{number}", body=BODY + b"%d" % number)) for number in range(count)]
    archive.close()
    return folder / places[0].file, places


def check(path: Path) -> subprocess.CompletedProcess[str]:
    """warcio's own checker over a file."""
    return subprocess.run([sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True)


def read_all(folder: Path, name: str) -> list[Record | Damage]:
    return list(records(folder, name))


# ------------------------------------------------------------------------------------------------ records


def test_round_trip(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive", about={"run": 7, "command": "scrapy crawl annual_reports"})
    assert not (tmp_path / "archive").exists()  # nothing new, no file
    captures = [capture(), capture("saved:a\nb.txt", None)]
    places = [archive.add(one) for one in captures]
    assert places[0].file == "gongkai-00001.warc.gz"
    assert [read(tmp_path / "archive", place) for place in places] == [BODY, BODY]  # while the file is still written
    archive.close()
    folder = tmp_path / "archive"
    for one, place in zip(captures, places, strict=True):
        found = capture_of(folder, record_at(folder, place))
        assert found.page == one.page
        assert (found.sha256, found.captured_at, found.status, found.kind) == (one.sha256, one.captured_at, one.status, "page")
    info = next(iter(records(folder, places[0].file)))
    assert isinstance(info, Record)
    assert info.facts == {"kind": "run", "run": 7, "command": "scrapy crawl annual_reports"}


def test_other_tools_read_it(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.add(capture())
    archive.add(capture("saved:a\nb.txt", None))
    archive.add(replace(capture(), captured_at="2026-02-02T03:04:05Z"), first)
    archive.add(replace(capture(), page=Page(b"", "http://a.example/"), unread=Unread("timeout", "no answer in time")))
    archive.close()
    with (tmp_path / first.file).open("rb") as file:
        found = [(record.rec_type, record.rec_headers["WARC-Target-URI"]) for record in ArchiveIterator(file, check_digests="raise")]
    url = "http://www.qinghe.example/a?b=%E4%B8%AD"
    kinds = [("response", url), ("request", url), ("resource", "saved:a%0Ab.txt"), ("revisit", url), ("metadata", "http://a.example/")]
    assert found == [("warcinfo", None), *kinds]
    said = check(tmp_path / first.file)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.count("digest pass") == 5  # a revisit has no payload to check
    assert "fail" not in said.stdout


def test_request_and_answer_belong_together() -> None:
    posted = replace(capture(), sent=Sent("POST", (("Content-Type", "text/plain"),), b"page=2"))
    with BytesIO(member(posted)) as stream:
        answer, request = [(record.rec_headers, record.http_headers, record.content_stream().read()) for record in ArchiveIterator(stream)]
    assert request[0]["WARC-Concurrent-To"] == answer[0]["WARC-Record-ID"]
    assert answer[0]["WARC-Payload-Digest"] == f"sha256:{sha256(BODY).hexdigest()}"
    assert (request[1].protocol, request[1].statusline) == ("POST", "/a?b=%E4%B8%AD HTTP/1.1")
    assert request[1].get_header("Host") == "www.qinghe.example"
    assert request[2] == b"page=2"
    kept = {name: value for name, value in answer[1].headers if "Content" in name}  # what was true of the transfer keeps its value
    assert kept["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert kept["X-Archive-Orig-Content-Length"] == "9"
    assert kept["Content-Length"] == "16"


def test_the_same_capture_is_the_same_record() -> None:
    assert member(capture()) == member(capture())
    assert member(capture()) != member(replace(capture(), captured_at="2026-01-02T03:04:06Z"))


@given(
    url=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    header=st.text(st.characters(max_codepoint=255)),
    title=st.text(st.characters(exclude_categories=["Cs"])),
    content_type=st.none() | st.text(st.characters(max_codepoint=255), min_size=1),
    body=st.binary(),
    status=st.none() | st.sampled_from([200, 203, 299]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(
    tmp_path: Path, url: str, header: str, title: str, content_type: str | None, body: bytes, status: int | None
) -> None:
    url = f"http://{url}" if status else url  # only web addresses have headers
    page = Page(body, url, content_type if status is None else None, Entry(title))
    archive = Archive(tmp_path / "archive")
    taken = Capture(page, sha256(body).hexdigest(), "2026-01-02T03:04:05Z", status, (("X-Any", header),) if status else (), portal_id="p")
    place = archive.add(taken)
    archive.close()
    found = capture_of(tmp_path / "archive", record_at(tmp_path / "archive", place))
    (tmp_path / "archive" / place.file).unlink()
    assert (found.page, found.sha256, found.portal_id, found.status) == (page, taken.sha256, "p", status)


def test_refusals_are_kept_as_evidence(tmp_path: Path) -> None:
    challenge = capture("http://a.example/x", 412, b"<script>" + b"x" * EVIDENCE_BYTES)
    page = Page(b"", "http://a.example/", None, ENTRY)
    unread = Capture(page, sha256(b"").hexdigest(), challenge.captured_at)
    archive = Archive(tmp_path)
    place = archive.add(replace(unread, unread=Unread("challenge:412", "a challenge", answer=challenge, asked=True)))
    archive.close()
    record = record_at(tmp_path, place)
    assert (record.kind, record.status, len(record.body)) == ("response", 412, EVIDENCE_BYTES)
    assert record.warc["WARC-Truncated"] == "length"
    assert record.payload_digest == challenge.sha256
    found = capture_of(tmp_path, record)
    assert (found.page, found.unread is not None and found.unread.outcome) == (unread.page, "challenge:412")
    assert check(tmp_path / place.file).returncode == 0


# ------------------------------------------------------------------------------------------------ what is archived already


def test_an_unchanged_payload_is_a_revisit(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    body = bytes(range(256)) * 400
    first = archive.add(capture(body=body))
    second = archive.add(replace(capture(body=body), captured_at="2026-02-02T03:04:05Z"), first)
    third = archive.add(replace(capture(body=body), captured_at="2026-03-02T03:04:05Z"), second)
    archive.close()
    assert third.offset - second.offset < 800
    for place in (second, third):
        record = record_at(tmp_path, place)
        assert record.kind == "revisit"
        assert record.warc["WARC-Profile"] == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        assert record.warc["WARC-Refers-To-Date"] == "2026-01-02T03:04:05Z"
        assert record.warc["WARC-Refers-To"] == record_at(tmp_path, first).warc["WARC-Record-ID"]
        assert capture_of(tmp_path, record).page == capture(body=body).page


def test_a_revisit_tells_what_the_listing_says_now(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first = archive.add(replace(capture(), portal_id="a"))
    entries = (ENTRY, Entry("2019年年报"), Entry())
    later = [replace(capture(), page=replace(capture().page, entry=entry), portal_id="a") for entry in entries]
    places = [archive.add(one, first) for one in later]
    archive.close()
    found = [capture_of(tmp_path, record_at(tmp_path, place)) for place in places]
    assert [(one.page.entry, one.portal_id) for one in found] == [(entry, "a") for entry in entries]
    assert [record_at(tmp_path, place).facts.get("like") for place in places] == [True, None, None]


@pytest.mark.parametrize("loss", ["gone", "torn", "other"])
def test_what_is_lost_is_archived_anew(tmp_path: Path, loss: str, caplog: pytest.LogCaptureFixture) -> None:
    path, places = filled(tmp_path, 1)
    known = places[0]
    if loss == "gone":
        path.unlink()
    elif loss == "torn":
        path.write_bytes(path.read_bytes()[: known.offset + 20])
    else:
        known = Place(known.file, known.offset + 1)
    archive = Archive(tmp_path)
    place = archive.add(capture("http://www.qinghe.example/0", body=BODY + b"0"), known)
    archive.close()
    assert record_at(tmp_path, place).kind == "response"
    assert "archived anew" in caplog.text


def test_parts_are_found(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    part = replace(capture("http://a.example/1_1.html", body=b"second"), kind="part")
    part = replace(part, place=archive.add(part))
    whole = archive.add(replace(capture("http://a.example/1.html", body=b"first"), parts=(part,)))
    archive.close()
    assert [one.page.body for one in capture_of(tmp_path, record_at(tmp_path, whole)).parts] == [b"second"]


# ------------------------------------------------------------------------------------------------ files


def test_files_rotate_and_are_never_shared(tmp_path: Path) -> None:
    first, second = Archive(tmp_path, max_bytes=100), Archive(tmp_path)
    found = [archive.add(capture()).file for archive in (first, second, first)]
    assert found == ["gongkai-00001.warc.gz", "gongkai-00002.warc.gz", "gongkai-00003.warc.gz"]
    first.close()
    second.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == found


def test_errors_name_the_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveError, match="cannot be written"):
        Archive(tmp_path / "file" / "archive").append(b"x")
    with pytest.raises(ArchiveError, match="file: no record at 7"):
        read(tmp_path, Place("file", 7))
    with pytest.raises(ArchiveError, match=r"nowhere\.warc\.gz: no record at 7: No such file"):
        read(tmp_path, Place("nowhere.warc.gz", 7))


def killed(folder: Path, cut: int) -> Path:
    """The archive as a run leaves it that was killed while it wrote the last record, `cut` bytes before the end of it."""
    path, _ = filled(folder)
    left = path.with_name(f"{path.name}.open")
    path.rename(left)
    left.write_bytes(left.read_bytes()[: left.stat().st_size - cut])
    return left


@pytest.mark.parametrize("cut", [0, 1, 100, 300])
def test_a_killed_run_does_no_harm(tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture) -> None:
    left = killed(tmp_path, cut)
    whole = [one.place for one in read_all(tmp_path, "gongkai-00001.warc.gz") if isinstance(one, Record)]
    archive = Archive(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert archive.add(capture()).file == "gongkai-00002.warc.gz"
    archive.close()
    assert not left.exists()
    assert ("gongkai-00001.warc.gz: ends within a record" in caplog.text) == (cut > 0)
    assert [one.place for one in read_all(tmp_path, "gongkai-00001.warc.gz") if isinstance(one, Record)] == whole
    assert [check(tmp_path / name).returncode for name in names(tmp_path)] == [0, 0]


def test_a_file_that_another_run_writes_is_left_alone(tmp_path: Path) -> None:
    left = killed(tmp_path, 100)
    before = left.read_bytes()
    with left.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        archive = Archive(tmp_path)
        archive.add(capture())
        archive.close()
    assert left.read_bytes() == before


def test_a_full_disk_leaves_whole_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path)
    archive.add(capture())
    size = archive._file.tell()  # type: ignore[union-attr]

    class Full:
        """A file that takes ten bytes more."""

        def __init__(self, file: object) -> None:
            self.file, self.room = file, 10

        def write(self, data: memoryview) -> int:
            if not self.room:
                raise OSError(28, "No space left on device")
            taken, self.room = data[: self.room], 0
            return int(self.file.write(taken))  # type: ignore[attr-defined]

        def __getattr__(self, name: str) -> object:
            return getattr(self.file, name)

        def __enter__(self) -> object:
            return self.file.__enter__()  # type: ignore[attr-defined]

        def __exit__(self, *args: object) -> None:
            self.file.__exit__(*args)  # type: ignore[attr-defined]

    archive._file = Full(archive._file)  # type: ignore[assignment]
    with pytest.raises(ArchiveError, match="cannot be written: No space left on device"):
        archive.add(capture())
    archive.close()
    assert (tmp_path / "gongkai-00001.warc.gz.open").stat().st_size == size


# ------------------------------------------------------------------------------------------------ damage


def test_damage_is_named_and_costs_only_its_own_record(tmp_path: Path) -> None:
    path, places = filled(tmp_path)
    data = bytearray(path.read_bytes())
    data[places[1].offset + 60 : places[1].offset + 70] = b"\0" * 10
    path.write_bytes(data)
    found = read_all(tmp_path, path.name)
    (damage,) = (one for one in found if isinstance(one, Damage))
    assert damage.offset == places[1].offset
    assert str(damage).startswith(f"gongkai-00001.warc.gz: damaged at {places[1].offset}: ")
    answers = [one.place for one in found if isinstance(one, Record) and one.kind == "response"]
    assert answers == [places[0], places[2]]
    with pytest.raises(ArchiveError, match=rf"no record at {places[1].offset}"):
        read(tmp_path, places[1])
    assert read(tmp_path, places[2]) == BODY + b"2"


def test_a_wrong_payload_is_no_page(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    place = archive.add(replace(capture(), sha256="0" * 64))
    archive.close()
    with pytest.raises(ArchiveError, match="payload digest failed"):
        read(tmp_path, place)


@given(start=st.floats(0, 1), removed=st.integers(0, 200), added=st.binary(max_size=200))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_is_survived(tmp_path: Path, start: float, removed: int, added: bytes) -> None:
    path, places = filled(tmp_path / "archive")
    raw = bytearray(path.read_bytes())
    at = int(start * len(raw))
    raw[at : at + removed] = added
    path.write_bytes(raw)
    found = read_all(tmp_path / "archive", path.name)
    path.unlink()
    bodies = [one.body for one in found if isinstance(one, Record) and one.kind == "response"]
    assert set(bodies) <= {BODY + b"%d" % number for number in range(3)}  # nothing that was not archived
    untouched = [BODY + b"%d" % number for number, place in enumerate(places) if place.offset >= at + removed]
    assert set(untouched) <= set(bodies)


def test_names_are_in_order(tmp_path: Path) -> None:
    for name in ("gongkai-00002.warc.gz", "gongkai-00010.warc.gz.open", "gongkai-00001.warc.gz", "notes.txt", "old.warc.gz.bak"):
        (tmp_path / name).touch()
    assert names(tmp_path) == ["gongkai-00001.warc.gz", "gongkai-00002.warc.gz", "gongkai-00010.warc.gz"]
    assert names(tmp_path / "nowhere") == []
