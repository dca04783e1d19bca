"""Pages, agencies, reports and their versions."""

from __future__ import annotations

from crawler.store.tables.model import AGENCY, ERA, PAGE, PORTAL, REPORT, RUN, Table

PAGES = Table(
    "pages",
    "every capture that differs: an address and the bytes it gave; reason says why there is no report, "
    "rules_fingerprint by which rules it was read, corrected what people said of it (JSON, see corrections)",
    {
        "id": "TEXT",
        "url": "TEXT",
        "final_url": "TEXT",
        "sha256": "TEXT",
        "content_type": "TEXT",
        "byte_count": "INTEGER",
        "encoding": "TEXT",
        "encoding_declared": "TEXT",
        "encoding_evidence": "TEXT",
        "repairs": "TEXT",
        "outcome": "TEXT",
        "reason": "TEXT",
        "rules_fingerprint": "TEXT",
        "corrected": "TEXT",
        "archive_file": "TEXT",
        "archive_offset": "INTEGER",
    },
    ("id",),
    indexes=(("url",), ("outcome",)),
)
ATTACHMENTS = Table(
    "attachments",
    "files that a page links; page_id is the capture of the file itself, NULL while it was not read",
    {"page_id": "TEXT", "parent_page_id": "TEXT", "url": "TEXT", "file_name": "TEXT", "kind": "TEXT", "text_source": "TEXT"},
    ("parent_page_id", "url"),
    {"page_id": PAGE, "parent_page_id": PAGE},
    indexes=(("page_id",), ("url",)),
)
AGENCIES = Table(
    "agencies",
    "whose reports these are; name, level and division are those of the agency's latest report that states them",
    {
        "id": "TEXT",
        "name": "TEXT",
        "level": "TEXT",
        "division_code": "TEXT",
        "province": "TEXT",
        "parent_id": "TEXT",
        "aggregates": "INTEGER",
        "valid_from": "TEXT",
        "valid_to": "TEXT",
        "successor_id": "TEXT",
    },
    ("id",),
    {"parent_id": AGENCY, "successor_id": AGENCY},
    indexes=(("name",), ("division_code",), ("parent_id",)),
)
REPORTS = Table(
    "reports",
    "one agency's report on one year; withdrawn_run is the run that found its page gone for good, NULL while it is published",
    {
        "id": "TEXT",
        "agency_id": "TEXT",
        "agency": "TEXT",
        "level": "TEXT",
        "division_code": "TEXT",
        "province": "TEXT",
        "year": "INTEGER",
        "era": "TEXT",
        "era_expected": "TEXT",
        "title": "TEXT",
        "title_inferred": "INTEGER",
        "period_from": "TEXT",
        "period_to": "TEXT",
        "published_on": "TEXT",
        "url": "TEXT",
        "page_id": "TEXT",
        "index_number": "TEXT",
        "document_number": "TEXT",
        "text_sha256": "TEXT",
        "rules_fingerprint": "TEXT",
        "aggregates": "INTEGER",
        "portal_id": "TEXT",
        "withdrawn_run": "INTEGER",
        "version": "INTEGER",
    },
    ("id",),
    {"agency_id": AGENCY, "era": ERA, "era_expected": ERA, "page_id": PAGE, "portal_id": PORTAL, "withdrawn_run": RUN},
    indexes=(("year",), ("agency",), ("division_code",), ("portal_id",)),
    unique=(("agency_id", "year"),),
    not_null=("agency_id", "year"),
)
REPORT_PAGES = Table(
    "report_pages",
    "all captures that hold a report. role: report (the one its rows were read from), other (another address of the same report), "
    "earlier (what an address showed before). arrival: its place among the captures of its address. content: the rows read from it, "
    "zlib of JSON; NULL for the report itself and for a capture that says nothing new",
    {
        "report_id": "TEXT",
        "page_id": "TEXT",
        "url": "TEXT",
        "role": "TEXT",
        "portal_id": "TEXT",
        "arrival": "INTEGER",
        "cells": "INTEGER",
        "published_on": "TEXT",
        "text_sha256": "TEXT",
        "state_sha256": "TEXT",
        "facts_sha256": "TEXT",
        "rows_sha256": "TEXT",
        "content": "BLOB",
    },
    ("report_id", "page_id"),
    {"page_id": PAGE, "report_id": REPORT, "portal_id": PORTAL},
    indexes=(("page_id",),),
)
REPORT_VERSIONS = Table(
    "report_versions",
    "superseded states of a revised report, oldest first, with what the next state changed; first_seen is the run that first fetched it; "
    "content holds all its rows as JSON, by table",
    {
        "report_id": "TEXT",
        "version": "INTEGER",
        "page_id": "TEXT",
        "text_sha256": "TEXT",
        "changed_sections": "TEXT",
        "changed_cells": "TEXT",
        "changed_fields": "TEXT",
        "first_seen": "INTEGER",
        "content": "TEXT",
    },
    ("report_id", "version"),
    {"report_id": REPORT, "page_id": PAGE, "first_seen": RUN},
)
