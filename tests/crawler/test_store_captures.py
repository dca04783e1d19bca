"""The election among captures, without a database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.store.captures import Candidate, elect, host_of, in_order

HOSTS = {"www.qinghe.gov.cn"}
URLS = ["http://www.qinghe.gov.cn/1.html", "https://www.yunxi.gov.cn/a", "http://copy.example.com/", "saved:青禾/2023.html"]


def candidate(page_id: str, url: str = URLS[0], *, facts: str = "f", held: bool = True, cells: int = 10) -> Candidate:
    return Candidate(page_id, url, cells, "2024-01-30", facts[0], facts, held)


def test_the_first_capture_that_says_it_stands_for_a_state() -> None:
    chain = [candidate("a"), candidate("b", held=False), candidate("c", facts="g"), candidate("d", facts="g2")]
    found = elect(chain, {URLS[0]: ["a", "b", "c", "d"]}, HOSTS)
    assert (found.page_id, found.versions) == ("d", ("a",)), "g2 differs from g in what is no version"
    assert found.kept == {"a", "c", "d"}


def test_a_state_that_came_back_is_read_from_its_first_capture() -> None:
    found = elect([candidate("a"), candidate("b", facts="g")], {URLS[0]: ["a", "b", "a"]}, HOSTS)
    assert (found.page_id, found.versions) == ("a", ("a", "b"))


def test_a_capture_whose_rows_cannot_be_had_is_passed_over() -> None:
    found = elect([candidate("a"), candidate("b", facts="g", held=False)], {URLS[0]: ["a", "b"]}, HOSTS)
    assert (found.page_id, found.versions) == ("a", ())


def test_without_fetches_the_order_of_arrival_counts() -> None:
    assert in_order(["b", "a"], []) == ["b", "a"]
    assert in_order(["b", "a"], ["a"]) == ["b", "a"]


def test_fetches_say_what_came_when() -> None:
    assert in_order(["b", "a"], ["a", "a", "x", "b", "b"]) == ["a", "b"]
    assert in_order(["b", "a"], ["a", "x", "a", "b", "a"]) == ["a", "b", "a"]


def test_hosts() -> None:
    assert [host_of(url) for url in (*URLS, "http://[broken", "HTTP://WWW.X.GOV.CN:80/")] == [
        "www.qinghe.gov.cn",
        "www.yunxi.gov.cn",
        "copy.example.com",
        "",
        "",
        "www.x.gov.cn",
    ]


captures = st.lists(
    st.builds(
        Candidate,
        page_id=st.text("abcdefgh", min_size=1, max_size=3),
        url=st.sampled_from(URLS),
        cells=st.integers(0, 3),
        published_on=st.sampled_from([None, "2024-01-30", "2023-02-01"]),
        state=st.sampled_from("xyz"),
        facts=st.sampled_from(["x1", "x2", "y1"]),
        held=st.just(True),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one.page_id,
)


@given(captures, st.randoms(use_true_random=False))
def test_the_outcome_does_not_depend_on_the_order(found: list[Candidate], chance: object) -> None:
    history = {url: sorted(one.page_id for one in found if one.url == url) for url in {one.url for one in found}}
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    election = elect(found, history, HOSTS)
    assert elect(shuffled, dict(reversed(history.items())), HOSTS) == election
    assert {election.page_id, *election.versions, *election.others} <= election.kept
    assert election.role(election.page_id) == "report"
