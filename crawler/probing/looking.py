"""A page looked at from all sides: the families that claim it, its encoding, its entries, and what it is as an article."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import extract
from crawler import worker
from crawler.cms.model import ListingPage
from crawler.worker import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.cms import Match
    from extract.model import Extraction, Page, Report

Kind = Literal["listing", "article", "unknown"]

# Outcomes (extract.errors) of a page that is an annual report, or the shell of one, though no figure of it can be stored.
_NEARLY = frozenset(("blank_form", "no_year", "no_agency", "needs_ocr"))
# Outcomes of bytes that say nothing at all: not text, not a document that opens.
_NOTHING = frozenset(("corrupt", "unsupported", "encrypted", "too_large", "unparsed"))
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Held:
    """A report in numbers: what extraction found in it. `findings` counts the checks by status."""

    agency: str
    year: int
    title: str
    era: str
    sections: int
    tables: int
    cells: int
    quantities: int
    findings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Article:
    """A page as an article: the outcome of its extraction with the reason (None: ok), and what it holds. `attachments` are addresses."""

    outcome: str
    reason: str | None
    evidence: tuple[str, ...]
    title: str | None = None
    column: str | None = None
    published_on: str | None = None
    reports: tuple[Held, ...] = ()
    attachments: tuple[str, ...] = ()
    more_pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What a page says. `listings` and `articles` are the families that claim it in either role, the surest first; `encoding` is None
    for a document and where the evidence ends in doubt; `article` is None where nobody asked."""

    url: str
    reading: Reading
    encoding: str | None = None
    declared: str | None = None
    evidence: tuple[str, ...] = ()
    listings: tuple[tuple[str, Match], ...] = ()
    articles: tuple[tuple[str, Match], ...] = ()
    title: str | None = None
    site_name: str | None = None
    site_code: str | None = None
    article: Article | None = None

    @property
    def kind(self) -> Kind:
        """What the page is: a report is an article whatever surrounds it, a page with an accepted entry is a listing, and so is one that
        names anything, unless a family is surer that it is an article."""
        outcome = self.article.outcome if self.article else None
        accepted = any(one.verdict.accepted for one in self.reading.judged)
        if outcome == "ok" or (outcome in _NEARLY and not accepted):
            return "article"
        if not self._names_anything:
            return "article" if self.articles else "unknown"
        return "article" if _weight(self.articles) > _weight(self.listings) and not accepted else "listing"

    @property
    def _names_anything(self) -> bool:
        rows = self.reading.listing
        return rows is not None and bool(rows.entries or rows.listings or rows.further or rows.redirect or rows.problem)

    @property
    def says_nothing(self) -> bool:
        """Whether there is nothing to be told of the page but why it cannot be read."""
        return self.reading.listing is None and (self.article is None or self.article.outcome in _NOTHING)


def look(page: Page, family: str | None, whole: bool, seconds: float) -> Look:
    """Everything a page says; runs in a worker. `family` is the pinned one; as an article it is looked at where `whole` is true."""
    from crawler import cms
    from crawler.portals import site_code_in

    reading = worker.read_listing(page, family, "", seconds)
    decoded = extract.decode(page.body, page.content_type)
    article = _article(extract.extract(page)) if whole else None
    if decoded.encoding is None or not decoded.text.strip():
        return Look(page.url, reading, article=article)
    listing = ListingPage(page.url, decoded.text)
    title, site_name = _names(listing)
    return Look(
        page.url,
        reading,
        decoded.encoding,
        decoded.declared,
        decoded.evidence,
        tuple(cms.claims(listing)),
        tuple(cms.claims(listing, article=True)),
        title,
        site_name,
        site_code_in(decoded.text),
        article,
    )


def _names(page: ListingPage) -> tuple[str | None, str | None]:
    """The title of a page and what it calls its site; None where it does not say."""
    if page.tree is None:
        return None, None
    title = next((_folded(element.text_content()) for element in page.tree.iter("title")), None)
    names = (meta.get("content", "") for meta in page.tree.iter("meta") if meta.get("name", "").strip().casefold() == "sitename")
    return title or None, _folded(next(names, "")) or None


def _folded(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _weight(claims: tuple[tuple[str, Match], ...]) -> int:
    return claims[0][1].weight if claims else 0


def _article(extraction: Extraction) -> Article:
    article = extraction.article
    if article is None:
        return Article(extraction.outcome, extraction.reason, extraction.decoded.evidence)
    published = article.metadata.published_on
    return Article(
        extraction.outcome,
        extraction.reason,
        extraction.decoded.evidence,
        article.metadata.title,
        article.metadata.column,
        published.isoformat() if published else None,
        tuple(map(_held, extraction.reports)),
        tuple(file.url for file in article.attachments),
        article.more_pages,
    )


def _held(report: Report) -> Held:
    document = report.document
    cells = sum(len(table.cells) for table in report.tables)
    findings = Counter[str](finding.status for finding in report.findings)
    counts = (len(report.sections), len(report.tables), cells, len(report.quantities))
    return Held(document.agency.name, document.year, document.title, report.era, *counts, findings)
