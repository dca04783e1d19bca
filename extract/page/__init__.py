"""The article in its page: which element holds it, what the page says about it, and what it consists of.

`read` never decides whether an article is an annual report; that is the next stage's part. It turns pages away that hold no article at
all: challenges, soft 404s, script shells, bare menus.
"""

from __future__ import annotations

from collections.abc import Sequence

from extract import html, sources
from extract.blocks import Item, Line, assemble, with_originals
from extract.errors import NotReport
from extract.html import Element
from extract.model import Article, Page
from extract.page import container, links, metadata, verdict
from extract.sources import html as markup_source
from extract.sources import text as text_source

_SCAN_TEXT = 200
"""Characters below which an article that shows pictures is taken for a scan."""


def read(text: str, page: Page, original: str | None = None) -> Article:
    """The article of a page, as blocks in reading order, with metadata, attachments and the addresses of its further parts.

    `text` is the repaired text, markup or plain; `original` the text before repair where it differs, whose blocks are paired by
    position (none where they do not match). Raises a child of Rejected for a page without an article or over a bound.
    """
    return _read_markup(text, page, original) if sources.is_markup(text) else _read_text(text, page, original)


# ------------------------------------------------------------------------------------------------ plain text


def _read_text(text: str, page: Page, original: str | None) -> Article:
    items: Sequence[Item] = text_source.read(text)
    if original is not None:
        items = with_originals(items, text_source.read(original))
    head = metadata.take_head(items)
    if not head.items:
        raise NotReport("the page holds no text")
    evidence = metadata.Evidence({}, tuple(head.pairs), (), head.column, text)
    return Article(metadata.of_article(evidence, page.entry, page.url), assemble(head.items), container="text")


# ------------------------------------------------------------------------------------------------ markup


def _read_markup(markup: str, page: Page, original: str | None) -> Article:
    root = html.parse(markup)
    body = html.body(root)
    found = container.named(body)
    element, found_by = container.choose(body, found.containers)
    items: Sequence[Item] = markup_source.read(element)
    if original is not None:
        items = _paired(items, original, root.getroottree().getpath(element))
    head = metadata.take_head(items)
    scanned = sum(len(item.text) if isinstance(item, Line) else _SCAN_TEXT for item in head.items) < _SCAN_TEXT
    files = links.attachments(element, body, markup, _base(root, page.url), with_images=scanned)
    verdict.check(element, body, head.items, markup, has_files=any(file.kind != "image" for file in files))
    more = links.more_pages(body, markup, page.url)
    evidence = _evidence(root, element, found.titles, head.pairs, head.column, markup)
    return Article(metadata.of_article(evidence, page.entry, page.url), assemble(head.items), files, more, found_by)


def _paired(items: Sequence[Item], original: str, path: str) -> Sequence[Item]:
    """`items` with what stood at their places before the repair; unchanged where the original has another structure."""
    tree = html.parse(original).getroottree()
    places = tree.xpath(path)
    if not isinstance(places, list) or len(places) != 1 or not isinstance(places[0], html.Element):
        return items
    return with_originals(items, markup_source.read(places[0]))


def _base(root: Element, url: str) -> str:
    """What relative addresses are relative to: the page's `<base>`, else its own address."""
    base = root.find(".//base[@href]")
    return url if base is None else (base.get("href") or url)


def _evidence(
    root: Element, article: Element, titles: list[Element], pairs: list[tuple[str, str]], column: str | None, markup: str
) -> metadata.Evidence:
    """What the page around the article says about it. The article's element is emptied for it: nothing reads it any more."""
    head = metadata.metas(root)
    title = root.find(".//title")
    if title is not None and title.text:
        head[":title"] = title.text
    texts = metadata.title_texts(titles)
    article.clear(keep_tail=True)
    chrome = metadata.chrome_text(html.body(root))
    around = metadata.pairs_in(chrome)
    bare = metadata.bare_title(chrome)
    texts = (*texts, bare) if bare else texts
    return metadata.Evidence(head, (*pairs, *around), texts, column, markup, metadata.bare_date(chrome))
