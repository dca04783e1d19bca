"""Agencies or provinces beside one another: a measure over the years. The address holds the whole comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from share import charts, overview
from share.pages import agency
from share.site import visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from datasette.utils.asgi import Request, Response

    from share.drawing import Chart
    from share.site import Site, Visit
    from share.words import Words

MEASURES = "select metric, title_zh, title_en, comparability, definition, source_rows from metrics where comparability is not null"
WHOLES = ("requests_received", "requests_finished", "reviews", "litigations")
NAMES = "select id, name, province, level from agencies where id = ?"
# A province's figures are those of its government's own report, which sums up all below it (DOMAIN.md section 7).
GOVERNMENT = "select id from agencies where level = 'province' and province = ? order by aggregates desc, name limit 1"
FIRST = "select agency_id from reports order by year desc limit 4"
SUGGESTED = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared: agencies, provinces, the measure, in percent of which other (''), from and to which year."""

    agencies: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    metric: str = "requests_received"
    of: str = ""
    first: int | None = None
    last: int | None = None

    def pairs(self) -> list[tuple[str, Any]]:
        """The arguments of the address."""
        return [
            *(("agency", one) for one in self.agencies), *(("province", one) for one in self.provinces),
            ("metric", self.metric), ("of", self.of), ("from", self.first), ("to", self.last),
        ]  # fmt: skip

    def without(self, one: str) -> Choice:
        """The comparison without one of its agencies or provinces."""
        kept = tuple(tuple(name for name in names if name != one) for names in (self.agencies, self.provinces))
        return replace(self, agencies=kept[0], provinces=kept[1])

    def with_agency(self, one: str) -> Choice:
        """The comparison with one agency more."""
        return replace(self, agencies=tuple(dict.fromkeys((*self.agencies, one))))


def choice(call: Visit) -> Choice:
    """What an address compares; more agencies than a chart can tell apart are left out."""
    agencies = tuple(dict.fromkeys(call.request.args.getlist("agency")))[: charts.MOST_LINES]
    provinces = tuple(dict.fromkeys(call.request.args.getlist("province")))[: charts.MOST_LINES - len(agencies)]
    metric = next((one for one in call.request.args.getlist("metric") if one), "requests_received")
    return Choice(agencies, provinces, metric, call.arg("of"), call.number("from"), call.number("to"))


async def page(datasette: Site, request: Request) -> Response:
    """The comparison that the address describes; without one, some agencies with fresh reports to begin with."""
    call = visit(datasette, request)
    chosen = choice(call)
    context = await datasette.read(read, call.words, chosen, call.arg("add"))
    seen = await overview.of(datasette)
    context |= {"provinces": [tile for tile in overview.tiles() if tile["name"] in seen.by_province], "years": seen.years, "wholes": WHOLES}
    return await call.page("compare.html", context)


def read(connection: sqlite3.Connection, words: Words, chosen: Choice, add: str) -> dict[str, Any]:
    """What the template is given."""
    begun = bool(chosen.agencies or chosen.provinces)
    if not begun and not add:
        chosen = replace(chosen, agencies=tuple(dict.fromkeys(row["agency_id"] for row in connection.execute(FIRST))))
    matches = agency.search(connection, {"q": add, "province": "", "level": ""}, listed=SUGGESTED)[0] if add else []
    missing = [province for province in chosen.provinces if not _governments(connection, [province])]
    return {
        "chosen": chosen,
        "begun": begun,
        "agencies": [row for one in chosen.agencies if (row := connection.execute(NAMES, [one]).fetchone())],
        "missing": missing,
        "matches": [row for row in matches if row["id"] not in chosen.agencies],
        "add": add,
        "measures": connection.execute(MEASURES).fetchall(),
        "chart": chart_of(connection, words, chosen),
        "full": len(chosen.agencies) + len(chosen.provinces) >= charts.MOST_LINES,
    }


def chart_of(connection: sqlite3.Connection, words: Words, chosen: Choice, metrics: Sequence[str] = ()) -> Chart | None:
    """The chart of a comparison, of its measure or of several; None where it names a measure that is none."""
    agencies = [*chosen.agencies, *_governments(connection, chosen.provinces)]
    known = [one for one in dict.fromkeys(agencies) if connection.execute(NAMES, [one]).fetchone()]
    return charts.lines(
        connection, words, known, metrics[: charts.MOST_LINES] or [chosen.metric], of=chosen.of, years=(chosen.first, chosen.last)
    )


def _governments(connection: sqlite3.Connection, provinces: Sequence[str]) -> list[str]:
    rows = (connection.execute(GOVERNMENT, [province]).fetchone() for province in provinces)
    return [row["id"] for row in rows if row]
