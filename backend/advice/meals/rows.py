"""The weekly part of a problem as rows of whole numbers, and bounds proven from them in exact arithmetic. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from backend.advice.meals.model import DAYS, Problem

_FINE = 1 << 60


class WeekRow(msgspec.Struct, frozen=True):
    """low <= sum of amounts of the chosen meals <= high, all in units of 1/scale."""

    name: str
    amounts: tuple[int, ...]
    low: int | None
    high: int | None
    scale: int = 1


def week_rows(problem: Problem, *, with_budget: bool = True) -> list[WeekRow]:
    """Everything that holds of the 21 meals of a week, whatever the day each is eaten on."""
    n = len(problem.meals)
    rows = [WeekRow(one.name, one.amounts, one.low, one.high, one.scale) for one in problem.weekly]
    for one in problem.daily:
        # What holds of every day holds of their sum.
        low = None if one.low is None else one.low * DAYS
        high = None if one.high is None else one.high * DAYS
        rows.append(WeekRow(f"{one.name}:days", one.amounts, low, high, one.scale))
    for slot in problem.slots:
        inside = set(problem.of_slot(slot))
        rows.append(WeekRow(f"slot:{slot}", _marks(inside, n), DAYS, DAYS))
    for cap in problem.caps:
        rows.append(WeekRow(f"cap:{cap.name}", _marks(cap.members, n), None, cap.most))
    for name, members in problem.groups().items():
        rows.append(WeekRow(f"group:{name}", _marks(set(members), n), None, DAYS * problem.group_per_day))
    rows += _few_days(problem)
    for _, meal in problem.locked:
        rows.append(WeekRow(f"locked:{meal}", _marks({meal}, n), 1, 1))
    return rows


def _few_days(problem: Problem) -> list[WeekRow]:
    """What can be had on a few days only fills no more places than these days have."""
    n = len(problem.meals)
    rows = []
    for days in {meal.days for meal in problem.meals if meal.days is not None and len(meal.days) < DAYS}:
        inside = {i for i, meal in enumerate(problem.meals) if meal.days is not None and meal.days <= days}
        name = "".join(map(str, sorted(days)))
        for slot in problem.slots:
            here = inside & set(problem.of_slot(slot))
            if here:
                rows.append(WeekRow(f"days:{name}:{slot}", _marks(here, n), None, len(days)))
        for group, members in problem.groups().items():
            here = inside & set(members)
            if here:
                most = len(days) * problem.group_per_day
                rows.append(WeekRow(f"days:{name}:{group}", _marks(here, n), None, most))
    return sorted(rows, key=lambda row: row.name)


def _marks(members: set[int] | frozenset[int], n: int) -> tuple[int, ...]:
    return tuple(int(index in members) for index in range(n))


class Priced(msgspec.Struct, frozen=True):
    """A proven upper bound of the sum of preference, and what each meal would cost of it (both times 2^60)."""

    bound: int
    reduced: tuple[int, ...]

    def keeps(self, at_least: int) -> list[int]:
        """The meals that a plan worth `at_least` or more can still hold; the others are proven out."""
        floor = at_least * _FINE
        return [index for index, cost in enumerate(self.reduced) if cost >= 0 or self.bound + cost >= floor]

    @property
    def whole(self) -> int:
        """The bound in whole units, rounded down: worths are whole numbers."""
        return self.bound // _FINE


def priced(rows: Sequence[WeekRow], worth: Sequence[int], lows: Sequence[float], highs: Sequence[float]) -> Priced:
    """A bound from the prices of the rows' borders (each >= 0), by weak duality in whole numbers.

    sum(c y) <= sum(u b) + sum(max(0, c - u a)) for any u >= 0 and 0 <= y <= 1: the prices may be rounded or wrong, the
    bound still holds; bad prices only make it weaker.
    """
    total = 0
    rest = [value * _FINE for value in worth]
    for row, low, high in zip(rows, lows, highs, strict=True):
        price = 0
        if row.high is not None and high > 0:
            price = round(high * _FINE)
            total += price * row.high
        if row.low is not None and low > 0:
            down = round(low * _FINE)
            total -= down * row.low
            price -= down
        if price:
            rest = [left - price * amount for left, amount in zip(rest, row.amounts, strict=True)]
    return Priced(total + sum(left for left in rest if left > 0), tuple(rest))
