"""Records as bytes: WARC 1.1 (ISO 28500:2017), each its own gzip member, so that each can be read alone at its offset.

An answer is a response record followed by its request (WARC-Concurrent-To); a saved file is a resource; a page of which nothing came is
a metadata record; a payload that the archive holds already is a revisit. Payload digests are SHA-256, the one that `pages` has.
"""

from __future__ import annotations

import gzip
from hashlib import sha256
from http.client import responses
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from crawler.archive import facts
from crawler.archive.model import Capture, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = "WARC/1.1"
EVIDENCE_BYTES = 64 << 10  # of the body of a refusal or a challenge: enough to know it by
# The body is archived as it was read, so what described its transfer no longer fits: it is kept under the name that pywb gives it.
_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_ORIGINAL = "X-Archive-Orig-"
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class Original(NamedTuple):
    """The record that a revisit refers to: where it lies, and its own headers."""

    place: Place
    record_id: str
    target: str
    date: str
    digest: str
    facts: Mapping[str, Any]


def member(capture: Capture) -> bytes:
    """The records of a capture, one gzip member each, the one with the page first."""
    if capture.unread is None:
        return _resource(capture) if capture.status is None else _answer(capture, facts.of_capture(capture), capture.page.body)
    answer = capture.unread.answer
    said = facts.of_capture(capture)
    if answer is None or answer.status is None:
        return note(f"page:{capture.page.url}", said, capture.captured_at, facts.target(capture.page.url))
    body = answer.page.body[:EVIDENCE_BYTES]
    if len(body) < len(answer.page.body):
        said.update(sha256=answer.sha256, bytes=len(answer.page.body))
    return _answer(answer, {**facts.of_capture(answer), **said}, body)


def revisit(capture: Capture, original: Original) -> bytes:
    """The record of an answer whose payload the archive holds at `original`: the headers of the answer, and where the payload is.

    The request is left out: it says nothing that the first one did not.
    """
    answer = capture.unread.answer if capture.unread and capture.unread.answer else capture
    known = facts.shortened({**facts.of_capture(answer), **facts.of_capture(capture)}, original.facts)
    said = {**known, "of": original.place, "bytes": len(answer.page.body)}
    if "sha256" in original.facts:
        said["sha256"] = original.facts["sha256"]
    writer = _Writer()
    headers = {
        **_headers(answer, said),
        "WARC-Profile": _NOT_MODIFIED if answer.status == 304 else _SAME_PAYLOAD,
        "WARC-Refers-To": original.record_id,
        "WARC-Refers-To-Target-URI": original.target,
        "WARC-Refers-To-Date": original.date,
        "WARC-Payload-Digest": original.digest,
    }
    record = writer.create_warc_record(
        facts.target(answer.page.url), "revisit", warc_headers_dict=headers, http_headers=_status(answer, len(answer.page.body))
    )
    return writer.compressed(record)


def note(about: str, said: Mapping[str, Any], date: str, address: str | None = None) -> bytes:
    """A metadata record: what a crawl noted `about` something, without an answer of a server."""
    writer = _Writer()
    text = facts.to_header(said)
    headers = {
        "WARC-Date": date,
        "WARC-Record-ID": _record_id(f"{about}#{text}#{date}"),
        facts.HEADER: text,
    }
    record = writer.create_warc_record(
        address or "", "metadata", payload=BytesIO(text.encode()), warc_content_type="application/json", warc_headers_dict=headers
    )
    return writer.compressed(record)


def warcinfo(name: str, said: Mapping[str, Any]) -> bytes:
    """The first record of a file: who wrote it, in which run."""
    writer = _Writer()
    fields = {
        "software": "gongkai",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        **said,
    }
    record = writer.create_warcinfo_record(name, fields)
    record.rec_headers.add_header(facts.HEADER, facts.to_header({"kind": "run", **said}))
    return writer.compressed(record)


# ------------------------------------------------------------------------------------------------ the parts of a record


def _answer(capture: Capture, said: Mapping[str, Any], body: bytes) -> bytes:
    """A response record and its request. A body that was cut says so (WARC-Truncated)."""
    writer = _Writer()
    headers = _headers(capture, said)
    if len(body) < len(capture.page.body):
        headers |= {"WARC-Truncated": "length", "WARC-Payload-Digest": f"sha256:{sha256(body).hexdigest()}"}
    else:
        headers["WARC-Payload-Digest"] = f"sha256:{capture.sha256}"
    url = facts.target(capture.page.url)
    record = writer.create_warc_record(
        url, "response", payload=BytesIO(body), length=len(body), http_headers=_status(capture, len(body)), warc_headers_dict=headers
    )
    return writer.compressed(record) + (_request(capture, url, headers["WARC-Record-ID"]) if capture.sent else b"")


def _request(capture: Capture, url: str, answer_id: str) -> bytes:
    assert capture.sent is not None
    sent, parts = capture.sent, urlsplit(url)
    line = f"{sent.method} {parts.path or '/'}{f'?{parts.query}' if parts.query else ''} HTTP/1.1"
    host = [] if any(name.lower() == "host" for name, _ in sent.headers) else [("Host", parts.netloc)]
    writer = _Writer()
    headers = {
        "WARC-Date": capture.captured_at,
        "WARC-Record-ID": _record_id(f"request#{answer_id}"),
        "WARC-Concurrent-To": answer_id,
    }
    http = StatusAndHeaders(line, [*host, *map(_line, sent.headers)], is_http_request=True)
    record = writer.create_warc_record(
        url, "request", payload=BytesIO(sent.body), length=len(sent.body), http_headers=http, warc_headers_dict=headers
    )
    return writer.compressed(record)


def _resource(capture: Capture) -> bytes:
    writer = _Writer()
    content_type = facts.one_line(capture.page.content_type or "application/octet-stream")
    headers = {**_headers(capture, facts.of_capture(capture)), "WARC-Payload-Digest": f"sha256:{capture.sha256}"}
    record = writer.create_warc_record(
        facts.target(capture.page.url),
        "resource",
        payload=BytesIO(capture.page.body),
        length=len(capture.page.body),
        warc_content_type=content_type,
        warc_headers_dict=headers,
    )
    return writer.compressed(record)


def _headers(capture: Capture, said: Mapping[str, Any]) -> dict[str, str]:
    name = f"{capture.kind}#{capture.page.url}#{capture.sha256}#{capture.captured_at}#{'of' in said}"
    return {"WARC-Date": capture.captured_at, "WARC-Record-ID": _record_id(name), facts.HEADER: facts.to_header(said)}


def _record_id(name: str) -> str:
    """The same capture has the same id wherever it is archived."""
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, name)}>"


def _status(capture: Capture, length: int) -> StatusAndHeaders:
    line = f"{capture.status} {responses.get(capture.status or 0, '')}".strip()
    kept = [(f"{_ORIGINAL}{name}" if name.lower() in _TRANSFER else name, value) for name, value in map(_line, capture.headers)]
    return StatusAndHeaders(line, [*kept, ("Content-Length", str(length))], protocol="HTTP/1.1")


def _line(header: tuple[str, str]) -> tuple[str, str]:
    return facts.one_line(header[0]), facts.one_line(header[1])


class _Writer(WARCWriter):
    """warcio's writer for one record at a time, in memory: its own buffer is a temporary file that it leaves open."""

    _create_temp_file = staticmethod(BytesIO)

    def __init__(self) -> None:
        super().__init__(BytesIO(), gzip=False, warc_version=VERSION)

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")

    def compressed(self, record: Any) -> bytes:
        """The record as one gzip member; at level 6, a third of the time of warcio's 9 for 1 % more."""
        self.write_record(record)
        return gzip.compress(self.out.getvalue(), 6, mtime=0)
