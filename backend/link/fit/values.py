"""Which fields of which FIT messages become which metric, and the words of its sports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

EPOCH = 631_065_600
"""Seconds from 1970 to 1989-12-31T00:00Z, where FIT counts from."""


class Found(NamedTuple):
    """One value of a message; times in seconds of FIT."""

    metric: str
    value: float | str
    at: int
    end: float | None = None


# Message number -> field number -> metric, divisor to its unit, highest raw value that is a value (FIT profile).
SIMPLE: Mapping[int, Mapping[int, tuple[str, float, int]]] = {
    20: {3: ("heart_rate_bpm", 1, 254)},
    30: {0: ("weight_kg", 100, 0xFFFD), 1: ("fat_pct", 100, 0xFFFE)},  # 0xFFFE: the scale is still at it
    51: {0: ("sbp_mmhg", 1, 0xFFFE), 1: ("dbp_mmhg", 1, 0xFFFE), 6: ("pulse_bpm", 1, 254)},
    269: {0: ("spo2_pct", 1, 254)},
    297: {0: ("resp_rate_bpm", 100, 0x7FFE)},
}
# Sports of the FIT profile -> workouts of the catalogue; all others are "other".
WORKOUTS: Mapping[int, str] = {
    1: "running",
    2: "cycling",
    5: "swimming",
    7: "soccer",
    8: "tennis",
    11: "walking",
    15: "rowing",
    17: "hiking",
    25: "golf",
    62: "high_intensity_interval_training",
    83: "dance",
}
