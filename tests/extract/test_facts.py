"""Numbers of prose, line by line (`tests/cases/facts.yaml`), and what must hold for any text."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract import facts
from extract.model import Section

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "facts.yaml").read_text(encoding="utf-8"))


def section(text: str, kind: str = "overview") -> Section:
    return Section(kind, 1, "一", "标题", text, ())


def as_wanted(quantities, wanted):
    """The metrics found, in the form of the case: a value, [value, marker], or all values where the case lists them."""
    found = {}
    for quantity in quantities:
        if quantity.metric is None or quantity.metric == "proactive.topic_items":
            continue
        want = wanted.get(quantity.metric)
        if quantity.metric in found:
            found[quantity.metric] = [*found[quantity.metric], quantity.value]
        elif isinstance(want, list):
            found[quantity.metric] = [quantity.value, quantity.approx] if isinstance(want[1], str) else [quantity.value]
        else:
            found[quantity.metric] = quantity.value if quantity.approx is None else [quantity.value, quantity.approx]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}: {case['text'][:30]}")
def test_case(case):
    quantities = facts.read((section(case["text"], case["kind"]),), case.get("year", 2020))
    assert as_wanted(quantities, case["want"]) == case["want"]
    if "free" in case:
        free = sorted((quantity.value, quantity.unit) for quantity in quantities if quantity.metric is None)
        assert free == sorted((value, unit) for value, unit in case["free"])
    for quantity in quantities:
        assert case["text"][quantity.start : quantity.end] == quantity.phrase
