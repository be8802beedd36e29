"""特定保健指導 card: level from one check-up, with the age reached by the end of its fiscal year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from backend import people
from backend.record import StoredReading
from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, day_of, number
from backend.risk.model import ClassShown, Contribution, Detail, Finding, InputUsed, Text, Tone
from backend.risk.shape import from_profile, from_reading, label, newest_day, refused, start
from models import tokutei_hoken_shido as model
from models.base import Reason, Refused

TONES: dict[str, Tone] = {"information": "good", "motivational": "watch", "active": "watch"}
TREATMENTS = {
    "med_bp": "hypertension_treated",
    "med_glucose": "diabetes_treated",
    "med_lipid": "dyslipidaemia_treated",
}
PRINTED = {"1": "active", "2": "motivational", "3": "information", "4": "cannot_judge"}
FASTING, BETWEEN, RIGHT_AFTER = "2", "3", "4"


def fiscal_year_end(day: date) -> date:
    """Return the 31 March that ends the Japanese fiscal year of a day."""
    return date(day.year + (day.month > 3), 3, 31)


def age_for_guidance(birth: date, exam: date) -> int:
    """Return the age reached by 31 March of the exam's fiscal year.

    A year of age is reached at the end of the day before the birthday (年齢計算ニ関スル法律), so someone
    born on 1 April reaches it on 31 March.
    """
    return people.age(birth, on=fiscal_year_end(exam) + timedelta(days=1))


def exam_day(known: Gathered) -> date | None:
    """Return the newest day with a waist (or visceral fat) and a lipid value: a check-up, not a bathroom scale."""
    lipids = {day_of(r) for name in ("hdl_mgdl", "ldl_mgdl") for r in known.readings.get(name, ())}
    bodies = {day_of(r) for name in ("waist_cm", "visceral_fat_cm2") for r in known.readings.get(name, ())}
    return max(lipids & bodies, default=max(lipids, default=None))


def card(known: Gathered) -> Detail:
    """Return the level of specific health guidance of the newest check-up."""
    head = start(model.CARD, "guidance")
    head |= {
        "age_limit_days": CHECKUP_LIMIT_DAYS,
        "valid_range": [Text(key="risk.guidance.valid.age"), Text(key="risk.guidance.valid.one_exam")],
        "notes": [Text(key="risk.guidance.note.insurer"), Text(key="risk.guidance.note.smoker")],
    }
    day = exam_day(known)
    if day is None:
        return refused(head, Refused(model.CARD.tool, (Reason("risk.no_checkup", fill="checkup"),)))
    values, used, untold = _inputs(known, day)
    answer = model.score(values)
    if isinstance(answer, Refused):
        # "On medication" is three questions; ask exactly those that are open.
        reasons = tuple(r for r in answer.reasons if r.fill != "on_medication")
        if len(reasons) < len(answer.reasons):
            reasons += tuple(Reason("risk.missing_input", {"input": name}, fill=name) for name in untold)
        return refused(head, Refused(answer.model, reasons), inputs=used, day=day, findings=_printed(known, day, None))
    level = str(answer.result["level"])
    return Detail(
        **head,
        state="ok",
        headline=Text(key=f"risk.guidance.level.{level}"),
        meaning=Text(key=_why(answer.result), params={"count": int(answer.result["risk_count"])}),
        klass=ClassShown(key=level, text=Text(key=f"risk.guidance.level.{level}"), tone=TONES[level]),
        findings=_printed(known, day, level),
        next_step=Text(key=f"risk.guidance.next.{level}"),
        day=newest_day(used),
        inputs=used,
        total=float(answer.result["risk_count"]),
        contributions=[
            Contribution(
                name=part.name, label=Text(key=f"risk.guidance.risk.{part.name}"), amount=part.amount, highest=1,
                unit="risks", is_modifiable=True,
            )
            for part in answer.contributions
        ],
        figures=["contributions"],
    )  # fmt: skip


def _why(result: Any) -> str:
    if result["on_medication"]:
        return "risk.guidance.why.medication"
    return f"risk.guidance.why.class{result['body_class']}"


def _inputs(known: Gathered, day: date) -> tuple[dict[str, Any], list[InputUsed], list[str]]:
    age = age_for_guidance(known.facts.birth, day)
    values: dict[str, Any] = {"age": age, "sex": known.sex, "pregnant": known.pregnant()}
    used = [
        InputUsed(name="age_fy", label=label("age_fy"), value=float(age),
                  shown=Text(key="risk.value.age", params={"value": age}), unit="", day=None, origin="account")
    ]  # fmt: skip

    def take(name: str, metric: str) -> None:
        reading = known.on_day(metric, day)
        if reading is not None and number(reading) is not None:
            values[name] = number(reading)
            used.append(from_reading(name, reading))

    for name, metric in (("waist", "waist_cm"), ("visceral_fat", "visceral_fat_cm2"), ("bmi", "bmi"),
                         ("hdl", "hdl_mgdl"), ("tg", "tg_fasting_mgdl"), ("fpg", "glucose_fasting_mgdl"),
                         ("hba1c", "hba1c_pct")):  # fmt: skip
        take(name, metric)
    if _drawn(known.on_day("draw_time_class", day)) == BETWEEN:
        # Within 3.5 hours of a meal a casual value is not used at all; nor where nobody noted the time.
        take("tg_casual", "tg_casual_mgdl")
        take("casual_glucose", "glucose_casual_mgdl")
    office = known.office()
    if office is not None and office.day == day:
        values |= {"sbp": office.sbp, "dbp": office.dbp}
        for name, value in (("sbp", office.sbp), ("dbp", office.dbp)):
            reading = next((r for r in known.readings[f"{name}_mmhg"] if day_of(r) == day and number(r) == value), None)
            if reading is not None:
                used.append(from_reading(name, reading))
    if known.smokes() is not None:
        values["smoking"] = known.smokes()
        used.append(from_profile(known, "smoking", key="smoking", value=str(known.profile.value("smoking"))))
    told = {name: known.yes(key) for name, key in TREATMENTS.items()}
    for name, is_treated in told.items():
        if is_treated is not None:
            used.append(from_profile(known, name, key=TREATMENTS[name], value=is_treated))
    if any(told.values()):
        values["on_medication"] = True
    elif all(answer is False for answer in told.values()):
        values["on_medication"] = False
    return values, used, [name for name, answer in told.items() if answer is None]


def _drawn(reading: StoredReading | None) -> str | None:
    return str(reading.value) if reading is not None else None


def _printed(known: Gathered, day: date, level: str | None) -> list[Finding]:
    """The level the check-up file itself prints; the insurer's word stands where the two differ."""
    reading = known.on_day("guidance_level", day)
    printed = PRINTED.get(str(reading.value)) if reading is not None else None
    if printed is None:
        return []
    same = "" if level is None else "_same" if printed == level else "_differs"
    return [Finding(text=Text(key=f"risk.guidance.printed{same}.{printed}"), tone="info")]
