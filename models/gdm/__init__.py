"""Glucose in pregnancy by the Japanese criteria (JSDP 2013): a reason to tell the clinic, not a diagnosis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, BadInputError, Inputs, Model, Reader, Reason, Refused, Value, load_card, load_json

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
CUTS: dict[str, Any] = load_json(FOLDER, "thresholds.json")


def _ogtt(inputs: Inputs) -> tuple[float, float, float] | None:
    values = inputs.get("ogtt")
    if values is None:
        return None
    if not isinstance(values, list | tuple) or len(values) != 3:
        raise BadInputError("ogtt", "needs three values: fasting, 1 h, 2 h")
    read = Reader(dict(zip(("0", "1", "2"), values, strict=True)))
    return (
        read.number("0", low=20, high=1_500),
        read.number("1", low=20, high=1_500),
        read.number("2", low=20, high=1_500),
    )


def score(inputs: Inputs) -> Answer:
    """Return `result` from `ogtt` [fasting, 1 h, 2 h] and/or `fpg`, `casual` (mg/dL), `hba1c` (%), `retinopathy`."""
    read = Reader(inputs)
    if inputs.get("pregnant") is False:
        return Refused(CARD.tool, (Reason("risk.only_in_pregnancy"),))
    ogtt = _ogtt(inputs)
    fasting = read.optional("fpg", low=20, high=1_500)
    hba1c = read.optional("hba1c", low=2, high=25)
    casual = read.optional("casual", low=20, high=1_500)
    has_retinopathy = inputs.get("retinopathy") in (1, True)
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    if ogtt is not None and any(value != value for value in ogtt):
        return Refused(CARD.tool, (Reason("risk.missing_input", {"input": "ogtt"}, fill="ogtt"),))
    fastings = [value for value in (fasting, ogtt[0] if ogtt else None) if value is not None]
    overt = CUTS["overt"]
    if any(v >= overt["fpg"] for v in fastings) or (hba1c is not None and hba1c >= overt["hba1c"]) or has_retinopathy:
        return Value(CARD.tool, {"result": "overt diabetes in pregnancy"})
    is_two_hour_high = ogtt is not None and ogtt[2] >= CUTS["high_risk"]["2h"]
    if is_two_hour_high or (casual is not None and casual >= CUTS["high_risk"]["2h"]):
        if hba1c is None:
            # 200 or more has to be confirmed before anything is said about it.
            return Refused(CARD.tool, (Reason("risk.confirm_200", {"input": "hba1c"}, fill="hba1c"),))
        if is_two_hour_high:
            return Value(CARD.tool, {"result": "High risk GDM, not overt"})
    if ogtt is None:
        return Refused(CARD.tool, (Reason("risk.missing_input", {"input": "ogtt"}, fill="ogtt"),))
    lines = CUTS["ogtt_mgdl"]
    is_gdm = any(value >= lines[name] for value, name in zip(ogtt, ("fpg", "1h", "2h"), strict=True))
    return Value(CARD.tool, {"result": "GDM" if is_gdm else "normal"})


MODEL = Model(CARD, score)
