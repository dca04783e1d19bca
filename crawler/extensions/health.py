"""The report of a run, for people (HTML) and for programs (JSON), in a folder beside the database: `reports-runs/run-00012.html`."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from scrapy import signals

from crawler.extensions.run import Run
from crawler.store.health import TOTALS

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

STYLE = (
    "body{font:15px/1.5 sans-serif;margin:2em auto;max-width:75em;padding:0 1em}table{border-collapse:collapse;margin:1em 0}"
    "th,td{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}td.n{text-align:right}"
    ".suspect,.failed,.blocked{background:#fde0dd}.unreachable,.partial{background:#fff3cd}"
)


class HealthReport:
    """Writes both files once the database is closed. A report that cannot be written costs a line of the log, not the run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Built by Scrapy."""
        report = cls(crawler)
        crawler.signals.connect(report.engine_stopped, signals.engine_stopped)
        return report

    async def engine_stopped(self) -> None:
        """Writes the report of a run that began and whose end is stored."""
        run = self._crawler.get_extension(Run)
        if run is None or run.record is None:
            return
        told = {"verdict": verdict(run), "problem": run.problem, "database": run.database.name, **run.record}
        try:
            await asyncio.to_thread(write, page_of(run.database, run.id), told)
        except OSError as error:
            logger.error("the report of run %d cannot be written beside %s: %s", run.id, run.database, error)


def verdict(run: Run) -> str:
    """failed, suspect or fine: what the exit status of `scrapy crawl` says (1, 3, 0)."""
    if run.finish_reason != "finished" or run.errors or run.problem:
        return "failed"
    return "suspect" if any(counts.doubts for counts in run.portals.values()) else "fine"


def page_of(database: Path, run_id: int) -> Path:
    """Where the page of a run stands; its JSON stands beside it."""
    return database.with_name(f"{database.stem}-runs") / f"run-{run_id:05}.html"


def write(page: Path, told: dict[str, Any]) -> None:
    """Write the page, and the JSON beside it."""
    page.parent.mkdir(exist_ok=True)
    page.with_suffix(".json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page.write_text(html(told), encoding="utf-8")


# ------------------------------------------------------------------------------------------------ the page


def html(told: dict[str, Any]) -> str:
    """The page: a verdict, the sums beside those of the run before, the seasons, every portal, those that need a look first."""
    root = Element("html", lang="en")
    head, body = SubElement(root, "head"), SubElement(root, "body")
    SubElement(head, "meta", charset="utf-8")
    title = f"Run {told['run']['id']}: {told['verdict']}"
    SubElement(head, "title").text = title
    SubElement(head, "style").text = STYLE
    SubElement(body, "h1").text = title
    run = told["run"]
    given = " ".join(f"-a {name}={value}" for name, value in run["arguments"].items())
    ended = f"{run['started_at']} to {run['finished_at']}, {run['finish_reason']}, {told['database']}"
    for line in (f"{run['command']} {given}".strip(), ended, told["problem"]):
        if line:
            SubElement(body, "p").text = line
    _sums(body, told)
    _seasons(body, told)
    _portals(body, told["portals"])
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _sums(body: Element, told: dict[str, Any]) -> None:
    before = told["before"]
    rows = [[name.replace("_", " "), told["totals"][name], before["totals"][name] if before else ""] for name in TOTALS]
    _table(body, ["", "this run", f"run {before['id']}" if before else "no run before"], rows)
    outcomes = [[outcome, count] for outcome, count in sorted(told["page_outcomes"].items(), key=lambda pair: -pair[1]) if outcome != "ok"]
    if outcomes:
        _table(body, ["pages without a report", ""], outcomes)


def _seasons(body: Element, told: dict[str, Any]) -> None:
    rows = [[f"{one['from']} to {one['to']}", one["runs"], one["new"]] for one in (told["spring"], told["last_spring"])]
    _table(body, ["season", "runs", "new reports"], rows)
    coverage = {name: count for name, count in told["coverage"].items() if name not in ("as_of", "year")}
    if coverage:
        head = f"reports on {told['coverage']['year']} as of {told['coverage']['as_of']}"
        _table(body, [head, ""], [[status.replace("_", " "), count] for status, count in coverage.items()])


_HEADS = (
    "portal",
    "outcome",
    "before",
    "entries",
    "before",
    "new",
    "changed",
    "withdrawn",
    "failed",
    "new this spring",
    "last spring",
    "why",
)


def _portals(body: Element, portals: list[dict[str, Any]]) -> None:
    rows = []
    for one in portals:
        before = one["before"] or {"outcome": "", "listed": ""}
        counts = [one[name] or 0 for name in ("new", "changed", "withdrawn", "failed")]
        named = [f"{one['name']} ({one['id']})", one["outcome"], before["outcome"], one["listed"], before["listed"]]
        rows.append([*named, *counts, one["new_spring"], one["new_last_spring"], "; ".join(one["reasons"])])
    _table(body, list(_HEADS), rows, [one["outcome"] for one in portals])


def _table(body: Element, heads: list[str], rows: list[list[Any]], classes: list[str] | None = None) -> None:
    table = SubElement(body, "table")
    head = SubElement(table, "tr")
    for text in heads:
        SubElement(head, "th").text = text
    for place, row in enumerate(rows):
        line = SubElement(table, "tr", {"class": classes[place]} if classes else {})
        for value in row:
            SubElement(line, "td", {"class": "n"} if isinstance(value, int) else {}).text = "" if value is None else str(value)
