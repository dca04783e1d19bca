"""Numbers of prose, line by line (`tests/cases/facts.yaml`), and what must hold for any text."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract import facts
from extract.data import sections
from extract.facts.rules import compiled
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


# ------------------------------------------------------------------------------------------------ sections, children, offsets


def test_children_give_their_kind_and_the_offsets_of_the_whole_section():
    text = "今年工作如下。\n(一)依申请公开情况。2020年,收到申请5件。\n(二)收费情况\n未收取费用。"
    requests = Section("requests", 2, "(一)", "依申请公开情况", "2020年,收到申请5件。", (), parent_position=2, sub_position=1)
    fees = Section("fees", 2, "(二)", "收费情况", "未收取费用。", (), parent_position=2, sub_position=2)
    quantities = facts.read((Section("compound", 2, "二", "基本情况", text, (), children=(requests, fees)),), 2020)
    assert [(one.metric, one.section_kind, one.section_position) for one in quantities] == [
        ("requests.received", "requests", 2),
        ("fees.collected", "fees", 2),
    ]
    assert [text[one.start : one.end] for one in quantities] == [one.phrase for one in quantities]


def test_offsets_through_full_width_print_and_spaces():
    text = "２０２０年，　全市 共受理政府信息公开申请 １，２３４ 件，占８．６ ％。"
    (quantity,) = facts.read((section(text),), 2020)
    assert (quantity.metric, quantity.value, quantity.unit, quantity.percent, quantity.scope) == (
        "requests.received",
        1234,
        "件",
        8.6,
        "全市",
    )
    assert text[quantity.start : quantity.end] == quantity.phrase
    assert quantity.phrase.endswith("８．６ ％")


def test_sections_without_text_say_nothing():
    assert facts.read((Section("requests", 3, "三", "收到和处理", None, ()),)) == ()
    assert facts.read(()) == ()


def test_the_year_is_that_which_the_texts_name_most():
    texts = ("2018年，我县认真贯彻《条例》。2018年，收到政府信息公开申请3件。", "2017年收到政府信息公开申请9件。")
    quantities = facts.read(tuple(replace(section(text), position=at) for at, text in enumerate(texts, 1)))
    assert [(one.metric, one.value) for one in quantities] == [("requests.received", 3), (None, 9)]


def test_scope_and_flags():
    text = "全市各级行政机关共受理政府信息公开申请42件，均按时办结，县本级发布政务信息1.2万余条。"
    received, closed, published = facts.read((section(text),), 2020)
    assert (received.scope, received.derived) == ("全市各级行政机关", False)
    assert (closed.metric, closed.value, closed.derived, closed.negated) == ("requests.closed_on_time", 42, True, False)
    assert (published.value, published.approx, published.scope) == (12000, "余", "县本级")


# ------------------------------------------------------------------------------------------------ columns


def test_columns_take_their_own_section_first_and_else_the_first_elsewhere():
    read = (
        replace(section("收到政府信息公开申请7件。行政复议2件。"), position=1),
        replace(section("收到申请8件。", "requests"), position=3),
        replace(section("收取费用1.2万元。", "fees"), position=4),
    )
    columns = facts.columns(read, facts.read(read, 2020))
    assert (columns["requests"]["received"], columns["requests"]["received_section"]) == (8, "requests")
    assert (columns["fees"]["collected"], columns["fees"]["collected_section"]) == (12000, "fees")
    assert columns["requests"]["granted"] is None
    assert columns["requests"]["granted_section"] is None
    assert set(columns) == {"overview", "requests", "fees"}


@pytest.mark.parametrize(
    ("text", "received"),
    [
        ("全县受理政府信息公开申请35件，我局受理2件。", 2),
        ("全县受理政府信息公开申请35件。本局受理政府信息公开申请2件。", 2),
        ("我局受理政府信息公开申请2件，全县受理政府信息公开申请35件。", 2),
        ("全县收到政府信息公开申请35件。我局未收到政府信息公开申请。", 0),
        ("全县受理政府信息公开申请35件，县本级受理政府信息公开申请20件。", 35),
        ("全县受理政府信息公开申请35件，不属于本机关的2件。", 35),
    ],
)
def test_columns_take_what_a_department_says_of_itself(text, received):
    read = (section(text, "requests"),)
    assert facts.columns(read, facts.read(read, 2020))["requests"]["received"] == received


def test_a_department_ends_the_scope_before_it():
    quantities = facts.read((section("全市发生行政复议12件，我局0件。", "review_litigation"),), 2020)
    assert [(one.value, one.scope) for one in quantities] == [(12, "全市"), (0, "我局")]


def test_columns_say_which_kind_a_value_is_from():
    read = (section("收到政府信息公开申请7件。"), Section("requests", 3, "三", "收到和处理", None, ()))
    columns = facts.columns(read, facts.read(read, 2020))
    assert (columns["requests"]["received"], columns["requests"]["received_section"]) == (7, "overview")


# ------------------------------------------------------------------------------------------------ any text

ALPHABET = "收到受理政府信息公开申请未无没有均全部行政复议诉讼件条元万亿%0123456789.,，。；、()一二三十百千余多约近占年月日 \n“”《》-—"


@given(st.text(alphabet=ALPHABET, max_size=120), st.sampled_from(["overview", "requests", "fees", "review_litigation", "other"]))
def test_every_phrase_stands_at_its_place(text, kind):
    for quantity in facts.read((section(text, kind),), 2020):
        assert text[quantity.start : quantity.end] == quantity.phrase
        assert quantity.phrase


@given(st.text(max_size=200))
def test_reading_never_raises(text):
    facts.read((section(text),))


@pytest.mark.parametrize(
    "text",
    [
        "申请" * 500_000,
        "1" * 1_000_000,
        "一" * 1_000_000,
        "1," * 500_000,
        "收到" + "," * 1_000_000,
        "收到申请" * 250_000 + "1件",
        "未收到" * 333_333,
        "没有因" * 333_333,
        "1件" * 500_000,
        "1件\n" * 300_000,
        "1%-" * 300_000,
        "(" * 1_000_000,
        "均按时答复" * 200_000,
        "免费收取" * 250_000,
        "公开政府信息1条," * 100_000,
        "《2019年" * 150_000,
        "行政复议、行政诉讼" * 110_000 + "1件",
    ],
    ids=lambda text: text[:8],
)
@pytest.mark.parametrize("kind", ["overview", "requests", "review_litigation"])
def test_a_million_characters_on_a_line(text, kind):
    facts.read((section("", kind),))
    started = time.process_time()
    facts.read((section(text, kind),))
    assert time.process_time() - started < 1


# ------------------------------------------------------------------------------------------------ data


@pytest.mark.parametrize("metric", sections().metrics, ids=lambda metric: f"{metric.kind}: {metric.id}")
def test_every_metric_compiles_and_names_the_words_it_needs(metric):
    """Without `needs` no sentence would ever be searched; `of` must name metrics."""
    rule = compiled(metric)
    assert rule.patterns
    assert metric.needs
    assert set(metric.of) <= {other.id for other in sections().metrics}
    assert all({"n", "percent"} & pattern.groups for pattern in rule.patterns)
