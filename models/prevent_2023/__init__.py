"""AHA PREVENT base equations (10 and 30 years): a US model, an opt-in comparison, never shown to residents."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from models.base import Answer, Contribution, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
COEFFICIENTS: dict[str, Any] = load_json(FOLDER, "coefficients.json")
OUTCOMES = ("total_cvd", "ascvd", "heart_failure", "chd", "stroke")
MMOL_PER_MGDL = 0.02586
# Ranges of the calculator (unverified, so they are used only to refuse).
RANGES = {"sbp": (90, 180), "total_c": (130, 320), "hdl_c": (20, 100), "bmi": (18.5, 39.9), "egfr": (15, 140)}
AGES, LONG_AGE_MAX = (30, 79), 59


def _terms(x: dict[str, float]) -> dict[str, float]:
    age = (x["age"] - 55) / 10
    non_hdl = (x["total_c"] - x["hdl_c"]) * MMOL_PER_MGDL - 3.5
    hdl = (x["hdl_c"] * MMOL_PER_MGDL - 1.3) / 0.3
    sbp_high = (max(x["sbp"], 110) - 130) / 20
    bmi_high = (max(x["bmi"], 30) - 30) / 5
    egfr_low = (min(x["egfr"], 60) - 60) / -15
    return {
        "Age, per 10 years": age,
        "Age, 10 years": age,
        "Age squared": age**2,
        "non-HDL-C per 1 mmol/L": non_hdl,
        "HDL-C per 0.3 mmol/L": hdl,
        "SBP <110 per 20 mmHg": (min(x["sbp"], 110) - 110) / 20,
        "SBP ≥110 per 20 mmHg": sbp_high,
        "Diabetes": x["dm"],
        "Current smoking": x["smoking"],
        "BMI <30, per 5 kg/m2": (min(x["bmi"], 30) - 25) / 5,
        "BMI 30+, per 5 kg/m2": bmi_high,
        "eGFR <60, per -15 ml": egfr_low,
        "eGFR 60+, per -15 ml": (max(x["egfr"], 60) - 90) / -15,
        "Anti-hypertensive use": x["bp_tx"],
        "Statin use": x["statin"],
        "Treated SBP ≥110 mm Hg per 20 mm Hg": x["bp_tx"] * sbp_high,
        "Treated non-HDL-C": x["statin"] * non_hdl,
        "Age per 10yr * non-HDL-C per 1 mmol/L": age * non_hdl,
        "Age per 10yr * HDL-C per 0.3 mmol/L": age * hdl,
        "Age per 10yr * SBP ≥110 mm Hg per 20 mmHg": age * sbp_high,
        "Age per 10yr * diabetes": age * x["dm"],
        "Age per 10yr * current smoking": age * x["smoking"],
        "Age per 10yr * BMI 30+ per 5 kg/m2": age * bmi_high,
        "Age per 10yr * eGFR <60, per -15 ml": age * egfr_low,
        "Constant": 1.0,
    }


def _risk(weights: dict[str, float], terms: dict[str, float]) -> float:
    return 1 / (1 + math.exp(-sum(weight * terms[name] for name, weight in weights.items())))


def score(inputs: Inputs) -> Answer:
    """Return `y10` and `y30` (null from 60 years on) with five outcomes each, as probabilities rounded to 0.001."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    values = {"age": read.number("age", low=0, high=130)}
    if values["age"] == values["age"] and not AGES[0] <= values["age"] <= AGES[1]:
        return Refused(CARD.tool, (Reason("risk.age_outside", {"low": AGES[0], "high": AGES[1]}),))
    sex = read.sex()
    values |= {name: read.number(name) for name in RANGES}
    values |= {name: float(read.flag(name)) for name in ("bp_tx", "statin", "dm", "smoking")}
    for name, (low, high) in RANGES.items():
        if values[name] == values[name] and not low <= values[name] <= high:
            read.reasons.append(Reason("risk.input_outside", {"input": name, "low": low, "high": high}))
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    terms = _terms(values)
    tables = COEFFICIENTS["base_10yr"], COEFFICIENTS["base_30yr"]
    years10, years30 = ({name: round(_risk(table[f"{sex}_{name}"], terms), 3) for name in OUTCOMES} for table in tables)
    total = COEFFICIENTS["base_10yr"][f"{sex}_total_cvd"]
    return Value(
        CARD.tool,
        {"y10": years10, "y30": years30 if values["age"] <= LONG_AGE_MAX else None},
        tuple(
            Contribution(name, weight * terms[name], "log odds", highest=weight * terms[name])
            for name, weight in total.items()
        ),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
