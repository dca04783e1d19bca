"""Cells, numerals and scales."""

import json
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract.numbers import CellValue, chinese_number, parse_cell, scaled
from tests.shared import shared

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "numbers.yaml").read_text("utf-8"))
MONEY = "元圆"


def check(cell: CellValue, state: str, value: float | None, unit: str | None, warned: bool) -> None:
    assert (cell.state, cell.value, cell.unit) == (state, value, unit)
    assert type(cell.value) is type(value)
    assert (cell.warning is not None) == warned


@pytest.mark.parametrize(("text", "state", "value", "unit", "warned"), CASES["cells"])
def test_cell(text: str, state: str, value: float | None, unit: str | None, warned: bool) -> None:
    check(parse_cell(text), state, value, unit, warned)


@pytest.mark.parametrize(("text", "state", "value", "unit", "warned"), CASES["signed"])
def test_cell_of_a_column_of_changes(text: str, state: str, value: float | None, unit: str | None, warned: bool) -> None:
    check(parse_cell(text, signed=True), state, value, unit, warned)


@pytest.mark.parametrize(("text", "value"), CASES["numerals"])
def test_numeral(text: str, value: float | None) -> None:
    assert chinese_number(text) == value


@pytest.mark.parametrize(("digits", "scale", "value"), CASES["scaled"])
def test_scaled(digits: str, scale: str | None, value: float) -> None:
    assert scaled(digits, scale) == value
    assert type(scaled(digits, scale)) is type(value)


def test_numerals_of_the_corpus() -> None:
    """All but sums of money with their units (元 角 分 are units here) have their value."""
    corpus = json.loads((shared("corpora") / "numerals" / "cn2an.json").read_text("utf-8"))
    pairs = [(text, value) for part in ("strict", "normal", "smart") for text, value in corpus[f"{part}_data_dict"].items()]
    numerals = [(text, value) for text, value in pairs if not set(text) & set(MONEY)]
    assert len(numerals) > 100
    assert [(text, value, chinese_number(text)) for text, value in numerals if chinese_number(text) != value] == []


@given(st.text())
def test_no_cell_raises_and_only_numbers_have_values(text: str) -> None:
    for signed in (False, True):
        cell = parse_cell(text, signed=signed)
        assert (cell.value is None) == (cell.state != "number")


@given(st.integers(0, 10**15 - 1))
def test_every_integer_is_read_as_printed(value: int) -> None:
    assert parse_cell(str(value)) == parse_cell(f"{value:,}") == CellValue("number", value)
    assert parse_cell(f"-{value}", signed=True).value == -value


@given(st.integers(0, 99), st.integers(0, 99))
def test_two_numbers_are_never_one(first: int, second: int) -> None:
    assert parse_cell(f"{first} {second}").state == "text"


@pytest.mark.parametrize("text", ["①" * 10**6 + "x", "1" * 10**6, " " * 10**6 + "x", "1 " * 500_000, "((" * 500_000, "一" * 10**6])
def test_a_hostile_cell_costs_little(text: str) -> None:
    start = time.perf_counter()
    parse_cell(text)
    chinese_number(text)
    assert time.perf_counter() - start < 1
