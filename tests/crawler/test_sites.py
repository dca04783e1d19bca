"""The spider on every sample site: all and only its rows, each with its verdict, by the right family, to the end of the listing.

The sites were written from PORTALS.md by somebody who had not seen the families; each says in its `traps` what a careless crawler would
do. One crawl of all of them, in a process of its own, is looked at from all sides.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from typing import Any

import pytest

from crawler import archive
from crawler.cms import ListingPage, recognise
from crawler.samples import sites
from extract import decode
from tests.shared import ROOT

YEAR = 2021
FILE = re.compile(r"\.(?:pdf|docx?|rtf|xlsx?|wps)$|download\.jsp|downfile\.jsp")
ALL = sites.load()
each_site = pytest.mark.parametrize("site", ALL, ids=lambda site: site.id)


class Crawled:
    """What the crawl left behind: the database, the walks by site, and what the server was asked."""

    def __init__(self, folder: Any, said: dict[str, Any]) -> None:
        self.port, self.walks, self.asked = said["port"], said["walks"], said["asked"]
        self.folder = folder

    def query(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with sqlite3.connect(self.folder / "r.db") as database:
            rows = database.execute(sql, values).fetchall()
        database.close()
        return rows

    def entries(self, site: sites.SampleSite) -> dict[str, tuple[Any, ...]]:
        """The stored rows of a site's listings by address: title, date, verdict, reason."""
        found = self.query("select url, title, listed_on, verdict, reason from listing_entries where portal_id = ?", site.id)
        return {row[0]: row[1:] for row in found}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    folder = tmp_path_factory.mktemp("sites")
    command = [sys.executable, "-m", "tests.crawler.crawl_sites", str(folder), str(YEAR)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=400)
    assert done.returncode == 0, done.stderr[-2000:]
    return Crawled(folder, json.loads(done.stdout))


@each_site
def test_all_and_only_its_rows_are_found_each_with_its_verdict(site: sites.SampleSite, crawled: Crawled) -> None:
    found = crawled.entries(site)
    expected = {entry.url: entry for entry in site.entries(crawled.port)}
    assert found.keys() == expected.keys()
    for url, entry in expected.items():
        title, listed_on, verdict, reason = found[url]
        assert (listed_on, verdict) == (str(entry.listed_on), "rejected" if entry.reason else "accepted"), title
        assert not entry.reason or reason == entry.reason, title


@each_site
def test_a_listing_is_walked_to_its_end_or_said_not_to_be(site: sites.SampleSite, crawled: Crawled) -> None:
    walks = crawled.walks[site.id]
    problems = [problem for walk in walks for problem in walk["problems"]]
    expect = site.expect
    assert bool(problems) == (expect.incomplete or expect.outcome != "ok"), problems
    if expect.outcome != "ok":
        assert any(f": {expect.outcome}: " in problem for problem in problems), problems
    for walk in walks:
        if not walk["problems"]:
            assert walk["declared_pages"] in (None, walk["pages"])
            assert walk["declared"] in (None, walk["rows"])
    if expect.outcome == "ok" and not expect.incomplete:
        assert sum(walk["declared"] or 0 for walk in walks) in (0, len(site.entries(crawled.port)))


@each_site
def test_the_family_is_recognised(site: sites.SampleSite, crawled: Crawled) -> None:
    families = {walk["family"] for walk in crawled.walks[site.id]} - {None, "unknown"}
    assert families == ({site.family} if site.family else set()) or site.expect.outcome != "ok"


@each_site
def test_each_report_of_the_year_is_read_and_each_other_page_has_its_outcome(site: sites.SampleSite, crawled: Crawled) -> None:
    for entry in site.entries(crawled.port):
        if entry.year != YEAR or entry.reason:
            continue
        (outcome,) = crawled.query("select outcome from pages where url = ?", entry.url)[0]
        assert outcome == entry.outcome, entry.title
        files = list(entry.attachments)
        marks = ",".join("?" * (1 + len(files)))
        read = crawled.query(f"select agency, year from reports where url in ({marks})", entry.url, *files)
        assert read == [(entry.agency, entry.year)] or "ok" not in (entry.outcome, *entry.attachments.values())


@each_site
def test_what_must_not_be_asked_is_not_asked(site: sites.SampleSite, crawled: Crawled) -> None:
    asked = [line for line in crawled.asked if f"host='{site.host}'" in line]
    for path in site.expect.never:
        assert not [line for line in asked if f"path='{path}'" in line]


def test_hosts_of_the_sites_stay_apart(crawled: Crawled) -> None:
    """No request but to the hosts of the sites, and to each for its robots.txt first."""
    hosts = {site.host for site in ALL}
    assert len(crawled.walks) == len(ALL)
    assert all(any(f"host='{host}'" in line or f".{host}'" in line for host in hosts) for line in crawled.asked)


@each_site
def test_articles_are_recognised_apart_from_listings(site: sites.SampleSite, crawled: Crawled) -> None:
    """By the product that made them, which may be another than that of the listing."""
    expected = site.expect.article_family
    if expected is None:
        return
    pages = {entry.url for entry in site.entries(crawled.port) if entry.year and entry.outcome == "ok"}
    held = "select url, archive_file, archive_offset from pages where archive_file is not null"
    kept = [row for row in crawled.query(held) if row[0] in pages and not FILE.search(row[0])]
    for url, file, offset in kept:
        text = decode(archive.read(crawled.folder / "archive", archive.Place(file, offset))).text
        claim = recognise(ListingPage(url, text), article=True)
        assert (claim[0] if claim else "generic").partition("_")[0] == expected.partition("_")[0], "the maker of the product"
