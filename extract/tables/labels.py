"""What a printed cell text can be in the statutory tables: every label of every form, looked up by its key (`label_matching`).

All templates are turned into dictionaries once; a text is looked up once and remembered, so that reading a table costs a dictionary
access a cell. A text may be a label of several tables at once (其他 is a row and a column): the readers choose by axis, place and order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

from extract.data import Template, templates
from extract.normalize import fold, label_key, without_bracket
from extract.numbers import COUNTERS, MONEY

_T = TypeVar("_T")
LONGEST = 300
"""Characters of the longest text that is looked up: the longest label of the forms has 43, its explanations stay below 200."""

UNITS = frozenset({*MONEY, *COUNTERS})
INDICATOR_HEADS = frozenset({"统计指标", "指标名称", "指标", "统计项目", "项目名称", "项目", "指标内容", "统计内容", "内容", "名称"})
UNIT_HEADS = frozenset({"单位", "计量单位", "计算单位", "统计单位"})
CODE_HEADS = frozenset({"代码", "序号", "行次", "编号", "项目编号", "指标代码", "行号"})
REMARK_HEADS = frozenset({"备注", "说明", "填报说明", "指标说明"})
VALUE_HEADS = frozenset({"统计数", "数据统计", "数量", "数值", "数据", "统计数据", "统计结果", "统计数量", "合计", "数"})
"""Heads of list tables as printed beside those that the templates name; the value heads say nothing but that figures stand below."""

CAPTION = re.compile(r"第二十条第\(([一二三四五六七八九])\)项$")
MATRIX = "form2021_requests"
"""The newer matrix stands for both until the era is known: the older one has the same columns and no row of its own."""
REVIEWS = "review_litigation"
_CAPTIONED = re.compile(r"_(art20_\d)$")
_GLOSS = re.compile(r"(?<=[\u3400-\u9fff])\([a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
_LETTERS = re.compile("[^\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a text can be. Every field is empty where the text is no such label.

    `list_rows` are its rows by list table, several where the label stands more than once; `article_row` is a row of part two with the
    suffix of its table (art20_5); `article_columns` and `list_columns` are columns by table; `result` and `group` belong to part four;
    `head` is indicator, unit, code, remark or value; `unit` is one printed in the bracket of the label or the whole text.

    `is_row`: it is the label of a row of any table. `is_column`: it stands in the head of any table. `is_known`: any table knows the text
    as it stands.
    """

    key: str = ""
    list_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    list_columns: Mapping[str, str] = field(default_factory=dict)
    article_row: tuple[str, str] | None = None
    article_columns: Mapping[str, str] = field(default_factory=dict)
    caption: str | None = None
    matrix_row: str | None = None
    matrix_column: str | None = None
    matrix_head: bool = False
    result: str | None = None
    group: str | None = None
    head: str | None = None
    unit: str | None = None
    is_unit: bool = False
    markers: frozenset[str] = frozenset()

    is_row: bool = field(init=False)
    is_column: bool = field(init=False)
    is_known: bool = field(init=False)

    def __post_init__(self) -> None:
        is_row = bool(self.list_rows or self.article_row or self.matrix_row)
        in_head = self.article_columns or self.matrix_column or self.matrix_head or self.result or self.group or self.head
        is_column = bool(in_head or self.list_columns)
        object.__setattr__(self, "is_row", is_row)
        object.__setattr__(self, "is_column", is_column)
        object.__setattr__(self, "is_known", is_row or is_column or self.caption is not None)


NOTHING = Mention()


@lru_cache(maxsize=8192)
def mention(text: str) -> Mention:
    """What `text` can be; NOTHING for a text without letters or beyond LONGEST."""
    if not text or len(text) > LONGEST or not _has_letters(text):
        return NOTHING
    names = _names(text)
    unit = _unit(text)
    if _known().isdisjoint(names) and not names[0].startswith(("20", "第", "中华人民共和国")):
        return Mention(key=names[0], unit=unit, is_unit=unit is not None and fold(text) == unit)
    captioned = CAPTION.search(names[0])
    head = _head(names)
    return Mention(
        key=names[0],
        list_rows={table: rows for table, index in _lists().items() if (rows := _first(index, names))},
        list_columns={table: column for table, index in _list_columns().items() if (column := _list_column(index, table, names))},
        article_row=_first(_index().article_rows, names),
        article_columns=_first(_index().article_columns, names) or {},
        caption=captioned[1] if captioned else None,
        matrix_row=_first(_index().matrix_rows, names),
        matrix_column=_first(_index().matrix_columns, names[:2]),
        matrix_head=names[0] in _index().matrix_heads,
        result=_first(_index().results, names[:2]),
        group=_first(_index().groups, names[:1]),
        head=head,
        unit=unit,
        is_unit=unit is not None and fold(text) == unit,
        markers=frozenset(table for name in names for table in _index().markers.get(name, ())),
    )


def _has_letters(text: str) -> bool:
    return any(char > "\u2e7f" for char in text)


# ------------------------------------------------------------------------------------------------ the names of a text


def _names(text: str) -> tuple[str, ...]:
    """The keys under which a printed label is looked for, in the order of `label_matching`: whole, without bracket, without 数."""
    key = _healed(label_key(text))
    bare = without_bracket(key)[0]
    return key, bare, _loose(bare)


def _loose(key: str) -> str:
    """`key` without what is dropped or added freely: the last 数 or 数量, the stroke in 本年增/减."""
    short = key.removesuffix("数量").removesuffix("数").replace("/", "")
    return short if len(short) > 1 else key


def _healed(key: str) -> str:
    """`key` without pinyin glosses; lost characters (U+FFFD) are filled in where one label alone fits."""
    if "(" in key:
        key = _GLOSS.sub("", key)
    if "\ufffd" not in key:
        return key
    before, after = key[: key.index("\ufffd")], key[key.rindex("\ufffd") + 1 :]
    known = len(key) - key.count("\ufffd")
    pool = _by_first_character().get(before[0], ()) if before else _index().every
    near = [label for label in pool if known < len(label) <= len(key) and label.startswith(before) and label.endswith(after)]
    if known < 2 or not near:
        return key
    pattern = re.compile(re.sub("\ufffd+", lambda lost: f".{{1,{len(lost[0])}}}", re.escape(key)))
    fitting = [label for label in near if pattern.fullmatch(label)]
    return fitting[0] if len(fitting) == 1 else key


@cache
def _by_first_character() -> Mapping[str, tuple[str, ...]]:
    every = sorted(_index().every)
    return {first: tuple(label for label in every if label[0] == first) for first in {label[0] for label in every}}


def _first(index: Mapping[str, _T], names: Iterable[str]) -> _T | None:
    return next((index[name] for name in names if name in index), None)


def _unit(text: str) -> str | None:
    """The unit that is the whole text, or stands in a bracket behind a label: 收到申请数(件), 采购总金额(万元,保留四位小数)."""
    whole = fold(text)
    if whole in UNITS:
        return whole
    inner = without_bracket(whole)[1]
    parts = re.split("[,:;、]", inner) if inner else []
    return next((part for part in parts if part in UNITS), None)


def _head(names: tuple[str, ...]) -> str | None:
    kinds = (("indicator", INDICATOR_HEADS), ("unit", UNIT_HEADS), ("code", CODE_HEADS), ("remark", REMARK_HEADS), ("value", VALUE_HEADS))
    return next((kind for kind, words in kinds if names[0] in words or names[1] in words), None)


# ------------------------------------------------------------------------------------------------ the labels of the templates


class _Index(NamedTuple):
    article_rows: Mapping[str, tuple[str, str]]
    article_columns: Mapping[str, Mapping[str, str]]
    matrix_rows: Mapping[str, str]
    matrix_columns: Mapping[str, str]
    matrix_heads: frozenset[str]
    results: Mapping[str, str]
    groups: Mapping[str, str]
    markers: Mapping[str, frozenset[str]]
    every: frozenset[str]


@cache
def _index() -> _Index:
    tables = templates().tables
    grids = [template for template in tables.values() if template.layout == "grid"]
    matrix, reviews = tables[MATRIX], tables[REVIEWS]
    rows = {name: row.id for row in matrix.rows for name in _all_names(row.label, *row.aliases)}
    columns = {name: column.id for column in matrix.columns for name in _all_names(column.label, *column.aliases)}
    heads = [matrix.corner_note, matrix.column_head, *(column.group for column in matrix.columns)]
    index = _Index(
        article_rows={
            name: (family(grid.id), row.id) for grid in grids for row in grid.rows for name in _all_names(row.label, *row.aliases)
        },
        article_columns=_by_table(grids),
        matrix_rows=rows,
        matrix_columns=columns,
        matrix_heads=frozenset(label_key(head) for head in heads if head),
        results={name: column.label for column in reviews.columns for name in _all_names(column.label)},
        groups={label_key(label): label for column in reviews.columns for label in (column.group, column.group_parent) if label},
        markers=_markers(),
        every=frozenset(),
    )
    return index._replace(every=_every(index))


def family(table_id: str) -> str:
    """`art20_5` of `form2019_art20_5`; the table's own id where it is no table of part two."""
    match = _CAPTIONED.search(table_id)
    return match[1] if match else table_id


def _every(index: _Index) -> frozenset[str]:
    parts = (
        index.article_rows,
        index.article_columns,
        index.matrix_rows,
        index.matrix_columns,
        index.results,
        index.groups,
        *_lists().values(),
    )
    return frozenset(name for part in parts for name in part)


@cache
def _known() -> frozenset[str]:
    """Every name of `_index`, of the lists and of the heads: most texts of a page are none of them."""
    heads = INDICATOR_HEADS | UNIT_HEADS | CODE_HEADS | REMARK_HEADS | VALUE_HEADS
    return frozenset().union(_index().every, _index().matrix_heads, _index().markers, heads, *_list_columns().values())


def _by_table(grids: Iterable[Template]) -> dict[str, Mapping[str, str]]:
    """Column labels of part two: which column of which tables they name."""
    found: dict[str, dict[str, str]] = {}
    for grid in grids:
        for column in grid.columns:
            for name in _all_names(column.label, *column.aliases):
                found.setdefault(name, {})[grid.id] = column.id
    return dict(found)


def _all_names(*labels: str) -> set[str]:
    """The keys of a label of the forms and of its aliases, also without their explanation in brackets and without the last 数."""
    return {name for label in labels for name in _names_of_form(label)}


def _names_of_form(label: str) -> tuple[str, ...]:
    key = label_key(label)
    bare = without_bracket(key)[0]
    return key, bare, _loose(bare)


@cache
def _lists() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Rows by key for every list table. A shortened label that would name different rows (复制费 for paper and disk) is left out."""
    return {template.id: _list_rows(template) for template in templates().tables.values() if template.layout == "list"}


def _list_rows(template: Template) -> Mapping[str, tuple[str, ...]]:
    exact: dict[str, list[str]] = {}
    short: dict[str, dict[str, list[str]]] = {}
    for row in template.rows:
        for label in (row.label, *row.aliases):
            exact.setdefault(label_key(label), []).append(row.id)
            for name in _names_of_form(label)[1:]:
                short.setdefault(name, {}).setdefault(_names_of_form(row.label)[0], []).append(row.id)
    loose = {name: labels for name, labels in short.items() if len(labels) == 1 and name not in exact}
    return {
        name: tuple(dict.fromkeys(rows))
        for name, rows in [*exact.items(), *((name, rows) for name, labels in loose.items() for rows in labels.values())]
    }


@cache
def _list_columns() -> Mapping[str, Mapping[str, str]]:
    lists = [template for template in templates().tables.values() if template.layout == "list"]
    return {
        template.id: {name: column.id for column in template.columns for name in _all_names(column.label, *column.aliases)}
        for template in lists
    }


@cache
def _patterns() -> Mapping[str, tuple[tuple[re.Pattern[str], str], ...]]:
    return {
        template.id: tuple((re.compile(column.pattern), column.id) for column in template.columns if column.pattern)
        for template in templates().tables.values()
    }


def _list_column(index: Mapping[str, str], table: str, names: tuple[str, ...]) -> str | None:
    by_label = _first(index, names)
    return by_label or next((column for pattern, column in _patterns()[table] if pattern.search(names[0])), None)


def _markers() -> Mapping[str, frozenset[str]]:
    """Marker labels of `era_detection` by key, with the list tables that they stand for."""
    found: dict[str, set[str]] = {}
    eras = {era.id: era.tables for era in templates().eras}
    for owner, labels in templates().markers.items():
        marked = [table for table in eras.get(owner, (owner,)) if templates().tables[table].layout == "list"]
        tables = [owner] if owner in templates().tables else [table for table in marked if templates().tables[table].eras == (owner,)]
        for label in labels:
            for name in _names_of_form(label):
                found.setdefault(name, set()).update(tables)
    return {name: frozenset(tables) for name, tables in found.items()}
