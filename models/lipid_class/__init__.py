"""Lipid values against the guideline's lines, each value alone; rows that wait for a sign-off stay silent."""

from __future__ import annotations

import csv
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
MEASURES = ("ldl", "nonhdl", "tg", "tg_casual", "hdl")
LIMITS = {"ldl": (5, 1_500), "nonhdl": (5, 2_000), "tg": (5, 15_000), "tg_casual": (5, 15_000), "hdl": (3, 250),
          "tc": (20, 2_000)}  # fmt: skip
ADULT_FROM = 18
# From quiet to urgent; an LDL that reaches no allowed line is judged by the target of its category only.
ORDER = ("within_lines", "no_line", "borderline", "above_line", "below_line", "see_doctor")


@dataclass(frozen=True)
class Line:
    """One printed line: at or above `low` (HDL: below `high`) the statement holds, mg/dL."""

    id: str
    measure: str
    low: float | None
    high: float | None
    statement: str
    status: str
    source: str

    @property
    def signoff(self) -> str:
        """Return the id a clinician signs in docs/clinical-signoff.csv."""
        return f"lipid/{self.id}"

    def may_be_shown(self, signed: AbstractSet[str]) -> bool:
        """Return whether the row is verified, or partly verified and signed off."""
        return self.status == "verified" or (self.status == "partly verified" and self.signoff in signed)

    def is_reached(self, value: float) -> bool:
        """Return whether a value lies on the line's side."""
        return (self.low is not None and value >= self.low) or (self.high is not None and value < self.high)


def _lines() -> tuple[Line, ...]:
    with (FOLDER / "rows.csv").open(encoding="utf-8", newline="") as rows:
        return tuple(
            Line(
                id=row["id"],
                measure=row["measure"],
                low=float(row["from"]) if row["from"] else None,
                high=float(row["below"]) if row["below"] else None,
                statement=row["statement"],
                status=row["status"],
                source=row["source"],
            )
            for row in csv.DictReader(rows)
        )


LINES = _lines()


def judge(measure: str, value: float, *, signed: AbstractSet[str] = frozenset()) -> tuple[str, tuple[str, ...]]:
    """Return the statement for one value, and the sign-offs that a finer statement waits for."""
    reached = [line for line in LINES if line.measure == measure and line.is_reached(value)]
    shown = [line for line in reached if line.may_be_shown(signed)]
    waiting = tuple(sorted({line.signoff for line in reached if not line.may_be_shown(signed)}))
    if shown:
        return max((line.statement for line in shown), key=ORDER.index), waiting
    has_all = all(line.may_be_shown(signed) for line in LINES if line.measure == measure)
    return ("within_lines" if has_all else "no_line"), waiting


def score(inputs: Inputs, *, signed: AbstractSet[str] = frozenset()) -> Answer:
    """Return a statement per value (`ldl`, `hdl`, `tg`, `tg_casual`, `nonhdl`, mg/dL) and the gravest of them.

    `nonhdl` is taken as `tc` - `hdl` where it is not given. `signed` holds the rows a clinician signed.
    """
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.number("age", low=0, high=130)
    if age < ADULT_FROM:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": ADULT_FROM}),))
    values = {name: read.optional(name, low=low, high=high) for name, (low, high) in LIMITS.items()}
    total = values.pop("tc")
    hdl = values["hdl"]
    if values["nonhdl"] is None and total is not None and hdl is not None and total > hdl:
        values["nonhdl"] = total - hdl
    if all(value is None for value in values.values()) and not read.reasons:
        read.missing("ldl")
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    found: dict[str, str] = {}
    awaiting: set[str] = set()
    for name in MEASURES:
        value = values[name]
        if value is not None:
            found[name], waiting = judge(name, value, signed=signed)
            # A graver line that may be shown says more than the one that waits.
            awaiting |= set(waiting) if found[name] == "no_line" else set()
    return Value(
        CARD.tool,
        {"statement": max(found.values(), key=ORDER.index), "by_measure": found},
        assumed=tuple(f"not {name}" for name in read.assumed),
        awaiting_signoff=tuple(sorted(awaiting)),
    )


MODEL = Model(CARD, score)
