"""A check-up item a year on, from the person's own history: developed on simulated people only, research only."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from models.base import (
    Answer,
    BadInputError,
    Contribution,
    Inputs,
    Model,
    Reader,
    Reason,
    Refused,
    Value,
    load_card,
    load_json,
)
from models.next_year.process import as_history, course, group_of, predict

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
PARAMETERS: dict[str, Any] = load_json(FOLDER, "parameters.json")
ITEMS: dict[str, Any] = load_json(FOLDER, "assumed.json")["items"]
AGE_LOW, AGE_HIGH, MOST = 40, 74, 10
GLUCOSE = ("hba1c_pct", "glucose_fasting_mgdl")


def _history(read: Reader, metric: str) -> list[tuple[int, float]]:
    """Return (year, value) of the last ten years, oldest first; a reason is noted where something is missing."""
    given = read.inputs.get("history")
    if given is None or given == "unknown" or given == []:
        read.missing("history")
        return []
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise BadInputError("history", "not a list of years and values")
    limits, found = ITEMS[metric], {}
    for one in given:
        inner = Reader(one)
        year = inner.number("year", low=1900, high=2200)
        value = inner.number("value", low=limits["low"], high=limits["high"])
        if inner.reasons:
            read.reasons += inner.reasons
            return []
        if year != int(year) or int(year) in found:
            raise BadInputError("history", "each year once")
        found[int(year)] = math.log(value) if limits["log"] else value
    newest = max(found)
    return sorted((year, value) for year, value in found.items() if newest - year < MOST)


def score(inputs: Inputs) -> Answer:
    """Return `expected`, `low` and `high` (90 %) of `metric` in the year after the newest value of `history`.

    `history` is a list of {"year", "value"}, one value a year; `age` is the age at the newest one.
    """
    read = Reader(inputs)
    metric = read.inputs.get("metric")
    if metric in (None, "unknown"):
        return Refused(CARD.tool, (Reason("risk.missing_input", {"input": "metric"}, fill="metric"),))
    if not isinstance(metric, str) or metric not in ITEMS:
        raise BadInputError("metric", "no such item")
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    if metric in GLUCOSE and read.exclusion("treated_diabetes"):
        return Refused(CARD.tool, (Reason("risk.excluded_treated_diabetes"),))
    age = read.number("age", low=0, high=130)
    # The year predicted must lie inside the simulated ages too.
    if age == age and not AGE_LOW <= int(age) < AGE_HIGH:
        return Refused(CARD.tool, (Reason("risk.age_outside", {"low": AGE_LOW, "high": AGE_HIGH - 1}),))
    sex = read.sex()
    history = _history(read, metric)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    parameters = PARAMETERS[metric][sex]
    values, ages = as_history(history, float(int(age)), MOST + 1)
    mean, spread, weights = predict(parameters, values, ages)
    reach = parameters["reach"][group_of(len(history))] * float(spread[0])
    is_log, decimals = ITEMS[metric]["log"], ITEMS[metric]["decimals"] + 1
    middle = float(mean[0])
    shown = [round(math.exp(x) if is_log else x, decimals) for x in (middle - reach, middle, middle + reach)]
    unit = "ln of the unit" if is_log else "unit of the item"
    base = course(parameters, ages)[0]
    newest = history[-1][0]
    parts = [("people of this sex and age", float(base[-1]))]
    for year, value in history:
        at = MOST - 1 - (newest - year)
        parts.append((str(year), float(weights[0, at] * (value - base[at]))))
    return Value(
        CARD.tool,
        {"expected": shown[1], "low": shown[0], "high": shown[2], "coverage_percent": 90, "year": newest + 1},
        tuple(Contribution(name, part, unit, highest=part, lowest=min(part, 0)) for name, part in parts),
        assumed=tuple(f"not {name}" for name in read.assumed),
    )


MODEL = Model(CARD, score)
