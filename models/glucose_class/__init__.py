"""Glucose values against the guideline's verified lines, each value alone; it never names a disease."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
MEASURES = ("hba1c", "fpg", "casual_glucose", "ogtt2h")
# Measures with one line only: below it nothing is said.
ONE_LINE = ("casual_glucose", "ogtt2h")
ADULT_FROM = 18
# From quiet to urgent; a casual glucose below its only line says nothing about the fasting lines.
ORDER = ("below_lines", "no_line", "above_guidance_line", "see_doctor")


@dataclass(frozen=True)
class Line:
    """One printed line: at or above `low` the statement holds."""

    id: str
    measure: str
    low: float
    statement: str
    source: str


def _lines() -> tuple[Line, ...]:
    with (FOLDER / "rows.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            Line(row["id"], row["measure"], float(row["from"]), row["statement"], row["source"])
            for row in csv.DictReader(rows)
            if row["status"] == "verified"
        )


LINES = _lines()


def judge(measure: str, value: float) -> tuple[str, Line | None]:
    """Return the statement for one value and the highest line it reaches."""
    reached = [line for line in LINES if line.measure == measure and value >= line.low]
    if reached:
        top = max(reached, key=lambda line: line.low)
        return top.statement, top
    return ("no_line" if measure in ONE_LINE else "below_lines"), None


def score(inputs: Inputs) -> Answer:
    """Return a statement per value (`hba1c` NGSP %, `fpg`, `casual_glucose`, `ogtt2h` mg/dL) and the gravest."""
    read = Reader(inputs)
    for name in ("pregnant", "treated_diabetes"):
        if read.exclusion(name):
            return Refused(CARD.tool, (Reason(f"risk.excluded_{name}"),))
    age = read.number("age", low=0, high=130)
    if age < ADULT_FROM:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": ADULT_FROM}),))
    limits = {"hba1c": (2, 25), "fpg": (20, 1_500), "casual_glucose": (20, 1_500), "ogtt2h": (20, 1_500)}
    found = {name: read.optional(name, low=limits[name][0], high=limits[name][1]) for name in MEASURES}
    if all(value is None for value in found.values()) and not read.reasons:
        read.missing("hba1c")
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    statements = {name: judge(name, value)[0] for name, value in found.items() if value is not None}
    overall = max(statements.values(), key=ORDER.index)
    return Value(
        CARD.tool,
        {"statement": overall, "by_measure": statements},
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
