"""Reference ranges: rows of a guideline with their source, shown only as far as their status allows. Pure."""

from __future__ import annotations

import csv
import math
from functools import cache
from importlib import resources

import msgspec

SHOWABLE = frozenset({"verified", "official_text"})
"""Other rows wait for an entry in docs/clinical-signoff.csv and are not in the table at all."""


class Range(msgspec.Struct, frozen=True, kw_only=True):
    """From `low` (included) up to `high` (not included), in the metric's own unit."""

    id: str
    metric: str
    context: str
    low: float | None
    high: float | None
    tone: str
    label: str
    status: str
    source: str

    def holds(self, value: float) -> bool:
        """Whether a value lies in this range."""
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@cache
def _table() -> dict[str, tuple[Range, ...]]:
    text = resources.files(__package__).joinpath("reference_ranges.csv").read_text(encoding="utf-8")
    found: dict[str, list[Range]] = {}
    for row in csv.DictReader(text.splitlines()):
        if row["status"] not in SHOWABLE:
            continue
        one = Range(
            id=row["id"],
            metric=row["metric"],
            context=row["context"],
            low=float(row["low"]) if row["low"] else None,
            high=float(row["high"]) if row["high"] else None,
            tone=row["tone"],
            label=row["label"],
            status=row["status"],
            source=row["source"],
        )
        found.setdefault(one.metric, []).append(one)
    return {metric: tuple(ranges) for metric, ranges in found.items()}


def ranges(metric: str, context: str = "") -> tuple[Range, ...]:
    """The ranges of a metric in a context ("home" or "office" for blood pressure), lowest first."""
    return tuple(one for one in _table().get(metric, ()) if one.context in ("", context))


def range_of(metric: str, value: float, context: str = "") -> Range | None:
    """The range that a value as printed lies in, or None where no row speaks of it."""
    return next((one for one in ranges(metric, context) if one.holds(value)), None)


def printed(value: float, decimals: int) -> float:
    """The value as the screen prints it (half up), so that the word fits the number beside it."""
    scale = 10.0**decimals
    return math.floor(value * scale + 0.5) / scale


_TONES = ("ok", "info", "attention", "now")


def blood_pressure(sbp: float, dbp: float, context: str) -> Range:
    """The range of a pair as printed: that of the two which asks for more."""
    upper = range_of("sbp_mmhg", printed(sbp, 0), context)
    lower = range_of("dbp_mmhg", printed(dbp, 0), context)
    if upper is None or lower is None:
        raise ValueError(f"no ranges for {context!r}")
    return max(upper, lower, key=lambda one: _TONES.index(one.tone))
