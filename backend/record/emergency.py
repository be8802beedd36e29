"""The emergency sheet: what an ambulance asks, each line with its source and date; nothing that nobody said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal

from pydantic import Field

from backend import base, people
from backend.consent import Permit
from backend.record import service
from backend.record.model import Answer, Fact, StoredReading
from backend.record.profile import service as profile
from backend.record.profile.questions import SELF
from backend.record.shapes import Shape, Word

PREGNANCY_DAYS = 280
"""A due date lies 280 days after the first day of the last menstruation (日本産科婦人科学会)."""

_LATEST_WEEK = 43
TREATMENTS = (
    "diabetes_treated",
    "insulin_or_su",
    "hypertension_treated",
    "dyslipidaemia_treated",
    "warfarin",
    "dialysis",
)
CONDITIONS = (
    "diabetes",
    "hypertension",
    "dyslipidaemia",
    "familial_hypercholesterolaemia",
    "coronary_disease",
    "stroke",
    "pad",
    "heart_failure",
    "ckd",
)


class SheetLine(Shape):
    """One line: words of ours (`word`) or of a person or document (`text`), with source and date."""

    word: Word | None = None
    text: str | None = None
    source: str = Field(description='"self" or the name of the source document')
    on: date | None = None


class SheetPart(Shape):
    """One part of the sheet. `none`: the person said there is nothing; `unknown`: nobody knows yet."""

    id: Literal["allergies", "medicines", "pregnancy", "conditions", "treatments"]
    title: Word
    state: Literal["lines", "none", "unknown"]
    lines: list[SheetLine]
    key: str = Field(description="the question of わたしのこと that fills it")


class ContactPerson(Shape):
    """Whom to call."""

    name: str
    relation: str
    phone: str


class EmergencySheet(Shape):
    """What helpers must know, on one page of A4."""

    name: str
    kana: str
    birth: date
    age: int
    sex: Literal["male", "female"]
    as_of: datetime
    parts: list[SheetPart]
    contact: ContactPerson | None
    contact_on: date | None


def sheet(session: base.Session, *, permit: Permit, clock: base.Clock = base.CLOCK) -> EmergencySheet:
    """The sheet of the person whom the permit names."""
    now = clock.now()
    today = now.astimezone(base.TOKYO).date()
    facts = people.person(session, person=permit.person)
    told = {one.question.key: one for one in profile.answers(session, permit=permit, clock=clock)}
    printed = service.read(session, permit=permit, metrics=["allergy", "medication", "condition"], clock=clock)

    def documents(metric: str) -> list[SheetLine]:
        return _documents((one for one in printed if one.metric == metric), today)

    parts = [
        _listed("allergies", told["allergies"].current, documents("allergy")),
        _listed("medicines", told["medicines"].current, documents("medication")),
    ]
    if facts.sex == "female":
        parts.append(_pregnancy(told["pregnancy"].current, today))
    parts.append(_yes("conditions", "diabetes", [told[key].current for key in CONDITIONS], documents("condition")))
    parts.append(_yes("treatments", "diabetes_treated", [told[key].current for key in TREATMENTS], []))
    contact = told["emergency_contact"].current
    is_named = contact.answer is Answer.VALUE
    return EmergencySheet(
        name=facts.name,
        kana=facts.kana,
        birth=facts.birth,
        age=people.age(facts.birth, on=today),
        sex=facts.sex,
        as_of=now,
        parts=parts,
        contact=ContactPerson(**contact.value) if is_named else None,
        contact_on=contact.on if is_named else None,
    )


def _documents(found: Iterable[StoredReading], today: date) -> list[SheetLine]:
    """What documents print, each text once with its newest date; medicines that ended are left out."""
    newest: dict[str, SheetLine] = {}
    for one in found:
        if not isinstance(one.value, str):
            continue
        if one.end is not None and one.end.astimezone(base.TOKYO).date() < today:
            continue
        on = one.start.astimezone(base.TOKYO).date()
        newest[one.value] = SheetLine(text=one.value, source=one.source, on=on)
    return sorted(newest.values(), key=lambda line: (line.on or date.min, line.text or ""), reverse=True)


def _own(fact: Fact, *, word: Word | None = None, text: str | None = None) -> SheetLine:
    source = "self" if fact.source in (None, SELF) else str(fact.source)
    return SheetLine(word=word, text=text, source=source, on=fact.on)


def _listed(name: Literal["allergies", "medicines"], fact: Fact, printed: list[SheetLine]) -> SheetPart:
    lines = list(printed)
    has_said_none = False
    if fact.answer is Answer.VALUE:
        has_said_none = not fact.value
        own = [
            _own(fact, word=Word(key=f"record.choice.{one}")) if name == "allergies" else _own(fact, text=one)
            for one in fact.value
        ]
        there = {line.text for line in own}
        lines = own + [line for line in lines if line.text not in there]
    state: Literal["lines", "none", "unknown"] = "lines" if lines else "none" if has_said_none else "unknown"
    return SheetPart(id=name, title=Word(key=f"record.emergency.{name}"), state=state, lines=lines, key=name)


def _pregnancy(fact: Fact, today: date) -> SheetPart:
    lines = []
    state: Literal["lines", "none", "unknown"] = "unknown"
    if fact.answer is Answer.VALUE:
        state = "none"
        if fact.value["status"] == "yes":
            state = "lines"
            lines = [_own(fact, word=_week(fact.value.get("due"), today))]
    return SheetPart(
        id="pregnancy", title=Word(key="record.emergency.pregnancy"), state=state, lines=lines, key="pregnancy"
    )


def _week(due: str | None, today: date) -> Word:
    """Weeks and days by the due date; without a sensible one only that she is pregnant."""
    if due is not None:
        days = (today - (date.fromisoformat(due) - timedelta(days=PREGNANCY_DAYS))).days
        if 0 <= days < _LATEST_WEEK * 7:
            return Word(key="record.emergency.pregnant_week", params={"weeks": days // 7, "days": days % 7, "due": due})
    return Word(key="record.emergency.pregnant")


def _yes(name: Literal["conditions", "treatments"], key: str, facts: list[Fact], printed: list[SheetLine]) -> SheetPart:
    own = [_own(fact, word=Word(key=f"record.emergency.{fact.key}")) for fact in facts if fact.value == "yes"]
    lines = own + printed
    # "None" is said only when every question was answered with no.
    has_said_none = all(fact.answer is Answer.VALUE for fact in facts)
    state: Literal["lines", "none", "unknown"] = "lines" if lines else "none" if has_said_none else "unknown"
    return SheetPart(id=name, title=Word(key=f"record.emergency.{name}"), state=state, lines=lines, key=key)
