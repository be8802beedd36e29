"""Probability that HbA1c is 6.5 % or more, without glucose: fitted on NHANES, research only, never for residents."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from models.base import (
    Answer,
    Card,
    Contribution,
    DataChangedError,
    Inputs,
    Model,
    Reader,
    Reason,
    Refused,
    Value,
    data_hash,
    load_card,
)
from models.nhanes_hba1c import artefact, design

FOLDER = Path(__file__).parent
CARDS = {"a": load_card(FOLDER), "b": load_card(FOLDER, "card_b.json")}


def open_model(card: Card, folder: Path = FOLDER) -> dict[str, Any]:
    """Return the fitted parts; raises DataChangedError for another file and UntrustedModelError for foreign types."""
    if data_hash(folder, card.data) != card.sha256:
        raise DataChangedError(card.tool)
    fitted = artefact.load((folder / card.data[0]).read_bytes())
    return {**fitted, "splines": design.splines(fitted["knots"])}


@cache
def _fitted(which: str) -> dict[str, Any]:
    # Only now: scikit-learn takes a second to import, and the server never asks.
    return open_model(CARDS[which])


def log_odds(fitted: dict[str, Any], which: str, values: dict[str, design.Array], male: design.Array) -> design.Array:
    """Return the calibrated log odds of many people at once."""
    columns = design.derived(which, values)
    wide = design.expand(fitted["splines"].transform(columns), columns, male) - fitted["mean"]
    found: design.Array = fitted["calibration"].decision_function(
        design.calibration_columns(fitted["base"].decision_function(wide), columns)
    )
    return found


def _parts(fitted: dict[str, Any], which: str, values: dict[str, design.Array], male: design.Array) -> dict[str, float]:
    """Split one person's log odds: the calibration is linear in the score, and the score is a sum."""
    columns = design.derived(which, values)
    wide = (design.expand(fitted["splines"].transform(columns), columns, male) - fitted["mean"])[0]
    age = float(design.scaled_age(columns)[0])
    on_score, on_age, on_both = fitted["calibration"].coef_[0]
    slope = on_score + on_both * age
    parts = {"average": float(fitted["calibration"].intercept_[0] + slope * fitted["base"].intercept_[0])}
    owners = design.owners(which, wide.size)
    for name, amount in zip(owners, slope * fitted["base"].coef_[0] * wide, strict=True):
        parts[name] = parts.get(name, 0.0) + float(amount)
    parts["age"] += float(on_age) * age
    return parts


def _score(which: str, inputs: Inputs) -> Answer:
    card = CARDS[which]
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(card.tool, (Reason("risk.excluded_pregnant"),))
    if read.exclusion("treated_diabetes"):
        return Refused(card.tool, (Reason("risk.excluded_treated_diabetes"),))
    limits = design.FEATURES["inputs"]
    low, high = limits["age"]["low"], limits["age"]["high"]
    age = read.number("age", low=0, high=130)
    if age == age and not low <= int(age) <= high:
        return Refused(card.tool, (Reason("risk.age_outside", {"low": low, "high": high}),))
    male = float(read.sex() == "male")
    # Whole years, as they were in the data.
    values = {"age": float(int(age)) if age == age else age}
    for name in design.NAMES[which]:
        if name != "age":
            values[name] = read.number(name, low=limits[name]["low"], high=limits[name]["high"])
    if not read.reasons and values["dbp"] >= values["sbp"]:
        read.reasons.append(Reason("risk.implausible_input", {"input": "dbp"}, fill="dbp"))
    if read.reasons:
        return Refused(card.tool, tuple(read.reasons))
    rows = {name: np.array([value]) for name, value in values.items()}
    parts = _parts(_fitted(which), which, rows, np.array([male]))
    probability = 1 / (1 + np.exp(-sum(parts.values())))
    return Value(
        card.tool,
        {"probability": round(float(probability), 6)},
        tuple(
            Contribution(n, amount, "log odds", highest=amount, lowest=min(amount, 0)) for n, amount in parts.items()
        ),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODELS = tuple(Model(card, partial(_score, which)) for which, card in CARDS.items())
