"""The full-text index: it finds what a substring search finds, and stays in step with every write."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.store import Store, search
from crawler.store.schema import SCHEMA_VERSION
from crawler.store.tables import section_tables
from share.search import LONGEST, NOTHING, WORDS, match, parse, prepare
from share.search_hits import Filters, Piece, Results
from share.search_hits import search as find
from tests.crawler.store_pages import HOME, page, report, section

TEXTS = {
    2019: "全年收到行政复议申请3件,恢复议程1次。",
    2020: "申请人要求的政府信息不存在,已告知。ＡＢＣ１２３",
    2021: "依据《条例》第二十条,\n政府信\n息公开。引文「複議」照录。",
    2023: "2023年主动公开政府信息1,234条,公开率98.5%。",
}


def vocabulary(path: Path) -> dict[tuple[int, str], list[tuple[str, str, int]]]:
    """Every word of the index with its place, by the section it stands in: what an index holds, whatever its docids are."""
    with sqlite3.connect(path) as connection:
        connection.execute(f"create virtual table temp.words using fts5vocab('main', '{search.INDEX}', 'instance')")
        found: dict[tuple[int, str], list[tuple[str, str, int]]] = {}
        query = f"select section_id, kind, term, col, offset from temp.words join {search.DOCS} on docid = doc order by term, col, offset"
        for section_id, kind, *word in connection.execute(query):
            found.setdefault((section_id, kind), []).append(tuple(word))
    return found


def in_step(path: Path) -> dict[tuple[int, str], list[tuple[str, str, int]]]:
    """The index, after checking that it is the one that is made anew from the sections."""
    held = vocabulary(path)
    with Store(path) as store:
        count = store.reindex()
    assert held == vocabulary(path)
    assert len(held) <= count
    return held


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as connection:
        prepare(connection)
        return connection.execute(sql, values).fetchall()


def look(path: Path, typed: str, filters: Filters | None = None, at: int = 1) -> Results:
    with sqlite3.connect(path) as connection:
        return find(connection, typed, filters, at)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("search") / "reports.db"
    with Store(path) as store:
        for year, text in TEXTS.items():
            store.write(page(f"{HOME}/{year}.html", report(year, text=text)))
        other = report(2023, name="云溪县人民政府", code="990121", text="云溪县的政府信息不存在。", province="白榆省", level="county")
        store.write(page("http://www.yunxi.gov.cn/1.html", other))
    return path


# ------------------------------------------------------------------------------------------------ in step


def test_the_index_of_a_new_report(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(text="复议ABC")))
    (words,) = in_step(path).values()
    assert [word for word, column, _ in words if column == "tags"] == ["kind_overview", "level_prefecture", "province_青禾省", "year_2023"]
    assert {word: place for word, column, place in words if column == "text"} == {"复": 0, "议": 1, "abc": 2}


def test_a_revision_a_copy_and_a_retirement_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(text="原来的文字"), body="1"))
        store.write(page(f"{HOME}/1.html", report(text="修改的文字"), body="2"))
    assert rows(
        path, "select count(*) from overview where id in (select rowid from search_overview where search_overview match ?)", match("修改")
    ) == [(1,)]
    assert not look(path, "原来").hits
    in_step(path)
    with Store(path) as store:
        store.write(page("http://copy.example.com/", report(text="另一处的文字", cells=[])))
        store.write(page(f"{HOME}/2.html", report(2022, text="别的一年")))
    in_step(path)
    with Store(path) as store:
        for body in ("1", "2"):
            one = page(f"{HOME}/1.html", report(text="原来的文字" if body == "1" else "修改的文字"), body=body)
            store.write({**one, "reports": [], "rejected": "a notice"})
    assert len(in_step(path)) == 2
    assert not look(path, "修改").hits
    assert look(path, "另一处").found == 1


def test_another_level_or_province_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(text="文字")))
        store.write(page(f"{HOME}/1.html", report(text="文字", level="county", rules_fingerprint="rules2")))
    assert look(path, "文字", Filters(level="county")).found == 1
    assert look(path, "文字", Filters(level="prefecture")).found == 0
    in_step(path)


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report()))
        before = store._connection.total_changes
        store.write(page(f"{HOME}/1.html", report()))
        assert store._connection.total_changes == before


def test_a_write_that_fails_leaves_the_index_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(text="原来"), body="1"))
        monkeypatch.setattr("crawler.store.checks.check_years", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store.write(page(f"{HOME}/1.html", report(text="修改"), body="2"))
    assert look(path, "原来").found == 1
    in_step(path)


def test_a_file_of_an_older_layout_is_indexed_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(text="复议")))
    with sqlite3.connect(path) as connection:
        for statement in search.DROP:
            connection.execute(statement)
        connection.execute("update schema_fingerprint set sha256 = 'older'")
        connection.execute(f"pragma user_version = {SCHEMA_VERSION - 1}")
    Store(path).close()
    assert look(path, "复议").found == 1


# ------------------------------------------------------------------------------------------------ what is found


@pytest.mark.parametrize(
    ("typed", "years"),
    [
        ("复议", {2019, 2021}),  # 2019 also where it cuts through 恢复|议程
        ("複議", {2019, 2021}),
        ("政府信息不存在", {2020, 2023}),
        ("信息公开", {2021}),
        ("政府信息公开", {2021}),  # over the end of a line
        ("ABC123", {2020}),
        ("abc123", {2020}),
        ("1,234条", {2023}),
        ("行政 申请", {2019}),
        ("申请 不存在", {2020}),
        ("“行政复议” 3", {2019}),
        ("议", {2019, 2021}),
        ("公开复议", set()),
        ("", set()),
        ("*", set()),
        ('"', set()),
        ("，。", set()),
    ],
)
def test_words_are_found(database: Path, typed: str, years: set[int]) -> None:
    found = look(database, typed)
    assert {hit.report["year"] for hit in found.hits} == years
    boxed = "select s.report_id from sections s where id in (select rowid from search_sections where search_sections match escape_fts(?))"
    assert len(rows(database, boxed, typed)) == found.found


@pytest.mark.parametrize(
    ("filters", "agencies"),
    [
        (Filters(), {"青禾市人民政府", "云溪县人民政府"}),
        (Filters(year=2023), {"云溪县人民政府"}),
        (Filters(year=2020), {"青禾市人民政府"}),
        (Filters(level="county"), {"云溪县人民政府"}),
        (Filters(province="青禾省"), {"青禾市人民政府"}),
        (Filters(kind="overview", province="白榆省"), {"云溪县人民政府"}),
        (Filters(kind="requests"), set()),
        (Filters(province='x" OR "'), set()),
        (Filters(province="—"), set()),
        (Filters(year=-1), set()),
    ],
)
def test_filters(database: Path, filters: Filters, agencies: set[str]) -> None:
    assert {hit.report["agency"] for hit in look(database, "政府信息不存在", filters).hits} == agencies


def test_the_hit_is_marked(database: Path) -> None:
    (hit,) = look(database, "政府信息公开").hits
    assert hit.snippet == (Piece("依据《条例》第二十条,\n"), Piece("政府信\n息公开", hit=True), Piece("。引文「複議」照录。"))
    assert (hit.kind, hit.heading, hit.count) == ("overview", "总体情况", 1)


def test_a_word_that_cuts_through_others_comes_last(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(2022, text="会议决定恢复议程安排工作。")))
        store.write(page(f"{HOME}/2.html", report(2020, text="全年办理行政复议案件两起。")))
    assert [hit.report["year"] for hit in look(path, "复议").hits] == [2020, 2022]


def test_the_newest_hits_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        for year in (2021, 2009, 2023, 2015):
            store.write(page(f"{HOME}/{year}.html", report(year, text="文字")))
    monkeypatch.setattr("share.search_hits.LOOKED_AT", 2)
    found = look(path, "文字")
    assert ([hit.report["year"] for hit in found.hits], found.found, found.more) == ([2023, 2021], 2, True)


def test_a_part_stands_for_its_compound_section(tmp_path: Path) -> None:
    one = report(text="别的")
    key = one["report"]["id"]
    whole = section(key, "compound", 3, "公开与复议", "两件事")
    part = {**section(key, "review_litigation", 3, "复议", "其二"), "parent_position": 3, "sub_position": 1}
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", {**one, "sections": [*one["sections"], whole, part]}))
    assert [hit.kind for hit in look(path, "复议").hits] == ["review_litigation"]
    assert [hit.kind for hit in look(path, "公开").hits] == ["compound"]


def test_pages_of_hits(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        for number in range(21):
            store.write(page(f"{HOME}/{number}.html", report(name=f"第{number}局", text="文字")))
    first, second, beyond = (look(path, "文字", at=at) for at in (1, 2, 99))
    assert (len(first.hits), len(second.hits), first.pages) == (20, 1, 2)
    assert beyond == second
    assert len({hit.section_id for hit in (*first.hits, *second.hits)}) == 21


# ------------------------------------------------------------------------------------------------ queries never raise

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.one_of(st.text(st.characters(), max_size=300), st.text('"*(){}:^-+ORANDNEAR文 \0', max_size=60)))
def test_a_query_never_raises(database: Path, typed: str) -> None:
    found = look(database, typed)
    assert found.found >= len(found.hits)
    rows(database, "select count(*) from section_search where section_search match ?", match(typed))


@pytest.mark.parametrize("typed", ["政" * 5000, '"' * 5000, "复议 " * 2000, "a*" * 2500, "\0" * 5000, "(" * 5000, "\ud800复议"])
def test_long_and_broken_queries(database: Path, typed: str) -> None:
    look(database, typed)
    assert len(match(typed)) < 10 * LONGEST


def test_a_shortened_query_says_so() -> None:
    assert parse("政" * (LONGEST + 1)).shortened
    assert parse(" ".join(str(number) for number in range(WORDS + 1))).shortened
    assert not parse("政" * LONGEST).shortened
    assert match(None) == match(12) == NOTHING


@settings(deadline=None, max_examples=40)
@given(st.lists(HAN, min_size=1, max_size=5), st.data())
def test_every_substring_is_found(texts: list[str], data: st.DataObject) -> None:
    """Against SQLite itself: what stands side by side in a text is found by the index, and nothing that does not."""
    connection = sqlite3.connect(":memory:")
    connection.execute(search.TABLES[0])
    for docid, text in enumerate(texts, 1):
        connection.execute(f"insert into {search.INDEX} (rowid, text, tags) values (?, ?, '')", [docid, search.split(text)])
    text = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    phrase = '"' + search.split(piece) + '"'
    found = {docid for (docid,) in connection.execute(f"select rowid from {search.INDEX} where {search.INDEX} match ?", [phrase])}
    assert found == {docid for docid, one in enumerate(texts, 1) if piece in one}


# ------------------------------------------------------------------------------------------------ Datasette


def test_every_kind_has_its_view(database: Path) -> None:
    for kind in (*section_tables(), "sections"):
        rows(database, f'select rowid from "search_{kind}" where "search_{kind}" match ?', match("政府"))


def test_a_box_finds_only_its_own_kind(database: Path) -> None:
    count = "select count(*) from search_{0} where search_{0} match ?"
    assert rows(database, count.format("overview"), match("政府信息不存在")) == [(2,)]
    assert rows(database, count.format("requests"), match("政府信息不存在")) == [(0,)]


def test_a_database_without_an_index_is_no_obstacle(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        prepare(connection)
        assert connection.execute("select escape_fts('复议')").fetchone() == (match("复议"),)
