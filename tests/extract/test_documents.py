"""Reports on a page: a case of tests/cases/documents.yaml is a test, and the gold reports are found where the seeds hold them."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from extract import page as page_stage
from extract.decoding import decode
from extract.documents import split
from extract.documents.periods import read_period
from extract.documents.titles import read_page_title, read_title
from extract.errors import Rejected
from extract.model import Article, Attachment, Metadata, Page
from extract.repair import repair
from tests.extract.articles import article, blocks, page, texts
from tests.shared import shared

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "documents.yaml").read_text(encoding="utf-8"))
SEEDS = {
    "000_968e3c750d246ac5.txt": 1,
    "001_8e9574ec8ccec614.txt": 1,
    "002_1b2cf31f3f3505a3.txt": 1,
    "003_50d56351dc5d4c88.txt": 4,
    "004_918604378532686b.txt": 1,
}


@pytest.mark.parametrize("case", CASES["reports"], ids=lambda case: case["name"])
def test_reports(case):
    found = split(article(case["text"], case.get("page")), page(case.get("page")))
    assert [[one.agency.name, one.year, one.title, one.title_inferred] for one in found] == case["reports"]
    if "period" in case:
        assert [found[0].period_from, found[0].period_to] == case["period"]
    if "first" in case:
        assert texts(found[0])[0] == case["first"]
    if "last" in case:
        assert texts(found[-1])[-1] == case["last"]
    if "first_last" in case:
        assert texts(found[0])[-1] == case["first_last"]
    if "code" in case:
        assert found[0].agency.division_code == case["code"]
    assert bool(found[0].warnings) == ("warning" in case)
    assert case.get("warning", "") in " ".join(found[0].warnings)


@pytest.mark.parametrize("case", CASES["verdicts"], ids=lambda case: case["name"])
def test_verdicts(case):
    files = tuple(Attachment(name, name, "image" if name.endswith("png") else "pdf") for name in case.get("files", ()))
    with pytest.raises(Rejected, match=case["reason"]) as verdict:
        split(replace(article(case["text"], case.get("page")), attachments=files), page(case.get("page")))
    assert verdict.value.outcome == case["outcome"]


@pytest.mark.parametrize(("line", "agency", "year"), CASES["titles"])
def test_titles(line, agency, year):
    title = read_title(line)
    assert title is not None
    assert (title.agency, title.year) == (agency, year)


@pytest.mark.parametrize("line", CASES["no_titles"])
def test_lines_that_are_no_titles(line):
    assert read_title(line) is None


@pytest.mark.parametrize(("line", "agency", "year"), CASES["page_titles"])
def test_titles_of_pages(line, agency, year):
    title = read_page_title(line, "政府信息公开年报")
    assert title is not None
    assert (title.agency, title.year) == (agency, year)


@pytest.mark.parametrize("line", CASES["no_page_titles"])
def test_page_titles_of_something_else(line):
    assert read_page_title(line, "政府信息公开年报") is None


@pytest.mark.parametrize(("text", "first", "last"), CASES["periods"])
def test_periods(text, first, last):
    assert read_period(text) == (first, last)


def test_a_report_printed_twice_is_one_report():
    once = "青禾市财政局2018年政府信息公开工作年度报告\n根据条例编制。\n一、概述\n好。\n二、主动公开情况\n公开12条。"
    found = split(Article(Metadata(), blocks(f"{once}\n{once}\n三、依申请公开情况\n无。")), page())
    assert len(found) == 1
    assert texts(found[0])[-1] == "无。"


def test_an_empty_article_is_no_report():
    with pytest.raises(Rejected, match="no title"):
        split(Article(Metadata(), ()), page())


def documents_of(path):
    body = path.read_bytes()
    text = repair(decode(body, None).text).text
    one = Page(body, f"saved:{path.name}")
    return split(page_stage.read(text, one), one)


@pytest.mark.parametrize("name", SEEDS)
def test_seeds_hold_the_gold_reports(name):
    golds = {}
    for path in shared("gold").glob("*.yaml"):
        gold = yaml.safe_load(path.read_text(encoding="utf-8"))
        golds[gold["agency"]["name"], gold["year"]] = gold
    found = documents_of(shared("seeds") / name)
    assert len(found) == SEEDS[name]
    for one in found:
        gold = golds[one.agency.name, one.year]
        period = gold["period"] or {"from": None, "to": None}
        assert (one.agency.level, one.period_from, one.period_to) == (gold["agency"]["level"], period["from"], period["to"])
        assert one.agency.province == gold["agency"]["province"]
        assert one.agency.aggregates
        assert one.title_inferred == (gold["title"] is None)
        assert gold["title"] in (None, one.title)


def test_a_real_page_of_an_office():
    (one,) = documents_of(shared("real") / "shanghai-go-2019.html")
    gold = yaml.safe_load((shared("real") / "gold" / "shanghai-go-2019.yaml").read_text(encoding="utf-8"))
    assert (one.agency.name, one.year, one.title) == (gold["agency"]["name"], gold["year"], gold["title"])
    assert (one.period_from, one.period_to) == (gold["period"]["from"], gold["period"]["to"])
    assert not one.agency.aggregates


@pytest.mark.parametrize("name", ["handan-list.html", "handan-detail.html", "handan-guide.html", "shanxi-gov.html"])
def test_real_pages_that_are_no_reports(name):
    with pytest.raises(Rejected):
        documents_of(shared("real") / name)
