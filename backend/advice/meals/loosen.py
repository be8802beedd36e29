"""The shared format without a plan: how far one wish or band would have to give way, alone, for there to be one."""

from __future__ import annotations

import time
from decimal import Decimal

import msgspec

from backend.advice.meals.model import Limit, Problem, decimal
from backend.advice.meals.solve import solve

BUDGET = "price_yen"
_KEPT = frozenset(("kcal", "salt"))
"""Never loosened: salt is a rule of health; energy holds of each day too, and one number would not say by how much."""


class Loosened(msgspec.Struct, frozen=True):
    """One border that is enough alone, and the value nearest to the wished one at which there is a plan."""

    limit: str
    end: str
    wished: Decimal
    needed: Decimal


def loosened(problem: Problem, *, seconds: float = 60.0) -> tuple[list[Loosened], bool]:
    """The borders that would be enough alone, the budget first; and whether all of them were settled in time."""
    ends = time.monotonic() + seconds
    found: list[Loosened] = []
    is_settled = True
    for place, one in sorted(enumerate(problem.weekly), key=lambda pair: pair[1].name != BUDGET):
        if one.name in _KEPT:
            continue
        for end, border in (("high", one.high), ("low", one.low)):
            if border is None:
                continue
            answer = solve(_towards(problem, place, one, end), seconds=max(0.1, ends - time.monotonic()))
            is_settled = is_settled and answer.status != "unfinished"
            if answer.status == "optimal" and answer.objective is not None:
                needed = -answer.objective if end == "high" else answer.objective
                found.append(Loosened(one.name, end, decimal(border, one.scale), needed))
    return found, is_settled


def _towards(problem: Problem, place: int, one: Limit, end: str) -> Problem:
    """The least of a sum whose upper border is taken away, or the most of one without its lower border."""
    sign = -1 if end == "high" else 1
    open_ = Limit(
        one.name, one.amounts, one.scale, None if end == "low" else one.low, None if end == "high" else one.high
    )
    weekly = (*problem.weekly[:place], open_, *problem.weekly[place + 1 :])
    return msgspec.structs.replace(
        problem,
        weekly=weekly,
        preference=tuple(sign * amount for amount in one.amounts),
        preference_scale=one.scale,
    )
