"""Plotly figures of the record, built here for the phone, the notebook and the report alike. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from backend import base
from backend.record import catalogue, present, reference
from backend.record.metric_page import Trend, gaps, ranges_of

Theme = Literal["light", "dark"]
Locale = Literal["ja", "ja-easy", "en"]

PALETTE: dict[Theme, dict[str, str]] = {
    "light": {
        "line": "#0b6e54",
        "second": "#0b4fb3",
        "ok": "rgba(11,110,84,0.10)",
        "info": "rgba(11,79,179,0.08)",
        "attention": "rgba(184,76,0,0.12)",
        "now": "rgba(180,0,30,0.14)",
        "text": "#1a1a1c",
        "grid": "rgba(0,0,0,0.10)",
        "mark": "#b84c00",
    },
    "dark": {
        "line": "#5fd3b0",
        "second": "#8db8ff",
        "ok": "rgba(95,211,176,0.14)",
        "info": "rgba(141,184,255,0.12)",
        "attention": "rgba(255,158,92,0.18)",
        "now": "rgba(255,120,130,0.22)",
        "text": "#f2f2f2",
        "grid": "rgba(255,255,255,0.16)",
        "mark": "#ff9e5c",
    },
}
"""Each line colour has a contrast of 3:1 or more on the card of its theme."""


def trend_figure(found: Trend, *, theme: Theme = "light", locale: Locale = "ja") -> tuple[list[Any], dict[str, Any]]:
    """Data and layout of a metric's trend with its reference bands; gaps break the line.

    The background is transparent, so that the page's own shows. Labels carry no ruby: a chart cannot.
    """
    colours = PALETTE[theme]
    unit = found.unit
    label = _plain(present.unit_label(found.metric, unit.unit), locale)
    name = _plain(present.name(found.metric), locale)
    dated = [(day, unit.shown(value)) for day, value in found.dated]
    xs, ys = _with_breaks(found, dated)
    is_counted = catalogue.metric(found.metric).additive
    hover = f"%{{x|%Y-%m-%d}}<br>%{{y:.{unit.decimals}f}} {label}<extra></extra>"
    if is_counted and found.days:
        data: list[Any] = [
            {
                "type": "bar",
                "name": name,
                "x": [day.isoformat() for day, _ in dated],
                "y": [value for _, value in dated],
                "marker": {"color": colours["line"]},
                "hovertemplate": hover,
            }
        ]
    else:
        data = _range_lines(found, colours, label)
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": xs,
                "y": ys,
                "connectgaps": False,
                "line": {"color": colours["line"], "width": 2},
                "marker": {"color": colours["line"], "size": 7 if len(dated) < 60 else 4},
                "hovertemplate": hover,
            }
        )
        data += _flags(found, colours, locale)
    return data, _layout(found, dated, colours, name, label)


def _plain(names: Any, locale: Locale) -> str:
    """A name without ruby; the easy name's own words are kept, its readings dropped."""
    text = names.en if locale == "en" else names.ja if locale == "ja" else names.ja_easy
    out, rest = "", text
    while "{" in rest and "|" in rest:
        before, _, rest = rest.partition("{")
        word, _, rest = rest.partition("|")
        out, rest = out + before + word, rest.partition("}")[2]
    return str(out + rest)


def _with_breaks(found: Trend, dated: list[tuple[date, float]]) -> tuple[list[str], list[float | None]]:
    breaks = {gap.since for gap in gaps(found.dated, is_daily=bool(found.days))}
    xs: list[str] = []
    ys: list[float | None] = []
    moments: list[str] = (
        [day.isoformat() for day, _ in dated]
        if found.days
        else [
            one.start.astimezone(base.TOKYO).strftime("%Y-%m-%d" if one.is_date_only else "%Y-%m-%dT%H:%M:%S")
            for one in found.readings
            if isinstance(one.value, float)
        ]
    )
    before: date | None = None
    for moment, (day, value) in zip(moments, dated, strict=True):
        if before is not None and before != day and before + timedelta(days=1) in breaks:
            xs.append((before + timedelta(days=1)).isoformat())
            ys.append(None)
        xs.append(moment)
        ys.append(value)
        before = day
    return xs, ys


def _range_lines(found: Trend, colours: dict[str, str], label: str) -> list[Any]:
    """Lowest and highest of each day as a pale band, where a day has several values."""
    if not any(one.n > 1 for one in found.days):
        return []
    shown = found.unit.shown
    days = [one.day.isoformat() for one in found.days]
    hidden = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        hidden | {"x": days, "y": [shown(one.low) for one in found.days]},
        hidden
        | {"x": days, "y": [shown(one.high) for one in found.days], "fill": "tonexty", "fillcolor": colours["ok"]},
    ]


def _flags(found: Trend, colours: dict[str, str], locale: Locale) -> list[Any]:
    """Values that their own document marked H or L, by shape as well as by colour."""
    marked = [one for one in found.readings if one.flag in ("H", "L") and isinstance(one.value, float)]
    if not marked:
        return []
    words = {"ja": "健診の判定", "ja-easy": "健診の判定", "en": "Mark on the report"}
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": words[locale],
            "x": [one.start.astimezone(base.TOKYO).strftime("%Y-%m-%d") for one in marked],
            "y": [found.unit.shown(one.value) for one in marked if isinstance(one.value, float)],
            "text": [one.flag for one in marked],
            "marker": {
                "symbol": ["triangle-up" if one.flag == "H" else "triangle-down" for one in marked],
                "size": 12,
                "color": colours["mark"],
            },
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def _layout(
    found: Trend, dated: list[tuple[date, float]], colours: dict[str, str], name: str, label: str
) -> dict[str, Any]:
    shown = found.unit.shown
    values = [value for _, value in dated]
    bands = ranges_of(found)
    edges = [shown(edge) for band in bands for edge in (band.low, band.high) if edge is not None]
    # The nearest edges are shown even when all values lie far from them.
    low, high = min([*values, *edges], default=0.0), max([*values, *edges], default=1.0)
    margin = (high - low) * 0.08 or 1.0
    bottom = 0.0 if found.days and catalogue.metric(found.metric).additive else low - margin
    axis = {"gridcolor": colours["grid"], "linecolor": colours["grid"], "zeroline": False, "fixedrange": False}
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": colours["text"], "size": 14},
        "margin": {"l": 48, "r": 12, "t": 8, "b": 40},
        "showlegend": False,
        "hovermode": "closest",
        "xaxis": axis
        | {"type": "date", "hoverformat": "%Y-%m-%d", "tickformat": "%Y-%m" if _is_long(found) else "%m/%d"},
        "yaxis": axis | {"title": {"text": label}, "range": [bottom, high + margin]},
        "shapes": [_band(band, shown, bottom, high + margin, colours) for band in bands],
        "meta": {"name": name, "unit": label},
    }


def _is_long(found: Trend) -> bool:
    return (found.until - found.since).days > 180


def _band(band: reference.Range, shown: Any, bottom: float, top: float, colours: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": bottom if band.low is None else shown(band.low),
        "y1": top if band.high is None else shown(band.high),
        "fillcolor": colours[band.tone],
        "line": {"width": 0},
        "layer": "below",
    }
