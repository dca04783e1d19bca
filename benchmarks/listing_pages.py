"""Made-up listings of several families for the benchmark of walks: `python -m benchmarks.listing_pages COUNT` serves some COUNT pages.

A listing has 20 pages, a page 15 to 60 rows in 20 to 60 KB of portal. One more page is 1 MB with 5,000 links. The first line printed says
as JSON where the first pages stand; served until killed.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from threading import Event, Thread
from urllib.parse import parse_qs

from benchmarks.page import TOPICS
from crawler.samples.server import Resource, Server

PAGES = 20  # of a listing
ROWS, SIZES = (15, 60), (20_000, 60_000)
LARGE, LARGE_ROWS, LARGE_SIZE = "/large/xxgknb/index.html", 4_990, 1_000_000
Row = tuple[str, int, date]  # title, number of the article, day


@dataclass(frozen=True, slots=True)
class Family:
    """How a product shows `rows` with their pager (folder, rows, number of the page, count), and where page n of m stands."""

    rows: Callable[[str, list[Row], int, int], str]
    address: Callable[[int, int], str]
    pages: int = PAGES


def _static(_: str, rows: list[Row], number: int, count: int) -> str:
    items = [
        f'<li><span>{day}</span><a href="./{day:%Y%m}/t{day:%Y%m%d}_{n}.html" title="{title}">{title}</a></li>' for title, n, day in rows
    ]
    return f'<ul class="list">{"".join(items)}</ul><script>createPageHTML({count}, {number - 1}, "index", "html");</script>'


def _backwards(folder: str, rows: list[Row], number: int, count: int) -> str:
    """Pages are numbered from the last."""
    items = [
        f'<li id="line_u9_{place}"><a href="/info/1103/{n}.htm" title="{title}">{title}</a><span>{day}</span></li>'
        for place, (title, n, day) in enumerate(rows)
    ]
    onward = f'<span class="p_next p_fun"><a href="{folder}nb/{count - number}.htm">下页</a></span>' if number < count else ""
    return f'<ul>{"".join(items)}</ul><div class="pb_sys_common">{onward}</div>'


def _tabled(folder: str, rows: list[Row], number: int, count: int) -> str:
    items = [
        f'<tr><td>{place}</td><td><a href="{folder}{n}.jhtml">{title}</a></td><td>{day}</td></tr>'
        for place, (title, n, day) in enumerate(rows)
    ]
    onward = f'<a href="index_{number + 1}.jhtml">下一页</a>' if number < count else ""
    return f'<table>{"".join(items)}</table><div class="page">{number}/{count}页 {onward}</div>'


def _inlined(_folder: str, rows: list[Row], _number: int, _count: int) -> str:
    """The rows of all pages are records in a script."""
    records = [
        f'<record><![CDATA[<li><a href="/art/{day.year}/{day.month}/{day.day}/art_77_{n}.html" title="{title}">{title}</a>'
        f"<b>{day}</b></li>]]></record>"
        for title, n, day in rows
    ]
    store = f'<script type="text/xml"><datastore><recordset>{"".join(records)}</recordset></datastore></script>'
    return f'<div id="77">{store}</div><script>$("#77").jpage({{perPage:15, totalRecord:{len(rows)}}});</script>'


def _plain(folder: str, rows: list[Row], number: int, count: int) -> str:
    items = [f'<p><a href="/news/{n}.html" target="_blank">{title}</a> [{day}]</p>' for title, n, day in rows]
    pager = "".join(f'<a href="{folder}?page={other}">{other}</a>' for other in range(1, count + 1) if other != number)
    return f'<div class="news">{"".join(items)}</div><div class="pages">{pager}</div>'


FAMILIES = {
    "trs": Family(_static, lambda n, _: f"index_{n - 1}.html" if n > 1 else ""),
    "vsb": Family(_backwards, lambda n, count: f"nb/{count - n + 1}.htm" if n > 1 else "nb.htm"),
    "jeecms": Family(_tabled, lambda n, _: f"index_{n}.jhtml" if n > 1 else "index.jhtml"),
    "hanweb_jpage": Family(_inlined, lambda _n, _count: "col/col77/index.html", 1),
    "generic": Family(_plain, lambda n, _: f"?page={n}" if n > 1 else ""),
}


def listings(count: int) -> dict[str, tuple[str, Family]]:
    """The folders of enough listings for `count` pages, as many pages of each family; with the family of each."""
    return {
        f"/{name}{number}/xxgknb/": (name, family)
        for name, family in FAMILIES.items()
        for number in range(max(1, count // len(FAMILIES) // family.pages))
    }


def page(folder: str, family: Family, number: int) -> bytes:
    """A page of a listing: the same bytes for the same arguments."""
    chance = random.Random(f"{folder}{number}")
    rows = family.rows(folder, _rows(chance, number, chance.randint(*ROWS)), number, family.pages)
    return _framed(chance, rows, chance.randint(*SIZES))


def large() -> bytes:
    """The page of 1 MB with 5,000 links, nearly all of them rows."""
    chance = random.Random(1)
    return _framed(chance, _backwards(LARGE, _rows(chance, 1, LARGE_ROWS), 1, 1), LARGE_SIZE)


def _rows(chance: random.Random, number: int, count: int) -> list[Row]:
    return [_row(chance, number * 10_000 + place) for place in range(count)]


def _row(chance: random.Random, number: int) -> Row:
    """One in three is a report; the others are what else stands in such columns."""
    year, agency = chance.randrange(2008, 2025), f"青禾市{chance.choice(TOPICS)}局"
    kind = chance.choice(("政府信息公开工作年度报告", "政府信息公开指南", "政府网站工作年度报表"))
    return f"{agency}{year}年{kind}", number, date(year + 1, 1, 10) + timedelta(days=chance.randrange(60))


def _framed(chance: random.Random, rows: str, size: int) -> bytes:
    """Rows in the frame of a portal, made like that of real ones: a link in 300 bytes of markup, some KB of style and of script."""
    head = (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><title>政府信息公开年报_青禾市人民政府</title>'
        '<meta name="SiteName" content="青禾市">'
        f'<meta name="ColumnName" content="政府信息公开年报"><style>{"".join(map(_style, range(60)))}</style></head><body>'
    )
    foot = f'<div class="footer">网站标识码：9999010001</div><script>{"".join(map(_script, range(40)))}</script></body></html>'
    left = size - len(f"{head}{rows}{foot}".encode())
    items = "".join(_item(chance, number) for number in range(max(0, left) // len(_item(chance, 1).encode())))
    crumbs = '<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 政府信息公开年报</div>'
    return f'{head}<div class="menu">{items}</div>{crumbs}<div class="main">{rows}</div>{foot}'.encode()


def _item(chance: random.Random, number: int) -> str:
    topic = chance.choice(TOPICS)
    return (
        f'<div class="menu-item menu-item-{number % 7}"><img src="/images/2023/icon_{number % 40}.png" width="16" height="16" alt="">'
        f'<div class="menu-text"><a href="/zwgk/zdly/{number}/" title="{topic}" target="_blank" class="menu-link">{topic}</a></div>'
        f'<p class="menu-note">{topic}领域信息</p></div>\n'
    )


def _style(number: int) -> str:
    return f".menu-item-{number}{{float:left;width:{number}px;line-height:28px}}\n"


def _script(number: int) -> str:
    return f"$('.menu-item-{number}').hover(function(){{$(this).addClass('on');}},function(){{$(this).removeClass('on');}});\n"


def main(count: int) -> None:
    """Serve and say where."""
    if hasattr(os, "sched_setaffinity"):  # the benchmark is bound to one core, its server is not part of it
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    served, resources = listings(count), {LARGE: Resource(lambda _: large(), "text/html")}
    for folder, (_, family) in served.items():
        for number in range(1, family.pages + 1):
            path = folder + family.address(number, family.pages).partition("?")[0]
            resources[path] = Resource(partial(_answer, folder, family, number), "text/html")
    server = Server(resources)
    Thread(target=server.serve_forever, daemon=True).start()
    first = {f"{server.url}{folder}{family.address(1, family.pages)}": name for folder, (name, family) in served.items()}
    print(json.dumps({"listings": first, "large": server.url + LARGE}), flush=True)
    Event().wait()


def _answer(folder: str, family: Family, number: int, query: str) -> bytes:
    return page(folder, family, int(parse_qs(query).get("page", [str(number)])[0]) if query else number)


if __name__ == "__main__":
    main(int(sys.argv[1]))
