"""Folding, labels, heading numbers, and prose with its way back to the print."""

import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract.data import sections
from extract.normalize import RADICALS, Folded, fold, label_key, leading_number, squeeze, without_bracket

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "normalize.yaml").read_text("utf-8"))
TEXT = st.text(st.characters(exclude_categories=("Cs",))) | st.text("一二（(㈠)）①12１. 、　\n\u200b⺠“”½²件")


@pytest.mark.parametrize(("text", "folded"), CASES["fold"])
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXT | st.text("，：；（）！？％“政府 2…", min_size=60))
def test_a_text_is_folded_character_by_character(text: str) -> None:
    assert fold(text) == "".join(map(fold, text))
    assert Folded(text).text == "".join(Folded(char).text for char in text)


@pytest.mark.parametrize(("label", "key"), CASES["label_key"])
def test_label_key(label: str, key: str) -> None:
    assert label_key(label) == key


@given(TEXT)
def test_a_key_is_folded(text: str) -> None:
    assert fold(label_key(text)) == label_key(text)


@pytest.mark.parametrize(("label", "cut", "explanation"), CASES["without_bracket"])
def test_without_bracket(label: str, cut: str, explanation: str | None) -> None:
    assert without_bracket(label) == (cut, explanation)


@pytest.mark.parametrize(("line", "style", "ordinal", "printed", "rest"), CASES["leading_number"])
def test_leading_number(line: str, style: str | None, ordinal: int | None, printed: str | None, rest: str) -> None:
    assert leading_number(line) == (style, ordinal, printed, rest)


def test_every_style_of_the_domain_has_a_case() -> None:
    assert {style.id for style in sections().numbering_styles} - {"none"} <= {style for _, style, *_ in CASES["leading_number"]}


@given(TEXT)
def test_the_rest_of_a_heading_is_its_end(text: str) -> None:
    assert text.strip().endswith(leading_number(text).rest)


@pytest.mark.parametrize(("text", "shown"), CASES["squeeze"])
def test_squeeze(text: str, shown: str) -> None:
    assert squeeze(text) == shown


def test_radicals_are_radicals_and_their_characters_none() -> None:
    assert all("RADICAL" in unicodedata.name(radical) for radical in RADICALS)
    assert all("CJK UNIFIED" in unicodedata.name(char) for char in RADICALS.values())


def test_folded_prose_is_cut_out_of_the_print() -> None:
    folded = Folded("收 到　申请㈠１２ 件（其中）\n下行")
    assert folded.text == "收到申请(一)12件(其中)\n下行"
    at = folded.text.index("12件")
    assert folded.cut(at, at + 3) == "１２ 件"
    assert folded.cut(folded.text.index("(一"), folded.text.index("一)") + 1) == "㈠"
    assert (folded.start(0), folded.end(0), folded.cut(2, 2)) == (0, 0, "")


@given(TEXT, st.data())
def test_every_stretch_of_folded_prose_has_its_print(text: str, data: st.DataObject) -> None:
    folded = Folded(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    printed = folded.cut(start, end)
    assert printed in text
    assert folded.text[start:end] in Folded(printed).text


def test_text_that_needs_no_folding_has_its_own_offsets() -> None:
    folded = Folded("收到申请12件")
    assert [folded.start(i) for i in range(len(folded.text) + 1)] == list(range(len(folded.text) + 1))
