"""The domain's data files: read as they are, refused with file and key where they are wrong."""

from __future__ import annotations

import pytest

from extract.data import sections, templates
from extract.data.reader import Node, load, unique
from extract.errors import DataFileError


def test_every_file_is_read() -> None:
    assert len(templates().tables) == 17
    assert templates().tables["review_litigation"].columns[0].group == "行政复议"
    assert {kind.id for kind in sections().kinds} >= {"overview", "requests", "review_litigation", "other"}


@pytest.mark.parametrize(
    ("year", "era"), [(2004, "pre2014"), (2013, "pre2014"), (2014, "stats2014"), (2020, "form2019"), (2031, "form2021")]
)
def test_the_era_of_a_year(year: int, era: str) -> None:
    assert templates().era_of_year(year).id == era


def test_a_metric_has_a_column_unless_it_may_stand_often() -> None:
    columns = {metric.id: metric.column for metric in sections().metrics}
    assert columns["requests.received"] == "received"
    assert columns["reviews.total"] == "reviews_total"
    assert columns["proactive.category"] is None


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda: load("no-such-file.yaml"), "no-such-file.yaml: cannot be read"),
        (lambda: Node([], "file: place"), "file: place: must be a mapping"),
        (lambda: Node({}, "file: place").get("id", str), "file: place: id is missing"),
        (lambda: Node({"id": 3}, "file: place").get("id", str), "id must be str, is 3"),
        (lambda: Node({"id": "x", "typo": 1}, "file: place").done("id"), "file: place: unknown key typo"),
        (lambda: unique(["a", "b", "a"], "file: place"), "file: place: a stands twice"),
    ],
)
def test_what_is_wrong_names_file_and_key(read, message: str) -> None:
    with pytest.raises(DataFileError, match=message):
        read()
