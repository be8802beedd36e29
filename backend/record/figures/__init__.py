"""Pictures as Plotly figures: one builder for the phone, the notebook and the report. Pure.

Every builder takes values that are already in the unit to be drawn, `theme` and `locale`, and gives a `Picture`:
the figure ({"data", "layout"}, traces of plotly.js-basic only), one sentence to take away (a message key with
parameters; `takeaway=` puts another sentence in its place) and the table behind it. Colour is never alone: a shape
or a word stands beside it. Chances are absolute, of 100 people, with their horizon and both frames; below 1 % no
number is printed; there is no builder for a relative risk.

    trend(points=, name=, unit=, decimals=, bands=, second=, is_counted=, is_long=, flag_word=)
    distribution(classes=[ClassBar(label=, low=, high=, is_mine=, people=)], item=, group=)
    icon_array(percent=, outcome=Said(key=...), years=, baseline_percent=, baseline=Said(key=...))
    ckd_map(g="G3a", a="A1" or None)
    growth(curves={50: [(age_months, value), ...]}, own=[Measured(age_months=, value=)], name=, unit=, is_corrected=)
    agp(profile=models.cgm.profile(...))
"""

from backend.record.figures.curves import Band, Measured, Point, agp, growth, trend
from backend.record.figures.kidney import ckd_map
from backend.record.figures.people import ClassBar, distribution, icon_array, of_hundred, rest_of_hundred
from backend.record.figures.style import COLOURS, Locale, Picture, Said, Theme, axis, layout

__all__ = [
    "COLOURS",
    "Band",
    "ClassBar",
    "Locale",
    "Measured",
    "Picture",
    "Point",
    "Said",
    "Theme",
    "agp",
    "axis",
    "ckd_map",
    "distribution",
    "growth",
    "icon_array",
    "layout",
    "of_hundred",
    "rest_of_hundred",
    "trend",
]
