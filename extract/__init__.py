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

from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from extract.errors import Corrupt, ExtractError
from extract.model import Decoded, Document, Entry, Extraction, Page, Report, Step

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from extract.model import Article, Repaired

__all__ = ["Entry", "Extraction", "Page", "decode", "extract", "fingerprint"]

_UNREAD = Decoded("", None, None, ())


def extract(served: Page) -> Extraction:
    """Everything a page says. Never raises for what a page holds: a page that is no report has an outcome and a reason instead."""
    from extract import decoding, documents, page, repair, sources
    from extract.page.mend import mend

    decoded, repaired, article = _UNREAD, None, None
    try:
        sources.admit(served.body, served.content_type, served.url)
        decoded = decoding.decode(served.body, served.content_type)
        if decoded.encoding is None:
            raise Corrupt(f"the encoding is in doubt: {'; '.join(decoded.evidence)}")
        repaired = repair.repair(decoded.text)
        article = page.read(repaired.text, served, repaired.original if repaired.steps else None)
        article, mended = mend(article)
        repaired = replace(repaired, steps=_merged(repaired.steps, mended))
        reports = tuple(_report(document) for document in documents.split(article, served))
    except ExtractError as error:
        return _extraction(served, decoded, repaired, article, error=error)
    return _extraction(served, decoded, repaired, article, reports)


def _report(document: Document) -> Report:
    """A document read and checked."""
    from extract import audit, facts, sections, tables

    parts = sections.split(document)
    found = tables.read(parts, document.year)
    quantities = facts.read(parts, document.year)
    era = tables.era(found, document.year)
    findings = audit.check(era=era, sections=parts, tables=found, quantities=quantities, document=document)
    return Report(document, era, tables.era((), document.year), parts, found, quantities, findings)


def _extraction(
    served: Page,
    decoded: Decoded,
    repaired: Repaired | None,
    article: Article | None,
    reports: tuple[Report, ...] = (),
    error: ExtractError | None = None,
) -> Extraction:
    steps = repaired.steps if repaired else ()
    outcome, reason = (error.outcome, str(error)) if error else ("ok", None)
    return Extraction(served, outcome, reason, decoded, steps, article, reports)


def _merged(seen: tuple[Step, ...], mended: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps over the markup and over the blocks: a name once, with the larger count, since the blocks are part of the markup."""
    counts: dict[str, int] = {}
    for step in (*seen, *mended):
        counts[step.name] = max(step.count, counts.get(step.name, 0))
    return tuple(Step(name, count) for name, count in counts.items())


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """The text of a page and how its encoding was decided; `decoding.decode` for those who need no more (listings)."""
    from extract import decoding

    return decoding.decode(body, content_type)


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
