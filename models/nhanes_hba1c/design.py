"""From measured values to the columns the fitted model reads; the same for fitting and for scoring."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
FEATURES: dict[str, Any] = json.loads((Path(__file__).parent / "features.json").read_text("utf-8"))
NAMES: dict[str, list[str]] = FEATURES["models"]
INTERACTION = 0.5
"""Weight of the columns that let a curve differ by sex and age: the penalty holds them back more."""
BODY = ("age", "bmi", "waist_to_height", "body_shape", "height", "sbp", "dbp", "pulse_pressure")
BLOOD = ("tc", "hdl", "tc_to_hdl", "ln_ggt", "ln_alp", "albumin", "ln_cr", "ua")


def derived_names(which: str) -> tuple[str, ...]:
    """Return the names of the derived columns of model "a" or "b", in order."""
    return BODY if which == "a" else BODY + BLOOD


def derived(which: str, values: Mapping[str, Array]) -> Array:
    """Return the derived columns: BMI, waist to height, A Body Shape Index (m units), pulse pressure, ratios, logs."""
    metres, waist = values["height"] / 100, values["waist"] / 100
    bmi = values["weight"] / metres**2
    columns = [
        np.minimum(values["age"], FEATURES["age_cap"]), bmi, waist / metres,
        waist / (bmi ** (2 / 3) * np.sqrt(metres)), values["height"], values["sbp"], values["dbp"],
        values["sbp"] - values["dbp"],
    ]  # fmt: skip
    if which == "b":
        columns += [
            values["tc"], values["hdl"], values["tc"] / values["hdl"], np.log(values["ggt"]), np.log(values["alp"]),
            values["albumin"], np.log(values["cr"]), values["ua"],
        ]  # fmt: skip
    return np.column_stack(columns)


def splines(knots: Array) -> Any:
    """Return the cubic curves of the knots, straight lines beyond them; only the knots are kept in the file."""
    from sklearn.preprocessing import SplineTransformer

    return SplineTransformer(knots=knots, degree=3, extrapolation="linear", include_bias=False).fit(knots)


def scaled_age(columns: Array) -> Array:
    """Return age as decades from 50, halved: the variable by which curves and calibration change."""
    found: Array = (columns[:, 0] - 50) / 20
    return found


def expand(curves: Array, columns: Array, male: Array) -> Array:
    """Return [sex, curves, curves by sex, curves by age]; `curves` are the spline columns of every derived one."""
    each = curves.shape[1] // columns.shape[1]
    return np.hstack(
        [
            male[:, None],
            curves,
            curves * male[:, None] * INTERACTION,
            curves[:, each:] * scaled_age(columns)[:, None] * INTERACTION,
        ]
    )


def owners(which: str, width: int) -> list[str]:
    """Return, for each expanded column, the name of the part it belongs to."""
    names = derived_names(which)
    each = [name for name in names for _ in range((width - 1) // (3 * len(names) - 1))]
    return ["sex", *each, *each, *each[each.count("age") :]]


def calibration_columns(score: Array, columns: Array) -> Array:
    """Return what the calibration is a logistic regression of: the score, age, and their product."""
    age = scaled_age(columns)
    return np.column_stack([score, age, score * age])
