"""The pictures of charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response

from share import charts, drawing, overview
from share.pages import compare
from share.site import found, visit

if TYPE_CHECKING:
    import sqlite3

    from datasette.utils.asgi import Request

    from share.drawing import Chart
    from share.site import Site, Visit

TYPES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
SAFE = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox", "cache-control": "public, max-age=300"}


async def picture(datasette: Site, request: Request) -> Response:
    """A chart as SVG or PNG; `theme` light or dark, `width` wide or narrow, `save` for a download. 404 where there is nothing to draw."""
    call = visit(datasette, request)
    name, form = request.url_vars["name"], request.url_vars["format"]
    if name in overview.CHARTS:
        chart = overview.CHARTS[name](await overview.of(datasette), call.words)
    else:
        chart = await datasette.read(_chart, call, name)
    chart = found(chart)
    theme: Any = "dark" if call.arg("theme") == "dark" else "light"
    width = "narrow" if call.arg("width") == "narrow" else "wide"
    body = await datasette.draw(drawing.draw, chart, form, theme, width)
    saved = {"content-disposition": f'attachment; filename="gongkai-{name}.{form}"'} if call.arg("save") else {}
    return Response(body, headers={**SAFE, **saved}, content_type=TYPES[form])


def _chart(connection: sqlite3.Connection, call: Visit, name: str) -> Chart | None:
    if name == "series":
        return compare.chart_of(connection, call.words, compare.choice(call), call.request.args.getlist("metric"))
    make = charts.AGENCY_CHARTS.get(name)
    return make(connection, call.words, call.arg("agency")) if make else None
