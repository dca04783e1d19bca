"""The export: what is written is what the database holds, in every format, as other programs read it; all or nothing."""

from __future__ import annotations

import csv
import json
import sqlite3
import stat
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.commands.export import Command
from crawler.export import EXPORTED, FORMATS, ExportError, Selection, export, exported_tables
from crawler.export import formats as writers
from crawler.export.export import _opened
from crawler.export.formats.text import CONTROL, FORMULA
from crawler.export.package import describe
from crawler.export.personal import masked
from crawler.store import NotOurDatabase, OlderDatabase, Store, StoreError
from tests.crawler.store_pages import HOME, PORTALS, page, report, section

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    " =1",
    "a\x01b\x0b",
    "<script>alert(1)</script>",
    "'; drop table reports;--",
    "x" * 40_000,
]
FETCHED = "2024-02-01T00:00:00+00:00"
READABLE = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "reports.db"
    with Store(path) as store:
        for portal in PORTALS:
            store.add_portal(portal)
        run = store.start_run("crawl", {}, {})
        for year in (2019, 2022, 2023):
            one = report(
                year, figures={"granted": "blank", "results_total": "dash"}, quantities=({"value": 1.5}, {"metric": None}), findings=({},)
            )
            key = one["report"]["id"]
            one["sections"].append(
                section(key, "sign_off", 3, "青禾市人民政府\n填报人：王小明 联系电话：0570-1234567\n2024年1月30日", "落款")
            )
            one["unknown_labels"].append({**one["unknown_labels"][0], "label": "审核人", "raw_row": "审核人：李四 | 电话：13800000000"})
            made = page(f"{HOME}/{year}.html", one)
            store.write(made, portal_id="qinghe", fetch=_fetch(run, made))
        other = report(
            2023, name="云溪县人民政府", code="990121", province="白榆省", text=HOSTILE[0], title=HOSTILE[1], index_number=HOSTILE[3]
        )
        for place, text in enumerate(HOSTILE, 10):
            other["sections"].append({**section(other["report"]["id"], "other", 1, text, text[:50]), "position": place})
        store.write(page("http://www.yunxi.gov.cn/1.html", other), portal_id="yunxi")
        store.finish_run(run, "finished", {})
    return path


def _fetch(run: int, made: dict[str, Any]) -> dict[str, Any]:
    return {"run_id": run, "url": made["page"]["url"], "fetched_at": FETCHED, "status": 200, "sha256": made["page"]["sha256"]}


@pytest.fixture(scope="module")
def folder(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(database, tmp_path_factory.mktemp("files") / "export", formats=list(FORMATS)).folder


def lines(folder: Path, table: str) -> list[dict[str, str]]:
    csv.field_size_limit(1_000_000)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def objects(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()]


def count(database: Path, sql: str) -> int:
    with sqlite3.connect(database) as connection:
        found: int = connection.execute(sql).fetchone()[0]
    return found


# ------------------------------------------------------------------------------------------------ everything is there


@pytest.mark.parametrize("table", EXPORTED)
def test_every_row_is_there_in_every_format(database: Path, folder: Path, table: str) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    held = count(database, f'select count(*) from "{table}"')
    assert len(lines(folder, table)) == len(objects(folder, table)) == pq.read_metadata(folder / f"{table}.parquet").num_rows == held


@pytest.mark.parametrize("table", EXPORTED)
def test_formats_hold_the_same(folder: Path, table: str) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    exact = objects(folder, table)
    assert pq.read_table(folder / f"{table}.parquet").to_pylist() == exact
    for line, one in zip(lines(folder, table), exact, strict=True):
        assert {name: value.removeprefix("'") for name, value in line.items()} == {name: _as_csv(value) for name, value in one.items()}


def _as_csv(value: Any) -> str:
    return "" if value is None else CONTROL.sub("", value.removeprefix("'")) if isinstance(value, str) else str(value)


def test_the_source_stands_beside_every_row(folder: Path) -> None:
    for table in ("reports", "agencies", "sections", "table_cells", "quantities", "unknown_labels", "findings", "series"):
        found = {(line["source_url"], line["fetched_at"]) for line in lines(folder, table)}
        assert found <= {(f"{HOME}/{year}.html", FETCHED) for year in (2019, 2022, 2023)} | {("http://www.yunxi.gov.cn/1.html", "")}
        assert len(found) > 1, table


def test_a_row_of_an_attachment_names_that_as_its_source(tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        file = page(f"{HOME}/1.html.pdf")
        store.write(file)
        made = page(f"{HOME}/1.html", report())
        made["reports"][0]["table_cells"][0]["page_id"] = file["page"]["id"]
        store.write(made)
    done = export(path, tmp_path / "out", tables=["table_cells"])
    assert sorted({line["source_url"] for line in lines(done.folder, "table_cells")}) == [f"{HOME}/1.html", f"{HOME}/1.html.pdf"]


def test_null_zero_and_blank_stay_apart(folder: Path) -> None:
    cells = {(line["year"], line["row_id"]): (line["value"], line["state"]) for line in lines(folder, "table_cells")}
    assert (cells["2023", "granted"], cells["2022", "granted"], cells["2022", "results_total"]) == (
        ("10", "number"),
        ("", "blank"),
        ("", "dash"),
    )
    assert {one["value"] for one in objects(folder, "table_cells") if one["state"] != "number"} == {None}


def test_the_same_database_gives_the_same_bytes(database: Path, folder: Path, tmp_path: Path) -> None:
    again = export(database, tmp_path / "again", formats=["csv", "jsonl"]).folder
    for path in again.glob("*.csv"):
        assert path.read_bytes() == (folder / path.name).read_bytes()


# ------------------------------------------------------------------------------------------------ as other programs read it


@READABLE
def test_pandas_reads_it(database: Path, folder: Path) -> None:
    pd = pytest.importorskip("pandas")
    held = count(database, "select sum(value) from table_cells")
    for frame in (
        pd.read_csv(folder / "table_cells.csv"),
        pd.read_parquet(folder / "table_cells.parquet"),
        pd.read_json(folder / "table_cells.jsonl", lines=True),
    ):
        assert frame["value"].sum() == held
        assert frame["value"].dtype == "float64"
    book = pd.read_excel(folder / "gongkai.xlsx", sheet_name=None)
    assert set(book) == set(EXPORTED)
    assert book["table_cells"]["value"].sum() == held


@READABLE
def test_duckdb_reads_it(database: Path, folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    held = count(database, "select count(*) from table_cells where state = 'number'")
    for name, reader in (("csv", "read_csv"), ("parquet", "read_parquet"), ("jsonl", "read_json")):
        found = duckdb.sql(f"select count(value) from {reader}('{folder}/table_cells.{name}')").fetchall()
        assert found == [(held,)]
    texts = duckdb.sql(f"select count(*) from read_csv('{folder}/sections.csv', max_line_size = 1000000)").fetchall()
    assert texts == [(count(database, "select count(*) from sections"),)]


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_frictionless_finds_it_valid(database: Path, tmp_path: Path, format_: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frictionless = pytest.importorskip("frictionless")
        done = export(database, tmp_path / "out", formats=[format_])
        checked = frictionless.Package(str(done.folder / "datapackage.json")).validate()
    assert checked.valid, checked.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    assert checked.stats["tasks"] == len(EXPORTED)


def test_the_package_describes_every_field() -> None:
    for table in exported_tables().values():
        for field in table.fields:
            assert describe(table.name, field).keys() == {"en", "zh"}


def test_no_description_is_without_a_field() -> None:
    fields = {name for table in exported_tables().values() for field in table.fields for name in (field, f"{table.name}.{field}")}
    from crawler.export import package

    assert not package._fields().keys() - fields


def test_the_files_are_the_ones_described(folder: Path) -> None:
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    described = {resource["path"]: resource["bytes"] for resource in package["resources"]}
    assert described == {
        path.name: path.stat().st_size for path in folder.iterdir() if path.name not in ("datapackage.json", "CITATION.cff")
    }
    assert len({resource["name"] for resource in package["resources"]}) == len(described)


def test_the_citation_has_what_the_format_asks_for(database: Path, tmp_path: Path) -> None:
    done = export(database, tmp_path / "out", tables=["reports"], selection=Selection("青禾省", 2022, 2023))
    citation = yaml.safe_load((done.folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert "青禾省" in citation["title"]
    assert "2022 to 2023" in citation["title"]


# ------------------------------------------------------------------------------------------------ a part of it


@pytest.mark.parametrize(
    ("selection", "reports"),
    [
        (Selection(), 4),
        (Selection("白榆省"), 1),
        (Selection("青禾省", 2022, 2023), 2),
        (Selection(None, 2023, 2023), 2),
    ],
)
def test_a_province_and_some_years(database: Path, tmp_path: Path, selection: Selection, reports: int) -> None:
    done = export(database, tmp_path / "out", selection=selection)
    chosen = {line["id"] for line in lines(done.folder, "reports")}
    assert done.rows["reports"] == len(chosen) == reports
    for table in ("sections", "table_cells", "findings", "series"):
        assert {line["report_id"] for line in lines(done.folder, table)} <= chosen
    assert {line["id"] for line in lines(done.folder, "agencies")} == {line["agency_id"] for line in lines(done.folder, "reports")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frictionless = pytest.importorskip("frictionless")
        assert frictionless.Package(str(done.folder / "datapackage.json")).validate().valid


def test_some_tables(database: Path, tmp_path: Path) -> None:
    done = export(database, tmp_path / "out", tables=["series", "table_cells"])
    assert {path.name for path in done.folder.iterdir()} == {"series.csv", "table_cells.csv", "datapackage.json", "CITATION.cff"}


# ------------------------------------------------------------------------------------------------ hostile values


def test_no_text_is_a_formula(folder: Path) -> None:
    for table in EXPORTED:
        types = exported_tables()[table].fields
        for line in lines(folder, table):
            assert not [value for name, value in line.items() if types[name] == "string" and FORMULA.match(value)], table
    assert {text[:50] for text in HOSTILE} <= {one["heading"] for one in objects(folder, "sections")}


@given(st.text(max_size=30))
@settings(deadline=None)
def test_any_text_is_safe_in_csv(text: str) -> None:
    from crawler.export.formats.text import _plain

    plain = _plain(text)
    assert not FORMULA.match(plain)
    assert not CONTROL.search(plain)


def test_excel_holds_texts_as_texts(folder: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(folder / "gongkai.xlsx")
    assert not [cell.coordinate for sheet in book for row in sheet for cell in row if cell.data_type == "f" or cell.hyperlink]
    texts = [row[8] for row in book["sections"].iter_rows(values_only=True)]
    assert max(len(text or "") for text in texts) <= 32_767


def test_a_full_sheet_is_continued(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("xlsxwriter")
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setattr("crawler.export.formats.excel.ROWS", 4)
    done = export(database, tmp_path / "out", formats=["xlsx"], tables=["reports", "agencies"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(done.folder / "gongkai.xlsx")
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("reports", 4), ("reports (2)", 2), ("agencies", 3)]


# ------------------------------------------------------------------------------------------------ people


@pytest.mark.parametrize(
    ("text", "kind", "left"),
    [
        ("填报人：王小明", None, "填报人：***"),
        ("单位负责人:张三  审核人:李 四 填报人：欧阳修文", None, "单位负责人:**  审核人:*** 填报人：****"),
        ("审 核 人：李四", None, "审 核 人：**"),
        (
            "填报人：王小明 联系电话：0570-1234567 填报日期：2016年1月30日",
            None,
            "填报人：*** 联系电话：************ 填报日期：2016年1月30日",
        ),
        ("监督电话：0570-1234567", "overview", "监督电话：0570-1234567"),
        ("电话：0570-1234567", "sign_off", "电话：************"),
        ("13800000000", "sign_off", "***********"),
        ("（0570）1234567", "sign_off", "*************"),
        ("青禾市人民政府\n2024年1月30日", "sign_off", "青禾市人民政府\n2024年1月30日"),
        ("20240130", "sign_off", "********"),
        ("共收到申请2000000件", "sign_off", "共收到申请2000000件"),
        ("主要负责人高度重视", None, "主要负责人高度重视"),
        ("负责人为第一责任人，分管负责人为直接责任人", None, "负责人为第一责任人，分管负责人为直接责任人"),
        ("联系方式：电话、邮箱均可", None, "联系方式：电话、邮箱均可"),
    ],
)
def test_people_are_left_out(text: str, kind: str | None, left: str) -> None:
    assert masked(text, kind) == left


@given(st.text("填报人审核:： 0-9１王.、\n电话", max_size=80))
@settings(deadline=None)
def test_a_masked_text_keeps_its_length(text: str) -> None:
    assert len(masked(text, "sign_off")) == len(text)


@pytest.mark.parametrize(
    "text", ["填报人：" * 100_000, "填报人" + "：" * 500_000, "0" * 1_000_000, "电话：" + "1 " * 500_000, "审" * 1_000_000]
)
def test_masking_takes_no_longer_than_the_text(text: str) -> None:
    import time

    started = time.process_time()
    masked(text, "sign_off")
    assert time.process_time() - started < 5


def test_no_name_and_no_number_is_exported(folder: Path) -> None:
    for table in EXPORTED:
        written = (folder / f"{table}.jsonl").read_text(encoding="utf-8")
        assert not any(secret in written for secret in ("王小明", "李四", "1234567", "13800000000")), table


# ------------------------------------------------------------------------------------------------ all or nothing


def test_an_earlier_export_is_replaced(database: Path, tmp_path: Path) -> None:
    export(database, tmp_path / "out")
    done = export(database, tmp_path / "out", tables=["reports"])
    assert sorted(path.name for path in done.folder.iterdir()) == ["CITATION.cff", "datapackage.json", "reports.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_failure_leaves_everything_as_it_was(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in export(database, tmp_path / "out", tables=["reports"]).folder.iterdir()}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawler.export.package.write", full)
    with pytest.raises(ExportError, match=r"cannot be written \(No space left"):
        export(database, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_other_peoples_files_stay(database: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ExportError, match="holds other files"):
        export(database, tmp_path)
    with pytest.raises(ExportError, match="is a file"):
        export(database, tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_that_cannot_be_written(database: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportError, match="cannot be written"):
        export(database, tmp_path / "file" / "below" / "out")


def test_an_export_reads_one_moment_of_a_database_in_use(database: Path, tmp_path: Path) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report(2022)))
        with _opened(path) as connection:
            connection.execute("select count(*) from reports").fetchone()
            store.write(page(f"{HOME}/2.html", report(2023)))
            assert connection.execute("select count(*) from reports").fetchone() == (1,)
        assert export(path, tmp_path / "out").rows["reports"] == 2


def test_the_files_may_be_read_by_others(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) & 0o055 == 0o055


# ------------------------------------------------------------------------------------------------ errors


def test_no_database(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no database; make one with scrapy crawl"):
        export(tmp_path / "none.db", tmp_path / "out")


def test_another_programs_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("create table t (a)")
    with pytest.raises(NotOurDatabase):
        export(tmp_path / "other.db", tmp_path / "out")
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(StoreError, match="is no SQLite database"):
        export(tmp_path / "text.db", tmp_path / "out")


@pytest.mark.parametrize("change", ["pragma user_version = 1", "alter table quantities drop column category"])
def test_an_older_layout(tmp_path: Path, change: str) -> None:
    path = tmp_path / "reports.db"
    with Store(path) as store:
        store.write(page(f"{HOME}/1.html", report()))
    with sqlite3.connect(path) as connection:
        connection.execute(change)
    with pytest.raises(OlderDatabase, match="scrapy reindex"):
        export(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"tables": ["nonsense"]}, "--table nonsense: must be one of reports, agencies"),
        ({"formats": ["pdf"]}, "--format pdf: must be one of csv, jsonl, parquet, xlsx"),
        ({"selection": Selection("无此省")}, "no report fits: the database holds the years 2019 to 2023 of 白榆省, 青禾省"),
        ({"selection": Selection(None, 1990, 1991)}, "no report fits"),
    ],
)
def test_what_cannot_be_done_is_said(database: Path, tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ExportError, match=said):
        export(database, tmp_path / "out", **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("format_", "package"), [("parquet", "pyarrow"), ("xlsx", "xlsxwriter")])
def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, format_: str, package: str) -> None:
    monkeypatch.setitem(sys.modules, FORMATS[format_][0], None)
    monkeypatch.delitem(sys.modules, FORMATS[format_][0])
    for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ExportError, match=rf"--format {format_} needs the package {package}.*pip install 'gongkai\[export\]'"):
        writers.writer(format_, tmp_path)


def test_the_command(database: Path, tmp_path: Path) -> None:
    done = _scrapy(
        "export", "--database", str(database), "--into", str(tmp_path / "out"), "--year", "2022-2023", "--table", "reports,series"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].split() == ["reports", "3"]
    wrong = _scrapy("export", "--database", str(database), "--into", str(tmp_path / "other"), "--year", "last")
    assert (wrong.returncode, wrong.stderr.strip()) == (1, "error: --year last: must be a year, as 2023, or a range, as 2019-2023")
    assert Command().short_desc()


def _scrapy(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "scrapy", *arguments], capture_output=True, text=True, check=False)
