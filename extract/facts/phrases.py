"""The words around a count: its phrase where no pattern gives one, and for whom it counts."""

from __future__ import annotations

import re

# Each begins with one class of characters, by which a search passes over the rest of the text quickly.
_LEFT = re.compile(r"[。;,、:!?\n(《等共相以](?:(?<![共相以])|(?<=共)(?<![公中总一]共)(?![同享建资产党青有])|(?<=相)比|(?<=以)及)")
_RIGHT = re.compile(r"[。;,、:!?\n)以](?:(?<!以)|及)")
_BRACKET = re.compile(r"\([^()]{0,12}\)")
_BEFORE, _BEHIND = 40, 20

_SCOPE = re.compile(
    r"[各全省市县区州盟旗镇局本我](?:(?<=各)(?:县(?:\(市、区\)|市区|区)?|区(?:\(县\)|县|(?!域))|镇[街办]?各部门|乡镇(?:\(街道\)|街道)?|镇\(街\)|镇街)"
    r"|(?<=全)(?:省|市(?!场)|县|区(?!域)|州|盟|旗|镇|乡|街道|系统)(?:各级各类政府网站|各级[^,。;、№㍘㏕]{0,10}?(?:机关|部门|单位))?"
    r"|(?<=[省市县区州盟旗镇])本级|(?<=[省市县区州])级行政机关|(?<=局)机关|(?<=本)级|(?<=县)市区"
    r"|(?<=我)(?:局(?:机关)?|办(?!理)(?:公室)?|委|厅|中心|单位)|(?<!非本)(?<!于本)(?<!属本)(?<=本)(?:局|委(?!员)|厅|中心|单位|机关))"
)
_DEPARTMENT = re.compile(r"我|本(?!级)")
_WHOLE = frozenset("全各")


def scopes(text: str) -> list[tuple[int, str]]:
    """The words of a sentence that say for whom numbers count (全市, 市本级, 各县(市、区)), each with the place behind it."""
    return [(match.end(), match[0]) for match in _SCOPE.finditer(text)]


def is_own(scope: str | None) -> bool:
    """True where a department speaks of itself: 我局, 本机关. A level (市本级) is not the department."""
    return scope is not None and _DEPARTMENT.match(scope) is not None


def is_whole(scope: str | None) -> bool:
    """True where a number is for many agencies: 全市, 各县(市、区)."""
    return scope is not None and scope[0] in _WHOLE


def stretch(text: str, at: int) -> tuple[int, int]:
    """From the mark before a count to the mark behind it, at most 40 and 20 characters; short brackets are no marks.

    In A、B和200部C the last item of the list stands alone.
    """
    first, last = max(0, at - _BEFORE), min(len(text), at + _BEHIND)
    near = text[first:last]
    if "(" in near:
        near = _BRACKET.sub(lambda match: "·" * len(match[0]), near)
    left = 0
    for match in _LEFT.finditer(near, 0, at - first):
        if match[0] != "等" or match.end() <= at - first - 2:
            left = match.end()
    if near[left - 1 : left] == "、" and near[at - first - 1] in "和及与":
        left = at - first
    right = _RIGHT.search(near, at - first)
    return first + left, first + right.start() if right else last
