"""The search page as a Datasette plugin: its route, what its template is given, and Datasette's own search boxes over the same index."""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml
from datasette import hookimpl
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Response

from crawler.store.search import DOCS
from share import addresses
from share import search as boxes
from share.search_hits import PAGE, Filters, Results, search
from share.words import language_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datasette.app import Datasette
    from datasette.utils.asgi import Request

    from share.words import Language

PATH = "/search"
TIME_LIMIT = 2000  # ms
YEARS = "select distinct year from reports order by year desc"
PROVINCES = "select distinct province from agencies where province is not null order by 1"
KINDS = "select kind, title_zh, title_en from section_kinds order by rowid"


@hookimpl(trylast=True)  # after Datasette's own, which registers the escape_fts that is replaced
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Every connection of Datasette can search."""
    boxes.prepare(conn)


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Where Datasette finds the index of each table of sections."""
    return {"databases": {name: {"tables": boxes.tables()} for name in datasette.databases if not name.startswith("_")}}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """The page's address."""
    return [(f"^{PATH}$", search_page)]


async def search_page(datasette: Datasette, request: Request) -> Response:
    """The answer to PATH: `q`, the filters `year`, `province`, `level`, `kind`, and `page`."""
    args = {name: request.args.get(name) or "" for name in ("q", "year", "province", "level", "kind", "page")}
    language = language_of(request)
    words = labels(language)
    database = await _database(datasette)
    context: dict[str, Any] = {"own": True, "args": args, "labels": words, "path": PATH, "language": language, "links": {}}
    if database is None:
        context["problem"] = words["no_index"]
    else:
        try:
            context |= await datasette.get_database(database).execute_fn(lambda connection: _look(connection, args, language))
        except sqlite3.OperationalError:
            context["problem"] = words["slow"]
    if context.get("results"):
        context["links"] = _links(args, context["results"])
    html = await datasette.render_template("search.html", context, request=request)
    return Response.html(html, status=200 if database else 503)


async def _database(datasette: Datasette) -> str | None:
    """The database that is searched: the first that has an index."""
    for name in datasette.databases:
        if not name.startswith("_") and await datasette.get_database(name).table_exists(DOCS):
            found: str = name
            return found
    return None


def _look(connection: sqlite3.Connection, args: Mapping[str, str], language: Language) -> dict[str, Any]:
    """Results and choices, within the time limit."""
    with sqlite_timelimit(connection, TIME_LIMIT):
        results = search(connection, args["q"], filters_of(args), _whole(args["page"]) or 1) if args["q"] else None
        kinds = {row[0]: row[1 if language == "zh" else 2] for row in connection.execute(KINDS)}
        choices = {
            "year": [(row[0], row[0]) for row in connection.execute(YEARS)],
            "province": [(row[0], row[0]) for row in connection.execute(PROVINCES)],
            "level": list(labels(language)["levels"].items()),
            "kind": list(kinds.items()),
        }
    reports = {hit.report["id"]: addresses.report(hit.report["id"]) for hit in results.hits} if results else {}
    return {"results": results, "choices": choices, "kind_titles": kinds, "page_size": PAGE, "reports": reports}


def filters_of(args: Mapping[str, str]) -> Filters:
    """The filters that a form names; an empty one is open, a year that is no number finds nothing."""
    year = (_whole(args["year"]) or -1) if args["year"] else None
    return Filters(year, *(args[name] or None for name in ("kind", "level", "province")))


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _links(args: Mapping[str, str], results: Results) -> dict[str, str]:
    """Addresses of the pages before and after this one."""
    beside = {"previous": results.page - 1, "next": results.page + 1}
    return {name: address({**args, "page": str(page)}) for name, page in beside.items() if 1 <= page <= results.pages}


def address(args: Mapping[str, str]) -> str:
    """The address of a search."""
    return PATH + addresses.query(args.items())


@cache
def _texts() -> dict[str, Any]:
    texts: dict[str, Any] = yaml.safe_load(files("share").joinpath("search_labels.yaml").read_text(encoding="utf-8"))
    return texts


@cache
def labels(language: Language) -> dict[str, Any]:
    """The words of the page in a language; `levels` is a mapping of its own."""
    plain = {name: text[language] for name, text in _texts().items() if name != "levels"}
    return {**plain, "levels": {level: text[language] for level, text in _texts()["levels"].items()}}
