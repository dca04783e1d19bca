"""Who has published, who is late, who cannot be reached: the view `coverage`, over agencies that do not exist."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler import outcomes
from crawler.store import Store, coverage
from extract import errors
from tests.crawler.store_pages import HOME, PORTALS, page, report

BUREAU = "青禾市水务局"


class Country:
    """A database into which a test puts what it needs, in as few words as it can."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "reports.db"
        self.store = Store(self.path)
        for portal in PORTALS:
            self.store.add_portal(portal)
        self.run()

    def run(self, outcome: str = "ok", *, command: str = "scrapy crawl annual_reports", finish: bool = True) -> int:
        run_id = self.store.start_run(command, {}, {})
        for portal in PORTALS:
            self.store.record_portal(run_id, portal["id"], outcome=outcome, listed=9)
        if finish:
            self.store.finish_run(run_id, "finished", {})
        return run_id

    def hold(self, *years: int, name: str = "青禾市人民政府", level: str = "prefecture", text: str = "一") -> None:
        for year in years:
            made = report(year, name=name, text=text, level=level)
            made["agency"]["level"] = level
            self.store.write(page(f"{HOME}/{name}/{year}.html", made, body=text), portal_id="qinghe")

    def list(self, title: str, url: str, outcome: str, *, body: str = "") -> dict[str, Any]:
        """An accepted entry whose page has this outcome."""
        entry = {"url": url, "title": title, "listed_on": None, "agency_hint": None, "verdict": "accepted", "reason": "report_title"}
        self.store.record_entries(1, "qinghe", [entry])
        rows = page(url, rejected=outcome, outcome=outcome, body=body)
        self.store.write(rows, portal_id="qinghe")
        return rows

    def today(self, day: str) -> None:
        """The last finished run ends at noon of this day in Beijing."""
        self.sql(
            f"update runs set finished_at = '{day}T04:00:00+00:00' where id = (select max(id) from runs where finished_at is not null)"
        )

    def sql(self, statement: str, *values: Any) -> list[Any]:
        connection = sqlite3.connect(self.path)
        with connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    def statuses(self, name: str = "青禾市人民政府") -> dict[int, str]:
        return dict(self.sql("select year, status from coverage where agency = ? order by year", name))


@pytest.fixture
def country(tmp_path: Path) -> Any:
    country = Country(tmp_path)
    yield country
    country.store.close()


# ------------------------------------------------------------------------------------------------ every status


def test_a_gap_is_missing_and_the_newest_year_is_overdue(country: Country) -> None:
    country.hold(2020, 2021, 2023)
    country.today("2025-06-01")
    assert country.statuses() == {2020: "held", 2021: "held", 2022: "missing", 2023: "held", 2024: "overdue"}


def test_a_report_with_an_earlier_state_is_revised(country: Country) -> None:
    country.hold(2023)
    country.hold(2023, text="二")
    assert country.statuses()[2023] == "revised"


def test_a_withdrawn_report_is_shown_as_such_whatever_its_version(country: Country) -> None:
    country.hold(2022, 2023)
    country.hold(2023, text="二")
    country.sql("update reports set withdrawn_run = 1 where year = 2023")
    country.today("2024-06-01")
    assert country.statuses() == {2022: "held", 2023: "withdrawn"}


@pytest.mark.parametrize("outcome", ["blocked", "unreachable"])
def test_a_portal_that_does_not_let_us_in_is_not_one_without_reports(country: Country, outcome: str) -> None:
    country.hold(2021, 2022)
    country.run(outcome)
    country.today("2025-06-01")
    assert country.statuses() == {2021: "held", 2022: "held", 2023: outcome, 2024: outcome}
    country.run("ok")
    country.today("2025-06-02")
    assert country.statuses() == {2021: "held", 2022: "held", 2023: "missing", 2024: "overdue"}


@pytest.mark.parametrize("outcome", ["partial", "failed", "suspect", "ok"])
def test_other_outcomes_of_a_portal_hide_nothing(country: Country, outcome: str) -> None:
    country.hold(2023)
    country.run(outcome)
    country.today("2025-06-01")
    assert country.statuses()[2024] == "overdue"


def test_before_its_deadline_a_report_is_not_due_though_the_portal_is_blocked(country: Country) -> None:
    country.hold(2023)
    country.run("blocked")
    country.today("2025-03-31")
    assert country.statuses()[2024] == "not_yet_due"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("needs_ocr", "attachment_unreadable"),
        ("encrypted", "attachment_unreadable"),
        ("challenge:412", "blocked"),
        ("forbidden", "blocked"),
        ("robots_denied", "blocked"),
        ("unreachable", "unreachable"),
        ("soft_404", "unreachable"),
        ("not_report", "missing"),
    ],
)
def test_the_page_of_a_listed_report_says_why_it_is_lacking(country: Country, outcome: str, status: str) -> None:
    country.hold(2021, 2023)
    country.list("青禾市2022年政府信息公开工作年度报告", f"{HOME}/x.html", outcome)
    country.today("2024-01-15")
    assert country.statuses() == {2021: "held", 2022: status, 2023: "held"}
    reasons = country.sql("select reason, url from coverage where year = 2022")
    assert reasons == [(None, None) if status == "missing" else (outcome, f"{HOME}/x.html")]


def test_a_page_that_took_too_long_to_read_is_there_one_that_never_came_is_not(country: Country) -> None:
    country.hold(2020, 2023)
    country.list("青禾市2021年政府信息公开年报", f"{HOME}/read.html", "timeout")
    country.list("青禾市2022年政府信息公开年报", f"{HOME}/silent.html", "timeout")
    country.sql("update pages set byte_count = 0 where url like '%silent%'")
    country.today("2024-06-01")
    assert country.statuses() == {2020: "held", 2021: "attachment_unreadable", 2022: "unreachable", 2023: "held"}


def test_a_file_that_cannot_be_read_stands_for_the_entry_that_links_it(country: Country) -> None:
    country.hold(2021, 2023)
    listed = country.list("青禾市2022年政府信息公开工作年度报告", f"{HOME}/x.html", "not_report")
    country.store.write(page(listed["attachments"][0]["url"], outcome="needs_ocr", rejected="a scan"), portal_id="qinghe")
    country.today("2024-01-15")
    assert country.statuses()[2022] == "attachment_unreadable"
    assert country.sql("select reason from coverage where year = 2022") == [("needs_ocr",)]


def test_a_held_report_needs_no_excuse(country: Country) -> None:
    country.hold(2022, 2023)
    country.list("青禾市2022年政府信息公开工作年度报告", f"{HOME}/copy.html", "forbidden")
    country.today("2024-01-15")
    assert country.statuses() == {2022: "held", 2023: "held"}


def test_an_entry_that_is_listed_no_more_says_nothing(country: Country) -> None:
    country.hold(2021, 2023)
    country.list("青禾市2022年政府信息公开工作年度报告", f"{HOME}/x.html", "forbidden")
    country.sql("update listing_entries set gone_run = 1")
    country.today("2024-01-15")
    assert country.statuses()[2022] == "missing"


# ------------------------------------------------------------------------------------------------ deadlines


@pytest.mark.parametrize(
    ("level", "year", "deadline"),
    [
        ("department", 2018, "2019-03-31"),  # the Regulations of 2007 held until 2019-05-15
        ("department", 2019, "2020-01-31"),
        ("ministry", 2019, "2020-01-31"),
        ("county", 2019, "2020-03-31"),
        ("prefecture", 2024, "2025-03-31"),
        ("province", 2024, "2025-03-31"),
        ("township", 2024, "2025-03-31"),
        ("department", 2008, "2009-03-31"),
    ],
)
def test_the_deadline_goes_by_level_and_year(country: Country, level: str, year: int, deadline: str) -> None:
    country.hold(year, name=BUREAU, level=level)
    assert country.sql("select deadline from coverage where agency = ? and year = ?", BUREAU, year) == [(deadline,)]


@pytest.mark.parametrize(
    ("level", "day", "status"),
    [
        ("department", "2026-01-31", "not_yet_due"),  # a Saturday: the law names a day and moves it for nobody
        ("department", "2026-02-01", "overdue"),
        ("county", "2026-02-01", "not_yet_due"),
        ("county", "2026-03-31", "not_yet_due"),
        ("county", "2026-04-01", "overdue"),
        ("department", "2026-01-01", "not_yet_due"),
    ],
)
def test_the_day_of_the_deadline_is_in_time(country: Country, level: str, day: str, status: str) -> None:
    country.hold(2024, name=BUREAU, level=level)
    country.today(day)
    assert country.statuses(BUREAU) == {2024: "held", 2025: status}


def test_the_deadline_passes_at_midnight_in_beijing(country: Country) -> None:
    country.hold(2024, name=BUREAU, level="department")
    country.sql("update runs set finished_at = '2026-01-31T15:59:59+00:00'")
    assert country.statuses(BUREAU)[2025] == "not_yet_due"
    country.sql("update runs set finished_at = '2026-01-31T16:00:00+00:00'")
    assert country.statuses(BUREAU)[2025] == "overdue"


def test_every_level_and_year_has_one_deadline() -> None:
    rules = coverage.deadline_rows()
    for level in ("ministry", "province", "prefecture", "county", "township", "department"):
        for year in range(2008, 2040):
            fitting = [rule for rule in rules if rule["level"] == level and rule["first_year"] <= year <= (rule["last_year"] or 9999)]
            assert len(fitting) == 1
            assert date.fromisoformat(f"{year + 1}-{fitting[0]['due']}")


def test_an_agency_of_unknown_level_has_until_the_last_deadline(country: Country) -> None:
    country.hold(2024, name=BUREAU, level="department")
    country.sql("update agencies set level = null")
    country.today("2026-03-31")
    assert country.sql("select status, deadline from coverage where agency = ? and year = 2025", BUREAU) == [("not_yet_due", None)]
    country.today("2026-04-01")
    assert country.statuses(BUREAU)[2025] == "overdue"


# ------------------------------------------------------------------------------------------------ today


def test_today_is_the_end_of_the_last_finished_run(country: Country) -> None:
    country.hold(2023)
    country.today("2025-03-01")
    later = country.run(finish=False)
    country.sql("update runs set started_at = '2026-07-01T00:00:00+00:00' where id = ?", later)
    assert country.statuses() == {2023: "held", 2024: "not_yet_due"}
    country.sql("update runs set finished_at = '2026-07-01T01:00:00+00:00', finish_reason = 'shutdown' where id = ?", later)
    assert country.statuses() == {2023: "held", 2024: "not_yet_due"}
    country.sql("update runs set finish_reason = 'finished' where id = ?", later)
    assert country.statuses() == {2023: "held", 2024: "missing", 2025: "overdue"}


def test_an_unfinished_run_says_nothing_of_portals(country: Country) -> None:
    country.hold(2023)
    country.run("blocked", finish=False)
    country.today("2025-06-01")
    assert country.statuses()[2024] == "overdue"


def test_a_rebuild_does_not_move_the_day(country: Country) -> None:
    country.hold(2023)
    country.today("2025-03-01")
    rebuilt = country.run(command="scrapy reextract")
    country.sql("update runs set finished_at = '2026-07-01T01:00:00+00:00' where id = ?", rebuilt)
    assert country.statuses() == {2023: "held", 2024: "not_yet_due"}
    country.sql("delete from run_portals")
    country.sql("update runs set command = 'scrapy reextract'")
    assert country.statuses()[2025] == "overdue"  # where no crawl is on record, its end is all there is


def test_without_a_finished_run_nothing_is_due(country: Country) -> None:
    country.hold(2020, 2022)
    country.sql("update runs set finished_at = null, finish_reason = null")
    assert country.statuses() == {2020: "held", 2022: "held"}
    assert country.sql("select count(*) from coverage") == [(2,)]


# ------------------------------------------------------------------------------------------------ who is expected, since when


def test_a_listed_year_begins_what_is_expected(country: Country) -> None:
    country.hold(2022, 2023)
    country.list("青禾市2020年政府信息公开工作年度报告", f"{HOME}/x.html", "forbidden")
    country.today("2024-06-01")
    assert country.statuses() == {2020: "blocked", 2021: "missing", 2022: "held", 2023: "held"}


def test_what_the_portal_list_expects_counts_for_the_portals_own_agency(country: Country) -> None:
    country.hold(2022)
    country.hold(2022, name=BUREAU)
    country.store.add_portal({**PORTALS[0], "expect_since": 2020})
    country.today("2023-06-01")
    assert country.statuses() == {2020: "missing", 2021: "missing", 2022: "held"}
    assert country.statuses(BUREAU) == {2022: "held"}


def test_an_agency_is_expected_while_it_lasts(country: Country) -> None:
    country.hold(2018, name=BUREAU)
    country.sql("update agencies set valid_from = '2016-05-01', valid_to = '2021-03-01'")
    country.today("2025-06-01")
    assert country.statuses(BUREAU) == {2016: "missing", 2017: "missing", 2018: "held", 2019: "missing", 2020: "missing"}


def test_a_portal_of_which_nothing_was_read_stands_for_its_own_agency(country: Country) -> None:
    country.hold(2023)
    country.run("blocked")
    country.store.add_portal({**PORTALS[1], "expect_since": 2023})
    country.store.add_portal({**PORTALS[1], "id": "www-example-com", "name": "www.example.com"})  # made of an address: nobody's name
    country.today("2025-06-01")
    found = country.sql("select agency_id, agency, level, year, status, portal_id from coverage where agency_id is null order by year")
    assert found == [(None, "云溪县", "county", year, "blocked", "yunxi") for year in (2023, 2024)]


def test_an_agency_that_is_only_listed_is_shown_for_the_years_listed(country: Country) -> None:
    country.hold(2023)
    country.list("青禾市园林局2022年政府信息公开工作年度报告", f"{HOME}/y.html", "needs_ocr")
    country.today("2025-06-01")
    assert country.sql("select agency_id, year, status from coverage where agency = '青禾市园林局'") == [
        (None, 2022, "attachment_unreadable")
    ]


@pytest.mark.parametrize("printed", [BUREAU, "水务局", "市水务局", f"青禾省{BUREAU}"])
def test_an_agency_is_known_by_the_names_listings_print(country: Country, printed: str) -> None:
    country.hold(2021, 2023, name=BUREAU)
    country.list(f"{printed}2022年政府信息公开工作年度报告", f"{HOME}/y.html", "forbidden")
    country.today("2024-01-15")
    assert country.statuses(BUREAU) == {2021: "held", 2022: "blocked", 2023: "held"}


def test_a_report_ahead_of_its_time_is_held(country: Country) -> None:
    country.hold(2024)
    country.today("2024-12-30")
    assert country.statuses() == {2024: "held"}


def test_no_agency_has_a_year_twice(country: Country) -> None:
    country.hold(2021, 2023)
    for number, outcome in enumerate(("forbidden", "needs_ocr", "unreachable")):
        country.list("青禾市2022年政府信息公开工作年度报告", f"{HOME}/{number}.html", outcome)
    country.today("2024-06-01")
    assert country.sql("select year, count(*) from coverage where agency like '青禾市%' group by 1") == [(2021, 1), (2022, 1), (2023, 1)]
    assert country.statuses()[2022] == "attachment_unreadable"


# ------------------------------------------------------------------------------------------------ the data


def test_every_outcome_of_a_page_is_in_the_data() -> None:
    of_extract = {kind.outcome for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "outcome")}
    of_crawl = {code for code, _ in outcomes._STATUSES.values()} | {code for _, code in outcomes._MARKS}
    assert of_extract | of_crawl <= coverage.content()["outcomes"].keys()
    assert set(coverage.content()["outcomes"].values()) <= {None, *coverage.content()["statuses"]}
