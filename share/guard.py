"""What keeps a site safe that strangers may ask anything: limits of SQLite, headers of answers, pages that are not for them.

Closes what RELIABILITY 1.7 measured on Datasette 0.65.5: no Content-Security-Policy and no frame rule, memory of 2.0 GB by one query,
pages that list plugins, threads and file paths.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, MutableMapping

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Any, Send], Awaitable[None]]

LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 20_000_000,  # bytes of a value; the largest of ours is the content of a superseded version
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 20_000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 60,  # the view `sections` has a part for every section kind
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 500,
}
SERVER_PAGES = re.compile(r"^/-/(?!static/|static-plugins/)")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

_COMMON = "default-src 'none'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'"
OWN_POLICY = f"{_COMMON}; script-src 'self'; style-src 'self'; frame-src 'self'; frame-ancestors 'none'"
ARCHIVED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), interest-cohort=()"),
)
LANGUAGE = 60 * 60 * 24 * 365  # seconds that a chosen language is remembered


def limit(connection: sqlite3.Connection) -> None:
    """Set the limits of a connection; it reads only."""
    for category, value in LIMITS.items():
        connection.setlimit(category, value)
    connection.execute("pragma trusted_schema = off")
    connection.execute("pragma query_only = on")


@cache
def datasette_policy() -> str:
    """The policy of Datasette's own pages: their inline scripts are known by digest, so that no other runs; their styles are inline."""
    digests = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in _inline_scripts())
    return f"{_COMMON}; script-src 'self' {digests}; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"


def _inline_scripts() -> Iterator[str]:
    """The inline scripts of Datasette's templates that hold no value of a page, and the one with a flag."""
    yield from (f"DATASETTE_ALLOW_FACET = {flag};" for flag in ("true", "false"))
    for template in files("datasette").joinpath("templates").iterdir():
        if template.name.endswith(".html"):
            yield from (
                script for script in _SCRIPT.findall(template.read_text(encoding="utf-8")) if "{{" not in script and "{%" not in script
            )


class Guard:
    """An ASGI application around another: sets the headers that are missing, remembers the language, hides pages about the server."""

    def __init__(self, app: App, *, public: bool) -> None:
        self._app, self._public = app, public

    async def __call__(self, scope: Message, receive: Any, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._public and (SERVER_PAGES.match(scope["path"]) or scope["method"] not in ("GET", "HEAD")):
            await _refuse(send, 404 if scope["method"] in ("GET", "HEAD") else 405)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *_missing(scope, message)]}
            await send(message)

        await self._app(scope, receive, guarded)


def _missing(scope: Message, message: Message) -> Iterator[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in message.get("headers", [])}
    yield from (header for header in HEADERS if header[0] not in present)
    if b"content-security-policy" not in present:
        yield b"content-security-policy", datasette_policy().encode()
    if b"x-frame-options" not in present:
        yield b"x-frame-options", b"DENY"
    if scope["path"].startswith(("/assets/", "/-/static/")) and message["status"] == 200 and b"cache-control" not in present:
        yield b"cache-control", b"public, max-age=86400"
    wanted = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("lang", [""])[0]
    if wanted in ("zh", "en"):
        yield b"set-cookie", f"lang={wanted}; Path=/; Max-Age={LANGUAGE}; SameSite=Lax".encode()


async def _refuse(send: Send, status: int) -> None:
    body = b"not here\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
