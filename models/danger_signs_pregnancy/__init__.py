"""Danger signs in pregnancy (WHO SMART ANC): what must be told to the clinic at once. It may only alert."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)


def _rows() -> dict[str, dict[str, str]]:
    with (FOLDER / "rows.csv").open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


ROWS = _rows()
SIGNS = tuple(name for name, row in ROWS.items() if row["kind"] == "sign")
ORDER = ("none", "refer", "urgent")


def _temperatures(inputs: Inputs) -> list[float]:
    given = inputs.get("temp")
    if given is None:
        return []
    if not isinstance(given, list | tuple):
        raise BadInputError("temp", "needs a list of temperatures")
    read = Reader({str(at): value for at, value in enumerate(given)})
    found = [read.optional(str(at), low=30, high=45) for at in range(len(given))]
    return [value for value in found if value is not None]


def score(inputs: Inputs) -> Answer:
    """Return `contact` (none, refer, urgent) and the rows that say so; no sign given is a refusal, not "none"."""
    read = Reader(inputs)
    if inputs.get("pregnant") is False:
        return Refused(CARD.tool, (Reason("risk.only_in_pregnancy"),))
    signs = inputs.get("signs")
    if signs is not None and (not isinstance(signs, list | tuple) or any(one not in SIGNS for one in signs)):
        raise BadInputError("signs", "not a list of known signs")
    pulse, spo2 = read.optional("pulse", low=20, high=300), read.optional("spo2", low=50, high=100)
    temperatures = _temperatures(inputs)
    is_leaking = inputs.get("fluid_leak") in (1, True)
    week = read.number("week", low=0, high=44) if is_leaking else None
    if signs is None and pulse is None and spo2 is None and not temperatures and not is_leaking and not read.reasons:
        read.missing("signs")
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    reached: list[str] = list(signs or ())
    fever = ROWS["temp"]
    if sum(value >= float(fever["from"]) for value in temperatures) >= int(fever["times"]):
        reached.append("temp")
    if pulse is not None and pulse < float(ROWS["pulse-low"]["below"]):
        reached.append("pulse-low")
    if pulse is not None and pulse > float(ROWS["pulse-high"]["above"]):
        reached.append("pulse-high")
    if spo2 is not None and spo2 < float(ROWS["spo2"]["below"]):
        reached.append("spo2")
    if week is not None and week < float(ROWS["fluid"]["below"]):
        reached.append("fluid")
    contact = max((ROWS[name]["contact"] for name in reached), key=ORDER.index, default="none")
    result: dict[str, Any] = {"contact": contact, "rows": reached}
    return Value(CARD.tool, result)


MODEL = Model(CARD, score)
