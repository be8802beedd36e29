"""What has to give way when there is no week: the fixed meals, a wish, nothing that helps, or not found out in time."""

from __future__ import annotations

import pytest

from backend.advice.meals.model import Limit, Meal, Problem
from backend.advice.meals.plates import Wishes
from backend.advice.meals.relax import Change, Step, TakesLongError, relaxations
from backend.advice.meals.week import Question

_MEALS = tuple(Meal(f"{slot}{n}", slot, f"{slot}{n}") for slot in "BLD" for n in range(7))


def question(*, is_possible: bool) -> Question:
    """21 meals for 21 places; impossible when one of them would have to be left out."""
    most = 21 if is_possible else 20
    problem = Problem(
        slots=("B", "L", "D"),
        meals=_MEALS,
        preference=(1,) * 21,
        preference_scale=1,
        weekly=(Limit("count", (1,) * 21, 1, None, most),),
        daily=(),
    )
    return Question(problem=problem, yen=(100,) * 21)


def test_fixed_meals_alone_are_named_when_letting_them_go_is_enough() -> None:
    found = relaxations(lambda change: question(is_possible=not change.keeps_locks), Wishes(), has_locks=True)
    assert found == [(Step(wish="locks"),)]


def test_nothing_is_said_about_fixed_meals_where_there_are_none() -> None:
    def make(change: Change) -> Question:
        return question(is_possible=change.wishes.deliveries == 21)

    assert relaxations(make, Wishes()) == [(Step(wish="deliveries"),)]


def test_two_wishes_that_are_enough_only_together_come_as_one_set() -> None:
    def make(change: Change) -> Question:
        return question(is_possible=not change.keeps_locks and change.wishes.goal == "keep")

    (option,) = relaxations(make, Wishes(goal="lose"), has_locks=True)
    assert {step.wish for step in option} == {"locks", "goal"}


def test_proven_that_nothing_helps_is_empty_and_no_time_is_an_error() -> None:
    assert relaxations(lambda _: question(is_possible=False), Wishes()) == []
    with pytest.raises(TakesLongError):
        relaxations(lambda _: question(is_possible=False), Wishes(), within=-1.0)
