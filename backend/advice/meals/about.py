"""What the record and わたしのこと say of a person, as far as a plan of meals needs it."""

from __future__ import annotations

from datetime import date, timedelta

from backend import base, people, record, risk
from backend.advice.meals.needs import Known, Person
from backend.consent import Permit
from backend.record import Answer

_METRICS = ("weight_kg", "height_cm", "bmi", "egfr", "hba1c_pct", "sbp_mmhg", "dbp_mmhg")
_FACTS = (
    "activity", "hypertension", "hypertension_treated", "diabetes", "diabetes_treated", "insulin_or_su", "ckd",
    "dialysis", "heart_failure", "warfarin", "doctor_limits_diet", "pregnancy",
)  # fmt: skip
_RECENT = timedelta(days=548)
"""Values older than 18 months no longer speak for today."""


def person_of(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> Person:
    """Everything a plan needs to know, with where each value stands."""
    now = clock.now()
    today = now.astimezone(base.TOKYO).date()
    profile = record.profile(session, permit=permit, clock=clock)
    gathered = risk.gather(
        people.person(session, person=permit.person),
        today=today,
        profile=profile,
        readings=record.read(session, permit=permit, metrics=_METRICS, since=now - _RECENT, clock=clock),
    )
    values = {}
    for name in ("bmi", "egfr", "hba1c_pct"):
        reading = gathered.newest(name)
        if reading is not None and isinstance(reading.value, float | int):
            values[name] = _known(reading, name)
    home, _ = gathered.home()
    for place, pair, end in (("office", gathered.office(), ""), ("home", home, "_7d")):
        if pair is not None:
            for part, number in (("sbp", pair.sbp), ("dbp", pair.dbp)):
                name = f"{place}_{part}{end}"
                values[name] = Known(name=name, value=number, on=pair.day, reading=pair.reading)
    weight = gathered.newest("weight_kg")
    facts = {}
    for key in _FACTS:
        fact = profile.fact(key)
        if fact.answer is Answer.VALUE:
            told = fact.value.get("status") if isinstance(fact.value, dict) else fact.value
            facts[key] = Known(name=key, value=str(told), on=fact.on, reading=fact.reading)
    allergies = profile.fact("allergies")
    area = profile.value("area")
    is_pregnant = gathered.pregnant()
    return Person(
        age=gathered.age,
        sex=gathered.sex,
        weight=None if weight is None or not isinstance(weight.value, float | int) else _known(weight, "weight_kg"),
        values=values,
        facts=facts,
        is_pregnant=is_pregnant,
        pregnancy_week=_week(gathered.due(), today) if is_pregnant else None,
        allergies=frozenset(allergies.value) if allergies.answer is Answer.VALUE else None,
        area=str(area) if area else None,
    )


def _known(reading: record.StoredReading, name: str) -> Known:
    assert isinstance(reading.value, float | int)
    day = reading.start.astimezone(base.TOKYO).date()
    return Known(name=name, value=float(reading.value), on=day, reading=reading.id)


def _week(due: date | None, today: date) -> int | None:
    # Term is 40 weeks (280 days): weeks are counted from 280 days before the due date.
    return None if due is None else max(0, (280 - (due - today).days) // 7)
