"""Weight-gain guidance in pregnancy 2021 by the BMI before pregnancy."""

from __future__ import annotations

import csv
from pathlib import Path

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)


def _classes() -> tuple[dict[str, str], ...]:
    with (FOLDER / "classes.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


CLASSES = _classes()


def score(inputs: Inputs) -> Answer:
    """Return `bmi`, `bmi_class` and `range` [kg, kg] from `height_cm` and `pre_kg`; range null means individual."""
    read = Reader(inputs)
    if inputs.get("pregnant") is False:
        return Refused(CARD.tool, (Reason("risk.only_in_pregnancy"),))
    height, weight = read.number("height_cm", low=100, high=230), read.number("pre_kg", low=20, high=300)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    # Rounded far below the scale's precision, so that exactly 25.0 is not lost to binary fractions.
    bmi = round(weight * 10_000 / height**2, 9)
    row = next(r for r in CLASSES if not r["bmi_to_exclusive"] or bmi < float(r["bmi_to_exclusive"]))
    result: dict[str, object] = {"bmi": round(bmi, 4), "bmi_class": row["class"]}
    if row["gain_from_kg"]:
        result["range"] = [int(row["gain_from_kg"]), int(row["gain_to_kg"])]
    else:
        result |= {"range": None, "message": "individual", "about_up_to_kg": int(row["gain_to_kg"])}
    return Value(CARD.tool, result)


MODEL = Model(CARD, score)
