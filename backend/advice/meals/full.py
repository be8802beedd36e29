"""The whole model by OR-Tools CP-SAT: which meal in which slot of which day, in exact whole numbers; the reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from backend.advice.meals.model import DAYS, Place, Problem
from backend.advice.meals.rows import week_rows

Progress = Callable[[int | None, int | None], bool]
"""Called with the best worth so far and the bound; False stops the search."""


_WORKERS = 8
"""CP-SAT's strategies run side by side; with fewer the hard cases take three times as long, even on two cores."""


class Searched(msgspec.Struct, frozen=True, kw_only=True):
    """What CP-SAT found: a plan or none, the proven bound, and whether the search is over."""

    plan: tuple[Place, ...] | None
    bound: int | None
    is_done: bool


def search(
    problem: Problem,
    keep: Sequence[int],
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    chosen: Sequence[int] | None = None,
    any_plan: bool = False,
    seconds: float = 600.0,
    progress: Progress | None = None,
) -> Searched:
    """The best plan of the meals kept; with `chosen` only the days of these are sought, with `any_plan` any is fine."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    kept = sorted(set(keep if chosen is None else chosen))
    eaten, on = _variables(model, problem, kept)
    for row in week_rows(problem):
        _between(model, [(eaten[index], row.amounts[index]) for index in kept if row.amounts[index]], row.low, row.high)
    for day in range(DAYS):
        for one in problem.daily:
            terms = [(on[index, day], one.amounts[index]) for index in kept if (index, day) in on]
            _between(model, [(x, amount) for x, amount in terms if amount], one.low, one.high)
        for members in problem.groups().values():
            inside = [on[index, day] for index in members if (index, day) in on]
            if len(inside) > problem.group_per_day:
                model.add(sum(inside) <= problem.group_per_day)
        for slot in problem.slots:
            model.add(sum(on[index, day] for index in problem.of_slot(slot) if (index, day) in on) == 1)
    for day, meal in problem.locked:
        if (meal, day) not in on:
            return Searched(plan=None, bound=None, is_done=True)
        model.add(on[meal, day] == 1)
    if chosen is not None:
        for index in kept:
            model.add(eaten[index] == 1)
    if problem.is_day_free:
        _order_days(model, problem, kept, on)
    worth = sum(problem.preference[index] * eaten[index] for index in kept)
    if at_least is not None:
        model.add(worth >= at_least)
    if at_most is not None:
        model.add(worth <= at_most)
    if chosen is None and not any_plan:
        model.maximize(worth)
    return _run(model, on, problem, seconds, progress, has_objective=chosen is None and not any_plan)


def _variables(model: Any, problem: Problem, kept: Sequence[int]) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
    eaten = {index: model.new_bool_var(f"y{index}") for index in kept}
    on: dict[tuple[int, int], Any] = {}
    for index in kept:
        days = problem.meals[index].days
        for day in range(DAYS):
            if days is None or day in days:
                on[index, day] = model.new_bool_var(f"x{index}_{day}")
        model.add(sum(on[index, day] for day in range(DAYS) if (index, day) in on) == eaten[index])
    return eaten, on


def _between(model: Any, terms: Sequence[tuple[Any, int]], low: int | None, high: int | None) -> None:
    if low is None and high is None:
        return
    # Wide enough for every sum, and small enough that CP-SAT's 64 bits hold.
    reach = sum(abs(amount) for _, amount in terms) + 1
    if not terms:
        if (low is not None and low > 0) or (high is not None and high < 0):
            model.add_bool_or([])
        return
    lower = -reach if low is None else max(low, -reach)
    upper = reach if high is None else min(high, reach)
    if lower > upper:
        model.add_bool_or([])
        return
    model.add_linear_constraint(sum(amount * x for x, amount in terms), lower, upper)


def _order_days(model: Any, problem: Problem, kept: Sequence[int], on: dict[tuple[int, int], Any]) -> None:
    """Days that can be exchanged stand in the order of their first meal, so that 5,040 equal plans become one."""
    first = [index for index in problem.of_slot(problem.slots[0]) if index in set(kept)]
    for day in range(DAYS - 1):
        here = sum(n * on[index, day] for n, index in enumerate(first))
        after = sum(n * on[index, day + 1] for n, index in enumerate(first))
        model.add(here + 1 <= after)


def _run(
    model: Any,
    on: dict[tuple[int, int], Any],
    problem: Problem,
    seconds: float,
    progress: Progress | None,
    *,
    has_objective: bool,
) -> Searched:
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = _WORKERS
    solver.parameters.max_time_in_seconds = max(0.1, seconds)

    class Watch(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            if progress is not None and not progress(round(self.objective_value), round(self.best_objective_bound)):
                self.stop_search()

    status = solver.solve(model, Watch() if has_objective else None)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(model.validate())
    is_done = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    plan = None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        plan = tuple(
            sorted(Place(day, problem.meals[index].slot, index) for (index, day), x in on.items() if solver.value(x))
        )
    bound = round(solver.best_objective_bound) if has_objective and status != cp_model.INFEASIBLE else None
    return Searched(plan=plan, bound=bound, is_done=is_done)
