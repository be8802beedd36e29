"""Plotly figures as plain JSON: the same builders draw for the phone, the notebooks and the report.

Only traces of plotly.js-basic are used (scatter, bar). Colour is never alone: shape and words stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

from backend.risk.model import ClassShare, Contribution

Theme = Literal["light", "dark"]
Say = Callable[[str], str]

COLOURS: dict[Theme, dict[str, str]] = {
    "light": {"ink": "#1b2b27", "soft": "#5b6b66", "line": "#dfe8e4", "rest": "#9fb3ac", "you": "#b54708",
              "calm": "#8aa79d", "paper": "rgba(0,0,0,0)"},
    "dark": {"ink": "#e7efec", "soft": "#a9bab4", "line": "#32433e", "rest": "#6f837c", "you": "#ffa866",
             "calm": "#7fa396", "paper": "rgba(0,0,0,0)"},
}  # fmt: skip


def _layout(theme: Theme, **more: Any) -> dict[str, Any]:
    colours = COLOURS[theme]
    axis = {"gridcolor": colours["line"], "zeroline": False, "fixedrange": True, "automargin": True}
    base: dict[str, Any] = {
        "paper_bgcolor": colours["paper"],
        "plot_bgcolor": colours["paper"],
        "font": {"color": colours["ink"], "size": 14},
        "margin": {"l": 12, "r": 12, "t": 24, "b": 12},
        "showlegend": False,
        "dragmode": False,
        "xaxis": dict(axis),
        "yaxis": dict(axis),
    }
    for name, value in more.items():
        base[name] = base[name] | value if isinstance(base.get(name), dict) else value
    return base


def _no_axis() -> dict[str, Any]:
    return {"visible": False, "showgrid": False}


def icon_array(
    *, filled: int, words: tuple[str, str], baseline: int | None = None, theme: Theme = "light"
) -> dict[str, Any]:
    """Draw 100 people, `filled` of them as full diamonds; `words` names both groups; a ring marks the baseline's share.

    Raises ValueError outside 0..100.
    """
    if not 0 <= filled <= 100:
        raise ValueError("0 to 100 people can be filled")
    colours = COLOURS[theme]
    places = [(n % 10, n // 10) for n in range(100)]

    def people(chosen: Sequence[tuple[int, int]], symbol: str, colour: str, name: str) -> dict[str, Any]:
        return {
            "type": "scatter", "mode": "markers", "name": name,
            "x": [x for x, _ in chosen], "y": [y for _, y in chosen],
            "marker": {"symbol": symbol, "size": 18, "color": colour, "line": {"width": 2, "color": colour}},
            "hovertemplate": f"{name}<extra></extra>",
        }  # fmt: skip

    traces = [
        people(places[:filled], "diamond", colours["you"], words[0]),
        people(places[filled:], "circle-open", colours["rest"], words[1]),
    ]
    shapes = []
    if baseline is not None and baseline < filled:
        shapes = [
            {"type": "line", "x0": x - 0.3, "x1": x + 0.3, "y0": y + 0.42, "y1": y + 0.42,
             "line": {"color": colours["ink"], "width": 3}}
            for x, y in places[:baseline]
        ]  # fmt: skip
    return {
        "data": traces,
        "layout": _layout(
            theme, xaxis=_no_axis() | {"range": [-0.6, 9.6]}, yaxis=_no_axis() | {"range": [9.7, -0.7]}, shapes=shapes,
            height=360,
        ),
    }  # fmt: skip


def distribution(
    *, classes: Sequence[ClassShare], names: Sequence[str], you: str, theme: Theme = "light"
) -> dict[str, Any]:
    """Draw shares of people per class with "you" above one's own; hidden cells show their range as a whisker."""
    colours = COLOURS[theme]
    low = [c.share_percent_range[0] for c in classes]
    high = [c.share_percent_range[1] for c in classes]
    middle = [
        c.share_percent if c.share_percent is not None else round((a + b) / 2, 2)
        for c, a, b in zip(classes, low, high, strict=True)
    ]
    mine = [n for n, c in enumerate(classes) if c.is_mine]
    bars = {
        "type": "bar",
        "x": list(names),
        "y": middle,
        "marker": {"color": [colours["you"] if c.is_mine else colours["calm"] for c in classes]},
        "text": [f"{m:g} %" if c.share_percent is not None else f"{a:g}-{b:g} %"
                 for c, m, a, b in zip(classes, middle, low, high, strict=True)],
        "textposition": "outside",
        "cliponaxis": False,
        "error_y": {
            "type": "data", "symmetric": False, "visible": any(c.count is None for c in classes),
            "array": [round(b - m, 2) if c.count is None else 0 for c, m, b in zip(classes, middle, high, strict=True)],
            "arrayminus": [round(m - a, 2) if c.count is None else 0
                           for c, m, a in zip(classes, middle, low, strict=True)],
            "color": colours["soft"],
        },
        "hovertemplate": "%{x}: %{text}<extra></extra>",
    }  # fmt: skip
    top = max(high, default=1.0)
    arrow = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [names[n] for n in mine],
        "y": [top * 1.22 for _ in mine],
        "text": [you for _ in mine],
        "textposition": "top center",
        "marker": {"symbol": "triangle-down", "size": 14, "color": colours["you"]},
        "hoverinfo": "skip",
    }
    layout = _layout(
        theme, xaxis={"type": "category"}, yaxis={"visible": False, "range": [0, top * 1.45]}, height=260, bargap=0.12
    )
    return {"data": [bars, arrow], "layout": layout}


def small_multiples(
    *, panels: Sequence[tuple[str, Sequence[ClassShare]]], you: str, theme: Theme = "light"
) -> dict[str, Any]:
    """Draw one narrow stacked bar per item, left = lower values, own class in the strong colour with a mark."""
    colours = COLOURS[theme]
    data: list[dict[str, Any]] = []
    names = [name for name, _ in panels]
    longest = max((len(classes) for _, classes in panels), default=0)
    for at in range(longest):
        x, colour, hover = [], [], []
        for _, classes in panels:
            one = classes[at] if at < len(classes) else None
            x.append(0.0 if one is None else _middle(one))
            colour.append(colours["you"] if one is not None and one.is_mine else colours["calm"])
            hover.append("" if one is None else one.label)
        data.append(
            {
                "type": "bar", "orientation": "h", "y": names, "x": x, "customdata": hover,
                "marker": {"color": colour, "line": {"width": 1, "color": "#ffffff"}},
                "hovertemplate": "%{customdata}: %{x:.1f} %<extra></extra>",
            }
        )  # fmt: skip
    marks_x, marks_y = [], []
    for name, classes in panels:
        start = 0.0
        for one in classes:
            if one.is_mine:
                marks_x.append(round(start + _middle(one) / 2, 2))
                marks_y.append(name)
            start += _middle(one)
    data.append(
        {
            "type": "scatter", "mode": "markers", "x": marks_x, "y": marks_y, "name": you, "hoverinfo": "skip",
            "marker": {"symbol": "diamond", "size": 10, "color": "#ffffff",
                       "line": {"width": 2, "color": colours["ink"]}},
        }
    )  # fmt: skip
    layout = _layout(
        theme, barmode="stack", xaxis={"range": [0, 100], "ticksuffix": " %"}, yaxis={"autorange": "reversed"},
        height=60 + 44 * len(panels),
    )  # fmt: skip
    return {"data": data, "layout": layout}


def _middle(one: ClassShare) -> float:
    low, high = one.share_percent_range
    return one.share_percent if one.share_percent is not None else (low + high) / 2


def contributions(
    *, parts: Sequence[Contribution], names: Sequence[str], unit: str, theme: Theme = "light"
) -> dict[str, Any]:
    """Draw each part of a score as a bar out of its greatest possible amount; modifiable ones in the strong colour."""
    colours = COLOURS[theme]
    track = {
        "type": "bar", "orientation": "h", "y": list(names), "x": [p.highest for p in parts],
        "marker": {"color": colours["line"]}, "hoverinfo": "skip", "width": 0.5,
    }  # fmt: skip
    own = {
        "type": "bar", "orientation": "h", "y": list(names), "x": [p.amount for p in parts], "width": 0.5,
        "marker": {
            "color": [colours["you"] if p.is_modifiable else colours["calm"] for p in parts],
            "pattern": {"shape": ["" if p.is_modifiable else "/" for p in parts]},
        },
        "text": [f"+{p.amount:g}{unit}" for p in parts], "textposition": "outside", "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }  # fmt: skip
    layout = _layout(
        theme, barmode="overlay", yaxis={"autorange": "reversed"}, height=60 + 40 * len(parts),
        # Room at the right for the amount behind the longest bar.
        xaxis=_no_axis() | {"range": [0, 1.25 * max((p.highest for p in parts), default=1.0)]},
    )  # fmt: skip
    return {"data": [track, own], "layout": layout}
