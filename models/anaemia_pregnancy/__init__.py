"""Haemoglobin in pregnancy against the WHO lines by trimester."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
CUTS: dict[str, Any] = load_json(FOLDER, "thresholds.json")


def score(inputs: Inputs) -> Answer:
    """Return `anaemia` (true or false) from completed `week` of pregnancy and `hb` in g/dL."""
    read = Reader(inputs)
    if inputs.get("pregnant") is False:
        return Refused(CARD.tool, (Reason("risk.only_in_pregnancy"),))
    week, hb = read.number("week", low=0, high=44), read.number("hb", low=1, high=30)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    is_second = CUTS["second_from_week"] <= week < CUTS["third_from_week"]
    line = CUTS["second_trimester_below" if is_second else "first_and_third_trimester_below"]
    return Value(CARD.tool, {"anaemia": hb < line, "line_g_dl": line})


MODEL = Model(CARD, score)
