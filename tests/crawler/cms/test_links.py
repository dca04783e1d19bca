"""Rows of any markup: made-up ones after the shapes of PORTALS.md section 1."""

from datetime import date
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crawler.cms import dates, labels, links
from crawler.cms.model import ListingPage

CASES = yaml.safe_load((Path(__file__).parents[2] / "cases" / "rows.yaml").read_text("utf-8"))
URL = "http://www.qinghe.example/zwgk/xxgknb/"
OTHERS = "<li><a href='n1.html'>青禾市第一号通知公告</a>2011-01-01</li><li><a href='n2.html'>青禾市第二号通知公告</a>2012-02-02</li>"


def page(text: str) -> ListingPage:
    return ListingPage(URL, text)


@pytest.mark.parametrize("case", CASES["rows"], ids=lambda case: case["markup"][:60])
def test_row(case: dict[str, Any]) -> None:
    before = links.rows(page(f"<ul>{OTHERS}</ul>"))
    found = links.rows(page(f"<ul>{OTHERS}{case['markup']}</ul>"))
    assert found[:2] == before
    (entry,) = found[2:]
    assert entry.url == urljoin(URL, case["url"])
    assert entry.title == case.get("title", "信息公开年报一览表")
    assert entry.listed_on == case.get("date")
    assert entry.agency_hint == case.get("agency")


@pytest.mark.parametrize("markup", CASES["not_rows"])
def test_not_a_row(markup: str) -> None:
    assert links.rows(page(markup)) == ()


@pytest.mark.parametrize(("text", "name"), CASES["agencies"])
def test_label(text: str, name: str | None) -> None:
    assert labels.agency(text) == name


def test_base_element_and_duplicates() -> None:
    first, again = (
        '<li><a href="1.html">信息公开年报第一</a> 2020-01-01</li>',
        '<li><a href="1.html#a">信息公开年报又一</a> 2020-01-02</li>',
    )
    (entry,) = links.rows(page(f'<base href="http://www.qinghe.example/other/">{first}{again}'))
    assert entry.url == "http://www.qinghe.example/other/1.html"
    assert entry.title == "信息公开年报第一"


def test_agency_and_date_by_the_heads_of_columns() -> None:
    table = """<table><tr><th>名称</th><th>发布机构</th><th>发布日期</th><th>有效期至</th></tr>
        <tr><td><a href="a.html">2019年信息公开年报</a></td><td>青禾市教育局</td><td>2020-01-02</td><td>2030-12-31</td></tr></table>"""
    (entry,) = links.rows(page(table))
    assert (entry.agency_hint, entry.listed_on) == ("青禾市教育局", date(2020, 1, 2))


def test_agency_by_the_nearest_heading() -> None:
    def listing(name: str) -> str:
        rows = (f'<li><a href="{name}{year}.html">{year}年信息公开年报</a>{year + 1}-01-02</li>' for year in (2019, 2018))
        return f"<ul>{''.join(rows)}</ul>"

    text = (
        f"""<h3>青禾市水利局</h3>{listing("a")}<div class="tit">云溪县教育局</div>{listing("b")}<h3>政府信息公开年报</h3>{listing("c")}"""
    )
    found = [entry.agency_hint for entry in links.rows(page(text))]
    assert found == ["青禾市水利局"] * 2 + ["云溪县教育局"] * 2 + [None] * 2


def test_the_tabs_of_a_bar_head_nothing() -> None:
    bar = '<div class="tab"><span>青禾市水利局</span><span>青禾市教育局</span></div>'
    (entry,) = links.rows(page(f'{bar}<ul><li><a href="a.html">2019年信息公开年报</a>2020-01-02</li></ul>'))
    assert entry.agency_hint is None


def test_two_columns_of_rows_keep_their_dates() -> None:
    cell = "<td><a href='{n}.html'>信息公开年报第{n}号</a> 202{n}-01-01</td>"
    table = f"<table><tr>{cell.format(n=1)}{cell.format(n=2)}</tr><tr>{cell.format(n=3)}{cell.format(n=4)}</tr></table>"
    assert [entry.listed_on for entry in links.rows(page(table))] == [date(2020 + n, 1, 1) for n in (1, 2, 3, 4)]


def test_lines_of_one_paragraph_keep_their_dates() -> None:
    text = "<p><a href='a.html'>青禾市的信息公开年报一览表</a> 2020-01-01<br><a href='b.html'>信息公开年报</a> 2020-02-02</p>"
    assert [entry.listed_on for entry in links.rows(page(text))] == [date(2020, 1, 1), date(2020, 2, 2)]


def test_a_row_alone_is_its_longest_link() -> None:
    record = (
        "<tr><td><a href='/c/'>[年报]</a></td><td><table>"
        "<tr><td><a href='/art/2021/1/8/art_7_1.html'>云溪县信息公开年报</a></td></tr></table></td><td>2021-01-08</td></tr>"
    )
    entry = links.row(page("<p>"), record)
    assert entry is not None
    assert (entry.url, entry.title, entry.listed_on) == (
        "http://www.qinghe.example/art/2021/1/8/art_7_1.html",
        "云溪县信息公开年报",
        date(2021, 1, 8),
    )
    assert links.row(page("<p>"), "<td>云溪县</td>") is None


@given(st.text(alphabet="2019年-/. []（）:月日信息公开", max_size=40))
def test_splitting_a_title_loses_nothing(title: str) -> None:
    kept, printed = dates.split(title)
    assert kept in title
    assert printed in title
    assert len(kept) + len(printed) <= len(title)
    assert not printed or dates.printed(printed) or any(sign in printed for sign in "-/.年")


ROW = (
    '<li><a href="./2021{m:02d}/t2021{m:02d}20_{n}.html" title="青禾市2020年政府信息公开工作年度报告第{n}号">青禾市2020年政府信息公开…</a>'
    "<span>2021-{m:02d}-20</span></li>"
)
HOSTILE = {
    "rows": "<ul>" + "".join(ROW.format(m=n % 12 + 1, n=n) for n in range(5000)) + "</ul>" + " " * 200_000,
    "one address": "<div>" + "<a href=x>青禾市的标题</a>" * 5000 + "文" * 500_000 + "</div>",
    "one table row": "<table><tr>" + "".join(f"<td><a href=x{n}>青禾市的标题</a></td>" for n in range(5000)) + "</tr></table>",
    "headings": "<h1>" * 5000 + "文字" * 200_000,
    "links": "<a href=x>" * 100_000,
    "half dates": "<li><a href=x>青禾市的标题</a>" + "2020-12 " * 120_000,
    "brackets": "<li><a href=x>" + "[" * 500_000 + "</a>2020-01-02",
    "blanks": "<li><a href=x>青禾市的标题" + " " * 900_000 + "x</a>2020-01-02",
    "agencies": "<li><a href=x>青禾市的标题</a>" + "局" * 900_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_large_page_is_read_in_bounded_time(text: str) -> None:
    listing = page(text)
    start = process_time()
    links.rows(listing)
    assert process_time() - start < 2  # some 0.4 s on an idle core; what costs a square takes minutes


@pytest.mark.parametrize(
    "heading",
    [
        "<h3><a href='/zwgk/xxgknb/all/'>政府信息公开年报</a></h3>",
        "<div><a href='/zwgk/xxgknb/all/'>政府信息公开年报</a><a href='/zwgk/xxgknb/all/'>更多</a></div>",
        "<p>您的位置：<a href='../'>政府信息公开年报专栏入口与历年报告</a></p>",
    ],
)
@pytest.mark.parametrize("rows", ["<ul><li>{}</li></ul>", "<table><tbody><tr><td><span>{}</span></td></tr></tbody></table>"])
def test_a_heading_does_not_take_the_date_of_the_block_below_it(heading: str, rows: str) -> None:
    row = rows.format("<a href='a.html'>信息公开年报一览表</a> 2020-01-02")
    (entry,) = links.rows(page(f"<div>{heading}{row}</div>"))
    assert (entry.url, entry.listed_on) == (f"{URL}a.html", date(2020, 1, 2))


@pytest.mark.parametrize(
    ("wrap", "row"),
    [
        ("<div>{}</div>", "<span>{day}</span>&nbsp;<a href='{n}.html'>信息公开年报第{n}号</a><br>"),
        ("<dl>{}</dl>", "<dt>{day}</dt><dd><a href='{n}.html'>信息公开年报第{n}号</a></dd>"),
        ("<div>{}</div>", "<p>[{day}]</p><p><a href='{n}.html'>信息公开年报第{n}号</a></p>"),
        ("<div>{}</div>", "<a href='{n}.html'>信息公开年报第{n}号</a><span>{day}</span><br>"),
        ("<dl>{}</dl>", "<dt><a href='{n}.html'>信息公开年报第{n}号</a></dt><dd>{day}</dd>"),
        ("<div><p>2031-01-01</p>{}</div>", "<a href='{n}.html'>信息公开年报第{n}号</a><span>{day}</span><br>"),  # the day of the visit
    ],
)
def test_dates_before_or_behind_their_rows(wrap: str, row: str) -> None:
    found = links.rows(page(wrap.format("".join(row.format(n=n, day=f"202{n}-01-15") for n in range(1, 5)))))
    assert [entry.listed_on for entry in found] == [date(2020 + n, 1, 15) for n in range(1, 5)]
