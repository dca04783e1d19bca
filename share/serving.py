"""Serving the site: what must be right before it starts, each with a line that says what is wrong and what to do."""

from __future__ import annotations

import errno
import socket
import sqlite3
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from crawler.errors import ConfigurationError
from crawler.store import StoreError, schema

if TYPE_CHECKING:
    from pathlib import Path

BUSY_MS = 2000  # how long a look at the file waits for a crawl that just locks it


class NothingToShare(ConfigurationError):
    """The database is missing, of another program, of another version, or at work where it must be at rest; raised before serving."""


class NoPlace(ConfigurationError):
    """Nothing can listen at the address; raised before serving."""


def serve(database: Path, archive: Path, host: str, port: int, *, public: bool) -> None:
    """Serve until interrupted. `archive` need not exist: then numbers have no source page. Raises NothingToShare or NoPlace."""
    check(database, public=public)
    listener = listening(host, port)
    import uvicorn

    from share.site import Site

    site = Site(database.resolve(), archive.resolve() if archive.is_dir() else None, public=public)
    shown = f"[{host}]" if ":" in host else host
    sys.stdout.write(f"{database}: http://{shown}:{listener.getsockname()[1]}/   (Ctrl-C ends it)\n")
    if site.archive is None:
        sys.stdout.write(f"no archive at {archive}: numbers are shown without the page they came from\n")
    sys.stdout.flush()
    config = uvicorn.Config(site.app(), log_level="warning", server_header=False, limit_concurrency=200, timeout_keep_alive=10)
    uvicorn.Server(config).run(sockets=[listener])


def check(database: Path, *, public: bool) -> None:
    """Raises NothingToShare unless the file is a database of this layout. A crawl that writes to it is in nobody's way, but a public site
    reads the file as one that does not change: there must be no journal of changes beside it."""
    if not database.is_file():
        raise NothingToShare(f"{database}: there is no database yet; make one with `scrapy crawl annual_reports -a portal=samples`")
    journal = database.with_name(database.name + "-wal")
    if public and journal.exists() and journal.stat().st_size:
        raise NothingToShare(
            f"{database}: a crawl writes to it; wait for its end, or share a copy (sqlite3 {database.name} '.backup copy.db')"
        )
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute(f"pragma busy_timeout = {BUSY_MS}")
            schema.check_owner(connection, database)
            (version,) = connection.execute("pragma user_version").fetchone()
            (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    except StoreError as error:
        raise NothingToShare(str(error)) from error
    except sqlite3.Error as error:
        raise NothingToShare(f"{database}: cannot be read as a database ({error})") from error
    if not tables:
        raise NothingToShare(f"{database}: is empty; make one with `scrapy crawl annual_reports -a portal=samples`")
    if version < schema.SCHEMA_VERSION:
        raise NothingToShare(
            f"{database}: was written by an older version (layout {version}); bring it up to date: scrapy reindex {database}"
        )


def listening(host: str, port: int) -> socket.socket:
    """A socket bound to the address. Raises NoPlace, naming the cure, where it is taken or none of ours."""
    if not 0 <= port <= 65535:
        raise NoPlace(f"port {port}: must be between 0 and 65535")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise NoPlace(f"{host}: is no address of this machine ({error.strerror})") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(100)
    except OSError as error:
        listener.close()
        cure = (
            f"is in use; name another: --port {port + 1 if port < 65535 else 8001}"
            if error.errno == errno.EADDRINUSE
            else f"({error.strerror})"
        )
        raise NoPlace(f"{host}, port {port}: {cure}") from error
    return listener
