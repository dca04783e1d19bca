"""Crawls the sample sites that are named (all of them without names) as the spider crawls portals; a process of its own.

    python -m tests.crawler.crawl_sites FOLDER YEAR [SITE...]

The database is FOLDER/r.db; what the walks came to and what was asked of the server is printed as JSON.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import portals, samples
from crawler.extensions.run import Run
from crawler.middlewares.addresses import GuardedResolver
from crawler.samples import sites
from crawler.spiders.annual_reports import AnnualReports

if TYPE_CHECKING:
    from crawler.walks import Walk

# A host that throttles is asked again after a second, one that never answers is given up after seconds.
HURRY = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False, "HOST_RESTS": [1.1, 1.1, 1.1], "DOWNLOAD_TIMEOUT": 6, "RETRY_TIMES": 1}


def main(folder: Path, year: str, *names: str) -> None:
    """Serve, crawl, print."""
    walks: dict[str, list[Walk]] = defaultdict(list)
    count = Run.walked

    def walked(run: Run, walk: Walk) -> None:
        walks[walk.portal.id].append(walk)
        count(run, walk)

    Run.walked = walked  # type: ignore[method-assign]
    with samples.serve(sites=sites.load(*names)) as served:
        found = tuple(site.portal(served.port) for site in served.sample_sites)
        portals.load = lambda *_: found  # type: ignore[assignment]
        _crawl(folder, year)
        said: dict[str, Any] = {"port": served.port, "asked": [str(line) for line in served.asked]}
    said["walks"] = {portal: [_walk(walk) for walk in done] for portal, done in walks.items()}
    sys.stdout.write(json.dumps(said, ensure_ascii=False))


def _crawl(folder: Path, year: str) -> None:
    GuardedResolver.loopback = True
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    own = {"REPORTS_DB": str(folder / "r.db"), "ARCHIVE_DIR": str(folder / "archive"), "LOG_LEVEL": "CRITICAL", "CONTACT": "test"}
    settings.setdict({**own, **HURRY, "CONCURRENT_REQUESTS": 16, "WORKERS": 2}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(AnnualReports, portal="all", year=year)
    process.start()


def _walk(walk: Walk) -> dict[str, Any]:
    names = ("family", "pages", "declared", "declared_pages", "problems", "agency", "depth", "frames")
    return {**{name: getattr(walk, name) for name in names}, "rows": walk._rows}


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
