"""The source beside the number: what is stored of a cell or a phrase, and the archived page with that place marked."""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.store.tables import section_tables
from share import addresses, captured, findings
from share.harmless import PLACE
from share.marking import Wanted, part_of
from share.site import found, visit

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from datasette.utils.asgi import Request, Response

    from share.site import Site, Visit

CELL = "select * from table_cells where report_id = ? and table_id = ? and row_id = ? and column_id = ?"
BESIDE = "select locator, raw from table_cells where report_id = ? and table_id = ? and page_id is ?"
QUANTITY = "select * from quantities where report_id = ? and position = ?"
REPORT = "select id, agency, agency_id, year, title, page_id, published_on, url from reports where id = ?"
PAGE = (
    "select id, url, final_url, sha256, byte_count, content_type, encoding, repairs, archive_file, archive_offset from pages where id = ?"
)
AROUND = 40  # characters of the section before and after a phrase, which tell it from the same words elsewhere


@dataclass(frozen=True, slots=True)
class Target:
    """A place of a report: its row (a cell or a quantity), its page, what to mark there, and the arguments that name it in an address."""

    report: Mapping[str, Any]
    page: Mapping[str, Any]
    stored: Mapping[str, Any] | None
    wanted: Wanted
    pairs: tuple[tuple[str, Any], ...]
    cell: findings.Place | None = None


async def page(datasette: Site, request: Request) -> Response:
    """The page of a source; 404 where the report or the place is none of ours. Without a place: the whole page, nothing marked."""
    call = visit(datasette, request)
    report_id = addresses.decoded(request.url_vars["id"])
    target = found(await datasette.read(target_of, report_id, asked(call)))
    shown = await datasette.fetch(captured.show, datasette.archive, target.page, target.wanted)
    frame = addresses.archived(target.page["id"], report_id, target.pairs)
    context = {
        "target": target,
        "shown": shown,
        "frame": f"{frame}#{PLACE}" if shown.marked and shown.marked.found else frame,
        "picture": f"{frame}&picture=1",
        "download": f"{frame}&download=1",
        "label": findings.label,
        "part": part_of(target.wanted.locator)[0],
        "place": part_of(target.wanted.locator)[1],
    }
    return await call.page("source.html", context)


def asked(call: Visit) -> dict[str, Any]:
    """The place that the address names."""
    return {name: call.arg(name) for name in ("table", "row", "column")} | {"quantity": call.number("quantity")}


def target_of(connection: sqlite3.Connection, report_id: str, place: Mapping[str, Any]) -> Target | None:
    """The place of a report that is asked for; None where there is none."""
    report = connection.execute(REPORT, [report_id]).fetchone()
    if report is None:
        return None
    if place["table"]:
        return _cell(connection, report, place["table"], place["row"], place["column"])
    if place["quantity"] is not None:
        return _quantity(connection, report, place["quantity"])
    page_row = connection.execute(PAGE, [report["page_id"]]).fetchone()
    return Target(report, page_row, None, Wanted(), ()) if page_row else None


def _cell(connection: sqlite3.Connection, report: Mapping[str, Any], table: str, row: str, column: str) -> Target | None:
    cell = connection.execute(CELL, [report["id"], table, row, column]).fetchone()
    page_row = cell and connection.execute(PAGE, [cell["page_id"] or report["page_id"]]).fetchone()
    if not page_row:
        return None
    beside = {
        one["locator"]: one["raw"] or "" for one in connection.execute(BESIDE, [report["id"], table, cell["page_id"]]) if one["locator"]
    }
    wanted = Wanted(cell["locator"] or "", cell["raw"] or "", beside)
    return Target(report, page_row, cell, wanted, (("table", table), ("row", row), ("column", column)), (table, row, column))


def _quantity(connection: sqlite3.Connection, report: Mapping[str, Any], position: int) -> Target | None:
    quantity = connection.execute(QUANTITY, [report["id"], position]).fetchone()
    page_row = quantity and connection.execute(PAGE, [report["page_id"]]).fetchone()
    if not page_row:
        return None
    text = _section_text(connection, report["id"], quantity["section_position"])
    start, end = quantity["start_offset"] or 0, quantity["end_offset"] or 0
    wanted = Wanted(phrase=quantity["phrase"] or "", before=text[max(0, start - AROUND) : start], after=text[end : end + AROUND])
    return Target(report, page_row, quantity, wanted, (("quantity", position),))


def _section_text(connection: sqlite3.Connection, report_id: str, position: int | None) -> str:
    """The text of the top-level section at a position, of whatever kind."""
    for kind in section_tables():
        find = f'select text from "{kind}" where report_id = ? and position is ? and parent_position is null'
        row = connection.execute(find, [report_id, position]).fetchone()
        if row and row["text"]:
            return str(row["text"])
    return ""
