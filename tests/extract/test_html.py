"""The parser's bounds and what it throws away."""

import time

import pytest

from extract import html
from extract.errors import TooLarge, Unparsed


def test_what_is_never_text_is_gone():
    root = html.parse("<p>甲<script>a</script><!-- b --><?c d?><style>e</style>乙<textarea>f</textarea><template>g</template></p>")
    assert html.text(html.body(root)) == "甲乙"


def test_fragments_get_a_body_and_framesets_a_root():
    assert html.body(html.parse("<p>甲</p>")).tag == "body"
    assert html.body(html.parse("<html><frameset><frame src=a></frameset></html>")) is not None


@pytest.mark.parametrize("depth", [300, 1500])
def test_deep_pages_are_read_to_their_end(depth):
    assert html.text(html.parse("<div>" * depth + "甲" + "</div>" * depth + "乙")) == "甲乙"


def test_fonts_that_nobody_closed_do_not_cut_the_page():
    assert html.text(html.parse("<p><font><span>甲" * 3000 + "乙")).endswith("乙")


@pytest.mark.parametrize(
    ("markup", "error"),
    [
        ("", Unparsed),
        ("<div>" * 1_000_000, Unparsed),
        ("<table><tr>" + "<td>1" * 1_000_000, TooLarge),
        ("<TH>1" * 300_000, TooLarge),
        ("x" * 17_000_000, TooLarge),
    ],
    ids=["nothing", "nested", "cells", "heads", "size"],
)
def test_bounds(markup, error):
    start = time.process_time()
    with pytest.raises(error):
        html.parse(markup)
    assert time.process_time() - start < 5


def test_stray_characters_do_not_stop_the_parser():
    assert html.text(html.parse("<?xml version='1.0' encoding='gbk'?><p>甲\x00乙\ud800丙</p>")) == "甲乙?丙"


def test_names_of_elements():
    root = html.parse("<div id=zoom class=x><p class='a b'>1</p><span>2</span></div>")
    assert [html.name(element) for element in html.body(root).iterdescendants()] == ["div#zoom", "p.a", "span"]
