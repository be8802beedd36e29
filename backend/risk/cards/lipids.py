"""Lipid card: LDL, HDL, triglycerides and non-HDL against the guideline's lines, each for itself."""

from __future__ import annotations

from typing import Any

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, number
from backend.risk.model import ClassShown, Detail, Finding, InputUsed, Text, Tone
from backend.risk.shape import from_account, from_profile, from_reading, newest_day, refused, start
from models import lipid_class as model
from models.base import Refused

METRICS = {
    "ldl": "ldl_mgdl",
    "nonhdl": "nonhdl_mgdl",
    "tg": "tg_fasting_mgdl",
    "tg_casual": "tg_casual_mgdl",
    "hdl": "hdl_mgdl",
    "tc": "tc_mgdl",
}
FASTING_LINE, CASUAL_LINE = (
    next(line.low for line in model.LINES if line.measure == name and line.low is not None)
    for name in ("tg", "tg_casual")
)
TONES: dict[str, Tone] = {
    "within_lines": "good", "no_line": "info", "borderline": "watch", "above_line": "watch", "below_line": "watch",
    "see_doctor": "act",
}  # fmt: skip


def card(known: Gathered) -> Detail:
    """Return the lipid card; under treatment the doctor's target stands before the general line."""
    head = start(model.CARD, "lipids")
    head |= {
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "valid_range": [Text(key="risk.valid.adult"), Text(key="risk.lipids.valid"),
                        Text(key="risk.valid.age_of_values", params={"years": 3})],
        "notes": [Text(key="risk.lipids.note.meal"), Text(key="risk.lipids.note.ldl")],
    }  # fmt: skip
    values: dict[str, Any] = {"age": known.age, "pregnant": known.pregnant()}
    used: list[InputUsed] = [from_account(known, "age")]
    unclear: list[Finding] = []
    for name, metric in METRICS.items():
        reading = known.newest(metric)
        if reading is None or number(reading) is None:
            continue
        # Total minus HDL only within one exam, and only where nobody measured non-HDL itself.
        if name == "tc" and ("nonhdl" in values or known.on_day("hdl_mgdl", _day(used, "hdl") or known.today) is None):
            continue
        if name == "tc" and from_reading(name, reading).day != _day(used, "hdl"):
            continue
        used.append(from_reading(name, reading))
        # Nobody noted the meal: below both lines or above both it does not matter, between them it decides.
        if name == "tg" and reading.is_fasting is None and FASTING_LINE <= (number(reading) or 0) < CASUAL_LINE:
            unclear.append(Finding(text=Text(key="risk.lipids.line.tg.unclear"), tone="info"))
            continue
        values[name] = number(reading)
    is_treated = known.yes("dyslipidaemia_treated")
    if is_treated is not None:
        used.append(from_profile(known, "med_lipid", key="dyslipidaemia_treated", value=is_treated))
    answer = model.score(values, signed=known.signed)
    if isinstance(answer, Refused):
        return refused(head, answer, inputs=used, day=newest_day(used))
    statement = str(answer.result["statement"])
    by_measure: dict[str, str] = answer.result["by_measure"]
    lead = next(name for name, found in by_measure.items() if found == statement)
    value = number(known.newest(METRICS[lead])) if lead != "nonhdl" or "nonhdl" in values else None
    if value is None:
        value = float(values["tc"]) - float(values["hdl"])
    tone = TONES[statement]
    led = [one.day for one in used if one.name == (lead if lead in values else "tc") and one.day is not None]
    step = "treated" if is_treated else statement
    return Detail(
        **head,
        state="ok",
        headline=Text(key=f"risk.lipids.headline.{lead}", params={"value": f"{value:.0f}"}),
        meaning=Text(key=f"risk.lipids.{statement}"),
        value=value,
        value_text=Text(key="risk.value.number", params={"value": f"{value:.0f}", "unit": "mg/dL"}),
        unit="mg/dL",
        klass=ClassShown(key=statement, text=Text(key=f"risk.lipids.class.{statement}"), tone=tone, unit="mg/dL"),
        findings=[
            Finding(text=Text(key=f"risk.lipids.line.{name}.{found}"), tone=TONES[found])
            for name, found in by_measure.items()
        ]
        + unclear,
        next_step=Text(key=f"risk.lipids.next.{step}"),
        day=max(led, default=newest_day(used)),
        inputs=used,
        awaiting_signoff=list(answer.awaiting_signoff),
    )


def _day(used: list[InputUsed], name: str) -> Any:
    return next((one.day for one in used if one.name == name), None)
