"""Body cards: BMI of an adult, and for the school years the weight against the standard weight."""

from __future__ import annotations

from typing import Any

from backend.risk.inputs import CHECKUP_LIMIT_DAYS, Gathered, day_of, number
from backend.risk.model import ClassShown, Detail, InputUsed, Text, Tone
from backend.risk.shape import from_account, from_reading, newest_day, refused, start
from models import bmi_class as model
from models import himando_school
from models.base import Refused

TONES: dict[str, Tone] = {
    "underweight": "watch", "normal": "good", "obese1": "watch", "obese2": "watch", "obese3": "act", "obese4": "act",
}  # fmt: skip
SCHOOL_TONES: dict[str, Tone] = {
    "severe": "act", "moderate": "watch", "mild": "watch", "normal": "good", "thin": "watch", "very thin": "act",
}  # fmt: skip
SCHOOL_AGES = range(5, 18)


def adult(known: Gathered) -> Detail:
    """Return the BMI card: height and weight where both are there, else the printed BMI."""
    head = start(model.CARD, "bmi")
    head |= {"age_limit_days": CHECKUP_LIMIT_DAYS, "valid_range": [Text(key="risk.valid.adult")]}
    values: dict[str, Any] = {"age": known.age, "pregnant": known.pregnant()}
    used: list[InputUsed] = [from_account(known, "age")]
    printed, weight, height = (known.newest(name) for name in ("bmi", "weight_kg", "height_cm"))
    # A weight of a later day than the printed BMI says more about today.
    is_newer = weight is not None and height is not None and (printed is None or day_of(weight) > day_of(printed))
    for name, metric, reading in (
        (("weight", "weight_kg", weight), ("height", "height_cm", height)) if is_newer else (("bmi", "bmi", printed),)
    ):
        if reading is not None and number(reading) is not None:
            values[metric] = number(reading)
            used.append(from_reading(name, reading))
    answer = model.score(values)
    if isinstance(answer, Refused):
        return refused(head, answer, inputs=used, day=newest_day(used))
    bmi, name = float(answer.result["bmi"]), str(answer.result["bmi_class"])
    low, high, _ = model.klass(bmi)
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.bmi.headline", params={"value": f"{bmi:.1f}"}),
        meaning=Text(key=f"risk.bmi.meaning.{_kind(name)}"),
        value=round(bmi, 1),
        value_text=Text(key="risk.value.plain", params={"value": f"{bmi:.1f}"}),
        unit="kg/m2",
        klass=ClassShown(
            key=name, text=Text(key=f"risk.bmi.class.{name}"), tone=TONES[name], lower=low, upper=high, unit="kg/m2"
        ),
        next_step=Text(key=f"risk.bmi.next.{_kind(name)}"),
        day=newest_day(used),
        inputs=used,
    )


def _kind(name: str) -> str:
    return "over" if name.startswith("obese") else name


def school(known: Gathered) -> Detail | None:
    """Return the card of the school years (5-17), or None for everybody else."""
    if known.age not in SCHOOL_AGES:
        return None
    head = start(himando_school.CARD, "school")
    head |= {"age_limit_days": 366, "valid_range": [Text(key="risk.school.valid")]}
    values: dict[str, Any] = {"age": known.age, "sex": known.sex}
    used: list[InputUsed] = [from_account(known, "age"), from_account(known, "sex")]
    weight = known.newest("weight_kg")
    height = known.newest("height_cm")
    for name, reading in (("weight", weight), ("height", height)):
        if reading is not None and number(reading) is not None:
            values[name] = number(reading)
            used.append(from_reading(name, reading))
    answer = himando_school.score(values)
    if isinstance(answer, Refused) or "himando" not in answer.result:
        gap = answer if isinstance(answer, Refused) else Refused(himando_school.CARD.tool, ())
        return refused(head, gap, extra_missing=() if "weight" in values else ("weight",), inputs=used)
    name = str(answer.result["cls"])
    percent = float(answer.result["himando"])
    return Detail(
        **head,
        state="ok",
        headline=Text(key="risk.school.headline", params={"value": f"{percent:+.0f}"}),
        meaning=Text(key=f"risk.himando.class.{name.replace(' ', '_')}"),
        value=round(percent, 1),
        unit="%",
        klass=ClassShown(
            key=name, text=Text(key=f"risk.himando.class.{name.replace(' ', '_')}"), tone=SCHOOL_TONES[name], unit="%"
        ),
        next_step=Text(key=f"risk.himando.next.{'fine' if name == 'normal' else 'ask'}"),
        day=newest_day(used),
        inputs=used,
    )
