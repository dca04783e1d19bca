"""The sample portals: what they serve is read as what it was made from, and is served as real portals serve."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from crawler import cms, samples
from crawler.samples import listings, world
from crawler.samples.quirks import PRINTED_ONLY
from extract import audit, extract
from extract.model import Page, Report

PAGES = samples.pages()
REPORTS = [page for page in PAGES if page.sample.reports]
OTHERS = [page for page in PAGES if not page.sample.reports]
EXPECTED = {"total_left_at_zero": {"review_sum", "text_reviews"}}
"""Rules that a quirk is there to break."""


def read(page: samples.Page):
    return extract(Page(page.body, f"http://127.0.0.1{page.path}", page.content_type))


@pytest.fixture(scope="module")
def served():
    with samples.serve() as running:
        yield running


def get(url: str, **headers: str):
    return urlopen(Request(url, headers=headers), timeout=5)


# ------------------------------------------------------------------------------------------------ what the pages hold


@pytest.mark.parametrize("page", REPORTS, ids=lambda page: f"{page.site.id}-{page.sample.number}")
def test_a_page_is_read_as_what_it_was_made_from(page):
    extraction = read(page)
    assert (extraction.outcome, extraction.reason) == ("ok", None)
    assert len(extraction.reports) == len(page.sample.reports)
    for report, made in zip(extraction.reports, page.sample.reports, strict=True):
        check_head(report, made)
        check_cells(report, made)
        check_prose(report, made)
        check_findings(report, made)


def check_head(report: Report, made: samples.Report) -> None:
    agency = report.document.agency
    assert (agency.name, agency.level, report.document.year) == (made.agency.name, made.agency.level, made.year)
    assert (report.era, report.era_expected) == (made.era, made.era)
    kinds = [section.kind for section in report.sections if section.kind not in {"front_matter", "sign_off", "statistics_table"}]
    fees = [] if made.era.startswith("form") else ["fees"]
    assert kinds == ["overview", "proactive_disclosure", "requests", *fees, "review_litigation", "problems_improvements", "other_matters"]


def check_cells(report: Report, made: samples.Report) -> None:
    found = {
        (cell.table_id, cell.row_id, cell.column_id): cell.value if cell.state == "number" else None if cell.state == "blank" else cell.raw
        for table in report.tables
        for cell in table.cells
        if cell.state != "header"
    }
    assert found == {
        (table, row, column): float(value[:-2]) if isinstance(value, str) and value.endswith("万元") else value
        for table, rows in made.tables.items()
        for row, line in rows.items()
        for column, value in line.items()
    }


def check_prose(report: Report, made: samples.Report) -> None:
    found = {}
    for quantity in report.quantities:
        found.setdefault(quantity.metric, quantity.value)
    found.pop(None, None)
    collected = found.pop("fees.collected", None)
    assert collected == made.said.get("fees.collected", 0) or (made.era == "form2019" and collected is None)
    assert found == {metric: value for metric, value in made.said.items() if metric != "fees.collected"}


def check_findings(report: Report, made: samples.Report) -> None:
    violated = {finding.rule_id for finding in report.findings if finding.status == "violated"}
    assert violated <= EXPECTED.get(made.quirk, set())
    assert ("review_sum" in violated) is (made.quirk == "total_left_at_zero")


@pytest.mark.parametrize("page", OTHERS, ids=lambda page: page.sample.title)
def test_a_page_that_is_no_report_is_turned_away(page):
    extraction = read(page)
    assert extraction.outcome == ("soft_404" if page.sample.kind == "soft_404" else "not_report")
    assert extraction.reason


def test_the_blank_the_zero_and_the_dash_stay_apart():
    made = next(page for page in REPORTS if page.sample.reports[0].quirk == "dashes")
    states = {cell.state for table in read(made).reports[0].tables for cell in table.cells}
    assert {"number", "blank", "dash"} <= states


def test_years_in_a_row_carry_over_but_where_one_does_not():
    broken = set()
    for site in world.sites():
        reports = {
            (one.agency.name, one.year): one for page in site.pages for one in sorted(page.reports, key=lambda report: report.revision)
        }
        newest = {key: one for key, one in reports.items() if one.era in world.NATIONAL}
        for (name, year), later in newest.items():
            if (name, year - 1) in newest:
                findings = audit.across_years(cells(newest[name, year - 1]), cells(later), year)
                broken |= {(name, year, one.rule_id) for one in findings if one.status == "violated"}
    assert broken == {("白榆区人民政府", 2023, "yoy_carry_over")}


def cells(made: samples.Report):
    return {
        (table, row, column): (value, "number") if isinstance(value, int | float) else (None, "blank")
        for table, rows in made.tables.items()
        for row, line in rows.items()
        for column, value in line.items()
    }


def test_the_world_holds_what_it_promises():
    reports = [report for page in REPORTS for report in page.sample.reports]
    assert len({report.agency.name for report in reports}) >= 6
    assert {page.site.family for page in PAGES} == {"trs", "hanweb_jpage"}
    assert {report.era for report in reports} == {"pre2014", "stats2014", "form2019", "form2021"}
    assert {(page.site.charset, page.site.label) for page in PAGES} == {("utf-8", "utf-8"), ("gb18030", "gb2312"), ("big5", None)}
    assert max(len(page.sample.reports) for page in REPORTS) > 1
    assert {page.sample.kind for page in OTHERS} == {"notice", "guide", "soft_404"}
    revised = [report for report in reports if report.revision]
    assert revised
    assert all(
        (report.agency.name, report.year) in {(one.agency.name, one.year) for one in reports if not one.revision} for report in revised
    )
    quirks = {quirk for site in world.sites() for page in site.pages for report in page.reports if (quirk := report.quirk)}
    assert quirks >= {*PRINTED_ONLY, "zeros_blank", "dashes", "total_left_at_zero"}


# ------------------------------------------------------------------------------------------------ how they are served


def test_listings_name_every_page_over_all_their_pages(served):
    for portal, site in zip(served.portals, served.sites, strict=True):
        waiting, seen, asked = [cms.NextRequest(portal.url)], {}, set()
        while waiting:
            request = waiting.pop(0)
            if request in asked:
                continue
            asked.add(request)
            form = request.body.encode() if request.body is not None else None
            with urlopen(Request(request.url, data=form, method=request.method), timeout=5) as answer:
                body = answer.read()
            listing = cms.read(cms.ListingPage(request.url, text_of(site, body, request)), site.family)
            seen |= {entry.url: entry for entry in listing.entries}
            waiting += listing.further
        assert {url.removeprefix(served.url_of("")) for url in seen} == {listings.article_path(site, one) for one in site.pages}
        assert {entry.listed_on for entry in seen.values()} == {one.listed_on for one in site.pages}
        assert len(asked) > 1 or len(site.pages) <= site.rows * 3


def text_of(site, body: bytes, request) -> str:
    return body.decode("utf-8" if "dataproxy" in request.url else site.charset)


def test_a_page_that_did_not_change_is_not_sent_again(served):
    url = served.url_of(served.pages[0].path)
    with get(url) as first:
        assert first.read() == served.pages[0].body
    with pytest.raises(HTTPError) as answer:
        get(url, **{"If-None-Match": first.headers["ETag"]})
    assert answer.value.code == 304
    answer.value.close()


def test_head_robots_and_a_path_that_is_not_there(served):
    url = served.url_of(served.pages[0].path)
    with urlopen(Request(url, method="HEAD"), timeout=5) as head:
        assert (head.read(), int(head.headers["Content-Length"])) == (b"", len(served.pages[0].body))
    with get(served.url_of("/robots.txt")) as robots:
        assert b"Disallow" in robots.read()
    with pytest.raises(HTTPError) as answer:
        get(served.url_of("/nowhere"))
    assert answer.value.code == 404
    answer.value.close()


def test_the_same_world_on_every_machine():
    assert [page.body for page in samples.pages()[:20]] == [page.body for page in PAGES[:20]]


def test_as_many_distinct_reports_as_a_benchmark_needs():
    pages = samples.pages(500)
    assert len(pages) == 500
    assert len({page.path for page in pages}) == 500
    reports = {(report.agency.name, report.year, report.revision) for page in pages for report in page.sample.reports}
    assert len(reports) >= 480
    some = samples.serve(agencies=30, years=range(2019, 2022))
    assert {report.year for page in some.pages for report in page.sample.reports} == {2019, 2020, 2021}
    assert len({report.agency.name for page in some.pages for report in page.sample.reports}) >= 28


def test_stopping_twice_is_no_error_and_nothing_is_served_before_the_start():
    one = samples.serve(agencies=1)
    with pytest.raises(RuntimeError):
        one.url_of("/")
    one.start()
    one.stop()
    one.stop()
