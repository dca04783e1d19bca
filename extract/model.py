"""The values that travel through `extract`: one frozen dataclass for what each stage hands to the next.

Read from top to bottom, this is the way of the data: a page as served, its text, the article in it, blocks, documents, sections,
tables, quantities, findings, and the extraction that holds them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Number = int | float
State = Literal["number", "blank", "dash", "text", "header"]
Status = Literal["holds", "violated", "not_assessable"]
Basis = Literal["official", "structural", "plausibility"]


# ------------------------------------------------------------------------------------------------ the page as served


@dataclass(frozen=True, slots=True)
class Entry:
    """What the listing said about a page: evidence, never proof. Every field may be unknown (None)."""

    title: str | None = None
    listed_on: date | None = None
    agency: str | None = None
    division_code: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes as served or saved, with their address. `content_type` is the HTTP header as sent, None for a file.

    `url` is the address that answered; `asked` the one that was asked for, where a redirect led away from it. `parts` are the further
    pages of a long article, in order.
    """

    body: bytes
    url: str
    content_type: str | None = None
    entry: Entry = Entry()
    asked: str | None = None
    parts: tuple[Page, ...] = ()

    @property
    def address(self) -> str:
        """What the page is known by: the address that was asked for, which is the one that listings name."""
        return self.asked or self.url


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text of the bytes. `encoding` is None where the evidence ends in doubt (then `text` is empty)."""

    text: str
    encoding: str | None
    declared: str | None
    evidence: tuple[str, ...]
    replacements: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of repair and how many places it changed."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Repaired:
    """Text after repair, and the text it was made from. No step: both are the same object."""

    text: str
    original: str
    steps: tuple[Step, ...] = ()


# ------------------------------------------------------------------------------------------------ the article


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file the article links; `kind` is its format by extension (pdf, docx, doc, wps, xls, xlsx, image, zip ...)."""

    url: str
    file_name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata bar and the page's own words about itself. `fields` keeps every pair as printed, in order."""

    title: str | None = None
    index_number: str | None = None
    document_number: str | None = None
    source: str | None = None
    site: str | None = None
    site_code: str | None = None
    column: str | None = None
    published_on: date | None = None
    published_by_rule: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of prose. `heading` is the page's own opinion: h1-h6, all bold, or centred. `confidence` as in `GridCell`."""

    text: str
    locator: str
    original: str | None = None
    heading: bool = False
    confidence: float = 1.0


class GridCell(NamedTuple):
    """An anchored cell: printed once, whatever its spans. `row` and `column` count from 0 in the expanded grid.

    `confidence` is how sure the characters are, 0 to 1; below 1 only where they were recognised from a picture. A page has hundreds of
    cells, and a named tuple is made in a third of the time of a frozen dataclass; the same holds for the other named tuples here.
    """

    text: str
    row: int
    column: int
    locator: str
    row_span: int = 1
    column_span: int = 1
    original: str | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as anchored cells, row by row. `flat`: flattened to text, so only the order of the cells is sure.

    In a flat grid a row is a line of the source, an empty cell is one that the line prints between separators.
    """

    rows: tuple[tuple[GridCell, ...], ...]
    locator: str
    flat: bool = False


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Carried:
    """What a file (PDF, Word, Excel, a picture ...) carries: its blocks in reading order, headers, footers and page numbers left out.

    `by_ocr`: the characters were recognised from pictures. `pictures` counts pages and pictures that hold no text and were not read.
    `warnings` are what a reader of the numbers should know, in words.
    """

    blocks: tuple[Block, ...]
    by_ocr: bool = False
    pictures: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """The article without the page around it, as blocks in reading order.

    `more_pages` are the addresses of the further parts of a long article that are not in it, `parts` counts those that are.
    """

    metadata: Metadata
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    more_pages: tuple[str, ...] = ()
    container: str = ""
    parts: int = 1


# ------------------------------------------------------------------------------------------------ the report


@dataclass(frozen=True, slots=True)
class Agency:
    """Whose report it is. `name` is the official name in simplified script, beginning with its own division.

    `level`: ministry, province, prefecture, county, township, department. `aggregates` is true for a government whose report sums
    up those below it. `id` is made of division code (or province and place) and name, so that namesakes stay apart.
    """

    id: str
    name: str
    level: str
    division_code: str | None = None
    province: str | None = None
    aggregates: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One report on a page, before it is read: whose, on which year, and its blocks without the title.

    `site_code` is the page's SiteIDCode, `portal_code` the division of the portal that lists the page; None where nothing says it.
    """

    agency: Agency
    year: int
    title: str
    title_inferred: bool
    blocks: tuple[Block, ...]
    period_from: date | None = None
    period_to: date | None = None
    warnings: tuple[str, ...] = ()
    site_code: str | None = None
    portal_code: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a report. `position` counts top-level sections from 1; front_matter is 0; sign_off is the last.

    `text` is the repaired body, paragraphs joined by a line feed; None where the body is only a table. `original_text` is None
    where nothing was repaired. Children (of compound sections only) repeat their part of the text.
    """

    kind: str
    position: int
    number: str | None
    heading: str | None
    text: str | None
    blocks: tuple[Block, ...]
    original_text: str | None = None
    parent_position: int | None = None
    sub_position: int | None = None
    children: tuple[Section, ...] = ()
    confidence: float = 1.0
    warnings: tuple[str, ...] = ()


class TableCell(NamedTuple):
    """One value cell. `value` is None unless `state` is number; `position` counts the cells of its table from 1.

    `recovered` says how a damaged cell was restored, None for a cell read as printed.
    """

    table_id: str
    row_id: str
    column_id: str
    position: int
    value: Number | None
    state: State
    raw: str
    unit: str | None
    locator: str
    recovered: str | None = None


@dataclass(frozen=True, slots=True)
class UnknownLabel:
    """A row or column label that no template knows, kept with its row as printed."""

    table_id: str
    label: str
    raw_row: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A statutory table found on the page. `section_position` is the top-level section it stands in."""

    table_id: str
    cells: tuple[TableCell, ...]
    unknown_labels: tuple[UnknownLabel, ...] = ()
    findings: tuple[Finding, ...] = ()
    section_position: int | None = None


class Quantity(NamedTuple):
    """A number in prose. `start` and `end` cut `phrase` out of the top-level section's text.

    `value` is in `unit`, both as printed (25.78万件 is 257800 件, 3.66亿元 is 3.66 亿元). `metric` is None where no metric claims it.
    `category` and `percent` are what a breakdown prints beside the count.
    """

    metric: str | None
    value: Number
    unit: str | None
    phrase: str
    start: int
    end: int
    section_kind: str
    section_position: int
    approx: str | None = None
    negated: bool = False
    derived: bool = False
    scope: str | None = None
    category: str | None = None
    percent: float | None = None


NO_EVIDENCE: Mapping[str, Any] = MappingProxyType({})


class Finding(NamedTuple):
    """A check that was made, with both sides. `subject` is the column, row or metric it was applied to."""

    rule_id: str
    subject: str
    status: Status
    basis: Basis
    lhs: Number | None = None
    rhs: Number | None = None
    evidence: Mapping[str, Any] = NO_EVIDENCE

    @property
    def delta(self) -> Number | None:
        """lhs - rhs; None where a side is missing."""
        return None if self.lhs is None or self.rhs is None else round(self.lhs - self.rhs, 6)


@dataclass(frozen=True, slots=True)
class Report:
    """One report, read and checked. `era` is that of the form found, `era_expected` that of the year."""

    document: Document
    era: str
    era_expected: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    quantities: tuple[Quantity, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything a page says. `outcome` is ok, or why there is no report, with `reason` in words."""

    page: Page
    outcome: str
    reason: str | None
    decoded: Decoded
    repairs: tuple[Step, ...] = ()
    article: Article | None = None
    reports: tuple[Report, ...] = ()
