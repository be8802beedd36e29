"""Continuous glucose: times in range, mean, GMI, CV and the day's profile, as the international consensus defines them.

Where tools disagree the consensus counts: 70 and 180 mg/dL lie inside the target (one public tool leaves 180 out),
and the spread is the sample standard deviation.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
DEFINITION: dict[str, Any] = load_json(FOLDER, "definition.json")
RANGES = DEFINITION["ranges_mg_dl"]
DAYS: int = DEFINITION["enough"]["days"]
ENOUGH_PERCENT: float = DEFINITION["enough"]["active_percent"]
PERCENTILES = (5, 25, 50, 75, 95)

Numbers = npt.NDArray[np.float64]
Moments = npt.NDArray[np.int64]

_MINUTE = 60_000
_DAY = 24 * 60 * _MINUTE
_FEWEST_IN_A_SLOT = 5
_LOWEST, _HIGHEST = 10.0, 1000.0
"""What a sensor can print, in mg/dL; anything else is no glucose."""


@dataclass(frozen=True)
class Metrics:
    """Percentages are of the readings; mean and SD in mg/dL; `sd_sample` is NaN for a single reading."""

    n: int
    mean: float
    sd_pop: float
    sd_sample: float
    cv_sample_pct: float
    gmi_pct: float
    ea1c_pct: float
    tbr2_lt54: float
    tbr1_54_69: float
    tir_70_180: float
    titr_70_140: float
    tar1_181_250: float
    tar2_gt250: float
    tir_pregnancy_63_140: float
    lbgi: float
    hbgi: float
    gri: float
    j_index: float

    def as_json(self) -> dict[str, float]:
        """Return the metrics by name."""
        return asdict(self)


def metrics(glucose: Sequence[float] | Numbers) -> Metrics:
    """Return all metrics of a trace in mg/dL; raises BadInputError for an empty trace or a value that is no glucose."""
    g = np.asarray(glucose, np.float64)
    if not len(g) or not np.isfinite(g).all() or g.min() < _LOWEST or g.max() > _HIGHEST:
        raise BadInputError("glucose", "no trace in mg/dL")

    def share(inside: npt.NDArray[np.bool_]) -> float:
        return float(100 * np.count_nonzero(inside) / len(g))

    def within(name: str) -> float:
        low, high = RANGES[name]
        return share((g >= low) & (g <= high))

    mean = float(g.mean())
    sd = float(g.std(ddof=1)) if len(g) > 1 else math.nan
    very_low = share(g < RANGES["very_low_below"])
    low = share((g >= RANGES["very_low_below"]) & (g < RANGES["low_below"]))
    high = share((g > RANGES["high_above"]) & (g <= RANGES["very_high_above"]))
    very_high = share(g > RANGES["very_high_above"])
    index, weights = DEFINITION["risk_index"], DEFINITION["gri"]
    f = index["scale"] * (np.log(g) ** index["power"] - index["minus"])
    gri = (
        weights["very_low"] * very_low
        + weights["low"] * low
        + weights["very_high"] * very_high
        + weights["high"] * high
    )
    return Metrics(
        n=len(g),
        mean=mean,
        sd_pop=float(g.std()),
        sd_sample=sd,
        cv_sample_pct=100 * sd / mean,
        gmi_pct=DEFINITION["gmi"]["constant"] + DEFINITION["gmi"]["slope"] * mean,
        ea1c_pct=(DEFINITION["ea1c"]["plus"] + mean) / DEFINITION["ea1c"]["over"],
        tbr2_lt54=very_low,
        tbr1_54_69=low,
        tir_70_180=within("target"),
        titr_70_140=within("tight_target"),
        tar1_181_250=high,
        tar2_gt250=very_high,
        tir_pregnancy_63_140=within("pregnancy_target"),
        lbgi=float(np.where(f < 0, 10 * f * f, 0.0).mean()),
        hbgi=float(np.where(f > 0, 10 * f * f, 0.0).mean()),
        gri=min(gri, 100.0),
        j_index=0.001 * (mean + sd) ** 2,
    )


@dataclass(frozen=True)
class Window:
    """The newest 14 times 24 hours of a trace, how often the sensor writes, and how much of it is there."""

    at_ms: Moments
    glucose: Numbers
    interval_minutes: float
    active_percent: float
    days: int

    @property
    def is_enough(self) -> bool:
        """Whether the consensus calls it enough to speak of."""
        return self.active_percent >= ENOUGH_PERCENT


def window(at_ms: Moments, glucose: Numbers, *, zone_ms: int = 0) -> Window:
    """Return the newest 14 days; of one moment read twice the first counts. `days` are days (of the zone) with data.

    Active is the share of the slots of the 14 days that hold a reading; a sensor's own distance is the median one.
    """
    order = np.argsort(at_ms, kind="stable")
    at, g = np.asarray(at_ms, np.int64)[order], np.asarray(glucose, np.float64)[order]
    if len(at):
        stays = (at > at[-1] - DAYS * _DAY) & np.isfinite(g)
        stays[1:] &= at[1:] != at[:-1]
        at, g = at[stays], g[stays]
    if len(at) < 2:
        return Window(at, g, math.nan, 0.0, len(at))
    # Clocks of sensors jitter by seconds; nobody reads more often than each minute.
    interval = max(1, round(float(np.median(np.diff(at))) / _MINUTE))
    slots = np.unique(at // (interval * _MINUTE))
    active = min(100.0, 100 * len(slots) * interval / (DAYS * 24 * 60))
    return Window(at, g, float(interval), active, len(np.unique((at + zone_ms) // _DAY)))


@dataclass(frozen=True)
class DayProfile:
    """By slot of the day (from midnight, equal lengths): percentiles in mg/dL, None where too few readings stand."""

    p5: tuple[float | None, ...]
    p25: tuple[float | None, ...]
    p50: tuple[float | None, ...]
    p75: tuple[float | None, ...]
    p95: tuple[float | None, ...]


def profile(at_ms: Moments, glucose: Numbers, *, zone_ms: int = 0, slots: int = 48) -> DayProfile:
    """Return the percentiles of all days laid over one another; linear between readings, none below five readings."""
    slot = (np.asarray(at_ms, np.int64) + zone_ms) % _DAY * slots // _DAY
    g = np.asarray(glucose, np.float64)
    lines: list[list[float | None]] = [[] for _ in PERCENTILES]
    for here in range(slots):
        own = g[slot == here]
        found = np.percentile(own, PERCENTILES) if len(own) >= _FEWEST_IN_A_SLOT else [None] * len(PERCENTILES)
        for line, value in zip(lines, found, strict=True):
            line.append(None if value is None else float(value))
    return DayProfile(*(tuple(line) for line in lines))


def score(inputs: Inputs) -> Answer:
    """Return the metrics of `glucose` (list, mg/dL) at `at_minutes` (list); refuses below 70 % of 14 days."""
    read = Reader(inputs)
    for name in ("glucose", "at_minutes"):
        if not isinstance(inputs.get(name), list):
            read.missing(name)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    glucose, minutes = inputs["glucose"], inputs["at_minutes"]
    if len(glucose) != len(minutes):
        raise BadInputError("at_minutes", "not one for each value")
    try:
        values = np.array(glucose, np.float64)
        moments = np.array(minutes, np.float64)
    except (TypeError, ValueError) as error:
        raise BadInputError("glucose", "not numbers") from error
    seen = window((moments * _MINUTE).astype(np.int64), values)
    if not seen.is_enough:
        return Refused(CARD.tool, (too_few(seen),))
    return Value(CARD.tool, metrics(seen.glucose).as_json() | {"active_percent": seen.active_percent})


def too_few(seen: Window) -> Reason:
    """Return why a window is too thin, with what is there and what the consensus asks for."""
    return Reason(
        "record.cgm.too_few",
        {"active": math.floor(seen.active_percent), "needed": round(ENOUGH_PERCENT), "days": DAYS},
        fill="glucose",
    )


MODEL = Model(CARD, score)
