"""What a resident does with suggestions: see this week's, accept one, put it off, send it away, take that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import ClassVar

import msgspec
from sqlalchemy import select

from backend import base, people, record, risk
from backend.advice.model import HIDDEN_FOR, REASONS, About, AnswerKind, Choice, Given, Held, choose, rules
from backend.advice.tables import AdviceAnswerRow
from backend.advice.week.kept import note_answer
from backend.consent import Permit

CHECKUP_FOR = timedelta(days=548)
"""A check-up value older than this (18 months) no longer speaks for today."""
_WEEK = timedelta(days=7)

_METRICS = (
    "hba1c_pct", "glucose_fasting_mgdl", "ldl_mgdl", "egfr", "bmi", "guidance_level",
    "q_eat_late", "q_snack", "q_skip_breakfast", "q_walk_1h", "q_exercise_30min",
)  # fmt: skip
_FACTS = (
    "doctor_limits_exercise", "doctor_limits_diet", "coronary_disease", "heart_failure", "stroke", "dialysis",
    "retinopathy", "osteoporosis", "joint_pain", "insulin_or_su", "diabetes_treated", "hypertension_treated",
    "dyslipidaemia_treated",
)  # fmt: skip


class NoSuchSuggestion(base.NotFound):
    """There is no suggestion of this name."""

    key: ClassVar[str] = "advice.no_such_suggestion"


class UnknownReason(base.Invalid):
    """The reason is not one of the list."""

    key: ClassVar[str] = "advice.unknown_reason"


class _Answered(msgspec.Struct, frozen=True):
    rule: str
    answer: AnswerKind
    reason: str | None
    at: datetime


def about(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> About:
    """What the record and わたしのこと say of a person, as far as suggestions need it."""
    now = clock.now()
    today = now.astimezone(base.TOKYO).date()
    profile = record.profile(session, permit=permit, clock=clock)
    gathered = risk.gather(
        people.person(session, person=permit.person),
        today=today,
        profile=profile,
        readings=record.read(
            session, permit=permit, metrics=(*_METRICS, "sbp_mmhg", "dbp_mmhg"), since=now - CHECKUP_FOR, clock=clock
        ),
    )
    values = {name: _held(reading) for name in _METRICS if (reading := gathered.newest(name)) is not None}
    home, days = gathered.home()
    last = gathered.last_home()
    if last is not None:
        for name, number in (("sbp", last.sbp), ("dbp", last.dbp)):
            values[f"last_home_{name}"] = Held(
                value=number, metric=f"{name}_mmhg", day=last.day, reading=last.reading, n=1
            )
    for place, pair, n in (("office", gathered.office(), 1), ("home", home, days)):
        if pair is not None:
            end = "" if place == "office" else "_7d"
            for name, number in (("sbp", pair.sbp), ("dbp", pair.dbp)):
                values[f"{place}_{name}{end}"] = Held(
                    value=number, metric=f"{name}_mmhg", day=pair.day, reading=pair.reading, n=n
                )
    values.update(_steps(session, permit, today, clock))
    known = {key: str(profile.value(key) or "unknown") for key in _FACTS}
    is_pregnant = gathered.pregnant()
    known["pregnancy"] = {True: "yes", False: "no", None: "unknown"}[is_pregnant]
    due = gathered.due()
    if is_pregnant and due is not None:
        # Term is 40 weeks (280 days): the week counts from 280 days before the due date.
        week = (280 - (due - today).days) // 7
        if 0 <= week <= 42:
            values["pregnancy_week"] = Held(value=float(week), metric="pregnancy", day=today)
    return About(age=gathered.age, sex=gathered.sex, values=values, facts=known)


def _held(reading: record.StoredReading) -> Held:
    assert reading.value is not None
    day = reading.start.astimezone(base.TOKYO).date()
    return Held(value=reading.value, metric=reading.metric, day=day, reading=reading.id)


def _steps(session: base.Session, permit: Permit, today: date, clock: base.Clock) -> dict[str, Held]:
    """The mean of whole days of the last week, today left out because it is not over."""
    until = today - timedelta(days=1)
    days = record.daily(session, permit=permit, metric="steps_count", since=today - _WEEK, until=until, clock=clock)
    if len(days) < 3:
        return {}
    mean = sum(day.value for day in days) / len(days)
    return {"steps_7d": Held(value=mean, metric="steps_count", day=days[-1].day, n=len(days))}


def week(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> tuple[About, Choice]:
    """This week's suggestions for the person of the permit, with what they rest on."""
    known = about(session, permit=permit, clock=clock)
    parts = modifiable_parts(session, permit=permit, clock=clock)
    return known, choose(known, answers(session, permit=permit), clock.now(), parts=parts)


def modifiable_parts(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> Mapping[str, float]:
    """The modifiable points of the person's Hisayama score by name; empty where the score gives no number."""
    card = risk.detail(session, permit=permit, model="hisayama-jas2022", clock=clock)
    return {part.name: part.amount for part in card.contributions if part.is_modifiable and part.amount > 0}


def answers(session: base.Session, *, permit: Permit) -> Mapping[str, Given]:
    """The newest answer to each suggestion that has one."""
    table = AdviceAnswerRow.__table__  # type: ignore[attr-defined]
    columns = select(table.c.slot, table.c.version, table.c.sealed).where(table.c.person_id == permit.person)
    found: dict[str, Given] = {}
    for row in session.connection().execute(columns):
        plain = base.unseal(
            permit.person, table="advice_answer", column="sealed", row=row.slot, version=row.version, sealed=row.sealed
        )
        answered = msgspec.json.decode(plain, type=_Answered)
        keeps = HIDDEN_FOR.get(answered.answer)
        until = None if keeps is None else answered.at + keeps
        found[answered.rule] = Given(answer=answered.answer, at=answered.at, until=until)
    return found


def _slot(person: str, rule: str) -> str:
    return base.keyed_hash(person, f"advice:{rule}".encode()).hex()


def answer(
    session: base.Session,
    *,
    permit: Permit,
    suggestion: str,
    answer: AnswerKind,
    reason: str | None = None,
    clock: base.Clock = base.CLOCK,
) -> Given:
    """Keep what the person says to a suggestion; the same answer twice is one. Sent away, it stays away its time."""
    if suggestion not in {rule.id for rule in rules()}:
        raise NoSuchSuggestion
    if reason is not None and reason not in REASONS:
        raise UnknownReason
    now = clock.now()
    slot = _slot(permit.person, suggestion)
    row = session.get(AdviceAnswerRow, (permit.person, slot))
    version = 1 if row is None else row.version + 1
    plain = msgspec.json.encode(_Answered(suggestion, answer, reason, now))
    sealed = base.seal(permit.person, table="advice_answer", column="sealed", row=slot, version=version, plain=plain)
    session.merge(AdviceAnswerRow(person_id=permit.person, slot=slot, version=version, at=now, sealed=sealed))
    note_answer(session, person=permit.person, rule=suggestion, answer=answer, at=now)
    keeps = HIDDEN_FOR.get(answer)
    return Given(answer=answer, at=now, until=None if keeps is None else now + keeps)


def take_back(session: base.Session, *, permit: Permit, suggestion: str, clock: base.Clock = base.CLOCK) -> None:
    """Forget the answer: the suggestion may come again at once. Twice is fine."""
    note_answer(session, person=permit.person, rule=suggestion, answer=None, at=clock.now())
    row = session.get(AdviceAnswerRow, (permit.person, _slot(permit.person, suggestion)))
    if row is not None:
        session.delete(row)
