"""k, l and t of classes: what they mean, measured on counts of sensitive values per class."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.anonymise.hierarchy import Floats, Ints

Flags = npt.NDArray[np.bool_]

CELLS_AT_ONCE = 4_000_000
ROUNDING = 1e-9  # floating sums of equal shares must not decide a verdict


class Diversity(StrEnum):
    """Which l is meant: the number of values in a class, or exp of their entropy."""

    DISTINCT = "distinct"
    ENTROPY = "entropy"


class Distance(StrEnum):
    """Which earth mover's distance is meant: values on a scale, or all values equally far."""

    ORDERED = "ordered"
    EQUAL = "equal"


@dataclass(frozen=True)
class Demand:
    """What a release must hold: k always, l and t if given."""

    k: int
    l: float | None = None  # noqa: E741  (the letter of the model's name)
    t: float | None = None
    diversity: Diversity = Diversity.DISTINCT


@dataclass(frozen=True)
class Secret:
    """One sensitive column: its value codes by row (in value order), how many values, their shares, the distance."""

    column: str
    codes: npt.NDArray[np.integer[Any]]
    values: tuple[str, ...]
    distance: Distance

    @property
    def shares(self) -> Floats:
        """The share of each value in the whole table."""
        return np.bincount(self.codes, minlength=len(self.values)) / len(self.codes)


def counts(of_row: npt.NDArray[np.integer[Any]], classes: int, secret: Secret) -> Ints:
    """Rows of each value in each class: [class, value]."""
    width = len(secret.values)
    flat = np.bincount(of_row.astype(np.int64) * width + secret.codes, minlength=classes * width)
    return np.asarray(flat.reshape(classes, width))


def distinct_values(table: Ints) -> Ints:
    """Distinct l of each class."""
    return np.asarray((table > 0).sum(1))


def entropy_values(table: Ints) -> Floats:
    """Entropy l of each class: exp of the entropy of its values."""
    share = table / table.sum(1, keepdims=True)
    logs = np.zeros_like(share)
    np.log(share, out=logs, where=share > 0)
    return np.asarray(np.exp(-(share * logs).sum(1)))


def distances(table: Ints, shares: Floats, distance: Distance) -> Floats:
    """Earth mover's distance of each class's values from the table's."""
    away = table / table.sum(1, keepdims=True) - shares
    if distance is Distance.EQUAL:
        return np.asarray(0.5 * np.abs(away).sum(1))
    if table.shape[1] == 1:
        return np.zeros(len(table))
    return np.asarray(np.abs(np.cumsum(away, 1)).sum(1) / (table.shape[1] - 1))


def meets(table: Ints, shares: Floats, demand: Demand, distance: Distance) -> Flags:
    """Whether each class of counts meets l and t."""
    good = np.ones(len(table), bool)
    if demand.l is not None:
        if demand.diversity is Diversity.DISTINCT:
            good &= distinct_values(table) >= demand.l
        else:
            good &= entropy_values(table) >= demand.l - ROUNDING
    if demand.t is not None:
        good &= distances(table, shares, distance) <= demand.t + ROUNDING
    return good


def meets_all(of_row: npt.NDArray[np.integer[Any]], classes: int, secrets: list[Secret], demand: Demand) -> Flags:
    """Whether each class meets l and t for every sensitive column; counts are made for a slice of classes at a time."""
    good = np.ones(classes, bool)
    order = np.argsort(of_row, kind="stable")
    own = of_row[order]
    for secret in secrets:
        at_once = max(1, CELLS_AT_ONCE // len(secret.values))
        shares = secret.shares
        for start in range(0, classes, at_once):
            stop = min(start + at_once, classes)
            a, b = np.searchsorted(own, [start, stop])
            part = Secret(secret.column, secret.codes[order[a:b]], secret.values, secret.distance)
            good[start:stop] &= meets(counts(own[a:b] - start, stop - start, part), shares, demand, secret.distance)
    return good


@dataclass(frozen=True)
class Measured:
    """The k, l and t that a set of classes holds for one sensitive column."""

    column: str
    l_distinct: int
    l_entropy: float
    t: float
    distance: Distance


def measure(of_row: npt.NDArray[np.integer[Any]], classes: int, secret: Secret) -> Measured:
    """The smallest l and the largest t over the classes."""
    order = np.argsort(of_row, kind="stable")
    own = of_row[order]
    at_once = max(1, CELLS_AT_ONCE // len(secret.values))
    shares = secret.shares
    l_distinct, l_entropy, t = len(secret.values), float(len(secret.values)), 0.0
    for start in range(0, classes, at_once):
        stop = min(start + at_once, classes)
        a, b = np.searchsorted(own, [start, stop])
        part = Secret(secret.column, secret.codes[order[a:b]], secret.values, secret.distance)
        table = counts(own[a:b] - start, stop - start, part)
        l_distinct = min(l_distinct, int(distinct_values(table).min()))
        l_entropy = min(l_entropy, float(entropy_values(table).min()))
        t = max(t, float(distances(table, shares, secret.distance).max()))
    return Measured(secret.column, l_distinct, l_entropy, t, secret.distance)
