"""What a report announces and what the law wants in it: the number of parts, the required sections and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from extract.data import Identity, templates
from extract.data import sections as kinds
from extract.model import Finding, Quantity, Section
from extract.normalize import Folded, fold
from extract.numbers import chinese_number

NATIONAL_FORMS = frozenset({"form2019", "form2021"})
_SUBSTITUTES: Mapping[str, tuple[str, ...]] = {"problems_improvements": ("problems", "improvements")}
"""Kinds that hold a required subject in other words: many reports print problems and improvements as two sections."""

_PARTS = re.compile(
    r"(?:由|包括|包含|分为?|共有?)[^。]{0,260}?(?:等|以及|及|和|共|分为?|由|为)?(?:共|这)?"
    r"(?P<number>\d{1,2}|[一二三四五六七八九十两]{1,3})个?(?:大)?(?:部分|章节|篇章|(?<=等.)方面|(?<=等.个)方面)(?:内容)?(?:组成|构成|[。,;]|$)"
)
_PREAMBLE, _OPENING = 2_000, 400
"""An announcement stands in the preamble; in a report without one, in the first lines of its first section."""


def check_parts(identity: Identity, sections: Sequence[Section]) -> Iterator[Finding]:
    """The announced number of parts against the headings printed, front matter, signature and an unnumbered table left out."""
    announced = _announcement(sections)
    printed = [one for one in sections if one.kind not in {"front_matter", "sign_off"}]
    if announced is None or not printed:
        return
    number, phrase = announced
    without_tables = [one for one in printed if one.kind != "statistics_table"]
    counted = [one for one in printed if one.number or one.kind != "statistics_table"]
    holds = number in {len(counted), len(without_tables)}
    evidence = {"phrase": phrase, "headings": [one.heading for one in counted]}
    yield Finding(identity.id, "", "holds" if holds else "violated", identity.basis, number, len(counted), evidence)


def _announcement(sections: Sequence[Section]) -> tuple[int, str] | None:
    preamble = [(section.text or "")[:_PREAMBLE] for section in sections if section.kind == "front_matter"]
    for text in preamble or [(section.text or "")[:_OPENING] for section in sections[:1]]:
        folded = Folded(text.replace("\n", ""))
        if (match := _PARTS.search(folded.text)) and isinstance(number := chinese_number(match["number"]), int):
            return number, folded.cut(match.start(), match.end())
    return None


def check_required(era_id: str, sections: Sequence[Section], tables: Iterable[str], quantities: Iterable[Quantity]) -> Iterator[Finding]:
    """A finding for every subject the law requires of that era, basis official; violated where the report is silent on it."""
    era = next((one for one in templates().eras if one.id == era_id), None)
    if era is None or not sections:
        return
    covered = _covered(sections, tables, quantities)
    for kind in era.outline_required:
        if any(one in covered for one in (kind, *_SUBSTITUTES.get(kind, ()))):
            yield Finding("required_sections", kind, "holds", "official")
        elif kind == "other_matters" and era_id not in NATIONAL_FORMS:
            note = "art. 32 (6) of the rules of 2007 asks for other matters only where there are any"
            yield Finding("required_sections", kind, "not_assessable", "official", evidence={"note": note})
        elif not _named_in_a_heading(kind, sections):
            yield Finding("required_sections", kind, "violated", "official", evidence={"kinds": [one.kind for one in sections]})
        else:
            yield Finding("required_sections", kind, "holds", "official", evidence={"note": "named in the heading of another section"})


def _covered(sections: Iterable[Section], tables: Iterable[str], quantities: Iterable[Quantity]) -> set[str]:
    """Kinds with a section, a child section, a table or a figure of their own."""
    found = {one.kind for section in sections for one in (section, *section.children)}
    by_table = {name: kind for kind, names in _TABLES_OF.items() for name in names}
    found |= {by_table[name] for name in tables if name in by_table}
    own = _kind_of_metric()
    return found | {own[one.metric] for one in quantities if one.metric in own}


_TABLES_OF: Mapping[str, tuple[str, ...]] = {
    "proactive_disclosure": ("form2019_art20_1", "form2021_art20_1"),
    "requests": ("form2019_requests", "form2021_requests"),
    "review_litigation": ("review_litigation",),
}


@cache
def _kind_of_metric() -> Mapping[str | None, str]:
    """requests, fees and review_litigation metrics speak on their subject wherever they stand."""
    return {metric.id: metric.kind for metric in kinds().metrics if metric.kind in {"requests", "fees", "review_litigation"}}


def _named_in_a_heading(kind: str, sections: Iterable[Section]) -> bool:
    """依申请公开及收费情况 holds two subjects under the kind of the first."""
    patterns = [re.compile(pattern) for pattern in kinds().kind(kind).patterns]
    headings = [fold(section.heading) for section in sections if section.heading]
    return any(pattern.search(heading) for pattern in patterns for heading in headings)


def check_tables(era_id: str, tables: Sequence[str]) -> Iterator[Finding]:
    """The tables that the national forms print, one finding each for those that are not on the page, basis official.

    A table of the other form stands for its namesake. The table of 2014 had to be filed, not published, so nothing is said of it.
    """
    era = next((one for one in templates().eras if one.id == era_id), None)
    if era is None or era_id not in NATIONAL_FORMS:
        return
    found = {_base(name) for name in tables}
    for name in era.tables:
        if _base(name) not in found:
            yield Finding("required_tables", name, "violated", "official", evidence={"tables": list(tables)})


def _base(table_id: str) -> str:
    head, _, rest = table_id.partition("_")
    return rest if head in NATIONAL_FORMS else table_id
