"""25 years on: the own percentile in older bands, inside its band, never beyond the tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import ndb_course
from models import ndb_position as ndb
from models.base import Refused

NUMBERS = [key for key, item in ndb.items().items() if item.kind == "number" and item.metric]


def course(key: str, value: float, sex: str = "male", age: int = 47) -> ndb_course.Course:
    found = ndb_course.course(ndb.items()[key], value=value, sex=sex, age=age)
    assert isinstance(found, ndb_course.Course)
    return found


def test_hba1c_of_a_man_of_42() -> None:
    found = course("hba1c", 5.9, age=42)
    assert [step.age for step in found.own.steps] == [42, 47, 52, 57, 62, 67]
    assert (found.own.steps[0].low, found.own.steps[0].high) == (5.6, 6.0)
    assert found.better is not None
    assert (found.better.value, found.better_label) == (5.6, "5.6未満")
    assert found.better.below_low == pytest.approx(69.874, abs=0.001)
    assert not found.ends_early


@pytest.mark.parametrize(("age", "last", "ends"), [(42, 67, False), (49, 72, False), (50, 72, True), (74, 74, True)])
def test_the_curve_ends_where_the_tables_end(age: int, last: int, ends: bool) -> None:
    found = course("sbp", 134, age=age)
    assert found.own.steps[-1].age == last
    assert found.ends_early is ends
    assert max(step.age for step in found.own.steps) <= 74


@pytest.mark.parametrize("age", [39, 75])
def test_no_course_outside_the_tables(age: int) -> None:
    assert isinstance(ndb_course.course(ndb.items()["sbp"], value=134, sex="male", age=age), Refused)


@pytest.mark.parametrize("key", ["urine_protein", "q_smoking", "g_stage_detailed"])
def test_no_course_without_numbers(key: str) -> None:
    assert isinstance(ndb_course.course(ndb.items()[key], value="＋", sex="male", age=50), Refused)


def test_no_better_course_where_there_is_no_aim_or_it_is_reached() -> None:
    assert course("hba1c", 5.5).better is None
    assert course("ast", 60).better is None


def inside(step: ndb_course.Step) -> bool:
    if step.point is None:
        return True
    return (step.low is None or step.point >= step.low) and (step.high is None or step.point <= step.high)


@given(st.sampled_from(NUMBERS), st.floats(0, 1), st.sampled_from(ndb.SEXES), st.integers(40, 74))
def test_points_stay_in_their_band_and_a_higher_value_never_runs_lower(
    key: str, part: float, sex: str, age: int
) -> None:
    item = ndb.items()[key]
    borders = [upper for _, upper in item.limits if upper is not None]
    value = borders[0] + part * (borders[-1] - borders[0]) * 0.999
    more = min(value * 1.02, borders[-1])
    one, other = course(key, value, sex, age), course(key, more, sex, age)
    for first, second in zip(one.own.steps, other.own.steps, strict=True):
        assert inside(first)
        if first.point is not None and second.point is not None:
            assert second.point >= first.point - 1e-6
        assert (first.low or 0) <= (second.low or float("inf"))
    if one.better is not None:
        is_lower = one.better.value <= value
        for mine, better in zip(one.own.steps, one.better.steps, strict=True):
            assert inside(better)
            if mine.point is not None and better.point is not None:
                assert better.point <= mine.point + 1e-6 if is_lower else better.point >= mine.point - 1e-6


def test_the_band_holds_every_value_the_percentile_allows() -> None:
    found = course("ldl", 150, sex="female", age=52)
    for step, band in zip(found.own.steps[1:], range(3, 7), strict=True):
        low, high = ndb.counts(ndb.items()["ldl"], ndb.JAPAN, "female", band)
        below = ndb.share_range(low, high, 0, ndb.class_of(ndb.items()["ldl"], step.low) or 0)[0] if step.low else 0
        assert below <= found.own.below_low
