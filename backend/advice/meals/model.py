"""A week of meals as an exact question: what may be chosen, its limits, the check of a plan. Whole numbers only."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

DAYS = 7
Status = Literal["optimal", "infeasible", "unfinished"]


class Limit(msgspec.Struct, frozen=True):
    """A sum of amounts between two borders; everything is an integer in units of 1/scale, so nothing is rounded."""

    name: str
    amounts: tuple[int, ...]
    scale: int
    low: int | None = None
    high: int | None = None


class Cap(msgspec.Struct, frozen=True):
    """At most so many of these meals in a week (the same dish, the same main ingredient)."""

    name: str
    members: frozenset[int]
    most: int


class Meal(msgspec.Struct, frozen=True):
    """One thing that can stand in one slot; `days` are the days it can be had, None = every day."""

    id: str
    slot: str
    group: str
    days: frozenset[int] | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Seven days of slots, the meals for them, and what a plan has to keep; maximise the sum of preference."""

    slots: tuple[str, ...]
    meals: tuple[Meal, ...]
    preference: tuple[int, ...]
    preference_scale: int
    weekly: tuple[Limit, ...]
    daily: tuple[Limit, ...]
    caps: tuple[Cap, ...] = ()
    group_per_day: int = 1
    locked: tuple[tuple[int, int], ...] = ()
    """(day, meal) pairs that stay where they are."""

    @property
    def is_day_free(self) -> bool:
        """Whether the days can be exchanged for one another."""
        return not self.locked and all(meal.days is None for meal in self.meals)

    def groups(self) -> dict[str, list[int]]:
        """The meals of each main group."""
        found: dict[str, list[int]] = defaultdict(list)
        for index, meal in enumerate(self.meals):
            found[meal.group].append(index)
        return dict(found)

    def of_slot(self, slot: str) -> list[int]:
        """The meals for a slot."""
        return [index for index, meal in enumerate(self.meals) if meal.slot == slot]

    def worth(self, chosen: Sequence[int]) -> int:
        """The sum of preference in units of 1/preference_scale."""
        return sum(self.preference[index] for index in chosen)


class Place(msgspec.Struct, frozen=True, order=True):
    """One meal of the plan: which day (0-6), which slot, which meal."""

    day: int
    slot: str
    meal: int


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What is proven about a problem and how; `objective` is exact."""

    status: Status
    objective: Decimal | None = None
    bound: Decimal | None = None
    plan: tuple[Place, ...] = ()
    proof: str = ""


def decimal(value: int, scale: int) -> Decimal:
    """An integer of 1/scale as the decimal number it is."""
    return Decimal(value) / Decimal(scale)


def broken(problem: Problem, plan: Sequence[Place]) -> list[str]:
    """The rules a plan breaks, by exact arithmetic; empty for a plan that may be shown."""
    return list(_broken(problem, plan))


def _broken(problem: Problem, plan: Sequence[Place]) -> Iterator[str]:
    by_day: dict[int, list[int]] = defaultdict(list)
    for place in plan:
        by_day[place.day].append(place.meal)
        meal = problem.meals[place.meal]
        if meal.slot != place.slot:
            yield f"slot:{meal.id}"
        if meal.days is not None and place.day not in meal.days:
            yield f"day:{meal.id}"
    wanted = sorted((day, slot) for day in range(DAYS) for slot in problem.slots)
    if sorted((place.day, place.slot) for place in plan) != wanted:
        yield "places"
    chosen = [place.meal for place in plan]
    if len(set(chosen)) != len(chosen):
        yield "twice"
    for limit in problem.weekly:
        if not _within(limit, chosen):
            yield f"weekly:{limit.name}"
    for day, meals in by_day.items():
        for limit in problem.daily:
            if not _within(limit, meals):
                yield f"daily:{limit.name}:{day}"
        groups = Counter(problem.meals[meal].group for meal in meals)
        if any(count > problem.group_per_day for count in groups.values()):
            yield f"group:{day}"
    for cap in problem.caps:
        if sum(meal in cap.members for meal in chosen) > cap.most:
            yield f"cap:{cap.name}"
    placed = {(place.day, place.meal) for place in plan}
    for lock in problem.locked:
        if lock not in placed:
            yield f"locked:{lock[0]}"


def _within(limit: Limit, chosen: Sequence[int]) -> bool:
    total = sum(limit.amounts[index] for index in chosen)
    return (limit.low is None or total >= limit.low) and (limit.high is None or total <= limit.high)
