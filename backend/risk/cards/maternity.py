"""Cards of a pregnancy beside the pressure: its week, the guided weight gain, glucose and haemoglobin to tell."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from backend.record import StoredReading
from backend.risk.cards.pregnancy import PREGNANCY_DAYS
from backend.risk.inputs import Gathered, day_of, number
from backend.risk.model import ClassShown, Detail, Finding, InputUsed, Text
from backend.risk.shape import from_profile, from_reading, missing, refused, start
from models import anaemia_pregnancy, edd, gdm
from models import pregnancy_weight_gain as gain
from models.base import Reason, Refused

# Product rule: a weight of the half year before the pregnancy stands for the weight before it.
BEFORE_DAYS = 183


def began(known: Gathered) -> date | None:
    """Return day 0 of the pregnancy by the due date the person gave."""
    due = known.due()
    return None if due is None else due - timedelta(days=PREGNANCY_DAYS)


def _no_due(head: dict[str, Any], tool: str) -> Detail:
    return refused(head, Refused(tool, (Reason("risk.missing_input", {"input": "due"}, fill="due"),)))


def weeks(known: Gathered) -> Detail | None:
    """Return the week of the pregnancy and the days left."""
    if known.pregnant() is not True:
        return None
    head = start(edd.CARD, "weeks") | {"valid_range": [Text(key="risk.weeks.valid")]}
    first, due = began(known), known.due()
    if first is None or due is None:
        return _no_due(head, edd.CARD.tool)
    answer = edd.score({"lmp": first.isoformat(), "on": known.today.isoformat()})
    if isinstance(answer, Refused):
        return refused(head, answer)
    week, day, third = (int(answer.result[name]) for name in ("week", "day", "trimester"))
    left = (due - known.today).days
    told = from_profile(known, "due", key="pregnancy", value="yes").model_copy(
        update={"shown": Text(key="risk.value.plain", params={"value": due.isoformat()}), "value": due.isoformat()}
    )
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.weeks.headline", params={"week": week, "day": day}),
        meaning=Text(key="risk.weeks.left" if left > 0 else "risk.weeks.today" if left == 0 else "risk.weeks.past",
                     params={"days": abs(left)} if left else {}),
        value=float(week),
        klass=ClassShown(key=f"trimester{third}", text=Text(key=f"risk.weeks.trimester{third}"), tone="info"),
        next_step=Text(key="risk.weeks.next"),
        inputs=[told],
    )  # fmt: skip


def weight(known: Gathered) -> Detail | None:
    """Return the guided weight gain by the BMI before pregnancy, and the gain so far."""
    if known.pregnant() is not True:
        return None
    head = start(gain.CARD, "gain") | {
        "valid_range": [Text(key="risk.gain.valid")],
        "notes": [Text(key="risk.gain.note"), Text(key="risk.gain.note.near")],
    }
    first = began(known)
    if first is None:
        return _no_due(head, gain.CARD.tool)
    height = known.newest("height_cm")
    held = known.readings.get("weight_kg", ())
    before = next((r for r in held if first - timedelta(days=BEFORE_DAYS) <= day_of(r) <= first), None)
    used: list[InputUsed] = []
    values: dict[str, Any] = {}
    for name, key, reading in (("height", "height_cm", height), ("weight_before", "pre_kg", before)):
        if reading is not None and number(reading) is not None:
            values[key] = number(reading)
            used.append(from_reading(name, reading))
    answer = gain.score(values)
    if isinstance(answer, Refused):
        gap = refused(head, answer, inputs=used)
        lacking = [name for name, key in (("height", "height_cm"), ("weight_before", "pre_kg")) if key not in values]
        return gap.model_copy(update={"state": "missing", "missing": missing(lacking), "reasons": []})
    name = str(answer.result["bmi_class"]).replace("+", "plus")
    limits = answer.result["range"]
    params = {"low": limits[0], "high": limits[1]} if limits else {"high": int(answer.result["about_up_to_kg"])}
    now = next((r for r in held if day_of(r) > first), None)
    findings = []
    if now is not None and number(now) is not None and before is not None:
        so_far = float(number(now) or 0) - float(number(before) or 0)
        used.append(from_reading("weight", now))
        findings.append(Finding(text=Text(key="risk.gain.so_far", params={"kg": f"{so_far:+.1f}"}), tone="info"))
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.gain.headline" if limits else "risk.gain.individual", params=params),
        meaning=Text(key=f"risk.gain.class.{name}", params={"bmi": f"{float(answer.result['bmi']):.1f}"}),
        unit="kg",
        klass=ClassShown(key=name, text=Text(key=f"risk.bmi.class.{name}"), tone="info", unit="kg"),
        findings=findings,
        next_step=Text(key="risk.gain.next"),
        day=day_of(before) if before is not None else None,
        inputs=used,
    )


def blood(known: Gathered) -> Detail | None:
    """Return what must be told to the clinic of glucose and haemoglobin measured in this pregnancy."""
    if known.pregnant() is not True:
        return None
    head = start(gdm.CARD, "gdm") | {"valid_range": [Text(key="risk.gdm.valid")],
                                     "notes": [Text(key="risk.gdm.note")]}  # fmt: skip
    first = began(known)
    if first is None:
        return _no_due(head, gdm.CARD.tool)
    used: list[InputUsed] = []
    found: list[Finding] = []

    def take(name: str, metric: str) -> tuple[StoredReading, float] | None:
        reading = known.newest(metric)
        value = number(reading)
        if reading is None or value is None or day_of(reading) < first:
            return None
        used.append(from_reading(name, reading))
        return reading, value

    for name, metric in (("fpg", "glucose_fasting_mgdl"), ("hba1c", "hba1c_pct"), ("casual", "glucose_casual_mgdl")):
        taken = take(name, metric)
        if taken is None:
            continue
        judged = gdm.score({name: taken[1]})
        # A casual value of 200 and more is confirmed by the clinic: the model refuses, the person is still told.
        needs = any(r.key == "risk.confirm_200" for r in judged.reasons) if isinstance(judged, Refused) else True
        # The fasting line of the 75 g test: without the test it decides nothing, and it is no reason for "fine".
        is_near = not needs and name == "fpg" and taken[1] >= gdm.CUTS["ogtt_mgdl"]["fpg"]
        said = "call" if needs else "near" if is_near else "below"
        found.append(Finding(text=Text(key=f"risk.gdm.{said}.{name}"),
                             tone="act" if needs else "watch" if is_near else "good"))  # fmt: skip
    blood_colour = take("hb", "hb_gdl")
    if blood_colour is not None:
        reading, value = blood_colour
        week = (day_of(reading) - first).days // 7
        judged = anaemia_pregnancy.score({"week": week, "hb": value})
        if not isinstance(judged, Refused):
            is_low = bool(judged.result["anaemia"])
            found.append(Finding(text=Text(key=f"risk.gdm.hb.{'below' if is_low else 'fine'}",
                                           params={"line": f"{judged.result['line_g_dl']:.1f}"}),
                                 tone="watch" if is_low else "good"))  # fmt: skip
    if not found:
        return refused(head, Refused(gdm.CARD.tool, ()), extra_missing=("pregnancy_blood",))
    is_urgent = any(one.tone == "act" for one in found)
    key = "call_today" if is_urgent else "watch" if any(one.tone == "watch" for one in found) else "none"
    return Detail(
        **head,
        state="ok",
        headline=Text(key=f"risk.gdm.headline.{key}"),
        klass=ClassShown(key=key, text=Text(key=f"risk.gdm.class.{key}"),
                         tone="act" if is_urgent else "watch" if key == "watch" else "good"),
        findings=found,
        next_step=Text(key=f"risk.gdm.next.{key}"),
        day=max(one.day for one in used if one.day is not None),
        inputs=used,
    )  # fmt: skip
