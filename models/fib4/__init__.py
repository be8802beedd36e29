"""FIB-4 index of liver fibrosis from age, AST, ALT and platelets."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
CUTS: dict[str, Any] = load_json(FOLDER, "cuts.json")


def score(inputs: Inputs) -> Answer:
    """Return FIB-4 and its class; AST and ALT in U/L, platelets `plt` in 10^9/L; adults, not in pregnancy."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.number("age", low=0, high=130)
    if age < 18:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": 18}),))
    ast, alt = read.number("ast", low=1, high=20_000), read.number("alt", low=1, high=20_000)
    platelets = read.number("plt", low=1, high=3_000)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    value = age * ast / (platelets * math.sqrt(alt))
    low = CUTS["low_below_from_65"] if age >= CUTS["older_from_age"] else CUTS["low_below"]
    klass = "low" if value < low else "high" if value > CUTS["high_above"] else "intermediate"
    return Value(
        CARD.tool, {"fib4": round(value, 6), "fib4_class": klass}, assumed=tuple(f"not {n}" for n in read.assumed)
    )


MODEL = Model(CARD, score)
