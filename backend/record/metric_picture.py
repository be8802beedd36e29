"""The picture of a metric's page: its values in the unit asked for, on the ranges that hold for the person. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from backend import base
from backend.record import catalogue, figures, present
from backend.record.figures import Locale, Picture, Theme
from backend.record.metric_page import Trend, gaps, ranges_of, sentence


def trend_figure(found: Trend, *, theme: Theme = "light", locale: Locale = "ja") -> Picture:
    """The trend of a metric with its reference bands; gaps break the line, the sentence is the page's own."""
    unit = found.unit
    said = sentence(found)
    return figures.trend(
        points=_points(found),
        name=_plain(present.name(found.metric), locale),
        unit=_plain(present.unit_label(found.metric, unit.unit), locale),
        decimals=unit.decimals,
        bands=[
            figures.Band(
                low=None if band.low is None else unit.shown(band.low),
                high=None if band.high is None else unit.shown(band.high),
                tone=band.tone,
            )
            for band in ranges_of(found)
        ],
        is_counted=bool(found.days) and catalogue.metric(found.metric).additive,
        is_long=(found.until - found.since).days > 180,
        flag_word=base.say("record.figure.trend.flag", locale),
        takeaway=figures.Said(key=said.key, params=said.params),
        theme=theme,
        locale=locale,
    )


def _plain(names: Any, locale: Locale) -> str:
    """A name without ruby: a chart cannot print it."""
    text = names.en if locale == "en" else names.ja if locale == "ja" else names.ja_easy
    out, rest = "", text
    while "{" in rest and "|" in rest:
        before, _, rest = rest.partition("{")
        word, _, rest = rest.partition("|")
        out, rest = out + before + word, rest.partition("}")[2]
    return str(out + rest)


def _points(found: Trend) -> list[figures.Point]:
    """The values with a break (a point without a value) on the first day of each gap."""
    shown = found.unit.shown
    if found.days:
        points = [
            figures.Point(at=one.day, value=shown(one.value), low=shown(one.low), high=shown(one.high))
            for one in found.days
        ]
    else:
        points = [
            figures.Point(
                at=at.date() if one.is_date_only else at,
                value=shown(one.value),
                flag=one.flag if one.flag in ("H", "L") else None,
            )
            for one in found.readings
            if isinstance(one.value, float)
            for at in [one.start.astimezone(base.TOKYO)]
        ]
    breaks = {gap.since for gap in gaps(found.dated, is_daily=bool(found.days))}
    out: list[figures.Point] = []
    before = None
    for point in points:
        day = point.at.date() if isinstance(point.at, datetime) else point.at
        after = None if before is None else before + timedelta(days=1)
        if after is not None and after in breaks and before != day:
            out.append(figures.Point(at=after, value=None))
        out.append(point)
        before = day
    return out
