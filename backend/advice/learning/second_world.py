"""A second, independent world: one habit, a hidden context, habituation and the risk of leaving.

After the published description of StepCountJITAI (Karine and Marlin 2024): every day a message is none, general, or
for one of two contexts, of which only a noisy sign is seen. Own code, sizes as described there, steps in hundreds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NONE, GENERAL, FIRST, SECOND = range(4)


@dataclass(frozen=True)
class Sizes:
    """How the habit answers: rise and fall of habituation and of the risk of leaving, gains of a message."""

    base: float = 0.1
    general: float = 0.5
    fitting: float = 2.0
    used_to_up: float = 0.05
    used_to_down: float = 0.1
    leaving_up: float = 0.4
    leaving_down: float = 0.1
    leaves_at: float = 0.99
    sign_noise: float = 0.4


class Walkers:
    """People whose steps answer to messages that fit the moment; who gets too many wrong ones leaves for good."""

    def __init__(self, seed: int, *, people: int = 100, sizes: Sizes | None = None) -> None:
        """The same seed is the same course of contexts and noise."""
        self._draw = np.random.default_rng([4, seed])
        self.sizes = sizes or Sizes()
        self.used_to = np.full(people, 0.1)
        self.leaving = np.full(people, 0.1)
        self.is_here = np.ones(people, dtype=bool)
        self.people = people
        self._next()

    def _next(self) -> None:
        self._context = self._draw.integers(0, 2, self.people)
        sign = self._context + self._draw.normal(0, self.sizes.sign_noise, self.people)
        # Bayes for two equally frequent contexts whose sign is normal around 0 and 1.
        self.chance_of_second: Floats = 1 / (1 + np.exp((0.5 - sign) / self.sizes.sign_noise**2))

    def true_context(self) -> Ints:
        """The hidden context, for a policy that knows everything."""
        return self._context

    def step(self, action: Ints) -> Floats:
        """Live a day with these messages; returns the steps (hundreds) of those who are still here."""
        s = self.sizes
        fits = action == self._context + FIRST
        is_sent = action != NONE
        gain = np.where(action == GENERAL, s.general, np.where(fits, s.fitting, 0.0)) * (1 - self.used_to)
        noise = self._draw.normal(0, 0.2, self.people)
        steps = np.where(self.is_here, np.maximum(0, s.base + gain + noise), 0.0)
        self.used_to = np.where(
            is_sent, np.minimum(1, self.used_to + s.used_to_up), (1 - s.used_to_down) * self.used_to
        )
        calmed = (action == GENERAL) | fits
        self.leaving = np.where(
            is_sent,
            np.where(calmed, (1 - s.leaving_down) * self.leaving, np.minimum(1, self.leaving + s.leaving_up)),
            self.leaving,
        )
        self.is_here &= self.leaving < s.leaves_at
        self._next()
        return steps
