"""Estimated fetal weight from ultrasound and its place in the JSUM 2003 table (even weeks only)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from models.base import Answer, Contribution, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
WEIGHT_CARD = load_card(FOLDER)
SD_CARD = load_card(FOLDER, "card_sd.json")
FORMULA: dict[str, Any] = load_json(FOLDER, "formula.json")


def _table() -> dict[int, tuple[float, float]]:
    with (FOLDER / "jsum2003.csv").open(encoding="utf-8", newline="") as lines:
        return {
            int(row["gestational_week"]): (float(row["mean_g"]), float(row["sd_g_derived"]))
            for row in csv.DictReader(lines)
        }


TABLE = _table()


def weight(inputs: Inputs) -> Answer:
    """Return `efw_g` from `bpd_cm`, `ac_cm`, `fl_cm`."""
    read = Reader(inputs)
    bpd, ac = read.number("bpd_cm", low=1, high=15), read.number("ac_cm", low=3, high=60)
    fl = read.number("fl_cm", low=0.5, high=12)
    if read.reasons:
        return Refused(WEIGHT_CARD.tool, tuple(read.reasons))
    head, trunk = FORMULA["bpd_cubed"] * bpd**3, FORMULA["ac_squared_fl"] * ac**2 * fl
    parts = (Contribution("bpd_cm", head, "g", highest=head), Contribution("ac_cm_fl_cm", trunk, "g", highest=trunk))
    return Value(WEIGHT_CARD.tool, {"efw_g": round(head + trunk, 4)}, parts)


def deviation(inputs: Inputs) -> Answer:
    """Return `z` of `efw_g` at completed `week`; refuses odd weeks, whose rows are not in any stored source."""
    read = Reader(inputs)
    week, grams = read.number("week", low=0, high=45), read.number("efw_g", low=10, high=8_000)
    if read.reasons:
        return Refused(SD_CARD.tool, tuple(read.reasons))
    if week not in TABLE:
        return Refused(SD_CARD.tool, (Reason("risk.week_not_in_table", {"low": min(TABLE), "high": max(TABLE)}),))
    mean, sd = TABLE[int(week)]
    return Value(SD_CARD.tool, {"z": round((grams - mean) / sd, 4)}, awaiting_signoff=("efw/jsum2003",))


MODELS = (Model(WEIGHT_CARD, weight), Model(SD_CARD, deviation))
