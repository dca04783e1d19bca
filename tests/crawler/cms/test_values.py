from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.cms import values


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": [1, 2]}', {"a": [1, 2]}),
        ('\ufeff {"a": "x\ty"}', {"a": "x\ty"}),
        ('cb({"a": 1});', {"a": 1}),
        ("jQuery.x_1( [1] )", [1]),
        ("<html>", None),
        ("", None),
        ('{"a": ', None),
        ("[" * 100_000, None),
    ],
)
def test_answer(text: str, expected: object) -> None:
    assert values.answer(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("var x = {TREE: [{id: 1, name: '年报', children: [],}], f: a + 'b'};", [{"id": 1, "name": "年报", "children": []}]),
        ('"TREE" : [{"name": "a\\x3cb"}]', [{"name": "a<b"}]),
        ("TREE = [1] TREE = [2]", [1]),
        ("MYTREE: [1]", None),
        ("TREE: load()", None),
        ("TREE: [1, {", None),
        ("TREE: " + "[" * 100_000 + "]" * 100_000, None),
    ],
)
def test_assigned(text: str, expected: object) -> None:
    assert values.assigned(text, "TREE") == expected


def test_literals_keep_the_first_that_says_something() -> None:
    script = """var organId = '7071'; data: {"siteId": "", siteId: 12,
        organId: '9', pageIndex: pageIndex, isDate: true, s: 'a' == b}; a.type = '4'"""
    found = values.literals(script)
    assert (found["organId"], found["siteId"], found["isDate"]) == ("7071", "12", "true")
    assert "pageIndex" not in found
    assert "type" not in found  # a field of something else


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1612108800, date(2021, 2, 1)),  # midnight in China is the day before in UTC
        ("1612108800", date(2021, 2, 1)),
        (1612108800000, date(2021, 2, 1)),
        (1612108800.5, date(2021, 2, 1)),
        ("2021-02-01 00:00:00", date(2021, 2, 1)),
        ("2021年2月1日", date(2021, 2, 1)),
        (0, None),
        (True, None),
        (-5, None),
        ("2021-13-01", None),
        (None, None),
        (float("nan"), None),
        (9_999_999_999_999, None),
        ([2021], None),
    ],
)
def test_day(value: object, expected: date | None) -> None:
    assert values.day(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(5, 5), ("12", 12), (-1, None), (True, None), (1.5, None), ("x", None), ("９", None), (10**12, None)]
)
def test_count(value: object, expected: int | None) -> None:
    assert values.count(value) == expected


def test_at_reads_text_that_holds_json() -> None:
    assert values.at({"custom": '{"total": 3}'}, "custom", "total") == 3
    assert values.at({"custom": "x"}, "custom", "total") is None
    assert values.at(None, "a") is None


def test_table_is_the_first_list_with_the_key() -> None:
    assert values.table({"menu": [{"name": "a"}], "page": {"rows": '[{"title": "b"}]'}}, "title") == ({"title": "b"},)
    assert values.table({"rows": []}, "title") == ()
    assert values.table("no json", "title") == ()


def test_plain_drops_markup() -> None:
    assert values.plain("<font color=red>云溪县</font>\n 年报") == "云溪县 年报"
    assert values.plain(["a"]) == ""


def test_nodes_come_in_reading_order_and_end() -> None:
    tree = [{"id": 1, "children": [{"id": 2}, {"id": 3, "children": "no list"}]}, "noise", {"id": 4}]
    assert [node["id"] for node in values.nodes(tree)] == [1, 2, 3, 4]
    assert sum(1 for _ in values.nodes([{"id": n} for n in range(20_000)])) == 10_000


@given(st.dictionaries(st.from_regex(r"\A[a-z]{1,8}\Z"), st.text(max_size=20)))
def test_state_comes_back(named: dict[str, str]) -> None:
    assert values.unpack(values.pack(**named)) == named


@given(st.text(max_size=300))
def test_nothing_raises(text: str) -> None:
    values.answer(text)
    values.assigned("TREE: " + text, "TREE")
    values.literals(text)
    values.day(text)
    values.count(text)
    values.table(text, "title")
