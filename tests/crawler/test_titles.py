"""Verdicts on titles: the look-alikes of PORTALS.md section 1 are turned away, each for its reason."""

from pathlib import Path

import pytest
import yaml

from crawler.titles import judge, year

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "titles.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES["accepted"], ids=lambda case: case[0])
def test_accepted(case: list) -> None:
    title, stated, context = [*case, ""][:3]
    verdict = judge(title, context)
    assert verdict.accepted, verdict.reason
    assert verdict.year == stated


@pytest.mark.parametrize("case", CASES["rejected"], ids=lambda case: case[0])
def test_rejected(case: list) -> None:
    title, reason, context = [*case, ""][:3]
    verdict = judge(title, context)
    assert not verdict.accepted
    assert verdict.reason == reason


@pytest.mark.parametrize("case", CASES["years"], ids=lambda case: case[0])
def test_year(case: list) -> None:
    assert year(case[0]) == case[1]


def test_hostile_title() -> None:
    assert not judge("信息公开" * 100_000).accepted
