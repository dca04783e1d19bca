"""What a report is read from beside its page: further pages, pictures of its pages, attached files (PORTALS.md section 13)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.model import Article, Attachment, Extraction

PARTS_MAX = 60  # pictures or further pages of one article; a report of 30 pages scanned in two halves each
FILES_MAX = 5  # attached files of one article that are fetched

_REPORT = re.compile(r"年度报告|年报|信息公开.{0,12}报告|报告")
_OTHER = re.compile(r"指南|目录|申请表|流程图|解读|图解|通知|要点|网站.{0,6}报表")
_TABLES = re.compile(r"统计表|情况表|附表|统计报表|表格")
_READ = ("pdf", "docx", "doc", "wps", "rtf", "xls", "xlsx", "ofd", "zip", "et")


def parts(extraction: Extraction) -> tuple[str, ...]:
    """Addresses of the parts that an article lacks, in order: its further pages; where it is nothing but pictures, these. () for none.

    A report in prose alone goes on in the files that are called its tables: the statistics of 2008 to 2018 were mostly an annex.
    """
    article = extraction.article
    if article is None or article.parts > 1:
        return ()
    if extraction.outcome == "needs_ocr":
        return tuple(file.url for file in article.attachments if file.kind == "image")[:PARTS_MAX]
    return (*article.more_pages, *_annexed_tables(extraction, article))[:PARTS_MAX]


def _annexed_tables(extraction: Extraction, article: Article) -> tuple[str, ...]:
    """Files with the tables of the one report on a page that prints none."""
    if len(extraction.reports) != 1 or any(table.cells for table in extraction.reports[0].tables):
        return ()
    return tuple(file.url for file in article.attachments if _is_table(file))[:FILES_MAX]


def _is_table(file: Attachment) -> bool:
    return file.kind in _READ and _TABLES.search(file.file_name) is not None and _OTHER.search(file.file_name) is None


def files(extraction: Extraction) -> tuple[str, ...]:
    """Addresses of the attached files that may be the report, or a witness of it; () where none may.

    Of a page that is a report itself only files that are called so; of any other page all that are not called otherwise.
    """
    if extraction.article is None:
        return ()
    named = extraction.outcome == "ok"
    annexed = {*_annexed_tables(extraction, extraction.article)}
    found = (file.url for file in extraction.article.attachments if _may_be(file, named=named))
    return tuple(url for url in found if url not in annexed)[:FILES_MAX]


def _may_be(file: Attachment, *, named: bool) -> bool:
    if file.kind not in _READ or _OTHER.search(file.file_name):
        return False
    return bool(_REPORT.search(file.file_name)) or not named
