"""CKD heat map: stage G by eGFR and stage A by albumin or protein per creatinine; never from a dipstick."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from models.base import Answer, Inputs, Model, Reader, Reason, Refused, Value, band, load_card, load_json
from models.egfr_cr_jsn import g_stage

FOLDER = Path(__file__).parent
CARD = load_card(FOLDER)
HEAT: dict[str, Any] = load_json(FOLDER, "heat_map.json")
# Rows of the clinical sign-off that must all be there before a resident sees a stage A.
SIGNOFF = ("ckd/A1", "ckd/A2", "ckd/A3")


def a_stage(*, albumin_mg_gcr: float | None = None, protein_g_gcr: float | None = None) -> str | None:
    """Return A1..A3, or None where nothing was measured or the two measures disagree."""
    rows = HEAT["a_categories"]
    found = set()
    if albumin_mg_gcr is not None:
        found.add(rows["names"][band(albumin_mg_gcr, rows["albumin_mg_gcr_from"])])
    if protein_g_gcr is not None:
        found.add(rows["names"][band(protein_g_gcr, rows["protein_g_gcr_from"])])
    return str(found.pop()) if len(found) == 1 else None


def colour(g: str, a: str) -> str:
    """Return the colour of a cell: green, yellow, orange or red."""
    return str(HEAT["colours"][g][HEAT["a_categories"]["names"].index(a)])


def score(inputs: Inputs) -> Answer:
    """Return stage and colour from `egfr` and `acr` (mg/gCr) or `pcr` (g/gCr); one result is "check again"."""
    read = Reader(inputs)
    if read.exclusion("pregnant"):
        return Refused(CARD.tool, (Reason("risk.excluded_pregnant"),))
    age = read.optional("age", low=0, high=130)
    if age is not None and age < 18:
        return Refused(CARD.tool, (Reason("risk.age_below", {"low": 18}),))
    egfr = read.number("egfr", low=0.5, high=300)
    acr, pcr = read.optional("acr", low=0, high=50_000), read.optional("pcr", low=0, high=100)
    if acr is None and pcr is None and not read.reasons:
        read.missing("acr")
    if read.reasons:
        return Refused(CARD.tool, tuple(read.reasons))
    a = a_stage(albumin_mg_gcr=acr, protein_g_gcr=pcr)
    if a is None:
        return Refused(CARD.tool, (Reason("risk.urine_values_disagree"),))
    g = g_stage(egfr)
    return Value(
        CARD.tool,
        {"stage": g + a, "colour": colour(g, a), "note": "one result: check again"},
        assumed=tuple(f"not {name}" for name in read.assumed),
        awaiting_signoff=SIGNOFF,
    )


MODEL = Model(CARD, score)
