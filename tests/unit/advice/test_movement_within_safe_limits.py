"""A week of movement: grows a little from what was, never past a limit, and is planned anew after missed days."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest

from backend.advice import About, Held, movement
from backend.advice.movement import model

MONDAY = date(2026, 11, 16)
CLEAR = dict.fromkeys(
    ("doctor_limits_exercise", "coronary_disease", "heart_failure", "stroke", "dialysis", "retinopathy",
     "osteoporosis", "joint_pain", "insulin_or_su", "pregnancy"), "no",
)  # fmt: skip


def about(*, age: int = 57, sex: str = "male", values: dict[str, float] | None = None, **facts: str) -> About:
    held = {name: Held(value=value, metric=name, day=MONDAY) for name, value in (values or {}).items()}
    return About(age=age, sex=sex, values=held, facts=CLEAR | facts)


def steps(each: float, days: int = 28) -> dict[date, float]:
    return {MONDAY - timedelta(days=number): each for number in range(1, days + 1)}


def week(
    known: About, each: float | None = None, *, today: date = MONDAY, marks: dict[date, model.Mark] | None = None,
    signed: frozenset[str] = frozenset(), resting: float | None = None,
) -> model.Plan:  # fmt: skip
    return movement.plan(
        about=known, monday=MONDAY, today=today, steps={} if each is None else steps(each), marks=marks or {},
        signed=signed, resting=resting,
    )  # fmt: skip


@pytest.mark.parametrize(("each", "hours"), [(2000, 0), (1000, 0), (8000, 3.0), (5000, 1.5)])
def test_mets_hours_of_a_day_count_what_is_above_light_living(each: float, hours: float) -> None:
    assert model.mets_hours_of(each) == pytest.approx(hours)


@pytest.mark.parametrize(("days", "is_known"), [(6, False), (7, True)])
def test_fewer_than_seven_days_are_no_base(days: int, is_known: bool) -> None:
    assert (model.base_of(steps(6000, days), MONDAY) is not None) is is_known


def test_only_the_four_weeks_before_count() -> None:
    old = {MONDAY - timedelta(days=29): 30_000.0, MONDAY: 30_000.0}
    assert model.base_of(steps(6000) | old, MONDAY) == model.base_of(steps(6000), MONDAY)


@pytest.mark.parametrize("each", [2500, 4000, 6000, 7500])
def test_a_week_grows_a_little_and_never_past_the_guide(each: float) -> None:
    plan = week(about(), each)
    had = plan.base_mets_hours
    assert had is not None
    assert had <= plan.target_mets_hours <= min(23, had + max(0.1 * had, 1.5) + 0.11)
    assert plan.steps_target is not None
    assert each <= plan.steps_target <= min(8000, each + 1000)


def test_who_reaches_the_guide_is_not_driven_on() -> None:
    plan = week(about(), 15_000)
    assert plan.target_mets_hours == plan.base_mets_hours
    assert [one for one in plan.sessions if one.kind == "walk"] == []
    assert plan.steps_target == 15_000


@pytest.mark.parametrize(
    ("values", "facts"),
    [
        ({"office_sbp": 180}, {}), ({"home_sbp_7d": 180}, {}), ({"last_home_sbp": 180}, {}),
        ({"last_home_dbp": 100}, {}), ({"office_dbp": 100}, {}), ({"home_dbp_7d": 100}, {}),
        ({"glucose_fasting_mgdl": 250}, {}), ({}, {"pregnancy": "yes"}), ({}, {"retinopathy": "yes"}),
        ({}, {"coronary_disease": "yes"}), ({}, {"doctor_limits_exercise": "yes"}), ({}, {"dialysis": "yes"}),
    ],
)  # fmt: skip
def test_a_limit_takes_all_movement_away_and_says_why(values: dict[str, float], facts: dict[str, str]) -> None:
    plan = week(about(sex="female" if "pregnancy" in facts else "male", values=values, **facts), 5000)
    assert all(one.kind == "rest" for one in plan.sessions)
    assert plan.blocked
    assert plan.steps_target is None


@pytest.mark.parametrize(
    "values",
    [
        {"office_sbp": 179},
        {"office_dbp": 99},
        {"last_home_sbp": 179},
        {"last_home_dbp": 99},
        {"glucose_fasting_mgdl": 249},
    ],
)
def test_just_under_a_limit_moves(values: dict[str, float]) -> None:
    assert any(one.kind == "walk" for one in week(about(values=values), 5000).sessions)


def test_brittle_bones_take_strength_away_and_leave_walking() -> None:
    plan = week(about(age=62, osteoporosis="yes"), 5000)
    assert {one.kind for one in plan.sessions} == {"walk", "rest"}


@pytest.mark.parametrize("age", [17, 18])
def test_nobody_under_18_is_given_a_plan(age: int) -> None:
    assert any(one.kind != "rest" for one in week(about(age=age), 5000).sessions) is (age == 18)


def test_nothing_harder_than_a_brisk_walk_is_planned() -> None:
    for age in (20, 57, 64, 65, 80):
        assert all(one.met <= 4.3 for one in week(about(age=age), 3000).sessions)


def test_over_65_no_unconfirmed_figure_is_shown_and_no_exercise_on_the_floor() -> None:
    plan = week(about(age=70), 5000)
    assert (plan.guide_mets_hours, plan.guide_steps, plan.zone.missing) == (None, None, "signoff")
    places = {one.id: one.place for one in movement.exercises()}
    names = [name for one in plan.sessions for name in one.exercises]
    assert names
    assert all(places[name] != "floor" for name in names)


def test_a_signed_row_is_shown_and_bounds_the_plan() -> None:
    signed = frozenset({"activity,older,mets_hours_week", "activity,older,steps_day"})
    plan = week(about(age=70), 5800, signed=signed)
    assert (plan.guide_mets_hours, plan.guide_steps, plan.steps_target) == (15, 6000, 6000)
    assert plan.target_mets_hours <= 15


@pytest.mark.parametrize(
    ("age", "resting", "low", "high"), [(50, 60, 104, 126), (70, 60, 96, 105), (64, 70, 104, 122), (65, 70, 104, 112)]
)
def test_karvonen_after_sign_off(age: int, resting: float, low: int, high: int) -> None:
    """Resting + share x (220 - age - resting): 60 + 0.4 x 110 = 104 at 50 years."""
    signed = frozenset({"activity,any,karvonen_low", "activity,any,karvonen_high", "activity,older,karvonen_high"})
    zone = movement.zone_of(age, resting, signed)
    assert (zone.low, zone.high) == (low, high)
    assert movement.zone_of(age, None, signed).missing == "resting_heart_rate"
    assert movement.zone_of(age, resting, frozenset()).missing == "signoff"


def test_missed_walks_are_spread_over_later_ones_by_ten_minutes_at_most() -> None:
    before = {one.day: one.minutes for one in week(about(), 3000).sessions if one.kind == "walk"}
    after = week(about(), 3000, today=MONDAY + timedelta(days=1))
    walks = {one.day: one for one in after.sessions if one.kind == "walk"}
    assert walks[MONDAY].mark == "missed"
    later = [walks[day].minutes - before[day] for day in before if day > MONDAY]
    assert all(0 <= more <= model.CATCH_UP for more in later)
    assert sum(later) + after.dropped_minutes == before[MONDAY]
    assert all(one.minutes <= model.LONGEST for one in walks.values())


def test_a_missed_strength_day_moves_and_never_stands_beside_another() -> None:
    for number in range(8):
        plan = week(about(), 5000, today=MONDAY + timedelta(days=number))
        strong = [one.day for one in plan.sessions if one.kind == "strength" and one.mark != "missed"]
        assert all((second - first).days > 1 for first, second in itertools.pairwise(strong))


def test_a_done_day_stays_as_it_was() -> None:
    plan = week(about(), 5000, today=MONDAY + timedelta(days=3), marks={MONDAY: "done"})
    assert plan.sessions[0].mark == "done"
    assert plan.sessions[0].minutes == week(about(), 5000).sessions[0].minutes


def test_the_tables_are_carried_over_whole(shared: object) -> None:
    import csv
    import json

    path = shared("advisory/met_values_2011_selected.csv")  # type: ignore[operator]
    with path.open(encoding="utf-8") as file:
        rows = {row["compendium_code"]: float(row["met"]) for row in csv.DictReader(file)}
    assert {code: one.met for code, one in movement.activities().items()} == rows
    listed = json.loads(shared("advisory/free_exercise_db_exercises.json").read_text("utf-8"))  # type: ignore[operator]
    assert {one.id for one in movement.exercises()} <= {one["id"] for one in listed}
