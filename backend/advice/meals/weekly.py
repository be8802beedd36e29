"""The week without its days, by HiGHS: which 21 meals, and the proven bound that no plan can exceed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from backend.advice.meals.model import Problem
from backend.advice.meals.rows import Priced, WeekRow, priced, week_rows


class Selection(msgspec.Struct, frozen=True):
    """What HiGHS says of the week: the meals of the best selection, or none; `is_done` unless its time ran out."""

    chosen: tuple[int, ...] | None
    is_done: bool


def _matrix(rows: Sequence[WeekRow], keep: Sequence[int]) -> tuple[Any, Any, Any]:
    import numpy as np

    matrix = np.array([[row.amounts[index] / row.scale for index in keep] for row in rows], dtype=float)
    low = np.array([-np.inf if row.low is None else row.low / row.scale for row in rows])
    high = np.array([np.inf if row.high is None else row.high / row.scale for row in rows])
    return matrix.reshape(len(rows), len(keep)), low, high


def relaxed(problem: Problem) -> Priced | None:
    """The bound of the linear relaxation, exact; None if the week is proven impossible (Farkas, exact)."""
    import numpy as np
    from scipy.optimize import linprog

    rows = week_rows(problem)
    everything = range(len(problem.meals))
    matrix, low, high = _matrix(rows, everything)
    above, below = np.isfinite(high), np.isfinite(low)
    stacked = np.vstack([matrix[above], -matrix[below]])
    borders = np.concatenate([high[above], -low[below]])
    worth = np.array(problem.preference, dtype=float) / problem.preference_scale
    found = linprog(-worth, A_ub=stacked, b_ub=borders, bounds=(0, 1), method="highs")
    if found.status == 0:
        return _priced(rows, problem, -found.ineqlin.marginals, above, below)
    # The least total of what the borders must give way: above 0 means that no week keeps them all.
    count = len(borders)
    elastic = np.hstack([stacked, -np.eye(count)])
    cost = np.concatenate([np.zeros(len(worth)), np.ones(count)])
    bounds = [(0, 1)] * len(worth) + [(0, None)] * count
    least = linprog(cost, A_ub=elastic, b_ub=borders, bounds=bounds, method="highs")
    nothing = _priced(rows, None, -least.ineqlin.marginals, above, below)
    # With worth 0 the bound is >= 0 as long as any week exists; below 0 it is the exact proof that none does.
    if nothing.bound < 0:
        return None
    return Priced(sum(max(0, one) for one in problem.preference) << 60, tuple(0 for _ in everything))


def _priced(rows: Sequence[WeekRow], problem: Problem | None, marginals: Any, above: Any, below: Any) -> Priced:
    worth = [0] * len(rows[0].amounts) if problem is None else list(problem.preference)
    unit = 1 if problem is None else problem.preference_scale
    prices = [float(one) * unit for one in marginals]
    highs, lows = [0.0] * len(rows), [0.0] * len(rows)
    ups = [index for index in range(len(rows)) if above[index]]
    downs = [index for index in range(len(rows)) if below[index]]
    for index, price in zip(ups, prices[: len(ups)], strict=True):
        highs[index] = max(0.0, price) / rows[index].scale
    for index, price in zip(downs, prices[len(ups) :], strict=True):
        lows[index] = max(0.0, price) / rows[index].scale
    return priced(rows, worth, lows, highs)


def best(
    problem: Problem,
    keep: Sequence[int],
    *,
    cuts: Sequence[frozenset[int]] = (),
    gap: float = 0.0,
    seconds: float = 60.0,
) -> Selection:
    """The best selection of the week among the meals kept, leaving out the selections in `cuts`."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    if not keep:
        return Selection(None, True)
    rows = week_rows(problem)
    matrix, low, high = _matrix(rows, keep)
    for cut in cuts:
        # Of a set that fits no week, at least one meal has to go.
        matrix = np.vstack([matrix, [float(index in cut) for index in keep]])
        low, high = np.append(low, -np.inf), np.append(high, len(cut) - 1)
    worth = np.array([problem.preference[index] for index in keep], dtype=float) / problem.preference_scale
    found = milp(
        -worth,
        constraints=LinearConstraint(matrix, low, high),
        integrality=np.ones(len(keep)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": gap, "time_limit": seconds},
    )
    chosen = None if found.x is None else tuple(keep[i] for i, x in enumerate(found.x) if x > 0.5)
    return Selection(chosen, found.status in (0, 2))
