"""Lines become blocks: prose stays a paragraph, and a table that was flattened to lines becomes one flat grid.

What every source hands over is a sequence of `Line` and `Grid`. Tables reach it as lines where a page was saved as text, where an editor
wrote a cell a paragraph, or where a browser's copy lost the markup (DOMAIN.md section 13). Three shapes are known:

- separated: cells end in `|` (also ｜ and the strokes of box drawing) or are parted by tabs;
- inline: a label and its values on one line, parted by blanks;
- bare: a cell a line, nothing between them.

In a flat grid a row is a line of the source and its cells stand in printed order, with their text stripped:

- a line that ends in `|` has as many cells as it has `|` (`label | 件 | | |` has four, two of them empty; `||` has two empty ones);
  a line that does not end in `|` has one more; a leading `|` opens the first cell where all lines of the table have one;
- rules drawn in characters (`|---|---|`, ┌──┬──┐) are no rows; a line that only repeats the break of a cell is joined to it;
- vertical letters and broken labels (结 / 果 / 维 / 持) are joined to one cell, which has the place of its first line, where together they
  make a label of the forms;
- an empty cell of a bare table leaves no trace, so only the order of what is printed is sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

from extract.data import templates
from extract.model import Block, Grid, GridCell, Paragraph
from extract.normalize import label_key as fold_label
from extract.normalize import leading_number, squeeze, without_bracket


class Line(NamedTuple):
    """A printed line of which nobody knows yet whether it is prose or a cell. Tabs in `text` part cells."""

    text: str
    locator: str
    original: str | None = None
    heading: bool = False


Item = Line | Grid

_ROW_MAX = 60
"""No line of a flattened table that carries no separator is longer: the longest label of the forms has 39 characters."""

_PIPES = str.maketrans("｜│┃║", "||||")
_RULE = re.compile(r"[\s|+\-=:：—─━┄┅┈┉═┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝]*[\-=—─━═]{3}[\s|+\-=:：—─━┄┅┈┉═┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝]*")
_SENTENCE = re.compile("[。；！？;!?]")
_VALUE = re.compile(
    r"(?:[+\-－—]{0,2}|增加?|减少?)(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?\s*(?:%|％|[万亿]?[条件次篇个人元项笔期份起场宗页名部]|人次|万元|亿元)?(?:[(（][^()（）]{1,20}[)）])?\*?"
)
_DASH = re.compile(r"[-‐–—―−－/／\\×]+|N/A|无|零", re.IGNORECASE)
_CAPTION = re.compile(r"第二十条第[(（][一二三四五六七八九]+[)）]项$")
_JOINED_MAX = 12
"""Characters of a label that may have been printed a letter, or a break, a line: the longest of them is 未经复议直接起诉."""


def assemble(items: Sequence[Item]) -> tuple[Block, ...]:
    """The blocks of an article in reading order: grids as they are, flattened tables as flat grids, all other lines as paragraphs."""
    blocks: list[Block] = []
    run: list[Line] = []
    for item in items:
        if isinstance(item, Grid):
            blocks.extend(_of_lines(run))
            run = []
            blocks.append(item)
        else:
            run.append(item)
    blocks.extend(_of_lines(run))
    return tuple(blocks)


def with_originals(items: Sequence[Item], originals: Sequence[Item]) -> list[Item]:
    """`items` with the text before repair filled in by position; as they are where the two do not match one to one."""
    if [type(item) for item in items] != [type(item) for item in originals]:
        return list(items)
    return [_with_original(item, original) for item, original in zip(items, originals, strict=True)]


def _with_original(item: Item, original: Item) -> Item:
    if isinstance(item, Line):
        same = not isinstance(original, Line) or original.text == item.text
        return item if same else item._replace(original=original.text)  # type: ignore[union-attr]
    if not isinstance(original, Grid) or [len(row) for row in item.rows] != [len(row) for row in original.rows]:
        return item
    return replace(item, rows=tuple(_row_with_original(row, other) for row, other in zip(item.rows, original.rows, strict=True)))


def _row_with_original(row: tuple[GridCell, ...], original: tuple[GridCell, ...]) -> tuple[GridCell, ...]:
    pairs = zip(row, original, strict=True)
    return tuple(cell if cell.text == other.text else cell._replace(original=other.text) for cell, other in pairs)


# ------------------------------------------------------------------------------------------------ what the forms print


label_key = lru_cache(8192)(fold_label)  # the same labels come on every page


@cache
def known_labels() -> frozenset[str]:
    """Keys of every row label, column head and caption of the statutory tables."""
    printed: list[str] = []
    for template in templates().tables.values():
        for row in template.rows:
            printed += [row.label, *row.aliases]
        for column in template.columns:
            printed += [column.label, *column.aliases, column.group or "", column.group_parent or ""]
        printed += [*(template.head_labels or {}).values(), template.row_head or "", template.column_head or "", template.corner_note or ""]
        printed += [template.title] if _CAPTION.match(template.title) else []
    return frozenset(label_key(label) for label in printed) - {""}


def is_label(text: str) -> bool:
    """Whether `text` is a label of a statutory table; numbers in front and a bracketed explanation behind do not matter."""
    if len(text) > 2 * _ROW_MAX:
        return False
    key = label_key(text)
    return key in known_labels() or label_key(without_bracket(text)[0]) in known_labels() or bool(_CAPTION.search(key))


@cache
def _units() -> frozenset[str]:
    tables = templates().tables.values()
    return frozenset({template.unit_of(row, column) or "元" for template in tables for row in template.rows for column in template.columns})


def _is_value(text: str) -> bool:
    return bool(_VALUE.fullmatch(text) or _DASH.fullmatch(text))


def _is_unit(text: str) -> bool:
    return text in _units()


# ------------------------------------------------------------------------------------------------ runs of lines


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a flat grid before it has a number; `originals` are the cells before repair, where they are known one to one."""

    cells: tuple[str, ...]
    line: Line
    originals: tuple[str, ...] | None = None


def _of_lines(lines: list[Line]) -> Iterator[Block]:
    index = 0
    while index < len(lines):
        end, rows = _table_at(lines, index)
        if rows:
            yield _grid(rows)
            index = end
        else:
            yield _paragraph(lines[index])
            index += 1


def _paragraph(line: Line) -> Paragraph:
    original = None if line.original is None else squeeze(line.original)
    return Paragraph(squeeze(line.text), line.locator, original, line.heading)


def _table_at(lines: list[Line], start: int) -> tuple[int, list[_Row]]:
    """The flattened table that begins at `start`: the line behind it and its rows; no rows where there is none."""
    text = lines[start].text
    if _is_separated(text):
        return _separated_table(lines, start)
    if len(text) > _ROW_MAX:
        return start, []
    if start + 1 < len(lines) and _is_separated(lines[start + 1].text) and _is_caption(text):
        return _separated_table(lines, start)
    return _bare_table(lines, start) if _opens_table(text) else (start, [])


def _is_caption(text: str) -> bool:
    return bool(_CAPTION.search(label_key(text)))


def _grid(rows: list[_Row]) -> Grid:
    numbered = tuple(tuple(_cells(row, number)) for number, row in enumerate(rows))
    return Grid(numbered, rows[0].line.locator, flat=True)


def _cells(row: _Row, number: int) -> Iterator[GridCell]:
    for column, text in enumerate(row.cells):
        original = row.originals[column] if row.originals else None
        place = f"{row.line.locator}, cell {column + 1}"
        yield GridCell(text, number, column, place, original=None if original == text else original)


# ------------------------------------------------------------------------------------------------ cells with separators


def _is_separated(text: str) -> bool:
    """Whether a line shows the ends of its cells: a tab, a last `|`, more than one, or one beside a label or a figure."""
    if "\t" in text:
        return True
    if not ("|" in text or "｜" in text or "│" in text or "┃" in text or "║" in text):
        return False
    folded = text.translate(_PIPES).strip()
    if folded.endswith("|") or folded.count("|") > 1:
        return True
    return any(is_label(cell) or _is_value(cell.strip()) for cell in folded.split("|"))


def _separated_table(lines: list[Line], start: int) -> tuple[int, list[_Row]]:
    end = _end_of_separated(lines, start)
    chosen = [line for line in lines[start:end] if not _RULE.fullmatch(line.text)]
    led = all(line.text.translate(_PIPES).lstrip().startswith("|") for line in chosen if _is_separated(line.text))
    rows = [_Row(cells, line, _matching(cells, line, led)) for line in chosen for cells in [_split(line.text, led)]]
    return (end, _join_broken(rows)) if _is_table(rows) else (start, [])


def _matching(cells: tuple[str, ...], line: Line, led: bool) -> tuple[str, ...] | None:
    if line.original is None:
        return None
    originals = _split(line.original, led)
    return originals if len(originals) == len(cells) else None


def _end_of_separated(lines: list[Line], start: int) -> int:
    """Behind the last line with separators; up to three short lines between two of them are the broken text of a cell."""
    end = index = start
    while index < len(lines) and index - end <= 3:
        text = lines[index].text
        if _is_separated(text) or _RULE.fullmatch(text):
            end = index + 1
        elif index > start and (len(text) > _ROW_MAX or _SENTENCE.search(text) or _is_heading(text)):
            break
        index += 1
    return end


def _split(text: str, led: bool) -> tuple[str, ...]:
    """The cells of a line; `led` where the first `|` only opens the line."""
    if "\t" in text:
        return tuple(squeeze(cell) for cell in text.split("\t"))
    line = text.translate(_PIPES).strip()
    if led:
        line = line.removeprefix("|")
    return tuple(squeeze(cell) for cell in line.removesuffix("|").split("|"))


def _is_table(rows: list[_Row]) -> bool:
    """Whether separated lines are a table and no bar of links: a known label, or figures in more than one line."""
    if any(is_label(cell) for row in rows for cell in row.cells if cell):
        return True
    return sum(any(_is_value(cell) for cell in row.cells) for row in rows) > 1


# ------------------------------------------------------------------------------------------------ cells without separators


def _opens_table(text: str) -> bool:
    """Whether a line without separators may begin a table: heads, or a label that is no everyday word, alone or with its values."""
    label, _ = _label_and_values(text)
    if len(label_key(label)) >= 4 and is_label(label):
        return True
    return " " in text and len(_heads(text.split())) > 1


def _label_and_values(text: str) -> tuple[str, tuple[str, ...]]:
    """A line cut before its last values and units; the label is empty where there is nothing else on it."""
    tokens = text.split()
    cut = len(tokens)
    while cut and (_is_value(tokens[cut - 1]) or _is_unit(tokens[cut - 1])):
        cut -= 1
    return " ".join(tokens[:cut]), tuple(tokens[cut:])


def _bare_table(lines: list[Line], start: int) -> tuple[int, list[_Row]]:
    """The run of cells from `start` on. It must hold three labels and two figures, or it is no table."""
    rows: list[_Row] = []
    ends: list[int] = []
    index = start
    while index < len(lines):
        row, after = _bare_row(lines, index)
        if row is None:
            break
        rows.append(row)
        ends.append(after)
        index = after
    rows = _without_tail(rows)
    labels = sum(_ends_in_label(row.cells[0]) for row in rows)
    figures = sum(_is_value(cell) for row in rows for cell in row.cells)
    return (ends[len(rows) - 1], rows) if labels >= 3 and figures >= 2 else (start, [])


def _bare_row(lines: list[Line], index: int) -> tuple[_Row | None, int]:
    """The row that begins at line `index` and the line behind it; None where the line belongs to no table."""
    line = lines[index]
    if len(line.text) > _ROW_MAX or _is_separated(line.text):
        return None, index
    taken = _joined(lines, index)
    if taken > 1:
        return _Row(("".join(squeeze(one.text) for one in lines[index : index + taken]),), line), index + taken
    cells = _bare_cells(squeeze(line.text), lines[index + 1].text.strip() if index + 1 < len(lines) else "")
    if not cells:
        return None, index
    originals = None if line.original is None else tuple(line.original.split())
    same = originals if originals and len(originals) == len(cells) else None
    return _Row(cells, line, (squeeze(line.original),) if line.original is not None and len(cells) == 1 else same), index + 1


def _bare_cells(text: str, following: str) -> tuple[str, ...]:
    """The cells of a line of a bare table: a label, values, a label with its values, several heads; () where it is something else."""
    if is_label(text) or _is_value(text) or _is_unit(text):
        return (text,)
    if _SENTENCE.search(text):
        return ()
    label, values = _label_and_values(text)
    if values and (not label or _ends_in_label(label) or not (_is_heading(label) or label.endswith((":", "：")))):
        return (label, *values) if label else values
    if heads := _heads(text.split()):
        return heads
    # a row that no template knows is followed by its figures (六、其他 / 无 is a section); letters of a broken head are short
    if _VALUE.fullmatch(following) or _is_unit(following) or (_is_value(following) and not _is_heading(text)):
        return (text,)
    return (text,) if len(text) <= 4 and not _is_heading(text) else ()


def _ends_in_label(text: str) -> bool:
    """Whether `text` is a label, or a group's label and the row's own (（三）不予公开 1.属于国家秘密)."""
    return is_label(text) or (" " in text and is_label(text.split()[-1]))


def _heads(tokens: list[str]) -> tuple[str, ...]:
    """Blank-parted heads that are all labels (本年制发件数 本年废止件数 现行有效件数); a head may itself hold blanks (总 计)."""
    heads: list[str] = []
    index = 0
    while index < len(tokens):
        size = next((size for size in (4, 3, 2, 1) if is_label("".join(tokens[index : index + size]))), 0)
        if not size:
            return ()
        heads.append("".join(tokens[index : index + size]))
        index += size
    return tuple(heads)


def _joined(lines: list[Line], index: int) -> int:
    """How many lines from `index` on are the pieces of one label; 1 where the line stands for itself. The longest label wins."""
    best, text = 1, ""
    for count, line in enumerate(lines[index : index + _JOINED_MAX], 1):
        piece = line.text.strip()
        if not piece or len(text) + len(piece) > _JOINED_MAX or _is_value(piece) or "|" in piece:
            break
        text += piece
        if count > 1 and label_key(text) in known_labels() and not leading_number(piece).style:
            best = count
    return best


def _without_tail(rows: list[_Row]) -> list[_Row]:
    """Rows up to the last figures, and the labels without figures that follow, unless one of them may be the next section's heading."""
    last = max((number for number, row in enumerate(rows) if any(_is_value(cell) for cell in row.cells)), default=-1)
    end = last + 1
    while end < len(rows) and is_label(rows[end].cells[0]) and not _is_heading(rows[end].cells[0]):
        end += 1
    return rows[:end]


def _is_heading(text: str) -> bool:
    """Whether the number in front is one of a top section (一、, 第一部分) on a line that no table knows, or that may be both."""
    return leading_number(text).style in ("cn_comma", "cn_bare", "part")


def _join_broken(rows: list[_Row]) -> list[_Row]:
    """Rows with the pieces of a broken label put together: `结` `果` `维` `持 |` is one cell."""
    joined: list[_Row] = []
    index = 0
    pieces = [Line(row.cells[0] if len(row.cells) == 1 else "|", "") for row in rows]
    while index < len(rows):
        taken = _joined(pieces, index)
        text = "".join(row.cells[0] for row in rows[index : index + taken])
        joined.append(rows[index] if taken == 1 else _Row((text,), rows[index].line))
        index += taken
    return joined
