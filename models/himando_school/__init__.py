"""School-age 肥満度: weight against the standard weight for age 5-17, sex and height."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, band, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
CLASSES: dict[str, Any] = load_json(FOLDER, "classes.json")


def _table() -> dict[tuple[int, str], tuple[float, float]]:
    with (FOLDER / "standard_weight.csv").open(encoding="utf-8", newline="") as lines:
        return {(int(r["age_years"]), r["sex"]): (float(r["a"]), float(r["b"])) for r in csv.DictReader(lines)}


TABLE = _table()


def klass(percent: float, rules: dict[str, Any]) -> str:
    """Return the class of a 肥満度 in percent; heavy classes start at their limit, thin ones end at theirs."""
    percent = round(percent, 9)
    heavy = band(percent, rules["heavy_from"])
    if heavy:
        return str(rules["heavy"][heavy - 1])
    thin = sum(percent <= limit for limit in rules["thin_to"])
    return str(rules["thin"][thin - 1]) if thin else "normal"


def score(inputs: Inputs) -> Answer:
    """Return `standard` (kg) from sex, whole-year `age`, `height` (cm); with `weight` also `himando` (%) and `cls`."""
    read = Reader(inputs)
    age, sex = read.number("age", low=0, high=130), read.sex()
    height, weight = read.number("height", low=80, high=220), read.optional("weight", low=5, high=250)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    if (int(age), sex) not in TABLE:
        return Refused(CARD.tool, (Reason("risk.age_outside", {"low": 5, "high": 17}),))
    a, b = TABLE[int(age), sex]
    standard = a * height - b
    result: dict[str, Any] = {"standard": round(standard, 6)}
    if weight is not None:
        percent = (weight - standard) / standard * 100
        result |= {"himando": round(percent, 4), "cls": klass(percent, CLASSES)}
    return Value(CARD.tool, result)


MODEL = Model(CARD, score)
