"""The next value of a person as a Gaussian process over years: population course, own level, slow part, noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
FOLDER = Path(__file__).parent
GROUPS = ((1, 1), (2, 2), (3, 4), (5, 10))
"""The interval is calibrated apart for these numbers of earlier values."""


def course(parameters: Mapping[str, Any], ages: Array) -> Array:
    """Return the population's mean at these ages (quadratic around 57)."""
    found: Array = np.polynomial.polynomial.polyval((ages - 57) / 10, parameters["course"])
    return found


def covariance(parameters: Mapping[str, Any], apart: Array) -> Array:
    """Return the covariance of two values this many years apart; without the noise of a single value."""
    found: Array = parameters["own"] + parameters["slow"] * np.power(parameters["keep"], np.abs(apart))
    return found


def predict(parameters: Mapping[str, Any], values: Array, ages: Array) -> tuple[Array, Array, Array]:
    """Return (mean, spread, weights) of the last column from those before; NaN is a year without a value.

    Rows are people. The mean is the course plus the weights times what each value was above the course: an exact sum.
    """
    past = values[:, :-1]
    seen = np.isfinite(past)
    years = np.arange(values.shape[1], dtype=np.float64)
    between = covariance(parameters, years[:-1, None] - years[None, :-1])
    held = seen[:, :, None] & seen[:, None, :]
    matrix = np.where(held, between, 0.0) + np.eye(past.shape[1]) * np.where(seen, parameters["noise"], 1.0)[:, None, :]
    ahead = np.where(seen, covariance(parameters, years[:-1] - years[-1]), 0.0)
    weights = np.asarray(np.linalg.solve(matrix, ahead[:, :, None])[:, :, 0], dtype=np.float64)
    over = np.where(seen, past - course(parameters, ages[:, :-1]), 0.0)
    mean = np.asarray(course(parameters, ages[:, -1]) + (weights * over).sum(axis=1), dtype=np.float64)
    total = parameters["own"] + parameters["slow"] + parameters["noise"]
    spread: Array = np.sqrt(total - (weights * ahead).sum(axis=1))
    return mean, spread, weights


def group_of(count: int) -> int:
    """Return the index of the group of a number of earlier values."""
    return next(i for i, (low, high) in enumerate(GROUPS) if low <= count <= high)


def as_history(history: Sequence[tuple[int, float]], age: float, years: int) -> tuple[Array, Array]:
    """Return one person's values and ages as rows of a panel; `age` is that of the newest value."""
    newest = max(year for year, _ in history)
    values = np.full((1, years), np.nan)
    for year, value in history:
        values[0, years - 2 - (newest - year)] = value
    return values, age + np.arange(2 - years, 2, dtype=np.float64)[None, :]
