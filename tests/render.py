"""A plain text rendered as three different portal pages: what a report looks like must not change what it says.

`editor` nests the lines in editor divs full of Word debris, `tables` turns flattened tables back into HTML tables with spans,
`breaks` is one block of text with br. Each stands in the chrome of a portal page: navigation, metas, share links, footer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

NAVIGATION = "".join(
    f'<li><a href="/col/{n}/index.html">{name}</a></li>' for n, name in enumerate(("首页", "政务公开", "办事服务", "互动交流"))
)
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
    style = "<style>.TRS_Editor p{line-height:2}</style>"
    return f'<div class="content"><div class="TRS_Editor">{style}<div><div>{paragraphs}</div></div></div></div>'


def _spans(line: str) -> str:
    """The line cut in two spans in the middle, wherever that falls: inside a word or a number."""
    middle = len(line) // 2
    return "".join(f'<span style="font-family:仿宋">{escape(part, quote=False)}</span>' for part in (line[:middle], line[middle:]) if part)


def breaks(lines: list[str]) -> str:
    """All lines in one element, separated by br."""
    return '<div id="zoom">' + "<br/>\r\n".join(escape(line, quote=False) for line in lines) + "</div>"


def tables(lines: list[str], forms: Sequence[str] = ()) -> str:
    """Paragraphs, and an HTML table where the lines hold a flattened one.

    A run that prints a row a line is turned back cell by cell. One that prints a cell a line has lost its spans: `forms` are the tables
    with rowspan and colspan that such runs were made from, in order.
    """
    return f'<div class="article-content">{"".join(_blocks(lines, iter(forms)))}</div>'


def _blocks(lines: list[str], forms: Iterator[str]) -> Iterator[str]:
    run: list[str] = []
    for line in [*lines, ""]:
        if line.rstrip().endswith("|"):
            run.append(line)
            continue
        if run:
            yield _table(run) or next(forms)
            run = []
        if line.strip():
            yield f"<p>　　{escape(line, quote=False)}</p>"


def _table(lines: list[str]) -> str | None:
    """The table of a run that prints indicator, unit and value on a line; None where a line holds but one cell."""
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    if not any(len(row) > 3 for row in rows if row[0]):
        return None
    cells = ([*row[:2], row[2] if len(row) > 4 else ""] for row in rows)
    return f"<table>{''.join(f'<tr>{_cells(row)}</tr>' for row in cells)}</table>"


def _cells(row: list[str]) -> str:
    return "".join(f"<td><p>{escape(cell, quote=False) or '&nbsp;'}</p></td>" for cell in row)


MARKUPS = ("editor", "tables", "breaks")


def page(lines: list[str], markup: str, encoding: str, label: str | None, forms: Sequence[str] = ()) -> bytes:
    """The page as bytes. Characters the encoding lacks become character references, as portals write them."""
    article = tables(lines, forms) if markup == "tables" else {"editor": editor, "breaks": breaks}[markup](lines)
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">' if label else ""
    return PAGE.format(meta=meta, article=article).encode(encoding, "xmlcharrefreplace")
