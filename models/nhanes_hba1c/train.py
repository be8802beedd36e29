"""Fits both models and writes their files and figures: `python -m models.nhanes_hba1c.train --data DIR`."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from models import seal
from models.nhanes_hba1c import artefact, design
from models.nhanes_hba1c.design import Array

Mask = npt.NDArray[np.bool_]
FOLDER = Path(__file__).parent
FILE = "nhanes-adults-1999-2018.parquet"
LAST_FIT, FIRST_TEST = 2011, 2013
CALIBRATION_WAVES = (2009, 2011)
"""Each is predicted by a model fitted on the waves before it; the calibration sees nothing else."""
KNOTS, PENALTY, CALIBRATION_PENALTY = 5, 0.1, 10.0
KEPT = ("knots", "mean", "base", "calibration")
LOGS = ("weight", "waist", "ggt", "alp", "cr")
BANDS = ((20, 39), (40, 59), (60, 79))
BASELINE = {"a": 0.7896, "b": 0.8289}
"""The best AUROC of ../shared/risk/baselines.json on the same 15,299 rows."""


@dataclass(frozen=True)
class People:
    """NHANES adults with an HbA1c who were not pregnant; a value that was not measured is NaN."""

    values: dict[str, Array]
    male: Array
    year: Array
    is_high: Array

    def whole(self, which: str) -> Mask:
        """Return who has every input of the model inside its limits: the people it answers."""
        limits = design.FEATURES["inputs"]
        with np.errstate(invalid="ignore"):
            inside = [
                (self.values[name] >= limits[name]["low"]) & (self.values[name] <= limits[name]["high"])
                for name in design.NAMES[which]
            ]
            found: Mask = np.logical_and.reduce([*inside, self.values["dbp"] < self.values["sbp"]])
        return found


def read(folder: Path) -> People:
    """Read the extract; `pulse` is left out, it holds the pulse pressure and no pulse."""
    table = pyarrow.parquet.read_table(folder / FILE)

    def column(name: str) -> Array:
        return np.asarray(table.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)

    kept = np.isfinite(column("hba1c")) & (column("pregnant") != 1)
    values = {name: column(spec["column"])[kept] for name, spec in design.FEATURES["inputs"].items()}
    # A diastolic of zero or so is a sound that was never lost, no pressure.
    values["dbp"] = np.where(values["dbp"] < 20, np.nan, values["dbp"])
    return People(
        values, (column("gender")[kept] == 1).astype(np.float64), column("year")[kept],
        (column("hba1c")[kept] >= 6.5).astype(np.float64),
    )  # fmt: skip


def fill(people: People, which: str, fit: Mask) -> dict[str, Array]:
    """Fill what was not measured by regression on the rest, learned on the rows of the fit alone."""
    names = design.NAMES[which]
    whole = np.column_stack(
        [people.male, *(np.log(people.values[n]) if n in LOGS else people.values[n] for n in names)]
    )
    filled = IterativeImputer(tol=0.1, random_state=0).fit(whole[fit]).transform(whole)[:, 1:]
    found = {n: np.exp(filled[:, i]) if n in LOGS else filled[:, i] for i, n in enumerate(names)}
    for name in names:
        measured = np.isfinite(people.values[name])
        found[name][measured] = people.values[name][measured]
    return found


def fit(which: str, values: dict[str, Array], people: People, rows: Mask) -> dict[str, Any]:
    """Fit curves and weights on the rows."""
    columns = design.derived(which, values)
    knots = np.quantile(columns[rows], np.linspace(0, 1, KNOTS), axis=0)
    splines = design.splines(knots)
    wide = design.expand(splines.transform(columns[rows]), columns[rows], people.male[rows])
    mean = wide.mean(axis=0)
    base = LogisticRegression(C=PENALTY, max_iter=5000, tol=1e-6).fit(wide - mean, people.is_high[rows])
    return {"knots": knots, "splines": splines, "mean": mean, "base": base}


def scores(fitted: dict[str, Any], which: str, values: dict[str, Array], male: Array) -> Array:
    """Return the scores before calibration."""
    columns = design.derived(which, values)
    wide = design.expand(fitted["splines"].transform(columns), columns, male) - fitted["mean"]
    found: Array = fitted["base"].decision_function(wide)
    return found


def train(people: People, which: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Return the fitted model and the filled values of everybody."""
    early = people.year < CALIBRATION_WAVES[0]
    values = fill(people, which, early)
    forward = np.full(people.year.size, np.nan)
    for wave in CALIBRATION_WAVES:
        now = people.year == wave
        before = fit(which, values, people, people.year < wave)
        forward[now] = scores(before, which, {n: v[now] for n, v in values.items()}, people.male[now])
    used = np.isfinite(forward) & people.whole(which)
    columns = design.derived(which, values)
    calibration = LogisticRegression(C=CALIBRATION_PENALTY, max_iter=5000, tol=1e-8).fit(
        design.calibration_columns(forward, columns)[used], people.is_high[used]
    )
    fitted = fit(which, values, people, people.year <= LAST_FIT)
    return {**fitted, "calibration": calibration}, values


def auroc(odds: Array, is_high: Array, *, rounds: int = 200) -> dict[str, float]:
    """Return the AUROC with the 95 % interval of a bootstrap of people."""
    dice = np.random.default_rng(1)
    drawn = (dice.integers(0, is_high.size, is_high.size) for _ in range(rounds))
    low, high = np.quantile([roc_auc_score(is_high[i], odds[i]) for i in drawn], (0.025, 0.975))
    found = (roc_auc_score(is_high, odds), low, high)
    return dict(zip(("value", "low", "high"), (round(float(x), 4) for x in found), strict=True))


def slope(odds: Array, is_high: Array) -> dict[str, Any]:
    """Return the calibration slope with its Wald interval, and observed over expected, with n and events."""
    again = LogisticRegression(C=np.inf, max_iter=1000).fit(odds[:, None], is_high)
    p = again.predict_proba(odds[:, None])[:, 1]
    wide = np.column_stack([np.ones_like(odds), odds])
    error = float(np.sqrt(np.linalg.inv(wide.T @ (wide * (p * (1 - p))[:, None]))[1, 1]))
    found = float(again.coef_[0, 0])
    expected = float((1 / (1 + np.exp(-odds))).sum())
    return {
        "n": int(is_high.size), "events": int(is_high.sum()), "slope": round(found, 3),
        "low": round(found - 1.96 * error, 3), "high": round(found + 1.96 * error, 3),
        "observed_over_expected": round(float(is_high.sum()) / expected, 3),
    }  # fmt: skip


def deciles(odds: Array, is_high: Array) -> list[dict[str, float]]:
    """Return predicted and observed by tenth of the prediction."""
    order = np.array_split(np.argsort(odds, kind="stable"), 10)
    p = 1 / (1 + np.exp(-odds))
    return [
        {"n": int(i.size), "predicted": round(float(p[i].mean()), 4), "observed": round(float(is_high[i].mean()), 4)}
        for i in order
    ]


def measure(fitted: dict[str, Any], people: People, which: str, values: dict[str, Array]) -> dict[str, Any]:
    """Return the figures on the waves 2013 to 2018, which nothing was fitted on."""
    from models.nhanes_hba1c import log_odds

    test = people.year >= FIRST_TEST
    odds = log_odds(fitted, which, {n: v[test] for n, v in values.items()}, people.male[test])
    high, whole = people.is_high[test], people.whole(which)[test]
    age, male = people.values["age"][test], people.male[test]
    groups = {"all": whole, "male": whole & (male == 1), "female": whole & (male == 0)}
    groups |= {f"{low}-{top}": whole & (age >= low) & (age <= top) for low, top in BANDS}
    return {
        "test": "NHANES 2013-2018, nothing fitted on it",
        "auroc_all_rows_filled": {"n": int(high.size), "events": int(high.sum()), **auroc(odds, high)},
        "baseline_same_rows": BASELINE[which],
        "auroc_answered": auroc(odds[whole], high[whole]),
        "calibration_answered": {name: slope(odds[rows], high[rows]) for name, rows in groups.items()},
        "deciles_answered": deciles(odds[whole], high[whole]),
    }


def main() -> None:
    """Fit, measure and write; files written in place are sealed into their cards, which are then to be reviewed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the NHANES extract")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to write the files")
    arguments = parser.parse_args()
    people = read(arguments.data)
    for which in ("a", "b"):
        fitted, values = train(people, which)
        (arguments.out / f"model_{which}.skops").write_bytes(artefact.dump({name: fitted[name] for name in KEPT}))
        figures = measure(fitted, people, which, values)
        text = json.dumps(figures, indent=1) + "\n"
        (arguments.out / f"performance_{which}.json").write_text(text, "utf-8")
        print(which, json.dumps({k: v for k, v in figures.items() if k != "deciles_answered"}))
    if arguments.out == FOLDER:
        seal.main()


if __name__ == "__main__":
    main()
