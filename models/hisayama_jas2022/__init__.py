"""Hisayama score as the JAS guideline 2022 prints it: points, and the table of 80 cells (not the closed form)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.base import Answer, Contribution, Inputs, Model, Reader, Reason, Refused, Value, band, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
POINTS: dict[str, Any] = load_json(FOLDER, "points.json")

# Each exclusion of the published score, with what the guideline does instead.
ROUTES = {
    "cad": "secondary prevention",
    "stroke": "secondary prevention",
    "diabetes": "primary prevention high, score not used",
    "ckd": "primary prevention high, score not used",
    "pad": "primary prevention high, score not used",
    "fh": "familial hypercholesterolaemia, score not used",
    "type3": "familial type III hyperlipidaemia, score not used",
    "pregnant": "pregnancy, score not used",
}
NUMBERS = ("sbp", "ldl", "hdl")
MODIFIABLE = frozenset({"sbp", "igt", "ldl", "hdl", "smoking"})


@dataclass(frozen=True)
class Cell:
    """One cell of the printed table; `percent` is None where it prints <1.0."""

    points: int
    percent: float | None
    category: str

    @property
    def printed(self) -> float | str:
        """Return the risk as the guideline prints it."""
        return "<1.0" if self.percent is None else self.percent


def _table() -> dict[tuple[int, str], float | None]:
    with (FOLDER / "risk_table.csv").open(encoding="utf-8", newline="") as lines:
        return {
            (int(row["points"]), row["age_band"]): None if row["risk_percent"] == "<1.0" else float(row["risk_percent"])
            for row in csv.DictReader(lines)
        }


TABLE = _table()
AGE_BANDS = ("40-49", "50-59", "60-69", "70-79")


def cell(points: int, age: float) -> Cell:
    """Return the table cell for these points at this age (40-79 years)."""
    percent = TABLE[points, AGE_BANDS[band(int(age), POINTS["age_bands_from"])]]
    cuts = POINTS["category"]
    if percent is None or percent < cuts["intermediate_from"]:
        category = "low"
    else:
        category = "intermediate" if percent < cuts["high_from"] else "high"
    return Cell(points=points, percent=percent, category=category)


def points_of(name: str, value: float) -> int:
    """Return the printed points of a blood pressure (mmHg), LDL or HDL (mg/dL)."""
    table = POINTS[name]
    return int(table["points"][band(value, table["from"])])


def least_points(sex: str) -> int:
    """Return the points of a person of this sex with every modifiable factor in the lowest class."""
    return int(POINTS["sex"][sex])


def impaired_glucose(fasting_mgdl: float) -> bool | None:
    """Return whether a fasting glucose counts as impaired; None from the diabetic range on (excluded)."""
    limits = POINTS["impaired_glucose"]
    if fasting_mgdl >= limits["fpg_below"]:
        return None
    return bool(fasting_mgdl >= limits["fpg_from"])


def score(inputs: Inputs) -> Answer:
    """Return points, 10-year risk as printed and category; refuses outside 40-79 and for every exclusion."""
    read = Reader(inputs)
    for name, route in ROUTES.items():
        if read.exclusion(name):
            return Refused(CARD.tool, (Reason(f"risk.excluded_{name}"),), {"route": route})
    age = read.optional("age", low=0, high=130)
    low, high = POINTS["age_min"], POINTS["age_max"]
    if age is not None and not low <= int(age) <= high:
        reason = Reason("risk.age_outside", {"low": low, "high": high})
        return Refused(CARD.tool, (reason,), {"route": "out_of_range_age"})
    if age is None and not any(reason.fill == "age" for reason in read.reasons):
        read.missing("age")
    sex = read.sex()
    sbp = read.number("sbp", low=50, high=300)
    ldl = read.number("ldl", low=1, high=800)
    hdl = read.number("hdl", low=1, high=250)
    igt, smoking = read.flag("igt"), read.flag("smoking")
    if age is None or read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    parts = {
        "sex": int(POINTS["sex"][sex]),
        "sbp": points_of("sbp", sbp),
        "igt": int(POINTS["igt"]["yes" if igt else "no"]),
        "ldl": points_of("ldl", ldl),
        "hdl": points_of("hdl", hdl),
        "smoking": int(POINTS["smoking"]["yes" if smoking else "no"]),
    }
    found = cell(sum(parts.values()), age)
    return Value(
        CARD.tool,
        {"points": found.points, "risk_percent": found.printed, "category": found.category},
        tuple(
            Contribution(name, amount, "points", highest=_highest(name), is_modifiable=name in MODIFIABLE)
            for name, amount in parts.items()
        ),
        assumed=tuple(f"no {name}" for name in read.assumed),
    )


def _highest(name: str) -> int:
    table = POINTS[name]
    if name in NUMBERS:
        return int(max(table["points"]))
    return int(max(table[answer] for answer in ("no", "yes"))) if name != "sex" else int(table["male"])


MODEL = Model(CARD, score)
