"""Pictures along time: a trend with its reference bands, a child's growth, a day of glucose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from backend.record.figures.style import COLOURS, Locale, Picture, Said, Theme, axis, hidden_line, layout, said, words
from models import cgm

Tone = Literal["ok", "info", "attention", "now"]


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """A reference range in the unit drawn, from `low` up to `high`; an open end reaches the edge."""

    low: float | None
    high: float | None
    tone: str = "ok"


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One value: a date or a moment; `value` None breaks the line. `low`, `high`: what a day ranged over."""

    at: date | datetime
    value: float | None
    low: float | None = None
    high: float | None = None
    flag: Literal["H", "L"] | None = None


def trend(
    *,
    points: Sequence[Point],
    name: str,
    unit: str,
    decimals: int = 0,
    bands: Sequence[Band] = (),
    second: Sequence[Point] = (),
    is_counted: bool = False,
    is_long: bool = False,
    flag_word: str = "",
    takeaway: Said | None = None,
    theme: Theme = "light",
    locale: Locale = "ja",
) -> Picture:
    """Values over time on their reference bands; `second` is a line of the same unit (lower blood pressure).

    `is_counted` draws bars from zero (steps); `is_long` prints months under the axis.
    """
    colours = COLOURS[theme]
    hover = f"%{{x|%Y-%m-%d}}<br>%{{y:.{decimals}f}} {unit}<extra></extra>"
    data: list[dict[str, Any]] = []
    if is_counted:
        data.append(
            {
                "type": "bar",
                "name": name,
                "x": [_iso(one.at) for one in points],
                "y": [one.value for one in points],
                "marker": {"color": colours["line"]},
                "hovertemplate": hover,
            }
        )
    else:
        ranged = [one for one in points if one.low is not None and one.high is not None and one.low != one.high]
        if ranged:
            days = [_iso(one.at) for one in ranged]
            data.append(hidden_line(days, [one.low for one in ranged]))
            data.append(hidden_line(days, [one.high for one in ranged], fill="tonexty", fillcolor=colours["ok"]))
        for line, colour, dash in ((points, colours["line"], "solid"), (second, colours["second"], "dot")):
            if line:
                data.append(
                    {
                        "type": "scatter",
                        "mode": "lines+markers",
                        "name": name,
                        "x": [_iso(one.at) for one in line],
                        "y": [one.value for one in line],
                        "connectgaps": False,
                        "line": {"color": colour, "width": 2, "dash": dash},
                        "marker": {"color": colour, "size": 7 if len(line) < 60 else 4},
                        "hovertemplate": hover,
                    }
                )
        marked = [one for one in points if one.flag and one.value is not None]
        if marked:
            data.append(
                {
                    "type": "scatter",
                    "mode": "markers",
                    "name": flag_word,
                    "x": [_iso(one.at) for one in marked],
                    "y": [one.value for one in marked],
                    "text": [one.flag for one in marked],
                    "marker": {
                        "symbol": ["triangle-up" if one.flag == "H" else "triangle-down" for one in marked],
                        "size": 12,
                        "color": colours["mark"],
                    },
                    "hovertemplate": "%{text}<extra></extra>",
                }
            )
    numbers = [(one.at, one.value) for one in points if one.value is not None]
    low, high = _extent([value for _, value in numbers] + [o.value for o in second if o.value is not None], bands)
    bottom = 0.0 if is_counted else low
    shown = layout(
        theme,
        height=300,
        margin={"l": 48, "r": 12, "t": 8, "b": 40},
        xaxis=axis(
            theme,
            type="date",
            hoverformat="%Y-%m-%d",
            tickformat="%Y-%m" if is_long else "%m/%d",
            nticks=5,
            fixedrange=False,
        ),
        yaxis=axis(theme, title={"text": unit}, range=[bottom, high], fixedrange=False),
        shapes=[_rectangle(band, bottom, high, theme) for band in bands],
        meta={"name": name, "unit": unit},
    )
    return Picture(
        figure={"data": data, "layout": shown},
        takeaway=takeaway or _trend_takeaway(numbers, name, unit, decimals),
        head=(said("trend.head_day"), said("trend.head_value", name=name, unit=unit)),
        rows=tuple((_iso(at), round(value, decimals)) for at, value in numbers),
    )


def _iso(at: date | datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S") if isinstance(at, datetime) else at.isoformat()


def _extent(values: Sequence[float], bands: Sequence[Band]) -> tuple[float, float]:
    """From the lowest to the highest value, the edges of the bands included, with air."""
    edges = [edge for band in bands for edge in (band.low, band.high) if edge is not None]
    low, high = min([*values, *edges], default=0.0), max([*values, *edges], default=1.0)
    margin = (high - low) * 0.08 or 1.0
    return low - margin, high + margin


def _rectangle(band: Band, bottom: float, top: float, theme: Theme) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": bottom if band.low is None else band.low,
        "y1": top if band.high is None else band.high,
        "fillcolor": COLOURS[theme][band.tone],
        "line": {"width": 0},
        "layer": "below",
    }


def _trend_takeaway(numbers: Sequence[tuple[date | datetime, float]], name: str, unit: str, decimals: int) -> Said:
    if not numbers:
        return said("trend.nothing", name=name)
    (first_at, first), (last_at, last) = numbers[0], numbers[-1]
    params: dict[str, str | int | float] = {
        "name": name,
        "unit": unit,
        "value": f"{last:,.{decimals}f}",
        "day": _iso(last_at)[:10],
    }
    if len(numbers) == 1:
        return said("trend.one", **params)
    change = round(last, decimals) - round(first, decimals)
    key = "same" if round(change, 6) == 0 else "up" if change > 0 else "down"
    return said(f"trend.{key}", **params, change=f"{abs(change):,.{decimals}f}", first_day=_iso(first_at)[:10])


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A child's value at an age in months (corrected, where that is the rule)."""

    age_months: float
    value: float


def growth(
    *,
    curves: Mapping[int, Sequence[tuple[float, float]]],
    own: Sequence[Measured],
    name: str,
    unit: str,
    decimals: int = 1,
    is_corrected: bool = False,
    takeaway: Said | None = None,
    theme: Theme = "light",
    locale: Locale = "ja",
) -> Picture:
    """Growth curves: per percentile (3, 10, 25, 50, 75, 90, 97) its (age in months, value), and the child's values.

    Each curve carries its number at its right end; the child's values are large diamonds on a full line.
    """
    colours = COLOURS[theme]
    ordered = sorted(curves)
    data: list[dict[str, Any]] = []
    for place, percentile in enumerate(ordered):
        xs, ys = [x for x, _ in curves[percentile]], [y for _, y in curves[percentile]]
        if place > 0:
            lower = curves[ordered[place - 1]]
            if [x for x, _ in lower] == xs:
                middle = ordered[place - 1] >= 25 and percentile <= 75
                data.append(hidden_line(xs, [y for _, y in lower]))
                data.append(hidden_line(xs, ys, fill="tonexty", fillcolor=colours["inner" if middle else "band"]))
        data.append(
            {
                "type": "scatter",
                "mode": "lines+text",
                "name": f"{percentile}",
                "x": xs,
                "y": ys,
                "line": {
                    "color": colours["second"],
                    "width": 2 if percentile == 50 else 1,
                    "dash": "solid" if percentile == 50 else "dot",
                },
                "text": ["" for _ in xs[:-1]] + [f"{percentile}"],
                "textposition": "middle right",
                "cliponaxis": False,
                "hovertemplate": f"{percentile} %<br>%{{y:.{decimals}f}} {unit}<extra></extra>",
            }
        )
    data.append(
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": words("growth.child", locale),
            "x": [one.age_months for one in own],
            "y": [one.value for one in own],
            "line": {"color": colours["you"], "width": 3},
            "marker": {"symbol": "diamond", "size": 10, "color": colours["you"]},
            "hovertemplate": f"%{{x:.1f}}<br>%{{y:.{decimals}f}} {unit}<extra></extra>",
        }
    )
    shown = layout(
        theme,
        height=360,
        margin={"l": 44, "r": 30, "t": 8, "b": 48},
        xaxis={"title": {"text": words("growth.corrected" if is_corrected else "growth.age", locale)}, "nticks": 7},
        yaxis={"title": {"text": unit}},
    )
    if takeaway is None:
        last = max(own, key=lambda one: one.age_months) if own else None
        takeaway = (
            said("growth.nothing", name=name)
            if last is None
            else said(
                "growth.newest",
                name=name,
                unit=unit,
                value=f"{last.value:.{decimals}f}",
                months=f"{last.age_months:g}",
            )
        )
    return Picture(
        figure={"data": data, "layout": shown},
        takeaway=takeaway,
        head=(said("growth.head_age"), said("trend.head_value", name=name, unit=unit)),
        rows=tuple((round(one.age_months, 1), round(one.value, decimals)) for one in own),
    )


def agp(
    *, profile: cgm.DayProfile, theme: Theme = "light", locale: Locale = "ja", takeaway: Said | None = None
) -> Picture:
    """The ambulatory glucose profile: by time of day the 5/25/50/75/95th percentile, and the target range 70-180."""
    colours = COLOURS[theme]
    # 24:00 repeats 0:00, so that the band reaches the edge.
    hours = [at * 24 / len(profile.p50) for at in range(len(profile.p50) + 1)]

    def closed(line: Sequence[float | None]) -> list[float | None]:
        return [*line, line[0]]

    data = [
        hidden_line(hours, closed(profile.p5)),
        hidden_line(hours, closed(profile.p95), fill="tonexty", fillcolor=colours["band"]),
        hidden_line(hours, closed(profile.p25)),
        hidden_line(hours, closed(profile.p75), fill="tonexty", fillcolor=colours["inner"]),
        {
            "type": "scatter",
            "mode": "lines",
            "name": words("agp.median", locale),
            "x": hours,
            "y": closed(profile.p50),
            "line": {"color": colours["second"], "width": 3},
            "hovertemplate": "%{x:.0f} h<br>%{y:.0f} mg/dL<extra></extra>",
        },
    ]
    known = [value for value in profile.p95 if value is not None]
    top = max([300.0, *(value + 20 for value in known)])
    edges = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "yref": "y",
            "y0": edge,
            "y1": edge,
            "line": {"color": colours["line"], "width": 1.5, "dash": "dash"},
        }
        for edge in (70, 180)
    ]
    shown = layout(
        theme,
        height=300,
        margin={"l": 48, "r": 12, "t": 8, "b": 32},
        xaxis={
            "range": [0, 24.3],
            "tickmode": "array",
            "tickvals": [0, 6, 12, 18, 24],
            "ticktext": [words("agp.hour", locale, h=h) for h in (0, 6, 12, 18, 24)],
        },
        yaxis={"title": {"text": "mg/dL"}, "range": [40, top], "tickvals": [54, 70, 140, 180, 250, 350]},
        shapes=[_rectangle(Band(low=70, high=180, tone="ok"), 40, top, theme), *edges],
    )
    middle = [(value, at) for at, value in enumerate(profile.p50) if value is not None]
    if takeaway is None:
        highest, at = max(middle, key=lambda one: one[0], default=(0.0, 0))
        hour = at * 24 // max(len(profile.p50), 1)
        takeaway = said("agp.highest", value=f"{highest:.0f}", hour=hour) if middle else said("agp.nothing")
    step = max(1, len(profile.p50) // 24)
    lines = (profile.p5, profile.p25, profile.p50, profile.p75, profile.p95)
    return Picture(
        figure={"data": data, "layout": shown},
        takeaway=takeaway,
        head=(said("agp.head_time"), *(said("agp.head_percentile", p=p) for p in cgm.PERCENTILES)),
        rows=tuple(
            (
                f"{at * 24 // len(profile.p50):02d}:00",
                *(None if line[at] is None else round(line[at] or 0) for line in lines),
            )
            for at in range(0, len(profile.p50), step)
        ),
    )
