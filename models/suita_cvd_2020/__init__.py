"""Suita CVD score 2020 (stroke and coronary disease), with and without ECG; one source, research only."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from models.base import (
    Answer,
    Card,
    Contribution,
    Inputs,
    Model,
    Reader,
    Reason,
    Refused,
    Value,
    band,
    load_card,
    load_json,
)

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
POINTS: dict[str, Any] = load_json(FOLDER, "points.json")
FLAGS = {"t2dm": "diabetes", "urineprotein": "proteinuria", "smoking": "smoking"}
ECG_FLAGS = {"af": "af", "lvh": "lvh"}


def _bp_class(sbp: float, dbp: float, *, is_treated: bool) -> int:
    """0..3; 139/89 belongs to the second class (the R package lets it fall through to the first)."""
    if is_treated:
        return 3
    return max(band(sbp, (120, 140, 160)), band(dbp, (80, 90, 100)))


def _score(card: Card, variant: str, inputs: Inputs) -> Answer:
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(card.tool, (Reason("risk.excluded_pregnant"),))
    table = POINTS[variant]
    age = read.number("age", low=0, high=130)
    low, high = POINTS["age_min"], POINTS["age_max"]
    if age == age and not low <= int(age) <= high:
        return Refused(card.tool, (Reason("risk.age_outside", {"low": low, "high": high}),))
    sex = read.sex()
    sbp, dbp = read.number("sbp", low=50, high=300), read.number("dbp", low=20, high=200)
    tc, hdl, ldl = (read.number(name, low=1, high=1_500) for name in ("tc", "hdl", "ldl"))
    is_treated = read.flag("ht_medication")
    flags = FLAGS | (ECG_FLAGS if variant == "wECG" else {})
    told = {name: read.flag(name) for name in flags}
    if read.reasons:
        return Refused(card.tool, tuple(read.reasons))
    parts = {
        "age": table["age"]["points"][band(int(age), table["age"]["from"])],
        "sex": table["male"] if sex == "male" else 0,
        "bp": table["bp"][_bp_class(sbp, dbp, is_treated=is_treated)],
        "hdl": table["hdl"]["points"][band(hdl, table["hdl"]["from"])],
        "lipids": 0 if tc - hdl < 170 and ldl < 140 else table["lipids"],
    }
    parts |= {name: table[flags[name]] if is_so else 0 for name, is_so in told.items()}
    total = sum(parts.values())
    percent = table["risk_percent"]["percent"][band(total, table["risk_percent"]["from_total"])]
    return Value(
        card.tool,
        {"risk_percent": percent, "points": total},
        tuple(
            Contribution(name, amount, "points", highest=amount, lowest=min(amount, 0))
            for name, amount in parts.items()
        ),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


def _model(variant: str) -> Model:
    card = replace(CARD, tool=f"suita-cvd-2020-{variant}")
    return Model(card, partial(_score, card, variant))


MODELS = (_model("woECG"), _model("wECG"))
