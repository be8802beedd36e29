"""What another policy would have brought, from what was logged with its probability: IPS and doubly robust.

Horvitz and Thompson 1952; Dudik, Langford and Li 2011. Intervals are normal with people as clusters, since one
person's weeks are not independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.advice.learning.world import Bools, Floats, Ints

LEAST = 10
"""Fewer people than this are not shown."""
Z95 = 1.959963984540054


@dataclass(frozen=True)
class Logged:
    """Decisions: whose, reminded or not, with which probability of a reminder, and what it came to (0 or 1)."""

    person: Ints
    reminded: Bools
    probability: Floats
    outcome: Floats

    def __post_init__(self) -> None:
        """Refuse probabilities that make the estimate meaningless."""
        taken = np.where(self.reminded, self.probability, 1 - self.probability)
        if len(taken) and not ((taken > 0) & (taken <= 1)).all():
            raise ValueError("a decision that had no chance was logged")


@dataclass(frozen=True)
class Estimate:
    """A mean outcome with its 95 % interval, over so many decisions of so many people."""

    value: float
    low: float
    high: float
    decisions: int
    people: int


def ips(logged: Logged, wanted: Floats) -> Estimate | None:
    """Inverse probability weighting: the mean outcome if reminders had gone out with probability `wanted`."""
    return _mean(logged, _weights(logged, wanted) * logged.outcome)


def doubly_robust(logged: Logged, wanted: Floats, if_reminded: Floats, if_not: Floats) -> Estimate | None:
    """As `ips`, helped by a model of the outcome; right if either the probabilities or the model is."""
    model = np.where(logged.reminded, if_reminded, if_not)
    direct = wanted * if_reminded + (1 - wanted) * if_not
    return _mean(logged, direct + _weights(logged, wanted) * (logged.outcome - model))


def crossed(logged: Logged) -> tuple[Floats, Floats]:
    """A model for `doubly_robust`: mean outcome by arm, for each person from all others (so it never saw her)."""
    found = []
    people, index = np.unique(logged.person, return_inverse=True)
    for arm in (logged.reminded, ~logged.reminded):
        hits = np.bincount(index, weights=logged.outcome * arm, minlength=len(people))
        n = np.bincount(index, weights=arm.astype(float), minlength=len(people))
        others = n.sum() - n
        mean = np.where(others > 0, (hits.sum() - hits) / np.maximum(others, 1), 0.5)
        found.append(mean[index])
    return found[0], found[1]


def _weights(logged: Logged, wanted: Floats) -> Floats:
    wanted = np.asarray(wanted, dtype=float)
    taken = np.where(logged.reminded, logged.probability, 1 - logged.probability)
    return np.asarray(np.where(logged.reminded, wanted, 1 - wanted) / taken)


def _mean(logged: Logged, scores: Floats) -> Estimate | None:
    people, index = np.unique(logged.person, return_inverse=True)
    if len(people) < LEAST:
        return None
    value = float(scores.mean())
    by_person = np.bincount(index, weights=scores - value)
    count = len(people)
    spread = float(np.sqrt((by_person**2).sum() * count / (count - 1))) / len(scores)
    return Estimate(
        value=value, low=value - Z95 * spread, high=value + Z95 * spread, decisions=len(scores), people=count
    )
