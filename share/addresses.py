"""Addresses of our pages. Ids hold what pages printed, so they are always encoded."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from datasette.utils.asgi import Request


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def decoded(text: str) -> str:
    """The id that a path names."""
    return unquote(text, errors="replace")


def query(pairs: Iterable[tuple[str, Any]]) -> str:
    """`?a=1&b=2` of what is not empty; '' where all is."""
    kept = [(name, str(value)) for name, value in pairs if value not in (None, "")]
    return f"?{urlencode(kept, errors='replace')}" if kept else ""


def agency(agency_id: str) -> str:
    """The page of an agency."""
    return f"/agency/{_encoded(agency_id)}"


def agencies(**filters: Any) -> str:
    """The list of agencies."""
    return f"/agencies{query(filters.items())}"


def report(report_id: str, anchor: str = "") -> str:
    """The page of a report."""
    return f"/report/{_encoded(report_id)}{'#' + _encoded(anchor) if anchor else ''}"


def version(report_id: str, number: int) -> str:
    """What changed from this version of a report to the next."""
    return f"/report/{_encoded(report_id)}/version/{number}"


def cell(report_id: str, table: str, row: str, column: str) -> str:
    """The source of a cell."""
    return f"/source/{_encoded(report_id)}{query((('table', table), ('row', row), ('column', column)))}"


def phrase(report_id: str, position: int) -> str:
    """The source of a number in prose, by its position among the report's quantities."""
    return f"/source/{_encoded(report_id)}{query((('quantity', position),))}"


def archived(page_id: str, report_id: str, pairs: Iterable[tuple[str, Any]]) -> str:
    """The archived page, with a place marked."""
    return f"/archived/{_encoded(page_id)}{query((('report', report_id), *pairs))}"


def compare(pairs: Iterable[tuple[str, Any]] = ()) -> str:
    """The comparison that these arguments describe."""
    return f"/compare{query(pairs)}"


def findings(**filters: Any) -> str:
    """The violations, filtered."""
    return f"/findings{query(filters.items())}"


def search(**args: Any) -> str:
    """The search over all sections."""
    return f"/search{query(args.items())}"


def chart(name: str, kind: str, pairs: Iterable[tuple[str, Any]]) -> str:
    """The picture of a chart."""
    return f"/chart/{name}.{kind}{query(pairs)}"


def here(request: Request | None) -> dict[str, str]:
    """This page in either language, by language; the rest of its address stays."""
    if request is None:
        return {"zh": "/?lang=zh", "en": "/?lang=en"}
    kept = [(name, value) for name, value in parse_qsl(request.query_string, errors="replace") if name != "lang"]
    path = quote(request.path, safe="/%~")
    # a path that begins with two slashes would be another host
    return {language: f"/{path.lstrip('/')}{query((*kept, ('lang', language)))}" for language in ("zh", "en")}


@cache
def assets() -> dict[str, str]:
    """Addresses of our static files, which change when the files do."""
    folder = files("share").joinpath("static")
    return {one.name: f"/assets/{one.name}?{sha256(one.read_bytes()).hexdigest()[:10]}" for one in folder.iterdir()}
