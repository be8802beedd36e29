"""Office blood pressure in pregnancy: which numbers must be told to the clinic today."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
CUTS: dict[str, Any] = load_json(FOLDER, "thresholds.json")


def score(inputs: Inputs) -> Answer:
    """Return `result` from `week`, `day` (default 0) and one office pair (mmHg).

    `organ` names the laboratory values (`ast`, `alt`, `cr`, `plt`) beyond their line.
    The severe line holds at any week. Home values are refused: the home line in pregnancy is unverified.
    """
    read = Reader(inputs)
    if inputs.get("pregnant") is False:
        return Refused(CARD.tool, (Reason("risk.only_in_pregnancy"),))
    if inputs.get("context") == "home":
        return Refused(CARD.tool, (Reason("risk.home_line_unverified"),))
    organ = _organ(read)
    sbp, dbp = read.number("sbp", low=50, high=300), read.number("dbp", low=20, high=200)
    if not read.reasons and (sbp >= CUTS["severe"]["sbp"] or dbp >= CUTS["severe"]["dbp"]):
        return Value(CARD.tool, {"result": "severe: immediate contact", "organ": organ})
    is_high = sbp >= CUTS["hypertension"]["sbp"] or dbp >= CUTS["hypertension"]["dbp"]
    week = read.number("week", low=0, high=CUTS["week_max"])
    read.optional("day", low=0, high=6)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    if not is_high:
        return Value(CARD.tool, {"result": "none", "organ": organ})
    name = "hypertension" if week >= CUTS["from_week"]["week"] else "chronic hypertension"
    return Value(CARD.tool, {"result": name, "organ": organ})


def _organ(read: Reader) -> list[str]:
    """Laboratory values beyond their line: beside a high pressure each of them is a reason to call."""
    limits = {"ast": (1, 20_000), "alt": (1, 20_000), "cr": (0.05, 30), "plt": (1, 3_000)}
    found = {name: read.optional(name, low=low, high=high) for name, (low, high) in limits.items()}
    lines = CUTS["organ"]
    over = [
        name for name in ("ast", "alt", "cr") if (value := found[name]) is not None and value > lines[f"{name}_above"]
    ]
    platelets = found["plt"]
    return [*over, "plt"] if platelets is not None and platelets < lines["plt_below"] else over


MODEL = Model(CARD, score)
