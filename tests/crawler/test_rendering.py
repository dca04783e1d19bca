"""Portals drawn by script only: with a browser their rows are found; without one the outcome says what to do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crawler import portals, rendering, samples
from crawler.middlewares.addresses import GuardedResolver
from crawler.portals.model import HostException
from crawler.samples import sites
from tests.crawler.loop import in_loop
from tests.crawler.server import local_names
from tests.crawler.test_annual_reports import crawl, query

needs_browser = pytest.mark.skipif(rendering.browser() is None, reason=f"no browser: {rendering.INSTALL}")
HURRY = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_TIMEOUT": 20}


async def crawl_spa(home: Path, monkeypatch: pytest.MonkeyPatch, *, drawn: bool) -> tuple[int, int]:
    """How many rows the site has, and how many the crawl found."""
    with local_names(), samples.serve(sites=sites.load("spa-shell")) as served:
        (site,) = served.sample_sites
        portal = site.portal(served.port)
        exceptions = (HostException(site.host, render="browser"),) if drawn else ()
        monkeypatch.setattr(portals, "load", lambda: (replace(portal, exceptions=exceptions),))
        await crawl(home, portal=portal.id, year="2021", settings=HURRY)
        rows = len(site.every_entry(served.port))
    return rows, query(home, "select count(*) from listing_entries")[0][0]


@needs_browser
@in_loop
async def test_a_browser_draws_the_listing_where_the_portal_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows, found = await crawl_spa(tmp_path, monkeypatch, drawn=True)
    assert rows == found == 19
    assert query(tmp_path, "select year from reports") == [(2021,)]


@in_loop
async def test_without_it_the_outcome_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, found = await crawl_spa(tmp_path, monkeypatch, drawn=False)
    assert found == 0
    assert query(tmp_path, "select outcome from run_portals") == [("failed",)]
    assert "js_only" in caplog.text
    assert rendering.advice() in caplog.text


def test_a_missing_browser_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "browser", lambda: None)
    assert "gongkai[render]" in rendering.advice()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://www.qinghe.localhost/app.js", True),
        ("http://qinghe.localhost:8000/api/list?p=1", True),
        ("http://www.baiyu.localhost/app.js", False),
        ("http://127.0.0.1/", False),
        ("http://10.0.0.1/", False),
        ("data:text/html,x", False),
    ],
)
@in_loop
async def test_the_browser_asks_the_portals_hosts_only(url: str, allowed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedResolver, "loopback", True)
    assert await rendering._may_ask(url, frozenset({"qinghe.localhost"})) is allowed


@in_loop
async def test_the_browser_reaches_no_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    async def private(_: object) -> dict[str, str]:
        return {"www.qinghe.example": "10.0.0.1"}

    monkeypatch.setattr(rendering, "resolved", private)
    assert not await rendering._may_ask("http://www.qinghe.example/", frozenset({"qinghe.example"}))
    assert not await rendering._may_ask("http://a.localhost/", frozenset({"localhost"}))
