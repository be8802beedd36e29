"""The sentence of a blood-pressure page never compares a home value with one from a check-up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Literal

from backend.record import StoredReading
from backend.record.metric_page import Trend, sentence
from backend.record.units import choices


def reading(day: int, value: float, context: Literal["home", "office"]) -> StoredReading:
    at = datetime(2026, 11, day, tzinfo=UTC)
    return StoredReading(
        id=f"{day}", import_id="i", stored_at=at, metric="sbp_mmhg", value=value, unit="mm[Hg]", start=at, source="x",
        context=context,
    )  # fmt: skip


def said(*readings: StoredReading) -> tuple[str, object]:
    found = Trend(
        metric="sbp_mmhg", since=date(2026, 11, 1), until=date(2026, 11, 30), readings=readings, days=(),
        unit=choices("sbp_mmhg")[0], context="home", is_pregnant=False,
    )  # fmt: skip
    word = sentence(found)
    return word.key, word.params.get("first_day")


def test_a_home_value_is_compared_with_the_first_home_value() -> None:
    readings = (reading(1, 172.0, "office"), reading(3, 120.0, "home"), reading(9, 172.0, "home"))
    assert said(*readings) == ("record.sentence.up", "2026-11-03")


def test_the_only_home_value_is_compared_with_nothing() -> None:
    readings = (reading(1, 150.0, "office"), reading(2, 150.0, "office"), reading(9, 172.0, "home"))
    assert said(*readings)[0] == "record.sentence.one"
