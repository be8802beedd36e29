"""Colours, layout and words that all pictures share; every strong colour has 3:1 or more on its theme's card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from backend import base

Theme = Literal["light", "dark"]
Locale = Literal["ja", "ja-easy", "en"]
Cell = str | float | int | None

COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        "line": "#0b6e54",
        "second": "#0b4fb3",
        "you": "#b54708",
        "calm": "#8aa79d",
        "rest": "#71867f",
        "ok": "rgba(11,110,84,0.10)",
        "info": "rgba(11,79,179,0.08)",
        "attention": "rgba(184,76,0,0.12)",
        "now": "rgba(180,0,30,0.14)",
        "band": "rgba(11,79,179,0.14)",
        "inner": "rgba(11,79,179,0.26)",
        "text": "#1a1a1c",
        "soft": "#5b6b66",
        "grid": "rgba(0,0,0,0.10)",
        "mark": "#b84c00",
    },
    "dark": {
        "line": "#5fd3b0",
        "second": "#8db8ff",
        "you": "#ffa866",
        "calm": "#7fa396",
        "rest": "#8b9f98",
        "ok": "rgba(95,211,176,0.14)",
        "info": "rgba(141,184,255,0.12)",
        "attention": "rgba(255,158,92,0.18)",
        "now": "rgba(255,120,130,0.22)",
        "band": "rgba(141,184,255,0.18)",
        "inner": "rgba(141,184,255,0.32)",
        "text": "#f2f2f2",
        "soft": "#a9bab4",
        "grid": "rgba(255,255,255,0.16)",
        "mark": "#ff9e5c",
    },
}


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence or a column's head as message key and parameters."""

    key: str
    params: Mapping[str, str | int | float] = {}

    def put(self, locale: Locale) -> str:
        """In words, without ruby."""
        return base.say(self.key, locale, **self.params)


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A Plotly figure ({"data", "layout"}, plain JSON), its one-sentence takeaway and its table."""

    figure: dict[str, Any]
    takeaway: Said
    head: tuple[Said, ...]
    rows: tuple[tuple[Cell, ...], ...]


def said(key: str, **params: str | int | float) -> Said:
    """A sentence of `words_figures.json`."""
    return Said(key=f"record.figure.{key}", params=params)


def words(key: str, locale: Locale, **params: str | int | float) -> str:
    """A label of `words_figures.json` in a language, without ruby: a chart cannot print it."""
    return said(key, **params).put(locale)


def axis(theme: Theme, **more: Any) -> dict[str, Any]:
    """An axis with the theme's grid; the finger scrolls the page and never drags the chart."""
    colours = COLOURS[theme]
    return {
        "gridcolor": colours["grid"],
        "linecolor": colours["grid"],
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    } | more


NO_AXIS: dict[str, Any] = {"visible": False, "showgrid": False}


def layout(theme: Theme, *, height: int, **more: Any) -> dict[str, Any]:
    """The layout of all pictures: clear ground, the text colour of the page; mappings in `more` are merged in."""
    found: dict[str, Any] = {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": COLOURS[theme]["text"], "size": 14},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "height": height,
        "xaxis": axis(theme),
        "yaxis": axis(theme),
    }
    for name, value in more.items():
        found[name] = found[name] | value if isinstance(found.get(name), dict) else value
    return found


def hidden_line(x: Sequence[Any], y: Sequence[float | None], **more: Any) -> dict[str, Any]:
    """A line that is only the edge of a band."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    } | more
