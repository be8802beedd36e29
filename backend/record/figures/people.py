"""Pictures of people: a hundred of them, and how they spread over the classes of a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from backend.record.figures.style import COLOURS, NO_AXIS, Locale, Picture, Said, Theme, layout, said, words

DENOMINATOR = 100
"""The one denominator of every chance that a person is told."""


def _array(affected: int, theme: Theme, names: tuple[str, str], panel: int, size: int) -> list[dict[str, Any]]:
    """100 people: diamonds are those it happens to, rings those it does not; the shape says it without the colour."""
    colours = COLOURS[theme]
    places = [(n % 10, n // 10) for n in range(DENOMINATOR)]
    axes = {} if panel == 0 else {"xaxis": "x2", "yaxis": "y2"}
    groups = (
        (places[:affected], "diamond", colours["you"], names[0]),
        (places[affected:], "circle-open", colours["rest"], names[1]),
    )
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": [x for x, _ in chosen],
            "y": [y for _, y in chosen],
            "marker": {"symbol": symbol, "size": size, "color": colour, "line": {"width": 1.5, "color": colour}},
            "hovertemplate": f"{name}<extra></extra>",
        }
        | axes
        for chosen, symbol, colour, name in groups
    ]


def icon_array(
    *,
    percent: float,
    outcome: Said,
    years: int,
    baseline_percent: float | None = None,
    baseline: Said | None = None,
    theme: Theme = "light",
    locale: Locale = "ja",
) -> Picture:
    """100 people, beside 100 of the baseline person: absolute, with its horizon, both frames, no relative risk.

    `percent` is the chance in `years` (0..100, as published: it is rounded here, and below 1 printed as "1 %未満");
    `outcome` completes "of 100 people, 6 ..." (e.g. 心血管の病気になる); `baseline` names the other person
    (e.g. 同じ年齢・性別で、危険因子のない人). Raises ValueError outside 0..100.
    """
    for one in (percent, baseline_percent):
        if one is not None and not 0 <= one <= DENOMINATOR:
            raise ValueError("a chance lies between 0 and 100 percent")
    if baseline_percent is not None and baseline is None:
        raise ValueError("the person beside needs a name")
    what = outcome.put(locale)
    names = (words("people.happens", locale, outcome=what), words("people.happens_not", locale, outcome=what))
    mine = whole(percent)
    has_two = baseline_percent is not None
    # Two times ten in a row must not touch on a narrow phone.
    size = 9 if has_two else 16
    data = _array(mine or 0, theme, names, 0, size)
    titles = [(0.0, words("people.you", locale), percent)]
    more: dict[str, Any] = {}
    if baseline_percent is not None and baseline is not None:
        data += _array(whole(baseline_percent) or 0, theme, names, 1, size)
        titles.append((0.55, baseline.put(locale), baseline_percent))
        more = {
            "xaxis2": NO_AXIS | {"range": [-0.7, 9.7], "domain": [0.55, 1.0], "fixedrange": True},
            "yaxis2": NO_AXIS | {"range": [9.7, -0.7], "anchor": "x2", "fixedrange": True},
        }
    annotations = [
        {
            "text": f"{_folded(name, 11 if has_two else 24)}<br><b>{of_hundred(chance, locale)}</b>",
            "x": x,
            "y": 1.0,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "align": "left",
            "showarrow": False,
        }
        for x, name, chance in titles
    ]
    lines = max(str(one["text"]).count("<br>") + 1 for one in annotations)
    shown = layout(
        theme,
        height=(200 if has_two else 300) + 20 * lines,
        margin={"t": 20 * lines + 6},
        xaxis=NO_AXIS | {"range": [-0.7, 9.7], "domain": [0, 0.45 if has_two else 1.0]},
        yaxis=NO_AXIS | {"range": [9.7, -0.7]},
        annotations=annotations,
        **more,
    )
    told = "people.takeaway_under_one" if mine is None else "people.takeaway"
    params: dict[str, str | int | float] = {"years": years, "outcome": what, "n": mine or 0, "rest": 100 - (mine or 0)}
    rows = [(words("people.you", locale), of_hundred(percent, locale), rest_of_hundred(percent, locale))]
    if baseline_percent is not None and baseline is not None:
        rows.append(
            (baseline.put(locale), of_hundred(baseline_percent, locale), rest_of_hundred(baseline_percent, locale))
        )
    return Picture(
        figure={"data": data, "layout": shown},
        takeaway=said(told, **params),
        head=(
            said("people.head_who"),
            said("people.happens", outcome=what),
            said("people.happens_not", outcome=what),
        ),
        rows=tuple(rows),
    )


def whole(percent: float) -> int | None:
    """People of a hundred, rounded half up; None for a chance below 1 %, which is never printed as a number."""
    return None if percent < 1 else int(percent + 0.5)


def of_hundred(percent: float, locale: Locale) -> str:
    """A chance as it is printed: "6 / 100", or "1 %未満"."""
    n = whole(percent)
    return words("people.under_one", locale) if n is None else words("people.of_hundred", locale, n=n)


def rest_of_hundred(percent: float, locale: Locale) -> str:
    """The other frame of the same chance."""
    n = whole(percent)
    return words("people.over_99", locale) if n is None else words("people.of_hundred", locale, n=DENOMINATOR - n)


def _folded(text: str, width: int) -> str:
    """A title in lines that fit half a phone: at spaces where there are some, else after `width` signs."""
    if " " not in text:
        return "<br>".join(text[at : at + width] for at in range(0, len(text), width))
    lines = [""]
    for part in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(part) >= width + 6:
            lines.append("")
        lines[-1] = f"{lines[-1]} {part}".strip()
    return "<br>".join(lines)


class ClassBar(msgspec.Struct, frozen=True, kw_only=True):
    """One class of a distribution: its limits as printed, and the share of people in percent.

    `low` and `high` differ where the publisher hides a small number: the share lies between them.
    """

    label: str
    low: float
    high: float
    is_mine: bool = False
    people: int | None = None


def distribution(
    *,
    classes: Sequence[ClassBar],
    item: str,
    group: str,
    theme: Theme = "light",
    locale: Locale = "ja",
    takeaway: Said | None = None,
) -> Picture:
    """Shares of people by class, lowest class on top, as lying bars: labels stay readable at 360 px.

    `item` is the item's name and `group` the people compared with (e.g. 全国・男性・55-59歳), both in words.
    The own class has a full bar, an arrow before its label and "you" behind its number.
    """
    colours = COLOURS[theme]
    labels = [f"<b>▶ {one.label}</b>" if one.is_mine else one.label for one in classes]
    middle = [round((one.low + one.high) / 2, 2) for one in classes]
    you = words("people.you", locale)
    written = [_share(one) for one in classes]
    has_hidden = any(one.low != one.high for one in classes)
    bars: dict[str, Any] = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(classes))),
        "x": middle,
        "width": 0.72,
        "marker": {
            "color": [colours["you"] if one.is_mine else colours["calm"] for one in classes],
            "pattern": {"shape": ["" if one.is_mine else "/" for one in classes], "fillmode": "overlay", "size": 5},
        },
        "text": [
            f"<b>{text}  ◀ {you}</b>" if one.is_mine else text for one, text in zip(classes, written, strict=True)
        ],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [one.label for one in classes],
        "hovertemplate": "%{customdata}: %{text}<extra></extra>",
    }
    if has_hidden:
        half = [round((one.high - one.low) / 2, 2) for one in classes]
        bars["error_x"] = {"type": "data", "array": half, "color": colours["soft"], "thickness": 1.5, "width": 4}
    top = max((one.high for one in classes), default=1.0) or 1.0
    shown = layout(
        theme,
        height=24 + 36 * len(classes),
        xaxis=NO_AXIS | {"range": [0, top * 1.75]},
        yaxis={
            "tickmode": "array",
            "tickvals": list(range(len(classes))),
            "ticktext": labels,
            "range": [len(classes) - 0.5, -0.5],
            "showgrid": False,
            "ticks": "",
        },
        bargap=0.2,
    )
    mine = next((one for one in classes if one.is_mine), None)
    if takeaway is None:
        takeaway = (
            said("distribution.no_you", item=item, group=group)
            if mine is None
            else said("distribution.you", item=item, group=group, label=mine.label, share=_share(mine))
        )
    return Picture(
        figure={"data": [bars], "layout": shown},
        takeaway=takeaway,
        head=(said("distribution.head_class"), said("distribution.head_share"), said("distribution.head_people")),
        rows=tuple(
            (f"{one.label} ({you})" if one.is_mine else one.label, text, one.people)
            for one, text in zip(classes, written, strict=True)
        ),
    )


def _share(one: ClassBar) -> str:
    return f"{one.low:g} %" if one.low == one.high else f"{one.low:g}-{one.high:g} %"
