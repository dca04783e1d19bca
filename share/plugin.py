"""What Datasette asks of us: the addresses of our pages, what every template may use, the limits of each connection, the headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import hookimpl
from markupsafe import Markup

from share import addresses, guard
from share.pages import agency, archived, charts, compare, dictionary, findings, home, report, source
from share.words import language_of, words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from datasette.utils.asgi import Request


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages; ids stand percent-encoded in the path."""
    return [
        ("^/$", home.page),
        ("^/agencies$", agency.listing),
        ("^/agency/(?P<id>[^/]+)$", agency.page),
        ("^/report/(?P<id>[^/]+)$", report.page),
        ("^/report/(?P<id>[^/]+)/version/(?P<version>[0-9]{1,6})$", report.version_page),
        ("^/source/(?P<id>[^/]+)$", source.page),
        ("^/archived/(?P<id>[^/]+)$", archived.page),
        ("^/compare$", compare.page),
        ("^/findings$", findings.page),
        ("^/dictionary$", dictionary.page),
        (r"^/chart/(?P<name>[a-z_]+)\.(?P<format>svg|png)$", charts.picture),
    ]


@hookimpl(trylast=True)  # after the search's, which adds temporary views
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """No statement takes the memory of the machine (RELIABILITY 1.7). Datasette's own database is written to and left alone."""
    if not database.startswith("_"):
        guard.limit(conn)


@hookimpl
def render_cell(value: Any, column: str, table: str | None) -> Markup | None:
    """In Datasette's tables and canned queries, ids of reports and agencies lead to our pages."""
    if not isinstance(value, str) or not value:
        return None
    if column == "report_id" or (column == "id" and table == "reports"):
        return Markup('<a href="{}">{}</a>').format(addresses.report(value), value)
    if column == "agency_id" or (column == "id" and table == "agencies"):
        return Markup('<a href="{}">{}</a>').format(addresses.agency(value), value)
    return None


@hookimpl
def extra_template_vars(datasette: Any, request: Request | None) -> dict[str, Any]:
    """What every template may use, Datasette's own pages included: words, language, addresses of our pages."""
    language = language_of(request)
    return {
        "t": words(language),
        "lang": language,
        "to": addresses,
        "here": addresses.here(request),
        "site_database": getattr(datasette, "name", None),
        "assets": addresses.assets(),
    }


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """Headers on every answer; on a public site no pages about the server."""
    return lambda app: guard.Guard(app, public=getattr(datasette, "public", False))
