"""Series of words have a day's figure too: minutes asleep, hours with standing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backend import base, consent, people, record
from backend.record import DayValue, Reading

NOW = base.FixedClock(datetime(2026, 4, 1, tzinfo=UTC))
DAY = datetime(2026, 3, 2, 0, 0, tzinfo=base.TOKYO)


def said(metric: str, word: str, at: datetime, minutes: int, source: str = "Apple Watch") -> Reading:
    return Reading(
        metric=metric,
        value=word,
        unit="",
        start=at,
        end=at + timedelta(minutes=minutes),
        source=source,
        place="line 1",
    )


def days(metric: str, readings: list[Reading]) -> list[DayValue]:
    person = base.new_id()
    actor = people.Actor(account="a", person=person, roles=frozenset({people.Role.RESIDENT}), site="s", session="x")
    with base.write_unit() as session:
        added = record.add(session, person=person, readings=readings, import_id="i", clock=NOW)
        assert added.refused == ()
        permit = consent.permit(session, actor=actor, person=person, purpose=consent.Purpose.SELF, clock=NOW)
        return record.daily(session, permit=permit, metric=metric, clock=NOW)


@pytest.mark.usefixtures("runtime")
def test_hours_with_standing_are_counted_and_idle_hours_are_not() -> None:
    hours = [
        said("stand_hour", "stood" if hour in (8, 9, 13) else "idle", DAY + timedelta(hours=hour), 60)
        for hour in range(24)
    ]
    found = days("stand_hour", hours)
    assert [(one.day, one.n, one.value) for one in found] == [(DAY.date(), 24, 3.0)]


@pytest.mark.usefixtures("runtime")
def test_an_hour_that_two_devices_saw_is_one_hour() -> None:
    at = DAY + timedelta(hours=8)
    found = days("stand_hour", [said("stand_hour", "stood", at, 60), said("stand_hour", "stood", at, 60, "iPhone")])
    assert found[0].value == 1.0


@pytest.mark.usefixtures("runtime")
def test_a_night_is_minutes_asleep_on_the_day_of_waking() -> None:
    night = DAY - timedelta(hours=1)
    stages = [("in_bed", 0, 480), ("core", 10, 200), ("awake", 210, 20), ("rem", 230, 100)]
    found = days("sleep_stage", [said("sleep_stage", word, night + timedelta(minutes=at), n) for word, at, n in stages])
    assert [(one.day, one.value) for one in found] == [(DAY.date(), 300.0)]


def test_a_days_figure_has_its_unit_wherever_it_is_shown() -> None:
    for metric, label in (("sleep_stage", ("分", "min")), ("stand_hour", ("時間", "h"))):
        entry = record.catalogue.metric(metric)
        assert (entry.unit_label_ja, entry.unit_label_en) == label
