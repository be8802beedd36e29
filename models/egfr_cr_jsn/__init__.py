"""Estimated glomerular filtration rate from creatinine (JSN), with its stage G; one result is no disease."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from models.base import Answer, Contribution, Inputs, Model, Reader, Reason, Refused, Value, band, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
FORMULA: dict[str, Any] = load_json(FOLDER, "formula.json")


def g_stage(egfr: float) -> str:
    """Return the stage G1..G5 of an eGFR in mL/min/1.73m2 (classes are half-open: 59.9 is G3a)."""
    stages = FORMULA["g_stages"]
    return str(stages["names"][band(egfr, stages["from"])])


def g_limits(stage: str) -> tuple[float | None, float | None]:
    """Return the lower (inclusive) and upper (exclusive) eGFR of a stage."""
    stages = FORMULA["g_stages"]
    at = stages["names"].index(stage)
    edges = [None, *stages["from"], None]
    return edges[at], edges[at + 1]


def score(inputs: Inputs) -> Answer:
    """Return eGFR (mL/min/1.73m2) and stage G; refuses under 18 years and in pregnancy.

    `cr` is serum creatinine in mg/dL by the enzymatic method. Contributions are natural logarithms.
    """
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.number("age", low=0, high=130)
    if age < FORMULA["age_min"]:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": FORMULA["age_min"]}),))
    creatinine = read.number("cr", low=0.05, high=30)
    sex = read.sex()
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    logs = {
        "constant": math.log(FORMULA["factor"]),
        "cr": FORMULA["creatinine_power"] * math.log(creatinine),
        "age": FORMULA["age_power"] * math.log(age),
        "sex": math.log(FORMULA["female_factor"]) if sex == "female" else 0.0,
    }
    egfr = math.exp(sum(logs.values()))
    return Value(
        CARD.tool,
        {"egfr": round(egfr, 4), "g_stage": g_stage(egfr)},
        tuple(Contribution(name, amount, "ln", highest=amount) for name, amount in logs.items()),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
