"""A report in the page, in its file, or in both: the complete carrier is the report, the other its witness."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from crawler import carriers
from crawler.store import Store
from extract import Entry, Extraction, Page, extract
from extract.rows import page_rows
from tests.crawler.store_pages import PORTALS
from tests.extract.sources.made import AGENCY, YEAR, Form, Part, Text, report
from tests.extract.sources.writers import docx, html

PAGE = "http://www.qinghe.gov.cn/zwgk/2023/nb.html"
FILE = "http://www.qinghe.gov.cn/zwgk/2023/P0123.docx"
ELSEWHERE = "http://files.example.com/P0123.docx"
TITLE = f"{AGENCY}{YEAR}年政府信息公开工作年度报告"
ENTRY = Entry(title=TITLE, agency=AGENCY, division_code="990100")


def linking(parts: list[Part], file: str = FILE, name: str = f"{TITLE}.docx") -> bytes:
    """A page with a link to a file below its article."""
    body = html(parts).decode().removesuffix("</body></html>")
    return f'<title>{TITLE}</title>{body}<p>附件：<a href="{file}">{name}</a></p></body></html>'.encode()


def prose(parts: list[Part]) -> list[Part]:
    return [part for part in parts if isinstance(part, Text)]


def changed(parts: list[Part], row: str, value: str) -> list[Part]:
    """The report with another figure in the first value cell of the row with that label."""

    def cells(form: Form) -> Form:
        return Form(tuple(_changed(line, row, value) for line in form.rows))

    return [cells(part) if isinstance(part, Form) else part for part in parts]


def _changed(line: tuple[Any, ...], row: str, value: str) -> tuple[Any, ...]:
    label = next((index for index, cell in enumerate(line) if row in cell[0]), None)
    if label is None or label + 1 == len(line):
        return line
    return (*line[: label + 1], (value, *line[label + 1][1:]), *line[label + 2 :])


def read(body: bytes, url: str) -> Extraction:
    return extract(Page(body, url, entry=ENTRY))


def stored(tmp_path: Path, *captures: tuple[bytes, str]) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says of the report after these captures, which must not depend on the order in which they came."""
    outcomes = []
    for number, order in enumerate(permutations(captures)):
        path = tmp_path / f"{number}.db"
        with Store(path) as store:
            store.add_portal(PORTALS[0])
            for body, url in order:
                store.write(page_rows(read(body, url)), portal_id=PORTALS[0]["id"])
        with sqlite3.connect(path) as connection:
            outcomes.append(
                {
                    "report": connection.execute("select url, year, agency from reports").fetchall(),
                    "roles": connection.execute("select url, role from report_pages order by url").fetchall(),
                    "cells": connection.execute("select count(*) from table_cells where state = 'number'").fetchall(),
                    "differs": connection.execute(
                        "select subject, lhs, rhs, evidence from findings where rule_id = 'other_page_differs' order by subject"
                    ).fetchall(),
                }
            )
        connection.close()
    assert all(one == outcomes[0] for one in outcomes)
    return outcomes[0]


def test_in_the_page_only(tmp_path: Path) -> None:
    found = stored(tmp_path, (html(report()), PAGE))
    assert found["report"] == [(PAGE, YEAR, AGENCY)]
    assert found["roles"] == [(PAGE, "report")]


def test_in_the_file_only_of_a_page_that_links_it(tmp_path: Path) -> None:
    page = linking([Text(TITLE, heading=True)])
    assert read(page, PAGE).outcome != "ok"
    assert carriers.files(read(page, PAGE)) == (FILE,)
    found = stored(tmp_path, (page, PAGE), (docx(report()), FILE))
    assert found["report"] == [(FILE, YEAR, AGENCY)]
    assert found["roles"] == [(FILE, "report")]


def test_the_same_in_both(tmp_path: Path) -> None:
    page = linking(report())
    assert carriers.files(read(page, PAGE)) == (FILE,)
    found = stored(tmp_path, (page, PAGE), (docx(report()), FILE))
    assert sorted(role for _, role in found["roles"]) == ["other", "report"]
    assert {url for url, _ in found["roles"]} == {FILE, PAGE}
    assert found["differs"] == []


def test_both_differ_in_one_number(tmp_path: Path) -> None:
    found = stored(tmp_path, (linking(report()), PAGE), (docx(changed(report(), "上年结转", "917")), FILE))
    ((subject, lhs, rhs, evidence),) = found["differs"]
    assert subject == "form2021_requests.carried_over_in.natural_person"
    assert 917 in (lhs, rhs)
    assert lhs != rhs
    sides = json.loads(evidence)["pages"]
    assert {side["url"] for side in sides} == {PAGE, FILE}
    assert {float(side["raw"] or 0) for side in sides} == {lhs, rhs}
    assert all(side["locator"] for side in sides)


@pytest.mark.parametrize("file", [FILE, ELSEWHERE])
def test_prose_in_the_page_and_everything_in_the_file(tmp_path: Path, file: str) -> None:
    """The file is the complete carrier, also where it lies on another host than its page."""
    page = linking(prose(report()), file)
    assert read(page, PAGE).outcome == "ok"
    found = stored(tmp_path, (page, PAGE), (docx(report()), file))
    assert found["report"] == [(file, YEAR, AGENCY)]
    assert sorted(found["roles"]) == sorted([(file, "report"), (PAGE, "other")])
    assert found["cells"][0][0] > 100


def test_a_copy_elsewhere_that_no_page_of_the_agency_links_is_no_carrier_of_its_own(tmp_path: Path) -> None:
    found = stored(tmp_path, (html(prose(report())), PAGE), (docx(report()), ELSEWHERE))
    assert found["report"] == [(PAGE, YEAR, AGENCY)]


def test_tables_annexed_to_a_report_in_prose_are_a_part_of_it() -> None:
    """The prose stays: the file has the tables and nothing else, so it is no report of its own."""
    tables = [part for part in report() if isinstance(part, Form)]
    page = linking(prose(report()), FILE, "附件：政府信息公开情况统计表.docx")
    alone = read(page, PAGE)
    assert carriers.parts(alone) == (FILE,)
    assert carriers.files(alone) == ()
    whole = extract(replace(Page(page, PAGE, entry=ENTRY), parts=(Page(docx(tables), FILE),)))
    (one,) = whole.reports
    assert sum(len(table.cells) for table in one.tables) > 100
    assert [section.text for section in one.sections if section.kind == "overview"] == [
        section.text for section in alone.reports[0].sections if section.kind == "overview"
    ]
    assert carriers.parts(whole) == ()


@pytest.mark.parametrize("name", ["政府信息公开申请表.docx", "政府信息公开指南.docx", "部门预算.docx"])
def test_other_files_are_no_tables_of_a_report(name: str) -> None:
    assert carriers.parts(read(linking(prose(report()), FILE, name), PAGE)) == ()


def test_tables_beside_a_page_that_prints_its_own_are_no_part() -> None:
    assert carriers.parts(read(linking(report(), FILE, "附件：政府信息公开情况统计表.docx"), PAGE)) == ()
