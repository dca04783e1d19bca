"""A plain text rendered as three different portal pages: what a report looks like must not change what it says.

`editor` nests the lines in editor divs full of Word debris, `tables` turns flattened tables back into HTML tables with spans,
`breaks` is one block of text with br. Each stands in the chrome of a portal page: navigation, metas, share links, footer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape

NAVIGATION = "".join(f'<li><a href="/col/{n}/index.html">{name}</a></li>' for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流")))
PAGE = (
    '<!DOCTYPE html><html><head>{meta}<title>信息公开</title><meta name="ColumnName" content="政府信息公开年报">'
    "<style>.nav li{{float:left}} .TRS_Editor p{{margin:0}}</style><script>var t='年度报告';</script></head><body>"
    f'<div class="header"><ul class="nav">{NAVIGATION}</ul></div><div class="position">当前位置：<a href="/">首页</a> &gt; 政务公开</div>'
    "{article}"
    '<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div>'
    f'<div class="footer"><ul>{NAVIGATION}</ul>版权所有 网站标识码：0000000000</div></body></html>'
)


def editor(lines: list[str]) -> str:
    """Each line a paragraph in nested editor divs, spans cut through the words, Word's conditional comments between them."""
    paragraphs = "".join(
        f'<p class="MsoNormal" style="text-indent:32pt"><span lang="EN-US"><o:p></o:p></span>{_spans(line)}</p>\n'
        "<!--[if !supportLists]--><!--[endif]-->"
        for line in lines
        if line.strip()
    )
    return f'<div class="content"><div class="TRS_Editor"><style>.TRS_Editor p{{line-height:2}}</style><div><div>{paragraphs}</div></div></div></div>'


def _spans(line: str) -> str:
    """The line cut in two spans in the middle, wherever that falls: inside a word or a number."""
    middle = len(line) // 2
    return "".join(f'<span style="font-family:仿宋">{escape(part, quote=False)}</span>' for part in (line[:middle], line[middle:]) if part)


def breaks(lines: list[str]) -> str:
    """All lines in one element, separated by br."""
    return '<div id="zoom">' + "<br/>\r\n".join(escape(line, quote=False) for line in lines) + "</div>"


def tables(lines: list[str]) -> str:
    """Paragraphs, and an HTML table where the lines hold a flattened one."""
    return f'<div class="article-content">{"".join(_blocks(lines))}</div>'


def _blocks(lines: list[str]) -> Iterator[str]:
    run: list[str] = []
    for line in [*lines, ""]:
        if line.rstrip().endswith("|"):
            run.append(line)
            continue
        if run:
            yield _table(run)
            run = []
        if line.strip():
            yield f"<p>　　{escape(line, quote=False)}</p>"


def _table(lines: list[str]) -> str:
    """The table a flattened run was made from: by rows where a line holds several cells, else by the shape of the form."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    if any(len(row) > 3 for row in rows if row[0]):
        return _html([[*row[:2], row[2] if len(row) > 4 else ""] for row in rows])
    return "".join(_html(part) for part in _by_shape([line.rstrip("| ").strip() for line in lines]))


def _html(rows: list[list[str]]) -> str:
    body = "".join("<tr>" + "".join(f"<td><p>{escape(cell, quote=False) or '&nbsp;'}</p></td>" for cell in row) + "</tr>" for row in rows)
    return f'<table border="1">{body}</table>'


def _by_shape(cells: list[str]) -> Iterator[list[list[str]]]:
    """One cell a line: rows begin at a label; the figures behind it belong to it."""
    rows: list[list[str]] = []
    for cell in filter(None, cells):
        if re.fullmatch(r"[-\d.]+\D{0,3}|减少\d+项|条|件|次|人次|万元", cell) and rows:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    yield rows


MARKUPS: dict[str, Callable[[list[str]], str]] = {"editor": editor, "tables": tables, "breaks": breaks}


def page(lines: list[str], markup: str, encoding: str, label: str | None) -> bytes:
    """The page as bytes. Characters the encoding lacks become character references, as portals write them."""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return PAGE.format(meta=meta, article=MARKUPS[markup](lines)).encode(encoding, "xmlcharrefreplace")
