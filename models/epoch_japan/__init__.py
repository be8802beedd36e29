"""EPOCH-JAPAN 10-year death from coronary disease, stroke and both; one source, research only."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from models.base import Answer, Card, Contribution, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
COEFFICIENTS: dict[str, Any] = load_json(FOLDER, "coefficients.json")
OUTCOMES = {"epoch-japan-chd": "chd", "epoch-japan-stroke": "stroke", "epoch-japan-cvd": "cvd"}


def _terms(values: dict[str, float]) -> dict[str, float]:
    ln_age, ln_sbp = math.log(values["age"]), math.log(values["sbp"])
    return {
        "ln_age": ln_age,
        "ln_sbp": ln_sbp,
        # The published lipid term is ln(TC/HDL); the R package takes ln(TC) for the person by mistake.
        "ln_tc_hdl": math.log(values["tc_hdl"]),
        "ln_age*ln_sbp": ln_age * ln_sbp,
        "ln_age*smoking": ln_age * values["smoking"],
        "male": values["male"],
        "dm": values["dm"],
        "proteinuria": values["proteinuria"],
        "smoking": values["smoking"],
    }


def _score(card: Card, outcome: str, inputs: Inputs) -> Answer:
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(card.tool, (Reason("risk.excluded_pregnant"),))
    weights: dict[str, float] = COEFFICIENTS[outcome]
    age = read.number("age", low=0, high=130)
    low, high = COEFFICIENTS["age_min"], COEFFICIENTS["age_max"]
    if age == age and not low <= int(age) <= high:
        return Refused(card.tool, (Reason("risk.age_outside", {"low": low, "high": high}),))
    values = {
        "age": age,
        "sbp": read.number("sbp", low=50, high=300),
        "dm": float(read.flag("t2dm")),
        "proteinuria": float(read.flag("urineprotein")),
        "smoking": float(read.flag("smoking")),
        "male": float(read.sex() == "male") if "male" in weights else 0.0,
        "tc_hdl": 1.0,
    }
    if "ln_tc_hdl" in weights:
        tc, hdl = read.number("tc", low=20, high=1_500), read.number("hdl", low=1, high=250)
        values["tc_hdl"] = tc / hdl
    if read.reasons:
        return Refused(card.tool, tuple(read.reasons))
    own, mean = _terms(values), _terms(COEFFICIENTS["means"])
    parts = {name: weight * (own[name] - mean[name]) for name, weight in weights.items() if name != "S0"}
    risk = 1 - weights["S0"] ** math.exp(sum(parts.values()))
    return Value(
        card.tool,
        {"risk": round(risk, 8)},
        tuple(Contribution(name, amount, "log hazard", highest=amount) for name, amount in parts.items()),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


def _model(tool: str, outcome: str) -> Model:
    card = replace(CARD, tool=tool, title=f"{CARD.title}: {outcome}", outcome=f"10-year death, {outcome}")
    return Model(card, partial(_score, card, outcome))


MODELS = tuple(_model(tool, outcome) for tool, outcome in OUTCOMES.items())
