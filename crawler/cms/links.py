"""The rows of a listing in any markup: a link with a title, a date near it, and sometimes whose report it is (PORTALS.md section 1).

A row is the greatest element around a link, at most some levels up, that leads nowhere else. Where it holds no date, the text right
behind it does, else the list item or table row around it, provided that the link is the longest of the few in there.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from crawler.cms import articles, dates, labels, urls
from crawler.cms.model import ListingEntry, ListingPage, parse

if TYPE_CHECKING:
    from datetime import date

    from lxml import html

MAX_LINKS = 5000  # a page with more is no listing of ours (hostile pages hold a million)
_LEVELS = 5  # how far above a link its row may end: a > b > span > td > tr
_REACH = 8  # the same for the block a row stands in, past its list or table
_SHORTEST = 4  # characters of a title
_LEADS = 4  # links of a row with a category, an agency and a download beside its title
_TRIES = 3  # times an address is looked at: a hostile row repeats one a thousand times
_LONGEST = 5000  # characters of a row whose end is searched for a date
_LINE = 200  # characters of a row that no markup shows to be one
_PARTS = 20  # elements within a link that may hold its date
_OUTER = frozenset(("body", "html", "table", "ul", "ol", "tbody"))
_ROWS = frozenset(("li", "tr"))
_PARTS_OF_ROWS = frozenset(("dd", "dl", "p", "div"))  # rows as often as they are more than one

_REPORT = re.compile(r"信息公开.{0,12}(?:年报|报告)|年度报告|年报")
_WEB = re.compile(r"https?://[^/?]", re.IGNORECASE)
_BASE = re.compile(r"<base\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LINE_BREAKS = re.compile(r"[\t\r\n]+")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_EMPTY_BRACKETS = re.compile(r"[\[(【〔（]\s*[\])】〕）]")
_EDGES = " ·•>»›|\u3000\u00a0"
_AROUND_DATES = " \t\r\n,，;；|-—\u3000\u00a0"
_TITLED = re.compile(r"\s*(?:文章)?标题\s*[:：]\s*(.{4,300})")
_RELEASED = re.compile(r"\s*(?:发布|公开|更新)(?:日期|时间)\s*[:：]\s*(20\d\d\S{4,16})")
_MADE = re.compile(r"(?:生成|成文|印发)(?:日期|时间)\s*[:：]?\s{0,20}20\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?")
_NOWHERE = ("#", "javascript:", "mailto:", "tel:")


@dataclass(slots=True)
class _Links:
    """The links of a part of a page in reading order, each with its target (as written) and its heading; and which targets the elements
    around them hold."""

    found: list[tuple[html.HtmlElement, str, str | None]] = field(default_factory=list)
    around: dict[html.HtmlElement, dict[str, html.HtmlElement]] = field(default_factory=dict)
    leads: dict[html.HtmlElement, bool] = field(default_factory=dict)  # whether the dates of an element's rows stand before them
    blocks: set[html.HtmlElement] = field(default_factory=set)  # elements around a list or table that holds links; none is a row


def rows(page: ListingPage, part: str | html.HtmlElement | None = None) -> tuple[ListingEntry, ...]:
    """The entries of a listing: links with a date in their row, and links without one that name an annual report.

    `part` is what of the page to read (markup, or an element of its tree), the whole page by default. An address listed twice counts
    once, the first time.
    """
    if part is None:
        return _of_page(page)
    root = parse(part) if isinstance(part, str) else part
    return () if root is None else _of(page, root)


@lru_cache(maxsize=1)
def _of_page(page: ListingPage) -> tuple[ListingEntry, ...]:
    """The rows of a whole page, found once: a family asks for them, and so does who looks whether the page is a hub."""
    return () if page.tree is None else _of(page, page.tree)


def _of(page: ListingPage, root: html.HtmlElement) -> tuple[ListingEntry, ...]:
    links, base = _links(root), base_of(page)
    entries: dict[str, ListingEntry] = {}
    tried: Counter[str] = Counter()
    for link, href, heading in links.found:
        tried[href] += 1
        if tried[href] <= _TRIES and (entry := _entry(links, link, href, heading)) and (url := _joined(base, href)):
            entries.setdefault(url, replace(entry, url=url))
    return tuple(entries.values())


def row(page: ListingPage, part: str | html.HtmlElement) -> ListingEntry | None:
    """The entry of a part that is known to be one row: its longest link, with the date anywhere in it; None without a link.

    Records of a service may be broken markup with further links (a category, an icon): what counts is the title.
    """
    root = parse(part) if isinstance(part, str) else part
    links = _links(root).found if root is not None else []
    if root is None or not links:
        return None
    link, href, _ = max(links, key=lambda found: (articles.is_article(found[1]), len(_title(found[0])[0])))
    title, own_date = _title(link)
    url = _joined(base_of(page), href) if len(title) >= _SHORTEST else None
    if url is None:
        return None
    return ListingEntry(url, title, _date_beside(root, link, url) or dates.printed(own_date, url), labels.in_row(root, link))


@lru_cache(maxsize=2)
def base_of(page: ListingPage) -> str:
    """The address that links of the page are resolved against: its own, or that of its `base` element."""
    if page.tree is None or not _BASE.search(page.text):
        return page.url
    href = next((href for base in page.tree.iter("base") if (href := base.get("href", "").strip())), "")
    return _joined(page.url, href) or page.url


def _links(root: html.HtmlElement) -> _Links:
    links, headings, count = _Links(), labels.Headings(), 0
    for element in root.iter("a", *labels.HEADINGS, *labels.SOFT):
        if element.tag != "a":
            headings.see(element)
        elif count < MAX_LINKS and (href := _target(element)):
            count += 1
            headings.see_link()
            links.found.append((element, href, headings.agency))
            _register(links, element, href)
    return links


def _register(links: _Links, link: html.HtmlElement, href: str) -> None:
    """Notes a link with the elements around it. Those around a list are told, so that a heading above it does not own all its rows.

    An element that holds more targets than any row is full, and so are all around it: most links of a page need no more than one look.
    """
    within = False
    for parent in islice(link.iterancestors(), _REACH):
        held = links.around.setdefault(parent, {})
        if len(held) > _LEADS:
            return
        held.setdefault(href, link)
        if within:
            links.blocks.add(parent)
        within = within or parent.tag in _OUTER
        if len(held) > _LEADS:
            for above in islice(parent.iterancestors(), _REACH):
                links.around.setdefault(above, {}).update(held)
            return


def _entry(links: _Links, link: html.HtmlElement, href: str, heading: str | None) -> ListingEntry | None:
    """The entry of a link, with its address as written: joining addresses costs more than all else, and most links are no entries."""
    title, own_date = _title(link)
    if len(title) < _SHORTEST:
        return None
    url = f"/{href}"
    agency, day = labels.cells(link)
    own, listed_on = _row(links, link), dates.printed(day, url) if day else None
    listed_on = listed_on or _date_beside(own, link, url) or dates.printed(own_date, url)
    if listed_on is None:
        listed_on, own = _date_behind(links, own, url), _shared_row(links, link, own)
        listed_on = listed_on or _date_beside(own, link, url)
    if listed_on is None and not (articles.names_report(title, href) or (_REPORT.search(title) and articles.is_article(href))):
        return None
    return ListingEntry(href, title, listed_on, agency or labels.in_row(own, link) or heading)


def _target(link: html.HtmlElement) -> str | None:
    """The address a link leads to, as written without fragment; None for scripts, mail and links into the same page."""
    href = _LINE_BREAKS.sub("", link.get("href", "")).strip().replace(" ", "%20").replace("\\", "/")
    return None if not href or href.lower().startswith(_NOWHERE) else href.partition("#")[0]


def _joined(base: str, href: str) -> str | None:
    try:
        url = urls.joined(base, href)
    except ValueError:  # a broken address, as http://[ in a listing
        return None
    return url if _WEB.match(url) else None


def _title(link: html.HtmlElement) -> tuple[str, str]:
    """Title and date of a link. The title attribute is the title where the text is cut, empty, or goes on after it (a summary)."""
    whole, own_date = _text_and_date(link) if len(link) else (link.text or "", "")
    text, printed = dates.split(" ".join(whole.split()))
    text = _plain(_EMPTY_BRACKETS.sub("", text))
    attribute, popup_date = _popup(link.get("title", ""))
    cut = text.rstrip(".…")
    whole_in_attribute = not cut or len(cut) < len(text) or attribute.startswith(cut)
    if attribute and (whole_in_attribute or (len(link) > 0 and len(attribute) >= _SHORTEST and text.startswith(attribute))):
        text = attribute
    return text, own_date or printed or popup_date


def _popup(attribute: str) -> tuple[str, str]:
    """Title and date of a title attribute, which may hold lines with labels (标题：, 发布时间：); a date is cut off there only."""
    lines = attribute.strip()[:_LONGEST].splitlines()
    titled = next((found for line in lines if (found := _TITLED.match(line))), None)
    text, printed = dates.split(" ".join((titled[1] if titled else attribute).split()))
    if len(lines) > 1 and not printed:
        printed = next((found[1] for line in lines if (found := _RELEASED.match(line))), "")
    return _plain(text), printed


def _text_and_date(link: html.HtmlElement) -> tuple[str, str]:
    """The text of a link without the date that is an element of its own in it, and that date."""
    text = link.text_content()
    dated = next((child for child in islice(link.iterdescendants("*"), _PARTS) if dates.is_date(_words(child).strip())), None)
    return (text, "") if dated is None else (text.replace(dated.text_content(), " ", 1), _words(dated))


def _plain(text: str) -> str:
    """A title without the markup that some portals print in it, and without ornament."""
    return (_TAG.sub("", text) if "<" in text else text).strip(_EDGES)


def _row(links: _Links, link: html.HtmlElement) -> html.HtmlElement:
    """The greatest element around the link, at most some levels up, that leads nowhere else."""
    found = link
    for parent in islice(link.iterancestors(), _LEVELS):
        if parent.tag in _OUTER or parent in links.blocks or len(links.around.get(parent, ())) != 1:
            break
        found = parent
    return found


def _shared_row(links: _Links, link: html.HtmlElement, own: html.HtmlElement) -> html.HtmlElement:
    """The list item or table row around a row without a date, if the link is the longest of the few it holds; else the row itself.

    A `div` or a paragraph is such a row only if it is short and holds one date.
    """
    for parent in islice(link.iterancestors(), _LEVELS):
        if parent.tag in _OUTER or parent in links.blocks:
            break
        held = links.around.get(parent, {})
        if 1 < len(held) <= _LEADS and (parent.tag in _ROWS or (parent.tag in _PARTS_OF_ROWS and _is_line(parent))):
            return parent if max(held.values(), key=lambda other: len(_title(other)[0])) is link else own
    return own


def _is_line(element: html.HtmlElement) -> bool:
    """Whether an element is as short as a row and holds one date, as a row does."""
    text = _words(element)
    return len(text) <= _LINE and dates.count(text) == 1


def _date_beside(row: html.HtmlElement, link: html.HtmlElement, url: str) -> date | None:
    """The last date of a row outside the title of its link; the day a document was made only where the row has no other."""
    if row is link:
        return None
    text = _words(row).replace(_words(link), " | ", 1)[-_LONGEST:]
    if not dates.may_hold(text):
        return None
    released = _MADE.sub(" ", text) if "日期" in text or "时间" in text else text
    return dates.printed(released) or dates.printed(text) or _date_in_parts(row, link) or dates.printed(text, url)


def _date_in_parts(row: html.HtmlElement, link: html.HtmlElement) -> date | None:
    """The date that an element of a row is in several parts, as a day above its month and year; the year in another cell is none of it."""
    children = (child for child in islice(row.iterdescendants("*"), _PARTS) if child is not link)
    return next((day for child in children if dates.is_date(text := _words(child).strip()) and (day := dates.printed(text))), None)


def _words(element: html.HtmlElement) -> str:
    """The texts of an element set apart by blanks, for a date is often an element of its own."""
    return " ".join(element.itertext())


def _date_behind(links: _Links, row: html.HtmlElement, url: str) -> date | None:
    """The date right behind a row that has none, or before it where its list prints dates first.

    As in `<dt><a></a></dt><dd>date</dd>`, or for links and dates on the lines of one paragraph.
    """
    if _date_leads(links, row.getparent()):
        return _date_before(links, row, url)
    texts = [row.tail or ""]
    for sibling in islice(row.itersiblings(), 3):
        if sibling.tag == "a" or sibling in links.around or sibling.tag == row.tag:
            break
        texts += [*sibling.itertext(), sibling.tail or ""]
    return _only_date(texts, url)


def _date_before(links: _Links, row: html.HtmlElement, url: str) -> date | None:
    """The date between a row and the one before it."""
    texts: list[str] = []
    for sibling in islice(row.itersiblings(preceding=True), 3):
        texts.insert(0, sibling.tail or "")
        if sibling.tag == "a" or sibling in links.around:
            return _only_date(texts, url)
        texts.insert(0, " ".join(islice(sibling.itertext(), _PARTS)))
    return _only_date(texts, url)


def _date_leads(links: _Links, parent: html.HtmlElement | None) -> bool:
    """Whether an element's rows have their dates before them: one stands before its first link, and none behind its last."""
    if parent is None:
        return False
    if parent not in links.leads:
        children = [child for child in islice(parent, _LEADS) if isinstance(child.tag, str)]
        first = next((child for child in children if child.tag == "a" or child in links.around), None)
        last = next(
            (child for child in islice(parent.iterchildren(reversed=True), _LEADS) if child.tag == "a" or child in links.around), None
        )
        before = "" if first is None or first is last else _beside(first, preceding=True)
        links.leads[parent] = dates.is_date(before) and (last is None or not dates.is_date(_beside(last, preceding=False)))
    return links.leads[parent]


def _beside(element: html.HtmlElement, *, preceding: bool) -> str:
    """The texts next to an element, up to the nearest that is not blank."""
    parent, after = element.getparent(), "" if preceding else element.tail or ""
    if after.strip(_AROUND_DATES):
        return after.strip(_AROUND_DATES)
    for sibling in islice(element.itersiblings(preceding=preceding), 3):
        own = " ".join(islice(sibling.itertext(), _PARTS))
        text = f"{own} {sibling.tail or ''}".strip(_AROUND_DATES)
        if text:
            return text
    return ((parent.text or "") if preceding and parent is not None else "").strip(_AROUND_DATES)


def _only_date(texts: list[str], url: str) -> date | None:
    """The date that texts print together and nothing else."""
    text = " ".join(texts).strip(_AROUND_DATES)
    return dates.printed(text, url) if dates.is_date(text) else None
