"""The home page: what the data are, how much of them there is, where, and how fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from share import overview
from share.site import visit

if TYPE_CHECKING:
    from datasette.utils.asgi import Request, Response

    from share.site import Site
    from share.words import Words

STEPS = 5  # shades of a tile


async def page(datasette: Site, request: Request) -> Response:
    """The home page."""
    call = visit(datasette, request)
    seen = await overview.of(datasette)
    context = {"seen": seen, "tiles": tiles(seen, call.words), "charts": [make(seen, call.words) for make in overview.CHARTS.values()]}
    return await call.page("home.html", context)


def tiles(seen: overview.Overview, words: Words) -> list[dict[str, Any]]:
    """The tiles with their counts and shades (0: none, then 1 to 5); reports whose province is not known have one below."""
    counts = seen.by_province
    known = {tile["name"] for tile in overview.tiles()}
    most = max(counts.values(), default=0)
    placed = [{**tile, "title": tile[words.language], "count": counts.get(tile["name"], 0)} for tile in overview.tiles()]
    other = sum(count for province, count in counts.items() if province not in known)
    if other:
        placed.append({"name": "", "title": words.no_province, "count": other, "column": 7, "row": 8})
    return [{**tile, "shade": _shade(tile["count"], most)} for tile in placed]


def _shade(count: int, most: int) -> int:
    """The root of the share, so that a province with few reports is told from one with none."""
    return 0 if not count else max(1, round(STEPS * (count / most) ** 0.5))
