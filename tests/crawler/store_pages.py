"""Made-up pages as rows, in the form in which `extract.rows` hands them to the store; the agencies do not exist."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from extract.data import templates

HOME = "http://www.qinghe.gov.cn"
PORTALS = [
    {"id": "qinghe", "name": "青禾市", "level": "prefecture", "division_code": "990100", "family": "trs", "url": f"{HOME}/", "enabled": 1},
    {
        "id": "yunxi",
        "name": "云溪县",
        "level": "county",
        "division_code": "990121",
        "family": "jpage",
        "url": "http://www.yunxi.gov.cn/",
        "enabled": 1,
    },
]


def digest(text: str, length: int = 64) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def page(url: str, *reports: dict[str, Any], body: str = "", rejected: str | None = None, outcome: str | None = None) -> dict[str, Any]:
    """A page with its reports; pages of one url and `body` are one capture."""
    sha = digest(url + body + json.dumps(reports, sort_keys=True))
    page_id = digest(f"{url}\n{sha}", 16)
    row = {
        "id": page_id,
        "url": url,
        "final_url": url,
        "sha256": sha,
        "content_type": "text/html",
        "byte_count": 1000,
        "encoding": "gb18030",
        "encoding_declared": "gb2312",
        "encoding_evidence": "{}",
        "repairs": "[]",
        "outcome": outcome or ("ok" if reports else "not_report"),
    }
    attachment = {
        "page_id": None,
        "parent_page_id": page_id,
        "url": f"{url}.pdf",
        "file_name": "附件.pdf",
        "kind": "pdf",
        "text_source": None,
    }
    return {
        "page": row,
        "rejected": rejected or (None if reports else "a notice"),
        "attachments": [attachment],
        "reports": [_on_page(report, url, page_id) for report in reports],
    }


def _on_page(report: dict[str, Any], url: str, page_id: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(report))
    made["report"] |= {"url": url, "page_id": page_id}
    for cell in made["table_cells"]:
        cell["page_id"] = page_id
    return made


def report(
    year: int = 2023,
    *,
    name: str = "青禾市人民政府",
    code: str = "990100",
    figures: dict[str, Any] | None = None,
    text: str = "青禾市收到申请12件。",
    quantities: tuple[dict[str, Any], ...] = (),
    findings: tuple[dict[str, Any], ...] = (),
    cells: list[dict[str, Any]] | None = None,
    published_on: str | None = "2024-01-30",
    **changes: Any,
) -> dict[str, Any]:
    """A report with a small matrix; `figures` are totals by row, a string is a cell without a number (its state)."""
    agency_id = f"{code}-{name}"
    report_id = f"{code}-{year}-{digest(agency_id, 8)}"
    era = templates().era_of_year(year).id
    rows = {"new_requests": 12, "carried_over_in": 1, "granted": 10, "results_total": 12, "carried_over_out": 1, **(figures or {})}
    table = f"{era if era.startswith('form') else 'form2021'}_requests"
    made = (
        [cell(report_id, table, row, "total", value, place) for place, (row, value) in enumerate(rows.items(), 1)]
        if cells is None
        else cells
    )
    return {
        "agency": {
            "id": agency_id,
            "name": name,
            "level": "prefecture",
            "division_code": code,
            "province": "青禾省",
            "parent_id": None,
            "aggregates": 1,
            "valid_from": None,
            "valid_to": None,
            "successor_id": None,
        },
        "report": {
            "id": report_id,
            "agency_id": agency_id,
            "agency": name,
            "level": "prefecture",
            "division_code": code,
            "province": "青禾省",
            "year": year,
            "era": era,
            "era_expected": era,
            "title": f"{name}{year}年政府信息公开工作年度报告",
            "title_inferred": False,
            "period_from": None,
            "period_to": None,
            "published_on": published_on,
            "index_number": None,
            "document_number": None,
            "text_sha256": digest(text + json.dumps(made)),
            "rules_fingerprint": "rules1",
            **changes,
        },
        "sections": [
            section(report_id, "overview", 1, text, "总体情况"),
            section(report_id, "requests", 2, None, "收到和处理政府信息公开申请情况"),
        ],
        "table_cells": made,
        "quantities": [{**quantity(report_id, "requests.received", 12), **one} for one in quantities],
        "findings": [{**finding(report_id), **one} for one in findings],
        "unknown_labels": [{"report_id": report_id, "table_id": table, "label": "其他事项", "raw_row": "其他事项 3", "seen": 1}],
    }


def section(report_id: str, kind: str, position: int, text: str | None, heading: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "report_id": report_id,
        "position": position,
        "parent_position": None,
        "sub_position": None,
        "number": "一二三四五六"[position - 1],
        "heading": heading,
        "text": text,
        "original_text": None,
        "char_count": len(text or ""),
        "confidence": 1.0,
        "warnings": "[]",
        **({"received": 12, "received_section": "overview"} if kind == "requests" else {}),
    }


def cell(report_id: str, table: str, row: str, column: str, value: Any, position: int) -> dict[str, Any]:
    number = not isinstance(value, str)
    return {
        "report_id": report_id,
        "table_id": table,
        "row_id": row,
        "column_id": column,
        "position": position,
        "value": value if number else None,
        "state": "number" if number else value,
        "raw": str(value) if number else "",
        "unit": "件",
        "page_id": None,
        "locator": f"/html/body/table[1]/tr[{position}]/td[7]",
        "recovered": None,
    }


def quantity(report_id: str, metric: str | None, value: float) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "section_kind": "overview",
        "section_position": 1,
        "metric": metric,
        "value": value,
        "unit": "件",
        "approx": None,
        "negated": False,
        "derived": False,
        "scope": None,
        "phrase": "收到申请12件",
        "start_offset": 3,
        "end_offset": 10,
        "category": None,
        "percent": None,
    }


def finding(report_id: str) -> dict[str, Any]:
    return {
        "report_id": report_id,
        "rule_id": "req_flow",
        "subject": "total",
        "status": "holds",
        "lhs": 13,
        "rhs": 13,
        "delta": 0,
        "basis": "official",
        "evidence": "{}",
    }
