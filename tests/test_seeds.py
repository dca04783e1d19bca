"""Real reports, hand-read: as plain text, and as portal pages in three markups and several encodings, they must say the same."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import yaml

from extract import Page, extract
from extract.rows import page_rows
from tests.extract.forms import html
from tests.extract.test_tables_gold import gold
from tests.render import MARKUPS, page
from tests.shared import shared

SEEDS = ("000_968e3c750d246ac5", "001_8e9574ec8ccec614", "002_1b2cf31f3f3505a3", "003_50d56351dc5d4c88", "004_918604378532686b")
TRADITIONAL = SEEDS[:2]
ENCODINGS = (("utf-8", "utf-8"), ("gb18030", "gb2312"), ("big5hkscs", None))
PLACES = ("locator", "page_id", "original_text", "raw", "start_offset", "end_offset")
FLAT_FORMS = {
    SEEDS[3]: (
        ("gold/quzhou-2013", ("stats_2013",)),
        ("gold/quzhou-2020", ("form2019_art20_1", "form2019_art20_5", "form2019_art20_6", "form2019_art20_8", "form2019_art20_9")),
        ("gold/quzhou-2020", ("form2019_requests",)),
        ("gold/quzhou-2020", ("review_litigation",)),
    )
}


def forms(seed: str) -> list[str]:
    """The tables behind the runs of a seed that lost their spans, rendered with the hand-read figures."""
    wanted = FLAT_FORMS.get(seed, ())
    return [html({table: figures(name, table) for table in tables}).replace("<p>表格如下</p>", "") for name, tables in wanted]


def figures(name: str, table: str) -> dict[tuple[str, str], str]:
    """What the cells of a hand-read table print."""
    return {key: str(cell.get("raw", cell.get("value", ""))) for key, cell in gold(name)[1][table].items()}


@cache
def facts(body: bytes) -> dict[str, Any]:
    """Everything a page says, without the places where it says it."""
    rows = page_rows(extract(Page(body, "saved:seed")))
    return {"rejected": rows["rejected"], "reports": [_without_places(report) for report in rows["reports"]]}


def _without_places(report: dict[str, Any]) -> dict[str, Any]:
    about = {key: report["report"][key] for key in ("id", "agency", "year", "era", "title", "period_from", "period_to")}
    kept = {
        name: [{k: v for k, v in row.items() if k not in PLACES} for row in rows] for name, rows in report.items() if isinstance(rows, list)
    }
    return {"report": about, **kept}


def seed_bytes(seed: str) -> bytes:
    return shared(f"seeds/{seed}.txt").read_bytes()


RENDERINGS = [
    (seed, markup, encoding, label)
    for seed in SEEDS
    for markup in MARKUPS
    for encoding, label in ENCODINGS
    if seed in TRADITIONAL or not encoding.startswith("big5")
]


@pytest.mark.parametrize(("seed", "markup", "encoding", "label"), RENDERINGS)
def test_a_seed_says_the_same_in_every_markup_and_encoding(seed: str, markup: str, encoding: str, label: str | None) -> None:
    body = seed_bytes(seed)
    rendered = page(body.decode().split("\n"), markup, encoding, label, forms(seed))
    assert facts(rendered) == facts(body)


def test_the_hand_read_reports_are_all_found() -> None:
    expected = {(g["agency"]["name"], g["year"]) for g in map(_load, shared("gold").glob("*.yaml"))}
    found = {(report["report"]["agency"], report["report"]["year"]) for seed in SEEDS for report in facts(seed_bytes(seed))["reports"]}
    assert found == expected


def _load(path: Any) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
