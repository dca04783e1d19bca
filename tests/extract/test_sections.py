"""Sections: a case of tests/cases/sections.yaml is a test; the gold reports must come out as they were read by hand."""

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract.headings import kind_of, read_heading, read_unnumbered, tidy
from extract.model import Agency, Document, Paragraph
from extract.sections import split
from tests.extract.articles import blocks
from tests.extract.test_documents import SEEDS, documents_of
from tests.shared import shared

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "sections.yaml").read_text(encoding="utf-8"))
AGENCY = Agency("青禾市-青禾市财政局", "青禾市财政局", "department")


def document(body: str, year: int = 2015) -> Document:
    return Document(AGENCY, year, "", True, blocks(body))


def numbered_sections(sections):
    return [section for section in sections if section.kind not in {"front_matter", "sign_off"}]


def text_of(sections, kind):
    return next((section.text for section in sections if section.kind == kind), None)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_sections(case):
    sections = split(document(case["body"], case["year"]))
    found = numbered_sections(sections)
    expected = [tuple(row) for row in case["sections"]]
    texts = [row[3] if row[3] == "..." else section.text for row, section in zip(expected, found, strict=False)]
    assert [(one.kind, one.number, one.heading, text) for one, text in zip(found, texts, strict=True)] == expected
    assert [one.position for one in found] == list(range(1, len(found) + 1))
    assert text_of(sections, "front_matter") == case.get("front")
    assert text_of(sections, "sign_off") == case.get("sign")
    for heading in case.get("warned", []):
        assert next(one for one in found if one.heading == heading).warnings


def test_positions_of_front_matter_and_signature():
    sections = split(document("根据条例编制。\n一、概述\n好。\n二、主动公开情况\n好。\n青禾市财政局\n2016年1月3日"))
    assert [(one.kind, one.position) for one in sections] == [
        ("front_matter", 0), ("overview", 1), ("proactive_disclosure", 2), ("sign_off", 3),
    ]  # fmt: skip


def test_children_of_a_compound_section_repeat_their_part():
    body = """一、概述
好。
二、主动公开和依申请公开工作情况
今年。
(一)主动公开情况。公开12条。
1、网站
(二)依申请公开情况
收到3件。
(三)收费情况。无。"""
    compound = split(document(body))[1]
    assert compound.kind == "compound"
    assert compound.text.startswith("今年。\n(一)主动公开情况。公开12条。")
    assert [
        (one.kind, one.number, one.heading, one.text, one.position, one.parent_position, one.sub_position) for one in compound.children
    ] == [
        ("proactive_disclosure", "(一)", "主动公开情况", "公开12条。\n1、网站", 2, 2, 1),
        ("requests", "(二)", "依申请公开情况", "收到3件。", 2, 2, 2),
        ("fees", "(三)", "收费情况", "无。", 2, 2, 3),
    ]


def test_original_text_only_where_something_was_repaired():
    changed = Paragraph("公开12条。", "2", "公開12條。")
    one = Document(
        AGENCY,
        2015,
        "",
        True,
        (Paragraph("一、概述", "1"), changed, Paragraph("好。", "3"), Paragraph("二、主动公开情况", "4"), Paragraph("好。", "5")),
    )
    first, second = split(one)
    assert (first.text, first.original_text) == ("公开12条。\n好。", "公開12條。\n好。")
    assert second.original_text is None


def test_an_empty_section_is_kept_and_warned_about():
    sections = split(document("一、概述\n二、主动公开情况\n好。"))
    assert sections[0].text is None
    assert "no text under the heading" in sections[0].warnings


@pytest.mark.parametrize(
    ("heading", "year", "kind"),
    [
        ("政府信息主动公开、依申请公开等基本情况", 2013, "compound"),
        ("因政府信息公开工作被申请行政复议、提起行政诉讼情况", 2019, "review_litigation"),
        ("政府信息公开工作存在的主要问题及改进措施", 2020, "problems_improvements"),
        ("其他需要报告的事项", 2021, "other_matters"),
        ("收费及减免情况", 2012, "fees"),
        ("其他需要报告的事项(收费情况)", 2021, "other_matters"),
        ("切实提升政务服务水平", 2015, "public_services"),
        ("走在前列", 2015, "other"),
    ],
)
def test_kinds(heading, year, kind):
    assert kind_of(heading, year) == kind


@pytest.mark.parametrize("line", ["一是加强领导", "2018年,我局公开信息。", "一、", "公开信息12条。", "", "(2018年度)"])
def test_lines_that_are_no_headings(line):
    assert read_heading(line) is None


def test_unnumbered_headings_are_short_and_have_no_end_mark():
    assert read_unnumbered("对公民、法人和其他组织的收费和减免情况").kind == "fees"
    assert read_unnumbered("重点信息公开情况:") is None
    assert read_unnumbered("主动公开政府信息情况。") is None
    assert read_unnumbered("青禾市财政局") is None


@given(st.text(alphabet="一二三四、。(())第部分概述主动公开依申请情况 \u3000123.:附件统计表", max_size=60))
def test_headings_never_raise_and_tidy_is_idempotent(text):
    heading = read_heading(text)
    assert heading is None or heading.text
    assert tidy(tidy(text)) == tidy(text)


@given(
    st.lists(
        st.sampled_from(
            ["一、概述", "二、主动公开情况", "三、依申请公开情况", "一、", "好。", "概述", "|1,2", "(一)内容", "2018年3月5日", ""]
        ),
        max_size=12,
    )
)
def test_every_block_is_in_one_section_and_text_in_order(lines):
    sections = split(document("\n".join(lines) or "好。"))
    locators = [block.locator for section in sections for block in section.blocks]
    assert len(locators) == len(set(locators))


# ------------------------------------------------------------------------------------------------ gold


def squeeze(text):
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


@pytest.mark.parametrize("name", SEEDS)
def test_gold_sections(name):
    golds = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(shared("gold").glob("*.yaml"))]
    for one in documents_of(shared("seeds") / name):
        gold = next(gold for gold in golds if (gold["agency"]["name"], gold["year"]) == (one.agency.name, one.year))
        sections = split(one)
        check_front(text_of(sections, "front_matter"), gold["front_matter"])
        found = numbered_sections(sections)
        assert len(found) == len(gold["sections"])
        for section, want in zip(found, gold["sections"], strict=True):
            check_section(section, want)


def check_front(text, want):
    assert squeeze(text).startswith(squeeze(want["first15"]))
    assert squeeze(text).endswith(squeeze(want["last15"]))
    assert len(squeeze(text)) == want["chars"]


def check_section(section, want):
    assert (section.kind, section.position, section.number) == (want["kind"], want["ord"], want["number"])
    assert squeeze(section.heading) == squeeze(want["heading"])
    assert [child.kind for child in section.children] == [child["kind"] for child in want.get("children", [])]
    assert [child.number for child in section.children] == [child["number"] for child in want.get("children", [])]
    if want["first15"] is None:
        assert section.text is None
        return
    body = squeeze(section.text)
    assert body.startswith(squeeze(want["first15"]))
    assert body.endswith(squeeze(want["last15"]))
    assert abs(len(body) - want["chars"]) <= want["chars"] * 0.01


def test_a_real_page_has_the_six_parts():
    (one,) = documents_of(shared("real") / "shanghai-go-2019.html")
    found = numbered_sections(split(one))
    assert [section.kind for section in found] == [
        "overview", "proactive_disclosure", "requests", "review_litigation", "problems_improvements", "other_matters",
    ]  # fmt: skip
    assert [section.text is None for section in found] == [False, True, True, True, False, False]
    assert found[-1].text == "无。"
