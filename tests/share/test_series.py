"""Where lines break: never joined over another way of counting, nor over a year without a report."""

from __future__ import annotations

import pytest

from share.series import Point, break_years, segments, shares

pytestmark = pytest.mark.soak  # the site is being built: its pages and these tests change together


def point(
    year: int, value: float | None = 1, source: str = "form2021_requests: granted", era: str = "form2021", how: str = "close"
) -> Point:
    origin = "table" if ":" in source else "prose"
    return Point(year, value, "number" if value is not None else "not_reported", origin, how, source, f"r{year}", era)


@pytest.mark.parametrize(
    ("one", "other", "broken"),
    [
        (point(2020, source="form2019_requests: granted", era="form2019"), point(2021), False),
        (point(2018, source="stats_2014: answered_granted", era="stats2014"), point(2019), True),
        (point(2018, source="stats_2014: x", era="stats2014", how="same"), point(2019, how="same"), False),
        (
            point(2020, source="form2019_art20_1: newly_made", era="form2019"),
            point(2021, source="form2021_art20_1: issued_this_year"),
            True,
        ),
        (point(2012, source="requests.received", era="pre2014", how="loose"), point(2013, source="stats_2013: x", how="same"), True),
        (
            point(2013, source="reviews.total", era="pre2014", how="loose"),
            point(2014, source="reviews.total", era="stats2014", how="loose"),
            True,
        ),
    ],
)
def test_a_line_breaks_where_something_else_is_counted(one: Point, other: Point, broken: bool) -> None:
    (segment,) = segments([one, other])
    assert segment.broken is broken
    assert break_years([[one, other]]) == ([other.year] if broken else [])


def test_nothing_joins_over_a_missing_year_or_a_blank() -> None:
    assert segments([point(2020), point(2022)]) == []
    assert segments([point(2020), point(2021, None), point(2022)]) == []


def test_a_share_needs_both_sides_and_a_whole_that_is_not_zero() -> None:
    part = [point(2020, 5), point(2021, 5), point(2022, None), point(2023, 5)]
    whole = [point(2020, 40), point(2021, 0), point(2022, 10)]
    found = shares(part, whole)
    assert [one.value for one in found] == [12.5, None, None, None]
    assert [one.state for one in found] == ["number", "no_whole", "not_reported", "no_whole"]


def test_a_share_is_as_comparable_as_its_looser_side() -> None:
    (found,) = shares([point(2020, 5, how="same")], [point(2020, 10, how="loose")])
    assert found.comparability == "loose"
