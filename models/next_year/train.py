"""Learns the parameters from simulated people and sets the intervals on others: `python -m models.next_year.train`."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from models import seal
from models.next_year import simulator
from models.next_year.process import FOLDER, GROUPS, Array, course, predict

FIT_SEED, CONFORMAL_SEED, PEOPLE = 1, 2, 30_000
COVERAGE = 0.90


def learn(panel: simulator.Panel) -> dict[str, Any]:
    """Return course and variances: moments by lag, the slow part by a grid of its memory."""
    seen = np.isfinite(panel.values)
    found = np.polynomial.polynomial.polyfit((panel.ages[seen] - 57) / 10, panel.values[seen], 2)
    over = np.where(seen, panel.values - course({"course": found}, panel.ages), np.nan)
    years = over.shape[1]
    lags = np.arange(years)
    moments = np.array([np.nanmean(over[:, lag:] * over[:, : years - lag]) for lag in lags])
    pairs = np.array([np.isfinite(over[:, lag:] * over[:, : years - lag]).sum() for lag in lags], dtype=np.float64)
    best: tuple[float, dict[str, Any]] | None = None
    for keep in np.arange(0.1, 0.96, 0.05):
        design = np.column_stack([np.ones(years - 1), keep ** lags[1:]])
        weight = np.sqrt(pairs[1:])
        own, slow = np.linalg.lstsq(design * weight[:, None], moments[1:] * weight, rcond=None)[0]
        own, slow = max(own, 1e-9), max(slow, 0.0)
        error = float((pairs[1:] * (design @ [own, slow] - moments[1:]) ** 2).sum())
        if best is None or error < best[0]:
            noise = max(float(moments[0] - own - slow), 0.02 * float(moments[0]))
            best = error, {"own": float(own), "slow": float(slow), "keep": float(keep), "noise": noise}
    assert best is not None
    return {"course": [float(c) for c in found], **best[1]}


def ratios(parameters: dict[str, Any], panel: simulator.Panel) -> tuple[Array, Array]:
    """Return how far each last value was from its prediction, in spreads, and how many earlier values there were."""
    mean, spread, _ = predict(parameters, panel.values, panel.ages)
    off: Array = np.abs(panel.values[:, -1] - mean) / spread
    return off, np.isfinite(panel.values[:, :-1]).sum(axis=1).astype(np.float64)


def reach(off: Array) -> float:
    """Return the split-conformal quantile: the ceil((n+1) x 0.9)-th smallest."""
    return float(np.sort(off)[math.ceil((off.size + 1) * COVERAGE) - 1])


def main() -> None:
    """Write parameters.json and seal the card."""
    found: dict[str, Any] = {}
    for metric in simulator.ASSUMED["items"]:
        found[metric] = {}
        for sex in ("male", "female"):
            parameters = learn(simulator.panel(metric, sex, people=PEOPLE, seed=FIT_SEED))
            off, counts = ratios(parameters, simulator.panel(metric, sex, people=PEOPLE, seed=CONFORMAL_SEED))
            parameters["reach"] = [reach(off[(counts >= low) & (counts <= high)]) for low, high in GROUPS]
            found[metric][sex] = {
                name: [round(v, 6) for v in value] if isinstance(value, list) else round(value, 9)
                for name, value in parameters.items()
            }
    (FOLDER / "parameters.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    seal.main()


if __name__ == "__main__":
    main()
