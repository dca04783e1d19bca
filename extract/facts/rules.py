"""The metrics of sections.yaml, compiled: which sentences can match, which patterns, and what makes a hit none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from extract.data import sections
from extract.facts.counts import SIGN, SIGNS, ZERO

if TYPE_CHECKING:
    from extract.data import Metric

_CLASS = re.compile(rf"\[(?:[^\[\]]*){SIGN}")
_MACRO = re.compile(r"\{([A-Z0]+)\}")


@dataclass(frozen=True, slots=True)
class Printed:
    """A pattern of a printed count: `value` is the group of its sign, `groups` are the names of all."""

    regex: re.Pattern[str]
    value: str
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A metric with its patterns. `zero` holds the sentences that say none anywhere, `own_zero` those that do inside its own kind.

    `prefix` is the part of the id before the dot, by which subjects and places are given.
    """

    metric: Metric
    prefix: str
    patterns: tuple[Printed, ...]
    zero: tuple[re.Pattern[str], ...]
    own_zero: tuple[re.Pattern[str], ...]
    all_of: tuple[re.Pattern[str], ...]
    unless: re.Pattern[str] | None
    zero_unless: re.Pattern[str] | None


@cache
def rules(kind: str) -> tuple[Rule, ...]:
    """What is searched in a section of `kind`, in the order of the file; of a metric under two kinds the entry of `kind` itself."""
    places = sections().places
    if kind in places.nowhere:
        return ()
    found: dict[str, Rule] = {}
    for metric in sections().metrics:
        prefix = metric.id.partition(".")[0]
        if metric.kind == kind or prefix in places.everywhere or kind in places.with_subject:
            found[metric.id] = compiled(metric) if metric.kind == kind or metric.id not in found else found[metric.id]
    return tuple(found.values())


@cache
def by_word(kind: str) -> dict[str, tuple[int, ...]]:
    """For every word that a rule of `kind` needs, the places of these rules among all of `kind`."""
    found: dict[str, list[int]] = {}
    for place, rule in enumerate(rules(kind)):
        for word in dict.fromkeys(rule.metric.needs):
            found.setdefault(word, []).append(place)
    return {word: tuple(places) for word, places in found.items()}


@cache
def without_words(kind: str) -> tuple[int, ...]:
    """The places of the rules of `kind` that a sentence without any of their words may answer."""
    return tuple(place for place, rule in enumerate(rules(kind)) if rule.own_zero and rule.metric.kind == kind)


@cache
def events() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Negative phrases that no metric asks for: unit, a word they hold, pattern."""
    return tuple((unit, word, expanded(pattern)) for unit, word, pattern in sections().zero_events)


@cache
def own_kinds(metric_id: str) -> frozenset[str]:
    """The kinds under which the file lists a metric."""
    return frozenset(metric.kind for metric in sections().metrics if metric.id == metric_id)


@cache
def compiled(metric: Metric) -> Rule:
    """The patterns of a metric with the macros written out. Compiled once, when a section first needs it."""
    return Rule(
        metric,
        metric.id.partition(".")[0],
        tuple(map(_printed, metric.patterns)),
        tuple(map(expanded, metric.zero)),
        tuple(map(expanded, metric.own_zero)),
        tuple(map(expanded, metric.all_of)),
        re.compile(metric.unless.replace(SIGN, SIGNS)) if metric.unless else None,
        expanded(metric.zero_unless) if metric.zero_unless else None,
    )


def _printed(pattern: str) -> Printed:
    regex = expanded(pattern)
    groups = frozenset(regex.groupindex)
    return Printed(regex, "n" if "n" in groups else "percent", groups)


@cache
def expanded(pattern: str) -> re.Pattern[str]:
    """A pattern of sections.yaml as Python reads it: macros written out, and № in a class stands for every count.

    In the classes of the macros ㍘ comes first, by which they are told: a bound of a range is in none of them.
    """
    macros = sections().macros
    more = macros["MORE"]
    values = {
        "N": f"{more}(?P<n>[{ZERO}{SIGN}])",
        "0": f"{more}(?P<n>{ZERO})",
        "P": f"(?:约|达到|达|均|为|率|是|高达){{0,4}}(?P<percent>[{ZERO}{SIGN}])%",
        "X": f"[{ZERO}{SIGN}]",
    }
    if pattern.startswith("{N}"):
        values["N"] = f"(?P<n>[{ZERO}{SIGN}])"
    written = _MACRO.sub(lambda match: values.get(match[1]) or macros[match[1]], pattern)
    return re.compile(_CLASS.sub(lambda match: match[0] if ZERO in match[0] else match[0].replace(SIGN, SIGNS), written))
