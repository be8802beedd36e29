"""The 7-day mean of home blood pressure in the morning: which measurements count, and how."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from backend.base import TOKYO
from backend.record import averages
from backend.record.points import Lean


def pair(day: int, hour: int, sbp: float, dbp: float, context: str = "home", code: str = "") -> list[Lean]:
    at = datetime(2026, 3, day, hour, 30, tzinfo=TOKYO).astimezone(UTC)
    lower = code.replace("9A75", "9A76") or None
    return [
        Lean(f"s{day}{hour}", "sbp_mmhg", at, "home", float(sbp), code or None, context, None),
        Lean(f"d{day}{hour}", "dbp_mmhg", at, "home", float(dbp), lower, context, None),
    ]


def test_mornings_are_averaged_by_day_and_then_over_days() -> None:
    readings = [*pair(1, 7, 140, 90), *pair(1, 8, 120, 80), *pair(2, 6, 110, 70), *pair(2, 21, 200, 120)]
    days = averages.morning_days(averages.pairs(readings))
    assert [(day.day.day, day.sbp, day.dbp, day.n) for day in days] == [(1, 130, 85, 2), (2, 110, 70, 1)]
    week = averages.week(days, date(2026, 3, 7))
    assert week == averages.PressureWeek(sbp=120, dbp=77.5, days=2)


def test_borders_of_morning_and_of_the_week() -> None:
    hours = [*pair(1, 3, 100, 60), *pair(2, 4, 110, 70), *pair(3, 11, 120, 80), *pair(4, 12, 130, 85)]
    days = averages.morning_days(averages.pairs(hours))
    assert [day.day.day for day in days] == [2, 3]
    assert averages.week(days, date(2026, 3, 8)) == averages.PressureWeek(sbp=115, dbp=75, days=2)
    after = averages.week(days, date(2026, 3, 9))
    assert after is not None
    assert after.days == 1
    assert averages.week(days, date(2026, 3, 10)) is None
    assert averages.week(days, date(2026, 3, 10) - timedelta(days=10)) is None


def test_the_surgery_and_single_values_do_not_count() -> None:
    readings = [*pair(1, 7, 140, 90, "office"), pair(2, 7, 150, 95)[0]]
    assert averages.morning_days(averages.pairs(readings)) == []


def test_first_and_second_measurement_of_a_check_up_stay_pairs() -> None:
    readings = [
        *pair(1, 9, 140, 90, "office", "9A751000000000001"),
        *pair(1, 9, 130, 80, "office", "9A752000000000001"),
    ]
    assert {(one.sbp, one.dbp) for one in averages.pairs(readings)} == {(140, 90), (130, 80)}
