"""The pages of the site, as they are served: what they say, what hostile values do, which plans their queries have."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from crawler.store import Store
from share import addresses, captured, guard, overview
from share.harmless import PLACE
from share.pages import agency, compare, findings, report, source
from share.site import Site
from share.words import words
from tests.crawler.store_pages import HOME, page
from tests.crawler.store_pages import report as made
from tests.share.made import HOSTILE, ask, using

pytestmark = pytest.mark.soak  # the site is being built: its pages and these tests change together

Sample = tuple[Path, Path]


def rows(database: Path, sql: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(sql, values).fetchall()


def site(sample: Sample, *, public: bool = False) -> Callable[[], Site]:
    return lambda: Site(*sample, public=public)


@pytest.fixture
def one(sample: Sample) -> dict[str, str]:
    """A report of the newest form with its agency."""
    ((report_id, agency_id),) = rows(
        sample[0], "select id, agency_id from reports where era = 'form2021' and aggregates order by year desc, id limit 1"
    )
    return {"report": report_id, "agency": agency_id}


# ------------------------------------------------------------------------------------------------ what pages say


def test_the_home_page_counts_what_is_held(sample: Sample) -> None:
    (reports,), (agencies,) = (rows(sample[0], f"select count(*) from {table}")[0] for table in ("reports", "agencies"))
    (found,) = ask(site(sample), "/?lang=zh")
    assert found.status_code == 200
    assert f"<dd>{reports}</dd>" in found.text
    assert f">{agencies}</a></dd>" in found.text
    assert found.text.count('class="tile c') == len(overview.tiles()) + 1  # the samples lie in no province
    assert words("zh").lead in found.text


@pytest.mark.parametrize(
    ("asked", "header", "cookie", "language"),
    [
        ("?lang=en", "zh", "zh", "en"),
        ("", "zh-CN,zh;q=0.9", "en", "en"),
        ("", "en-GB,en;q=0.9,zh;q=0.1", "", "en"),
        ("", "fr", "", "zh"),
        ("?lang=xx", "", "", "zh"),
    ],
)
def test_a_visitor_reads_the_language_asked_for(sample: Sample, asked: str, header: str, cookie: str, language: str) -> None:
    headers = {"accept-language": header, **({"cookie": f"lang={cookie}"} if cookie else {})}
    (found,) = ask(site(sample), f"/compare{asked}", headers=headers)
    assert words("en" if language == "en" else "zh").compare_lead in unescape(found.text)
    assert ("lang=en" in found.headers.get("set-cookie", "")) is (asked == "?lang=en")


def test_the_switch_keeps_the_rest_of_the_address(sample: Sample) -> None:
    (found,) = ask(site(sample), "/compare?metric=reviews&from=2015&lang=zh")
    assert 'href="/compare?metric=reviews&amp;from=2015&amp;lang=en"' in found.text


def test_words_stand_in_both_languages() -> None:
    def names(one: dict[str, Any], place: str = "") -> Iterator[str]:
        for name, text in one.items():
            yield from names(text, f"{place}{name}.") if isinstance(text, dict) else [f"{place}{name}"]

    assert set(names(words("zh"))) == set(names(words("en")))
    assert {"number", "blank", "dash", "text", "header", "absent", "not_reported"} <= words("zh").states.keys()


def test_the_agency_page_shows_its_years_and_its_breaks(sample: Sample, one: dict[str, str]) -> None:
    (found,) = ask(site(sample), f"{addresses.agency(one['agency'])}?lang=zh")
    held = rows(sample[0], "select year from reports where agency_id = ?", one["agency"])
    strip = re.findall(r'<li class="held">.*?(\d{4})', found.text, re.DOTALL)
    assert {int(year) for year in strip} == {year for (year,) in held}
    assert found.text.count('<figure class="chart">') >= 4
    assert "口径变更（" in found.text


def test_the_report_page_prints_its_tables_and_leads_to_their_source(sample: Sample, one: dict[str, str]) -> None:
    (found,) = ask(site(sample), f"{addresses.report(one['report'])}?lang=zh")
    cells = rows(sample[0], "select table_id, row_id, column_id, raw from table_cells where report_id = ?", one["report"])
    assert len(cells) > 150
    for table, row, column, raw in cells:
        place = f'id="cell-{table}-{row}-{column}"><a href="{addresses.cell(one["report"], table, row, column).replace("&", "&amp;")}"'
        assert place in found.text
        assert unescape(found.text.split(place)[1].split("</a>")[0]).endswith(raw or "␣</span>")
    assert 'rowspan="8"' in found.text  # (三)不予公开
    for text in ("申请人情况", "法人或其他组织", "未经复议直接起诉"):
        assert text in found.text


def test_violations_are_flagged_at_their_cells(sample: Sample) -> None:
    find = "select report_id from findings where status = 'violated' and rule_id = 'review_sum' limit 1"
    ((report_id,),) = rows(sample[0], find)
    (found,) = ask(site(sample), f"{addresses.report(report_id)}?lang=en")
    flagged = re.findall(r'<td class="cell number broken" id="cell-([^"]+)"', found.text)
    assert "review_litigation-cases-review_total" in flagged
    assert 'href="#finding-1"' in found.text
    assert 'id="finding-1"' in found.text


def test_a_repaired_text_stands_beside_the_one_that_was_served(sample: Sample) -> None:
    ((report_id,),) = rows(sample[0], "select report_id from overview where original_text is not null and original_text <> text limit 1")
    (found,) = ask(site(sample), f"{addresses.report(report_id)}?lang=zh")
    assert words("zh").served_text in found.text
    assert re.search(r'<p role="cell" lang="zh">[^<]*<mark>', found.text)


def test_a_revision_shows_what_was_and_what_is(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        for body, text, figure in (("a", "本年收到申请12件。", 12), ("b", "本年收到申请13件。", 13)):
            store.write(page(f"{HOME}/1.html", made(text=text, figures={"new_requests": figure}), body=body))
    ((report_id, version),) = rows(path, "select id, version from reports")
    assert version == 2
    shown, changed, none = ask(
        lambda: Site(path),
        f"{addresses.report(report_id)}?lang=en",
        f"{addresses.version(report_id, 1)}?lang=en",
        addresses.version(report_id, 2),
    )
    assert "<del>12</del> → <ins>13</ins>" in shown.text
    assert "本年收到申请1<mark>2</mark>件。" in changed.text
    assert "本年收到申请1<mark>3</mark>件。" in changed.text
    assert none.status_code == 404


def test_a_comparison_is_its_address(sample: Sample) -> None:
    agencies = [one for (one,) in rows(sample[0], "select id from agencies order by id limit 2")]
    chosen = compare.Choice(tuple(agencies), metric="refused", of="requests_finished", first=2015, last=2020)
    (found,) = ask(site(sample), f"{addresses.compare(chosen.pairs())}&lang=zh")
    text = unescape(found.text)
    assert '<option value="refused" selected>' in text
    assert {int(year) for year in re.findall(r'<th scope="row">(\d{4})</th>', text)} <= set(range(2015, 2021))
    for agency_id in agencies:
        assert addresses.agency(agency_id) in text
        assert addresses.compare(chosen.without(agency_id).pairs()) in text


def test_shares_of_a_comparison_are_right(sample: Sample) -> None:
    ((agency_id, report_id, year),) = rows(
        sample[0], "select agency_id, id, year from reports where era = 'form2021' and aggregates order by year, id limit 1"
    )
    value = dict(rows(sample[0], "select metric, value from series where agency_id = ? and year = ?", agency_id, year))
    (found,) = ask(site(sample), addresses.compare([("agency", agency_id), ("metric", "granted"), ("of", "requests_finished")]))
    wanted = f"{round(100 * value['granted'] / value['requests_finished'], 2):,}"
    assert f'<a href="{addresses.report(report_id)}">{wanted}</a>' in found.text


def test_agencies_are_found_by_part_of_their_name_in_either_script(sample: Sample) -> None:
    simplified, traditional, percent, none = ask(
        site(sample), "/agencies?q=云溪", "/agencies?q=雲溪", "/agencies?q=%25", "/agencies?q=无此机关"
    )
    assert "云溪县人民政府" in simplified.text
    assert "云溪县人民政府" in traditional.text
    assert "云溪县人民政府" not in percent.text
    assert words("zh").none_found in none.text


def test_findings_are_counted_and_filtered(sample: Sample) -> None:
    (total,) = rows(sample[0], "select count(*) from findings where status = 'violated'")[0]
    rule, n = rows(sample[0], "select rule_id, count(*) from findings where status = 'violated' group by 1 order by 2 desc")[0]
    every, some, none = ask(site(sample), "/findings?lang=zh", f"/findings?rule={rule}&lang=zh", "/findings?rule=x&lang=zh")
    assert words("zh").findings_found.format(n=total) in every.text
    assert words("zh").findings_found.format(n=n) in some.text
    assert set(re.findall(r"<code>(\w+)</code></a>", some.text)) == {rule}
    assert words("zh").none_found in none.text


def test_the_dictionary_explains_every_rule_and_form(sample: Sample) -> None:
    (found,) = ask(site(sample), "/dictionary?lang=en")
    for (rule,) in rows(sample[0], "select rule_id from rules"):
        assert f'id="rule-{rule}"' in found.text
    for (table,) in rows(sample[0], "select table_id from tables where layout is not null"):
        assert f'id="form-{table}"' in found.text


@pytest.mark.parametrize(
    "path", ["/report/none", "/agency/none", "/source/none", "/archived/none", "/chart/none.svg", "/chart/series.svg", "/none"]
)
def test_what_is_not_there_is_a_plain_404(sample: Sample, path: str) -> None:
    (found,) = ask(site(sample), path)
    assert found.status_code == 404
    assert str(sample[0].parent) not in found.text


def test_charts_are_pictures_in_either_form(sample: Sample, one: dict[str, str]) -> None:
    pairs = [("agency", one["agency"]), ("metric", "requests_received"), ("lang", "zh")]
    svg, dark, png, saved, heat = ask(
        site(sample),
        addresses.chart("series", "svg", pairs),
        addresses.chart("series", "svg", [*pairs, ("theme", "dark"), ("width", "narrow")]),
        addresses.chart("outcomes", "png", pairs),
        addresses.chart("series", "svg", [*pairs, ("save", 1)]),
        "/chart/heat.svg",
    )
    assert svg.text.startswith("<svg")
    assert words("zh").break_note in svg.text
    assert "stroke-dasharray" in svg.text
    assert dark.text != svg.text
    assert png.content.startswith(b"\x89PNG")
    assert "attachment" in saved.headers["content-disposition"]
    assert heat.text.startswith("<svg")
    assert "sandbox" in svg.headers["content-security-policy"]


# ------------------------------------------------------------------------------------------------ the source


def test_every_cell_of_a_report_is_found_in_its_archived_page(sample: Sample) -> None:
    """Each with its own figure, and in a table that prints the labels of its form."""
    with closing(sqlite3.connect(sample[0])) as connection:
        connection.row_factory = sqlite3.Row
        for era in ("stats2014", "form2019", "form2021"):
            find = "select id from reports where era = ? order by id limit 2"
            for (report_id,) in connection.execute(find, [era]).fetchall():
                cells = connection.execute("select * from table_cells where report_id = ?", [report_id]).fetchall()
                missed = []
                for cell in cells[::7]:
                    place = {"table": cell["table_id"], "row": cell["row_id"], "column": cell["column_id"], "quantity": None}
                    target = source.target_of(connection, report_id, place)
                    assert target is not None
                    shown = captured.show(sample[1], target.page, target.wanted)
                    assert shown.marked is not None
                    if not shown.marked.found:
                        missed.append(tuple(cell))
                    else:
                        marked = re.search(rf'<t[dh][^>]*id="{PLACE}"[^>]*>(.*?)</t[dh]>', shown.marked.markup, re.DOTALL)
                        assert marked is not None
                        assert re.sub(r"<[^>]*>|\s", "", marked[1]) == re.sub(r"\s", "", cell["raw"] or "")
                assert not missed


def test_every_phrase_of_a_report_is_found_in_its_archived_page(sample: Sample) -> None:
    with closing(sqlite3.connect(sample[0])) as connection:
        connection.row_factory = sqlite3.Row
        missed = 0
        quantities = connection.execute("select report_id, position from quantities order by report_id, position limit 200").fetchall()
        for quantity in quantities[::5]:
            place = {"table": "", "row": "", "column": "", "quantity": quantity["position"]}
            target = source.target_of(connection, quantity["report_id"], place)
            assert target is not None
            shown = captured.show(sample[1], target.page, target.wanted)
            missed += not (shown.marked and shown.marked.found)
    assert missed == 0


def test_the_source_page_frames_the_archived_one(sample: Sample, one: dict[str, str]) -> None:
    find = "select table_id, row_id, column_id from table_cells where report_id = ? and state = 'number' and value > 9 limit 1"
    (place,) = rows(sample[0], find, one["report"])
    (outer,) = ask(site(sample), f"{addresses.cell(one['report'], *place)}&lang=zh")
    frame = re.search(r'<iframe class="archived" sandbox title="[^"]+" src="([^"#]+)#gongkai-place">', outer.text)
    assert frame is not None
    assert words("zh").place_found in outer.text
    inner, saved = ask(site(sample), unescape(frame[1]), f"{unescape(frame[1])}&download=1")
    assert f'id="{PLACE}"' in inner.text
    policy = inner.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert inner.headers["x-frame-options"] == "SAMEORIGIN"
    assert saved.headers["content-type"] == "application/octet-stream"
    assert "attachment" in saved.headers["content-disposition"]


def test_a_missing_archive_is_said(sample: Sample, one: dict[str, str]) -> None:
    (found,) = ask(lambda: Site(sample[0], None), f"/source/{quote(one['report'])}?lang=en")
    assert found.status_code == 200
    assert words("en").problems.no_archive in found.text
    (found,) = ask(lambda: Site(sample[0], sample[1].parent), f"/source/{quote(one['report'])}?lang=en")
    assert words("en").problems.unreadable in found.text


def test_a_page_of_another_report_is_not_shown(sample: Sample) -> None:
    (first, page_id), (second, _) = rows(sample[0], "select id, page_id from reports group by page_id order by id limit 2")
    allowed, refused = ask(site(sample), f"/archived/{page_id}?report={quote(first)}", f"/archived/{page_id}?report={quote(second)}")
    assert (allowed.status_code, refused.status_code) == (200, 404)


# ------------------------------------------------------------------------------------------------ hostile values


def test_hostile_values_are_only_text(hostile: Path) -> None:
    ((report_id, agency_id),) = rows(hostile, "select id, agency_id from reports")
    pages = [
        addresses.report(report_id),
        addresses.agency(agency_id),
        addresses.compare([("agency", agency_id)]),
        addresses.cell(report_id, "form2021_requests", "new_requests", "total"),
        "/", "/agencies", "/findings", "/dictionary", f"/findings?rule={quote(HOSTILE[:40], errors='replace')}",
        f"/agencies?q={quote(HOSTILE, errors='replace')}", f"/compare?add={quote(HOSTILE, errors='replace')}&metric={quote('<script>')}",
        "/hostile/reports", "/hostile/findings", "/hostile/table_cells",
    ]  # fmt: skip
    for path, found in zip(pages, ask(lambda: Site(hostile), *pages), strict=True):
        assert found.status_code == 200, path
        for word in ("<img src=x", "<script>alert", 'href="javascript:', "{{ 7*7 }}</title>", "49</"):
            assert word not in found.text, (path, word)
        assert "<script>alert" in unescape(found.text) or path.startswith(("/dictionary", "/compare", "/findings?"))


def test_an_archive_place_outside_the_archive_is_not_read(hostile: Path, tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    ((report_id,),) = rows(hostile, "select id from reports")
    (found,) = ask(lambda: Site(hostile, tmp_path / "archive"), f"{addresses.report(report_id).replace('report', 'source')}?lang=en")
    assert words("en").problems.unreadable in found.text


# ------------------------------------------------------------------------------------------------ plans

BIG = {
    "table_cells",
    "findings",
    "quantities",
    "series",
    "fetches",
    "pages",
    "reports",
    "listing_entries",
    "report_pages",
    "overview",
    "requests",
}


class Watching(sqlite3.Connection):
    """A connection that keeps the plan of every statement it runs."""

    plans: list[tuple[str, str]]

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:  # type: ignore[override]
        if not hasattr(self, "plans"):
            self.plans = []
        if sql.lstrip().lower().startswith(("select", "with")):
            self.plans += [(sql, str(row[3])) for row in super().execute(f"explain query plan {sql}", values)]
        return super().execute(sql, values)


def test_no_page_reads_a_large_table_from_end_to_end(sample: Sample, one: dict[str, str]) -> None:
    connection = sqlite3.connect(sample[0], factory=Watching)
    connection.row_factory = sqlite3.Row
    place = {"table": "", "row": "", "column": "", "quantity": 1}
    for language in ("zh", "en"):
        assert report.read(connection, one["report"])
        assert agency.read(connection, one["agency"], words(language))  # type: ignore[arg-type]
    agency.search(connection, {"q": "县", "province": "", "level": "county"})
    source.target_of(connection, one["report"], place)
    source.target_of(connection, one["report"], {**place, "table": "form2021_requests", "row": "granted", "column": "total"})
    compare.read(connection, words("zh"), compare.Choice((one["agency"],), ("青海省",), of="requests_finished"), "局")
    findings.read(connection, {"rule": "", "province": "", "year": None}, 1)
    findings.read(connection, {"rule": "req_flow", "province": "青海省", "year": 2020}, 1)
    assert len(connection.plans) > 50
    scans = [(sql, plan) for sql, plan in connection.plans if (match := re.match(r"SCAN (\w+)(?! USING INDEX)", plan)) and match[1] in BIG]
    allowed = [(sql, plan) for sql, plan in scans if "coverage" not in sql]
    assert allowed == []


# ------------------------------------------------------------------------------------------------ the open internet


def test_every_answer_has_its_headers(sample: Sample, one: dict[str, str]) -> None:
    paths = ["/", addresses.report(one["report"]), "/reports/reports", "/none", "/assets/site.css", "/reports/reports.json?_size=1"]
    for path, found in zip(paths, ask(site(sample), *paths), strict=True):
        assert found.headers["x-content-type-options"] == "nosniff", path
        assert "default-src 'none'" in found.headers["content-security-policy"], path
        assert found.headers["x-frame-options"] == "DENY", path
        assert found.headers["referrer-policy"] in ("same-origin", "no-referrer"), path


def test_our_pages_allow_no_inline_script_and_have_none(sample: Sample, one: dict[str, str]) -> None:
    paths = ["/", addresses.report(one["report"]), addresses.agency(one["agency"]), "/compare", "/findings", "/dictionary", "/agencies"]
    for found in ask(site(sample), *paths):
        policy = found.headers["content-security-policy"]
        assert policy == guard.OWN_POLICY
        assert "unsafe" not in policy
        assert not re.search(r"<script(?![^>]*\bsrc=)", found.text)
        assert not re.search(r"\son\w+=|\sstyle=", re.sub(r"<(?:td|p|li)[^>]*>[^<]*", "", found.text))
        assert not re.findall(r'(?:src|srcset)="(?!/)', found.text)


def test_a_public_site_tells_nothing_of_its_machine(sample: Sample) -> None:
    folder = str(sample[0].parent)
    hidden = [
        "databases",
        "threads",
        "plugins",
        "versions",
        "settings",
        "metadata",
        "actor",
        "permissions",
        "messages",
        "allow-debug",
        "patterns",
    ]
    paths = [f"/-/{name}{form}" for name in hidden for form in ("", ".json")]
    for path, found in zip(paths, ask(site(sample, public=True), *paths), strict=True):
        assert found.status_code == 404, path
    open_paths = [
        "/",
        "/reports",
        "/reports.json",
        "/reports/reports",
        "/reports/pages.json?_size=max",
        "/reports/runs",
        "/reports/fetches.json",
    ]
    for path, found in zip(open_paths, ask(site(sample, public=True), *open_paths), strict=True):
        assert folder not in found.text, path
        assert (found.status_code == 403) is (path == "/reports/runs"), path


def test_a_public_site_runs_no_sql_of_strangers_and_sends_no_file(sample: Sample) -> None:
    sql, where, file, posted = (
        *ask(site(sample, public=True), "/reports?sql=select+1", "/reports/reports?_where=1=1", "/reports.db"),
        using(site(sample, public=True), lambda shown: shown.client.post("/reports", data={"sql": "delete from reports"})),
    )
    assert [one.status_code for one in (sql, where, file, posted)] == [403, 403, 403, 405]


def test_sql_takes_no_memory_and_changes_nothing(sample: Sample) -> None:
    """The queries of RELIABILITY 1.7 that took Datasette to 2.0 GB."""
    statements = ["select hex(zeroblob(400000000))", "select printf('%.*c', 500000000, 'x')", "attach 'x.db' as x", f"select {'1+' * 200}1"]
    for found in ask(site(sample), *(f"/reports.json?sql={quote(one)}" for one in statements)):
        assert found.status_code == 400 or len(found.content) < 10_000  # one gives NULL: no value is as long
    with closing(sqlite3.connect(sample[0])) as connection:
        guard.limit(connection)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connection.execute("delete from reports")


def test_odd_paths_lead_nowhere_else(sample: Sample) -> None:
    for found in ask(
        site(sample), "//evil.example/", "/%5C%5Cevil.example/", "/%2F%2Fevil.example", "/report/..%2F..%2Fetc", "/agency/%00"
    ):
        assert found.status_code in (302, 400, 404)
        assert not found.headers.get("location", "/").startswith(("//", "/\\", "http"))


def test_a_database_that_a_crawl_writes_to_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", made()))

    async def while_writing(shown: Site) -> list[int]:
        seen = []
        with Store(path) as store:
            for number in range(2, 5):
                with store._transaction() as connection:
                    connection.execute("update reports set title = ?", [f"unfinished {number}"])
                    found = await shown.client.get("/reports/reports.json?_shape=array")
                    assert f"unfinished {number}" not in found.text
                    seen.append(len(found.json()))
                assert (await shown.client.get("/")).status_code == 200
                store.write(page(f"{HOME}/{number}.html", made(2010 + number)))
        return seen

    assert using(lambda: Site(path), while_writing) == [1, 2, 3]
