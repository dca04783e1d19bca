"""What a person says against a page, applied: it is no report, or its report is another agency's or on another year.

A figure is never corrected: nobody could tell it from one that was printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from extract import agencies, extract, read_document
from extract.model import Agency, Extraction, Page
from extract.rows import report_key

if TYPE_CHECKING:
    from extract.model import Report

Said = Mapping[str, Any]  # {"agency": name, "year": number}, either of them or both
_TITLE = "年政府信息公开工作年度报告"


def not_a_report(page: Page, why: str) -> Extraction:
    """What the page says, with no report on it: the outcome is not_report, the reason that of the person."""
    return replace(extract(page), outcome="not_report", reason=f"corrected: {why}", reports=())


def corrected(page: Page, reports: Mapping[str, Said]) -> Extraction:
    """What the page says, its reports read as those of the agency and the year that people name.

    `reports` are by the id that each has without correction, '' for the report of a page with only one. What is named for '' is evidence
    too, so that a page which says neither agency nor year becomes a report. One that names no report of the page changes nothing.
    """
    extraction = extract(_with_evidence(page, reports.get("", {})))
    single = len(extraction.reports) == 1
    told = [_said(report, reports, single=single) for report in extraction.reports]
    read = tuple(_read_as(report, said) if said else report for report, said in zip(extraction.reports, told, strict=True))
    return replace(extraction, page=page, reports=read)


def agency_named(name: str, like: Agency | None = None, year: int | None = None) -> Agency | None:
    """The agency of that full name; None for what names none. Of namesakes the one in the division of `like`."""
    texts = (like.name,) if like else ()
    found = agencies.recognise(name, agencies.Context(year, like.division_code if like else None, texts))
    return found or agencies.as_printed(name)


def _with_evidence(page: Page, said: Said) -> Page:
    entry = page.entry
    if "agency" in said:
        entry = replace(entry, agency=said["agency"])
    if "year" in said:
        entry = replace(entry, title=f"{said.get('agency') or entry.agency or ''}{said['year']}{_TITLE}")
    return replace(page, entry=entry)


def _said(report: Report, reports: Mapping[str, Said], *, single: bool) -> Said:
    by_id = reports.get(report_key(report.document.agency, report.document.year), {})
    return by_id or (reports.get("", {}) if single else {})


def _read_as(report: Report, said: Said) -> Report:
    document = report.document
    year = said.get("year", document.year)
    agency = agency_named(said["agency"], document.agency, year) if "agency" in said else None
    if year == document.year and agency in (None, document.agency):
        return report
    return read_document(replace(document, agency=agency or document.agency, year=year))
