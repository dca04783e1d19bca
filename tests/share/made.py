"""What the tests of the site look at: the made-up portals, read and archived; a report whose every word is hostile; a client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

from crawler import samples
from crawler.archive import Archive, Capture
from crawler.store import Store
from extract import Page, extract
from extract.rows import page_rows
from share.site import Site
from tests.crawler.store_pages import PORTALS, page, report

HOME = "http://www.yunxi.gov.cn"
FETCHED = "2025-03-01T08:00:00Z"
HOSTILE = '<img src=x onerror=alert(1)>"\'&{{ 7*7 }}]`;drop table reports;--=HYPERLINK("http://x")\u202e\x01\ud800</script><script>alert(2)'


def store(folder: Path, pages: Iterable[Page]) -> tuple[Path, Path]:
    """A database and an archive of these pages, as a crawl leaves them."""
    database, archive = folder / "reports.db", folder / "archive"
    with Store(database) as held, closing(Archive(archive)) as kept:
        run = held.start_run("scrapy crawl annual_reports", {"folder": str(folder)}, {})
        for one in PORTALS:
            held.add_portal(one)
        for served in pages:
            digest = sha256(served.body).hexdigest()
            place = kept.add(Capture(served, digest, FETCHED, 200, (("Content-Type", served.content_type or "text/html"),)))
            fetch = {"run_id": run, "url": served.url, "fetched_at": FETCHED, "status": 200, "sha256": digest}
            held.write(page_rows(extract(served)), archive_file=place.file, archive_offset=place.offset, fetch=fetch)
        held.finish_run(run, "finished", {})
    return database, archive


def sampled(folder: Path) -> tuple[Path, Path]:
    """The pages of the made-up portals."""
    return store(folder, [Page(one.body, f"{HOME}{one.path}", "text/html") for one in samples.pages()])


def hostile(folder: Path) -> Path:
    """A database with one report of which every word is hostile."""
    words = HOSTILE.replace("\ud800", "")
    made = report(2023, name=words, code="990199", text=words, figures={"new_requests": 3}, province=words, level=words)
    made["report"] |= {"title": words, "document_number": words, "index_number": words, "url": "javascript:alert(3)"}
    for row in made["table_cells"]:
        row |= {"raw": words, "unit": words, "locator": words, "state": "text", "value": None}
    made["findings"] = [
        {
            "report_id": made["report"]["id"],
            "rule_id": words,
            "subject": words,
            "status": "violated",
            "lhs": 1,
            "rhs": 2,
            "delta": 1,
            "basis": words,
            "evidence": '{"phrase": "<script>alert(4)</script>", "table": "x", "lhs": ["odd"]}',
        }
    ]
    path = folder / "hostile.db"
    with Store(path) as held:
        held.write(page("javascript:alert(5)", made), archive_file="../../etc/passwd", archive_offset=0)
    return path


def using(make: Callable[[], Site], work: Callable[[Site], Any]) -> Any:
    """What `await work(site)` gives, in a loop of its own: that of the test run belongs to Scrapy."""

    async def run() -> Any:
        return await work(make())

    return ThreadPoolExecutor(1).submit(asyncio.run, run()).result()


def ask(site: Callable[[], Site], *addresses: str, **options: Any) -> list[Any]:
    """The answers of a site."""

    async def all_of_them(made: Site) -> list[Any]:
        return [await made.client.get(address, **options) for address in addresses]

    return list(using(site, all_of_them))
