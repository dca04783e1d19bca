"""Coverage as a picture: a line per agency, a square per year, as SVG.

Plain SVG: its text stays text, so whoever opens it draws the Chinese names with fonts of their own, can search them, sees status and
deadline under the pointer, and follows a square to its report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from crawler.errors import ConfigurationError
from crawler.store.coverage import content

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.coverage.reading import Line

MOST_AGENCIES = 2000  # 40,000 squares, 8 MB: more than that no browser scrolls well
SIDE, GAP, HEAD, NAMES, LEGEND = 16, 2, 56, 300, 150  # pixels
STEP = SIDE + GAP
FONTS = "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', sans-serif"


def picture(lines: Iterable[Line]) -> str:
    """The SVG document. Raises ConfigurationError where there is nothing to draw, or too much."""
    rows: dict[tuple[str, str], dict[int, Line]] = {}
    for line in lines:
        rows.setdefault((line.agency, line.agency_id or line.portal_id or ""), {})[line.year] = line
    if not rows:
        raise ConfigurationError("--picture: nothing fits what was asked for, so there is nothing to draw")
    if len(rows) > MOST_AGENCIES:
        raise ConfigurationError(
            f"--picture: {len(rows)} agencies, and {MOST_AGENCIES} fit on a picture: choose with --province, --level or --agency"
        )
    years = range(min(min(row) for row in rows.values()), max(max(row) for row in rows.values()) + 1)
    width, height = NAMES + len(years) * STEP + LEGEND, HEAD + max(len(rows), len(content()["statuses"])) * STEP + GAP
    svg = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", width=str(width), height=str(height))
    svg.set("font-family", FONTS)
    svg.set("font-size", "12")
    SubElement(svg, "rect", width="100%", height="100%", fill="#ffffff")
    _heads(svg, next(iter(next(iter(rows.values())).values())).as_of, years)
    for place, ((agency, _), row) in enumerate(rows.items()):
        _row(svg, HEAD + place * STEP, agency, row, years)
    _legend(svg, NAMES + len(years) * STEP + STEP)
    return tostring(svg, encoding="unicode") + "\n"


def _heads(svg: Element, day: str | None, years: range) -> None:
    _text(svg, GAP, STEP, f"Coverage as of {day}" if day else "Coverage")
    for place, year in enumerate(years):
        x, y = NAMES + place * STEP + SIDE - 3, HEAD - 6
        _text(svg, x, y, str(year)).set("transform", f"rotate(-90 {x} {y})")


def _row(svg: Element, top: int, agency: str, row: dict[int, Line], years: range) -> None:
    _text(svg, NAMES - 6, top + SIDE - 4, agency if len(agency) <= 24 else f"{agency[:23]}…").set("text-anchor", "end")
    for place, year in enumerate(years):
        if line := row.get(year):
            href = line.url if (line.url or "").startswith(("http://", "https://")) else None
            parent = SubElement(svg, "a", href=href) if href else svg
            square = _square(parent, NAMES + place * STEP, top, line.status)
            SubElement(square, "title").text = _said(line)


def _said(line: Line) -> str:
    parts = [f"{line.agency} {line.year}", line.status.replace("_", " ")]
    return ", ".join([*parts, *([line.reason] if line.reason else []), *([f"due {line.deadline}"] if line.deadline else [])])


def _square(parent: Element, x: int, y: int, status: str) -> Element:
    size = str(SIDE)
    return SubElement(parent, "rect", x=str(x), y=str(y), width=size, height=size, fill=content()["statuses"][status]["colour"])


def _legend(svg: Element, x: int) -> None:
    for place, status in enumerate(content()["statuses"]):
        _square(svg, x, HEAD + place * STEP, status)
        _text(svg, x + STEP + GAP, HEAD + place * STEP + SIDE - 4, status.replace("_", " "))


def _text(svg: Element, x: int, y: int, text: str) -> Element:
    element = SubElement(svg, "text", x=str(x), y=str(y))
    element.text = text
    return element
