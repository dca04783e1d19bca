"""Names, levels and divisions of agencies: a line of tests/cases/agencies.yaml is a test."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract.agencies import Context, as_printed, is_office, level_of, places_in, recognise
from extract.data.divisions import gazetteer, short_names

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "agencies.yaml").read_text(encoding="utf-8"))


def context_of(case: list) -> Context:
    return Context(**{key: tuple(value) if key == "texts" else value for key, value in (case[4] if len(case) > 4 else {}).items()})


@pytest.mark.parametrize("case", CASES["agencies"], ids=lambda case: f"{case[0]} {case[4] if len(case) > 4 else ''}")
def test_agency(case):
    agency = recognise(case[0], context_of(case))
    assert agency is not None
    assert (agency.name, agency.level, agency.division_code) == (case[1], case[2], case[3])


@pytest.mark.parametrize("name", CASES["nobody"])
def test_nobody_is_named(name):
    assert recognise(name) is None


def test_id_is_code_and_name_or_place_and_name():
    assert recognise("南京市鼓楼区").id == "320106-鼓楼区人民政府"
    assert recognise("青禾市云溪县财政局").id == "青禾市云溪县-云溪县财政局"
    assert recognise("鼓楼区").id != recognise("福州市鼓楼区").id


def test_only_governments_aggregate():
    assert recognise("青禾市人民政府").aggregates
    assert not any(recognise(name).aggregates for name in ("青禾市人民政府办公室", "青禾市财政局", "云溪县桥头镇人民政府", "水利部"))


def test_province_comes_with_the_code():
    assert recognise("柞水县").province == "陕西省"
    assert recognise("青禾市").province is None


def test_level_by_suffix():
    assert [level_of(name) for name in ("青禾市", "云溪县", "青禾区", "桥头镇", "某某省", "青禾")] == [
        "prefecture", "county", "county", "township", "province", None,
    ]  # fmt: skip


def test_office():
    assert is_office("青禾市人民政府办公室")
    assert is_office("青禾省人民政府办公厅")
    assert not is_office("青禾市扶贫办公室")


def test_as_printed_keeps_a_name_and_refuses_a_word_of_reference():
    assert as_printed("青禾市爱国卫生运动").name == "青禾市爱国卫生运动"
    assert as_printed("我局") is None
    assert as_printed("市财政局") is None


def test_places_in_counts_full_names_and_unknown_governments():
    found = places_in("根据《内蒙古自治区制度》,由青禾市人民政府编制,磴口县公开,磴口县人民政府")
    assert found["磴口县"] == 2
    assert found["内蒙古自治区"] == 1
    assert found["青禾市"] == 1


def test_gazetteer_is_sound():
    divisions = [division for group in gazetteer().by_code.values() for division in group]
    assert len(divisions) > 3500
    assert all(len(division.code) == 6 and division.code.isdigit() and len(division.name) >= 2 for division in divisions)
    assert all(division.first_year <= division.last_year for division in divisions)
    assert len({division.code for division in gazetteer().by_name["鼓楼区"]}) == 4
    assert short_names()["新疆"][0].code == "650000"


@given(st.text(alphabet="青禾市云溪县人民政府财局办公室镇街道省区自治州旗盟第师兵团国家税务总0123 ()", max_size=24))
def test_recognise_never_raises(text):
    agency = recognise(text)
    assert agency is None or agency.name


@pytest.mark.parametrize(("printed", "context"), CASES["nobody_of_place"])
def test_pronouns_are_not_completed(printed, context):
    assert recognise(printed, Context(None, None, tuple(context["texts"]))) is None
