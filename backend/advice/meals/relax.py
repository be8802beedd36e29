"""When no plan keeps everything: which wish would have to give way, and by how much. Safety is never among them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from backend.advice.meals.model import Answer, Problem
from backend.advice.meals.plates import Wishes
from backend.advice.meals.week import Question, answer_of

_REPEATS = (1, 2, 3)
_MINUTES = (20, 30, 45, 60, 90)
Make = Callable[["Change"], Question]
"""Makes the question for what is left of the wishes after something gave way."""


class TakesLongError(Exception):
    """Which wish is enough was not found out in the time given."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One wish that gives way: what it is and by how much (yen, minutes, times)."""

    wish: str
    what: str = ""
    amount: int | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Wishes and repeats after something gave way."""

    wishes: Wishes
    repeats: int = 0
    """How much oftener than usual a dish may come."""
    keeps_locks: bool = True
    """Whether the meals that the person fixed stay where they are."""


def steps_of(wishes: Wishes, *, has_locks: bool = False) -> list[Step]:
    """Everything that could give way for these wishes, the mildest first."""
    found = [Step(wish="locks")] if has_locks else []
    found.append(Step(wish="repeats"))
    if wishes.most_minutes is not None:
        found.append(Step(wish="minutes"))
    found += [Step(wish="dislike_group", what=name) for name in sorted(wishes.disliked_groups)]
    found += [Step(wish="dislike", what=name) for name in sorted(wishes.disliked_dishes)]
    if wishes.wants_delivery and len(wishes.receive_days) < 7:
        found.append(Step(wish="receive_days"))
    if wishes.wants_delivery and wishes.deliveries < 21:
        found.append(Step(wish="deliveries"))
    if not wishes.wants_delivery:
        found.append(Step(wish="no_delivery"))
    if wishes.goal != "keep":
        found.append(Step(wish="goal"))
    if wishes.budget_yen is not None:
        found.append(Step(wish="budget"))
    return found


def given_way(change: Change, step: Step) -> Change:
    """The wishes after one of them gave way."""
    wishes = change.wishes
    replace = msgspec.structs.replace
    if step.wish == "repeats":
        return replace(change, repeats=step.amount or max(_REPEATS))
    if step.wish == "locks":
        return replace(change, keeps_locks=False)
    if step.wish == "minutes":
        return replace(change, wishes=replace(wishes, most_minutes=step.amount))
    if step.wish == "dislike_group":
        return replace(change, wishes=replace(wishes, disliked_groups=wishes.disliked_groups - {step.what}))
    if step.wish == "dislike":
        return replace(change, wishes=replace(wishes, disliked_dishes=wishes.disliked_dishes - {step.what}))
    if step.wish == "receive_days":
        return replace(change, wishes=replace(wishes, receive_days=frozenset(range(7))))
    if step.wish == "deliveries":
        return replace(change, wishes=replace(wishes, deliveries=21))
    if step.wish == "no_delivery":
        return replace(change, wishes=replace(wishes, wants_delivery=True, deliveries=21))
    if step.wish == "goal":
        return replace(change, wishes=replace(wishes, goal="keep"))
    assert step.wish == "budget"
    return replace(change, wishes=replace(wishes, budget_yen=step.amount))


def relaxations(
    make: Make, wishes: Wishes, *, has_locks: bool = False, seconds: float = 10.0, within: float = 120.0
) -> list[tuple[Step, ...]]:
    """The least that would have to give way: each wish that is enough alone, else one smallest set of them.

    Empty where even all of them together are proven not to help: then it is the safe limits that the dishes here
    cannot keep. Each question gets `seconds`, all together `within`; TakesLongError when that does not settle it.
    """
    ends = time.monotonic() + within

    def timely(change: Change) -> Question:
        if time.monotonic() > ends:
            raise TakesLongError
        return make(change)

    return _least(timely, wishes, steps_of(wishes, has_locks=has_locks), seconds)


def _least(make: Make, wishes: Wishes, steps: list[Step], seconds: float) -> list[tuple[Step, ...]]:
    start = Change(wishes=wishes)
    alone: list[tuple[Step, ...]] = []
    for step in steps:
        exact = _exact(make, start, step, seconds)
        if exact is not None:
            alone.append((exact,))
    if alone:
        return alone
    everything = any_plan(make(_all(start, steps)), seconds=seconds).status
    if everything == "unfinished":
        raise TakesLongError
    if everything == "infeasible":
        return []
    for step in list(steps):
        fewer = [one for one in steps if one != step]
        if _has_plan(make, _all(start, fewer), seconds):
            steps = fewer
    # What is left is needed; the wishes with an amount get the least that is enough beside the others.
    found: list[Step] = []
    for step in steps:
        rest = _all(start, [one for one in steps if one != step])
        found.append(_exact(make, rest, step, seconds) or step)
    return [tuple(found)]


def _all(change: Change, steps: Sequence[Step]) -> Change:
    for step in steps:
        change = given_way(change, step)
    return change


def _exact(make: Make, change: Change, step: Step, seconds: float) -> Step | None:
    """The step with its least amount, or None if it is not enough."""
    if step.wish == "minutes":
        now = change.wishes.most_minutes or 0
        for most in (*(minutes for minutes in _MINUTES if minutes > now), None):
            tried = msgspec.structs.replace(step, amount=most)
            if _has_plan(make, given_way(change, tried), seconds):
                return tried
        return None
    if step.wish == "repeats":
        several = (msgspec.structs.replace(step, amount=times) for times in _REPEATS)
        return next((one for one in several if _has_plan(make, given_way(change, one), seconds)), None)
    if step.wish == "budget":
        return _least_budget(make, change, step, seconds)
    return step if _has_plan(make, given_way(change, step), seconds) else None


def _least_budget(make: Make, change: Change, step: Step, seconds: float) -> Step | None:
    free = given_way(change, step)
    question = make(free)
    cheapest = msgspec.structs.replace(
        question.problem, preference=tuple(-yen for yen in question.yen), preference_scale=1
    )
    answer = answer_of(msgspec.structs.replace(question, problem=cheapest), seconds=seconds)
    if answer.status != "optimal" or answer.objective is None or change.wishes.budget_yen is None:
        return None
    return msgspec.structs.replace(step, amount=int(-answer.objective))


def _has_plan(make: Make, change: Change, seconds: float) -> bool:
    return any_plan(make(change), seconds=seconds).status == "optimal"


def any_plan(question: Question, *, seconds: float) -> Answer:
    """Whether there is a plan at all; nothing is better than anything else, so the first one is proven best."""
    flat: Problem = msgspec.structs.replace(question.problem, preference=(0,) * len(question.problem.meals))
    return answer_of(msgspec.structs.replace(question, problem=flat), seconds=seconds)
