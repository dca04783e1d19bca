"""A sample site as values: what it lists, what it answers to which request, and what a crawl must make of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crawler.errors import ConfigurationError
from crawler.portals import Portal
from crawler.samples import articles
from crawler.samples.world import SamplePage


class SampleSiteError(ConfigurationError):
    """A site.yaml is wrong; raised by `crawler.samples.sites.load`, names file and key."""


@dataclass(frozen=True, slots=True)
class When:
    """What a request must be for a route to answer it. A pattern is text in which {name} stands for anything and {name:regex} for what
    fits; a mapping is a JSON object with patterns in it; None: must not be there. `params` looks in query and form alike, as servlets do.

    `ask` is how often the same was asked, this time included; `fresh` names the captured value that must be the newest token issued.
    """

    method: str | None = None
    host: str | None = None
    query: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    ask: int | None = None
    fresh: str | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows stand on a page, newest first. Numbers and values of `where` may be $names taken from the request.

    `page` of `per` rows each, `base` being the number of the first page (with `reverse` the last page has that number), or rows `first`
    to `last`, counted from 1. `where` keeps rows whose values are these. `by` cuts them into sections, each in the markup `section`.
    A page that is not there is none: the next route is tried.
    """

    page: int | str | None = None
    per: int | str | None = None
    base: int = 1
    reverse: bool = False
    first: int | str | None = None
    last: int | str | None = None
    where: Mapping[str, str | int] = field(default_factory=dict)
    row: str | None = None
    join: str = "\n"
    by: str | None = None
    section: str = "$rows"


@dataclass(frozen=True, slots=True)
class Route:
    """An answer, and the request that it is for.

    `row` is the row whose article this is; `part` (from 0) one of `parts` pages of a long one; `form` makes a file of it (see attachments).
    """

    path: re.Pattern[str]
    body: str = ""
    when: When = field(default_factory=When)
    rows: Mapping[str, Selection] = field(default_factory=dict)
    next_link: str = ""
    previous_link: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    headers_in: str = "utf-8"
    type: str = "text/html"
    charset: str = "utf-8"
    header: str | None = None
    meta: str | None = None
    form: str | None = None
    token: bool = False
    bom: bool = False
    gzip: str | None = None
    delay: float = 0.0
    drip: tuple[int, float] | None = None
    cut: int | None = None
    drop: bool = False
    row: Row | None = None
    part: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that an article links: where it stands, as what it is linked, what it is called and what happens when it is fetched."""

    path: str
    link: str
    name: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the listing. `values` are what markup can say of it, `article` is the name of its article in the site.yaml.

    `reason` says why its title is turned away (None: it is accepted), `outcome` what its page turns out to be.
    """

    sample: SamplePage
    values: Mapping[str, str]
    article: str
    path: str
    link: str
    reason: str | None = None
    outcome: str = "ok"
    host: str | None = None
    attachments: Mapping[str, Attachment] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a crawl must know of a row: its address, what is read from the listing, and what follows.

    `year` and `agency` are those of the report, None for a row that is none. `reason` None: accepted, else why the title is turned away;
    `outcome` is that of the page (ok for a report, not_report where the report stands in a file), `attachments` the addresses of its files
    with the outcome of each (ok: the report is read from it).
    """

    url: str
    title: str
    listed_on: date
    agency: str | None
    year: int | None
    reason: str | None
    outcome: str
    attachments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Expect:
    """What a crawl of the site must find.

    `outcome` is that of the walk: ok, or the code of the obstacle that stands before the listing. `pages` are those walked, counted as
    the pager counts them (where a service hands out records: so many of its perPage), `declared` what the pager says there are (None:
    nothing). With `incomplete` the walk must be reported so; only the first `found` rows are there (None: all). No path of `never` may be
    asked. `article_family` None: the domain notes name no mark of such articles.
    """

    family: str | None
    article_family: str | None
    pages: int
    declared: int | None
    incomplete: bool
    outcome: str
    found: int | None
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleSite:
    """A made-up portal that is served at `<id>.localhost`."""

    id: str
    name: str
    level: str
    division_code: str
    family: str | None
    listings: tuple[str, ...]
    charset: str
    traps: tuple[str, ...]
    pieces: Mapping[str, str]
    rows: tuple[Row, ...]
    routes: tuple[Route, ...]
    expect: Expect

    @property
    def host(self) -> str:
        """The host name, without port."""
        return f"{self.id}.localhost"

    def root(self, port: int) -> str:
        """The address of the site on a port, without a slash at the end."""
        return f"http://{self.host}:{port}"

    def portal(self, port: int) -> Portal:
        """The site as an entry of the list of portals while it is served on `port`; its family is left to be found."""
        listings = tuple(self.root(port) + path for path in self.listings)
        return Portal(self.id, self.name, self.level, self.division_code, listings, (self.host,), enabled=True, note="made up")

    def entries(self, port: int) -> tuple[Entry, ...]:
        """The rows that a crawl must find, accepted or not, in the order of the listing."""
        walked = self.expect.outcome == "ok" or self.expect.incomplete
        return self.every_entry(port)[: self.expect.found] if walked else ()

    def every_entry(self, port: int) -> tuple[Entry, ...]:
        """All rows, also those behind an obstacle: what a browser would show where the outcome is js_only."""
        return tuple(self._entry(row, port) for row in self.rows)

    def _entry(self, row: Row, port: int) -> Entry:
        root = f"http://{row.host}.{self.host}:{port}" if row.host else self.root(port)
        foreign = row.link.startswith("http") and self.host not in row.link
        report = row.sample.reports[0] if row.sample.reports else None
        files = {root + one.path: one.outcome for one in row.attachments.values()}
        agency, year = (report.agency.name, report.year) if report else (None, None)
        title = articles.encoded(row.values["title"], self.charset).decode(self.charset)  # traditional where the page is
        url = row.link.replace("$port", str(port)) if foreign else root + row.path
        return Entry(url, title, row.sample.listed_on, agency, year, row.reason, row.outcome, files)
