"""Reports in the tables: a new one, a revised one, one that another page holds too, one that its page holds no more.

Every function here runs inside the transaction of the page that is being written.
"""

# ruff: noqa: S608 - names in statements are constants or ids of the domain files, values are bound

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from crawler.store import checks, contents
from crawler.store.captures import Candidate, Election, elect, host_of, in_order
from crawler.store.tables import AGENCIES, REPORTS, content_tables

if TYPE_CHECKING:
    import sqlite3

    from crawler.store.prepare import Content, PreparedReport

Outcome = Literal["new", "changed", "reread", "unchanged", "linked"]

CAPTURE = (
    "page_id, url, role, portal_id, arrival, cells, published_on, text_sha256, state_sha256, facts_sha256, rows_sha256, content is not null"
)
SAVE_CAPTURE = """
insert into report_pages (report_id, page_id, url, role, portal_id, arrival, cells, published_on,
  text_sha256, state_sha256, facts_sha256, rows_sha256)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (report_id, page_id) do update set role = excluded.role, portal_id = excluded.portal_id, arrival = excluded.arrival,
  cells = excluded.cells, published_on = excluded.published_on, text_sha256 = excluded.text_sha256, state_sha256 = excluded.state_sha256,
  facts_sha256 = excluded.facts_sha256, rows_sha256 = excluded.rows_sha256
"""
FETCHED = (
    "select pages.id from fetches join pages on pages.url = fetches.url and pages.sha256 = fetches.sha256 "
    "where fetches.url = ? order by fetches.fetched_at, fetches.id"
)
AGENCY_FIELDS = ("name", "level", "division_code", "province", "aggregates")
SAID_OF_AGENCY = "select agency, level, division_code, province, aggregates from reports where agency_id = ? order by year desc"


@dataclass(frozen=True, slots=True)
class Capture:
    """A row of report_pages without its content."""

    page_id: str
    url: str
    role: str
    portal_id: str | None
    arrival: int
    cells: int
    published_on: str | None
    text: str
    state: str
    facts: str
    rows: str
    packed: bool


def _last(pages: list[str], page_id: str) -> int:
    """The last place of a capture among those of its address, from 1."""
    return len(pages) - pages[::-1].index(page_id)


class Reports:
    """The reports of a database. `take` and `retire` change them; the tables are always those of the elected page."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    # ---------------------------------------------------------------------------------------- what a page brings or takes away

    def take(self, report: PreparedReport, page_id: str, url: str, portal_id: str | None) -> Outcome:
        """Store what a page says of a report, and say what that changed. Writes nothing where it is known."""
        known = self._captures(report.report_id)
        if not known:
            return self._first(report, page_id, url, portal_id)
        mine = known.get(page_id)
        arrival = mine.arrival if mine else 1 + max((one.arrival for one in known.values() if one.url == url), default=0)
        portal_id = self._portal(report, url, portal_id, mine)
        taken = Capture(
            page_id,
            url,
            mine.role if mine else "earlier",
            portal_id,
            arrival,
            report.cells,
            report.published_on,
            report.text_sha256,
            report.state_sha256,
            report.facts_sha256,
            report.rows_sha256,
            mine is not None and mine.packed,
        )
        if taken == mine and mine.role != "earlier":
            return "unchanged"
        before = next(one for one in known.values() if one.role == "report")
        self._settle(report.report_id, known, {**known, page_id: taken}, {page_id: report.content})
        after = next(one for one in self._captures(report.report_id).values() if one.role == "report")
        if before.page_id != after.page_id and before.state != after.state:
            return "changed"
        if (before.page_id, before.rows) != (after.page_id, after.rows):
            return "reread"
        return "unchanged" if taken == mine else "linked"

    def retire(self, report_id: str, page_id: str) -> None:
        """A page no longer counts as holding the report: another page takes over, or the report goes."""
        known = self._captures(report_id)
        rest = {page: one for page, one in known.items() if page != page_id}
        if any(one.packed or one.role == "report" for one in rest.values()):
            self._settle(report_id, known, rest, {})
        else:
            self._remove(report_id)

    # ---------------------------------------------------------------------------------------- the first page of a report

    def _first(self, report: PreparedReport, page_id: str, url: str, portal_id: str | None) -> Outcome:
        portal_id = self._portal(report, url, portal_id, None)
        self._store(report.report_id, report.content, portal_id, new=True)
        digests = report.text_sha256, report.state_sha256, report.facts_sha256, report.rows_sha256
        row = report.report_id, page_id, url, "report", portal_id, 1, report.cells, report.published_on, *digests
        self._connection.execute(SAVE_CAPTURE, row)
        return "new"

    def _store(self, report_id: str, content: Content, portal_id: str | None = None, *, new: bool = False) -> None:
        """Put a content into the tables, in the place of another one unless the report is new, and check it against its neighbours."""
        row = dict(zip(content_tables()[REPORTS.name], content[REPORTS.name][0], strict=True))
        known = self._agency(row)
        if not new:
            contents.delete(self._connection, report_id)
        contents.insert(self._connection, content, portal_id)
        checks.restore_dispositions(self._connection, report_id)
        checks.check_years(self._connection, row["agency_id"], row["year"])
        if not (known and new):
            self._refresh_agency(row["agency_id"])

    # ---------------------------------------------------------------------------------------- several captures of one report

    def _captures(self, report_id: str) -> dict[str, Capture]:
        rows = self._connection.execute(f"select {CAPTURE} from report_pages where report_id = ? order by url, arrival", [report_id])
        return {row[0]: Capture(*row) for row in rows}

    def _settle(self, report_id: str, known: dict[str, Capture], now: dict[str, Capture], incoming: dict[str, Content]) -> None:
        """Hold the election among the captures there are `now` and bring the tables to its outcome. `known` is what is stored."""
        before = next(one.page_id for one in known.values() if one.role == "report")
        history = self._history(now)
        now = {page: replace(one, arrival=_last(history[one.url], page)) for page, one in now.items()}
        election = self._elect(report_id, now, history, {before, *incoming})
        shown = contents.current(self._connection, report_id)
        have = {before: shown, **incoming} if before in now else dict(incoming)
        self._save_captures(report_id, known, now, election, have)
        if before != election.page_id or election.page_id in incoming:
            self._show(report_id, shown, self._content(report_id, election.page_id, have))
        self._save_versions(report_id, now, election, have)
        self._save_state(report_id, now[election.page_id].portal_id, len(election.versions) + 1)
        others = {page: self._content(report_id, page, have) for page in election.others}
        checks.check_pages(self._connection, report_id, election.page_id, self._content(report_id, election.page_id, have), others)
        self._drop_spare(report_id, election)

    def _elect(self, report_id: str, now: dict[str, Capture], history: dict[str, list[str]], at_hand: set[str]) -> Election:
        candidates = [
            Candidate(
                one.page_id,
                one.url,
                one.cells,
                one.published_on,
                one.state,
                one.facts,
                one.packed or one.page_id in at_hand,
                self._linked_from(one.url),
            )
            for one in now.values()
        ]
        division = self._connection.execute("select division_code from reports where id = ?", [report_id]).fetchone()[0]
        hosts = self._connection.execute("select url from portals where division_code = ?", [division])
        return elect(candidates, history, {host_of(url) for (url,) in hosts})

    def _linked_from(self, url: str) -> tuple[str, ...]:
        """The addresses of the pages that attach a file."""
        find = "select distinct pages.url from attachments join pages on pages.id = parent_page_id where attachments.url = ? order by 1"
        return tuple(parent for (parent,) in self._connection.execute(find, [url]))

    def _history(self, captures: dict[str, Capture]) -> dict[str, list[str]]:
        """For each address its captures in the order of fetching."""
        arrived: dict[str, list[str]] = {}
        for one in sorted(captures.values(), key=lambda one: one.arrival):
            arrived.setdefault(one.url, []).append(one.page_id)
        return {
            url: in_order(pages, [page for (page,) in self._connection.execute(FETCHED, [url])]) if len(pages) > 1 else pages
            for url, pages in arrived.items()
        }

    def _content(self, report_id: str, page_id: str, have: dict[str, Content]) -> Content:
        """What a capture says, from `have` or as it was packed."""
        if page_id not in have:
            find = "select content from report_pages where report_id = ? and page_id = ?"
            have[page_id] = contents.unpack(self._connection.execute(find, [report_id, page_id]).fetchone()[0])
        return have[page_id]

    def _save_captures(
        self, report_id: str, known: dict[str, Capture], now: dict[str, Capture], election: Election, have: dict[str, Content]
    ) -> None:
        """Bring the rows of report_pages to `now`, with their roles, and pack what must be kept and is not shown."""
        for page in known.keys() - now.keys():
            self._connection.execute("delete from report_pages where report_id = ? and page_id = ?", [report_id, page])
        for page, one in now.items():
            wanted = replace(one, role=election.role(page))
            if wanted != known.get(page):
                digests = one.text, one.state, one.facts, one.rows
                row = report_id, page, one.url, wanted.role, one.portal_id, one.arrival, one.cells, one.published_on, *digests
                self._connection.execute(SAVE_CAPTURE, row)
            stale = page not in known or known[page].rows != one.rows or not one.packed
            if page in election.kept and page != election.page_id and stale:
                blob = contents.pack(self._content(report_id, page, have))
                self._connection.execute("update report_pages set content = ? where report_id = ? and page_id = ?", [blob, report_id, page])

    def _drop_spare(self, report_id: str, election: Election) -> None:
        """Packed rows that the tables show, or that another capture of the same address says as well, are not kept twice."""
        for page, one in self._captures(report_id).items():
            if one.packed and (page == election.page_id or page not in election.kept):
                self._connection.execute("update report_pages set content = null where report_id = ? and page_id = ?", [report_id, page])

    def _show(self, report_id: str, shown: Content, wanted: Content) -> None:
        if contents.to_json(shown) != contents.to_json(wanted):
            self._store(report_id, wanted)

    def _save_state(self, report_id: str, portal_id: str | None, version: int) -> None:
        self._connection.execute(
            "update reports set portal_id = ?1, version = ?2 where id = ?3 and (portal_id is not ?1 or version is not ?2)",
            [portal_id, version, report_id],
        )

    # ---------------------------------------------------------------------------------------- versions

    def _save_versions(self, report_id: str, now: dict[str, Capture], election: Election, have: dict[str, Content]) -> None:
        """Bring report_versions to the superseded captures of the election; each says what the next one changed."""
        pages = (*election.versions, election.page_id)
        wanted = [
            self._version(report_id, number, now[page], self._content(report_id, page, have), self._content(report_id, later, have))
            for number, (page, later) in enumerate(pairwise(pages), 1)
        ]
        stored = self._connection.execute("select * from report_versions where report_id = ? order by version", [report_id]).fetchall()
        if stored != wanted:
            self._connection.execute("delete from report_versions where report_id = ?", [report_id])
            self._connection.executemany("insert into report_versions values (?, ?, ?, ?, ?, ?, ?, ?, ?)", wanted)

    def _version(self, report_id: str, number: int, capture: Capture, content: Content, later: Content) -> tuple[Any, ...]:
        first = "select min(run_id) from fetches join pages on pages.sha256 = fetches.sha256 where fetches.url = ? and pages.id = ?"
        return (
            report_id,
            number,
            capture.page_id,
            capture.text,
            json.dumps(contents.changed_sections(content, later)),
            json.dumps(contents.changed_cells(content, later), ensure_ascii=False),
            json.dumps(contents.changed_fields(content, later)),
            self._connection.execute(first, [capture.url, capture.page_id]).fetchone()[0],
            contents.to_json(content),
        )

    # ---------------------------------------------------------------------------------------- agencies and portals

    def _agency(self, report: dict[str, Any]) -> bool:
        """Make sure that the report's agency has a row; true where it had one that says the same."""
        said = (report["agency"], *(report[field] for field in AGENCY_FIELDS[1:]))
        find = f"select {', '.join(AGENCY_FIELDS)} from agencies where id = ?"
        stored = self._connection.execute(find, [report["agency_id"]]).fetchone()
        if stored is None:
            insert = f"insert into agencies (id, {', '.join(AGENCY_FIELDS)}) values (?, ?, ?, ?, ?, ?)"
            self._connection.execute(insert, [report["agency_id"], *said])
        return stored is None or stored == said

    def _refresh_agency(self, agency_id: str) -> None:
        """The agency as its latest report states it, an older one where that is silent; without any report it goes."""
        said = self._connection.execute(SAID_OF_AGENCY, [agency_id]).fetchall()
        if not said:
            self._connection.execute(f"delete from {AGENCIES.name} where id = ?", [agency_id])
            return
        merged = [next((value for value in values if value is not None), None) for values in zip(*said, strict=True)]
        changed = " or ".join(f"{field} is not ?{place}" for place, field in enumerate(AGENCY_FIELDS, 1))
        update = ", ".join(f"{field} = ?{place}" for place, field in enumerate(AGENCY_FIELDS, 1))
        self._connection.execute(f"update agencies set {update} where id = ?6 and ({changed})", [*merged, agency_id])

    def listed(self, portal_id: str, url: str) -> None:
        """A portal lists an address: reports that were read from it may be that portal's."""
        find = "select report_id, page_id, portal_id from report_pages where url = ? and page_id in (select id from pages where url = ?)"
        for report_id, page_id, known in self._connection.execute(find, [url, url]).fetchall():
            (division,) = self._connection.execute("select division_code from reports where id = ?", [report_id]).fetchone()
            best = self._best_portal({portal_id, known}, division)
            if best != known:
                values = [best, report_id, page_id]
                self._connection.execute("update report_pages set portal_id = ? where report_id = ? and page_id = ?", values)
                self._connection.execute("update reports set portal_id = ? where id = ? and page_id = ?", values)

    def _portal(self, report: PreparedReport, url: str, portal_id: str | None, mine: Capture | None) -> str | None:
        """The portal that a capture is put down to: the best of those that list it."""
        if portal_id is None and mine is None:
            return None
        listed = self._connection.execute("select portal_id from listing_entries where url = ? and verdict = 'accepted'", [url])
        division = dict(zip(content_tables()[REPORTS.name], report.content[REPORTS.name][0], strict=True))["division_code"]
        return self._best_portal({portal_id, mine.portal_id if mine else None, *(one for (one,) in listed)}, division)

    def _best_portal(self, portals: set[str | None], division: str | None) -> str | None:
        """Of several portals the one of the agency's own division, else the first by id."""
        named = {one for one in portals if one is not None}
        if len(named) < 2:
            return next(iter(named), None)
        own = {one for (one,) in self._connection.execute("select id from portals where division_code = ?", [division])}
        return min(named, key=lambda one: (one not in own, one))

    # ---------------------------------------------------------------------------------------- the end of a report

    def _remove(self, report_id: str) -> None:
        agency_id, year = self._connection.execute("select agency_id, year from reports where id = ?", [report_id]).fetchone()
        contents.delete(self._connection, report_id)
        for table in ("findings", "report_versions", "report_pages"):
            self._connection.execute(f"delete from {table} where report_id = ?", [report_id])
        self._connection.execute("delete from reports where id = ?", [report_id])
        checks.check_years(self._connection, agency_id, year)
        self._refresh_agency(agency_id)
