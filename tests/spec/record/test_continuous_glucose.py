"""Continuous glucose in the figures of the consensus: both sides of each border, and a trace others reckoned too."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from models import cgm
from models.base import BadInputError, Refused, Value

BORDERS = [
    (53.9, "tbr2_lt54"),
    (54, "tbr1_54_69"),
    (69.9, "tbr1_54_69"),
    (70, "tir_70_180"),
    (180, "tir_70_180"),
    (180.1, "tar1_181_250"),
    (250, "tar1_181_250"),
    (250.1, "tar2_gt250"),
]


@pytest.mark.parametrize(("glucose", "name"), BORDERS)
def test_each_reading_lies_in_exactly_one_of_the_five_ranges(glucose: float, name: str) -> None:
    found = cgm.metrics([glucose]).as_json()
    five = {one: found[one] for one in ("tbr2_lt54", "tbr1_54_69", "tir_70_180", "tar1_181_250", "tar2_gt250")}
    assert {one: share for one, share in five.items() if share} == {name: 100.0}


@pytest.mark.parametrize(
    ("glucose", "tight", "pregnancy"), [(62.9, 0, 0), (63, 0, 100), (70, 100, 100), (140, 100, 100), (140.1, 0, 0)]
)
def test_the_tight_range_and_the_one_of_pregnancy(glucose: float, tight: float, pregnancy: float) -> None:
    found = cgm.metrics([glucose])
    assert (found.titr_70_140, found.tir_pregnancy_63_140) == (tight, pregnancy)


def test_gmi_of_the_published_table() -> None:
    # Diabetes Care 2018;41:2275, table: mean 100 -> 5.7, 150 -> 6.9, 200 -> 8.1, 350 -> 11.7 %.
    for mean, gmi in ((100, 5.7), (125, 6.3), (150, 6.9), (175, 7.5), (200, 8.1), (250, 9.3), (350, 11.7)):
        assert round(cgm.metrics([mean, mean]).gmi_pct, 1) == gmi


def test_spread_is_the_sample_standard_deviation() -> None:
    found = cgm.metrics([100, 120, 140])
    assert found.sd_sample == pytest.approx(20)
    assert found.cv_sample_pct == pytest.approx(20 / 120 * 100)
    assert found.sd_pop == pytest.approx(16.3299, abs=1e-4)


def test_a_trace_that_other_tools_reckoned_too(shared: Callable[[str], Path]) -> None:
    with shared("advisory/cgm_reference_trace.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    expected = json.loads(shared("advisory/cgm_reference_metrics.json").read_text("utf-8"))
    glucose = np.array([float(row["gl"]) for row in rows])
    at = np.array([round(datetime.fromisoformat(row["time"]).timestamp() * 1000) for row in rows], np.int64)
    found = cgm.metrics(glucose).as_json()
    assert set(found) == set(expected["definition"])
    for name, value in expected["definition"].items():
        assert found[name] == pytest.approx(value, abs=1e-4), name
    seen = cgm.window(at, glucose)
    assert (seen.active_percent, seen.interval_minutes, seen.is_enough) == (100.0, 5.0, True)
    # One public tool leaves 180 outside; the consensus counts it as inside.
    assert found["tir_70_180"] > expected["py_agata_0.0.8"]["time_in_ranges.time_in_target"] + 0.5


def trace(share: float, *, interval: int = 5) -> tuple[list[float], list[int]]:
    """14 days of which the first `share` is there, with a reading at the end so that the window ends there."""
    minutes = list(range(0, 14 * 24 * 60, interval))
    kept = [*minutes[: round(len(minutes) * share) - 1], minutes[-1]]
    return [120.0 + (minute % 7) for minute in kept], kept


@pytest.mark.parametrize("interval", [1, 5, 15])
def test_seventy_percent_of_fourteen_days_is_enough_and_less_is_not(interval: int) -> None:
    glucose, minutes = trace(0.701, interval=interval)
    assert isinstance(cgm.score({"glucose": glucose, "at_minutes": minutes}), Value)
    glucose, minutes = trace(0.699, interval=interval)
    refused = cgm.score({"glucose": glucose, "at_minutes": minutes})
    assert isinstance(refused, Refused)
    assert refused.reasons[0].key == "record.cgm.too_few"
    assert refused.reasons[0].params == {"active": 69, "needed": 70, "days": 14}


def test_only_the_newest_fourteen_days_count() -> None:
    old = [(minute - 20 * 24 * 60, 300.0) for minute in range(0, 24 * 60, 5)]
    glucose, minutes = trace(1.0)
    found = cgm.score({"glucose": [v for _, v in old] + glucose, "at_minutes": [m for m, _ in old] + minutes})
    assert isinstance(found, Value)
    assert found.result["tar2_gt250"] == 0


def test_a_moment_read_twice_counts_once_and_order_does_not_matter() -> None:
    glucose, minutes = trace(1.0)
    there = cgm.score({"glucose": glucose, "at_minutes": minutes})
    again = cgm.score({"glucose": glucose[::-1] + glucose, "at_minutes": minutes[::-1] + minutes})
    assert there.result == again.result


@pytest.mark.parametrize("bad", [[], [float("nan")], [0.0], [1001.0], [5.6]])
def test_what_is_no_glucose_in_mg_per_dl_is_refused(bad: list[float]) -> None:
    with pytest.raises(BadInputError):
        cgm.metrics(bad)


def test_nothing_given_is_a_refusal_that_names_it() -> None:
    refused = cgm.score({})
    assert isinstance(refused, Refused)
    assert {reason.fill for reason in refused.reasons} == {"glucose", "at_minutes"}


def test_the_day_profile_puts_each_reading_into_its_slot() -> None:
    # Five days; at 03:00 the values are 1..5 x 10 over 100, and nothing stands elsewhere.
    at = np.array([(day * 24 + 3) * 3_600_000 for day in range(5)], np.int64)
    found = cgm.profile(at, np.array([110.0, 120.0, 130.0, 140.0, 150.0]))
    slot = 6
    assert (found.p5[slot], found.p25[slot], found.p50[slot], found.p75[slot], found.p95[slot]) == (
        112,
        120,
        130,
        140,
        148,
    )
    assert {value for place, value in enumerate(found.p50) if place != slot} == {None}
    moved = cgm.profile(at, np.full(5, 100.0), zone_ms=9 * 3_600_000)
    assert moved.p50[24] == 100
