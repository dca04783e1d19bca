"""Where on a page the reports stand: title lines, what follows them, and strange matter between (DOMAIN.md section 11)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from extract.agencies import is_organisation
from extract.documents.furniture import is_meta, is_top_heading, last_core, opens
from extract.documents.titles import LONGEST, YEAR, Title, read_title
from extract.model import Block, Grid, Paragraph
from extract.normalize import fold

_LINES = 4
"""A title is broken over at most so many lines: agency, year, subject, kind of report."""
_PIECE = 36
_OUTLINE = 3
_PLACE_END = re.compile("[省市县区旗州盟镇乡街道]$")
_CUT_OFF = re.compile(r"(?:\.{3,}|…+|。{3,})$")
_SENTENCE_END = re.compile('[。!！?？;；)”"：:]$')


class Printed(NamedTuple):
    """A title as it stands on the page: its lines are blocks[start:end]."""

    start: int
    end: int
    title: Title


class Segment(NamedTuple):
    """What may be a report. `titles` are those printed over it, from top to bottom; none where the page prints none."""

    titles: tuple[Title, ...]
    blocks: tuple[Block, ...]


def segments(blocks: Sequence[Block]) -> tuple[Segment, ...]:
    """The stretches of the page that begin with a title and go on as a report does; the whole page where no line is a title."""
    groups = _groups(blocks, _titles(blocks))
    if not groups:
        return (Segment((), tuple(blocks)),)
    ends = [group[0].start for group in groups[1:]] + [len(blocks)]
    found = [*_untitled(blocks[: groups[0][0].start]), *_joined(blocks, groups, ends)]
    if len(groups) == 1:
        return tuple(found) or (Segment(tuple(one.title for one in groups[0]), tuple(blocks[groups[0][-1].end :])),)
    whole = [Segment(segment.titles, _before_snippets(segment.blocks)) for segment in found]
    return tuple(segment for segment in whole if is_whole(segment.blocks))


def _untitled(blocks: Sequence[Block]) -> list[Segment]:
    """A report in front of the first title line: its own title stands outside the article, the line below is a link to another."""
    kinds = {kind for block in blocks if isinstance(block, Paragraph) and (kind := is_top_heading(block.text))}
    return [Segment((), tuple(blocks))] if len(kinds) >= _OUTLINE and opens(blocks) else []


def _joined(blocks: Sequence[Block], groups: Sequence[tuple[Printed, ...]], ends: Sequence[int]) -> list[Segment]:
    """A group of titles opens a report, goes on with the one before (its own title again), or begins strange matter, which is left out."""
    found: list[tuple[tuple[Title, ...], int, int]] = []
    strange = False
    for group, end in zip(groups, ends, strict=True):
        titles = tuple(one.title for one in group)
        again = bool(found) and not strange and _same_report(found[-1][0][-1], titles[-1])
        if opens(blocks[group[-1].end : end], with_form=not again):
            found.append((titles, group[-1].end, end))
            strange = False
        elif again:
            found[-1] = (found[-1][0], found[-1][1], end)
        else:
            strange = True
    return [Segment(titles, tuple(blocks[start:end])) for titles, start, end in found]


def _same_report(one: Title, other: Title) -> bool:
    return (one.year == other.year or other.year is None) and (not other.agency or other.agency in one.agency or one.agency in other.agency)


def is_whole(blocks: Sequence[Block]) -> bool:
    """Is this a report and not the torn-off beginning of one: two sections, a form, or at least prose that ends as a sentence does."""
    if any(isinstance(block, Grid) for block in blocks):
        return True
    texts = [block.text for block in blocks if isinstance(block, Paragraph) and block.text.strip()]
    kinds = {kind for text in texts if (kind := is_top_heading(text))}
    return len(kinds) >= 2 or (len(texts) > 1 and bool(_SENTENCE_END.search(texts[-1].rstrip())))


def _before_snippets(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """On a page of several reports search snippets follow a report: from the first line cut off with ... behind its last heading on."""
    for index in range(last_core(blocks) + 1, len(blocks)):
        block = blocks[index]
        if isinstance(block, Paragraph) and _CUT_OFF.search(block.text.rstrip()):
            return blocks[:index]
    return blocks


# ------------------------------------------------------------------------------------------------ title lines


def _titles(blocks: Sequence[Block]) -> list[Printed]:
    found: list[Printed] = []
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph) and len(block.text) <= 2 * LONGEST and _ends_like_title(block.text):
            printed = _title_ending_at(blocks, index, found[-1].end if found else 0)
            if printed:
                found.append(printed)
    return found


def _ends_like_title(text: str) -> bool:
    """A line that can be the last one of a title: it names the kind of report, or ends in a character of 报告 that stands apart."""
    return "报告" in text or "年报" in text or text.rstrip("。 》")[-1:] in {"告", "报", ")", "）"}


def _title_ending_at(blocks: Sequence[Block], index: int, floor: int) -> Printed | None:
    """The title whose last line is `index`: with the lines above it that say whose and of which year it is."""
    line = blocks[index]
    assert isinstance(line, Paragraph)
    best = read_title(line.text)
    printed = Printed(index, index + 1, best) if best else None
    if best and best.agency and best.year:
        return printed
    joined, start = line.text, index
    for above in _pieces_above(blocks, index, floor):
        block = blocks[above]
        assert isinstance(block, Paragraph)
        joined, start = block.text.strip() + joined, above
        title = read_title(joined)
        if title and _says_more(title, printed):
            printed = Printed(start, index + 1, title)
    return printed


def _says_more(title: Title, printed: Printed | None) -> bool:
    if printed is None:
        return True
    return (bool(title.agency) + bool(title.year)) > (bool(printed.title.agency) + bool(printed.title.year))


def _pieces_above(blocks: Sequence[Block], index: int, floor: int) -> list[int]:
    """The lines above that can be parts of the title, nearest first; blank lines are passed over."""
    pieces: list[int] = []
    for above in range(index - 1, floor - 1, -1):
        block = blocks[above]
        if not isinstance(block, Paragraph):
            break
        key = fold(block.text)
        if not key:
            continue
        if len(pieces) == _LINES - 1 or not _is_piece(key):
            break
        pieces.append(above)
    return pieces


def _is_piece(key: str) -> bool:
    """An agency, a year, or the subject alone; a whole title above is none."""
    if len(key) > _PIECE or read_title(key):
        return False
    words = YEAR.sub("", key).removesuffix("关于").removeprefix("关于")
    if words.endswith(("政府信息公开", "信息公开", "政府信息公开工作", "信息公开工作", "政务公开")):
        return True
    return not words or is_organisation(words) or (bool(_PLACE_END.search(words)) and len(words) <= 15)


def _groups(blocks: Sequence[Block], titles: Sequence[Printed]) -> list[tuple[Printed, ...]]:
    """Titles with nothing but metadata between them belong together: the page's title, then the one printed over the text.

    A line that holds the title before it and more words than places is none: it opens the preamble.
    """
    groups: list[tuple[Printed, ...]] = []
    for printed in titles:
        if groups and _only_meta(blocks[groups[-1][-1].end : printed.start]) and _agree(groups[-1][-1].title, printed.title):
            if not _tells_of(printed.title, groups[-1][-1].title):
                groups[-1] = (*groups[-1], printed)
        else:
            groups.append((printed,))
    return groups


def _tells_of(title: Title, before: Title) -> bool:
    """Does it name the agency of the title before it behind words that are no place (在此公布青禾市教育局)?"""
    words, agency, _ = fold(title.text).partition(before.agency) if before.agency else ("", "", "")
    words = YEAR.sub("", words).strip('《"').removesuffix("关于").removeprefix("关于")
    return bool(agency and words) and not _PLACE_END.search(words) and not is_organisation(words)


def _agree(one: Title, other: Title) -> bool:
    return one.year is None or other.year is None or one.year == other.year


def _only_meta(blocks: Sequence[Block]) -> bool:
    return all(isinstance(block, Paragraph) and (not (key := fold(block.text)) or is_meta(key)) for block in blocks)
