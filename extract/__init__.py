"""Bytes of a page become audited facts: the reports on it, their sections, tables, numbers and what does not add up.

    >>> from extract import Page, extract
    >>> extraction = extract(Page(b"<html><title>404</title></html>", "http://example.gov.cn/404.html"))
    >>> extraction.outcome, extraction.reports
    ('soft_404', ())

Read `extract()` from top to bottom and you have seen the whole way; each stage is a module of that name. Nothing here fetches, opens a
file but its own data, reads the clock or logs: what a stage noticed travels in its result.

The stages are imported by the functions that need them: a process that only hands pages on (the crawl) must not pay for parsing them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from extract.errors import Corrupt, ExtractError
from extract.model import Decoded, Document, Entry, Extraction, Page, Report, Section, Step

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from extract.model import Article, Attachment, Table

__all__ = ["Entry", "Extraction", "Page", "decode", "extract", "fingerprint", "read_document", "tables_of"]

_UNREAD = Decoded("", None, None, ())


def extract(served: Page) -> Extraction:
    """Everything a page says. Never raises for what a page holds: a page that is no report has an outcome and a reason instead."""
    from extract import documents

    reading = _Reading()
    try:
        article = reading.article_of(served)
        if served.parts:
            article = reading.joined(article, served)
        reports = tuple(read_document(document) for document in documents.split(article, served))
    except ExtractError as error:
        return Extraction(served, error.outcome, reading.reason(error, served), reading.decoded, reading.steps, reading.article)
    return Extraction(served, "ok", None, reading.decoded, reading.steps, article, reports)


@dataclass(slots=True)
class _Reading:
    """What is known of a page so far: of one that is turned away, as much as was read stands in its extraction."""

    kind: str = ""
    decoded: Decoded = _UNREAD
    steps: tuple[Step, ...] = ()
    article: Article | None = None

    def article_of(self, served: Page) -> Article:
        """The article of a page, or of a file. Raises a child of ExtractError where there is none."""
        from extract import sources

        served = replace(served, body=sources.unpacked(served.body))
        self.kind = sources.admit(served.body, served.content_type, served.url)
        name: str | None = None
        attachments: tuple[Attachment, ...] = ()
        if self.kind == "zip":
            from extract.sources import archive

            member = archive.choose(served.body, served.url)
            self.kind, name, attachments = member.kind, member.name, member.attachments
            served = replace(served, body=member.body, content_type=None)
        if self.kind not in sources.MARKUP:
            return self._of_file(served, name, attachments)
        article = self._of_markup(served)
        self.article = replace(article, attachments=(*attachments, *article.attachments))
        return self.article

    def joined(self, first: Article, served: Page) -> Article:
        """The article with the further parts that the page came with; the address of one that cannot be read stays in `more_pages`."""
        from extract.page import parts

        found: dict[str, Article] = {}
        for part in served.parts:
            reading = _Reading()
            with suppress(ExtractError):
                found[part.address] = reading.article_of(replace(part, entry=served.entry))
                self.steps = _merged(self.steps, reading.steps)
        self.article = parts.joined(first, found)
        return self.article

    def _of_markup(self, served: Page) -> Article:
        from extract import decoding, page, repair

        self.decoded = decoding.decode(served.body, served.content_type)
        if self.decoded.encoding is None:
            raise Corrupt(f"the encoding is in doubt: {'; '.join(self.decoded.evidence)}")
        repaired = repair.repair(self.decoded.text)
        self.steps = repaired.steps
        return self._mended(page.read(repaired.text, served, repaired.original if repaired.steps else None))

    def _of_file(self, served: Page, name: str | None, attachments: tuple[Attachment, ...]) -> Article:
        from extract import sources
        from extract.page import files

        carried = sources.read(served.body, self.kind)
        said = ["the characters were recognised from pictures"] * carried.by_ocr
        self.decoded = replace(_UNREAD, evidence=(f"read as {self.kind}", *said, *carried.warnings))
        return self._mended(files.read(carried, served, name, attachments))

    def _mended(self, article: Article) -> Article:
        from extract.page.mend import mend

        self.article = article
        self.article, mended = mend(article)
        self.steps = _merged(self.steps, mended)
        return self.article

    def reason(self, error: ExtractError, served: Page) -> str:
        """Why the page is no report; a page in the place of a file says so."""
        from extract import sources

        called = sources.called(self.kind, served.url)
        return f"{called}: {error}" if called else str(error)


def read_document(document: Document) -> Report:
    """A document read and checked: one report of a page."""
    from extract import audit, facts, sections, tables

    parts = sections.split(document)
    found = tables.read(parts, document.year)
    quantities = facts.read(parts, document.year)
    era = tables.era(found, document.year)
    findings = audit.check(era=era, sections=parts, tables=found, quantities=quantities, document=document)
    return Report(document, era, tables.era((), document.year), parts, found, quantities, findings)


def _merged(seen: tuple[Step, ...], mended: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps over the markup and over the blocks: a name once, with the larger count, since the blocks are part of the markup."""
    counts: dict[str, int] = {}
    for step in (*seen, *mended):
        counts[step.name] = max(step.count, counts.get(step.name, 0))
    return tuple(Step(name, count) for name, count in counts.items())


def tables_of(extraction: Extraction) -> tuple[Table, ...]:
    """The statutory tables that an article prints, whether it is a report or not: those of the blank form hold no number."""
    from extract import tables
    from extract.data import templates

    if extraction.article is None:
        return ()
    page = Section("other", 1, None, None, None, extraction.article.blocks)
    return tables.read((page,), templates().eras[-1].first_year)


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a page and how its encoding was decided, for those who need no more (listings). Raises Rejected for broken gzip."""
    from extract import decoding, sources

    return decoding.decode(sources.unpacked(body), content_type)


@cache
def fingerprint() -> str:
    """Twelve hexadecimal digits that change whenever a rule of this package changes, code or data: `reports.rules_fingerprint`."""
    digest = sha256()
    for path in _rule_files(files("extract")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _rule_files(folder: Traversable) -> list[Traversable]:
    """Code and data below a folder, sorted by name so that every machine reads them in the same order."""
    found: list[Traversable] = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.is_dir() and path.name != "__pycache__":
            found += _rule_files(path)
        elif path.name.endswith((".py", ".yaml", ".tsv")):
            found.append(path)
    return found
