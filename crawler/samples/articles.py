"""The articles of the sample portals: reports with their tables, notices, guides, and a page that is none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from crawler.samples import forms, layouts, writing
from crawler.samples.world import Report, SamplePage, Site


def page(site: Site, one: SamplePage) -> str:
    """The page as markup."""
    if one.kind == "soft_404":
        return layouts.fill("soft_404")
    return layouts.article(site, one, "\n".join(blocks(one)))


def blocks(one: SamplePage) -> list[str]:
    """The body of the page as blocks of markup in order: paragraphs and tables."""
    found = [block for report in one.reports for block in _report(report, several=len(one.reports) > 1)]
    return found or [_paragraphs(writing.other(one))]


def encoded(markup: str, charset: str) -> bytes:
    """`markup` in these bytes. A Big5 page is a traditional one; characters that the charset lacks are written as references."""
    return (_traditional(markup) if charset == "big5" else markup).encode(charset, "xmlcharrefreplace")


@cache
def _converter() -> object:
    from opencc_pyo3 import OpenCC  # heavy, and few portals need it

    return OpenCC("s2t")


def _traditional(markup: str) -> str:
    converted: str = _converter().convert(markup)  # type: ignore[attr-defined]
    return converted


def _report(one: Report, *, several: bool) -> list[str]:
    """Title line (often only the page has one), preamble, sections and signature."""
    lines = [f'<p align="center"><strong>{one.title}</strong></p>'] if several or Random(one.title).random() < 0.7 else []
    lines += [block for part in writing.report(one) for block in _part(part, one)]
    signature = (one.agency.agency, f"{one.year + 1}年1月{3 + one.year % 20}日")
    lines += [f'<p style="text-align:right">{line}</p>' for line in signature]
    return list(_debris(lines)) if one.quirk == "word_debris" else lines


def _part(part: writing.Part, one: Report) -> Iterator[str]:
    if part.heading:
        centred = ' align="center"' if part.kind == "statistics_table" else ""
        yield f"<p{centred}><strong>{part.heading}</strong></p>"
    yield _paragraphs(part.paragraphs)
    yield from (forms.table(table, one.tables[table]) for table in part.tables)


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "\n".join(f"<p>　　{line}</p>" for line in lines)


_SPAN = '<span lang="EN-US" style="font-family:仿宋_GB2312;mso-hansi-font-family:Calibri">{}</span>'


def _debris(blocks: list[str]) -> Iterator[str]:
    """What Word leaves behind: classes, conditional comments, o:p, and spans that cut words and numbers in two."""
    for line in "\n".join(blocks).split("\n"):
        if not line.startswith("<p"):
            yield line.replace("<td", '<td style="mso-border-alt:solid windowtext .5pt" valign="top"')
            continue
        opening, _, rest = line.partition(">")
        text = rest.removesuffix("</p>")
        middle = len(text) // 2
        halves = (text,) if "<" in text else (text[:middle], text[middle:])
        spans = "".join(_SPAN.format(half) for half in halves)
        yield f'{opening} class="MsoNormal">{spans}<o:p></o:p></p><!--[if !supportLists]--><!--[endif]-->'
