"""The variant of SiteServer that holds the rows of all pages in a script (PORTALS.md section 12)."""

import json
from datetime import date
from time import process_time

import pytest

from crawler.cms.model import ListingPage
from tests.crawler.cms.walking import MENU, read

URL = "http://www.qinghe.example/channels/ch00232/"
TITLES = [f"青禾市{year}年政府信息公开工作年度报告" for year in (2021, 2020, 2019, 2018)]
ROWS = [f'<li><a href="/articles/ch00232/{n}.shtml">{title}</a><span>202{n}-01-20</span></li>' for n, title in enumerate(TITLES)]
RECORDS = [{"title": title, "url": f"/articles/ch00232/{n}.shtml", "pubDate": f"202{n}-01-20 10:00"} for n, title in enumerate(TITLES)]
ESCAPED = "".join(ROWS).replace('"', '\\"').replace("/", "\\/").replace("<", "\\u003c")


@pytest.mark.parametrize(
    "script",
    [
        f"<script>var pagedContent = {json.dumps(ROWS)};</script>",
        f"<script>var pagedContent = {json.dumps(RECORDS)};</script>",
        f"<script>var pagedContent = '{''.join(ROWS)}';</script>",
        f'<script>var pagedContent = "{ESCAPED}";</script>',
        "<script>var pagedContent = [];" + "".join(f"pagedContent[{n}] = '{row}';" for n, row in enumerate(ROWS)) + "</script>",
        "<script>var pagedContent = new Array();" + "".join(f"pagedContent.push('{row}');" for row in ROWS) + "</script>",
        "<script>var pagedContent = "
        + " +\n".join(f"'{row}'" for row in ROWS)
        + "; var other = '<a href=\"/x.html\">2020-01-01 其他</a>';</script>",
        f"<script>show({{pagedContent: ['{ROWS[0]}',\n'{ROWS[1]}','{ROWS[2]}','{ROWS[3]}'], size: 2}});</script>",
        f'<script type="text/html" id="pagedContent">{"".join(ROWS)}</script>',
        f'<div id="pagedContent">{"".join(ROWS)}</div>',
    ],
)
def test_all_rows_of_the_script_are_read(script: str) -> None:
    text = f"<html>{MENU}<ul>{ROWS[0]}</ul>{script}<a href='#'>下一页</a> 共 4 条 1/2 页</html>"
    listing = read(ListingPage(URL, text))
    assert listing.family == "siteserver"
    assert [entry.title for entry in listing.entries] == TITLES
    assert [entry.listed_on for entry in listing.entries] == [date(2020 + n, 1, 20) for n in range(4)]
    assert listing.entries[3].url == "http://www.qinghe.example/articles/ch00232/3.shtml"
    assert listing.further == ()


@pytest.mark.parametrize(
    "script", ["var pagedContent = null;", "render(pagedContent)", 'var pagedContent = [1, {}, {"title": "x"}]', "pagedContent = '"]
)
def test_a_script_without_rows_adds_none(script: str) -> None:
    listing = read(ListingPage(URL, f"<html>{MENU}<ul>{ROWS[0]}</ul><script>{script}</script></html>"))
    assert [entry.title for entry in listing.entries] == TITLES[:1]


@pytest.mark.parametrize(
    "script",
    [
        "pagedContent = [" * 60_000,
        "pagedContent='" * 70_000,
        'pagedContent="' + '\\"' * 500_000,
        "pagedContent = '" + "'" * 1_000_000,
        "[" * 1_000_000,
    ],
)
def test_hostile_scripts_cost_little(script: str) -> None:
    start = process_time()
    read(ListingPage(URL, f"<script>{script}</script>"), "siteserver")
    assert process_time() - start < 4
