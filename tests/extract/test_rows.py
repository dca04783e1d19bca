"""An extraction as rows: stable ids, JSON columns, the digest that makes a version."""

from __future__ import annotations

import json

from benchmarks.page import page
from extract import Page, extract, fingerprint
from extract.model import Agency
from extract.rows import page_key, page_rows, readable, report_key

URL = "http://www.qinghe.example/art/2024/1/25/art_1_1.html"


def test_ids_depend_on_what_they_name_and_on_nothing_else() -> None:
    rows = page_rows(extract(Page(page(), URL)))
    again = page_rows(extract(Page(page(), URL)))
    moved = page_rows(extract(Page(page(), URL + "?x=1")))
    assert rows == again
    assert moved["page"]["id"] != rows["page"]["id"]
    assert moved["reports"][0]["report"]["id"] == rows["reports"][0]["report"]["id"]
    assert rows["page"]["id"] == page_key(URL, rows["page"]["sha256"])


def test_namesakes_have_ids_of_their_own() -> None:
    here = Agency("320106-鼓楼区人民政府", "鼓楼区人民政府", "county", "320106")
    there = Agency("350102-鼓楼区人民政府", "鼓楼区人民政府", "county", "350102")
    unknown = Agency("青禾市-青禾市人民政府", "青禾市人民政府", "prefecture")
    assert len({report_key(agency, 2023) for agency in (here, there, unknown)}) == 3
    assert report_key(here, 2023).startswith("320106-2023-")
    assert report_key(unknown, 2023).startswith("cn-2023-")


def test_another_figure_is_another_version_but_another_frame_is_not() -> None:
    body = page()
    digest = page_rows(extract(Page(body, URL)))["reports"][0]["report"]["text_sha256"]
    framed = body.replace("分享到：微信 微博".encode(), "分享到：微信 微博 访问量：12345".encode())
    changed = body.replace("本年度未收取信息处理费".encode(), "本年度收取信息处理费120元".encode())
    assert page_rows(extract(Page(framed, URL)))["reports"][0]["report"]["text_sha256"] == digest
    assert page_rows(extract(Page(changed, URL)))["reports"][0]["report"]["text_sha256"] != digest


def test_json_columns_are_text_for_the_database_and_values_for_people() -> None:
    rows = page_rows(extract(Page(page(), URL)))
    evidence = rows["reports"][0]["findings"][0]["evidence"]
    assert readable(rows)["reports"][0]["findings"][0]["evidence"] == json.loads(evidence)


def test_the_fingerprint_is_short_and_the_same_in_every_report() -> None:
    rows = page_rows(extract(Page(page(), URL)))
    assert len(fingerprint()) == 12
    assert {report["report"]["rules_fingerprint"] for report in rows["reports"]} == {fingerprint()}


def test_a_finding_of_reading_is_stored_once() -> None:
    lost = page().replace(
        '<p align="center"><span style="font-size:12pt">四、结转下年度继续办理'.encode(), "<p>四、结转下年度继续办理".encode()
    )
    broken = lost.replace(
        "（一）予以公开".encode(), "（一）予以公开</span></p></td><td>1</td><td>2</td><td>3</td><td><p><span>4".encode(), 1
    )
    findings = page_rows(extract(Page(broken, URL)))["reports"][0]["findings"]
    keys = [(row["rule_id"], row["subject"], row["evidence"]) for row in findings]
    assert any(rule == "uneven_row" for rule, _, _ in keys)
    assert len(keys) == len(set(keys))
