"""From the blocks of a report to its sections, in printed order: front matter, the sections, the signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from extract.data import templates
from extract.headings import Heading, read_heading, read_unnumbered, tidy
from extract.model import Block, Document, Grid, Paragraph, Section
from extract.normalize import fold
from extract.sections.outline import Boundary, Candidate, top_headings
from extract.sections.prose import is_caption, joined, prose
from extract.sections.signature import cut_signature

_IMPROVEMENTS = re.compile(
    "^(?:[(（]?[一二三四五六七八九十\\d]{1,3}[)）]?[、.]?)?(?:针对[^。]{0,20}问题,?)?.{0,12}?(?:改进(?:措施|情况|方向|思路|办法|打算)|整改(?:措施|情况)|下一?步.{0,6}(?:打算|改进|措施|计划|安排|思路))"
)
_IMPROVEMENT_HEAD = 40
_SUB_STYLES = (("cn_paren",), ("ar_dot",), ("ar_paren",), ("cn_comma", "cn_bare"))
_FRONT_HEADING = re.compile("^(?:编制说明|引言|前言|导语|导言)$")


def split(document: Document) -> tuple[Section, ...]:
    """The sections of a report. Positions count from 1; front_matter is 0, sign_off the last one; children are inside compound sections.

    A report without any heading gives one section of kind other, with a warning.
    """
    boundaries = top_headings(document.blocks, document.year)
    start = boundaries[0].candidate.start if boundaries else 0
    signature: list[Block] = []
    sections = [*_front_matter(document.blocks[:start])]
    bodies = _bodies(document.blocks, boundaries, start, document.year)
    for position, (boundary, blocks) in enumerate(bodies, 1):
        body, signed = _without_signature(blocks, boundary, document, last=position == len(bodies))
        signature.extend(signed)
        sections.append(_section(boundary, body, position, document.year))
    if signature:
        sections.append(_sign_off(signature, len(bodies) + 1))
    return tuple(sections)


def _front_matter(blocks: Sequence[Block]) -> tuple[Section, ...]:
    """The text in front of the first heading, with its own heading (编制说明) where that stands on a line of its own."""
    if not any(isinstance(block, Grid) or block.text.strip() for block in blocks):
        return ()
    first = blocks[0]
    heading = None
    if isinstance(first, Paragraph) and _FRONT_HEADING.match(fold(first.text).rstrip(":")):
        heading, blocks = tidy(first.text), blocks[1:]
    text, original = joined(prose(blocks))
    return (Section("front_matter", 0, None, heading, text, tuple(blocks), original),)


# ------------------------------------------------------------------------------------------------ bodies

_NO_HEADING = Boundary(Candidate(0, 0, Heading(None, None, None, "", "other"), marked=False), ("no headings found",))


def _bodies(blocks: Sequence[Block], boundaries: Sequence[Boundary], start: int, year: int) -> list[tuple[Boundary, tuple[Block, ...]]]:
    """Each heading with the blocks up to the next one; a statistics table behind the last section is one more."""
    if not boundaries:
        return _with_statistics_table(_NO_HEADING, tuple(blocks[start:]), year)
    ends = [boundary.candidate.start for boundary in boundaries[1:]] + [len(blocks)]
    bodies = []
    for boundary, end in zip(boundaries, ends, strict=True):
        candidate = boundary.candidate
        bodies.append((boundary, (*_run_in(blocks, candidate), *_without_repeat(tuple(blocks[candidate.end : end]), candidate.heading))))
    boundary, body = bodies.pop()
    return [*bodies, *_with_statistics_table(boundary, body, year)]


def _without_repeat(body: tuple[Block, ...], heading: Heading) -> tuple[Block, ...]:
    """The body without its heading printed once more over a table."""
    for index, block in enumerate(body):
        if isinstance(block, Grid) or block.text.strip():
            again = read_heading(block.text) if isinstance(block, Paragraph) else None
            return body[index + 1 :] if again and (again.ordinal, again.text, again.rest) == (heading.ordinal, heading.text, "") else body
    return body


def _run_in(blocks: Sequence[Block], candidate: Candidate) -> tuple[Paragraph, ...]:
    """The text that stands on the heading's own line."""
    block = blocks[candidate.start]
    if not candidate.heading.rest:
        return ()
    original = block.original if isinstance(block, Paragraph) else None
    return (Paragraph(candidate.heading.rest, block.locator, original),)


def _with_statistics_table(boundary: Boundary, body: tuple[Block, ...], year: int) -> list[tuple[Boundary, tuple[Block, ...]]]:
    """A table title behind the last section opens a section of its own, also without a number (sections.yaml, heading_rules)."""
    if boundary.candidate.heading.kind == "statistics_table":
        return [(boundary, body)]
    for index, block in enumerate(body):
        heading, length = _statistics_title(body, index, block, year)
        if heading is not None:
            opened = Boundary(Candidate(index, index + length, heading, marked=False))
            return [(boundary, body[:index]), (opened, body[index + length :])]
    return [(boundary, body)]


def _statistics_title(body: Sequence[Block], index: int, block: Block, year: int) -> tuple[Heading | None, int]:
    """The heading a table title gives, and how many blocks it takes; (None, 0) for anything else."""
    if isinstance(block, Grid):
        return (Heading(None, None, None, _title_in(block), "statistics_table"), 0) if _is_statistics_grid(block) else (None, 0)
    heading = read_heading(block.text, year) or read_unnumbered(block.text, year)
    key = fold(block.text)
    if heading is None and is_caption(key) and "统计表" in key:
        heading = Heading(None, None, None, tidy(block.text), "statistics_table")
    if heading is None or heading.kind != "statistics_table" or not _grid_follows(body[index + 1 :]):
        return None, 0
    return heading._replace(rest=""), 1


def _grid_follows(blocks: Sequence[Block]) -> bool:
    """Only caption lines may stand between the title and its table."""
    for block in blocks:
        if isinstance(block, Grid):
            return True
        key = fold(block.text)
        if key and len(key) > 60:
            return False
    return False


def _is_statistics_grid(grid: Grid) -> bool:
    """A list of indicators: its head says 统计指标 or 指标名称, or its first cell is the title 统计表."""
    cells = {fold(cell.text) for row in grid.rows[:4] for cell in row}
    return len(cells & _list_heads()) >= 2 or any(cell.endswith("统计表") for cell in cells)


@cache
def _list_heads() -> frozenset[str]:
    lists = [template for template in templates().tables.values() if template.layout == "list"]
    return frozenset(fold(label) for template in lists for label in (template.head_labels or {}).values())


def _title_in(grid: Grid) -> str:
    return next((tidy(cell.text) for row in grid.rows[:2] for cell in row if fold(cell.text).endswith("统计表")), "")


# ------------------------------------------------------------------------------------------------ sections


def _without_signature(
    blocks: tuple[Block, ...], boundary: Boundary, document: Document, last: bool
) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The signature stands at the end, or in front of a statistics table that follows it."""
    if boundary.candidate.heading.kind == "statistics_table" and any(isinstance(block, Grid) for block in blocks):
        return cut_signature(blocks, document.agency.name, keep_footer=True) if last else (blocks, ())
    return cut_signature(blocks, document.agency.name)


def _section(boundary: Boundary, blocks: tuple[Block, ...], position: int, year: int) -> Section:
    heading = boundary.candidate.heading
    kind = _promoted(heading.kind, blocks)
    text, original = joined(prose(blocks, table_only=kind == "statistics_table"))
    children = _children(blocks, position, year) if kind == "compound" else ()
    warnings = (
        boundary.warnings if text or any(isinstance(block, Grid) for block in blocks) else (*boundary.warnings, "no text under the heading")
    )
    return Section(
        kind,
        position,
        heading.number,
        heading.text or None,
        text,
        blocks,
        original,
        None,
        None,
        children,
        _confidence(boundary, kind),
        warnings,
    )


def _promoted(kind: str, blocks: Sequence[Block]) -> str:
    """A section named after the problems that holds the improvements too is problems_improvements (Quzhou 2009)."""
    if kind != "problems":
        return kind
    heads = [fold(block.text[:_IMPROVEMENT_HEAD]) for block in blocks if isinstance(block, Paragraph)]
    return "problems_improvements" if any(_opens_improvements(head) for head in heads) else kind


def _opens_improvements(head: str) -> bool:
    """A sub-heading, or the head of a sentence, about improvements: (二)下一步改进措施, 改进措施:一是 ..."""
    match = _IMPROVEMENTS.match(head)
    return bool(match) and (match.end() == len(head) or head[match.end()] in "。:,;") if match else False


def _confidence(boundary: Boundary, kind: str) -> float:
    """1 for a numbered heading of a known kind in its place; less for each thing that is missing."""
    heading = boundary.candidate.heading
    value = 1.0 if heading.text else 0.3
    value -= 0.1 * (heading.number is None and bool(heading.text)) + 0.2 * (kind == "other" and bool(heading.text))
    return round(value - 0.2 * bool(boundary.warnings and heading.text), 2)


def _children(blocks: tuple[Block, ...], position: int, year: int) -> tuple[Section, ...]:
    """The sub-sections of a compound section, each with the kind its own heading names."""
    found = [
        (index, heading)
        for index, block in enumerate(blocks)
        if isinstance(block, Paragraph) and (heading := read_heading(block.text, year))
    ]
    for styles in _SUB_STYLES:
        heads = _first_run([(index, heading) for index, heading in found if heading.style in styles])
        if len(heads) >= 2:
            ends = [index for index, _ in heads[1:]] + [len(blocks)]
            return tuple(
                _child(blocks, index, end, heading, position, sub)
                for sub, ((index, heading), end) in enumerate(zip(heads, ends, strict=True), 1)
            )
    return ()


def _first_run(heads: Sequence[tuple[int, Heading]]) -> list[tuple[int, Heading]]:
    """The run 1, 2, 3 ...: a list that restarts inside a sub-section is part of that sub-section."""
    run: list[tuple[int, Heading]] = []
    for index, heading in heads:
        if heading.ordinal == len(run) + 1:
            run.append((index, heading))
    return run


def _child(blocks: tuple[Block, ...], start: int, end: int, heading: Heading, position: int, sub: int) -> Section:
    first = blocks[start]
    body = (*((Paragraph(heading.rest, first.locator),) if heading.rest else ()), *blocks[start + 1 : end])
    text, original = joined(prose(body))
    confidence = 0.8 if heading.kind == "other" else 1.0
    return Section(heading.kind, position, heading.number, heading.text, text, body, original, position, sub, (), confidence)


def _sign_off(blocks: Sequence[Block], position: int) -> Section:
    text, original = joined([block for block in blocks if isinstance(block, Paragraph) and block.text.strip()])
    return replace(Section("sign_off", position, None, None, text, tuple(blocks), original))
