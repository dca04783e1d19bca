"""What a page says about its article: standard metas, the printed metadata bar, title and date (PORTALS.md section 13, DOMAIN.md 11).

Bars come as tables, lists, definition lists, plain paragraphs, or several pairs on one line; labels are letter-spaced, values may be
empty or carry debris (`其他\\`). All of them are read as text in which cells are parted: what counts as a pair is decided by the label.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import unescape
from itertools import zip_longest

from lxml import etree

from extract import html
from extract.blocks import Item, Line
from extract.data.pages import pages
from extract.html import Element
from extract.model import Entry, Grid, Metadata
from extract.normalize import squeeze
from extract.page import dates

Pair = tuple[str, str]

CELL, END, LINK = "\x01", "\x02", "\x03"
"""Begin and end of a cell, and begin of a link, in the text of chrome: characters that the repair stage removes from pages."""

_TAG = re.compile(r"<(/?[^\s<>/]+)[^>]*>")
_BETWEEN = {
    **dict.fromkeys(["td", "th", "dt", "dd"], CELL),
    **dict.fromkeys(["/td", "/th", "/dt", "/dd"], END),
    "a": LINK,
    "/a": "",
    **dict.fromkeys(
        [
            mark + tag
            for mark in ("", "/")
            for tag in ("span", "font", "b", "strong", "em", "i", "u", "label", "o:p", "img", "input", "big")
        ],
        "",
    ),
}
"""What a tag leaves in the text of chrome; a line feed where it is not named here."""

_DEBRIS = "\\|｜;；,，\u3000 \t]】"
_VALUE_MAX = 200
_TITLE_MAX = 120
_LINES_TO_VALUE = 4
_BAR_LINE_MAX = 400
_HEAD_LINES = 15
"""The bar and the breadcrumb stand among the first lines of an article, before its prose."""

_BREADCRUMB = re.compile(r"(?:位置|位置是|位于)\s*[:：]\s*(.+)$")
_STEP = re.compile(r"\s*(?:-+>|=+>|[>＞»›/])\s*")
_SITE_CODE = re.compile(r"(?:网站标识码\s*[:：]?\s*|sitecode\s*=\s*[\"'])([0-9a-zA-Z]{10})\b")
_BUILT = re.compile(r"页面生成时间\s*([\d\-/: ]{8,19})")
_BESIDE_DATE = re.compile("来源|浏览|阅读|点击|访问|字体|字号|作者|发布")
_SITE_SUFFIX = re.compile(r"\s*(?:[-_|—–]+|>>|»)\s*")
_YEAR = re.compile(r"[\d〇○零一二三四五六七八九]{4}\s*年")
_REPORT_WORDS = re.compile(r"公开.{0,12}(?:年度?报告?|年报)")


# ------------------------------------------------------------------------------------------------ metas of the head


def metas(root: Element) -> dict[str, str]:
    """The metas of the page by name in lower case, names stripped; the first that says something counts (some pages print all twice)."""
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        key = (meta.get("name") or meta.get("property") or "").strip().lower()
        content = squeeze(meta.get("content") or "")
        if key and content:
            found.setdefault(key, content)
    return found


# ------------------------------------------------------------------------------------------------ printed pairs


@cache
def _label_pattern() -> re.Pattern[str]:
    """A known label, letter-spaced or not, where a label may begin; longer labels first.

    The alternatives begin with their first characters, so that the search skips text in which no label can begin.
    """
    labels = sorted(pages().labels, key=len, reverse=True)
    by_first = {first: [label[1:] for label in labels if label[0] == first] for first in dict.fromkeys(label[0] for label in labels)}
    blanks = r"[\s\u3000\xa0]*"
    alternatives = []
    for first, rests in by_first.items():
        where = rf"(?:(?<=^{first})|(?<=[\s|｜;；,，\[【(（{CELL}]{first}))"
        alternatives.append(f"{first}{where}(?:{'|'.join(blanks + blanks.join(map(re.escape, rest)) for rest in rests)})")
    return re.compile(rf"({'|'.join(alternatives)})\s*([\]】]?\s*[:：]|[\]】]|(?=\s*(?:{END}|$)))", re.MULTILINE)


def chrome_text(element: Element) -> str:
    """The text of an element with a line for each block, `CELL` and `END` around each cell, `LINK` before each link."""
    pieces = _TAG.split(str(etree.tostring(element, method="html", encoding="unicode", with_tail=False)).replace("\n", " "))
    pieces[1::2] = [_BETWEEN.get(tag, "\n") for tag in pieces[1::2]]
    return unescape("".join(pieces))


def pairs_in(text: str) -> list[Pair]:
    """The printed pairs of label and value, in order. A label that stands alone in its cell or line has its value in the next one."""
    text = text.replace(LINK, "")
    matches = list(_label_pattern().finditer(text))
    pairs: list[Pair] = []
    for match, following in zip_longest(matches, matches[1:]):
        end = following.start(1) if following else len(text)
        label = "".join(match[1].split())
        if pages().labels[label] != "tools":
            pairs.append((label, _value(text[match.end() : end])))
    return pairs


def _value(behind: str) -> str:
    """The value at the beginning of what stands behind a label: the rest of its cell or line, else the next cell, else the next line."""
    own, ended, rest = behind.partition(END)
    if not ended or CELL in own:  # the label stands in no cell
        value = _first_line(own.split(CELL)[0].split("\n")[:_LINES_TO_VALUE])
    else:
        value = _first_line(own.split("\n"))
        if not value and rest.lstrip().startswith(CELL):
            value = _first_line(rest.lstrip()[1:].split(END)[0].split("\n"))
    return value if len(value) <= _VALUE_MAX else ""


def _first_line(lines: Iterable[str]) -> str:
    return next((value for line in lines if (value := _clean(line))), "")


def _clean(value: str) -> str:
    return squeeze(value).lstrip(":：").strip(_DEBRIS)


# ------------------------------------------------------------------------------------------------ the head of the article itself


@dataclass(frozen=True, slots=True)
class Head:
    """The article without its own metadata bar and furniture: what is left, the pairs found, the last step of the breadcrumb."""

    items: list[Item]
    pairs: list[Pair]
    column: str | None


def take_head(items: Sequence[Item]) -> Head:
    """Takes metadata lines, a metadata table and furniture out of the article; prose is never touched."""
    pairs: list[Pair] = []
    column: str | None = None
    kept: list[Item] = []
    for number, item in enumerate(items):
        found = _pairs_of(item) if number < _HEAD_LINES else []
        if found:
            pairs += found
            continue
        text = "".join(item.text.split()) if isinstance(item, Line) and len(item.text) <= _BAR_LINE_MAX else ""
        if text and pages().furniture.fullmatch(text):
            column = column or breadcrumb_end(text)
            continue
        kept.append(item)
    while kept and isinstance(kept[-1], Line) and pages().trailing_furniture.fullmatch(kept[-1].text.strip()):
        kept.pop()
    return Head(kept, pairs, column)


def breadcrumb_end(text: str) -> str | None:
    """The column in which the page stands, by its breadcrumb; None where `text` is none."""
    match = _BREADCRUMB.search(text)
    steps = [step for step in _STEP.split(match[1]) if step] if match else []
    return steps[-1] if len(steps) > 1 and steps[-1] not in ("正文", "详细信息", "内容") else (steps[-2] if len(steps) > 2 else None)


def _pairs_of(item: Item) -> list[Pair]:
    """The pairs of a line or table that holds nothing else; [] for everything that is not a metadata bar."""
    if isinstance(item, Grid):
        if len(item.rows) > 12:
            return []
        pairs = pairs_in("\n".join(f"{CELL}{cell.text}{END}" for row in item.rows for cell in row))
        return pairs if len({label for label, _ in pairs}) >= 2 and _tells(pairs) else []
    if len(item.text) > _BAR_LINE_MAX:
        return []
    match = _label_pattern().match(item.text.lstrip("[【(（"))
    if not match or not (":" in match[2] or "：" in match[2] or "】" in match[2] or "]" in match[2]):
        return []
    return [] if "。" in item.text else pairs_in(item.text.replace("\t", " "))


def _tells(pairs: list[Pair]) -> bool:
    """Whether one of the pairs is a field of `Metadata`: 编辑 and 审核 alone are no bar."""
    return any(pages().labels[label] != "other" for label, _ in pairs)


# ------------------------------------------------------------------------------------------------ the whole


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the parts of a page say about its article. `visible` is text in which a date may stand without a label."""

    metas: dict[str, str]
    pairs: tuple[Pair, ...]
    titles: tuple[str, ...]
    column: str | None
    markup: str
    visible_date: date | None = None


def of_article(evidence: Evidence, entry: Entry, url: str) -> Metadata:
    """The metadata of an article; every field is None where nothing says it. `fields` keeps the printed pairs."""
    fields = _by_field(evidence.pairs)
    day, rule = _published(evidence, fields, entry, url)
    return Metadata(
        title=_title(evidence, fields, entry),
        index_number=_first(fields.get("index_number", []), _is_number),
        document_number=_first(fields.get("document_number", []), _is_number),
        source=_first([*fields.get("source", []), evidence.metas.get("contentsource", "")], _is_name),
        site=evidence.metas.get("sitename"),
        site_code=evidence.metas.get("siteidcode") or _site_code(evidence.markup),
        column=evidence.metas.get("columnname") or evidence.column,
        published_on=day,
        published_by_rule=rule,
        fields=evidence.pairs,
    )


def _site_code(markup: str) -> str | None:
    """The code in the footer or on the script for reporting errors, where the meta is missing."""
    start = max(markup.find("网站标识码"), markup.find("sitecode"))
    match = _SITE_CODE.search(markup, start, start + 100) if start >= 0 else None
    return match[1] if match else None


def _by_field(pairs: Iterable[Pair]) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    order = {label: number for number, label in enumerate(pages().labels)}  # 发布日期 says more than 生成日期
    for label, value in sorted(pairs, key=lambda pair: order[pair[0]]):
        if value:
            fields.setdefault(pages().labels[label], []).append(value)
    return fields


def _first(values: Iterable[str], fits: object) -> str | None:
    assert callable(fits)
    return next((value for value in values if value and fits(value)), None)


def _is_number(value: str) -> bool:
    """An index or document number has a digit; 无 and a neighbour's text are none."""
    return len(value) <= 60 and any(char.isdigit() for char in value) and "\n" not in value and "。" not in value


def _is_name(value: str) -> bool:
    return 2 <= len(value) <= 40 and not value[0].isdigit() and not any(mark in value for mark in ":：。>")


def _published(evidence: Evidence, fields: dict[str, list[str]], entry: Entry, url: str) -> tuple[date | None, str | None]:
    visible = next((day for value in fields.get("published_on", []) if (day := dates.first_date(value))), None) or evidence.visible_date
    for day, rule in (
        (visible, "visible"),
        (entry.listed_on, "listing"),
        (dates.in_url(url), "url"),
        (_pub_date(evidence.metas), "pubdate"),
    ):
        if day:
            return day, rule
    return None, None


def _pub_date(found: dict[str, str]) -> date | None:
    """The day of the meta PubDate; None where it is the time at which the page was built (PORTALS.md section 1)."""
    printed = found.get("pubdate", "")
    built = _BUILT.search(found.get("others", ""))
    if built and squeeze(built[1]) and printed.startswith(squeeze(built[1])[: max(len(printed), 10)]):
        return None
    return dates.first_date(printed)


def _title(evidence: Evidence, fields: dict[str, list[str]], entry: Entry) -> str | None:
    """The title by the page's own elements, its metadata and its head, in this order; one that names a report goes before others."""
    site = evidence.metas.get("sitename")
    column = evidence.metas.get("columnname")
    head = evidence.metas.get(":title", "")
    candidates = [
        *evidence.titles,
        evidence.metas.get("articletitle", ""),
        *fields.get("title", []),
        _without_site(head, site),
        entry.title or "",
    ]
    usable = [title for one in candidates if (title := squeeze(one)) and len(title) <= _TITLE_MAX and title not in (site, column)]
    # a column is called 政府信息公开年报 on many pages: a title that names its year goes before it
    reports = [title for title in usable if _REPORT_WORDS.search(title)]
    return next(iter([title for title in reports if _YEAR.search(title)] or reports or usable), None)


def _without_site(title: str, site: str | None) -> str:
    """The title element without the name of the site behind it."""
    pieces = _SITE_SUFFIX.split(title)
    while len(pieces) > 1 and (pieces[-1] == site or re.search(r"(?:网|网站|门户|政府|平台|频道|百科)$", pieces[-1])):
        pieces.pop()
    if len(pieces) < len(_SITE_SUFFIX.split(title)):
        return title[: len(title) - len(title.split(pieces[-1], 1)[1])] if pieces[-1] else title
    return title


def title_texts(elements: Iterable[Element]) -> tuple[str, ...]:
    """The texts of title elements that are no logo: one that is a link, or empty, names no article."""
    texts = ((squeeze(html.text(element)), element) for element in elements)
    return tuple(text for text, element in texts if text and not _is_link(element, text))


def _is_link(element: Element, text: str) -> bool:
    return any(squeeze(html.text(link)) == text and link.get("href") for link in element.iter("a"))


def bare_title(text: str) -> str | None:
    """The title of a report that stands in the chrome without a class that says so, in a cell of its own; None where there is none."""
    for match in _REPORT_WORDS.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + _TITLE_MAX].split("\n")[0]
        title = squeeze(line.strip(CELL + END))
        if LINK not in line and len(title) <= _TITLE_MAX and title.endswith(("报告", "年报")) and not _label_pattern().search(title):
            return title
    return None


def bare_date(text: str) -> date | None:
    """A date printed without a label beside 来源 or 浏览, as under many titles; None where there is none."""
    for match in dates.DATE.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + _VALUE_MAX].split("\n")[0]
        if len(line) < 2 * _VALUE_MAX and _BESIDE_DATE.search(line) and (day := dates.first_date(line)):
            return day
    return None
