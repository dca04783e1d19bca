"""The site: Datasette over one database, with our pages, its limits, and what the pages need to know."""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import NotFound, Response
from datasette.views.base import DatasetteError

from share.guard import OWN_POLICY
from share.words import language_of, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from datasette.utils.asgi import Request

    from share.words import Language, Words

PLUGINS = ("share.queries", "share.search_page", "share.plugin")  # of two hooks that ask to be last, the one registered later is
TIME_LIMIT = 3000  # ms for all queries of one of our pages; they take some milliseconds
MINUTE = 60

SETTINGS = {
    "sql_time_limit_ms": 1000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "num_sql_threads": 3,
    "facet_time_limit_ms": 100,  # default 200
    "facet_suggest_time_limit_ms": 20,  # default 50
    "max_csv_mb": 50,
    "truncate_cells_html": 300,
    "default_cache_ttl": 60,
    "allow_download": False,  # the file is a release artefact; a server would send it from one of its few threads
    "template_debug": False,
    "trace_debug": False,
}
# For the open internet: what costs a stranger nothing and the machine much is off. Our pages and the canned queries stay.
PUBLIC = {"default_allow_sql": False, "suggest_facets": False, "allow_csv_stream": False, "default_cache_ttl": 3600}
# Arguments of commands name folders of the machine on which they ran.
PRIVATE_TABLES = ("runs", "schema_fingerprint")


class Site(Datasette):
    """Datasette over one file. `archive` is the folder of its WARC files, None where there is none; `public` as for the open internet."""

    def __init__(self, database: Path, archive: Path | None = None, *, public: bool = False) -> None:
        register()
        self.archive, self.public = archive, public
        self.painters = ThreadPoolExecutor(1, thread_name_prefix="charts")
        self.readers = ThreadPoolExecutor(1, thread_name_prefix="archive")  # apart: a hostile page must not keep charts waiting
        place = {"immutables": [str(database)]} if public else {"files": [str(database)]}
        super().__init__(
            **place,
            settings={**SETTINGS, **(PUBLIC if public else {})},
            metadata=_metadata(database.stem, public=public),
            template_dir=str(files("share").joinpath("templates")),
            static_mounts=[("assets", str(files("share").joinpath("static")))],
        )
        self.name = next(name for name in self.databases if not name.startswith("_"))

    async def read(self, reader: Callable[..., Any], *args: Any) -> Any:
        """What `reader(connection, *args)` gives, in one of Datasette's threads. Answers 503 where it takes longer than the time limit."""

        def look(connection: sqlite3.Connection) -> Any:
            try:
                with sqlite_timelimit(connection, TIME_LIMIT):
                    return reader(connection, *args)
            except sqlite3.OperationalError as error:
                if str(error) != "interrupted":
                    raise
                raise DatasetteError("this takes too long just now", status=503) from error

        return await self.get_database(self.name).execute_fn(look)

    async def draw(self, work: Callable[..., Any], *args: Any) -> Any:
        """What `work(*args)` gives, in the thread for pictures of charts."""
        return await asyncio.get_running_loop().run_in_executor(self.painters, work, *args)

    async def fetch(self, work: Callable[..., Any], *args: Any) -> Any:
        """What `work(*args)` gives, in the thread for archived pages."""
        return await asyncio.get_running_loop().run_in_executor(self.readers, work, *args)


def _metadata(name: str, *, public: bool) -> dict[str, Any]:
    tables = {table: {"allow": False} for table in PRIVATE_TABLES} if public else {}
    return {"title": "gongkai", "databases": {name: {"tables": tables}}}


def register() -> None:
    """Make our hooks known to Datasette, once in a process."""
    from importlib import import_module

    for name in PLUGINS:
        if not pm.has_plugin(name):
            pm.register(import_module(name), name)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request to one of our pages: of which site, in which language."""

    site: Site
    request: Request
    language: Language

    @property
    def words(self) -> Words:
        """The words of the page."""
        return words(self.language)

    def arg(self, name: str) -> str:
        """A value of the query string, '' where there is none."""
        return self.request.args.get(name) or ""

    def number(self, name: str) -> int | None:
        """A value of the query string that is a whole number of up to eight digits."""
        text = self.arg(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None

    async def page(self, template: str, context: dict[str, Any], *, status: int = 200) -> Response:
        """The page of a template."""
        headers = {"content-security-policy": OWN_POLICY, "vary": "Accept-Language", "cache-control": f"max-age={MINUTE}"}
        html = await self.site.render_template(template, {"own": True, **context}, request=self.request)
        return Response.html(html, status=status, headers=headers)


def visit(datasette: Site, request: Request) -> Visit:
    """The visit that a request makes."""
    return Visit(datasette, request, language_of(request))


def found(what: Any) -> Any:
    """`what`; Datasette answers 404 where it is None."""
    if what is None:
        raise NotFound("nothing here has this id")
    return what
