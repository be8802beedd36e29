"""A proven plan: the week by HiGHS and its days by CP-SAT when that is enough, the whole model when it is not."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from backend.advice.meals import full, weekly
from backend.advice.meals.model import Answer, Place, Problem, broken, decimal
from backend.advice.meals.rows import Priced

_CUTS = 4
_SLACK = 10_000
"""HiGHS is right to 1e-6; its bound is taken 1e-4 wider, so that its rounding never cuts off a plan."""


class Step(msgspec.Struct, frozen=True):
    """How far a search is: which part of it runs, the best so far and the bound, in units of preference."""

    part: str
    best: float | None
    bound: float | None


Watch = Callable[[Step], bool]
"""Told of progress; answers False to stop."""


class BrokenPlanError(AssertionError):
    """A plan that breaks its own rules was found: a fault of this program, never shown to anybody."""


def solve(problem: Problem, *, seconds: float = 600.0, watch: Watch | None = None) -> Answer:
    """The best plan, proven; or the proof that there is none; or how far it came in the seconds it was given."""
    ends = time.monotonic() + seconds
    tell = watch or (lambda _: True)
    scale = problem.preference_scale
    everything = range(len(problem.meals))
    if any(not problem.of_slot(slot) for slot in problem.slots):
        return Answer(status="infeasible", proof="empty_slot")
    tell(Step("week", None, None))
    bound = weekly.relaxed(problem)
    if bound is None:
        return Answer(status="infeasible", proof="weekly_bound")
    tell(Step("week", None, bound.whole / scale))
    cuts: list[frozenset[int]] = []
    ceiling = bound.whole
    for turn in range(_CUTS):
        left = ends - time.monotonic()
        selection = weekly.best(problem, everything, cuts=cuts, seconds=max(0.1, min(left, 20.0)))
        if not selection.is_done or selection.chosen is None:
            break
        worth = problem.worth(selection.chosen)
        if turn == 0:
            ceiling = min(ceiling, worth + scale // _SLACK)
        tell(Step("days", None, ceiling / scale))
        days = full.search(problem, everything, chosen=selection.chosen, seconds=max(0.1, min(left, 10.0)))
        if days.plan is not None and (turn == 0 or worth >= ceiling - scale // _SLACK):
            return _proven(problem, days.plan, "week_and_days")
        if days.plan is not None:
            # A later selection that fits the days: all better ones were proven not to fit theirs, one by one.
            return _proven(problem, days.plan, "week_and_days")
        if not days.is_done:
            break
        cuts.append(frozenset(selection.chosen))
    return _whole(problem, bound, ceiling, ends, tell)


def _whole(problem: Problem, bound: Priced, ceiling: int, ends: float, tell: Watch) -> Answer:
    """The full model, first over the few meals that a nearly best plan can hold, then over more of them."""
    scale = problem.preference_scale
    everything = list(range(len(problem.meals)))
    reach = max(scale // 2, abs(ceiling) // 50)

    def told(best: int | None, top: int | None) -> bool:
        return tell(Step("whole", None if best is None else best / scale, (ceiling if top is None else top) / scale))

    while True:
        floor = ceiling - reach
        keep = bound.keeps(floor)
        at_least: int | None = floor
        if len(keep) > 0.9 * len(everything):
            keep, at_least = everything, None
        told(None, ceiling)
        found = full.search(
            problem,
            keep,
            at_least=at_least,
            at_most=ceiling,
            seconds=ends - time.monotonic(),
            progress=told,
        )
        if not found.is_done:
            top = ceiling if found.bound is None or at_least is not None else min(ceiling, found.bound)
            if found.plan is None:
                return Answer(status="unfinished", bound=decimal(top, scale), proof="whole_model")
            done = _proven(problem, found.plan, "whole_model")
            return Answer(
                status="unfinished",
                objective=done.objective,
                bound=decimal(top, scale),
                plan=done.plan,
                proof=done.proof,
            )
        if found.plan is not None:
            # Every plan worth `floor` or more holds only kept meals, so the best of these is the best of all.
            return _proven(problem, found.plan, "whole_model")
        if at_least is None:
            return Answer(status="infeasible", proof="whole_model")
        ceiling = floor - 1
        reach *= 2


def _proven(problem: Problem, plan: tuple[Place, ...], proof: str) -> Answer:
    faults = broken(problem, plan)
    if faults:
        raise BrokenPlanError(", ".join(faults))
    worth = decimal(problem.worth([place.meal for place in plan]), problem.preference_scale)
    return Answer(status="optimal", objective=worth, bound=worth, plan=plan, proof=proof)
