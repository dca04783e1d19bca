"""Hosts that ask for rest get it, refusing ones are left alone, and other hosts go on meanwhile; what robots.txt says of the pace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Response

from crawler import portals
from crawler.extensions.run import Run
from crawler.middlewares.patience import retry_after
from crawler.portals import Portal
from tests.crawler.loop import in_loop
from tests.crawler.server import Answer, Server, local_names
from tests.crawler.test_annual_reports import REPORT, crawl, query

NAMES = ("qinghe", "yunxi")
PLAIN = {"Content-Type": "text/plain"}


@pytest.fixture(autouse=True)
def names() -> Iterator[None]:
    with local_names():
        yield


class Refusing(Server):
    """Refuses articles by their turn, which is counted from 1: in what order Scrapy asks for them is its own affair."""

    def __init__(self, status: int, refuses: Callable[[int], bool]) -> None:
        super().__init__()
        self.status, self.refuses, self.turn = status, refuses, 0

    def answer(self, path: str) -> Answer:
        self.turn += path.endswith(".html")
        return Answer(b"", self.status) if path.endswith(".html") and self.refuses(self.turn) else super().answer(path)


def listed(name: str, server: Server, articles: int) -> Portal:
    """A portal with a host of its own, `articles` reports on it from 2008."""
    rows = ""
    for year in range(2008, 2008 + articles):
        title = f"云溪县人民政府{year}年政府信息公开工作年度报告"
        rows += f"<li><a href='{year}.html'>{title}</a>{year + 1}-01-02</li>"
        server.page(f"/nb/{year}.html", REPORT.format(title=title, year=year))
    server.page("/nb/", f"<ul>{rows}</ul>")
    host = f"{name}.localhost"
    return Portal(name, name, "county", "990102", (f"http://{host}:{server.port}/nb/",), (host,), "generic", enabled=True)


async def run(home: Path, monkeypatch: pytest.MonkeyPatch, *known: Portal, **settings: Any) -> Run:
    """A crawl of these portals that has ended, with rests and delays of parts of a second. Without any delay Scrapy would ask for all
    articles at once."""
    monkeypatch.setattr(portals, "load", lambda: known)
    own = {
        "DOWNLOAD_DELAY": 0.05,
        "DOWNLOAD_DELAY_JITTER": 0.2,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_TIMES": 0,
        "HOST_RESTS": [0.3, 0.3],
        **settings,
    }
    return await crawl(home, portal="all", settings=own)


def asked(server: Server) -> list[str]:
    """Paths of the articles asked for, in order."""
    return [line.partition("/nb/")[2] for line in server.asked if line.endswith(".html")]


def outcomes(home: Path) -> dict[str, int]:
    return dict(query(home, "select outcome, count(*) from pages group by 1"))


def years(*numbers: int) -> list[str]:
    return [f"{2007 + number}.html" for number in numbers]


# ------------------------------------------------------------------------------------------------ 429 and 503


@in_loop
async def test_a_busy_host_rests_as_long_as_it_says_and_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        portal = listed("qinghe", server, 3)
        server.first["/nb/2008.html"] = [Answer(b"", 429, {"Retry-After": "1"})]
        await run(tmp_path, monkeypatch, portal, HOST_RESTS=[5])
        refused = server.asked.index("GET /nb/2008.html")
        rest = server.at[refused + 1] - server.at[refused]
    assert sorted(asked(server)) == years(1, 1, 2, 3)
    assert 0.95 <= rest < 4
    assert outcomes(tmp_path) == {"ok": 3}


@in_loop
async def test_other_hosts_go_on_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        busy, other = (stack.enter_context(Server()) for _ in NAMES)
        known = [listed(name, server, 4) for name, server in zip(NAMES, (busy, other), strict=True)]
        busy.first["/nb/"] = [Answer(b"", 503)]
        await run(tmp_path, monkeypatch, *known, HOST_RESTS=[4])
        first, again = (seconds for line, seconds in zip(busy.asked, busy.at, strict=True) if line == "GET /nb/")
        assert again - first >= 3.9
        assert sorted(asked(other)) == years(1, 2, 3, 4)
        assert max(other.at) < again
    assert outcomes(tmp_path) == {"ok": 8}


@in_loop
async def test_a_host_that_stays_busy_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Refusing(429, lambda _: True) as server:
        portal = listed("qinghe", server, 4)
        await run(tmp_path, monkeypatch, portal)
        assert len(asked(server)) == 3  # one, and one after each rest
    assert outcomes(tmp_path) == {"throttled": 4}


@in_loop
async def test_a_host_that_asks_for_more_than_the_longest_rest_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        portal = listed("qinghe", server, 3)
        for year in years(1, 2, 3):
            server.page(f"/nb/{year}", "", status=503, headers={"Retry-After": "86400"})
        await run(tmp_path, monkeypatch, portal)
        assert len(asked(server)) == 1
    assert outcomes(tmp_path) == {"throttled": 3}


# ------------------------------------------------------------------------------------------------ 403, challenges


@in_loop
async def test_three_refusals_on_end_are_a_rest_and_after_the_last_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Refusing(403, lambda _: True) as server:
        portal = listed("qinghe", server, 12)
        await run(tmp_path, monkeypatch, portal)
        assert len(asked(server)) == len(set(asked(server))) == 9
        gaps = [two - one for one, two in pairwise(server.at)]
        assert [number for number, gap in enumerate(gaps[-8:], 1) if gap >= 0.29] == [3, 6]
    assert outcomes(tmp_path) == {"forbidden": 12}
    assert query(tmp_path, "select count(*) from pages where reason like '%left alone%'") == [(3,)]


@in_loop
async def test_refusals_that_are_not_on_end_are_the_pages_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Refusing(403, lambda turn: turn % 3 != 0) as server:
        portal = listed("qinghe", server, 9)
        await run(tmp_path, monkeypatch, portal, HOST_RESTS=[30])
        assert sorted(asked(server)) == years(*range(1, 10))
    assert outcomes(tmp_path) == {"forbidden": 6, "ok": 3}


@in_loop
async def test_a_challenge_is_never_asked_again_and_what_was_put_aside_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Refusing(412, lambda turn: turn <= 3) as server:
        portal = listed("qinghe", server, 6)
        await run(tmp_path, monkeypatch, portal, HOST_RESTS=[1])
        assert sorted(asked(server)) == years(*range(1, 7))
        gaps = [two - one for one, two in pairwise(server.at)]
        assert [round(gap) for gap in gaps if gap > 0.9] == [1]
    assert outcomes(tmp_path) == {"challenge:412": 3, "ok": 3}


# ------------------------------------------------------------------------------------------------ robots.txt


@pytest.mark.parametrize("throttle", [False, True])
@in_loop
async def test_a_crawl_delay_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, throttle: bool) -> None:
    with Server() as server:
        portal = listed("qinghe", server, 4)
        server.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.5\nDisallow: /admin/ # nothing for you", headers=PLAIN)
        await run(tmp_path, monkeypatch, portal, AUTOTHROTTLE_ENABLED=throttle, AUTOTHROTTLE_START_DELAY=0, DOWNLOAD_DELAY_JITTER=0.5)
        gaps = [two - one for one, two in pairwise(server.at[1:])]
    assert len(gaps) == 4
    assert min(gaps) > 0.45


@in_loop
async def test_a_crawl_delay_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        portal = listed("qinghe", server, 3)
        server.page("/robots.txt", "User-agent: gongkai\nCrawl-delay: 86400", headers=PLAIN)
        await run(tmp_path, monkeypatch, portal, CRAWL_DELAY_MAX=0.3, DOWNLOAD_DELAY_JITTER=0.5)
        gaps = [two - one for one, two in pairwise(server.at[1:])]
    assert len(gaps) == 3
    assert min(gaps) > 0.26


@pytest.mark.parametrize("status", [429, 412, 503])
@in_loop
async def test_a_host_that_will_not_show_its_robots_txt_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    with Server() as server:
        portal = listed("qinghe", server, 1)
        server.page("/robots.txt", "User-agent: *\nAllow: /", status=status)
        ended = await run(tmp_path, monkeypatch, portal)
        assert set(server.asked) == {"GET /robots.txt"}
    assert "unreachable: robots.txt is not to be had" in str(ended.problem)


@in_loop
async def test_a_host_whose_robots_txt_allows_nothing_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        portal = listed("qinghe", server, 1)
        server.page("/robots.txt", "User-agent: *\nDisallow: /\n", headers=PLAIN)
        ended = await run(tmp_path, monkeypatch, portal)
        assert server.asked == ["GET /robots.txt"]
    assert "robots_denied" in str(ended.problem)


# ------------------------------------------------------------------------------------------------ Retry-After


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("9" * 400, 999_999_999.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", -1.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 1.0),
        ("Wed, 99 Oct 2015 99:28:00 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """A date is known by its sign: past or to come."""
    found = retry_after(Response("http://a.example/", headers={"Retry-After": value} if value is not None else {}))
    if seconds is not None and abs(seconds) == 1.0:
        assert found is not None
        assert (found > 0) == (seconds > 0)
    else:
        assert found == seconds
