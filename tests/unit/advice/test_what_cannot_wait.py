"""A very high home blood pressure is told at once, by its single value, on both sides of each line."""

from __future__ import annotations

from datetime import date

import pytest

from backend import advice
from backend.advice import About, Held
from backend.base import all_words


def found(sbp: float, dbp: float, pregnancy: str) -> str | None:
    values = {
        name: Held(value=value, metric="bp", day=date(2026, 11, 22))
        for name, value in (("last_home_sbp", sbp), ("last_home_dbp", dbp))
    }
    told = advice.alert(About(age=31, sex="female", values=values, facts={"pregnancy": pregnancy}))
    return None if told is None else told.rule.id


@pytest.mark.parametrize(
    ("sbp", "dbp", "pregnancy", "rule"),
    [
        (139, 89, "yes", None),
        (140, 60, "yes", "pregnancy_high"),
        (110, 90, "yes", "pregnancy_high"),
        (159, 109, "yes", "pregnancy_high"),
        (160, 60, "yes", "pregnancy_severe"),
        (110, 110, "yes", "pregnancy_severe"),
        (159, 99, "no", None),
        (160, 70, "no", "bp_high"),
        (120, 100, "no", "bp_high"),
        (159, 99, "unknown", None),
        (160, 70, "unknown", "bp_high"),
    ],
)
def test_both_sides_of_every_line(sbp: float, dbp: float, pregnancy: str, rule: str | None) -> None:
    assert found(sbp, dbp, pregnancy) == rule


def test_without_a_home_value_nothing_is_told() -> None:
    assert advice.alert(About(age=31, sex="female", values={}, facts={"pregnancy": "yes"})) is None


def test_every_alert_has_words_and_a_confirmed_line() -> None:
    for rule in advice.alert_rules():
        assert rule.status in {"verified", "official_text"}
        assert f"advice.alert.{rule.id}" in all_words()
    assert "advice.alert.bp_high_or_pregnant" in all_words()
