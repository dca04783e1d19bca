"""Listings walked to their end: every stop rule, what makes a walk incomplete, and that no server can keep one going."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cms import Listing, ListingEntry, NextRequest, SubListing
from crawler.portals import Portal
from crawler.walks import ASKS, MAX_REDIRECTS, Walk

HOME = "http://www.qinghe.example/nb/"
PORTAL = Portal("qinghe", "青禾市", "prefecture", "990100", (HOME,), ("qinghe.example",))
LIMIT = 50


def page(number: int) -> NextRequest:
    """Page `number` of the listing; 1 is its address itself."""
    return NextRequest(HOME if number == 1 else f"{HOME}index_{number}.html")


def listing(
    entries: Iterable[int] = (), *further: int | NextRequest, family: str = "trs", redirect: str | None = None, **rows: object
) -> Listing:
    """A page with these entries that leads to these pages."""
    found = tuple(ListingEntry(f"{HOME}{number}.html", f"青禾市第{number}份年报") for number in entries)
    requests = tuple(page(one) if isinstance(one, int) else one for one in further)
    return Listing(found, requests, family=family, redirect=redirect, **rows)  # type: ignore[arg-type]


def walk(
    answers: Mapping[NextRequest, list[Listing | str]], limit: int = LIMIT, start: NextRequest | None = None
) -> tuple[Walk, list[str]]:
    """A walk that is over, and the addresses it asked for. A request is answered by its list, one after the other, the last one again; a
    text is the reason of a failure, and so is what is not in `answers`."""
    walked, asked, times = Walk(PORTAL, start or page(1)), [], dict.fromkeys(answers, 0)
    request: NextRequest | None = walked.start
    while request is not None:
        asked.append(request.url.removeprefix(HOME))
        turns = answers.get(request, ["unreachable: HTTP 404"])
        answer = turns[min(times.get(request, 0), len(turns) - 1)]
        times[request] = times.get(request, 0) + 1
        if isinstance(answer, str):
            request = walked.failed(request, answer, limit)
        else:
            request = walked.redirected(answer) or walked.take(answer, request, limit)
    return walked, asked


def numbered(*pages: Listing | str | list[Listing | str]) -> dict[NextRequest, list[Listing | str]]:
    """Answers of the pages 1, 2, 3 ..."""
    return {page(number): one if isinstance(one, list) else [one] for number, one in enumerate(pages, 1)}


# ------------------------------------------------------------------------------------------------ stop rules


def test_a_listing_without_further_pages() -> None:
    walked, asked = walk(numbered(listing([1, 2])))
    assert (asked, walked.problems, walked.over, walked.pages) == ([""], [], True, 1)


def test_pages_are_asked_for_in_order_and_once() -> None:
    walked, asked = walk(numbered(listing([1], 2, 3), listing([2], 3, 2), listing([3], 2, 1)))
    assert asked == ["", "index_2.html", "index_3.html"]
    assert (walked.problems, walked.family) == ([], "trs")


def test_the_declared_total_ends_the_walk() -> None:
    walked, asked = walk(numbered(listing([1, 2], 2, declared=3), listing([3], 3)))
    assert asked == ["", "index_2.html"]
    assert (walked.problems, walked.declared) == ([], 3)


def test_a_page_without_anything_new_ends_the_walk() -> None:
    walked, asked = walk(numbered(listing([1, 2], 2), listing([2, 1], 3), listing([3])))
    assert asked == ["", "index_2.html"]
    assert walked.problems == []


def test_a_page_equal_to_the_first_ends_the_walk() -> None:
    walked, asked = walk(numbered(listing([1, 2], 2), listing([3], 3), listing([1, 2], 4), listing([9])))
    assert asked == ["", "index_2.html", "index_3.html"]
    assert walked.problems == []


def test_an_empty_page_past_the_end_ends_the_walk() -> None:
    walked, asked = walk(numbered(listing([1], 2), listing([], 3), listing([9])))
    assert asked == ["", "index_2.html"]
    assert walked.problems == []


def test_a_stub_that_sends_back_ends_the_walk_whatever_the_pager_counts() -> None:
    walked, asked = walk(numbered(listing([1], 2, 3, 4, pages=4), listing([2]), listing(family="unknown", redirect=HOME), listing([9])))
    assert asked == ["", "index_2.html", "index_3.html"]
    assert (walked.problems, walked.declared_pages) == ([], 3)


def test_an_empty_first_page_is_a_frame_around_its_service() -> None:
    walked, asked = walk(numbered(listing([], 2), listing([1])))
    assert asked == ["", "index_2.html"]
    assert walked.problems == []


def test_some_entries_of_a_page_may_be_known() -> None:
    walked, asked = walk(numbered(listing([1, 2], 2), listing([2, 3], 3), listing([4])))
    assert len(asked) == 3
    assert [entry.url.removeprefix(HOME) for entry in walked.fresh(listing([4, 5]))] == ["5.html"]


# ------------------------------------------------------------------------------------------------ the same page under two names


@pytest.mark.parametrize("name", ["index.html", "default.aspx", "index.shtml#"])
def test_the_first_page_under_another_name_is_not_asked_for(name: str) -> None:
    """Taken for a page of its own it would be the first one again, and end the walk before page 3."""
    first = NextRequest(HOME + name)
    secure = NextRequest(HOME.replace("http:", "https:"))
    _, asked = walk(numbered(listing([1], 2), listing([2], first, secure, 3), listing([3])))
    assert asked == ["", "index_2.html", "index_3.html"]


def test_a_page_that_a_redirect_led_to_is_not_asked_for_again() -> None:
    target = NextRequest(f"{HOME}list.shtml")
    answers = {page(1): [listing(redirect=target.url, family="unknown")], target: [listing([1], 2)], page(2): [listing([2], target, 3)]}
    _, asked = walk({**answers, page(3): [listing([3])]})
    assert asked == ["", "list.shtml", "index_2.html", "index_3.html"]


def test_what_differs_in_its_form_or_its_query_is_another_page() -> None:
    posts = [NextRequest(HOME, "POST", f"page={number}") for number in (2, 3)]
    query = NextRequest(f"{HOME}?page=4")
    answers = {page(1): [listing([1], *posts, query)], posts[0]: [listing([2])], posts[1]: [listing([3])], query: [listing([4])]}
    walked, asked = walk(answers)
    assert (len(asked), walked.pages) == (4, 4)


def test_a_state_makes_no_other_page() -> None:
    _, asked = walk({**numbered(listing([1], NextRequest(page(2).url, state="2"))), NextRequest(page(2).url, state="2"): [listing([2], 2)]})
    assert asked == ["", "index_2.html"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://www.qinghe.example/nb/7/", "https://qinghe.example/nb/7/index.html", True),
        ("http://www.qinghe.example/content/post_7.html", "http://www.qinghe.example/content/mpost_7.html", True),
        ("http://www.qinghe.example/nb/7.html", "http://www.qinghe.example/nb/8.html", False),
        ("http://www.qinghe.example/show.jsp?id=7", "http://www.qinghe.example/show.jsp?id=8", False),
        ("http://www.qinghe.example/nb/t20200102_7.html", "http://cz.qinghe.example/nb/t20200102_7.html", False),
    ],
)
def test_an_article_under_two_names_is_one_entry(one: str, other: str, same: bool) -> None:
    entries = tuple(ListingEntry(url, "青禾市2019年政府信息公开年报") for url in (one, other))
    walked = Walk(PORTAL, page(1))
    shortest = sorted((one, other), key=len)[: 1 if same else 2]
    assert {entry.url for entry in walked.fresh(Listing(entries))} == {*shortest}
    walked.take(Listing(entries[:1]), page(1), LIMIT)
    assert len(walked.fresh(Listing(entries[1:]))) == (0 if same else 1)


def test_a_service_may_want_several_steps_before_its_rows() -> None:
    walked, asked = walk(numbered(listing([], 2), listing([], 3), listing([1], 4, pages=2), listing([2])))
    assert len(asked) == 4
    assert (walked.problems, walked.pages, walked.answered) == ([], 2, 4)


# ------------------------------------------------------------------------------------------------ incomplete walks


def test_a_listing_without_anything_is_a_problem() -> None:
    assert walk(numbered(listing([])))[0].problems == [f"{HOME}: the listing names nothing"]
    assert walk(numbered(listing([], 2), listing([])))[0].problems == [f"{HOME}: the listing names nothing"]


def test_a_hub_names_listings() -> None:
    hub = listing(listings=(sub(f"{HOME}2019/", "year"),))
    top = Walk(PORTAL, page(1))
    assert len(top.below(hub)) == 1
    assert top.take(hub, page(1), LIMIT) is None
    assert top.problems == []


def test_another_page_in_place_of_the_one_asked_for_is_asked_for_again_once() -> None:
    walked = Walk(PORTAL, page(1))
    assert walked.take(listing([1], 2), page(1), LIMIT) == page(2)
    assert [walked.again(page(2), LIMIT), walked.again(page(2), LIMIT)] == [page(2), None]
    assert Walk(PORTAL, page(1)).again(page(1), 1) is None


@pytest.mark.parametrize("declares", [{"pages": 3}, {"declared": 3}])
def test_a_middle_page_that_is_empty_once_is_asked_for_again(declares: dict[str, int]) -> None:
    walked, asked = walk(numbered(listing([1], 2, 3, **declares), [listing([]), listing([2])], listing([3])))
    assert asked == ["", "index_2.html", "index_2.html", "index_3.html"]
    assert (walked.problems, walked.pages) == ([], 3)


def test_a_middle_page_that_is_empty_twice_is_a_problem_and_the_walk_goes_on() -> None:
    walked, asked = walk(numbered(listing([1], 2, 3, pages=3), listing([]), listing([3])))
    assert asked == ["", "index_2.html", "index_2.html", "index_3.html"]
    assert walked.problems == [f"{HOME}index_2.html: page 2 of 3 is empty"]


def test_an_empty_page_is_forgiven_where_all_entries_are_there() -> None:
    """A service that counts its pages from 0 has no page 3 of 3, and says so by an empty one."""
    zero = NextRequest(f"{HOME}index_0.html")
    rows = {"declared": 3, "pages": 3}
    walked, asked = walk({**numbered(listing([2], 2, 3, **rows), listing([3]), listing([], zero)), zero: [listing([1])]})
    assert asked == ["", "index_2.html", "index_3.html", "index_3.html", "index_0.html"]
    assert (walked.problems, walked.pages) == ([], 3)


def test_a_middle_page_that_fails_is_a_problem_and_the_walk_goes_on() -> None:
    walked, asked = walk(numbered(listing([1], 2, 3), "timeout: no answer in time", listing([3])))
    assert asked == ["", "index_2.html", "index_3.html"]
    assert walked.problems == ["timeout: no answer in time"]


def test_a_first_page_that_fails_ends_the_walk() -> None:
    walked, asked = walk(numbered("forbidden"))
    assert (asked, walked.problems, walked.over, walked.pages) == ([""], ["forbidden"], True, 0)


def test_a_declared_total_that_is_not_met_is_a_problem() -> None:
    walked, _ = walk(numbered(listing([1, 2], 2, declared=40), listing([3])))
    assert walked.problems == [f"{HOME}: declares 40 entries and shows 3"]


def test_a_row_listed_twice_counts_as_declared() -> None:
    walked, _ = walk(numbered(listing([1, 2], 2, declared=4), listing([2, 3])))
    assert walked.problems == []


def test_a_page_shown_twice_does_not_count_as_declared() -> None:
    walked, _ = walk(numbered(listing([1, 2], 2, declared=4), listing([1, 2])))
    assert walked.problems == [f"{HOME}: declares 4 entries and shows 2"]


def test_a_server_that_turns_no_page_is_a_problem() -> None:
    walked, asked = walk(numbered(listing([1, 2], 2, 3, pages=3), listing([1, 2], 3), listing([1, 2])))
    assert asked == ["", "index_2.html"]
    assert walked.problems == [f"{HOME}index_2.html: page 2 of 3 repeats earlier ones"]


def test_a_pager_that_leads_nowhere_is_a_problem() -> None:
    walked, _ = walk(numbered(listing([1, 2], 2, pages=5), listing([3])))
    assert walked.problems == [f"{HOME}: declares 5 pages and leads to 2"]


def test_a_listing_without_end_is_cut() -> None:
    walked, asked = walk({page(n): [listing([n], n + 1)] for n in range(1, 30)}, limit=5)
    assert len(asked) == 5
    assert walked.problems == [f"{HOME}: LISTING_PAGE_LIMIT (5) reached, 1 pages left"]


# ------------------------------------------------------------------------------------------------ where pages lead


def test_a_stub_leads_on() -> None:
    target = NextRequest(f"{HOME}list/")
    walked, asked = walk({page(1): [listing(redirect=target.url, family="unknown")], target: [listing([1])]})
    assert asked == ["", "list/"]
    assert (walked.problems, walked.pages, walked.family) == ([], 1, "trs")


def test_redirects_are_bounded() -> None:
    steps = [NextRequest(f"{HOME}{number}") for number in range(9)]
    stubs = {one: [listing(redirect=two.url, family="unknown")] for one, two in pairwise(steps)}
    walked, asked = walk(stubs, start=steps[0])
    assert len(asked) == MAX_REDIRECTS + 1
    assert walked.problems == [f"{HOME}0: redirect_loop: sent on more than {MAX_REDIRECTS} times by its pages"]


def test_two_stubs_that_lead_to_each_other_end() -> None:
    other = NextRequest(f"{HOME}other/")
    walked, asked = walk({page(1): [listing(redirect=other.url)], other: [listing(redirect=HOME)]})
    assert len(asked) == MAX_REDIRECTS + 1
    assert walked.problems


def sub(url: str, kind: str = "agency", agency: str | None = None, state: str = "") -> SubListing:
    return SubListing(NextRequest(url, state=state), kind, agency)  # type: ignore[arg-type]


def test_listings_below_are_walked_one_hop() -> None:
    top = Walk(PORTAL, page(1))
    hub = listing(listings=(sub(f"{HOME}cz/", agency="青禾市财政局"), sub(f"{HOME}2019/", "year")))
    agencies, years = top.below(hub)
    assert (agencies.start.url, agencies.agency, agencies.depth) == (f"{HOME}cz/", "青禾市财政局", 1)
    assert (years.agency, years.problems) == (None, [])
    assert agencies.below(hub) == []


def test_a_listing_below_is_walked_once() -> None:
    """Every page of a listing may show the tabs of its years."""
    top = Walk(PORTAL, page(1))
    years = (sub(f"{HOME}2019/", "year"), sub(f"{HOME}2019/index.html", "year"), sub(f"{HOME}index.html", "year"))
    assert [walk.start.url for walk in top.below(listing([1], 2, listings=years))] == [f"{HOME}2019/"]
    top.take(listing([1], 2, listings=years), page(1), LIMIT)
    assert top.below(listing([2], listings=years)) == []


def test_a_frame_is_no_depth_of_its_own() -> None:
    shell = Walk(PORTAL, page(1))
    (framed,) = shell.below(listing(listings=(sub(f"{HOME}list.html", "frame"),), family="unknown"))
    assert (framed.depth, framed.frames) == (0, 1)
    assert framed.below(listing(listings=(sub(f"{HOME}deeper.html", "frame"),))) == []
    (year,) = framed.below(listing(listings=(sub(f"{HOME}2019/", "year"),)))
    assert (year.depth, year.frames) == (1, 1)


def test_only_its_family_reads_the_answer_of_a_service() -> None:
    top = Walk(PORTAL, page(1))
    page_below, service = top.below(listing(listings=(sub(f"{HOME}a/"), sub(f"{HOME}b/", state="x")), family="lonsun"))
    assert (page_below.family, service.family) == (None, "lonsun")
    pinned = Walk(PORTAL, page(1), "trs")
    assert [walk.family for walk in pinned.below(listing(listings=(sub(f"{HOME}b/", state="x"),), family="lonsun"))] == ["trs"]


def test_an_agency_is_handed_down() -> None:
    (below,) = Walk(PORTAL, page(1), agency="青禾市财政局").below(listing(listings=(sub(f"{HOME}2019/", "year"),)))
    assert below.agency == "青禾市财政局"


# ------------------------------------------------------------------------------------------------ no end of answers

_pages = st.integers(1, 12).map(page)
_answers = st.one_of(
    st.just("unreachable"),
    st.builds(
        lambda entries, further, declared, pages, redirect: listing(entries, *further, declared=declared, pages=pages, redirect=redirect),
        st.lists(st.integers(1, 20), max_size=4),
        st.lists(_pages, max_size=4),
        st.none() | st.integers(0, 10_000),
        st.none() | st.integers(0, 10_000),
        st.none() | _pages.map(lambda request: request.url),
    ),
)


@given(st.data(), st.integers(1, 6))
def test_any_answers_end_the_walk_within_the_limit(data: st.DataObject, limit: int) -> None:
    """A server that answers anything to anything, the same request differently each time."""
    walked, requests = Walk(PORTAL, page(1)), 0
    request: NextRequest | None = walked.start
    while request is not None:
        requests += 1
        assert requests <= limit + MAX_REDIRECTS + ASKS
        answer = data.draw(_answers)
        if isinstance(answer, str):
            request = walked.failed(request, answer, limit)
        else:
            request = walked.redirected(answer) or walked.take(answer, request, limit)
    assert walked.over


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=5), min_size=1, max_size=8))
def test_a_walk_without_problem_saw_what_the_listing_declares(rows: list[list[int]]) -> None:
    """However rows overlap, a listing that declares its true total is walked to it, or says that it was not."""
    total = len({number for page_rows in rows for number in page_rows})
    last = len(rows)
    pages = [listing(page_rows, *range(n + 1, last + 1), declared=total) for n, page_rows in enumerate(rows, 1)]
    walked, asked = walk(numbered(*pages))
    seen = {number for page_rows in rows[: len(asked)] for number in page_rows}
    assert walked.problems or len(seen) == total
