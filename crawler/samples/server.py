"""The sample portals on the loopback address: a small web server with entity tags, in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ROBOTS = b"User-agent: *\nDisallow: /module/admin/\n"
_SAVED = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at a path: its bytes for a query string, made when they are asked for, and how they are labelled."""

    body: Callable[[str], bytes]
    content_type: str


class Server(ThreadingHTTPServer):
    """Serves `resources` by path on a free port of 127.0.0.1, or on the one given."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, resources: Mapping[str, Resource], port: int = 0) -> None:
        self.resources = {"/robots.txt": Resource(lambda _: ROBOTS, "text/plain"), **resources}
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """The root of all sample portals, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """GET, HEAD and POST; a POST is answered as a GET, for the paging service takes its parameters from the address."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        resource = self.server.resources.get(parts.path)
        if resource is None:
            self._send(HTTPStatus.NOT_FOUND, b"<html><title>404</title></html>", {"Content-Type": "text/html"})
            return
        body = resource.body(parts.query)
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Last-Modified": format_datetime(_SAVED, usegmt=True), "Content-Type": resource.content_type}
        if self.headers.get("If-None-Match") == tag:
            self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
        else:
            self._send(HTTPStatus.OK, body, headers)

    def _send(self, status: HTTPStatus, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Says nothing: the crawl logs what it fetches."""
