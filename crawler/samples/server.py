"""The sample portals on the loopback address: a small web server in a thread of its own.

`Resource`s stand at paths of 127.0.0.1, with entity tags; every other host name is handed to `hosts`, which answers as that host would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from urllib.parse import urlsplit

ROBOTS = b"User-agent: *\nDisallow: /module/admin/\n"
_SAVED = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
_LARGEST_FORM = 1_000_000  # bytes of a request's body; a crawl sends a few hundred


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at a path: its bytes for a query string, made when they are asked for, and how they are labelled."""

    body: Callable[[str], bytes]
    content_type: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived. `host` is lower case and without port; `headers` have lower-case names."""

    method: str
    host: str
    port: int
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent. `delay`: seconds before anything is; `drip`: bytes at a time and seconds between them; `cut`: bytes sent of the
    length that is announced; `drop`: the connection ends without an answer."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    delay: float = 0.0
    drip: tuple[int, float] | None = None
    cut: int | None = None
    drop: bool = False


NOT_FOUND = Answer(404, (("Content-Type", "text/html"),), b"<html><title>404</title></html>")


class Server(ThreadingHTTPServer):
    """Serves `resources` by path on a free port of 127.0.0.1, or on the one given; `hosts` answers for names other than that address.

    `asked` holds every request to `hosts` in the order of arrival.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, resources: Mapping[str, Resource], port: int = 0, hosts: Callable[[Asked], Answer | None] | None = None) -> None:
        self.resources = {"/robots.txt": Resource(lambda _: ROBOTS, "text/plain"), **resources}
        self.hosts = hosts
        self.asked: list[Asked] = []
        self.stopping = Event()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """The root of all sample portals, without a slash at the end."""
        return f"http://127.0.0.1:{self.server_port}"

    def shutdown(self) -> None:
        """Ends serving; answers that are being delayed or dripped end too."""
        self.stopping.set()
        super().shutdown()


class _Handler(BaseHTTPRequestHandler):
    """GET, HEAD and POST. To a resource a POST is a GET, for the paging service takes its parameters from the address."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_HEAD(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _LARGEST_FORM)))

    def _answer(self, body: bytes) -> None:
        asked = self._asked(body)
        answer = self._of_host(asked) if asked.host.endswith(".localhost") else self._of_resource(asked)
        try:
            self._send(answer)
        except ConnectionError:  # the client has had enough: a time-out, a limit
            self.close_connection = True

    def _asked(self, body: bytes) -> Asked:
        parts = urlsplit(self.path)
        host = self.headers.get("Host", "").partition(":")[0].lower()
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Asked(self.command, host, self.server.server_port, parts.path, parts.query, headers, body)

    def _of_host(self, asked: Asked) -> Answer:
        self.server.asked.append(asked)
        return (self.server.hosts and self.server.hosts(asked)) or NOT_FOUND

    def _of_resource(self, asked: Asked) -> Answer:
        resource = self.server.resources.get(asked.path)
        if resource is None:
            return NOT_FOUND
        body = resource.body(asked.query)
        tag = f'"{sha256(body).hexdigest()[:16]}"'
        saved = format_datetime(_SAVED, usegmt=True)
        headers = (("ETag", tag), ("Last-Modified", saved), ("Content-Type", resource.content_type))
        same = asked.headers.get("if-none-match") == tag
        return Answer(HTTPStatus.NOT_MODIFIED, headers) if same else Answer(HTTPStatus.OK, headers, body)

    def _send(self, answer: Answer) -> None:
        self.server.stopping.wait(answer.delay)
        if answer.drop or self.server.stopping.is_set():
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(answer)

    def _send_body(self, answer: Answer) -> None:
        body = answer.body if answer.cut is None else answer.body[: answer.cut]
        self.close_connection = self.close_connection or answer.cut is not None
        size, pause = answer.drip or (len(body) or 1, 0.0)
        for start in range(0, len(body), size):
            if start and self.server.stopping.wait(pause):
                self.close_connection = True
                return
            self.wfile.write(body[start : start + size])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Says nothing: the crawl logs what it fetches."""
