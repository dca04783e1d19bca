"""An extraction as rows: plain dicts with the column names of the database, ready for JSON, a pipe or SQLite.

Columns that hold JSON (evidence, repairs, warnings) are JSON text here, as in the database.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from extract import facts, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extract.model import Agency, Article, Extraction, Finding, Quantity, Report, Section, Table

Row = dict[str, Any]
JSON_COLUMNS = ("encoding_evidence", "repairs", "warnings", "evidence")


def page_rows(extraction: Extraction) -> Row:
    """The page, why it was rejected (None where it was not), its attachments and its reports, each with the rows of its tables."""
    body_sha = sha256(extraction.page.body).hexdigest()
    page_id = page_key(extraction.page.address, body_sha)
    article = extraction.article
    return {
        "page": _page(extraction, page_id, body_sha),
        "rejected": extraction.reason,
        "attachments": _attachments(article, page_id) if article else [],
        "reports": [_report_rows(report, extraction, page_id) for report in extraction.reports],
    }


def page_key(url: str, body_sha256: str) -> str:
    """The id of a capture: 16 hexadecimal digits of its address and its bytes."""
    return _digest(f"{url}\n{body_sha256}", 16)


def report_key(agency: Agency, year: int) -> str:
    """The id of a report, the same on every machine: division code (cn where none is known), year, digest of the agency's id."""
    return f"{agency.division_code or 'cn'}-{year}-{_digest(agency.id, 12)}"


def _digest(text: str, length: int) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode


def _page(extraction: Extraction, page_id: str, body_sha: str) -> Row:
    decoded = extraction.decoded
    return {
        "id": page_id,
        "url": extraction.page.address,
        "final_url": extraction.page.url,
        "sha256": body_sha,
        "content_type": extraction.page.content_type,
        "byte_count": len(extraction.page.body),
        "encoding": decoded.encoding,
        "encoding_declared": decoded.declared,
        "encoding_evidence": _json({"evidence": decoded.evidence, "replacements": decoded.replacements}),
        "repairs": _json([{"step": step.name, "count": step.count} for step in extraction.repairs]),
        "outcome": extraction.outcome,
    }


def _attachments(article: Article, page_id: str) -> list[Row]:
    """The files the article links. None of them was read yet: `page_id` and `text_source` are NULL."""
    return [
        {"page_id": None, "parent_page_id": page_id, "url": item.url, "file_name": item.file_name, "kind": item.kind, "text_source": None}
        for item in article.attachments
    ]


def _report_rows(report: Report, extraction: Extraction, page_id: str) -> Row:
    report_id = report_key(report.document.agency, report.document.year)
    sections = list(_sections(report, report_id))
    cells = [row for table in report.tables for row in _cells(table, report_id, page_id)]
    quantities = [_quantity(quantity, report_id) for quantity in report.quantities]
    return {
        "agency": _agency(report.document.agency),
        "report": _report(report, extraction, report_id, page_id, _content_digest(sections, cells)),
        "sections": sections,
        "table_cells": cells,
        "quantities": quantities,
        "findings": [_finding(finding, report_id) for finding in report.findings],
        "unknown_labels": [row for table in report.tables for row in _unknown_labels(table, report_id)],
    }


def _agency(agency: Agency) -> Row:
    return {
        "id": agency.id,
        "name": agency.name,
        "level": agency.level,
        "division_code": agency.division_code,
        "province": agency.province,
        "parent_id": None,
        "aggregates": int(agency.aggregates),
        "valid_from": None,
        "valid_to": None,
        "successor_id": None,
    }


def _report(report: Report, extraction: Extraction, report_id: str, page_id: str, digest: str) -> Row:
    document, agency = report.document, report.document.agency
    metadata = extraction.article.metadata if extraction.article and len(extraction.reports) == 1 else None
    return {
        "id": report_id,
        "agency_id": agency.id,
        "agency": agency.name,
        "level": agency.level,
        "division_code": agency.division_code,
        "province": agency.province,
        "year": document.year,
        "era": report.era,
        "era_expected": report.era_expected,
        "title": document.title,
        "title_inferred": int(document.title_inferred),
        "period_from": _iso(document.period_from),
        "period_to": _iso(document.period_to),
        "published_on": _iso(metadata.published_on) if metadata else None,
        "url": extraction.page.address,
        "page_id": page_id,
        "index_number": metadata.index_number if metadata else None,
        "document_number": metadata.document_number if metadata else None,
        "text_sha256": digest,
        "rules_fingerprint": fingerprint(),
    }


def _iso(day: object) -> str | None:
    return None if day is None else str(day)


def _content_digest(sections: list[Row], cells: list[Row]) -> str:
    """What makes two versions of a report the same: headings, texts and cells; not the page around them."""
    parts = [f"{row['kind']}\x1f{row['number']}\x1f{row['heading']}\x1f{row['text']}" for row in sections]
    parts += [f"{row['table_id']}.{row['row_id']}.{row['column_id']}\x1f{row['value']}\x1f{row['state']}\x1f{row['unit']}" for row in cells]
    return sha256("\x1e".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _sections(report: Report, report_id: str) -> Iterator[Row]:
    """A row per section and child. The columns of a kind's metrics stand in the first row of that kind."""
    columns = facts.columns(report.sections, report.quantities)
    filled: set[str] = set()
    for section in report.sections:
        for part in (section, *section.children):
            row = _section(part, report_id)
            if part.kind not in filled:
                row |= columns.get(part.kind, {})
                filled.add(part.kind)
            yield row


def _section(section: Section, report_id: str) -> Row:
    return {
        "kind": section.kind,
        "report_id": report_id,
        "position": section.position,
        "parent_position": section.parent_position,
        "sub_position": section.sub_position,
        "number": section.number,
        "heading": section.heading,
        "text": section.text,
        "original_text": section.original_text,
        "char_count": len(section.text or ""),
        "confidence": section.confidence,
        "warnings": _json(section.warnings),
    }


def _cells(table: Table, report_id: str, page_id: str) -> Iterator[Row]:
    for cell in table.cells:
        yield {
            "report_id": report_id,
            "table_id": cell.table_id,
            "row_id": cell.row_id,
            "column_id": cell.column_id,
            "position": cell.position,
            "value": cell.value,
            "state": cell.state,
            "raw": cell.raw,
            "unit": cell.unit,
            "page_id": page_id,
            "locator": cell.locator,
            "recovered": cell.recovered,
        }


def _quantity(quantity: Quantity, report_id: str) -> Row:
    return {
        "report_id": report_id,
        "section_kind": quantity.section_kind,
        "section_position": quantity.section_position,
        "metric": quantity.metric,
        "value": quantity.value,
        "unit": quantity.unit,
        "approx": quantity.approx,
        "negated": int(quantity.negated),
        "derived": int(quantity.derived),
        "scope": quantity.scope,
        "phrase": quantity.phrase,
        "start_offset": quantity.start,
        "end_offset": quantity.end,
        "category": quantity.category,
        "percent": quantity.percent,
    }


def _finding(finding: Finding, report_id: str) -> Row:
    return {
        "report_id": report_id,
        "rule_id": finding.rule_id,
        "subject": finding.subject,
        "status": finding.status,
        "lhs": finding.lhs,
        "rhs": finding.rhs,
        "delta": finding.delta,
        "basis": finding.basis,
        "evidence": _json(dict(finding.evidence)),
    }


def _unknown_labels(table: Table, report_id: str) -> Iterator[Row]:
    for label in table.unknown_labels:
        yield {
            "report_id": report_id,
            "table_id": label.table_id,
            "label": label.label,
            "raw_row": label.raw_row,
            "seen": label.count,
        }


def readable(rows: Mapping[str, Any]) -> Row:
    """The same rows with their JSON columns as values, for people and for JSON output."""
    return {key: _readable(key, value) for key, value in rows.items()}


def _readable(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [readable(item) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict):
        return readable(value)
    return json.loads(value) if key in JSON_COLUMNS and isinstance(value, str) else value
