"""The search page and Datasette's own boxes, through the site as it is served."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawler.store import Store, search
from share.search_page import PATH, _texts, labels
from share.site import Site
from tests.crawler.store_pages import HOME, page, report

HOSTILE = "<script>alert('复议')</script>\"'&{{ 7*7 }}"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "reports.db"
    with Store(path) as store:
        for year in range(2008, 2025):
            store.write(page(f"{HOME}/{year}.html", report(year, text=f"{year}年政府信息不存在,行政复议{year}件。")))
        other = report(2023, name=HOSTILE, code="990121", text=HOSTILE, province="白榆省", level="county")
        store.write(page("javascript:alert(1)", other))
        for number in range(21):
            store.write(page(f"{HOME}/a{number}.html", report(name=f"第{number}局", code=f"9902{number:02d}", text="电子公告栏")))
    return path


def ask(database: Path, addresses: Iterable[str]) -> list[Any]:
    async def all_of_them() -> list[Any]:
        site = Site(database)
        return [await site.client.get(address) for address in addresses]

    return ThreadPoolExecutor(1).submit(asyncio.run, all_of_them()).result()


@pytest.mark.parametrize("query", ["复议", "政府信息不存在", "複議"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_word_is_found_and_marked(database: Path, query: str, language: str) -> None:
    (found,) = ask(database, [f"{PATH}?q={query}&lang={language}"])
    assert found.status_code == 200
    assert f"<mark>{'复议' if query == '複議' else query}</mark>" in found.text
    assert labels("zh" if language == "zh" else "en")["title"] in unescape(found.text)


def test_hits_lead_to_their_report_and_its_source(database: Path) -> None:
    (found,) = ask(database, [f"{PATH}?q=2024年"])
    with sqlite3.connect(database) as connection:
        (report_id,) = connection.execute("select id from reports where year = 2024").fetchone()
    assert f'href="/report/{report_id}"' in found.text
    assert f'href="{HOME}/2024.html"' in found.text


def test_filters_and_pages(database: Path) -> None:
    first, second, year, none = ask(
        database,
        [f"{PATH}?q=电子公告栏", f"{PATH}?q=电子公告栏&page=2", f"{PATH}?q=复议&year=2010", f"{PATH}?q=复议&year=2010&kind=requests"],
    )
    assert (first.text.count("<mark>"), second.text.count("<mark>"), year.text.count("<mark>"), none.text.count("<mark>")) == (20, 1, 1, 0)
    assert 'rel="next"' in first.text
    assert 'rel="prev"' in second.text
    assert '<option value="2010" selected>' in year.text
    assert labels("zh")["none"] in none.text


def test_what_a_page_prints_is_only_text(database: Path) -> None:
    (found,) = ask(database, [f"{PATH}?q=alert&province=白榆省"])
    assert "<mark>alert</mark>" in found.text
    assert "<script>alert(" not in found.text
    assert "javascript:" not in found.text
    assert "{{ 7*7 }}" in unescape(found.text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_more_hits_than_are_looked_at_are_told(database: Path, monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    monkeypatch.setattr("share.search_hits.LOOKED_AT", 5)
    (found,) = ask(database, [f"{PATH}?q=电子公告栏&lang={language}"])
    assert labels("zh" if language == "zh" else "en")["more"].format(n=5) in unescape(found.text)


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "q=",
        "q=%22",
        "q=*",
        "q=%00",
        "q=" + "政" * 5000,
        "q=a&year=x",
        "q=a&page=-1",
        "q=a&page=99999999999",
        "q=%ff%fe",
        "q=%3Cscript%3E",
        "q=a&kind=%22",
    ],
)
def test_nothing_that_is_typed_breaks_it(database: Path, arguments: str) -> None:
    (found,) = ask(database, [f"{PATH}?{arguments}"])
    assert found.status_code == 200
    assert "<script>%" not in found.text


@pytest.mark.parametrize(("typed", "count"), [("複議", 18), ("复议", 18), ("政府信息不存在", 17), ("没有的词", 0), ('"*', 0), ("(", 0)])
def test_the_box_of_a_table_and_of_the_view(database: Path, typed: str, count: int) -> None:
    for found in ask(database, [f"/reports/{table}.json?_search={typed}&_shape=array&_size=max" for table in ("overview", "sections")]):
        assert len(found.json()) == count


def test_the_box_is_shown(database: Path) -> None:
    (found,) = ask(database, ["/reports/overview"])
    assert 'type="search"' in found.text


def test_a_database_without_an_index_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    Store(path).close()
    with sqlite3.connect(path) as connection:
        for statement in search.DROP:
            connection.execute(statement)
    (found,) = ask(path, [f"{PATH}?q=复议"])
    assert found.status_code == 503
    assert "scrapy reindex" in found.text


def test_all_words_are_there_in_both_languages() -> None:
    texts = {**_texts(), **_texts()["levels"]}
    del texts["levels"]
    assert all(set(words) == {"en", "zh"} for words in texts.values()), yaml.safe_dump(texts)
