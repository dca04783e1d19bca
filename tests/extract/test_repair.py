"""Each kind of Chinese damage with its positives, and text that must come back as it is."""

import json
import time
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extract.data import templates
from extract.decoding import decode
from extract.repair import repair
from extract.repair.script import simplified, traditional
from tests.shared import shared

CASES = yaml.safe_load((Path(__file__).parent.parent / "cases" / "repair.yaml").read_text("utf-8"))
SENTENCES = CASES["sentences"]
PIECES = [piece for text in SENTENCES for piece in (text, text[:8], text[2:10], text[4:12], text[-8:], text[-10:-2])]


def steps(text: str) -> set[str]:
    return {step.name for step in repair(text).steps}


# ------------------------------------------------------------------------------------------------ tables mixed up


def misread(text: str, written: str, read: str) -> str:
    return text.encode(written).decode(read, "replace")


MIXED_UP = [
    ("utf8_as_gbk", lambda text: misread(text, "utf-8", "gb18030")),
    ("utf8_as_gbk", lambda text: misread(text, "utf-8", "gbk").replace("\ufffd", "?")),
    ("utf8_as_latin1", lambda text: misread(text, "utf-8", "latin-1")),
    ("utf8_as_latin1", lambda text: misread(text, "utf-8", "cp1252")),
    ("utf8_as_latin1", lambda text: misread(misread(text, "utf-8", "latin-1"), "utf-8", "latin-1")),
    ("gbk_as_latin1", lambda text: misread(text, "gb18030", "latin-1")),
    ("gbk_as_latin1", lambda text: misread(text, "gb18030", "cp1252")),
    ("gbk_as_latin1", lambda text: misread(misread(text, "gb18030", "latin-1"), "utf-8", "latin-1")),
]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize(("step", "damage"), MIXED_UP, ids=range(len(MIXED_UP)))
def test_a_mixed_up_table_is_undone(text: str, step: str, damage) -> None:
    """Where a byte was lost on the way a character is, and U+FFFD says so; no other character is wrong."""
    repaired = repair(f"<td>{damage(text)}</td>\n<p>政府信息</p>")
    restored = repaired.text.removeprefix("<td>").removesuffix("</td>\n<p>政府信息</p>")
    assert repaired.steps == () or step in {made.name for made in repaired.steps}
    assert is_part([char for char in restored if char not in damage(text) and char not in "\ufffd?"], text)


def is_part(chars: list[str], text: str) -> bool:
    """Whether `chars` stand in `text` in this order."""
    rest = iter(text)
    return all(char in rest for char in chars)


@pytest.mark.parametrize(("step", "damage"), MIXED_UP, ids=range(len(MIXED_UP)))
def test_what_lost_no_byte_comes_back_whole(step: str, damage) -> None:
    whole = [text for text in PIECES if not set("\ufffd?") & set(damage(text))]
    assert len(whole) >= 20
    assert [text for text in whole if repair(damage(text)).text != text] == []


def reversible(text: str, written: str, read: str) -> bool:
    try:
        return text.encode(written).decode(read).encode(read) == text.encode(written)
    except UnicodeError:
        return False


AS_BIG5 = [text for text in PIECES if reversible(text, "gb18030", "big5hkscs")]
AS_GBK = [text for text in map(traditional, PIECES) if reversible(text, "big5hkscs", "gb18030")]


def test_there_are_enough_pieces_in_crossed_tables() -> None:
    assert len(AS_BIG5) >= 20
    assert len(AS_GBK) >= 20


@pytest.mark.parametrize("text", AS_BIG5)
def test_gbk_read_as_big5(text: str) -> None:
    damaged = "\n".join(f"<p>{misread(line, 'gb18030', 'big5hkscs')}</p>" for line in (text, *AS_BIG5[:3]))
    assert repair(damaged).text.splitlines()[0] == f"<p>{text}</p>"
    assert steps(damaged) == {"gbk_as_big5"}


@pytest.mark.parametrize("text", AS_GBK)
def test_big5_read_as_gbk(text: str) -> None:
    damaged = "\n".join(f"<p>{misread(line, 'big5hkscs', 'gb18030')}</p>" for line in (text, *AS_GBK[:3]))
    assert repair(damaged).text.splitlines()[0] == f"<p>{simplified(text)}</p>"
    assert "big5_as_gbk" in steps(damaged)


@pytest.mark.parametrize("text", SENTENCES)
def test_a_damaged_line_among_healthy_ones(text: str) -> None:
    damaged = f"<h1>{misread(text, 'utf-8', 'gb18030')}</h1>\n<p>{SENTENCES[0]}</p>\n<p>标题：{misread('政府', 'utf-8', 'latin-1')}</p>"
    assert repair(damaged).text.splitlines()[1:] == [f"<p>{SENTENCES[0]}</p>", "<p>标题：政府</p>"]


# ------------------------------------------------------------------------------------------------ one byte out of step


def out_of_step(label: str, follower: str) -> str:
    """As DOMAIN.md section 12 no. 3 tells it: the first byte is lost, private-use code points are dropped, ASCII heals."""
    stored, shown, at = label.encode("gb18030"), ["?"], 1
    while at < len(stored) and stored[at] >= 0x80:
        if at + 1 == len(stored) or not 0x40 <= stored[at + 1] != 0x7F:
            return "".join((*shown, "?", stored[at + 1 :].decode("gb18030"), follower))
        char = stored[at : at + 2].decode("gb18030", "ignore")
        shown.append("" if "\ue000" <= char <= "\uf8ff" else char)
        at += 2
    return "".join(shown) + stored[at:].decode("gb18030") + follower


LABELS = sorted(
    {f"　（{row.number[1:-1]}）{row.label}" for table in templates().tables.values() for row in table.rows if row.number[:1] == "("}
)


@pytest.mark.parametrize(("damaged", "original"), CASES["labels_out_of_step"])
def test_text_out_of_step(damaged: str, original: str) -> None:
    for page in (damaged, f"<tr><td>{damaged}</td><td>13</td></tr>", f"{damaged} | 件 | 13 | |\n"):
        assert repair(page).text == page.replace(damaged, simplified(original))
    assert "shifted_gbk" in steps(damaged)


@pytest.mark.parametrize("narrow", [False, True], ids=["as it is", "narrowed"])
@pytest.mark.parametrize("script", [str, traditional], ids=["simplified", "traditional"])
@pytest.mark.parametrize("label", LABELS)
def test_every_label_of_the_forms_out_of_step(label: str, script, narrow: bool) -> None:
    damaged = f"<td>{out_of_step(script(label), '')}</td><td>5</td>"
    repaired = repair(unicodedata.normalize("NFKC", damaged) if narrow else damaged).text
    expected = simplified(traditional(label)) if script is traditional else label
    assert unicodedata.normalize("NFKC", repaired) == unicodedata.normalize("NFKC", f"<td>{expected}</td><td>5</td>")


@pytest.mark.parametrize("text", SENTENCES)
def test_a_heading_out_of_step_is_restored_or_left(text: str) -> None:
    damaged = out_of_step(f"　（三）{text}", "")
    repaired = repair(damaged).text
    assert repaired == damaged or f"　（三）{text}".startswith(repaired.rstrip("?\ufffd"))


def test_damaged_labels_of_a_real_report() -> None:
    text = (shared("seeds") / "001_8e9574ec8ccec614.txt").read_text("utf-8")
    repaired = repair(text)
    assert {step.name: step.count for step in repaired.steps}["shifted_gbk"] == 15
    assert "?。" not in repaired.text
    assert "确保县政府网站" in repaired.text
    assert len(repaired.text.splitlines()) == len(text.splitlines())


# ------------------------------------------------------------------------------------------------ glosses, script, controls


@pytest.mark.parametrize(("damaged", "text"), CASES["glosses"])
def test_pinyin_glosses(damaged: str, text: str) -> None:
    assert repair(damaged).text == text
    assert "pinyin_glosses" in steps(damaged)


@pytest.mark.parametrize(("printed", "text"), CASES["script"])
def test_traditional_script(printed: str, text: str) -> None:
    assert repair(printed).text == text


@pytest.mark.parametrize("char", [*map(chr, range(9)), *"\x0b\x0c\x1f\x7f\x80\x9f\u200b\u200e\u202a\u202e\u2066\u2069\ufeff\ufffe\uffff"])
def test_control_characters(char: str) -> None:
    repaired = repair(f"政府{char}信息\t公开\r\n")
    assert repaired.text == "政府信息\t公开\r\n"
    assert [(step.name, step.count) for step in repaired.steps] == [("control_characters", 1)]


def test_the_full_width_space_of_old_editors() -> None:
    assert repair("\ue5e5\ue5e5青禾市").text == "　　青禾市"


# ------------------------------------------------------------------------------------------------ nothing to do


@pytest.mark.parametrize("text", [*CASES["healthy"], *SENTENCES])
def test_healthy_text_is_the_same_object(text: str) -> None:
    repaired = repair(text)
    assert (repaired.text, repaired.steps) == (text, ())
    assert repaired.text is repaired.original is text


@pytest.mark.parametrize("text", CASES["unharmed"])
def test_traditional_text_is_only_converted(text: str) -> None:
    assert (repair(text).text, steps(text)) == (simplified(text), {"traditional_script"})


def mojibake(name: str) -> list[dict[str, str]]:
    return json.loads((shared("corpora") / "mojibake" / f"{name}.json").read_text("utf-8"))


def test_the_negatives_of_the_corpus_come_back() -> None:
    assert [case["original"] for case in mojibake("negative") if repair(case["original"]).text != case["original"]] == []


def test_damage_of_other_scripts_is_not_ours() -> None:
    """Only control characters go."""
    for name in ("in-the-wild", "known-failures"):
        assert set().union(*(steps(case["original"]) for case in mojibake(name))) <= {"control_characters"}


def test_healthy_pages_of_the_corpora() -> None:
    pages = [path for path in shared("corpora").glob("*/*/*/*") if path.is_file()] + list(shared("corpora/content").iterdir())
    done = {name for path in pages for name in steps(decode(path.read_bytes()).text)}
    assert done <= {"control_characters", "traditional_script"}


def test_script_of_the_corpus() -> None:
    """Pairs in one script; those that print both forms side by side are not predominantly traditional."""
    pairs = json.loads((shared("corpora") / "script" / "t2s.json").read_text("utf-8"))
    right = [(before, after) for before, after in pairs if repair(before).text == after]
    mixed = [before for before, after in pairs if repair(before).text == before != after]
    assert len(right) + len(mixed) >= len(pairs) - 1
    assert len(right) >= 40


# ------------------------------------------------------------------------------------------------ shape and cost


@given(st.text() | st.text("?。ㄒ唬┗貞婈P(fa)ü鐨鏀åæ\x94¿<>\n\x00開国"))
def test_repair_never_raises_and_keeps_lines_and_tags(text: str) -> None:
    repaired = repair(text)
    assert repaired.original is text
    assert [repaired.text.count(sign) for sign in "\n<>"] == [text.count(sign) for sign in "\n<>"]
    assert (repaired.text is text) == (not repaired.steps)


HOSTILE = """鐨 鐨a 鐨鐨鐨鐨a 創(chuàng) 发(fa) ?。ㄒ ?。ㄒ唬┗ 確??h政 ? ??中 中??a中 (a ( ÀÐÕÖ ㄛ 中\x00 å æ\x94¿ 開 。ㄒ \ufffd中中中 ?的
淉葬陓洘 ？？a中 \ue000"""


@pytest.mark.parametrize("piece", HOSTILE.split())
def test_a_line_of_a_million_characters(piece: str) -> None:
    repair(piece)
    start = time.process_time()
    repair(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 1
