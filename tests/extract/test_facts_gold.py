"""The quantities of the real reports against their hand-read gold, by the rules of the shared scoring tool.

Sections are cut here by the gold's line ranges, so that this test stands alone: what is measured is the reading of prose.
"""

import re
import unicodedata

import lxml.html
import opencc
import pytest
import yaml

from extract import facts
from extract.model import Section
from tests.shared import shared

REPORTS = (
    "dengkou-2015",
    "loudi-2018",
    "quzhou-2009",
    "quzhou-2010",
    "quzhou-2013",
    "quzhou-2020",
    "suining-2017",
    "zhashui-2018",
)
CATCH_ALL = "proactive.topic_items"
GLOSS = re.compile(r"(?<=[一-鿿])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def demanded() -> set[str]:
    """The metrics whose invention counts: those of the shared sections.yaml."""
    data = yaml.safe_load((shared("domain") / "sections.yaml").read_text(encoding="utf-8"))
    return {metric["id"] for metrics in data["quantities"].values() for metric in metrics} - {CATCH_ALL}


def is_quantity(have, want) -> bool:
    if want["tier"] == "core":
        named = have.metric in (want["id"], want.get("or", want["id"]))
    else:
        ours, theirs = squeeze(have.phrase), squeeze(want.get("phrase_hans") or want["phrase"])
        named = bool(ours) and (ours in theirs or theirs in ours)
    same = abs(have.value - want["value"]) < 1e-9 and bool(have.approx) == bool(want.get("approx"))
    return named and same and want.get("section") in (None, have.section_position)


def score(quantities, gold, metrics):
    """Right and wanted by tier, what was missed, and what was invented."""
    free = list(quantities)
    tally, missed = {"core": [0, 0], "context": [0, 0]}, []
    for want in sorted(gold["quantities"], key=lambda want: want["tier"] != "core"):
        hit = next((quantity for quantity in free if is_quantity(quantity, want)), None)
        if hit:
            free.remove(hit)
            tally[want["tier"]][0] += 1
        else:
            missed.append(f"{want['tier']} {want['id']} = {want['value']} ({want['phrase']})")
        tally[want["tier"]][1] += 1
    invented = [
        f"{quantity.metric} = {quantity.value} ({quantity.phrase})"
        for quantity in free
        if quantity.metric in metrics and not any(is_quantity(quantity, want) for want in gold["quantities"])
    ]
    return tally, missed, invented


def gold_sections(gold) -> tuple[Section, ...]:
    lines = (shared("seeds") / gold["source"]["file"]).read_text(encoding="utf-8").split("\n")
    return tuple(_section(entry, lines) for entry in gold["sections"])


def _section(entry, lines) -> Section:
    first, last = entry["lines"]
    converter = opencc.OpenCC("t2s")
    text = None
    children = []
    if entry["first15"] is not None:
        body = [converter.convert(GLOSS.sub("", line)).strip() for line in lines[first:last]]
        text = "\n".join(line for line in body if line)
        heads = [f"{child['number']}{child['heading']}" for child in entry.get("children", [])]
        cuts = [text.index(head) for head in heads] + [len(text)]
        for number, child in enumerate(entry.get("children", [])):
            part = text[cuts[number] + len(heads[number]) : cuts[number + 1]].lstrip("。\n").rstrip()
            children.append(
                Section(child["kind"], entry["ord"], child["number"], child["heading"], part, (), None, entry["ord"], number + 1)
            )
    return Section(entry["kind"], entry["ord"], entry["number"], entry["heading"], text, (), children=tuple(children))


def gold_of(name: str):
    return yaml.safe_load((shared("gold") / f"{name}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", REPORTS)
def test_gold(name):
    gold = gold_of(name)
    sections = gold_sections(gold)
    quantities = facts.read(sections, gold["year"])
    tally, missed, invented = score(quantities, gold, demanded())
    assert not invented
    assert tally["core"][0] >= 0.98 * tally["core"][1], missed
    assert tally["context"][0] >= 0.95 * tally["context"][1], missed
    texts = {section.position: section.text for section in sections}
    for quantity in quantities:
        assert texts[quantity.section_position][quantity.start : quantity.end] == quantity.phrase


def test_gold_of_a_general_office():
    gold = yaml.safe_load((shared("real") / "gold" / "shanghai-go-2019.yaml").read_text(encoding="utf-8"))
    root = lxml.html.fromstring((shared("real") / "shanghai-go-2019.html").read_bytes().decode("utf-8"))
    lines = [node.text_content().strip() for node in root.iter("p") if not any(above.tag == "td" for above in node.iterancestors())]
    start = lines.index("一、总体情况")
    end = lines.index("二、主动公开政府信息情况")
    text = "\n".join(line for line in lines[start + 1 : end] if line)
    quantities = facts.read((Section("overview", 1, "一", "总体情况", text, ()),), gold["year"])
    _, missed, _ = score(quantities, gold, demanded())
    assert not missed
