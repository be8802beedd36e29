"""LDL and non-HDL targets by the risk category of the guideline (JAS 2022)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)


def _targets() -> dict[str, tuple[float, float]]:
    with (FOLDER / "targets.csv").open(encoding="utf-8", newline="") as lines:
        return {row["category"]: (float(row["ldl_below"]), float(row["nonhdl_below"])) for row in csv.DictReader(lines)}


TARGETS = _targets()


def score(inputs: Inputs) -> Answer:
    """Return `ldl_below` and `nonhdl_below` (mg/dL) of a `category`, and for given values whether they are below."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    category = inputs.get("category")
    if category is None:
        read.missing("category")
    elif category not in TARGETS:
        raise BadInputError("category", "no category of the guideline")
    values = {name: read.optional(name, low=5, high=2_000) for name in ("ldl", "nonhdl")}
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    lines = dict(zip(("ldl", "nonhdl"), TARGETS[str(category)], strict=True))
    result: dict[str, Any] = {f"{name}_below": line for name, line in lines.items()}
    result |= {f"{name}_met": value < lines[name] for name, value in values.items() if value is not None}
    return Value(CARD.tool, result, assumed=tuple(f"not {name}" for name in read.assumed))


MODEL = Model(CARD, score)
