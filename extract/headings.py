"""What a line says as a heading: its number, its words, and the section kind they name (sections.yaml, DOMAIN.md section 10).

Both `documents` (does an outline follow this title?) and `sections` (where does each section begin?) ask this.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from extract.data import sections
from extract.normalize import fold, leading_number

LONGEST = 45
"""heading_rules of sections.yaml: a heading line is at most 45 characters."""
LONGEST_UNNUMBERED = 30
MINOR_KINDS = frozenset(
    {"supervision", "information_management", "platforms", "organization", "institutions", "public_services", "policy_interpretation"}
)
"""Kinds that are mostly sub-headings: without a number and without the page's mark such a line opens no section."""

TOP_STYLES = ("part", "cn_comma", "cn_bare")
_NEW_LAW_YEAR = 2019
_END_MARKS = "。.:：;；,，、"
_RUN_IN = re.compile("[。：:；;]")
_GAP = re.compile(r"[ \t\u3000\xa0]+")
_CJK_GAP = re.compile(r"(?<=[一-鿿、,，()（）“”])\s+(?=[一-鿿、,，()（）“”])")
MAY_BE_NUMBER = frozenset("一二三四五六七八九十第(（㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑴⑵⑶⑷⑸⑹⑺⑻⑼⒈⒉⒊⒋⒌⒍⒎⒏⒐⼀⼆⼋⼗")


class Heading(NamedTuple):
    """A line read as a heading. `style` is None for one without a number; `rest` is the body text on the same line, "" for none."""

    style: str | None
    ordinal: int | None
    number: str | None
    text: str
    kind: str
    rest: str = ""


def read_heading(line: str, year: int | None = None) -> Heading | None:
    """The numbered heading that `line` is or opens with; None for prose and for lines without a number.

    A heading may run into its text after 。 or : or a gap (六、其他需要报告的事项 无), where its words name a kind.
    """
    stripped = line.lstrip()
    if stripped[:1] not in MAY_BE_NUMBER:
        return None
    number = leading_number(stripped)
    if number.style is None or number.style == "run_in":
        return None
    text, rest = _cut(number.rest, year)
    if not text or len(text) > LONGEST:
        return None
    return Heading(number.style, number.ordinal, number.printed, text, kind_of(text, year), rest)


def read_unnumbered(line: str, year: int | None = None) -> Heading | None:
    """A short line without number and end mark that names a kind; None for any other."""
    stripped = line.strip()
    if not 2 <= len(stripped) <= LONGEST_UNNUMBERED or stripped[-1] in "。;；,，、…:：":
        return None
    text = tidy(stripped)
    kind = kind_of(text, year)
    return None if kind == "other" or leading_number(stripped).style else Heading(None, None, None, text, kind)


def tidy(text: str) -> str:
    """A heading as it is stored: no gaps between Chinese characters (概 述), no end mark.

    >>> tidy("概 述。")
    '概述'
    """
    return _CJK_GAP.sub("", " ".join(text.split())).rstrip(_END_MARKS + " ")


def _cut(line: str, year: int | None) -> tuple[str, str]:
    """The heading of a line and the text that runs in behind it. The whole line is the heading where nothing runs in."""
    text = line.strip()
    for pattern in (_RUN_IN, _GAP):
        for match in pattern.finditer(text[: LONGEST + 2]):
            head, rest = text[: match.start()], text[match.end() :].strip()
            if rest and kind_of(tidy(head), year) != "other" and not (pattern is _GAP and len(text) <= LONGEST and _goes_on(rest)):
                return tidy(head), rest
            if pattern is _RUN_IN and rest and len(text) > LONGEST:
                return tidy(head), rest
            break
    return (tidy(text), "") if len(text) <= 2 * LONGEST else ("", text)


def _goes_on(rest: str) -> bool:
    """A gap inside a heading (主动公开 政府信息情况) is no gap before its text: text ends like a sentence or says 无."""
    return not (rest[-1] in "。." or fold(rest) in {"无", "没有", "暂无", "略"})


@lru_cache(maxsize=4096)
def kind_of(heading: str, year: int | None = None) -> str:
    """The section kind that a heading without its number names; "other" where none does.

    The kinds of the report's own time are tried first: 收费 is no section of its own under the law of 2019.
    """
    key = fold(heading).rstrip("。.:;")
    new_law = year is not None and year >= _NEW_LAW_YEAR
    for kind, pattern, old_only in _kinds():
        if not (new_law and old_only) and pattern.search(key):
            return kind
    return next((kind for kind, pattern, old_only in _kinds() if old_only and pattern.search(key)), "other") if new_law else "other"


@cache
def _kinds() -> tuple[tuple[str, re.Pattern[str], bool], ...]:
    return tuple(
        (kind.id, re.compile("|".join(kind.patterns)), not {"all", "form2019", "form2021"} & set(kind.eras))
        for kind in sections().kinds
        if kind.patterns
    )
