"""The map of eGFR and albumin in urine with "you" on it."""

from __future__ import annotations

from typing import Any

from backend.record.figures.style import COLOURS, Locale, Picture, Said, Theme, layout, said, words
from models import ckd

HEAT: dict[Theme, dict[str, str]] = {
    "light": {"green": "#cfe6d9", "yellow": "#f7e6a8", "orange": "#f4c59a", "red": "#e9a3a0"},
    "dark": {"green": "#2f5a47", "yellow": "#6b5c1e", "orange": "#7a4a1f", "red": "#7c3231"},
}
MARKS = {"green": "○", "yellow": "△", "orange": "▲", "red": "■"}
STAGES = ("G1", "G2", "G3a", "G3b", "G4", "G5")


def ckd_map(
    *,
    g: str,
    a: str | None,
    takeaway: Said | None = None,
    theme: Theme = "light",
    locale: Locale = "ja",
) -> Picture:
    """The KDIGO map with a sign as well as a colour in each cell; without `a` the whole row `g` is marked.

    `g` is G1..G5 (G3a, G3b), `a` A1..A3 or None where no albumin or protein was measured. One result is "check
    again", never a disease: the takeaway says so. Raises ValueError for another stage.
    """
    columns: list[str] = list(ckd.HEAT["a_categories"]["names"])
    if g not in STAGES or (a is not None and a not in columns):
        raise ValueError("no such stage")
    colours, tones, grid = COLOURS[theme], HEAT[theme], ckd.HEAT["colours"]
    cells = [(x, y, grid[name][x]) for y, name in enumerate(STAGES) for x in range(len(columns))]
    shapes: list[dict[str, Any]] = [
        {
            "type": "rect",
            "x0": x,
            "x1": x + 1,
            "y0": y,
            "y1": y + 1,
            "fillcolor": tones[tone],
            "line": {"width": 1, "color": colours["grid"]},
            "layer": "below",
        }
        for x, y, tone in cells
    ]
    row = STAGES.index(g)
    first, end = (0, len(columns)) if a is None else (columns.index(a), columns.index(a) + 1)
    shapes.append(
        {
            "type": "rect",
            "x0": first + 0.03,
            "x1": end - 0.03,
            "y0": row + 0.05,
            "y1": row + 0.95,
            "line": {"width": 3, "color": colours["text"]},
        }
    )
    word = words("people.you", locale)
    # In the first marked cell "you" stands above the cell's own sign, so that neither covers the other.
    signs = [f"<b>◆ {word}</b><br>{MARKS[tone]}" if (x, y) == (first, row) else MARKS[tone] for x, y, tone in cells]
    marks = {
        "type": "scatter",
        "mode": "text",
        "x": [x + 0.5 for x, _, _ in cells],
        "y": [y + 0.5 for _, y, _ in cells],
        "text": signs,
        "hoverinfo": "skip",
    }
    shown = layout(
        theme,
        height=300,
        margin={"t": 32},
        shapes=shapes,
        xaxis={
            "tickmode": "array",
            "tickvals": [n + 0.5 for n in range(len(columns))],
            "ticktext": columns,
            "side": "top",
            "range": [0, len(columns)],
            "showgrid": False,
        },
        yaxis={
            "tickmode": "array",
            "tickvals": [n + 0.5 for n in range(len(STAGES))],
            "ticktext": list(STAGES),
            "range": [len(STAGES), 0],
            "showgrid": False,
        },
    )
    if takeaway is None:
        takeaway = (
            said("ckd.row_only", stage=g)
            if a is None
            else said("ckd.cell", stage=g + a, colour=words(f"ckd.colour_{ckd.colour(g, a)}", locale))
        )
    return Picture(
        figure={"data": [marks], "layout": shown},
        takeaway=takeaway,
        head=(said("ckd.head_stage"), *(said("ckd.head_plain", value=name) for name in columns)),
        rows=tuple((name, *(words(f"ckd.colour_{tone}", locale) for tone in grid[name])) for name in STAGES),
    )
