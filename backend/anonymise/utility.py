"""What the release lost: label loss, discernibility, marginals, correlations, and a reference model's AUROC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.anonymise.hierarchy import Floats, Hierarchy, Ints
from backend.anonymise.release import Spans

SAMPLED_ROWS = 100_000
"""Correlations and the reference model look at this many rows, evenly spaced in the order of their values."""


def losses(made: Spans, sizes: Ints) -> list[float]:
    """Mean loss of each column's released labels over the rows."""
    return [float((cost * sizes).sum() / sizes.sum()) for cost in made.costs]


def marginal_difference(
    leaves: npt.NDArray[np.integer[Any]], first: Ints, last: Ints, sizes: Ints, width: int
) -> float:
    """Total variation between a column's values and its released labels spread evenly over what they cover."""
    share = sizes / (last - first + 1)
    steps = np.zeros(width + 1)
    np.add.at(steps, first, share)
    np.add.at(steps, last + 1, -share)
    released = np.cumsum(steps)[:width] / sizes.sum()
    truth = np.bincount(leaves, minlength=width) / len(leaves)
    return float(0.5 * np.abs(released - truth).sum())


def sample(columns: Sequence[npt.NDArray[np.integer[Any]]]) -> Ints:
    """Rows evenly spaced in the order of their values: the same people whatever the order of the file."""
    order = np.lexsort([np.asarray(column) for column in columns])
    step = max(1, len(order) // SAMPLED_ROWS)
    return np.asarray(order[::step])


def correlations(columns: Sequence[Floats]) -> Floats:
    """Pearson correlations of the columns; 0 where a column does not vary."""
    stacked = np.stack([column - column.mean() for column in columns])
    spread = np.sqrt((stacked**2).sum(1))
    safe = np.where(spread > 0, spread, 1.0)
    return np.asarray((stacked @ stacked.T) / np.outer(safe, safe))


@dataclass(frozen=True)
class Correlated:
    """The largest and mean absolute change over all pairs of quasi-identifiers."""

    largest: float
    mean: float
    before: list[list[float]]
    after: list[list[float]]


def correlation_difference(
    leaves: Sequence[npt.NDArray[np.integer[Any]]], made: Spans, of_row: npt.NDArray[np.integer[Any]], rows: Ints
) -> Correlated:
    """Correlations of leaf positions against those of the middle of the released labels."""
    before = correlations([np.asarray(column[rows], float) for column in leaves])
    middles = [((first + last) / 2)[of_row[rows]] for first, last in zip(made.first, made.last, strict=True)]
    after = correlations(middles)
    upper = np.triu_indices(len(before), 1)
    away = np.abs(before - after)[upper] if len(before) > 1 else np.zeros(1)
    return Correlated(float(away.max()), float(away.mean()), before.round(4).tolist(), after.round(4).tolist())


def auroc(score: Floats, truth: npt.NDArray[np.bool_]) -> float:
    """Area under the ROC curve by ranks, ties shared."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    positives = int(truth.sum())
    negatives = len(truth) - positives
    if not positives or not negatives:
        return float("nan")
    return float((rank[inverse][truth].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def naive_bayes_auroc(features: Sequence[Ints], truth: npt.NDArray[np.bool_], is_test: npt.NDArray[np.bool_]) -> float:
    """AUROC on the test rows of a categorical naive Bayes model with add-one smoothing fitted on the others.

    The same model as scikit-learn's CategoricalNB (tests compare them); written here because importing
    scikit-learn costs more than the whole release.
    """
    fit, own = ~is_test, truth[~is_test]
    score: Floats = np.zeros(int(is_test.sum()))
    for feature in features:
        width = int(feature.max()) + 1
        yes = np.bincount(feature[fit][own], minlength=width) + 1.0
        no = np.bincount(feature[fit][~own], minlength=width) + 1.0
        score += (np.log(yes / yes.sum()) - np.log(no / no.sum()))[feature[is_test]]
    return auroc(score, truth[is_test])


@dataclass(frozen=True)
class ModelGap:
    """AUROC of the reference model on original values and on released labels; NaN if it cannot be fitted."""

    target: str
    value: str
    original: float
    released: float


def model_gap(
    target: str,
    value: str,
    truth: npt.NDArray[np.bool_],
    leaves: Sequence[npt.NDArray[np.integer[Any]]],
    made: Spans,
    of_row: npt.NDArray[np.integer[Any]],
    rows: Ints,
    hierarchies: Sequence[Hierarchy],
) -> ModelGap:
    """Fit the reference model on two thirds of the rows and try it on the rest, before and after."""
    is_test = np.arange(len(rows)) % 3 == 0
    original = [np.unique(column[rows], return_inverse=True)[1] for column in leaves]
    released = []
    for first, last, hierarchy in zip(made.first, made.last, hierarchies, strict=True):
        label = (first * len(hierarchy.leaves) + last)[of_row[rows]]
        released.append(np.unique(label, return_inverse=True)[1])
    own = truth[rows]
    return ModelGap(target, value, naive_bayes_auroc(original, own, is_test), naive_bayes_auroc(released, own, is_test))
