"""Body mass index of an adult and the class it falls into (JASSO); a class is no disease."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
ADULT_FROM = 18


def _classes() -> tuple[tuple[float | None, float | None, str], ...]:
    with (FOLDER / "classes.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            (float(r["bmi_from"]) if r["bmi_from"] else None, float(r["bmi_below"]) if r["bmi_below"] else None,
             r["class"])
            for r in csv.DictReader(lines)
        )  # fmt: skip


CLASSES = _classes()


def klass(bmi: float) -> tuple[float | None, float | None, str]:
    """Return lower (inclusive) and upper (exclusive) limit and the name of the class of a BMI."""
    return next(row for row in CLASSES if row[1] is None or bmi < row[1])


def score(inputs: Inputs) -> Answer:
    """Return `bmi` (kg/m2) and `bmi_class` from `height_cm` and `weight_kg`, or from a printed `bmi`; adults only."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.number("age", low=0, high=130)
    if age < ADULT_FROM:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": ADULT_FROM}),))
    bmi = read.optional("bmi", low=7, high=120)
    if bmi is None:
        height = read.number("height_cm", low=100, high=250)
        weight = read.number("weight_kg", low=20, high=400)
        # Rounded far below the scale's precision, so that exactly 25.0 is not lost to binary fractions.
        bmi = math.nan if read.reasons else round(weight * 10_000 / height**2, 9)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    return Value(
        CARD.tool,
        {"bmi": round(bmi, 4), "bmi_class": klass(bmi)[2]},
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
