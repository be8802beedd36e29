"""The same idea in the second world: Thompson sampling of a linear effect under a budget of three messages a week."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.advice.learning.second_world import FIRST, GENERAL, NONE, SECOND, Bools, Floats, Ints, Walkers

DAYS = 182
BUDGET = 3


@dataclass(frozen=True)
class Season:
    """Mean steps (hundreds a day and person), messages a week and person, share of people still here at the end."""

    steps: float
    messages_a_week: float
    still_here: float


class Walks:
    """Pooled linear Thompson sampling over messages; the feature is the chance of the second context."""

    def __init__(self, *, seed: int, is_learning: bool = True, fatigue: float = 0.1) -> None:
        """`fatigue` is the price of a message in hundreds of steps."""
        self._draw = np.random.default_rng([9, seed])
        self._is_learning = is_learning
        self._fatigue = fatigue
        self._xx = np.stack([np.eye(2)] * 4)
        self._xy = np.zeros((4, 2))

    def decide(self, chance: Floats, left: Ints, days_left: int) -> Ints:
        """A message for each person, none where the week's budget is used up."""
        people = len(chance)
        if self._is_learning:
            inverse = np.linalg.inv(self._xx)
            mean = np.einsum("avw,aw->av", inverse, self._xy)
            z = self._draw.standard_normal((people, 4, 2))
            slopes = mean + 0.2 * np.einsum("avw,paw->pav", np.linalg.cholesky(inverse), z)
            value = np.einsum("pav,pv->pa", slopes, np.column_stack([1 - chance, chance]))
            gain = value[:, GENERAL:] - value[:, [NONE]] - self._fatigue
            best = gain.argmax(axis=1) + GENERAL
            # Spread over the week: the surer the context, the better the day for a message.
            sure = np.abs(chance - 0.5) > 0.5 * (1 - left / max(days_left, 1))
            wants = (gain.max(axis=1) > 0) & sure
        else:
            best = self._draw.integers(GENERAL, SECOND + 1, people)
            wants = self._draw.random(people) < left / max(days_left, 1)
        return np.where(wants & (left > 0), best, NONE)

    def learn(self, chance: Floats, action: Ints, steps: Floats, is_here: Bools) -> None:
        """Add a day."""
        known = np.column_stack([1 - chance, chance]) * is_here[:, None]
        for each in (NONE, GENERAL, FIRST, SECOND):
            rows = known[action == each]
            self._xx[each] += rows.T @ rows
            self._xy[each] += rows.T @ steps[action == each]


def season(world: Walkers, walks: Walks, *, days: int = DAYS) -> Season:
    """Live half a year; never more than three messages in seven days of a calendar week."""
    total, sent = 0.0, 0
    left = np.full(world.people, BUDGET)
    for day in range(days):
        if day % 7 == 0:
            left = np.full(world.people, BUDGET)
        chance, here = world.chance_of_second, world.is_here.copy()
        action = walks.decide(chance, left, 7 - day % 7)
        left = left - (action != NONE)
        steps = world.step(action)
        walks.learn(chance, action, steps, here)
        total, sent = total + float(steps.sum()), sent + int((action != NONE).sum())
    return Season(
        steps=total / days / world.people,
        messages_a_week=sent / (days / 7) / world.people,
        still_here=float(world.is_here.mean()),
    )
