"""Names and telephone numbers in the footers of tables and in sign-offs, masked before anything is written to a file."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml

# A value ends where the next label, a mark or a wide gap begins. Lengths are bounded, so that no line costs more than its length.
_NAME = r"[^\S\n]{0,4}[:：][^\S\n]{0,8}([^\s:：,，;；。、()（）|]{1,20}(?:[^\S\n][^\s:：,，;；。、()（）|]{1,2}(?![^\s,，;；。、|]))?)"
_VALUE = r"[^\S\n]{0,4}[:：][^\S\n]{0,8}([0-9０-９A-Za-z@._+()（）\-—－/、 ]{4,59}[0-9０-９A-Za-z)）])"
# A mobile number, one with its area code, or a local one of seven or eight digits that is no date and counts nothing.
_TELEPHONE = re.compile(
    r"(?<![0-9])(1[3-9][0-9]{9}|(?:\(0[0-9]{2,3}\)|（0[0-9]{2,3}）|0[0-9]{2,3})[-—－ ]?[0-9]{7,8}|[2-8][0-9]{6,7})(?![0-9.,年月日件条])"
)


@cache
def _rules() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    rules = yaml.safe_load(files("crawler.export").joinpath("personal.yaml").read_text(encoding="utf-8"))
    people, numbers = (_labelled(rules[key]) for key in ("people", "numbers"))
    return re.compile(people + _NAME), re.compile(numbers + _VALUE), frozenset(rules["kinds"])


def _labelled(labels: list[str]) -> str:
    """Any of the labels, with spaces between its characters as forms print them (审 核 人)."""
    spaced = (r"[^\S\n]{0,3}".join(label) for label in sorted(labels, key=len, reverse=True))
    return f"(?:{'|'.join(spaced)})"


def masked(text: str, kind: str | None = None) -> str:
    """The text with every character of a person's name and of their telephone number an asterisk, where a label names it as theirs.

    A labelled number counts as a person's where a person is named in the same text, or in the kinds of personal.yaml, where any
    telephone number is masked.
    """
    people, numbers, kinds = _rules()
    everywhere = kind in kinds
    if not everywhere and ":" not in text and "：" not in text:  # most cells: a label is followed by a colon
        return text
    covered = people.sub(_stars, text)
    if covered != text or everywhere:
        covered = numbers.sub(_stars, covered)
    return _TELEPHONE.sub(lambda hit: "*" * len(hit[0]), covered) if everywhere else covered


def _stars(hit: re.Match[str]) -> str:
    start, end = hit.start(1) - hit.start(), hit.end(1) - hit.start()
    return hit[0][:start] + "*" * (end - start) + hit[0][end:]
