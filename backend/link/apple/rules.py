"""From Apple's record types and units to our metrics: one rule per pair, worked out once."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache, lru_cache
from importlib import resources

import msgspec

from backend.link.units import UnitMismatch, to_canonical
from backend.record import catalogue

SLEEP = {
    "HKCategoryValueSleepAnalysisInBed": "in_bed",
    "HKCategoryValueSleepAnalysisAsleep": "asleep",
    "HKCategoryValueSleepAnalysisAsleepUnspecified": "asleep",
    "HKCategoryValueSleepAnalysisAwake": "awake",
    "HKCategoryValueSleepAnalysisAsleepCore": "core",
    "HKCategoryValueSleepAnalysisAsleepDeep": "deep",
    "HKCategoryValueSleepAnalysisAsleepREM": "rem",
    "0": "in_bed",
    "1": "asleep",
    "2": "awake",
    "3": "core",
    "4": "deep",
    "5": "rem",
}
# A record inside a correlation (a blood pressure, a meal) stands in the file a second time on its own.
CORRELATED = frozenset({"sbp_mmhg", "dbp_mmhg", "diet_energy_kcal", "water_ml"})
HOME = frozenset({"sbp_mmhg", "dbp_mmhg"})
_ODD_TIME = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})[ T](午前|午後|AM |PM |am |pm )?\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?"
    r"\s*(AM|PM|am|pm|午前|午後)?\s*(Z|[+-]\d{2}:?\d{2})"
)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """How one type in one unit becomes a metric: value = number x slope + offset, plausible in [low, high]."""

    metric: str
    unit: str
    slope: float
    offset: float
    low: float
    high: float
    is_fraction: bool
    is_correlated: bool
    is_home: bool


@cache
def types() -> Mapping[str, tuple[str, str]]:
    """Return metric and the unit that "count" stands for, by Apple's type."""
    text = resources.files("backend.link.apple").joinpath("types.csv").read_text(encoding="utf-8")
    return {row["type"]: (row["metric"], row["count_means"]) for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=4096)
def rule(kind: str, unit: str) -> Rule | None:
    """Return the rule for a known quantity type in a unit, or None where the unit does not fit."""
    metric, count_means = types()[kind]
    known = catalogue.metric(metric)
    if known.value != "number":
        return None
    given = count_means if count_means and unit == "count" else unit
    try:
        offset = to_canonical(metric, 0.0, given)
        slope = to_canonical(metric, 1.0, given) - offset
        # Take both from a wide base, so that rounding of the offset does not reach the slope.
        slope = (to_canonical(metric, 1e6, given) - offset) / 1e6 if offset else slope
    except UnitMismatch:
        return None
    return Rule(
        metric=metric,
        unit=known.unit,
        slope=slope,
        offset=offset,
        low=known.plausible_low if known.plausible_low is not None else float("-inf"),
        high=known.plausible_high if known.plausible_high is not None else float("inf"),
        is_fraction=unit == "%",
        is_correlated=metric in CORRELATED,
        is_home=metric in HOME,
    )


def moment(text: str) -> datetime | None:
    """Return the time that Apple writes as 2024-01-01 08:10:05 +0900, or None where it is none with an offset.

    Phones with a 12-hour clock have written "6:10:05 PM" and 午後 too.
    """
    try:
        if len(text) == 25 and text[19] == " ":
            return datetime.fromisoformat(text[:19] + text[20:])
        found = datetime.fromisoformat(text)
        return found if found.tzinfo is not None else None
    except ValueError:
        return _odd_moment(text)


def _odd_moment(text: str) -> datetime | None:
    found = _ODD_TIME.fullmatch(text.replace("\u202f", " ").replace("\xa0", " ").strip())
    if found is None:
        return None
    hour = int(found[5])
    half = (found[4] or found[8] or "").strip().upper()
    if half in ("PM", "午後") and hour < 12:
        hour += 12
    if half in ("AM", "午前") and hour == 12:
        hour = 0
    zone = found[9].replace(":", "")
    offset = timedelta() if zone == "Z" else timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
    try:
        return datetime(
            int(found[1]),
            int(found[2]),
            int(found[3]),
            hour,
            int(found[6]),
            int(found[7] or 0),
            tzinfo=timezone(-offset if zone.startswith("-") else offset),
        )
    except ValueError:
        return None


def activity(kind: str) -> str:
    """Return HKWorkoutActivityTypeTraditionalStrengthTraining as traditional_strength_training."""
    name = kind.removeprefix("HKWorkoutActivityType")
    return _WORD.sub("_", name).lower() or "other"
