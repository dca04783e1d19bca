"""`scrapy coverage`: what is asked for is what is counted, listed and drawn; what cannot be answered is one line."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import pytest
from rich.console import Console
from scrapy.utils.project import get_project_settings

from crawler.commands.coverage import Command
from crawler.coverage import Line, Wanted, as_csv, as_json, as_table, picture, read
from crawler.coverage.showing import groups
from crawler.errors import ConfigurationError
from crawler.store import Store
from crawler.store.errors import NewerDatabase, NotOurDatabase
from tests.crawler.test_coverage import BUREAU, Country

SVG = "{http://www.w3.org/2000/svg}"


def line(**changes: object) -> Line:
    values = {
        "agency_id": "a",
        "agency": "青禾市水务局",
        "level": "department",
        "division_code": "130100",
        "province": None,
        "year": 2023,
        "status": "held",
        "deadline": "2024-01-31",
        "report_id": "r",
        "published_on": "2024-01-20",
        "url": "http://www.qinghe.gov.cn/1.html",
        "portal_id": "qinghe",
        "reason": None,
        "as_of": "2024-06-01",
    }
    return Line(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    country = Country(tmp_path)
    country.hold(2021, 2023)
    country.hold(2023, name=BUREAU, level="department")
    country.sql("update agencies set division_code = '130100' where name = ?", BUREAU)
    country.today("2024-06-01")
    country.store.close()
    return country.path


def found(database: Path, **wanted: str) -> list[tuple[str, int, str]]:
    return [(one.agency, one.year, one.status) for one in read(database, Wanted(**wanted)) if one.agency_id]


def test_what_is_asked_for_is_read(database: Path) -> None:
    city = [("青禾市人民政府", 2021, "held"), ("青禾市人民政府", 2022, "missing"), ("青禾市人民政府", 2023, "held")]
    assert found(database) == [(BUREAU, 2023, "held"), *city]
    assert found(database, province="河北") == found(database, province="130000") == [(BUREAU, 2023, "held")]
    assert found(database, province="河南") == []
    assert found(database, level="prefecture") == city
    assert found(database, year="2022") == [city[1]]
    assert found(database, year="2022-2023", agency="人民政府") == city[1:]
    assert found(database, status="missing") == [city[1]]
    assert found(database, agency="%") == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"province": "亚特兰蒂斯"}, "hebei"),
        ({"level": "village"}, "township"),
        ({"status": "late"}, "overdue"),
        ({"year": "24"}, "--year 2019-2024"),
        ({"year": "2019-"}, "--year 2019-2024"),
        ({"year": "20x9"}, "--year"),
    ],
)
def test_a_value_that_is_none_is_named_with_those_there_are(database: Path, wanted: dict[str, str], names: str) -> None:
    with pytest.raises(ConfigurationError, match=names):
        read(database, Wanted(**wanted))


def test_a_file_that_cannot_answer_is_named(tmp_path: Path, database: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no database yet"):
        read(tmp_path / "none.db", Wanted())
    assert not (tmp_path / "none.db").exists()
    (tmp_path / "text.db").write_text("no database, and long enough not to be taken for an empty one" * 20)
    with pytest.raises(NotOurDatabase):
        read(tmp_path / "text.db", Wanted())
    with sqlite3.connect(database) as connection:
        connection.execute("drop view coverage")
    with pytest.raises(ConfigurationError, match=r"older version.*scrapy reindex"):
        read(database, Wanted())
    connection.execute("pragma user_version = 999")
    connection.close()
    with pytest.raises(NewerDatabase):
        read(database, Wanted())


def test_reading_writes_nothing_while_a_crawl_writes(database: Path) -> None:
    with Store(database):
        assert found(database)


def shown(lines: list[Line], by: tuple[str, ...]) -> list[list[str]]:
    console = Console(file=io.StringIO(), width=200)
    console.print(as_table(lines, by))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    return [
        [cell.strip() for cell in row.strip("│┃").replace("┃", "│").split("│")] for row in text.splitlines() if "│" in row or "┃" in row
    ]


def test_the_table_counts_and_says_what_share_is_held() -> None:
    lines = [line(), line(year=2022, status="missing"), line(year=2021, status="withdrawn"), line(year=2024, status="not_yet_due")]
    lines.append(line(level="ministry", division_code=None, status="blocked"))
    assert shown(lines, ("province", "level")) == [
        ["province", "level", "held", "withdrawn", "not yet due", "missing", "blocked", "held of due"],
        ["国务院部门", "ministry", "", "", "", "", "1", "0.0%"],
        ["河北", "department", "1", "1", "1", "1", "", "66.7%"],
        ["all", "", "1", "1", "1", "1", "1", "50.0%"],
    ]
    assert shown([line(status="not_yet_due")], ("year",))[1] == ["2023", "1", ""]
    with pytest.raises(ConfigurationError, match="province, level, year, agency"):
        groups("place")


def test_csv_and_json_hold_every_line() -> None:
    lines = [line(agency='=HYPERLINK("x")', reason="\uff1d1"), line(year=2022, report_id=None)]
    rows = list(csv.DictReader(io.StringIO(as_csv(lines))))
    assert [row["agency"] for row in rows] == ['\'=HYPERLINK("x")', "青禾市水务局"]
    assert [(row["year"], row["report_id"], row["reason"]) for row in rows] == [("2023", "r", "'\uff1d1"), ("2022", "", "")]
    assert [(one["agency"], one["year"], one["report_id"]) for one in json.loads(as_json(lines))] == [
        ('=HYPERLINK("x")', 2023, "r"),
        ("青禾市水务局", 2022, None),
    ]


def test_the_picture_has_a_square_for_each_agency_and_year() -> None:
    hostile = line(agency='<script>alert("1")</script>', agency_id="b", year=2021, status="missing", url="javascript:alert(1)", reason="x")
    tree = ElementTree.fromstring(picture([line(), line(year=2021, status="blocked", url=None), hostile]))
    titles = [one.text for one in tree.iter(f"{SVG}title")]
    assert titles == [
        "青禾市水务局 2021, blocked, due 2024-01-31",
        "青禾市水务局 2023, held, due 2024-01-31",
        '<script>alert("1")</script> 2021, missing, x, due 2024-01-31',
    ]
    assert [one.get("href") for one in tree.iter(f"{SVG}a")] == ["http://www.qinghe.gov.cn/1.html"]
    assert not list(tree.iter(f"{SVG}script"))
    assert {"2021", "2022", "2023", "not yet due"} <= {one.text for one in tree.iter(f"{SVG}text")}


def test_a_picture_of_nothing_or_of_too_much_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="nothing fits"):
        picture([])
    with pytest.raises(ConfigurationError, match="2001 agencies"):
        picture([line(agency_id=str(number)) for number in range(2001)])


def command(database: Path, *words: str) -> int:
    from argparse import ArgumentParser

    made = Command()
    made.settings = get_project_settings().copy()
    made.settings.set("REPORTS_DB", str(database), priority="cmdline")
    parser = ArgumentParser()
    made.add_options(parser)
    opts, rest = parser.parse_known_args(words)
    made.run(rest, opts)
    return made.exitcode


def test_the_command_writes_what_it_is_told(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(database, "--format", "json", "--status", "missing") == 0
    assert [one["year"] for one in json.loads(capsys.readouterr().out)] == [2022]
    assert command(database, "--format", "csv", "--out", str(tmp_path / "c.csv"), "--picture", str(tmp_path / "c.svg")) == 0
    assert (tmp_path / "c.csv").read_bytes().startswith(b"\xef\xbb\xbfagency_id,")
    assert ElementTree.parse(tmp_path / "c.svg").getroot().tag == f"{SVG}svg"
    assert capsys.readouterr().out == ""
    assert command(database) == 0
    assert "held of due" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--format", "xml"), "table, csv, json"),
        (("--picture", "c.png"), "SVG"),
        (("--by", "year", "--format", "csv"), "--by"),
        (("--by", "place"), "province, level, year, agency"),
        (("--province", "x"), "known are"),
        (("--out", "/nowhere/at/all", "--format", "csv"), "cannot be written"),
    ],
)
def test_a_wrong_option_is_one_line_and_status_1(
    database: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert command(database, *words) == 1
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
