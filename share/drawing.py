"""Charts as Vega-Lite specifications, and their pictures.

`vl-convert` brings Vega-Lite along and draws on the server, so that a page needs no script and nothing from elsewhere. A picture comes in
a light and a dark theme and in two widths; the numbers themselves stand in the table beside it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from share import series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Theme = Literal["light", "dark"]
WIDTHS = {"wide": 660, "narrow": 300}
KEPT = 256  # pictures in memory; one is drawn in 0.1 to 0.3 s
FONT = "PingFang SC, Noto Sans CJK SC, Microsoft YaHei, system-ui, sans-serif"
# Okabe and Ito's colours, told apart by colour-blind readers, darker or lighter where the ground asks for it
LINES = {
    "light": ["#0b6e8c", "#c8501e", "#3b7d3a", "#8f4a94", "#a77400", "#365aa8", "#b03a5b", "#5d6b74"],
    "dark": ["#5cc2de", "#ff9a62", "#8bd184", "#d9a3de", "#e8bc4f", "#91b4ff", "#ff9bb8", "#b5c2ca"],
}
INK = {"light": "#2a2f33", "dark": "#e3e7ea"}
FAINT = {"light": "#d9dee2", "dark": "#3b444b"}
BREAK = {"light": "#b3261e", "dark": "#ff8a80"}
HEAT = {"light": ["#e3eff3", "#0b5f7a"], "dark": ["#1d3640", "#7fdcf5"]}
_cache: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: what it is called, whose it is, and its points."""

    label: str
    points: Sequence[series.Point]
    agency_id: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with all that stands beside it: its table, its SQL with the values bound in it, its notes. `name` and `pairs` are its
    address, `marks` the layers of the specification without theme; `alt` says in a sentence what it shows."""

    name: str
    pairs: tuple[tuple[str, Any], ...]
    title: str
    alt: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    sql: str
    values: tuple[Any, ...]
    kind: str
    data: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    height: int = 240
    axis: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.rows


def draw(chart: Chart, form: str, theme: Theme, width: str) -> bytes:
    """The picture: SVG as UTF-8, or PNG at twice the size. The last ones are kept."""
    key = (form, theme, width, chart.kind, chart.title, repr(chart.data), repr(chart.axis), chart.height)
    if key not in _cache:
        _cache[key] = _drawn(specification(chart, theme, width), form)
        while len(_cache) > KEPT:
            _cache.popitem(last=False)
    _cache.move_to_end(key)
    return _cache[key]


def _drawn(spec: dict[str, Any], form: str) -> bytes:
    import vl_convert  # 0.1 s to import, 2 s for its first picture

    if form == "png":
        return bytes(vl_convert.vegalite_to_png(spec, scale=2))
    return str(vl_convert.vegalite_to_svg(spec)).encode()


def specification(chart: Chart, theme: Theme, width: str) -> dict[str, Any]:
    """The Vega-Lite specification of a chart."""
    layers = {"lines": _lines, "bars": _bars, "dots": _dots, "heat": _heat}[chart.kind](chart, theme)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": chart.alt,
        "width": WIDTHS[width],
        "height": chart.height,
        "padding": 4,
        "background": None,
        "config": _config(theme, width),
        **layers,
    }


def _config(theme: Theme, width: str) -> dict[str, Any]:
    ink, faint, size = INK[theme], FAINT[theme], 12
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": ink, "titleColor": ink, "gridColor": faint, "domainColor": faint, "tickColor": faint, "labelFontSize": size,
            "titleFontSize": size, "titleFontWeight": "normal", "labelFlush": False, "gridDash": [1, 3],
        },
        "legend": {
            "labelColor": ink, "titleColor": ink, "labelFontSize": size, "orient": "top", "title": None, "labelLimit": 260,
            "columns": 1 if width == "narrow" else 3, "symbolStrokeWidth": 3,
        },
        "range": {"category": LINES[theme]},
        "text": {"color": ink, "fontSize": 11},
    }  # fmt: skip


def _years(chart: Chart, **more: Any) -> dict[str, Any]:
    """The axis of years: whole ones, with half a year of room at both ends."""
    first, last = chart.data["years"]
    scale = {"domain": [first - 0.5, last + 0.5], "nice": False, "zero": False}
    step = max(1, (last - first) // 9 + 1)
    axis = {"format": "d", "title": None, "grid": False, "values": list(range(first, last + 1, step))}
    return {"field": "year", "type": "quantitative", "scale": scale, "axis": axis, **more}


def _break_layers(chart: Chart, theme: Theme) -> list[dict[str, Any]]:
    """A dashed line, with words, between the years that may not be compared as they stand."""
    values = [{"year": year - 0.5, "note": chart.data["break_note"]} for year in chart.data.get("breaks", ())]
    if not values:
        return []
    x = _years(chart)
    rule = {"mark": {"type": "rule", "strokeDash": [5, 4], "strokeWidth": 1.2, "color": BREAK[theme]}, "encoding": {"x": x}}
    words = {
        "mark": {"type": "text", "color": BREAK[theme], "align": "left", "dx": 4, "baseline": "top", "y": 2, "fontSize": 11},
        "encoding": {"x": x, "text": {"field": "note"}},
    }
    return [{"data": {"values": values}, **layer} for layer in (rule, words)]


def _lines(chart: Chart, theme: Theme) -> dict[str, Any]:
    """Lines over the years: whole where the measure is the same, dashed over a break, none over a year without a report."""
    joined, dots = [], []
    for line in chart.data["lines"]:
        joined += [
            {"line": line.label, "year": one.first.year, "to": one.second.year, "y": one.first.value, "y2": one.second.value,
             "broken": one.broken}
            for one in series.segments(line.points)
        ]  # fmt: skip
        dots += [
            {"line": line.label, "year": one.year, "y": one.value, "origin": one.origin} for one in line.points if one.value is not None
        ]
    labels = [line.label for line in chart.data["lines"]]
    color = {"field": "line", "type": "nominal", "scale": {"domain": labels}, "legend": {} if len(labels) > 1 else None}
    y = {"type": "quantitative", "axis": {"title": chart.axis.get("y"), "tickCount": 5, "format": "~s" if _large(dots) else "~r"}}
    dash = {"field": "broken", "scale": {"domain": [False, True], "range": [[1, 0], [4, 4]]}, "legend": None}
    shape = {"field": "origin", "scale": {"domain": ["table", "prose"], "range": ["circle", "diamond"]}, "legend": None}
    segment = {
        "data": {"values": joined},
        "mark": {"type": "rule", "strokeWidth": 2.2, "strokeCap": "round"},
        "encoding": {
            "x": _years(chart),
            "x2": {"field": "to"},
            "y": {"field": "y", **y},
            "y2": {"field": "y2"},
            "color": color,
            "strokeDash": dash,
        },
    }
    dot = {
        "data": {"values": dots},
        "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
        "encoding": {"x": _years(chart), "y": {"field": "y", **y}, "color": color, "shape": shape},
    }
    return {"layer": [*([segment] if joined else []), dot, *_break_layers(chart, theme)]}


def _large(values: Sequence[Mapping[str, Any]]) -> bool:
    return any(abs(one["y"]) >= 100_000 for one in values)


def _bars(chart: Chart, theme: Theme) -> dict[str, Any]:
    """Bars over the years, in parts one on the other, three quarters of a year wide."""
    first, last = chart.data["years"]
    bars = {
        "data": {"values": chart.data["values"]},
        "mark": {"type": "bar", "width": {"expr": f"min(44, 0.75 * width / {last - first + 1})"}},
        "encoding": {
            "x": _years(chart),
            "y": {"field": "y", "type": "quantitative", "axis": {"title": chart.axis.get("y"), "tickCount": 5, "format": "~s"}},
            "color": {"field": "part", "type": "nominal", "scale": {"domain": chart.data["parts"]},
                      "legend": {} if len(chart.data["parts"]) > 1 else None},
            "order": {"field": "order"},
        },
    }  # fmt: skip
    return {"layer": [bars, *_break_layers(chart, theme)]}


def _dots(chart: Chart, theme: Theme) -> dict[str, Any]:
    """Days from the deadline: above the line late, below it in time."""
    color = {
        "field": "late",
        "type": "nominal",
        "scale": {"domain": [False, True], "range": [LINES[theme][2], BREAK[theme]]},
        "legend": None,
    }
    y = {"field": "y", "type": "quantitative", "axis": {"title": chart.axis.get("y"), "tickCount": 5}}
    zero = {"data": {"values": [{"y": 0}]}, "mark": {"type": "rule", "color": INK[theme], "strokeWidth": 1.2}, "encoding": {"y": y}}
    data = {"values": [{**one, "zero": 0} for one in chart.data["values"]]}
    stem = {
        "data": data,
        "mark": {"type": "rule", "strokeWidth": 2},
        "encoding": {"x": _years(chart), "y": {"field": "zero", "type": "quantitative"}, "y2": {"field": "y"}, "color": color},
    }
    dot = {
        "data": data,
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {"x": _years(chart), "y": y, "color": color},
    }
    return {"layer": [zero, stem, dot]}


def _heat(chart: Chart, theme: Theme) -> dict[str, Any]:
    """A square for each pair of a row and a year, the darker the more."""
    color = {"field": "n", "type": "quantitative", "scale": {"range": HEAT[theme], "type": "sqrt", "zero": True}, "legend": None}
    x = {"field": "year", "type": "ordinal", "axis": {"title": None, "labelAngle": -90, "grid": False, "domain": False}}
    y = {
        "field": "row",
        "type": "ordinal",
        "sort": chart.data["rows"],
        "axis": {"title": None, "grid": False, "domain": False, "ticks": False},
    }
    return {
        "data": {"values": chart.data["values"]},
        "mark": {"type": "rect", "stroke": "#fff" if theme == "light" else "#14191d", "strokeWidth": 1.5, "cornerRadius": 2},
        "encoding": {"x": x, "y": y, "color": color},
    }
