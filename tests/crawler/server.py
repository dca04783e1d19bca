"""A small portal on loopback for tests: addresses and answers in a dict, and a list of what was asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any

from crawler.middlewares.addresses import GuardedResolver


@contextmanager
def local_names() -> Iterator[None]:
    """Names below localhost lead to this machine, as in a crawl that `scrapy` starts: `http://a.localhost:PORT/` is a host of its own."""
    from twisted.internet import reactor

    before = reactor.installResolver(GuardedResolver(reactor, 100, 5))  # type: ignore[attr-defined]
    GuardedResolver.loopback = True
    yield
    GuardedResolver.loopback = False
    reactor.installResolver(before)  # type: ignore[attr-defined]


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "text/html"})


class Server:
    """`pages` maps a path (with its query) to an answer, `first` to those that come before it, each once; `asked` is every request line in
    order, `at` the seconds at which it came. A context manager."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.first: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.at: list[float] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def answer(self, path: str) -> Answer:
        before = self.first.get(path)
        return before.pop(0) if before else self.pages.get(path, Answer(b"<title>404</title>", 404))

    def page(self, path: str, text: str, **answer: Any) -> None:
        self.pages[path] = Answer(text.encode(), **answer)

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(f"{self.command} {self.path}")
                server.at.append(monotonic())
                answer = server.answer(self.path)
                self.send_response(answer.status)
                for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                server.asked.append(f"FORM {form}")
                self.do_GET()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
