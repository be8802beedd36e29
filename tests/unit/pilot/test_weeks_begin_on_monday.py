"""Weeks of the funnel are Tokyo weeks from Monday; quiet weeks in between are shown as such."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from backend.pilot.model import Counts, Week, funnel

TOKYO = ZoneInfo("Asia/Tokyo")


def test_midnight_in_tokyo_divides_the_weeks():
    sunday = datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC)  # 23:59:59 on Sunday in Tokyo
    monday = datetime(2026, 11, 22, 15, 0, 0, tzinfo=UTC)
    counted = funnel([("invited", sunday), ("opened", monday)], TOKYO)
    assert counted.weeks == (
        Week(monday=date(2026, 11, 16), counts=Counts(invited=1)),
        Week(monday=date(2026, 11, 23), counts=Counts(opened=1)),
    )
    assert counted.total == Counts(invited=1, opened=1)


def test_a_quiet_week_is_a_row_of_zeros():
    days = [datetime(2026, 11, day, 3, tzinfo=UTC) for day in (2, 18)]
    counted = funnel([("linked", day) for day in days], TOKYO)
    assert [week.counts.linked for week in counted.weeks] == [1, 0, 1]


def test_nothing_happened_yet():
    assert funnel([], TOKYO).weeks == ()


def test_a_step_nobody_defined_is_a_fault():
    with pytest.raises(ValueError, match="unknown step"):
        funnel([("weighed", datetime(2026, 11, 2, tzinfo=UTC))], TOKYO)
