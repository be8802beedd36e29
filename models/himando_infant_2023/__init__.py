"""Infant 肥満度: weight against the 2023 standard weight for sex and height, about 1-6 years."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json
from models.himando_school import klass

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
FORMULA: dict[str, Any] = load_json(FOLDER, "formula.json")


def score(inputs: Inputs) -> Answer:
    """Return `standard` (kg) from sex and `height` (cm); with `weight` also `himando` (%) and `cls`."""
    read = Reader(inputs)
    sex, age = read.sex(), read.optional("age", low=0, high=130)
    height, weight = read.number("height", low=30, high=220), read.optional("weight", low=1, high=100)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    if age is not None and not FORMULA["age_low"] <= int(age) <= FORMULA["age_high"]:
        limits = {"low": FORMULA["age_low"], "high": FORMULA["age_high"]}
        return Refused(CARD.tool, (Reason("risk.age_outside", limits),))
    if not FORMULA["height_low"] <= height <= FORMULA["height_high"]:
        limits = {"low": FORMULA["height_low"], "high": FORMULA["height_high"]}
        return Refused(CARD.tool, (Reason("risk.height_outside", limits),))
    a, b, c = FORMULA[sex]
    standard = a * height**2 + b * height + c
    result: dict[str, Any] = {"standard": round(standard, 6)}
    if weight is not None:
        percent = (weight - standard) / standard * 100
        result |= {"himando": round(percent, 4), "cls": klass(percent, FORMULA)}
    return Value(CARD.tool, result)


MODEL = Model(CARD, score)
