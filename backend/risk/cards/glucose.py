"""Glucose card: HbA1c and fasting glucose against the verified lines; a casual value against its own line only."""

from __future__ import annotations

from typing import Any

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, number
from backend.risk.model import ClassShown, Detail, Finding, InputUsed, Text, Tone
from backend.risk.shape import from_account, from_reading, newest_day, refused, start
from models import glucose_class as model
from models.base import Refused

METRICS = {"hba1c": "hba1c_pct", "fpg": "glucose_fasting_mgdl", "casual_glucose": "glucose_casual_mgdl"}
TONES: dict[str, Tone] = {"below_lines": "good", "no_line": "info", "above_guidance_line": "watch", "see_doctor": "act"}


def card(known: Gathered) -> Detail:
    """Return the glucose card; it names no disease and refuses under treatment."""
    head = start(model.CARD, "glucose")
    head |= {
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "valid_range": [Text(key="risk.valid.adult"), Text(key="risk.glucose.valid"),
                        Text(key="risk.valid.age_of_values", params={"years": 3})],
        "notes": [Text(key="risk.glucose.note.casual")],
    }  # fmt: skip
    treated = known.yes("diabetes_treated")
    values: dict[str, Any] = {
        "age": known.age,
        "pregnant": known.pregnant(),
        "treated_diabetes": True if known.yes("insulin_or_su") else treated,
    }
    used: list[InputUsed] = [from_account(known, "age")]
    for name, metric in METRICS.items():
        reading = known.newest(metric)
        if reading is not None and number(reading) is not None:
            values[name] = number(reading)
            used.append(from_reading(name, reading))
    answer = model.score(values)
    if isinstance(answer, Refused):
        return refused(head, answer, inputs=used, day=newest_day(used))
    statement = str(answer.result["statement"])
    by_measure: dict[str, str] = answer.result["by_measure"]
    lead = next(name for name, found in by_measure.items() if found == statement)
    shown = next(i for i in used if i.name == lead)
    return Detail(
        **head,
        state="ok",
        headline=Text(key=f"risk.glucose.headline.{lead}", params={"value": shown.shown.params["value"]}),
        meaning=Text(key=f"risk.glucose.{statement}"),
        value=float(shown.value),
        value_text=shown.shown,
        unit=shown.unit,
        klass=ClassShown(key=statement, text=Text(key=f"risk.glucose.class.{statement}"), tone=TONES[statement]),
        findings=[
            Finding(text=Text(key=f"risk.glucose.line.{name}.{found}"), tone=TONES[found])
            for name, found in by_measure.items()
        ],
        next_step=Text(key=f"risk.glucose.next.{statement}"),
        day=newest_day(used),
        inputs=used,
    )
