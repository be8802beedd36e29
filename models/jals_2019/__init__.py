"""JALS 5-year scores (stroke, AMI, both, CVD), with and without ECG; one source, research only."""

from __future__ import annotations

import csv
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
TOP_TOTAL = 60


def _table() -> dict[tuple[str, int], tuple[float, ...]]:
    with (FOLDER / "risk_table.csv").open(encoding="utf-8", newline="") as lines:
        return {
            (row["tool"], int(row["age_from"])): tuple(map(float, row["risk_percent_5y_by_points_0_to_60"].split()))
            for row in csv.DictReader(lines)
        }


TABLE = _table()


def bp_class(sbp: float, dbp: float) -> int:
    """Return the index into bp_classes; of two classes the higher one counts in this published score."""
    systolic, diastolic = band(sbp, (120, 130, 140, 160, 180)), band(dbp, (80, 90, 100, 110))
    return max(systolic, diastolic + 1 if diastolic else 0)


def _score(card: Card, inputs: Inputs) -> Answer:
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(card.tool, (Reason("risk.excluded_pregnant"),))
    table: dict[str, Any] = POINTS["tools"][card.tool]
    age = read.number("age", low=0, high=130)
    low, high = POINTS["age_min"], POINTS["age_max"]
    if age == age and not low <= int(age) <= high:
        return Refused(card.tool, (Reason("risk.age_outside", {"low": low, "high": high}),))
    sex = read.sex()
    sbp, dbp = read.number("sbp", low=50, high=300), read.number("dbp", low=20, high=200)
    is_treated = read.flag("ht_medication")
    has_diabetes, smokes = read.flag("t2dm"), read.flag("smoking")
    has_af = read.flag("af") if "af" in table else False
    numbers: dict[str, float] = {}
    if "hdl" in table or "nonhdl" in table:
        numbers["hdl"] = read.number("hdl", low=1, high=250)
    if "nonhdl" in table:
        numbers["nonhdl"] = read.number("tc", low=20, high=1_500) - numbers["hdl"]
    for name in ("egfr", "bmi"):
        if name in table:
            numbers[name] = read.number(name, low=1, high=300)
    if read.reasons:
        return Refused(card.tool, tuple(read.reasons))
    parts = {
        "sex": table["male"] if sex == "male" else 0,
        "bp": table["bp"]["treated" if is_treated else "untreated"][bp_class(sbp, dbp)],
        "t2dm": table["dm"] if has_diabetes else 0,
        "smoking": table["smoking"] if smokes else 0,
    }
    if "af" in table:
        parts["af"] = table["af"] if has_af else 0
    for name, value in numbers.items():
        if name in table:
            parts[name] = table[name]["points"][band(value, table[name]["from"])]
    total = sum(parts.values())
    row = TABLE[card.tool, 40 + 10 * band(int(age), (50, 60, 70, 80))]
    return Value(
        card.tool,
        {"risk_percent": row[min(max(total, 0), TOP_TOTAL)], "points": total},
        tuple(
            Contribution(name, amount, "points", highest=amount, lowest=min(amount, 0))
            for name, amount in parts.items()
        ),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


def _model(tool: str) -> Model:
    card = replace(CARD, tool=tool)
    return Model(card, partial(_score, card))


MODELS = tuple(_model(tool) for tool in POINTS["tools"])
