"""A report as parts with headings, paragraphs and tables: what is printed, before any page is laid out around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple

import yaml

from crawler.samples.world import NATIONAL, Report, SamplePage

_ORDER = "一二三四五六七八九十"
_HEADINGS_BEFORE = (
    ("overview", "概述"),
    ("proactive_disclosure", "主动公开政府信息情况"),
    ("requests", "依申请公开政府信息情况"),
    ("fees", "政府信息公开的收费及减免情况"),
    ("review_litigation", "因政府信息公开申请行政复议、提起行政诉讼的情况"),
    ("problems_improvements", "存在的主要问题及改进措施"),
    ("other_matters", "其他需要报告的事项"),
)
_HEADINGS_SINCE = (
    ("overview", "总体情况"),
    ("proactive_disclosure", "主动公开政府信息情况"),
    ("requests", "收到和处理政府信息公开申请情况"),
    ("review_litigation", "政府信息公开行政复议、行政诉讼情况"),
    ("problems_improvements", "存在的主要问题及改进情况"),
    ("other_matters", "其他需要报告的事项"),
)
_ASPECTS = (
    ("主动公开", ("proactive_disclosure",)),
    ("依申请公开", ("requests",)),
    ("政府信息管理", ("information_management",)),
    ("平台建设", ("platforms",)),
    ("监督保障", ("supervision",)),
)


class Part(NamedTuple):
    """A section: its heading as printed (None for the preamble), its paragraphs, the tables that stand in it."""

    kind: str
    heading: str | None
    paragraphs: tuple[str, ...]
    tables: tuple[str, ...] = ()


@cache
def texts() -> Mapping[str, Any]:
    """The sentences of texts.yaml."""
    content: dict[str, Any] = yaml.safe_load(files("crawler.samples").joinpath("texts.yaml").read_text(encoding="utf-8"))
    return content


def report(one: Report) -> tuple[Part, ...]:
    """The parts of a report in printed order."""
    random = Random(f"text {one.agency.agency}{one.year}")
    kinds = _HEADINGS_SINCE if one.era in NATIONAL else _HEADINGS_BEFORE
    numbers = [""] * len(kinds) if one.quirk == "unnumbered" else [f"{number}、" for number in _ORDER]
    parts = [_part(kind, number + heading, one, random) for number, (kind, heading) in zip(numbers, kinds, strict=False)]
    return (_preamble(one, [heading for _, heading in kinds]), *parts, *_table_at_the_end(one))


def other(page: SamplePage) -> tuple[str, ...]:
    """The paragraphs of a page that is no report."""
    return tuple(texts()["notice" if page.kind == "notice" else "guide"])


def _preamble(one: Report, headings: Sequence[str]) -> Part:
    lines = [_filled(line, one) for line in texts()["preamble"]]
    if one.era not in NATIONAL:
        outline = texts()["outline"].format(headings="、".join(headings), count=_ORDER[len(headings) - 1])
        lines.insert(1, outline)
    return Part("front_matter", None, ("".join(lines),))


def _part(kind: str, heading: str, one: Report, random: Random) -> Part:
    if one.era in NATIONAL:
        tables = {
            "proactive_disclosure": tuple(name for name in one.tables if "_art20_" in name),
            "requests": (NATIONAL[one.era],),
            "review_litigation": ("review_litigation",),
        }.get(kind, ())
        return Part(kind, heading, () if tables else tuple(_since(kind, one, random)), tables)
    return Part(kind, heading, tuple(_before(kind, one, random)))


def _table_at_the_end(one: Report) -> tuple[Part, ...]:
    """The statistics table of 2013 to 2018 stands behind the last section, under its own title."""
    lists = tuple(name for name in one.tables if name.startswith("stats_"))
    return (Part("statistics_table", f"{one.year}年政府信息公开情况统计表", (), lists),) if lists else ()


def _filled(sentence: str, one: Report) -> str:
    return sentence.format(we=one.agency.we, agency=one.agency.agency, year=one.year)


def _some(kind: str, count: int, one: Report, random: Random) -> list[str]:
    """`count` sentences on a subject, in the order in which texts.yaml has them."""
    sentences: list[str] = texts()[kind]
    chosen = sorted(random.sample(range(len(sentences)), min(count, len(sentences))))
    return [_filled(sentences[index], one) for index in chosen]


def _figures(name: str, one: Report) -> str:
    sentence: str = texts()["figures"][name]
    for metric, value in one.said.items():
        sentence = sentence.replace(f"{{{metric}}}", str(value))
    return sentence


def _disputes(one: Report) -> str:
    none = not one.said["reviews.total"] and not one.said["litigations.total"]
    return _figures("disputes_none" if none else "disputes", one)


def _before(kind: str, one: Report, random: Random) -> Iterator[str]:
    """The paragraphs of a section before 2019."""
    if kind == "overview":
        yield from _some("overview", 5, one, random)
        yield "".join(_some("supervision", 2, one, random)) + (_figures("training", one) if "organization.meetings" in one.said else "")
    elif kind == "proactive_disclosure":
        yield _figures("proactive" if "proactive.wechat" in one.said else "proactive_2013", one)
        yield from _some("proactive_disclosure", 5, one, random)
    elif kind == "requests":
        yield _figures("requests_list" if one.said["requests.received"] else "requests_none", one)
        yield from _some("requests", 3, one, random)
    elif kind == "fees":
        yield _figures("fees", one) if one.said["fees.collected"] else _filled(texts()["fees_none"], one)
    elif kind == "review_litigation":
        yield _disputes(one)
        yield from _some("review_litigation", 1, one, random)
    else:
        yield from _end(kind, one, random)


def _since(kind: str, one: Report, random: Random) -> Iterator[str]:
    """The paragraphs of a section that holds no table since 2019: five aspects, and the end."""
    if kind != "overview":
        yield from _end(kind, one, random)
        return
    yield from _some("overview", 4, one, random)
    for number, (name, (subject,)) in zip(_ORDER, _ASPECTS, strict=False):
        yield f"（{number}）{name}"
        yield "".join((*_aspect_figures(subject, one), *_some(subject, 5, one, random)))


def _aspect_figures(subject: str, one: Report) -> Iterator[str]:
    if subject == "proactive_disclosure":
        yield _figures("proactive_2013", one)
    elif subject == "requests":
        yield _figures("requests_form", one)
        yield _figures("results_form", one)
        yield _disputes(one)
    elif subject == "supervision":
        yield _figures("training", one)


def _end(kind: str, one: Report, random: Random) -> Iterator[str]:
    """Problems, improvements and other matters, which every era has."""
    if kind == "problems_improvements":
        yield from _some("problems", 3, one, random)
        yield from _some("improvements", 2, one, random)
    elif one.era == "form2021":
        yield _filled(texts()["other_matters"], one)
    else:
        yield _filled(texts()["nothing" if one.era == "form2019" else "other_matters_before"], one)
