"""Kidney card: eGFR and stage G; the heat map only with albumin per creatinine and a clinician's sign-off."""

from __future__ import annotations

from datetime import date
from typing import Any

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, day_of, number
from backend.risk.model import ClassShown, Contribution, Detail, Finding, InputUsed, Text, Tone
from backend.risk.shape import from_account, from_reading, label, newest_day, refused, start
from models import ckd
from models import egfr_cr_jsn as model
from models.base import Contribution as Part
from models.base import Refused, Value

TONES: dict[str, Tone] = {"G1": "good", "G2": "good", "G3a": "watch", "G3b": "watch", "G4": "act", "G5": "act"}
URINE = {"acr": "uacr_mg_gcr", "pcr": "upcr_g_gcr"}
LOW_BELOW = 60
MONTHS_APART_DAYS = 90
COLOUR_TONES: dict[str, Tone] = {"green": "good", "yellow": "watch", "orange": "watch", "red": "act"}


def results(known: Gathered) -> list[tuple[date, float]]:
    """Return every eGFR on the record, newest first: computed from creatinine, else as printed."""
    found: dict[date, float] = {}
    for reading in known.readings.get("creatinine_mgdl", ()):
        answer = model.score(_values(known, number(reading), day_of(reading)))
        if isinstance(answer, Value):
            found.setdefault(day_of(reading), float(answer.result["egfr"]))
    for reading in known.readings.get("egfr", ()):
        value = number(reading)
        if value is not None:
            found.setdefault(day_of(reading), value)
    return sorted(found.items(), reverse=True)


def _values(known: Gathered, creatinine: float | None, day: date) -> dict[str, Any]:
    return {"cr": creatinine, "age": known.age_on(day), "sex": known.sex, "pregnant": known.pregnant()}


def card(known: Gathered) -> Detail:
    """Return the kidney card; one low result means check again."""
    head = start(model.CARD, "kidney")
    head |= {
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "valid_range": [Text(key="risk.valid.adult"), Text(key="risk.kidney.valid"),
                        Text(key="risk.valid.age_of_values", params={"years": 3})],
        "notes": [Text(key="risk.kidney.note.one"), Text(key="risk.kidney.note.dipstick")],
    }  # fmt: skip
    creatinine, printed = known.newest("creatinine_mgdl"), known.newest("egfr")
    day = day_of(creatinine) if creatinine is not None else day_of(printed) if printed is not None else known.today
    used: list[InputUsed] = [from_account(known, "age", age=known.age_on(day)), from_account(known, "sex")]
    if creatinine is not None:
        used.append(from_reading("cr", creatinine))
    values = _values(known, number(creatinine), day)
    parts: tuple[Part, ...] = ()
    if creatinine is None and number(printed) is not None and printed is not None:
        # The laboratory's own eGFR: the stage is read from it, the refusals stay the same.
        probe = model.score(values | {"cr": 1.0})
        used.append(from_reading("egfr", printed))
        if isinstance(probe, Refused):
            return refused(head, probe, inputs=used, day=day)
        egfr = float(number(printed) or 0)
    else:
        answer = model.score(values)
        if isinstance(answer, Refused):
            return refused(head, answer, inputs=used, day=newest_day(used))
        egfr, parts = float(answer.result["egfr"]), answer.contributions
    stage = model.g_stage(egfr)
    low, high = model.g_limits(stage)
    findings, awaiting = _heat(known, egfr, day, used)
    history = results(known)
    is_low = egfr < LOW_BELOW
    is_twice = is_low and any(
        value < LOW_BELOW and (day - earlier).days > MONTHS_APART_DAYS for earlier, value in history
    )
    step = "low_twice" if is_twice else "see_doctor" if TONES[stage] == "act" else "check_again" if is_low else "keep"
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.kidney.headline", params={"value": f"{egfr:.1f}", "stage": stage}),
        meaning=Text(key=f"risk.kidney.meaning.{stage}"),
        value=round(egfr, 1),
        value_text=Text(key="risk.value.number", params={"value": f"{egfr:.1f}", "unit": "mL/分/1.73㎡"}),
        unit="mL/min/1.73m2",
        klass=ClassShown(
            key=stage, text=Text(key="risk.kidney.stage", params={"stage": stage}), tone=TONES[stage],
            lower=low, upper=high, unit="mL/min/1.73m2",
        ),
        findings=findings,
        next_step=Text(key=f"risk.kidney.next.{step}"),
        day=day,
        inputs=used,
        awaiting_signoff=awaiting,
        contributions=[
            Contribution(name=p.name, label=label(p.name), amount=round(p.amount, 6), highest=p.highest, unit="ln")
            for p in parts
        ],
        figures=["heat_map"] if not awaiting and findings else [],
    )  # fmt: skip


def _heat(known: Gathered, egfr: float, day: date, used: list[InputUsed]) -> tuple[list[Finding], list[str]]:
    """The heat map's colour of one exam day; without a sign-off only that it waits."""
    # Albumin or protein per creatinine, of the exam's own day first; a dipstick never stands for either.
    rows = [(name, known.on_day(metric, day) or known.newest(metric)) for name, metric in URINE.items()]
    held = {name: row for name, row in rows if number(row) is not None}
    if not held:
        return [], []
    if not set(ckd.SIGNOFF) <= known.signed:
        return [Finding(text=Text(key="risk.kidney.heat_waits"), tone="info")], list(ckd.SIGNOFF)
    used.extend(from_reading(name, row) for name, row in held.items() if row is not None)
    answer = ckd.score(
        {
            "egfr": egfr,
            **{name: number(row) for name, row in held.items()},
            "pregnant": known.pregnant(),
            "age": known.age,
        }
    )
    if isinstance(answer, Refused):
        return [], []
    colour, stage = str(answer.result["colour"]), str(answer.result["stage"])
    text = Text(key=f"risk.kidney.heat.{colour}", params={"stage": stage})
    return [Finding(text=text, tone=COLOUR_TONES[colour])], []
