"""Original Hisayama ASCVD points (Honda 2022), for comparison only; residents see the guideline's version."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from models.base import Answer, Contribution, Inputs, Model, Reader, Reason, Refused, Value, band, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
POINTS: dict[str, Any] = load_json(FOLDER, "points.json")


def score(inputs: Inputs) -> Answer:
    """Return `risk` (0-1, 10 years) and `points`; age 40-84, mmHg, mg/dL, 0/1 flags, `exercise` = regular."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.number("age", low=0, high=130)
    low, high = POINTS["age_min"], POINTS["age_max"]
    if age == age and not low <= int(age) <= high:
        return Refused(CARD.tool, (Reason("risk.age_outside", {"low": low, "high": high}),))
    sex = read.sex()
    numbers = {
        "sbp": read.number("sbp", low=50, high=300),
        "hdl": read.number("hdl", low=1, high=250),
        "ldl": read.number("ldl", low=1, high=800),
    }
    flags = {name: read.flag(name) for name in ("t2dm", "urineprotein", "smoking", "exercise")}
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    parts = {name: POINTS[name]["points"][band(value, POINTS[name]["from"])] for name, value in numbers.items()}
    parts["age"] = POINTS["age"]["points"][band(int(age), POINTS["age"]["from"])]
    parts["sex"] = POINTS["male"] if sex == "male" else 0
    parts["t2dm"] = POINTS["diabetes"] if flags["t2dm"] else 0
    parts["urineprotein"] = POINTS["proteinuria"] if flags["urineprotein"] else 0
    parts["smoking"] = POINTS["smoking"] if flags["smoking"] else 0
    parts["exercise"] = 0 if flags["exercise"] else POINTS["no_exercise"]
    total = sum(parts.values())
    risk = 1 - POINTS["S0"] ** math.exp(POINTS["slope"] * total - POINTS["offset"])
    return Value(
        CARD.tool,
        {"risk": round(risk, 8), "points": total},
        tuple(Contribution(name, amount, "points", highest=amount) for name, amount in parts.items()),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
