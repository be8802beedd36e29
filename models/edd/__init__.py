"""Due date and gestational age from the first day of the last period."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
RULES: dict[str, Any] = load_json(FOLDER, "rules.json")


def _day(inputs: Inputs, name: str) -> date | None:
    text = inputs.get(name)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise BadInputError(name, "not a date (YYYY-MM-DD)") from error


def score(inputs: Inputs) -> Answer:
    """Return `edd` from `lmp` and `cycle` (days, default 28); with `on`, also week, day and trimester of that day."""
    read = Reader(inputs)
    lmp, on = _day(inputs, "lmp"), _day(inputs, "on")
    cycle = read.optional("cycle", low=RULES["cycle_low"], high=RULES["cycle_high"])
    if lmp is None:
        read.missing("lmp")
    if lmp is None or read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    shift = timedelta(days=int(cycle if cycle is not None else RULES["cycle_days"]) - RULES["cycle_days"])
    result: dict[str, Any] = {"edd": (lmp + shift + timedelta(days=RULES["days_from_lmp"])).isoformat()}
    if on is not None:
        days = (on - lmp - shift).days
        if days < 0 or days > 44 * 7:
            return Refused(CARD.tool, (Reason("risk.date_outside_pregnancy"),))
        result |= {"week": days // 7, "day": days % 7}
        ends = (RULES["first_trimester_last_day"], RULES["second_trimester_last_day"])
        result["trimester"] = 1 + sum(days > end for end in ends)
    return Value(CARD.tool, result)


MODEL = Model(CARD, score)
