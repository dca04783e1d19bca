"""Mends what went wrong with the characters of a page before it reached us (DOMAIN.md section 12), markup and plain text alike.

Each step is named and counted, and the text it started from is kept. No step touches a tag or a line break, so that both texts can be
parsed side by side. A step that is not sure leaves the damage: a wrong character reads like a right one.
"""

from __future__ import annotations

from collections import Counter

from extract.model import Repaired, Step
from extract.repair import controls, mojibake, pinyin, script, shift
from extract.repair.suspects import suspects


def repair(text: str) -> Repaired:
    """`text` with its characters mended, and the steps that changed it; healthy text comes back as the same object, without steps.

    Steps: utf8_as_gbk, utf8_as_latin1, gbk_as_latin1, gbk_as_big5, big5_as_gbk (tables mixed up, DOMAIN.md section 12), shifted_gbk,
    control_characters, pinyin_glosses, traditional_script. `count` is places, for traditional_script characters. Never raises.
    """
    counts: Counter[str] = Counter()
    found = suspects(text)
    mended = mojibake.mend(text, found, counts)
    mended = shift.mend(mended, found, counts)
    mended = controls.clean(mended, found, counts)
    mended = pinyin.strip(mended, counts)
    mended = script.simplify(mended, found if mended is text else suspects(mended), counts)
    return Repaired(mended if counts else text, text, tuple(Step(name, count) for name, count in counts.items()))
