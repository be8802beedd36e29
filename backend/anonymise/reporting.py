"""The report of a release: what it holds, what it lost, how risky it is, and how it was made."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from backend.anonymise import utility
from backend.anonymise.diversity import Enforced
from backend.anonymise.hierarchy import Ints
from backend.anonymise.lattice import keys
from backend.anonymise.minimality import GAIN
from backend.anonymise.model import Column, Request
from backend.anonymise.partition import Grouped, Source
from backend.anonymise.prepare import Prepared
from backend.anonymise.privacy import Measured, Secret, measure
from backend.anonymise.release import Spans, same_labels

FORMAT = 1
HISTOGRAM_EDGES = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 100_000)
MODEL_ROWS_AT_LEAST = 60


@dataclass(frozen=True)
class ClassFacts:
    """Sizes of the classes that somebody who reads the table sees."""

    rows: int
    classes: int
    smallest: int
    largest: int
    unique_rows: int
    rows_under_k: int
    discernibility: int
    histogram: list[dict[str, int | None]]


def class_facts(sizes: Ints, k: int) -> ClassFacts:
    """What class sizes say about uniqueness and discernibility."""
    bins: list[dict[str, int | None]] = []
    edges = [*HISTOGRAM_EDGES, None]
    for low, high in itertools.pairwise(edges):
        assert low is not None
        inside = (sizes >= low) & (sizes < (high or np.inf))
        if inside.any():
            last = None if high is None else high - 1
            bins.append({"from": low, "to": last, "classes": int(inside.sum()), "rows": int(sizes[inside].sum())})
    return ClassFacts(
        int(sizes.sum()),
        len(sizes),
        int(sizes.min()),
        int(sizes.max()),
        int((sizes == 1).sum()),
        int(sizes[sizes < k].sum()),
        int((sizes.astype(np.int64) ** 2).sum()),
        bins,
    )


def risks(sizes: Ints, k: int, sampled_share: float) -> dict[str, dict[str, float]]:
    """Prosecutor, journalist and marketer risk (El Emam's definitions).

    The prosecutor knows that his target is in the table; the journalist does not, so the target's class is as
    large as in the population of which the table is `sampled_share`; the marketer wants as many hits as possible.
    """
    rows = float(sizes.sum())
    in_population = np.maximum(sizes / sampled_share, sizes)
    return {
        "prosecutor": {
            "highest": float(1 / sizes.min()),
            "average": float(len(sizes) / rows),
            "rows_above_1_over_k": float(sizes[sizes < k].sum() / rows),
        },
        "journalist": {
            "highest": float((1 / in_population).max()),
            "average": float(max(len(sizes) / in_population.sum(), (sizes / in_population).sum() / rows)),
            "sampled_share": sampled_share,
        },
        "marketer": {"expected_share_of_hits": float((sizes / in_population).sum() / rows)},
    }


@dataclass(frozen=True)
class MeasuredRelease:
    """Everything that was measured on the released labels."""

    before: ClassFacts
    after: ClassFacts
    sizes_before: Ints
    sizes_after: Ints
    secrets: list[Measured]
    losses: list[float]
    marginals: list[float]
    correlated: utility.Correlated
    gaps: list[utility.ModelGap]


def measure_release(source: Source, enforced: Enforced, made: Spans, secrets: list[Secret], k: int) -> MeasuredRelease:
    """Measure the release as its reader sees it: classes whose labels read alike count as one."""
    codes = source.table.codes(source.quasi)
    leaves = [own.take(column) for own, column in zip(source.leaf_of, codes, strict=True)]
    key, _ = keys(leaves, source.hierarchies, [0] * len(leaves))
    key.sort()
    borders = np.flatnonzero(np.r_[True, key[1:] != key[:-1], True])
    sizes_before = np.diff(borders)
    del key
    seen = same_labels(made)
    classes = int(seen.max()) + 1
    sizes_after = np.bincount(seen, weights=enforced.boxes.sizes, minlength=classes).astype(np.int64)
    of_row = seen[enforced.of_row]
    rows = utility.sample([*leaves, *(secret.codes for secret in secrets)])
    return MeasuredRelease(
        class_facts(sizes_before, k),
        class_facts(sizes_after, k),
        sizes_before,
        sizes_after,
        [measure(of_row, classes, secret) for secret in secrets],
        utility.losses(made, enforced.boxes.sizes),
        [
            utility.marginal_difference(column, first, last, enforced.boxes.sizes, len(h.leaves))
            for column, first, last, h in zip(leaves, made.first, made.last, source.hierarchies, strict=True)
        ],
        utility.correlation_difference(leaves, made, enforced.of_row, rows),
        [_gap(secret, leaves, made, enforced, rows, source) for secret in secrets if len(rows) >= MODEL_ROWS_AT_LEAST],
    )


def _gap(
    secret: Secret,
    leaves: Sequence[npt.NDArray[np.integer[Any]]],
    made: Spans,
    enforced: Enforced,
    rows: Ints,
    source: Source,
) -> utility.ModelGap:
    """The reference model tells the commonest value from the others."""
    commonest = int(np.argmax(np.bincount(secret.codes)))
    return utility.model_gap(
        secret.column,
        secret.values[commonest],
        secret.codes == commonest,
        leaves,
        made,
        enforced.of_row,
        rows,
        source.hierarchies,
    )


def sha256(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)


def report(
    request: Request,
    classified: list[Column],
    source: Source,
    grouped: Grouped,
    enforced: Enforced,
    measured: MeasuredRelease,
    prepared: Prepared,
) -> dict[str, Any]:
    """The report as JSON values; no time of day and no path, so the same request gives the same bytes."""
    demand = request.demand
    return {
        "format": FORMAT,
        "table": {"name": request.table.name, "rows": source.table.rows, "sha256": sha256(request.table)},
        "columns": [{"name": c.name, "role": c.role.value, "rule": c.rule} for c in classified],
        "hierarchies": [
            {"column": h.column, "source": h.source, "leaves": len(h.leaves), "levels": h.depth}
            for h in source.hierarchies
        ],
        "prepared": {
            "dates_shifted": list(prepared.shifted),
            "shift_days": prepared.days,
            "shift_repeatable": prepared.is_repeatable,
            "rare_below": prepared.rare_below,
            "rare_values_grouped": prepared.grouped,
        },
        "demand": {"k": demand.k, "l": demand.l, "t": demand.t, "diversity": demand.diversity.value},
        "release": {
            "form": request.form.value,
            "row_order": "as in the input",
            "suppressed_rows": 0,
            "k": measured.after.smallest,
            "sensitive": [
                {
                    "column": m.column,
                    "l_distinct": m.l_distinct,
                    "l_entropy": round(m.l_entropy, 6),
                    "t": round(m.t, 6),
                    "distance": m.distance.value,
                }
                for m in measured.secrets
            ],
            "classes_merged_for_l_or_t": enforced.merged_classes,
            "merges_widened_after_minimality_attack": enforced.merged_for_attack,
            "minimality_gain_allowed": GAIN,
            "parts": grouped.parts,
            "leftover_rows_joined": grouped.leftovers,
        },
        "uniqueness": {
            "before": measured.before.unique_rows / measured.before.rows,
            "after": measured.after.unique_rows / measured.after.rows,
        },
        "classes": {"before": dataclasses.asdict(measured.before), "after": dataclasses.asdict(measured.after)},
        "risk": {
            "before": risks(measured.sizes_before, demand.k, request.sampled_share),
            "after": risks(measured.sizes_after, demand.k, request.sampled_share),
        },
        "loss": {
            "mean": round(float(np.mean(measured.losses)), 6),
            "columns": {name: round(x, 6) for name, x in zip(request.quasi, measured.losses, strict=True)},
            "discernibility": measured.after.discernibility,
        },
        "marginal_difference": {name: round(x, 6) for name, x in zip(request.quasi, measured.marginals, strict=True)},
        "correlation_difference": {
            "columns": list(request.quasi),
            "largest": round(measured.correlated.largest, 6),
            "mean": round(measured.correlated.mean, 6),
            "before": measured.correlated.before,
            "after": measured.correlated.after,
        },
        "reference_model": [
            {
                "target": gap.target,
                "value": gap.value,
                "model": "categorical naive Bayes",
                "auroc_original": _number(gap.original),
                "auroc_released": _number(gap.released),
                "gap": _number(gap.original - gap.released),
            }
            for gap in measured.gaps
        ],
    }
