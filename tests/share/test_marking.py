"""An archived page with a place marked: the right cell or none, and nothing that runs."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share.harmless import PLACE
from share.marking import Wanted, mark_page

pytestmark = pytest.mark.soak  # the site is being built: its pages and these tests change together

TABLE = """<html><body><div><table><tr><td>甲</td><td>7</td><td>7</td></tr>
<tr><td>乙</td><td>7</td><td>8</td></tr></table>
<table><tr><td>丙</td><td>7</td><td>9</td></tr></table></div></body></html>"""


def marked_text(markup: str) -> list[str]:
    found = re.findall(rf'<(\w+)[^>]*id="{PLACE}"[^>]*>(.*?)</\1>', markup, re.DOTALL)
    return [re.sub("<[^>]*>", "", text) for _, text in found]


def marked_row(markup: str) -> str:
    return next(re.sub("<[^>]*>", " ", row) for row in re.findall(r"<tr>.*?</tr>", markup, re.DOTALL) if PLACE in row).split()[0]


@pytest.mark.parametrize(
    ("locator", "raw", "row"),
    [
        ("table[1]/tr[1]/td[2], line 1", "7", "甲"),
        ("table[1]/tr[2]/td[2], line 2", "7", "乙"),
        ("table[2]/tr[1]/td[2], line 3", "7", "丙"),
        ("part 1: table[2]/tr[1]/td[3], line 3", "9", "丙"),
    ],
)
def test_the_cell_of_a_locator_is_marked(locator: str, raw: str, row: str) -> None:
    found = mark_page(TABLE, Wanted(locator, raw), is_markup=True)
    assert found.found
    assert marked_text(found.markup) == [raw]
    assert marked_row(found.markup) == row


def test_a_table_on_one_line_is_told_by_its_other_cells_and_rows() -> None:
    one_line = TABLE.replace("\n", "")
    beside = {"table[2]/tr[1]/td[2], line 1": "7", "table[2]/tr[1]/td[3], line 1": "9"}
    found = mark_page(one_line, Wanted("table[2]/tr[1]/td[2], line 1", "7", beside), is_markup=True)
    assert found.found
    assert marked_row(found.markup) == "丙"


@pytest.mark.parametrize(
    ("locator", "raw"),
    [
        ("table[1]/tr[1]/td[2], line 1", "12"),  # the page says something else there
        ("table[1]/tr[1]/td[2], line 90", "7"),
        ("", "7"),
        ("page 3 table 1 row 2 column 4", "7"),
        ("nonsense \x00", "7"),
    ],
)
def test_a_place_that_is_not_there_is_not_marked(locator: str, raw: str) -> None:
    found = mark_page(TABLE, Wanted(locator, raw), is_markup=True)
    assert not found.found
    assert PLACE not in found.markup.replace("." + PLACE, "")


def test_two_cells_that_cannot_be_told_apart_are_not_guessed() -> None:
    twice = "<table><tr><td>x</td><td>7</td></tr></table><table><tr><td>x</td><td>7</td></tr></table>"
    assert not mark_page(twice, Wanted("table[2]/tr[1]/td[2], line 1", "7"), is_markup=True).found


def test_a_phrase_is_marked_where_its_surroundings_fit() -> None:
    markup = "<p>县本级收到申请3件，已办结。</p><p>全县<b>收到</b>申请3件，均答复。</p>"
    found = mark_page(markup, Wanted(phrase="收到申请3件", before="全县", after="，均答复"), is_markup=True)
    assert (found.found, found.others) == (True, 1)
    assert "全县" in marked_text(found.markup)[0]


def test_a_phrase_of_a_traditional_page_is_found_by_its_simplified_text() -> None:
    found = mark_page("<p>本年 收到申請12件。</p>", Wanted(phrase="收到申请12件"), is_markup=True)
    assert marked_text(found.markup) == ["收到申請12件"]


def test_lines_of_a_plain_text() -> None:
    text = "报告\n收到申请 12 件\n收到申请 13 件"
    found = mark_page(text, Wanted("line 3, cell 1", "13"), is_markup=False)
    assert marked_text(found.markup) == ["收到申请 13 件"]
    assert not mark_page(text, Wanted("line 2", "13"), is_markup=False).found
    assert mark_page(text, Wanted(phrase="申请12件"), is_markup=False).found


HOSTILE = """<html><head><base href="//evil"><meta http-equiv=refresh content="0;url=//evil"><link rel=stylesheet href=//evil/x.css>
<style>@import "//evil"</style></head><body onload=alert(1) background=//evil/x.png><script>alert(2)</script><iframe src=//evil></iframe>
<svg onload=alert(3)><a xlink:href="javascript:alert(4)">x</a></svg><a href="javascript:alert(5)" onclick=alert(6)>申请7件</a>
<form action=//evil><input name=a><button>b</button></form><img src=//evil onerror=alert(7)><xmp><script>alert(8)</script></xmp>
<p style="background:url(//evil)">a</p><p style="width:expression(alert(9))">b</p><object data=//evil></object><math><mtext></mtext></math>
<table><tr><td id="gongkai-place" class=x style="color:red" onmouseover=alert(10)>7</td></tr></table><plaintext></body>"""


def test_nothing_of_a_hostile_page_runs_or_loads() -> None:
    found = mark_page(HOSTILE, Wanted(phrase="申请7件"), is_markup=True)
    markup = found.markup.lower()
    assert found.found
    for word in (
        "<script",
        "onload",
        "onclick",
        "onerror",
        "onmouse",
        "javascript:",
        "evil",
        "<iframe",
        "<form",
        "<svg",
        "<base",
        "<plaintext",
    ):
        assert word not in markup, word
    assert "http-equiv" not in markup
    assert markup.count(f'id="{PLACE}"') == 1
    assert "color:red" in markup


@given(st.text(max_size=300), st.text(max_size=40), st.booleans())
def test_any_page_and_any_place_give_a_document(text: str, locator: str, is_markup: bool) -> None:
    for wanted in (Wanted(locator, text[:5]), Wanted(phrase=text[3:9])):
        assert mark_page(text, wanted, is_markup=is_markup).markup.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("text", ["<td>7" * 60_000, "<div>" * 1500 + "申请7件", "7" * 1_000_000])
def test_a_huge_page_costs_seconds_at_most(text: str) -> None:
    begun = time.process_time()
    mark_page(text, Wanted("table[1]/tr[1]/td[2], line 1", "7"), is_markup=True)
    mark_page(text, Wanted(phrase="申请7件"), is_markup=True)
    assert time.process_time() - begun < 12
